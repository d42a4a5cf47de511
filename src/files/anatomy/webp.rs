//! WebP (RFC 9649): a RIFF file of chunks.

use super::super::bytes::{le16, le24, le32};
use super::{Anatomy, exif};

/// In the flags of `VP8X`.
const HAS_EXIF: u8 = 0x08;
const HAS_XMP: u8 = 0x04;

/// Bytes before the first chunk of the file, and before the first chunk of an `ANMF`.
const FILE_HEADER: usize = 12;
const FRAME_HEADER: usize = 16;

/// Walks over all chunks that the file header announces.
pub(super) fn walk(bytes: &[u8]) -> Option<Anatomy> {
    let length = usize::try_from(le32(bytes, 4)?).ok()?.checked_add(8)?;
    let file = bytes.get(..length)?;
    if !file.starts_with(b"RIFF") || file.get(8..FILE_HEADER) != Some(b"WEBP") {
        return None;
    }
    let first = Chunks(file.get(FILE_HEADER..)?).next()??;
    let (width, height) = first.size()?;
    let (mut frames, mut stills) = (0_u32, 0_u32);
    let mut orientation = 1;
    let mut body = Vec::with_capacity(length);
    for chunk in Chunks(file.get(FILE_HEADER..)?) {
        let chunk = chunk?;
        match chunk.name {
            b"VP8 " | b"VP8L" => {
                (chunk.size()? == (width, height)).then_some(())?;
                stills += 1;
            }
            b"ANMF" => {
                fits(chunk.data.get(FRAME_HEADER..)?, width, height)?;
                frames += 1;
            }
            b"EXIF" => orientation = exif::orientation(chunk.data),
            b"VP8X" | b"ICCP" | b"ANIM" | b"ALPH" => {}
            _ => continue,
        }
        if chunk.name != b"EXIF" {
            push(&mut body, chunk.name, chunk.data)?;
        }
    }
    if stills + frames == 0 || stills > 1 {
        return None;
    }
    let clean = file_of(body, if first.name == b"VP8X" { orientation } else { 1 })?;
    Some(Anatomy { width, height, orientation, frames: frames.max(1), clean })
}

/// Puts the file header before the chunks, sets the flags, and adds the Exif chunk where the picture is turned.
fn file_of(mut body: Vec<u8>, orientation: u8) -> Option<Vec<u8>> {
    if body.starts_with(b"VP8X") {
        let flags = body.get_mut(8)?;
        *flags &= !(HAS_EXIF | HAS_XMP);
        if orientation != 1 {
            *flags |= HAS_EXIF;
            push(&mut body, b"EXIF", &exif::only(orientation))?;
        }
    }
    let mut clean = b"RIFF".to_vec();
    clean.extend(u32::try_from(body.len() + 4).ok()?.to_le_bytes());
    clean.extend(b"WEBP");
    clean.extend(body);
    Some(clean)
}

fn push(body: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) -> Option<()> {
    body.extend(name);
    body.extend(u32::try_from(data.len()).ok()?.to_le_bytes());
    body.extend(data);
    if data.len() % 2 == 1 {
        body.push(0);
    }
    Some(())
}

/// Whether the pictures in a frame are no larger than the canvas, which is what the limits were checked for.
fn fits(frame: &[u8], width: u32, height: u32) -> Option<()> {
    for chunk in Chunks(frame) {
        let chunk = chunk?;
        if matches!(chunk.name, b"VP8 " | b"VP8L") {
            let size = chunk.size()?;
            (size.0 <= width && size.1 <= height).then_some(())?;
        }
    }
    Some(())
}

struct Chunk<'a> {
    name: &'a [u8; 4],
    data: &'a [u8],
}

impl Chunk<'_> {
    /// The size that the header of a canvas or of a picture names.
    fn size(&self) -> Option<(u32, u32)> {
        let size = match self.name {
            b"VP8X" => (le24(self.data, 4)? + 1, le24(self.data, 7)? + 1),
            b"VP8 " if self.data.get(3..6) == Some(&[0x9D, 0x01, 0x2A]) => {
                (u32::from(le16(self.data, 6)? & 0x3FFF), u32::from(le16(self.data, 8)? & 0x3FFF))
            }
            b"VP8L" if self.data.first() == Some(&0x2F) => {
                let bits = le32(self.data, 1)?;
                ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
            }
            _ => return None,
        };
        (size.0 > 0 && size.1 > 0).then_some(size)
    }
}

/// The chunks of a file or frame; one `None` and no more where they are cut off.
struct Chunks<'a>(&'a [u8]);

impl<'a> Iterator for Chunks<'a> {
    type Item = Option<Chunk<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let chunk = self.take();
        if chunk.is_none() {
            self.0 = &[];
        }
        Some(chunk)
    }
}

impl<'a> Chunks<'a> {
    fn take(&mut self) -> Option<Chunk<'a>> {
        let name = self.0.first_chunk()?;
        let length = usize::try_from(le32(self.0, 4)?).ok()?;
        let data = self.0.get(8..length.checked_add(8)?)?;
        // The last chunk of some files lacks the byte that makes its length even.
        let next = (8 + length + length % 2).min(self.0.len());
        self.0 = self.0.get(next..)?;
        Some(Chunk { name, data })
    }
}
