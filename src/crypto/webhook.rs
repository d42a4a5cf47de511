//! Signing messages by the Standard Webhooks specification: HMAC-SHA256 over `id.timestamp.body`, base64, after `v1,`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{mac, random_key};

/// What every secret begins with.
const PREFIX: &str = "whsec_";

/// The secret of one endpoint: 256 bits. It can't be printed, and its memory is overwritten when it goes.
#[derive(Clone)]
pub struct WebhookSecret(Zeroizing<[u8; 32]>);

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret([redacted])")
    }
}

impl WebhookSecret {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        Self(Zeroizing::new(random_key()))
    }

    /// From its bytes; `None` unless there are 32.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// Its bytes, to be sealed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &*self.0
    }

    /// The form that receivers get, once: `whsec_` and base64, 50 characters.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(*self.0))
    }

    /// The signature of a message that is sent at `timestamp`, in seconds since 1970.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let seconds = timestamp.to_string();
        let mac = mac(&self.0, &[id.as_bytes(), b".", seconds.as_bytes(), b".", body]);
        format!("v1,{}", STANDARD.encode(mac))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_standard() {
        // Computed with OpenSSL: printf '%s' 'msg_1.1614265330.{"test": 2432232314}' | openssl dgst -sha256 -mac HMAC …
        let secret = WebhookSecret::from_bytes(&[7; 32]).unwrap();
        assert_eq!(secret.shown(), "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
        assert_eq!(
            secret.sign("msg_1", 1_614_265_330, br#"{"test": 2432232314}"#),
            "v1,4tb+MnkCTqymlrGQQ6f66PPeMjMas7AHx6XI40qL5MA="
        );
    }

    #[test]
    fn secrets_differ_and_are_not_printed() {
        let (one, two) = (WebhookSecret::generate(), WebhookSecret::generate());
        assert_ne!(one.shown(), two.shown());
        assert_eq!(one.shown().len(), 50);
        assert!(!format!("{one:?}").contains(&one.shown()));
        assert!(WebhookSecret::from_bytes(&[0; 31]).is_none());
    }
}
