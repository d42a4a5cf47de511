//! Films and recordings that tell too much: each has the word `secret` in every place that is known to be used.

use crate::files::samples::mp4_box;

pub(super) const SECRET: &[u8] = b"+43.2389+076.8897/secret";

/// What stands for the frames of a film.
pub(super) const FRAMES: &[u8] = b"the frames of the film";

fn be(number: usize) -> [u8; 4] {
    (number as u32).to_be_bytes()
}

/// A film of a telephone: in all its boxes there is something, and a track of measurements beside the pictures.
pub(super) fn film(brand: &[u8; 4]) -> Vec<u8> {
    let at = |film: &[u8], what: &[u8]| film.windows(what.len()).position(|window| window == what).unwrap();
    let draft = film_with(brand, 0, 0);
    film_with(brand, at(&draft, FRAMES), at(&draft, b"speed: "))
}

fn film_with(brand: &[u8; 4], frames: usize, measured: usize) -> Vec<u8> {
    let secrets = || {
        let uuid = [&[0xBE; 16], SECRET].concat();
        let place = mp4_box(b"\xA9xyz", SECRET);
        [mp4_box(b"udta", &place), mp4_box(b"meta", SECRET), mp4_box(b"uuid", &uuid), mp4_box(b"free", SECRET)].concat()
    };
    let header = |scale_at: usize, length: usize, wide: bool| {
        let mut header = vec![0; length];
        header[0] = wide.into();
        header[4..if wide { 20 } else { 12 }].fill(0xD7);
        header[scale_at..scale_at + 4].copy_from_slice(&1000_u32.to_be_bytes());
        header[scale_at + 4..scale_at + 8].copy_from_slice(&12_500_u32.to_be_bytes());
        header
    };
    let track = |handler: &[u8; 4], place: usize, sizes: &[usize]| {
        let chunks = [&[0; 4][..], &be(1), &be(1), &be(sizes.len()), &be(1)].concat();
        let table = sizes.iter().flat_map(|size| be(*size)).collect();
        let stbl = [
            mp4_box(b"stsc", &chunks),
            mp4_box(b"stsz", &[vec![0; 8], be(sizes.len()).to_vec(), table].concat()),
            mp4_box(b"stco", &[&[0; 4][..], &be(1), &be(place)].concat()),
            secrets(),
        ];
        let mut hdlr = vec![0; 24];
        hdlr[8..12].copy_from_slice(handler);
        let minf = [mp4_box(b"stbl", &stbl.concat()), secrets()].concat();
        let mdia = [
            mp4_box(b"mdhd", &header(20, 36, true)),
            mp4_box(b"hdlr", &[&hdlr, SECRET].concat()),
            mp4_box(b"minf", &minf),
            secrets(),
        ];
        let mut tkhd = header(12, 84, false);
        tkhd[76..80].copy_from_slice(&(1280_u32 << 16).to_be_bytes());
        tkhd[80..84].copy_from_slice(&(720_u32 << 16).to_be_bytes());
        mp4_box(b"trak", &[mp4_box(b"tkhd", &tkhd), secrets(), mp4_box(b"mdia", &mdia.concat())].concat())
    };
    let shown: &[u8; 4] = if brand == b"M4A " { b"soun" } else { b"vide" };
    let moov = [
        mp4_box(b"mvhd", &header(12, 100, false)),
        track(shown, frames, &[FRAMES.len()]),
        track(b"meta", measured, &[7, SECRET.len()]),
        mp4_box(b"gps ", SECRET),
        secrets(),
    ];
    let moof = mp4_box(b"moof", &[mp4_box(b"traf", &secrets()), secrets()].concat());
    let mut film = [
        mp4_box(b"ftyp", &[&brand[..], b"\0\0\0\0", b"isom"].concat()),
        secrets(),
        mp4_box(b"moov", &moov.concat()),
        moof,
        mp4_box(b"mdat", &[FRAMES, b"speed: ", SECRET].concat()),
        mp4_box(b"sefd", SECRET),
    ]
    .concat();
    // The last box has a length of 64 bits.
    film.extend([&be(1)[..], b"uuid", &(16 + 16 + SECRET.len() as u64).to_be_bytes(), &[0xBE; 16], SECRET].concat());
    film
}

/// An EBML element, its length in two bytes.
pub(super) fn element(id: u32, body: &[u8]) -> Vec<u8> {
    let id = id.to_be_bytes();
    let number = &id[id.iter().position(|byte| *byte != 0).unwrap()..];
    [number, &[0x40 | (body.len() >> 8) as u8, body.len() as u8], body].concat()
}

