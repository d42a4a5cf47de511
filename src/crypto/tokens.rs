//! Tokens that carry no meaning of their own: API tokens, refresh tokens and one-time links. Only their SHA-256 is
//! stored; with 190 bits and more of randomness that needs no salt and no slow hash.

use std::fmt;

use uuid::Uuid;

use super::{base64url, fill_random, mac, random_key, same};

/// What every API token begins with.
pub const API_TOKEN_PREFIX: &str = "sl_";

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const API_RANDOM_CHARS: usize = 32;
const API_CHECK_CHARS: usize = 6;
/// Characters of the random part that are shown in lists; the other 26 keep 154 bits unknown.
const API_SHOWN_CHARS: usize = 6;
/// Characters of 256 bits in base64url.
const OPAQUE_CHARS: usize = 43;
/// The largest multiple of 62 in a byte: bytes above are drawn again, so that every character is equally likely.
const BASE62_LIMIT: u8 = 248;

/// The hash under which a token is stored and looked up: SHA-256 in hex, 64 characters.
#[must_use]
pub fn hash(token: &str) -> String {
    super::sha256_hex(token)
}

/// A new API token. The plain form is shown once and never stored.
#[derive(Clone)]
pub struct ApiToken {
    /// `sl_`, 32 random characters of base62 (190 bits) and 6 of their checksum: 41 characters.
    pub plain: String,
    /// `sl_` and the first 6 random characters, by which people tell their tokens apart.
    pub prefix: String,
    /// What is stored; see [`hash()`].
    pub hash: String,
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiToken").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl ApiToken {
    /// Makes a token.
    #[must_use]
    pub fn generate() -> Self {
        let random = random_base62(API_RANDOM_CHARS);
        let plain = format!("{API_TOKEN_PREFIX}{random}{}", checksum(&random));
        let prefix = format!("{API_TOKEN_PREFIX}{}", &random[..API_SHOWN_CHARS]);
        Self { hash: hash(&plain), prefix, plain }
    }

    /// Whether `token` has the form of an API token and its checksum is right. Most garbage fails here and never
    /// reaches the database; what passes may still be unknown.
    #[must_use]
    pub fn looks_valid(token: &str) -> bool {
        let Some(body) = token.strip_prefix(API_TOKEN_PREFIX) else { return false };
        if body.len() != API_RANDOM_CHARS + API_CHECK_CHARS || !body.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return false;
        }
        let (random, check) = body.split_at(API_RANDOM_CHARS);
        same(checksum(random).as_bytes(), check.as_bytes())
    }
}

/// CRC-32 (IEEE 802.3) as six digits of base62, most significant first.
fn checksum(random: &str) -> String {
    let crc = crc32fast::hash(random.as_bytes());
    let digit = |place: u32| char::from(BASE62[(crc / 62_u32.pow(place) % 62) as usize]);
    (0..API_CHECK_CHARS as u32).rev().map(digit).collect()
}

fn random_base62(chars: usize) -> String {
    let mut out = String::with_capacity(chars);
    let mut bytes = [0; 64];
    while out.len() < chars {
        fill_random(&mut bytes);
        let fair = bytes.iter().filter(|byte| **byte < BASE62_LIMIT);
        out.extend(fair.map(|byte| char::from(BASE62[usize::from(byte % 62)])).take(chars - out.len()));
    }
    out
}

/// The first refresh token of a session: 256 random bits in base64url, 43 characters.
#[must_use]
pub fn first_refresh() -> String {
    base64url(&random_key())
}

/// The refresh token that takes the place of `presented`: HMAC-SHA256 of the server's key over the family, the
/// counter of the new token and the token presented, in base64url. The same inputs give the same successor, so that a
/// client whose answer was lost gets it again; without the key nobody can compute it.
#[must_use]
pub fn derive_refresh(server_key: &[u8; 32], family: Uuid, counter: u32, presented: &[u8]) -> String {
    base64url(&mac(server_key, &[b"slugline refresh v1", family.as_bytes(), &counter.to_be_bytes(), presented]))
}

