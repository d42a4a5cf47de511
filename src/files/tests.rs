//! Stories of files that come in: good ones, damaged ones and wicked ones.

use std::fs;
use std::path::PathBuf;

use image::ImageFormat::{self, Gif, Jpeg, Png, WebP};
use proptest::prelude::*;

use super::*;
use crate::error::{Code, Error};

pub(super) struct Desk {
    dir: tempfile::TempDir,
    pub(super) staging: Staging,
}

impl Desk {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let staging = Staging::new(dir.path().join("staging")).unwrap();
        Self { dir, staging }
    }

    pub(super) fn file(&self, bytes: &[u8]) -> PathBuf {
        let path = self.dir.path().join("file");
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(super) fn probe(&self, bytes: &[u8]) -> Result<Probed, Refused> {
        probe(&self.file(bytes))
    }

    /// The public bytes of a file, which must be as it was when it is looked into, and clean.
    #[track_caller]
    pub(super) fn public(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let probed = self.probe(bytes).unwrap();
        let copy = public_copy(&self.file(bytes), &probed, &self.staging).unwrap()?;
        let copy = fs::read(copy.path()).unwrap();
        assert_eq!(self.probe(&copy).unwrap(), probed);
        assert!(public_copy(&self.file(&copy), &probed, &self.staging).unwrap().is_none());
        Some(copy)
    }
}

pub(super) fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn orientation(format: ImageFormat, bytes: &[u8]) -> u8 {
    anatomy::Anatomy::of(format, bytes).unwrap().orientation
}

pub(super) fn good_files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("image/jpeg", samples::picture(Jpeg, 40, 30)),
        ("image/png", samples::picture(Png, 40, 30)),
        ("image/gif", samples::picture(Gif, 40, 30)),
        ("image/webp", samples::picture(WebP, 40, 30)),
        ("video/mp4", samples::mp4(b"mp42", b"vide", false)),
        ("video/quicktime", samples::mp4(b"qt  ", b"vide", false)),
        ("audio/mp4", samples::mp4(b"M4A ", b"soun", false)),
        ("video/webm", samples::webm()),
        ("audio/mpeg", samples::mp3()),
        ("audio/wav", samples::wav()),
        ("audio/ogg", samples::ogg(b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0")),
        ("application/pdf", b"%PDF-1.7\nhello\n%%EOF\n".to_vec()),
    ]
}

#[test]
fn knows_every_type_that_is_taken() {
    let desk = Desk::new();
    for (mime, bytes) in good_files() {
        let probed = desk.probe(&bytes).unwrap();
        assert_eq!(probed.mime, mime);
        if probed.kind == Kind::Image {
            assert_eq!((probed.width, probed.height), (Some(40), Some(30)), "{mime}");
        }
    }
}

#[test]
fn reads_size_and_duration() {
    let desk = Desk::new();
    let film = desk.probe(&samples::mp4(b"isom", b"vide", false)).unwrap();
    assert_eq!((film.width, film.height, film.duration_seconds), (Some(1280), Some(720), Some(12.5)));
    let film = desk.probe(&samples::mp4(b"isom", b"vide", true)).unwrap();
    assert_eq!((film.width, film.height), (Some(720), Some(1280)));
    let film = desk.probe(&samples::webm()).unwrap();
    assert_eq!((film.width, film.height, film.duration_seconds), (Some(640), Some(360), Some(3.5)));
    assert_eq!(desk.probe(&samples::wav()).unwrap().duration_seconds, Some(2.0));
    assert_eq!(desk.probe(&good_files()[10].1).unwrap().duration_seconds, Some(3.0));
    let seconds = desk.probe(&samples::mp3()).unwrap().duration_seconds.unwrap();
    assert!((1.0..1.05).contains(&seconds), "{seconds}");
}

