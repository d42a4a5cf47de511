//! JPEG (ITU-T T.81) with its JFIF, Exif and ICC segments.

use super::super::bytes::be16;
use super::{Anatomy, exif};

/// A progressive picture has about ten scans; each is a pass over the whole picture for the decoder.
const MAX_SCANS: u32 = 100;

const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const COMMENT: u8 = 0xFE;
const START_OF_SCAN: u8 = 0xDA;
const END_OF_IMAGE: u8 = 0xD9;

#[derive(Default)]
struct Walk {
    size: Option<(u32, u32)>,
    orientation: Option<u8>,
    scans: u32,
    clean: Vec<u8>,
}

/// Walks from the start of the picture to its end marker.
pub(super) fn walk(bytes: &[u8]) -> Option<Anatomy> {
    if !bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        return None;
    }
    let mut walk = Walk { clean: Vec::with_capacity(bytes.len()), ..Walk::default() };
    walk.clean.extend([0xFF, 0xD8]);
    let mut at = 2;
    loop {
        // Decoders skip what lies between two segments, and so does the clean copy.
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        at += bytes.get(at..)?.iter().position(|byte| *byte != 0xFF)?;
        match *bytes.get(at)? {
            END_OF_IMAGE => break,
            0x00 | 0x01 | 0xD0..=0xD8 => return None,
            marker => {
                let end = at + 1 + usize::from(be16(bytes, at + 1)?);
                let body = bytes.get(at + 3..end)?;
                walk.segment(marker, body)?;
                at = end;
                if marker == START_OF_SCAN {
                    at = scan_end(bytes, end)?;
                    walk.clean.extend(bytes.get(end..at)?);
                }
            }
        }
    }
    walk.clean.extend([0xFF, END_OF_IMAGE]);
    let (width, height) = walk.size.filter(|(width, height)| *width > 0 && *height > 0 && walk.scans > 0)?;
    Some(Anatomy { width, height, orientation: walk.orientation.unwrap_or(1), frames: 1, clean: walk.clean })
}

impl Walk {
    fn segment(&mut self, marker: u8, body: &[u8]) -> Option<()> {
        match marker {
            APP0 if body.starts_with(b"JFIF\0") && body.len() >= 14 => self.keep_jfif(body),
            APP1 if body.starts_with(exif::MARK) => self.keep_orientation(body),
            APP2 if body.starts_with(b"ICC_PROFILE\0") => self.keep(marker, body),
            APP14 if body.starts_with(b"Adobe") => self.keep(marker, body),
            APP0..=0xEF | COMMENT => {}
            _ => {
                match marker {
                    0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => self.frame(body)?,
                    START_OF_SCAN => self.scans += 1,
                    _ => {}
                }
                self.keep(marker, body);
            }
        }
        (self.scans <= MAX_SCANS).then_some(())
    }

    /// A second frame header would let the decoder see another size than was checked here.
    fn frame(&mut self, body: &[u8]) -> Option<()> {
        let size = (u32::from(be16(body, 3)?), u32::from(be16(body, 1)?));
        self.size.replace(size).is_none().then_some(())
    }

    /// Without the thumbnail, which may show what was cut out of the picture.
    fn keep_jfif(&mut self, body: &[u8]) {
        let mut header = body.get(..12).unwrap_or_default().to_vec();
        header.extend([0, 0]);
        self.keep(APP0, &header);
    }

    fn keep_orientation(&mut self, body: &[u8]) {
        if self.orientation.is_none() {
            let orientation = exif::orientation(body);
            self.orientation = Some(orientation);
            if orientation != 1 {
                self.keep(APP1, &[exif::MARK, &exif::only(orientation)].concat());
            }
        }
    }

    fn keep(&mut self, marker: u8, body: &[u8]) {
        // A body comes out of a segment, whose length has two bytes, or is shorter than the one it replaces.
        let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
        self.clean.extend([0xFF, marker]);
        self.clean.extend(length.to_be_bytes());
        self.clean.extend(body);
    }
}

/// Where the entropy-coded bytes of a scan end: at a marker that is no restart and no stuffed zero.
fn scan_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        match bytes.get(at + 1)? {
            0x00 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            _ => return Some(at),
        }
    }
}
