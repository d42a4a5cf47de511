//! Codes that change with the time (TOTP, RFC 6238): SHA-1, 30 seconds, six digits, which is what every authenticator
//! speaks. SHA-1 is sound here: HMAC does not need collisions to be hard.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use zeroize::Zeroizing;

use super::{fill_random, same};

/// Seconds of one step.
pub const STEP_SECONDS: i64 = 30;
/// Steps before and after the present one whose codes are taken too: clocks differ.
pub const DRIFT: i64 = 1;
/// Digits of a code.
pub const DIGITS: usize = 6;

const SECRET_BYTES: usize = 20;
/// Bytes of the block that SHA-1 works on, to which HMAC (RFC 2104) fills up a shorter key with zeros.
const BLOCK: usize = 64;

/// What an authenticator shares with the server: 160 bits. It can't be printed.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<[u8; SECRET_BYTES]>);

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret([redacted])")
    }
}

impl TotpSecret {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        let mut bytes = Zeroizing::new([0; SECRET_BYTES]);
        fill_random(&mut *bytes);
        Self(bytes)
    }

    /// From its bytes; `None` unless there are 20.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// From the form that people type; `None` for anything else.
    #[must_use]
    pub fn from_shown(text: &str) -> Option<Self> {
        BASE32_NOPAD.decode(text.as_bytes()).ok().and_then(|bytes| Self::from_bytes(&bytes))
    }

    /// Its bytes, to be sealed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &*self.0
    }

    /// The form that people type: 32 characters of base32 (RFC 4648).
    #[must_use]
    pub fn shown(&self) -> String {
        BASE32_NOPAD.encode(&*self.0)
    }

    /// The code of a step.
    #[must_use]
    pub fn code(&self, step: i64) -> String {
        let mut block = [0; BLOCK];
        block[..SECRET_BYTES].copy_from_slice(&*self.0);
        let mut mac = Hmac::<Sha1>::new(&block.into());
        mac.update(&step.to_be_bytes());
        let digest: [u8; SECRET_BYTES] = mac.finalize().into_bytes().into();
        let offset = usize::from(digest[digest.len() - 1] & 15);
        let four = [digest[offset] & 127, digest[offset + 1], digest[offset + 2], digest[offset + 3]];
        format!("{:0width$}", u32::from_be_bytes(four) % 1_000_000, width = DIGITS)
    }

    /// The step whose code this is: the present one, or one beside it, and none up to `used`. Every candidate is
    /// compared, so that the time tells nothing.
    #[must_use]
    pub fn step_of(&self, code: &str, now_unix: i64, used: i64) -> Option<i64> {
        let present = now_unix.div_euclid(STEP_SECONDS);
        let mut found = None;
        for step in present - DRIFT..=present + DRIFT {
            if same(self.code(step).as_bytes(), code.as_bytes()) && step > used {
                found = Some(step);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> TotpSecret {
        TotpSecret::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn codes_agree_with_rfc_6238() {
        // Appendix B, the last six of the eight digits.
        for (unix, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret().code(unix / STEP_SECONDS), code);
        }
        assert_eq!(secret().shown(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(TotpSecret::from_shown(&secret().shown()).unwrap().as_bytes(), secret().as_bytes());
    }

    #[test]
    fn clocks_may_differ_by_one_step_and_no_step_counts_twice() {
        let (now, step) = (1_111_111_109, 1_111_111_109 / STEP_SECONDS);
        for (offset, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = secret().code(step + offset);
            assert_eq!(secret().step_of(&code, now, 0), taken.then_some(step + offset));
            assert_eq!(secret().step_of(&code, now, step + offset), None);
        }
        for wrong in ["", "28708", "2870822", "28708a", "٢٨٧٠٨٢"] {
            assert_eq!(secret().step_of(wrong, 59, -1), None);
        }
    }

    #[test]
    fn secrets_differ_and_are_not_printed() {
        let (one, two) = (TotpSecret::generate(), TotpSecret::generate());
        assert_ne!(one.shown(), two.shown());
        assert_eq!(one.shown().len(), 32);
        assert!(!format!("{one:?}").contains(&one.shown()));
        assert!(TotpSecret::from_bytes(&[0; 19]).is_none());
    }
}
