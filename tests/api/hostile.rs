//! Files that mean no good. Each is refused with a clear 4xx, or taken as what it truly is, and then nothing that is
//! served of it is anything a browser would run.

use image::ImageFormat;

use crate::everywhere;
use crate::support::films::{ebml, mp4, mp4_box, webm};
use crate::support::pictures;

/// A chunk of a PNG, with its checksum.
fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let named = [&kind[..], body].concat();
    [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
}

/// A grey PNG of this size, whatever its data are.
fn png(width: u32, height: u32, parts: &[Vec<u8>]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1A\n".to_vec(), chunk(b"IHDR", &header), parts.concat(), chunk(b"IEND", b"")].concat()
}

/// Some hundred kilobytes that unpack to 40 MB of zeros: runs of 258 bytes in 13 bits each (RFC 1951, fixed codes).
fn bomb() -> Vec<u8> {
    let mut bits = vec![true, true, false];
    bits.extend([false, false, true, true, false, false, false, false]);
    for _ in 0..155_000 {
        bits.extend([true, true, false, false, false, true, false, true, false, false, false, false, false]);
    }
    bits.extend([false; 7]);
    let bytes = bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |all, bit| all << 1 | u8::from(*bit)));
    [0x78, 0x01].into_iter().chain(bytes).chain([0; 4]).collect()
}

fn gif(frames: usize) -> Vec<u8> {
    let frame = [0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
    [b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF".to_vec(), frame.repeat(frames), vec![0x3B]].concat()
}

/// An animation whose frames are all the same still picture.
fn webp(frames: usize) -> Vec<u8> {
    let chunk =
        |name: &[u8; 4], body: &[u8]| [name, &u32::try_from(body.len()).unwrap().to_le_bytes()[..], body].concat();
    let still = &pictures::picture(ImageFormat::WebP, 55)[12..];
    let size = [63, 0, 0, 47, 0, 0];
    let frame = chunk(b"ANMF", &[&[0; 6][..], &size, &[100, 0, 0, 0], still].concat());
    let head = [chunk(b"VP8X", &[&[2, 0, 0, 0][..], &size].concat()), chunk(b"ANIM", &[0; 6])].concat();
    chunk(b"RIFF", &[b"WEBP".to_vec(), head, frame.repeat(frames)].concat())
}

/// A JPEG whose header says that it has so many pixels on each side.
fn jpeg_of(side: u16) -> Vec<u8> {
    let mut jpeg = pictures::jpeg(56);
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[side.to_be_bytes(), side.to_be_bytes()].concat());
    jpeg
}

/// A segment of a JPEG right after its beginning.
fn with_segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let jpeg = pictures::jpeg(50);
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, body, &jpeg[2..]].concat()
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

fn half(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}

fn nested(depth: usize) -> Vec<u8> {
    let inner = (0..depth).fold(Vec::new(), |inner, _| mp4_box(b"trak", &inner));
    [mp4_box(b"ftyp", b"isom\0\0\x02\0isom"), mp4_box(b"moov", &inner)].concat()
}

/// An Exif directory whose next one is itself, and one whose entries reach out of the file.
fn exif(loops: bool) -> Vec<u8> {
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0".to_vec();
    exif.extend(if loops { [1, 0] } else { [0xFF, 0xFF] });
    exif.extend([0x69, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0]);
    exif.extend([8, 0, 0, 0]);
    exif
}

