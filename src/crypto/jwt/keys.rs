//! Ed25519 key pairs (RFC 8032) in PKCS #8 (RFC 8410).

use std::fmt;

use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::crypto::{base64url, random_key};

/// Why keys could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// The bytes are not an Ed25519 private key in PKCS #8.
    Malformed,
    /// The ring has no key.
    None,
    /// The ring has the same key twice.
    Duplicate,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not an Ed25519 private key in PKCS #8",
            Self::None => "there is no signing key",
            Self::Duplicate => "a signing key stands twice",
        })
    }
}

impl std::error::Error for KeyError {}

/// An Ed25519 key pair. The private part can't be printed, and its memory is overwritten when it goes.
#[derive(Clone)]
pub struct KeyPair {
    kid: String,
    pkcs8: Zeroizing<Vec<u8>>,
    public: [u8; 32],
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl KeyPair {
    /// A new pair from the operating system's random source.
    ///
    /// # Errors
    /// [`KeyError::Malformed`], should the key not fit its encoding.
    pub fn generate() -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(&Zeroizing::new(random_key()));
        let document = key.to_pkcs8_der().map_err(|_| KeyError::Malformed)?;
        Ok(Self::with(&key, document.as_bytes()))
    }

    /// The pair of a private key in PKCS #8, DER.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] for anything else, also when the public key inside belongs to another private one.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        let key = SigningKey::from_pkcs8_der(der).map_err(|_| KeyError::Malformed)?;
        Ok(Self::with(&key, der))
    }

    fn with(key: &SigningKey, der: &[u8]) -> Self {
        let public = key.verifying_key().to_bytes();
        Self { kid: thumbprint(&public), pkcs8: Zeroizing::new(der.to_vec()), public }
    }

    /// The key's id: its JWK thumbprint (RFC 7638), 43 characters of base64url.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The private key in PKCS #8, DER: to be sealed before it is stored.
    #[must_use]
    pub fn pkcs8_der(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The public key.
    #[must_use]
    pub fn public(&self) -> &[u8; 32] {
        &self.public
    }
}

/// SHA-256 over the required members of the JWK in lexical order (RFC 7638, section 3; RFC 8037, appendix A.3).
fn thumbprint(public: &[u8; 32]) -> String {
    let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, base64url(public));
    base64url(&Sha256::digest(jwk.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::from_base64url;

    #[test]
    fn the_kid_agrees_with_rfc_8037() {
        let x = from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").expect("base64url");
        assert_eq!(thumbprint(&x.try_into().expect("32 bytes")), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn a_pair_comes_back_from_its_private_key() {
        let pair = KeyPair::generate().expect("generated");
        let again = KeyPair::from_pkcs8_der(pair.pkcs8_der()).expect("read");
        assert_eq!((pair.kid(), pair.public()), (again.kid(), again.public()));
        assert_ne!(pair.kid(), KeyPair::generate().expect("generated").kid());
        assert_eq!(format!("{pair:?}"), format!("KeyPair {{ kid: {:?}, .. }}", pair.kid()));
    }

    #[test]
    fn damaged_keys_are_refused() {
        let der = KeyPair::generate().expect("generated").pkcs8_der().to_vec();
        for end in 0..der.len() {
            assert_eq!(KeyPair::from_pkcs8_der(&der[..end]).err(), Some(KeyError::Malformed));
        }
        let mut mixed = der.clone();
        if let Some(last) = mixed.last_mut() {
            *last ^= 1;
        }
        assert_eq!(KeyPair::from_pkcs8_der(&mixed).err(), Some(KeyError::Malformed));
    }
}
