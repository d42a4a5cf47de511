//! Stories of films and recordings that tell less in public.

use std::fs;

use proptest::prelude::*;

use super::samples::{FRAMES, SECRET, checksum, element, film, mp3, ogg, opus, wav, webm};
use crate::files::samples;
use crate::files::tests::{Desk, contains, good_files};
use crate::files::{FileError, Refused, public_copy};

/// The public copy, in which nothing is left that should not be, and the frames are.
#[track_caller]
fn cleaned(original: &[u8]) -> Vec<u8> {
    let copy = Desk::new().public(original).unwrap();
    for part in [&b"secret"[..], b"+43.23", b"+076"] {
        assert!(contains(original, part) && !contains(&copy, part), "{:?}", String::from_utf8_lossy(part));
    }
    copy
}

/// Checks that the frames are where they were, and the file as long as it was.
#[track_caller]
fn unmoved(original: &[u8], copy: &[u8]) {
    let places = |bytes: &[u8]| {
        let windows = bytes.windows(FRAMES.len()).enumerate();
        windows.filter(|(_, window)| *window == FRAMES).map(|(place, _)| place).collect::<Vec<_>>()
    };
    assert!(!places(original).is_empty());
    assert_eq!(places(original), places(copy));
    assert_eq!(original.len(), copy.len());
}

fn telling() -> Vec<Vec<u8>> {
    vec![
        film(b"mp42"),
        film(b"qt  "),
        film(b"M4A "),
        webm(true),
        webm(false),
        mp3(&samples::mp3()),
        wav(),
        ogg(1, &opus(), 3),
    ]
}

#[test]
fn what_is_clean_already_is_its_own_public_copy() {
    for (mime, bytes) in good_files() {
        // This one has an ID3 tag.
        if mime != "audio/mpeg" {
            assert!(Desk::new().public(&bytes).is_none(), "{mime}");
        }
    }
}

#[test]
fn a_film_loses_its_boxes_of_metadata_and_keeps_its_frames_in_place() {
    for brand in [b"mp42", b"qt  ", b"M4A "] {
        let original = film(brand);
        let copy = cleaned(&original);
        unmoved(&original, &copy);
        for kind in [&b"udta"[..], b"meta", b"uuid", b"gps ", b"sefd", b"\xA9xyz", &[0xD7; 4], &[0xBE; 4]] {
            assert!(contains(&original, kind) && !contains(&copy, kind), "{kind:?}");
        }
        assert!(!contains(&copy, b"speed: "));
    }
}

#[test]
fn a_film_in_fragments_keeps_its_tracks() {
    let mut original = film(b"mp42");
    let gps = original.windows(4).position(|window| window == b"gps ").unwrap();
    original[gps..gps + 4].copy_from_slice(b"mvex");
    let copy = Desk::new().public(&original).unwrap();
    assert_eq!(copy.windows(4).filter(|window| window == b"trak").count(), 2);
    assert!(contains(&copy, b"speed: ") && !contains(&copy, b"udta"));
}

#[test]
fn a_webm_loses_its_tags_and_keeps_its_clusters_in_place() {
    let live = webm(true);
    unmoved(&live, &cleaned(&live));
    let edited = webm(false);
    let copy = cleaned(&edited);
    unmoved(&edited[..edited.len() - SECRET.len()], &copy);
    // The entry of the tags in the table of contents goes with them.
    assert!(!contains(&copy, &[0x12, 0x54, 0xC3, 0x67]) && contains(&copy, &[0x15, 0x49, 0xA9, 0x66]));
}

#[test]
fn a_broken_off_webm_keeps_its_last_cluster() {
    for live in [true, false] {
        let whole = webm(true);
        let last = if live { whole } else { [whole, element(0x1F43_B675, &[0xEC; 99])].concat() };
        for cut in 1..20 {
            let original = &last[..last.len() - cut];
            let copy = cleaned(original);
            assert_eq!(copy[copy.len() - 3..], original[original.len() - 3..]);
        }
    }
    let behind = [webm(true), SECRET.to_vec()].concat();
    assert!(Desk::new().public(&behind).is_some());
}

#[test]
fn an_mp3_is_nothing_but_its_frames() {
    let frames = &samples::mp3()[15..];
    assert_eq!(cleaned(&mp3(frames)), frames);
    assert_eq!(Desk::new().public(&samples::mp3()).unwrap(), frames);
    // Too many tags, and one that is longer than the file.
    let desk = Desk::new();
    assert!(matches!(
        desk.probe(&[b"ID3\x04\0\0\0\0\0\0".repeat(65), frames.to_vec()].concat()),
        Err(Refused::Corrupt(_))
    ));
    let ape = [frames, b"APETAGEX\xd0\x07\0\0\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\0"].concat();
    assert!(desk.public(&ape).is_none());
}

#[test]
fn a_wav_keeps_its_sound_in_place() {
    let original = wav();
    let copy = cleaned(&original);
    unmoved(&original, &copy);
    for kind in [&b"LIST"[..], b"bext", b"id3 ", b"iXML", b"_PMX", b"TAG"] {
        assert!(!contains(&copy, kind));
    }
}

