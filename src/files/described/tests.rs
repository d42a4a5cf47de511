//! What pictures say, in the ways in which they say it.

use super::*;

const XMP: &str = r#"<x:xmpmeta><rdf:RDF><rdf:Description photoshop:Credit='Agency &amp; Co' photoshop:DateCreated="2026-05-04T10:11+02:00">
  <dc:description><rdf:Alt><rdf:li xml:lang="x-default">A ferry&#xA;at dawn</rdf:li><rdf:li xml:lang="de">Eine</rdf:li></rdf:Alt></dc:description>
  <dc:creator><rdf:Seq><rdf:li>Ana Sol</rdf:li><rdf:li>Ben &lt;Luz&gt;</rdf:li></rdf:Seq></dc:creator>
  <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2026 Agency</rdf:li></rdf:Alt></dc:rights>
  <dc:subject><rdf:Bag><rdf:li>Ferry &amp; sea</rdf:li><rdf:li xml:lang='x'>dawn</rdf:li><rdf:li>DAWN</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>"#;

fn set(number: u8, text: &[u8]) -> Vec<u8> {
    [&[0x1C, 2, number], &u16::try_from(text.len()).unwrap().to_be_bytes()[..], text].concat()
}

fn iptc() -> Vec<u8> {
    let sets = [
        (120, &b"From the wire"[..]),
        (110, b"Wire"),
        (80, b"Ren\xe9"),
        (80, b"Sue"),
        (116, b"(c) Wire"),
        (55, b"20250102"),
        (60, b"030405-0500"),
        (25, b"caf\xe9"),
    ];
    let sets: Vec<u8> = sets.into_iter().flat_map(|(number, text)| set(number, text)).collect();
    let mut block = b"Photoshop 3.0\x008BIM\x04\x25\0\0\0\0\0\x01x\08BIM\x04\x04\0\0".to_vec();
    block.extend(u32::try_from(sets.len()).unwrap().to_be_bytes());
    block.extend(sets);
    block
}

/// A TIFF structure with texts in its two directories.
fn tiff(main: &[(u16, &str)], second: &[(u16, &str)]) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    let directory = |bytes: &mut Vec<u8>, texts: &[(u16, &str)], more: usize| {
        let count = texts.len() + more;
        let mut data_at = bytes.len() + 2 + count * 12 + 4;
        let second_at = data_at + texts.iter().map(|(_, text)| text.len() + 1).sum::<usize>();
        bytes.extend(u16::try_from(count).unwrap().to_le_bytes());
        let mut entry = |tag: u16, kind: u16, length: usize, value: usize| {
            bytes.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
            bytes.extend(
                [u32::try_from(length).unwrap().to_le_bytes(), u32::try_from(value).unwrap().to_le_bytes()].concat(),
            );
        };
        for (tag, text) in texts {
            entry(*tag, 2, text.len() + 1, data_at);
            data_at += text.len() + 1;
        }
        if more > 0 {
            entry(0x8769, 4, 1, second_at);
        }
        bytes.extend([0; 4]);
        texts.iter().for_each(|(_, text)| bytes.extend([text.as_bytes(), b"\0"].concat()));
    };
    directory(&mut bytes, main, 1);
    directory(&mut bytes, second, 0);
    bytes
}

fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8];
    for (marker, body) in segments {
        bytes.extend([0xFF, *marker]);
        bytes.extend((u16::try_from(body.len()).unwrap() + 2).to_be_bytes());
        bytes.extend(*body);
    }
    [bytes, vec![0xFF, 0xDA, 0, 2]].concat()
}

fn camera() -> Vec<u8> {
    tiff(
        &[(0x010E, "OLYMPUS DIGITAL CAMERA"), (0x013B, "Cam Era"), (0x8298, "Camera")],
        &[(0x9003, "2024:03:02 01:02:03"), (0x9011, "+01:00")],
    )
}

