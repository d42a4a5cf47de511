//! Where a picture file has what it says of itself.

use super::super::bytes::{be16, be32, le32};

/// What precedes XMP in a JPEG, in a PNG, and in a GIF.
const XMP_IN_JPEG: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const XMP_IN_PNG: &[u8] = b"XML:com.adobe.xmp\0\0\0";
const XMP_IN_GIF: &[u8] = b"\x21\xFF\x0BXMP DataXMP";

/// The first of each kind; empty where there is none.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    /// A TIFF structure.
    pub(super) exif: &'a [u8],
    /// XML.
    pub(super) xmp: &'a [u8],
    /// Data sets.
    pub(super) iptc: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(super) fn of(picture: &'a [u8]) -> Self {
        let mut parts = Self::default();
        let _ = match picture {
            [0xFF, 0xD8, ..] => parts.jpeg(picture),
            [0x89, b'P', b'N', b'G', ..] => parts.png(picture),
            [b'R', b'I', b'F', b'F', ..] => parts.webp(picture),
            [b'G', b'I', b'F', ..] => parts.gif(picture),
            _ => None,
        };
        parts
    }

    fn jpeg(&mut self, picture: &'a [u8]) -> Option<()> {
        let mut at = 2;
        while let [0xFF, marker] = *picture.get(at..at + 2)? {
            let length = usize::from(be16(picture, at + 2)?);
            let body = picture.get(at + 4..at + 2 + length)?;
            match marker {
                0xE1 if body.starts_with(b"Exif\0\0") => put(&mut self.exif, body.get(6..)?),
                0xE1 if body.starts_with(XMP_IN_JPEG) => put(&mut self.xmp, body.get(XMP_IN_JPEG.len()..)?),
                0xED => {
                    if let Some(data) = body.strip_prefix(b"Photoshop 3.0\0").and_then(resource) {
                        put(&mut self.iptc, data);
                    }
                }
                0xDA => break,
                _ => {}
            }
            at += 2 + length;
        }
        Some(())
    }

    fn png(&mut self, picture: &'a [u8]) -> Option<()> {
        let mut at = 8;
        loop {
            let length = usize::try_from(be32(picture, at)?).ok()?;
            let body = picture.get(at + 8..(at + 8).checked_add(length)?)?;
            match picture.get(at + 4..at + 8)? {
                b"eXIf" => put(&mut self.exif, body),
                b"iTXt" => {
                    // Behind the two flags stand a language and a translated keyword.
                    if let Some(rest) = body.strip_prefix(XMP_IN_PNG) {
                        put(&mut self.xmp, rest);
                    }
                }
                _ => {}
            }
            at += 12 + length;
        }
    }

    fn webp(&mut self, picture: &'a [u8]) -> Option<()> {
        let mut at = 12;
        loop {
            let length = usize::try_from(le32(picture, at + 4)?).ok()?;
            let body = picture.get(at + 8..(at + 8).checked_add(length)?)?;
            match picture.get(at..at + 4)? {
                b"EXIF" => put(&mut self.exif, body.strip_prefix(b"Exif\0\0").unwrap_or(body)),
                b"XMP " => put(&mut self.xmp, body),
                _ => {}
            }
            at += 8 + length + length % 2;
        }
    }

    fn gif(&mut self, picture: &'a [u8]) -> Option<()> {
        let at = picture.windows(XMP_IN_GIF.len()).position(|window| window == XMP_IN_GIF)?;
        put(&mut self.xmp, picture.get(at + XMP_IN_GIF.len()..)?);
        Some(())
    }
}

fn put<'a>(place: &mut &'a [u8], found: &'a [u8]) {
    if place.is_empty() {
        *place = found;
    }
}

/// The image resource 0x0404 among Photoshop's.
fn resource(mut rest: &[u8]) -> Option<&[u8]> {
    while let Some(block) = rest.strip_prefix(b"8BIM") {
        let id = be16(block, 0)?;
        // The name is padded so that its length byte and itself are even.
        let name = (usize::from(*block.get(2)?) + 2) & !1;
        let size = usize::try_from(be32(block, 2 + name)?).ok()?;
        let data = block.get(6 + name..)?.get(..size)?;
        if id == 0x0404 {
            return Some(data);
        }
        rest = block.get(6 + name + size + (size & 1)..)?;
    }
    None
}