/// Checks the checksums of all pages, and answers the packets.
#[track_caller]
fn packets(mut file: &[u8]) -> Vec<Vec<u8>> {
    let (mut packets, mut packet) = (Vec::new(), Vec::new());
    while !file.is_empty() {
        let head = 27 + usize::from(file[26]);
        let length = file[27..head].iter().map(|length| usize::from(*length)).sum::<usize>();
        let (page, rest) = file.split_at(head + length);
        assert_eq!(checksum(page).to_le_bytes(), page[22..26]);
        packet.extend(&page[head..]);
        if page[head - 1] < 255 {
            packets.push(std::mem::take(&mut packet));
        }
        file = rest;
    }
    packets
}

#[test]
fn an_ogg_file_loses_its_comments_and_keeps_its_pages() {
    let [head, tags, sound] = opus().try_into().unwrap();
    for segments in [1, 3, 255] {
        let two = [ogg(1, &opus(), segments), ogg(2, &opus(), segments)].concat();
        let copy = cleaned(&two);
        unmoved(&two, &copy);
        let empty = [&b"OpusTags"[..], &vec![0; tags.len() - 8]].concat();
        assert_eq!(packets(&copy), [&head, &empty, &sound, &head, &empty, &sound].map(Clone::clone));
    }
}

#[test]
fn vorbis_and_flac_in_ogg_lose_their_comments() {
    let head = [b"\x01vorbis\0\0\0\0\x02", &44_100_u32.to_le_bytes()[..], &[0; 14]].concat();
    let setup = [b"\x05vorbis", FRAMES].concat();
    let comments = [b"\x03vorbis", SECRET].concat();
    let copy = cleaned(&ogg(1, &[head, comments, setup.clone(), FRAMES.to_vec()], 255));
    let [_, comments, kept, _] = packets(&copy).try_into().unwrap();
    assert!(comments.starts_with(b"\x03vorbis\0\0\0\0\0\0\0\0\x01\0") && kept == setup);

    let mut head = b"\x7FFLAC\x01\0\0\0fLaC\0\0\0\x22".to_vec();
    head.resize(51, 0);
    head[27..31].copy_from_slice(&(44_100_u32 << 12).to_be_bytes());
    let block = |kind: u8, body: &[u8]| [&[kind, 0, 0, body.len() as u8], body].concat();
    let blocks =
        [head, block(4, SECRET), block(3, FRAMES), block(6, SECRET), block(0x82, SECRET), b"\xFF\xF8".to_vec()];
    let copy = packets(&cleaned(&ogg(1, &blocks, 255)));
    let heads = copy[1..5].iter().map(|packet| packet[0]).collect::<Vec<_>>();
    assert_eq!(heads, [4, 3, 1, 0x81]);
    assert_eq!(copy[2], blocks[2]);
}

#[test]
fn a_film_that_contradicts_itself_is_refused() {
    let desk = Desk::new();
    // The samples of the measurements lie in the header of the film.
    let mut original = film(b"mp42");
    let moov = original.windows(4).position(|window| window == b"mvhd").unwrap();
    let stco = original.windows(4).enumerate().filter(|(_, window)| window == b"stco").nth(1).unwrap().0;
    original[stco + 12..stco + 16].copy_from_slice(&(moov as u32).to_be_bytes());
    let probed = desk.probe(&original).unwrap();
    let error = public_copy(&desk.file(&original), &probed, &desk.staging).unwrap_err();
    assert!(matches!(error, FileError::Refused(Refused::Corrupt(_))));
    // A million boxes of metadata.
    let many = [film(b"mp42"), samples::mp4_box(b"udta", b"").repeat(250_000)].concat();
    let error = public_copy(&desk.file(&many), &probed, &desk.staging).unwrap_err();
    assert!(matches!(error, FileError::Refused(Refused::Corrupt(_))));
    // Tables that claim the most that they can.
    let mut original = film(b"mp42");
    for kind in [b"stsc", b"stsz", b"stco"] {
        let places = original.windows(4).enumerate().filter(|(_, window)| window == kind).map(|(place, _)| place);
        for place in places.collect::<Vec<_>>() {
            let count = if kind == b"stsz" { place + 12 } else { place + 8 };
            original[count..count + 4].fill(0xFF);
        }
    }
    assert!(public_copy(&desk.file(&original), &probed, &desk.staging).is_ok());
}

#[test]
fn a_refused_copy_leaves_no_file_behind() {
    let desk = Desk::new();
    let original = film(b"mp42");
    let probed = desk.probe(&original).unwrap();
    let cut = desk.file(&original[..original.len() - 9]);
    assert!(public_copy(&cut, &probed, &desk.staging).is_err());
    let staged = desk.file(b"").parent().map(|dir| dir.join("staging")).unwrap();
    assert_eq!(fs::read_dir(staged).unwrap().count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn damaged_files_never_panic(
        which in 0_usize..8,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        kept in any::<prop::sample::Index>(),
        inserted in prop::collection::vec(any::<u8>(), 0..40),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = telling().swap_remove(which);
        for (place, value) in flips {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let kept = kept.index(bytes.len());
        bytes = [&bytes[..kept], &inserted, if is_cut { &[] } else { &bytes[kept..] }].concat();
        let desk = Desk::new();
        if let Ok(probed) = desk.probe(&bytes)
            && let Ok(Some(copy)) = public_copy(&desk.file(&bytes), &probed, &desk.staging)
        {
            prop_assert!(copy.bytes <= bytes.len() as u64);
        }
    }
}