#[test]
fn each_way_is_read() {
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", XMP.as_bytes()].concat();
    let exif = [b"Exif\0\0".to_vec(), camera()].concat();
    let found = read(&jpeg(&[(0xE1, &exif), (0xE1, &xmp), (0xED, &iptc())]));
    let some = |text: &str| Some(text.to_owned());
    let expected = Described {
        caption: some("A ferry\nat dawn"),
        credit: some("Agency & Co"),
        creator: some("Ana Sol, Ben <Luz>"),
        copyright: some("© 2026 Agency"),
        taken_at: some("2026-05-04T10:11:00+02:00"),
        keywords: ["Ferry & sea", "dawn", "caf\u{e9}"].map(str::to_owned).to_vec(),
    };
    assert_eq!(found, expected);
    let found = read(&jpeg(&[(0xE1, &exif), (0xED, &iptc())]));
    assert_eq!(
        (found.caption, found.credit, found.creator),
        (some("From the wire"), some("Wire"), some("Ren\u{e9}, Sue"))
    );
    assert_eq!((found.copyright, found.taken_at), (some("(c) Wire"), some("2025-01-02T03:04:05-05:00")));
    let found = read(&jpeg(&[(0xE1, &exif)]));
    assert_eq!((found.caption, found.creator, found.copyright), (None, some("Cam Era"), some("Camera")));
    assert_eq!(found.taken_at, some("2024-03-02T01:02:03+01:00"));
}

#[test]
fn every_format_is_looked_into() {
    let chunk = |name: &[u8], body: &[u8]| {
        [&u32::try_from(body.len()).unwrap().to_be_bytes()[..], name, body, &[0; 4]].concat()
    };
    let text = [b"XML:com.adobe.xmp\0\0\0\0\0", XMP.as_bytes()].concat();
    let png = [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"eXIf", &camera()), chunk(b"iTXt", &text)].concat();
    let riff = |name: &[u8], body: &[u8]| {
        [name, &u32::try_from(body.len()).unwrap().to_le_bytes(), body, &vec![0; body.len() % 2]].concat()
    };
    let webp = [b"RIFF\0\0\0\0WEBP".to_vec(), riff(b"EXIF", &camera()), riff(b"XMP ", XMP.as_bytes())].concat();
    let gif = [b"GIF89a\x21\xFF\x0BXMP DataXMP", XMP.as_bytes()].concat();
    for picture in [png, webp, gif] {
        let found = read(&picture);
        assert_eq!((found.creator.as_deref(), found.keywords.len()), (Some("Ana Sol, Ben <Luz>"), 2));
    }
}

#[test]
fn whatever_is_odd_is_left_out() {
    let whole = jpeg(&[(0xE1, &[b"Exif\0\0".to_vec(), camera()].concat()), (0xED, &iptc())]);
    for cut in 0..whole.len() {
        let _ = read(&whole[..cut]);
    }
    let mut loops = camera();
    loops[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(Exif::of(&loops), Exif::default());
    let odd = Packet::of(b"<dc:subject><rdf:li>cut off <dc:rights/> xdc:rights='x' dc:title=\"A &unknown; B\"");
    assert_eq!(
        (odd.list("dc:subject"), odd.text("dc:rights"), odd.text("dc:title")),
        (vec![], None, Some("A &unknown; B".to_owned()))
    );
    for (text, wanted) in [
        ("2026:05:04 10:11:12", Some("2026-05-04T10:11:12Z")),
        ("2026-05-04", Some("2026-05-04T00:00:00Z")),
        ("2026-05-04T10:11:12.5Z", Some("2026-05-04T10:11:12.5Z")),
        ("2026-05-04T10:11:12+0200", Some("2026-05-04T10:11:12+02:00")),
        ("0000:00:00 00:00:00", None),
        ("2026:13:04 10:11:12", None),
        ("yesterday", None),
        ("ééééééé", None),
        ("", None),
    ] {
        assert_eq!(instant(text).as_deref(), wanted, "{text}");
    }
}