/// A film as a browser records it, or as an editor writes it out, with its lengths.
pub(super) fn webm(live: bool) -> Vec<u8> {
    let crc = element(0xBF, &[1, 2, 3, 4]);
    let seek = |id: u32| element(0x4DBB, &[element(0x53AB, &id.to_be_bytes()), element(0x53AC, &[9])].concat());
    let info = [
        crc.clone(),
        element(0x4489, &3500_f64.to_be_bytes()),
        element(0x7BA9, SECRET),
        element(0x4D80, SECRET),
        element(0x5741, SECRET),
        element(0x4461, SECRET),
    ];
    let video = [element(0xB0, &640_u16.to_be_bytes()), element(0xBA, &360_u16.to_be_bytes())].concat();
    let entry = [element(0x83, &[1]), element(0x536E, SECRET), element(0x25_8688, SECRET), element(0xE0, &video)];
    let tags = element(0x1254_C367, SECRET);
    let long_attachment = element(0x1941_A469, &SECRET.repeat(20));
    let blocks = [element(0xE7, &[0]), element(0xA3, FRAMES)].concat();
    let unknown = [0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    let cluster = || match live {
        true => [&0x1F43_B675_u32.to_be_bytes(), &unknown[..], &blocks].concat(),
        false => element(0x1F43_B675, &blocks),
    };
    let segment = [
        element(0x114D_9B74, &[seek(0x1549_A966), seek(0x1254_C367)].concat()),
        element(0xEC, SECRET),
        element(0x1549_A966, &info.concat()),
        element(0x1654_AE6B, &[crc, element(0xAE, &entry.concat())].concat()),
        tags.clone(),
        cluster(),
        long_attachment,
        cluster(),
        tags,
        cluster(),
    ]
    .concat();
    let header = element(0x1A45_DFA3, &element(0x4282, b"webm"));
    match live {
        true => [&header, &0x1853_8067_u32.to_be_bytes()[..], &unknown, &segment].concat(),
        false => [header, element(0x1853_8067, &segment), SECRET.to_vec()].concat(),
    }
}

/// An MP3 with every kind of tag before and behind its frames, some twice.
pub(super) fn mp3(frames: &[u8]) -> Vec<u8> {
    let size = [0, 0, 0, SECRET.len() as u8];
    let id3 = |mark: &[u8], flags: u8| [mark, &[4, 0, flags], &size].concat();
    let ape = |flags: u32| {
        let length = (SECRET.len() as u32 + 32).to_le_bytes();
        [b"APETAGEX", &2000_u32.to_le_bytes()[..], &length, &[1, 0, 0, 0], &flags.to_le_bytes(), &[0; 8]].concat()
    };
    let id3v1 = |mark: &[u8], length: usize| {
        let mut tag = [mark, SECRET].concat();
        tag.resize(length, 0);
        tag
    };
    [
        [id3(b"ID3", 0), SECRET.to_vec()].concat().repeat(2),
        [&id3(b"ID3", 0x10), SECRET, &id3(b"3DI", 0x10)].concat(),
        [&ape(0xA000_0000), SECRET, &ape(0x8000_0000), &[0; 99]].concat(),
        frames.to_vec(),
        [&id3(b"ID3", 0x10), SECRET, &id3(b"3DI", 0x10)].concat(),
        [&ape(0xA000_0000), SECRET, &ape(0x8000_0000)].concat(),
        [SECRET, &ape(0)].concat(),
        [b"LYRICSBEGIN", SECRET, b"000035LYRICS200"].concat(),
        [b"LYRICSBEGIN", SECRET, b"LYRICSEND"].concat(),
        id3v1(b"TAG+", 227),
        id3v1(b"TAG", 128),
    ]
    .concat()
}

/// A WAV with chunks of many kinds before and behind its sound, one of an odd length, and something behind them all.
pub(super) fn wav() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], body: &[u8]| {
        let pad: &[u8] = if body.len().is_multiple_of(2) { &[] } else { b"s" };
        [kind, &(body.len() as u32).to_le_bytes()[..], body, pad].concat()
    };
    let odd = [SECRET, b"!"].concat();
    let rate = 8000_u32.to_le_bytes();
    [
        b"RIFF\0\0\0\0WAVE".to_vec(),
        chunk(b"JUNK", SECRET),
        chunk(b"bext", &odd),
        chunk(b"fmt ", &[&[1, 0, 1, 0][..], &rate, &rate, &[1, 0, 8, 0]].concat()),
        chunk(b"LIST", &[b"INFO", SECRET].concat()),
        chunk(b"data", &FRAMES.repeat(80)),
        chunk(b"id3 ", &odd),
        chunk(b"iXML", SECRET),
        chunk(b"_PMX", SECRET),
        [b"TAG", SECRET].concat(),
    ]
    .concat()
}

/// Packets in pages of up to `most` segments, with their checksums.
pub(super) fn ogg(serial: u8, packets: &[Vec<u8>], most: usize) -> Vec<u8> {
    let mut file = Vec::new();
    for (number, packet) in packets.iter().enumerate() {
        let mut lacing = vec![255; packet.len() / 255];
        lacing.push((packet.len() % 255) as u8);
        let mut rest = packet.as_slice();
        for lacing in lacing.chunks(most) {
            let (body, left) = rest.split_at(lacing.iter().map(|length| usize::from(*length)).sum());
            let mut page = [b"OggS\0", &[if number == 0 { 2 } else { 0 }][..]].concat();
            page.extend(if number + 1 == packets.len() { 144_000_u64 } else { 0 }.to_le_bytes());
            page.extend([serial, 0, 0, 0, number as u8, 0, 0, 0, 0, 0, 0, 0, lacing.len() as u8]);
            page.extend([lacing, body].concat());
            let sum = checksum(&page);
            page[22..26].copy_from_slice(&sum.to_le_bytes());
            file.extend(page);
            rest = left;
        }
    }
    file
}

/// The checksum of a page, a bit at a time; the place of the checksum counts as zeros.
pub(super) fn checksum(page: &[u8]) -> u32 {
    page.iter().enumerate().fold(0, |sum: u32, (place, byte)| {
        let byte = if (22..26).contains(&place) { 0 } else { *byte };
        (0..8).fold(sum ^ u32::from(byte) << 24, |sum, _| sum << 1 ^ if sum >> 31 == 1 { 0x04C1_1DB7 } else { 0 })
    })
}

/// The packets of an Opus stream with a long comment.
pub(super) fn opus() -> Vec<Vec<u8>> {
    let head = b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0".to_vec();
    vec![head, [&b"OpusTags"[..], &SECRET.repeat(99)].concat(), FRAMES.to_vec()]
}
