//! Cursors: a position in a list as opaque text, bound to the route, the filters, the sort and the locale of the list
//! that it came from.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest, Sha256};

use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::model::Id;
use crate::model::paging::{Key, Position, Toward};

/// The longest cursor that is looked at, in characters.
pub const MAX_CHARS: usize = 4_096;

/// What a list is, in eight bytes.
pub type Fingerprint = [u8; 8];

const HEAD: usize = 1 + 8 + 16;
const CHECK: usize = 4;
const IS_PREVIOUS: u8 = 1;
const IS_NUMBER: u8 = 2;

/// The fingerprint of a list: its path and every parameter that chooses or orders its rows, in any order.
#[must_use]
pub fn fingerprint<'a>(path: &str, parameters: impl Iterator<Item = (&'a str, &'a str)>) -> Fingerprint {
    let mut parameters: Vec<(&str, &str)> = parameters.collect();
    parameters.sort_unstable();
    let mut hash = Sha256::new();
    for part in std::iter::once(path).chain(parameters.into_iter().flat_map(|(name, value)| [name, value])) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut out = Fingerprint::default();
    out.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    out
}

/// Writes a position of the list `of`.
#[must_use]
pub fn encode(position: &Position, of: Fingerprint) -> String {
    let (kind, key) = match &position.key {
        Key::Text(text) => (0, text.as_bytes().to_vec()),
        Key::Number(number) => (IS_NUMBER, number.to_be_bytes().to_vec()),
    };
    let toward = if position.toward == Toward::Previous { IS_PREVIOUS } else { 0 };
    let mut bytes = vec![kind | toward];
    bytes.extend(of);
    bytes.extend(position.id.uuid().as_bytes());
    bytes.extend(key);
    bytes.extend(crc32fast::hash(&bytes).to_be_bytes());
    BASE64.encode(bytes)
}

/// Reads a position of the list `of`.
///
/// # Errors
/// [`Code::InvalidCursor`] if the text is damaged or comes from another list.
pub fn decode(text: &str, of: Fingerprint) -> Result<Position> {
    read(text, of).ok_or_else(|| {
        let detail = "This cursor is damaged, or belongs to other filters, another sort or another locale.";
        let fault = Fault::parameter("cursor", FaultCode::InvalidFormat, detail);
        Error::new(Code::InvalidCursor, detail).with_faults(vec![fault])
    })
}

fn read(text: &str, of: Fingerprint) -> Option<Position> {
    let bytes = BASE64.decode(Some(text).filter(|text| text.len() <= MAX_CHARS)?).ok()?;
    let (bytes, check) = bytes.split_at_checked(bytes.len().checked_sub(CHECK)?)?;
    if crc32fast::hash(bytes).to_be_bytes() != check {
        return None;
    }
    let (head, key) = bytes.split_at_checked(HEAD)?;
    let flags = *head.first().filter(|flags| **flags <= IS_PREVIOUS | IS_NUMBER)?;
    if head.get(1..9)? != of {
        return None;
    }
    let key = if flags & IS_NUMBER == 0 {
        // PostgreSQL takes no U+0000.
        Key::Text(std::str::from_utf8(key).ok().filter(|text| !text.contains('\0'))?.to_owned())
    } else {
        Key::Number(i64::from_be_bytes(key.try_into().ok()?))
    };
    let toward = if flags & IS_PREVIOUS == 0 { Toward::Next } else { Toward::Previous };
    Some(Position { toward, key, id: Id::from(uuid::Uuid::from_slice(head.get(9..)?).ok()?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_and_belong_to_one_list() {
        let list = fingerprint("/v1/tags", [("kind", "topic"), ("sort", "name")].into_iter());
        assert_eq!(list, fingerprint("/v1/tags", [("sort", "name"), ("kind", "topic")].into_iter()));
        let other = fingerprint("/v1/tags", [("kind", "person")].into_iter());
        for key in [Key::Text("kazakhstan".into()), Key::Text(String::new()), Key::Number(-5)] {
            for toward in [Toward::Next, Toward::Previous] {
                let position = Position { toward, key: key.clone(), id: Id::new() };
                let text = encode(&position, list);
                assert_eq!(decode(&text, list).ok(), Some(position));
                assert_eq!(decode(&text, other).map_err(|e| e.code()), Err(Code::InvalidCursor));
                for at in 0..text.len() {
                    let mut broken = text.clone().into_bytes();
                    broken[at] = if broken[at] == b'A' { b'B' } else { b'A' };
                    assert!(decode(&String::from_utf8(broken).unwrap(), list).is_err());
                }
            }
        }
        for text in ["", "A", "AAAA", "%", &"A".repeat(5_000)] {
            assert!(decode(text, list).is_err());
        }
    }
}
