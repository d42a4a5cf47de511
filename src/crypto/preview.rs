//! Preview tokens: they name a record and are signed, so that an invented one never reaches the database.

use uuid::Uuid;

use super::{base64url, from_base64url, mac, same};

/// Bytes of an id.
const ID_BYTES: usize = 16;
/// Bytes of an id and its HMAC-SHA256.
const TOKEN_BYTES: usize = ID_BYTES + 32;
/// Characters of a token: base64url of 48 bytes.
pub const TOKEN_CHARS: usize = TOKEN_BYTES / 3 * 4;

/// The token of the record `id`: the id and its signature, in base64url, 64 characters.
#[must_use]
pub fn token(key: &[u8; 32], id: Uuid) -> String {
    let mut bytes = id.as_bytes().to_vec();
    bytes.extend_from_slice(&signature(key, id));
    base64url(&bytes)
}

/// The record that a token names, if [`token`] made it with this key. Whether it still works is for the record to say.
#[must_use]
pub fn read(key: &[u8; 32], token: &str) -> Option<Uuid> {
    if token.len() != TOKEN_CHARS {
        return None;
    }
    let bytes = from_base64url(token)?;
    let (id, signed) = bytes.split_at_checked(ID_BYTES)?;
    let id = Uuid::from_slice(id).ok()?;
    same(&signature(key, id), signed).then_some(id)
}

fn signature(key: &[u8; 32], id: Uuid) -> [u8; 32] {
    mac(key, &[b"slugline preview v1", id.as_bytes()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::random_key;

    #[test]
    fn a_token_names_its_record_and_none_other() {
        let (key, id) = (random_key(), Uuid::now_v7());
        let token = token(&key, id);
        assert_eq!((token.len(), read(&key, &token)), (TOKEN_CHARS, Some(id)));
        assert_eq!(read(&random_key(), &token), None);
        for place in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(read(&key, &String::from_utf8(bytes).expect("ASCII")), None, "{place}");
            assert_eq!(read(&key, &token[..place]), None);
        }
        assert_eq!(read(&key, &format!("{token}A")), None);
    }

    proptest! {
        #[test]
        fn nothing_is_guessed(text in any::<String>()) {
            prop_assert_eq!(read(&random_key(), &text), None);
        }
    }
}