fn files() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    const PAGE: &str = "<!DOCTYPE html><html><script>alert(1)</script></html>";
    const DRAWING: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let picture = |format| pictures::picture(format, 51);
    let ogg =
        [&b"OggS\0\x02"[..], &[0; 8], &[1, 0, 0, 0], &[0; 8], &[1, 19], b"OpusHead\x01\x02\0\0\x80\xBB\0\0\0\0\0"]
            .concat();
    let mp3 = [&[0xFF, 0xFB, 0x90, 0][..], &[0; 413], &[0xFF, 0xFB, 0x90, 0], &[0; 413]].concat();
    let head = |length: &[u8]| [&[0x1A, 0x45, 0xDF, 0xA3][..], length, &[0x42, 0x82, 0x84], b"webm"].concat();
    let huge = [&mp4_box(b"ftyp", b"isom\0\0\x02\0isom")[..], &[0, 0, 0, 1], b"moov", &[0xFF; 8]].concat();
    let sized = |size: [u8; 4]| [&mp4_box(b"ftyp", b"isom\0\0\x02\0isom")[..], &size, b"moov", &[0; 32]].concat();
    vec![
        ("a JPEG cut in half", "a.jpg", half(&picture(ImageFormat::Jpeg))),
        ("a JPEG of its first bytes", "a.jpg", picture(ImageFormat::Jpeg)[..20].to_vec()),
        ("a PNG cut in half", "a.png", half(&picture(ImageFormat::Png))),
        ("a PNG of its head", "a.png", picture(ImageFormat::Png)[..33].to_vec()),
        ("a GIF cut in half", "a.gif", half(&picture(ImageFormat::Gif))),
        ("a WebP cut in half", "a.webp", half(&picture(ImageFormat::WebP))),
        ("an MP4 cut in its header", "a.mp4", mp4()[..60].to_vec()),
        ("an MP4 of one box", "a.mp4", mp4_box(b"ftyp", b"isom\0\0\x02\0isom")),
        ("a WebM cut in half", "a.webm", half(&webm())),
        ("an Ogg file cut in its first page", "a.ogg", ogg[..30].to_vec()),
        ("an Ogg file of a page", "a.ogg", ogg),
        ("an MP3 of half a frame", "a.mp3", mp3[..200].to_vec()),
        ("an ID3 tag longer than the file", "a.mp3", b"ID3\x04\0\0\x7F\x7F\x7F\x7F".to_vec()),
        ("a GIF that is a page", "a.gif", [b"GIF89a/*".to_vec(), PAGE.as_bytes().to_vec()].concat()),
        ("a whole GIF with a page behind it", "a.html", [gif(1), PAGE.as_bytes().to_vec()].concat()),
        (
            "a JPEG with an archive behind it",
            "a.zip",
            [pictures::jpeg(52), b"PK\x03\x04\x14\0evil.html".to_vec(), PAGE.as_bytes().to_vec()].concat(),
        ),
        ("a JPEG with a page in its comment", "a.html", with_segment(0xFE, PAGE.as_bytes())),
        (
            "a PDF with a page in front of its end",
            "a.html",
            [b"%PDF-1.7\n".to_vec(), PAGE.as_bytes().to_vec(), b"\n%%EOF\n".to_vec()].concat(),
        ),
        ("a page with a PDF in it", "a.pdf", [PAGE.as_bytes().to_vec(), b"%PDF-1.7\n%%EOF\n".to_vec()].concat()),
        ("a PNG of 2.5 gigapixels", "a.png", png(50_000, 50_000, &[chunk(b"IDAT", &[0x78, 1, 3, 0, 0, 0, 0, 1])])),
        ("a JPEG of 2.5 gigapixels", "a.jpg", jpeg_of(50_000)),
        ("a GIF of 10 000 frames", "a.gif", gif(10_000)),
        ("a WebP of 10 000 frames", "a.webp", webp(10_000)),
        ("an AVIF picture", "a.avif", mp4_box(b"ftyp", b"avif\0\0\0\0avifmif1miaf")),
        ("a HEIC picture called a film", "a.mp4", mp4_box(b"ftyp", b"heic\0\0\0\0mif1heic")),
        ("a PNG that unpacks a thousandfold", "a.png", png(64, 48, &[chunk(b"IDAT", &bomb())])),
        (
            "a PNG whose profile unpacks a thousandfold",
            "a.png",
            png(
                1,
                1,
                &[
                    chunk(b"iCCP", &[b"x\0\0".to_vec(), bomb()].concat()),
                    chunk(b"IDAT", &[0x78, 1, 1, 2, 0, 0xFD, 0xFF, 0, 0, 0, 2, 0, 1]),
                ],
            ),
        ),
        ("a PNG without pixels", "a.png", png(0, 0, &[])),
        ("a drawing", "a.svg", DRAWING.into()),
        ("a drawing called a picture", "a.png", DRAWING.into()),
        ("a drawing behind a mark of the byte order", "a.jpg", ["\u{FEFF}", DRAWING].concat().into()),
        ("a drawing behind a comment", "a.jpg", ["<!-- GIF89a -->", DRAWING].concat().into()),
        ("a drawing in UTF-16", "a.jpg", utf16(DRAWING)),
        ("a page", "a.html", PAGE.into()),
        ("a page behind spaces", "a.jpg", ["\n\n \t", PAGE].concat().into()),
        ("a page in UTF-16", "a.jpg", utf16(PAGE)),
        ("XML", "a.xml", b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"bbbb\">]><a>&b;</a>".to_vec()),
        ("XHTML", "a.xhtml", b"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>".to_vec()),
        ("a script called a picture", "a.jpg", b"alert(1)".to_vec()),
        ("a name that leads elsewhere", "../../etc/passwd\0.html", pictures::jpeg(53)),
        ("a name that turns around", "photo\u{202E}gpj.html", pictures::jpeg(54)),
        ("boxes in boxes", "a.mp4", nested(5_000)),
        ("a box of 2^64 bytes", "a.mp4", huge),
        ("a box shorter than its head", "a.mp4", sized([0, 0, 0, 4])),
        ("a box of 4 GiB", "a.mp4", sized([0xFF; 4])),
        (
            "two hundred thousand empty boxes",
            "a.mp4",
            [mp4_box(b"ftyp", b"isom\0\0\x02\0isom"), mp4_box(b"free", b"").repeat(200_000)].concat(),
        ),
        ("EBML of unknown length", "a.webm", head(&[0xFF])),
        ("EBML of 2^56 bytes", "a.webm", head(&[1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFE])),
        ("EBML whose length is none", "a.webm", head(&[0])),
        ("EBML in EBML", "a.webm", (0..200).fold(Vec::new(), |inner, _| ebml(&[0x18, 0x53, 0x80, 0x67], &inner))),
        ("Exif that leads to itself", "a.jpg", with_segment(0xE1, &exif(true))),
        ("Exif of 65 535 entries", "a.jpg", with_segment(0xE1, &exif(false))),
        (
            "IPTC of lengths beyond its end",
            "a.jpg",
            with_segment(0xED, b"Photoshop 3.0\08BIM\x04\x04\0\0\xFF\xFF\xFF\xFF\x1C\x02\x19\xFF\xFF"),
        ),
        ("nothing", "a.jpg", Vec::new()),
        ("an archive", "a.jpg", b"PK\x03\x04\x14\0\0\0\0\0".to_vec()),
    ]
}

