//! GIF 87a and 89a.

use super::super::bytes::le16;
use super::{Anatomy, MAX_PIXELS, MAX_SIDE};

const EXTENSION: u8 = 0x21;
const FRAME: u8 = 0x2C;
const TRAILER: u8 = 0x3B;
const PLAIN_TEXT: u8 = 0x01;
const GRAPHIC_CONTROL: u8 = 0xF9;
const APPLICATION: u8 = 0xFF;

/// The applications whose data change how the picture looks: how often it repeats, and its colours.
const KEPT: [&[u8]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

/// Walks from the header to the trailer.
pub(super) fn walk(bytes: &[u8]) -> Option<Anatomy> {
    if !bytes.starts_with(b"GIF87a") && !bytes.starts_with(b"GIF89a") {
        return None;
    }
    let (width, height) = (u32::from(le16(bytes, 6)?), u32::from(le16(bytes, 8)?));
    let mut at = 13 + colour_table(*bytes.get(10)?);
    let mut clean = Vec::with_capacity(bytes.len());
    clean.extend(bytes.get(..at)?);
    let mut frames = 0_u32;
    loop {
        let start = at;
        let kept = match *bytes.get(at)? {
            TRAILER => break,
            FRAME => {
                frames += 1;
                at = frame_end(bytes, at)?;
                true
            }
            EXTENSION => {
                at = sub_blocks_end(bytes, at + 2)?;
                is_kept(bytes.get(start..at)?)?
            }
            // Some programs end a block twice.
            0 => {
                at += 1;
                false
            }
            _ => return None,
        };
        if kept {
            clean.extend(bytes.get(start..at)?);
        }
    }
    clean.push(TRAILER);
    (width > 0 && height > 0 && frames > 0).then_some(Anatomy { width, height, orientation: 1, frames, clean })
}

/// The bytes of the colour table that the packed flags announce.
fn colour_table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

fn is_kept(extension: &[u8]) -> Option<bool> {
    Some(match extension.get(1)? {
        &GRAPHIC_CONTROL | &PLAIN_TEXT => true,
        &APPLICATION => extension.get(3..14).is_some_and(|name| KEPT.contains(&name)),
        _ => false,
    })
}

/// A frame has a size of its own, which decoders make room for.
fn frame_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (width, height) = (u32::from(le16(bytes, at + 5)?), u32::from(le16(bytes, at + 7)?));
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return None;
    }
    let table = colour_table(*bytes.get(at + 9)?);
    sub_blocks_end(bytes, at + 10 + table + 1)
}

/// Data come in blocks of up to 255 bytes, each after its length, until one of length 0.
fn sub_blocks_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