/// Whether `token` has the form of a refresh token or a one-time token: 43 characters of base64url.
#[must_use]
pub fn looks_opaque(token: &str) -> bool {
    token.len() == OPAQUE_CHARS
        && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// A new token for a link that works once (an invitation, a password reset). When it ends is the caller's to keep.
#[derive(Clone)]
pub struct OneTime {
    /// 256 random bits in base64url, 43 characters: goes into the link and is never stored.
    pub plain: String,
    /// What is stored; see [`hash()`].
    pub hash: String,
}

impl fmt::Debug for OneTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneTime").finish_non_exhaustive()
    }
}

impl OneTime {
    /// Makes a token.
    #[must_use]
    pub fn generate() -> Self {
        let plain = base64url(&random_key());
        Self { hash: hash(&plain), plain }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn api_tokens_have_their_form() {
        let tokens: Vec<ApiToken> = (0..500).map(|_| ApiToken::generate()).collect();
        for token in &tokens {
            assert_eq!(token.plain.len(), 41);
            assert!(ApiToken::looks_valid(&token.plain));
            assert!(token.plain.starts_with(&token.prefix) && token.prefix.len() == 9);
            assert_eq!(token.hash, hash(&token.plain));
            assert!(!format!("{token:?}").contains(&token.plain));
        }
        assert_eq!(tokens.iter().map(|token| &token.hash).collect::<HashSet<_>>().len(), tokens.len());
        let used: HashSet<char> = tokens.iter().flat_map(|token| token.plain[3..].chars()).collect();
        assert_eq!(used.len(), 62);
    }

    #[test]
    fn a_mistyped_api_token_is_noticed() {
        let plain = ApiToken::generate().plain;
        for place in 0..plain.len() {
            let mut bytes = plain.clone().into_bytes();
            bytes[place] = if bytes[place] == b'a' { b'b' } else { b'a' };
            assert!(!ApiToken::looks_valid(&String::from_utf8(bytes).expect("ASCII")));
            assert!(!ApiToken::looks_valid(&plain[..place]));
        }
        for other in
            [format!("{plain}a"), format!(" {plain}"), plain.to_uppercase(), "sl_".to_owned() + &"é".repeat(19)]
        {
            assert!(!ApiToken::looks_valid(&other));
        }
    }

    #[test]
    fn the_checksum_stays_as_it_is() {
        // Tokens in the field must go on working: "123456789" has the CRC-32 cbf43926.
        assert_eq!(checksum("123456789"), "3jZRME");
    }

    #[test]
    fn a_successor_can_be_computed_again() {
        let (key, family) = (random_key(), Uuid::new_v4());
        let first = first_refresh();
        let next = derive_refresh(&key, family, 1, first.as_bytes());
        assert_eq!(next, derive_refresh(&key, family, 1, first.as_bytes()));
        for other in [
            derive_refresh(&random_key(), family, 1, first.as_bytes()),
            derive_refresh(&key, Uuid::new_v4(), 1, first.as_bytes()),
            derive_refresh(&key, family, 2, first.as_bytes()),
            derive_refresh(&key, family, 1, first_refresh().as_bytes()),
        ] {
            assert_ne!(next, other);
        }
        assert!(looks_opaque(&first) && looks_opaque(&next) && looks_opaque(&OneTime::generate().plain));
        assert!(!looks_opaque(&next[1..]) && !looks_opaque(&next.replace(&next[..1], "+")));
    }

    #[test]
    fn one_time_tokens_are_kept_as_hashes() {
        let token = OneTime::generate();
        assert_eq!(token.hash, hash(&token.plain));
        assert_ne!(token.plain, OneTime::generate().plain);
        assert!(!format!("{token:?}").contains(&token.plain));
    }

    proptest! {
        #[test]
        fn no_text_is_mistaken(text in any::<String>(), body in "sl_[0-9A-Za-z]{38}") {
            prop_assert!(!ApiToken::looks_valid(&text));
            prop_assert!(!ApiToken::looks_valid(&body));
            let _ = (looks_opaque(&text), hash(&text));
        }
    }
}