/// What a browser shows or stores, and never runs.
const HARMLESS: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "video/mp4",
    "video/webm",
    "audio/ogg",
    "audio/mpeg",
    "application/pdf",
];

/// The same limits in a picture that moves, which is taken.
#[test]
fn the_animation_is_one() {
    assert!(image::load_from_memory(&webp(3)).is_ok());
}

everywhere! {
    hostile_files_do_no_harm(app) {
        let editor = app.editor();
        let (mut refused, mut taken) = (0, Vec::new());
        for (what, name, bytes) in files() {
            let answer = editor.upload(name, &bytes, &[]);
            let status = answer.status;
            assert!(status == 201 || (400..500).contains(&status), "{what}: {status} {}", answer.text());
            let left = std::fs::read_dir(app.app.storage.staging_dir()).map_or(0, Iterator::count);
            assert_eq!(left, 0, "{what} left something");
            let _ = editor.get("/v1/auth/me").expect(200);
            let _ = app.anonymous().get("/livez").expect(200);
            if status != 201 {
                let broken_form = what == "a name that leads elsewhere";
                assert!(matches!(status, 413 | 415 | 422) || broken_form && status == 400, "{what}: {status}");
                assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
                assert!(!answer.json()["detail"].as_str().unwrap().is_empty(), "{what}");
                refused += 1;
                continue;
            }
            let media = answer.data();
            taken.push(what);
            let mime = media["mime"].as_str().unwrap();
            assert!(HARMLESS.contains(&mime), "{what}: {mime}");
            let file_name = media["file_name"].as_str().unwrap();
            assert!(![".html", ".svg", ".zip"].iter().any(|ending| file_name.ends_with(ending)) && !file_name.contains(['/', '\\', '\0', '\u{202E}']), "{what}: {file_name}");
            for url in ["url", "original_url"] {
                let file = app.anonymous().get(media[url].as_str().unwrap()).expect(200);
                assert_eq!((file.header("content-type"), file.header("x-content-type-options")), (Some(mime), Some("nosniff")), "{what}");
                assert!(file.header("content-security-policy").unwrap().starts_with("sandbox"), "{what}");
                let is_shown = file.header("content-disposition").unwrap().starts_with("inline");
                assert!(!is_shown || mime != "application/pdf", "{what}");
            }
        }
        assert!(refused >= 30, "{refused} refused, taken: {taken:?}");
    }
}