#[test]
fn files_of_other_types_are_refused_with_415() {
    let desk = Desk::new();
    let mut ebml = samples::webm();
    let webm = ebml.windows(4).position(|window| window == b"webm").unwrap();
    ebml[webm..webm + 4].copy_from_slice(b"matr");
    let wicked: &[&[u8]] = &[
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>",
        b"<!DOCTYPE html><p>",
        b"<rss/>",
        b"#!/bin/sh\n",
        b"MZ\x90\0",
        b"\x7fELF\x02",
        b"PK\x03\x04",
        b"BM1234",
        b"hello",
        b"\xff\xfeh\0i\0",
        b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
        &samples::ogg(b"\x80theora"),
        &ebml,
    ];
    for bytes in wicked {
        let error = Error::from(desk.probe(bytes).unwrap_err());
        assert_eq!(error.code(), Code::UnsupportedFileType, "{:?}", String::from_utf8_lossy(bytes));
        assert!(error.detail().ends_with('.'));
    }
}

#[test]
fn cut_off_files_are_refused_with_422_and_never_panic() {
    let desk = Desk::new();
    let empty = Error::from(desk.probe(b"").unwrap_err());
    assert_eq!(empty.code(), Code::InvalidBody);
    for (mime, bytes) in good_files() {
        for end in (16..bytes.len()).step_by(16) {
            let probed = desk.probe(&bytes[..end]);
            // A sound stream and a live film are whole wherever they end.
            if !matches!(mime, "audio/mpeg" | "audio/ogg" | "video/webm") {
                assert_eq!(Error::from(probed.unwrap_err()).code(), Code::InvalidBody, "{mime} {end}");
            }
        }
    }
}

#[test]
fn bombs_are_refused_before_decoding() {
    let desk = Desk::new();
    let mut jpeg = samples::picture(Jpeg, 16, 16);
    let frame = jpeg.windows(2).position(|window| window == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x4E, 0x00, 0x4E, 0x00]);
    let mut gif = samples::picture(Gif, 16, 16);
    gif[6..10].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    let mut png = samples::picture(Png, 16, 16);
    png[16..24].copy_from_slice(&[0, 0, 0xFF, 0xFF, 0, 0, 0, 1]);
    for bytes in [jpeg, gif, png] {
        assert!(matches!(desk.probe(&bytes), Err(Refused::TooManyPixels(_))));
    }
    let gif = samples::picture(Gif, 8, 8);
    let frames = gif[..gif.len() - 1].to_vec();
    let table = 13 + (3 << ((gif[10] & 7) + 1));
    let start = if gif[10] & 0x80 == 0 { 13 } else { table };
    let many = [&frames[..start], &frames[start..].repeat(1001), b";"].concat();
    assert!(matches!(desk.probe(&many), Err(Refused::TooManyPixels(_))));
}

#[test]
fn a_wrong_checksum_or_a_lying_box_is_corrupt() {
    let desk = Desk::new();
    let mut png = samples::picture(Png, 40, 30);
    let data = png.windows(4).position(|window| window == b"IDAT").unwrap();
    png[data + 20] ^= 0xFF;
    assert!(matches!(desk.probe(&png), Err(Refused::Corrupt(_))));
    let film = samples::mp4(b"isom", b"vide", false);
    let moov = film.windows(4).position(|window| window == b"moov").unwrap();
    for size in [[0, 0, 0, 1], [0, 0, 0, 7], [0xFF; 4]] {
        let mut film = film.clone();
        film[moov - 4..moov].copy_from_slice(&size);
        assert!(matches!(desk.probe(&film), Err(Refused::Corrupt(_))));
    }
    let boxes = [samples::mp4_box(b"ftyp", b"isom\0\0\0\0"), samples::mp4_box(b"free", b"").repeat(150_000)].concat();
    assert!(matches!(desk.probe(&boxes), Err(Refused::Corrupt(_))));
}

