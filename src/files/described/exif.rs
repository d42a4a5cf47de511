//! What cameras write (Exif 3.0, a TIFF 6.0 structure): description, artist, copyright, and when the picture was taken.
//! Places are not read at all.

use super::super::bytes::{be16, be32, le16, le32};

const DESCRIPTION: u16 = 0x010E;
const ARTIST: u16 = 0x013B;
const COPYRIGHT: u16 = 0x8298;
const EXIF_DIRECTORY: u16 = 0x8769;
const TAKEN: u16 = 0x9003;
const TAKEN_OFFSET: u16 = 0x9011;
const ASCII: u16 = 2;
const LONG: u16 = 4;

/// What Exif data say.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Exif {
    pub(super) description: Option<String>,
    pub(super) artist: Option<String>,
    pub(super) copyright: Option<String>,
    /// `2026:05:04 10:11:12`, with an offset behind it where there is one.
    pub(super) taken: Option<String>,
}

impl Exif {
    pub(super) fn of(tiff: &[u8]) -> Self {
        let little = match tiff.get(..4) {
            Some(b"II*\0") => true,
            Some(b"MM\0*") => false,
            _ => return Self::default(),
        };
        let tiff = Tiff { bytes: tiff, little };
        let main = tiff.long(4);
        let text = |tag| tiff.text(main?, tag);
        let second = main.and_then(|main| tiff.value(main, EXIF_DIRECTORY, LONG)).and_then(|at| tiff.long(at + 8));
        let taken = second.and_then(|second| {
            let taken = tiff.text(second, TAKEN)?;
            let offset = tiff.text(second, TAKEN_OFFSET).unwrap_or_default();
            Some(format!("{}{}", taken.trim(), offset.trim()))
        });
        Self { description: text(DESCRIPTION), artist: text(ARTIST), copyright: text(COPYRIGHT), taken }
    }
}

struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
}

impl Tiff<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        if self.little { le16(self.bytes, at) } else { be16(self.bytes, at) }
    }

    fn long(&self, at: usize) -> Option<usize> {
        let value = if self.little { le32(self.bytes, at) } else { be32(self.bytes, at) };
        usize::try_from(value?).ok()
    }

    /// Where a directory has the entry of a tag, if its values are of this type.
    fn value(&self, directory: usize, tag: u16, kind: u16) -> Option<usize> {
        for entry in 0..usize::from(self.short(directory)?) {
            let at = directory.checked_add(2 + entry * 12)?;
            if self.short(at)? == tag {
                return (self.short(at.checked_add(2)?)? == kind).then_some(at);
            }
        }
        None
    }

    /// The text of a tag, up to its first zero.
    fn text(&self, directory: usize, tag: u16) -> Option<String> {
        let at = self.value(directory, tag, ASCII)?;
        let length = self.long(at.checked_add(4)?)?;
        let from = if length <= 4 { at.checked_add(8)? } else { self.long(at.checked_add(8)?)? };
        let bytes = self.bytes.get(from..from.checked_add(length)?)?;
        let text = decoded(bytes.split(|byte| *byte == 0).next().unwrap_or_default());
        (!text.trim().is_empty()).then_some(text)
    }
}

/// UTF-8, or else Latin-1.
pub(super) fn decoded(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).map(str::to_owned);
    text.unwrap_or_else(|_| bytes.iter().copied().map(char::from).collect())
}
