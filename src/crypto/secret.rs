//! The operator's secret (`SLUGLINE_SECRET`): it wraps the keys that are kept in the database, so that all nodes share
//! them and a stolen database is of no use without it.

mod file;
mod weakness;

use std::fmt;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{base64url, fill_random, from_base64url, random_key};

pub use weakness::{EXAMPLE, MIN_CHARS, MIN_DISTINCT};

/// What every sealed text begins with: the version of its form.
const PREFIX: &str = "s1.";
/// Separates our keys from those that another program may derive from the same secret.
const SALT: &[u8] = b"slugline secret v1";
/// Bytes of an XChaCha20 nonce: long enough to be drawn at random for each sealing.
const NONCE_BYTES: usize = 24;

/// Why a secret was refused, or could not seal or open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretError {
    /// It has fewer than [`MIN_CHARS`] characters.
    TooShort,
    /// It has fewer than [`MIN_DISTINCT`] different characters, repeats itself, or just counts.
    TooPlain,
    /// It contains a placeholder or a well-known example.
    Example,
    /// The plain text is too long to be sealed (256 GiB).
    TooLong,
    /// The sealed text is damaged, was sealed with another secret, or for another purpose.
    CannotOpen,
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "the secret must have at least 32 characters; `openssl rand -base64 32` makes one",
            Self::TooPlain => "the secret is too easy to guess; `openssl rand -base64 32` makes a better one",
            Self::Example => "the secret is an example or a placeholder; `openssl rand -base64 32` makes a real one",
            Self::TooLong => "the text is too long to be sealed",
            Self::CannotOpen => "sealed with another secret or for another purpose, or damaged since",
        })
    }
}

impl std::error::Error for SecretError {}

/// The operator's secret. It can't be printed, and its memory is overwritten when it goes.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl Secret {
    /// Takes a secret as the operator gave it; every character counts, spaces too.
    ///
    /// # Errors
    /// [`SecretError::TooShort`], [`SecretError::TooPlain`] or [`SecretError::Example`].
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        weakness::check(text)?;
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// A new secret: 256 random bits in base64url, 43 characters.
    #[must_use]
    pub fn generate() -> String {
        base64url(&*Zeroizing::new(random_key()))
    }

    /// Encrypts `plain` with XChaCha20-Poly1305 under a key that HKDF-SHA256 (RFC 5869) derives for `purpose`. The
    /// answer is printable (`s1.` and base64url), differs each time, and opens with the same purpose only.
    ///
    /// # Errors
    /// [`SecretError::TooLong`] above 256 GiB.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<String, SecretError> {
        let mut nonce = [0; NONCE_BYTES];
        fill_random(&mut nonce);
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let sealed = self.cipher(purpose)?.encrypt(&XNonce::from(nonce), payload).map_err(|_| SecretError::TooLong)?;
        Ok(format!("{PREFIX}{}", base64url(&[&nonce[..], &sealed].concat())))
    }

    /// Decrypts what [`Secret::seal`] made for the same purpose.
    ///
    /// # Errors
    /// [`SecretError::CannotOpen`] for anything else.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, SecretError> {
        let bytes = sealed.strip_prefix(PREFIX).and_then(from_base64url).ok_or(SecretError::CannotOpen)?;
        let (nonce, body) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(SecretError::CannotOpen)?;
        let payload = Payload { msg: body, aad: purpose.as_bytes() };
        self.cipher(purpose)?.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SecretError::CannotOpen)
    }

    fn cipher(&self, purpose: &str) -> Result<XChaCha20Poly1305, SecretError> {
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(SALT), self.0.as_bytes())
            .expand(purpose.as_bytes(), &mut *key)
            .map_err(|_| SecretError::CannotOpen)?;
        Ok(XChaCha20Poly1305::new(&Key::from(*key)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secret() -> Secret {
        Secret::parse(&Secret::generate()).expect("a generated secret is good")
    }

    #[test]
    fn seals_and_opens() {
        let secret = secret();
        for plain in [&b""[..], b"x", &[0; 5000]] {
            let sealed = secret.seal("jwt", plain).expect("seals");
            assert!(sealed.starts_with(PREFIX) && sealed.is_ascii());
            assert_eq!(secret.open("jwt", &sealed).expect("opens"), plain);
            assert_ne!(secret.seal("jwt", plain).expect("seals"), sealed);
        }
    }

    #[test]
    fn opens_with_its_own_secret_and_purpose_only() {
        let (ours, sealed) = (secret(), |secret: &Secret| secret.seal("jwt", b"key").expect("seals"));
        let text = sealed(&ours);
        assert_eq!(ours.open("webhook", &text), Err(SecretError::CannotOpen));
        assert_eq!(secret().open("jwt", &text), Err(SecretError::CannotOpen));
        assert_eq!(ours.open("jwt", &text.replacen("s1.", "s2.", 1)), Err(SecretError::CannotOpen));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let secret = secret();
        let sealed = secret.seal("jwt", b"key").expect("seals");
        for place in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let text = String::from_utf8(bytes).expect("ASCII");
            assert_eq!(secret.open("jwt", &text), Err(SecretError::CannotOpen), "at {place}");
            assert_eq!(secret.open("jwt", &sealed[..place]), Err(SecretError::CannotOpen), "cut at {place}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let text = Secret::generate();
        let shown = format!("{:?}", Secret::parse(&text));
        assert!(!shown.contains(&text));
    }

    proptest! {
        #[test]
        fn any_text_is_taken_without_panic(text in any::<String>(), purpose in any::<String>(), other in any::<Vec<u8>>()) {
            let _ = Secret::parse(&text);
            let secret = secret();
            prop_assert!(secret.open(&purpose, &text).is_err());
            let forged = PREFIX.to_owned() + &base64url(&other);
            prop_assert!(secret.open(&purpose, &forged).is_err());
        }
    }
}