#[test]
fn the_public_copy_of_a_jpeg_says_nothing_about_where_it_was_taken() {
    let desk = Desk::new();
    let exif = [&b"Exif\0\0"[..], &samples::exif_with_gps(6)].concat();
    let plain = samples::picture(Jpeg, 40, 30);
    let profile: &[u8] = b"ICC_PROFILE\0\x01\x01a profile";
    let segments: &[(u8, &[u8])] = &[
        (0xE1, &exif),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>secret</x>"),
        (0xE2, profile),
        (0xED, b"Photoshop 3.0\0secret"),
        (0xFE, b"secret"),
    ];
    let original = [samples::jpeg_with(&plain, segments), b"<script>secret</script>".to_vec()].concat();
    let probed = desk.probe(&original).unwrap();
    assert_eq!((probed.width, probed.height), (Some(30), Some(40)));
    let public = desk.public(&original).unwrap();
    assert!(!contains(&public, b"GPS") && !contains(&public, b"secret") && !contains(&public, &[0x25, 0x88]));
    assert!(contains(&public, profile));
    assert_eq!(orientation(Jpeg, &public), 6);
    assert!(desk.public(&plain).is_none());
}

#[test]
fn the_public_copies_of_png_webp_and_gif_are_clean() {
    let desk = Desk::new();
    let exif = samples::exif_with_gps(8);
    let png = samples::png_with(
        &samples::picture(Png, 40, 30),
        &[(b"gAMA", &45_455_u32.to_be_bytes()), (b"eXIf", &exif), (b"tEXt", b"Comment\0secret"), (b"prVt", b"secret")],
    );
    let webp = samples::webp_with(
        &samples::picture(WebP, 40, 30),
        (40, 30),
        0x0C,
        &[(b"EXIF", &exif), (b"XMP ", b"secret"), (b"junk", b"secret")],
    );
    for (format, bytes) in [(Png, png), (WebP, webp)] {
        let public = desk.public(&[bytes, b"secret".to_vec()].concat()).unwrap();
        assert!(!contains(&public, b"GPS") && !contains(&public, b"secret"), "{format:?}");
        assert_eq!(orientation(format, &public), 8);
    }
    let gif = samples::picture(Gif, 40, 30);
    let start = if gif[10] & 0x80 == 0 { 13 } else { 13 + (3 << ((gif[10] & 7) + 1)) };
    let looping = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
    let extra: &[&[u8]] = &[
        &gif[..start],
        looping,
        b"\x21\xfe\x06secret\0",
        b"\x21\xff\x0bXMP DataXMP\x06secret\0",
        &gif[start..],
        b"secret",
    ];
    let public = desk.public(&extra.concat()).unwrap();
    assert!(contains(&public, looping) && !contains(&public, b"secret"));
    for format in [Png, WebP, Gif] {
        assert!(desk.public(&samples::picture(format, 40, 30)).is_none(), "{format:?}");
    }
}

#[test]
fn errors_reach_the_domain_with_their_codes() {
    assert_eq!(Error::from(UploadError::TooLarge { limit: 1 }).code(), Code::PayloadTooLarge);
    assert_eq!(Error::from(UploadError::Full).code(), Code::StorageFull);
    assert_eq!(Error::from(FileError::Store(StoreError::Full)).code(), Code::StorageFull);
    let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
    assert!(matches!(UploadError::from(full), UploadError::Full));
    assert_eq!(Error::from(Refused::TooLarge("x")).code(), Code::PayloadTooLarge);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_bytes_never_panic(which in 0_usize..12, kept in 0_usize..200, bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let (_, good) = good_files().swap_remove(which);
        let _ = Desk::new().probe(&[&good[..kept.min(good.len())], &bytes].concat());
        let _ = Desk::new().probe(&bytes);
    }

    #[test]
    fn flipped_bytes_never_panic(which in 0_usize..12, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let (_, mut bytes) = good_files().swap_remove(which);
        for (place, value) in flips {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let desk = Desk::new();
        if let Ok(probed) = desk.probe(&bytes) {
            let _ = public_copy(&desk.file(&bytes), &probed, &desk.staging);
        }
    }
}
