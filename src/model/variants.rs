//! What a media record notes of its variants, so that no answer needs a query for them: a line each, with name, ending,
//! width, height, length in bytes and the first digits of the hash, between spaces. The whole picture by width in WebP
//! comes first, from narrow to wide: what a `srcset` needs, and lists of articles read no further.

/// The widest variant. Pixels.
pub const WIDEST: i32 = 1_920;

/// Digits of the hash that an address carries: a variant that is made anew gets another address.
const HASH_DIGITS: usize = 8;

/// What is noted of one variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariantNote<'a> {
    /// Its name: `w640`, `16x9-w640`.
    pub name: &'a str,
    /// The ending of its file: `webp` or `jpg`.
    pub extension: &'a str,
    /// Pixels across.
    pub width: i32,
    /// Pixels down.
    pub height: i32,
    /// Its length.
    pub bytes: i64,
    /// The first digits of the hash of its bytes.
    pub hash: &'a str,
}

impl<'a> VariantNote<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let mut parts = line.split(' ');
        let note = Self {
            name: parts.next()?,
            extension: parts.next()?,
            width: parts.next()?.parse().ok()?,
            height: parts.next()?.parse().ok()?,
            bytes: parts.next()?.parse().ok()?,
            hash: parts.next()?,
        };
        parts.next().is_none().then_some(note)
    }

    /// Whether this belongs into a `srcset`: the whole picture, in the format that is preferred.
    #[must_use]
    pub fn is_candidate(&self) -> bool {
        self.name.starts_with('w') && self.extension == "webp"
    }

    /// Its media type (RFC 6838).
    #[must_use]
    pub fn mime(&self) -> &'static str {
        if self.extension == "webp" { "image/webp" } else { "image/jpeg" }
    }
}

/// The notes of a record, in order. What can't be read is left out.
pub fn read(notes: Option<&str>) -> impl Iterator<Item = VariantNote<'_>> {
    notes.unwrap_or_default().lines().filter_map(VariantNote::read)
}

/// Notes the variants of a record, given in their order. Of the hash, the first digits are kept.
#[must_use]
pub fn write<'a>(notes: impl Iterator<Item = VariantNote<'a>>) -> String {
    let line = |note: VariantNote| {
        let VariantNote { name, extension, width, height, bytes, hash } = note;
        let hash = hash.get(..HASH_DIGITS).unwrap_or(hash);
        format!("{name} {extension} {width} {height} {bytes} {hash}")
    };
    notes.map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_read_as_they_were_written() {
        let note =
            VariantNote { name: "w320", extension: "webp", width: 320, height: 213, bytes: 9, hash: "0123456789" };
        let crop = VariantNote { name: "1x1-w320", extension: "jpg", hash: "ab", ..note };
        let text = write([note, crop].into_iter());
        assert_eq!(text, "w320 webp 320 213 9 01234567\n1x1-w320 jpg 320 213 9 ab");
        assert_eq!(read(Some(&text)).collect::<Vec<_>>(), [VariantNote { hash: "01234567", ..note }, crop]);
        assert!(note.is_candidate() && !crop.is_candidate());
        assert_eq!((read(None).count(), read(Some("")).count(), read(Some("w320 webp x")).count()), (0, 0, 0));
    }
}
