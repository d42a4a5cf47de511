//! Keys, passwords, tokens and signatures. A leaf: it knows neither the database nor HTTP, reads no clock (callers
//! pass `now` as seconds since 1970) and logs nothing.
//!
//! | module | for |
//! |---|---|
//! | [`secret`] | the operator's `SLUGLINE_SECRET`, which wraps the keys that are kept in the database |
//! | [`password`] | argon2id hashes and the rules for new passwords |
//! | [`jwt`] | access tokens, signed with Ed25519; readers' entitlement tokens, signed by others |
//! | [`tokens`] | API tokens, refresh tokens and one-time links |
//! | [`totp`] | codes of authenticators, the second factor |
//! | [`signed_url`] | addresses that work until a set time |
//! | [`webhook`] | secrets and signatures of webhooks |

pub mod jwt;
pub mod password;
pub mod preview;
pub mod secret;
pub mod signed_url;
pub mod tokens;
pub mod totp;
pub mod webhook;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// Bytes of the block that SHA-256 works on, to which HMAC (RFC 2104) fills up a shorter key with zeros.
const SHA256_BLOCK: usize = 64;

/// A fresh key of 256 bits from the operating system's random source.
///
/// # Panics
/// When the operating system has no random source (see [`fill_random`]).
#[must_use]
pub fn random_key() -> [u8; 32] {
    let mut key = [0; 32];
    fill_random(&mut key);
    key
}

/// Fills `bytes` from the operating system's random source.
///
/// # Panics
/// When the operating system has no random source: no key or token made without one could be trusted, and no input
/// can bring this about.
pub fn fill_random(bytes: &mut [u8]) {
    if let Err(error) = getrandom::fill(bytes) {
        panic!("the operating system gives no random bytes: {error}");
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
#[must_use]
pub fn same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// SHA-256 of `text` in lower-case hex (64 characters): how tokens are stored and looked up. Good for random tokens
/// only, never for passwords.
#[must_use]
pub fn sha256_hex(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// HMAC-SHA256 (RFC 2104) over the parts, one after the other.
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0; SHA256_BLOCK];
    block[..key.len()].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// A short hash of the parts, one after the other, that tells nothing of them to whoever has not the key (HMAC-SHA256,
/// cut to 64 bits). Parts of a length that varies stand last.
#[must_use]
pub fn fingerprint(key: &[u8; 32], parts: &[&[u8]]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = mac(key, parts);
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// base64url without padding (RFC 4648, section 5).
fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a base64url text; `None` for anything but the one canonical form.
fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mac_agrees_with_rfc_4231() {
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let hex: String =
            mac(&key, &[b"what do ya want ", b"for nothing?"]).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn sha256_agrees_with_fips_180() {
        assert_eq!(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn comparison_tells_content_and_length() {
        assert!(same(b"", b"") && same(b"token", b"token"));
        assert!(!same(b"token", b"tokem") && !same(b"token", b"toke"));
    }

    #[test]
    fn keys_differ() {
        assert_ne!(random_key(), random_key());
    }

    #[test]
    fn base64url_has_one_form() {
        assert_eq!(from_base64url("AA"), Some(vec![0]));
        for other in ["AB", "AA==", "A", "A+", "AA\n"] {
            assert_eq!(from_base64url(other), None);
        }
    }
}
