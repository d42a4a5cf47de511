//! The one Exif tag that matters for showing a picture (Exif 3.0, a TIFF 6.0 structure).

use super::super::bytes::{be16, be32, le16, le32};

/// What stands before the TIFF structure in a JPEG, and by mistake in many WebP files.
pub(super) const MARK: &[u8] = b"Exif\0\0";

const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;

/// The orientation that Exif data name, with or without [`MARK`]; 1 (upright) when they name none.
pub(super) fn orientation(data: &[u8]) -> u8 {
    read(data.strip_prefix(MARK).unwrap_or(data)).unwrap_or(1)
}

fn read(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |at| if little { le16(tiff, at) } else { be16(tiff, at) };
    let directory = if little { le32(tiff, 4) } else { be32(tiff, 4) };
    let directory = usize::try_from(directory?).ok()?;
    for entry in 0..usize::from(short(directory)?) {
        let at = directory.checked_add(2 + entry * 12)?;
        if short(at)? == ORIENTATION && short(at.checked_add(2)?)? == SHORT {
            let value = u8::try_from(short(at.checked_add(8)?)?).ok()?;
            return (1..=8).contains(&value).then_some(value);
        }
    }
    None
}

/// A TIFF structure that says nothing but the orientation.
pub(super) fn only(orientation: u8) -> [u8; 26] {
    let mut tiff = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    tiff[19] = orientation;
    tiff
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_what_it_writes() {
        for orientation in 1..=8 {
            assert_eq!(super::orientation(&super::only(orientation)), orientation);
        }
        assert_eq!(super::orientation(b"II*\0\xff\xff\xff\xff"), 1);
    }
}
