//! PNG (W3C PNG third edition) with APNG.

use super::super::bytes::be32;
use super::{Anatomy, exif};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The chunks that say how the picture looks. All others (text, time, Exif, private ones) stay out of clean copies.
const KEPT: [&[u8; 4]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI",
    b"sBIT", b"bKGD", b"pHYs", b"hIST", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

/// Walks from the signature to the end chunk.
pub(super) fn walk(bytes: &[u8]) -> Option<Anatomy> {
    let mut rest = bytes.strip_prefix(SIGNATURE)?;
    let header = rest.get(..25).filter(|header| header.get(4..8) == Some(b"IHDR"))?;
    let (width, height) = (be32(header, 8)?, be32(header, 12)?);
    if width == 0 || height == 0 {
        return None;
    }
    let mut clean = Vec::with_capacity(bytes.len());
    clean.extend(SIGNATURE);
    let (mut frames, mut orientation) = (0_u32, None);
    loop {
        let length = usize::try_from(be32(rest, 0)?).ok()?;
        let chunk = rest.get(..length.checked_add(12)?)?;
        let name: &[u8; 4] = chunk.get(4..)?.first_chunk()?;
        rest = rest.get(chunk.len()..)?;
        match name {
            b"eXIf" if orientation.is_none() => {
                let turned = exif::orientation(chunk.get(8..8 + length)?);
                orientation = Some(turned);
                if turned != 1 {
                    clean.extend(exif_chunk(turned));
                }
            }
            b"fcTL" => frames += 1,
            _ => {}
        }
        if KEPT.contains(&name) {
            clean.extend(chunk);
        }
        if name == b"IEND" {
            break;
        }
    }
    Some(Anatomy { width, height, orientation: orientation.unwrap_or(1), frames: frames.max(1), clean })
}

fn exif_chunk(orientation: u8) -> Vec<u8> {
    let mut body = b"eXIf".to_vec();
    body.extend(exif::only(orientation));
    let checksum = crc32fast::hash(&body);
    let mut chunk = vec![0, 0, 0, 26];
    chunk.extend(body);
    chunk.extend(checksum.to_be_bytes());
    chunk
}
