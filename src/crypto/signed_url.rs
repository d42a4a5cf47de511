//! Addresses that work until a set time, for media that is not public: `?exp=…&sig=…`.

use super::{base64url, mac, same};

/// How far ahead of `now` an expiry is accepted, in seconds: a day.
pub const MAX_AHEAD_SECONDS: i64 = 24 * 60 * 60;

/// Bytes of the HMAC that go into the address: 128 bits.
const SIGNATURE_BYTES: usize = 16;

/// The query string `exp=…&sig=…` that opens `path` until `expires_unix` (seconds since 1970, exclusive). `path` is
/// the path as the server will see it, without a query.
#[must_use]
pub fn sign(key: &[u8; 32], path: &str, expires_unix: i64) -> String {
    format!("exp={expires_unix}&sig={}", signature(key, path, expires_unix))
}

/// Whether `sig` was made by [`sign`] for this path and expiry, and `exp` lies after `now` (seconds since 1970) by no
/// more than [`MAX_AHEAD_SECONDS`].
#[must_use]
pub fn verify(key: &[u8; 32], path: &str, exp: i64, sig: &str, now: i64) -> bool {
    let in_time = exp > now && exp <= now.saturating_add(MAX_AHEAD_SECONDS);
    same(signature(key, path, exp).as_bytes(), sig.as_bytes()) && in_time
}

fn signature(key: &[u8; 32], path: &str, exp: i64) -> String {
    base64url(&mac(key, &[b"slugline url v1", &exp.to_be_bytes(), path.as_bytes()])[..SIGNATURE_BYTES])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::crypto::random_key;

    const NOW: i64 = 1_800_000_000;
    const PATH: &str = "/media/0198/photo.jpg";

    fn sig(query: &str) -> &str {
        query.split_once("&sig=").expect("has a signature").1
    }

    #[test]
    fn works_until_its_time_for_its_path_and_key() {
        let (key, exp) = (random_key(), NOW + 3600);
        let query = sign(&key, PATH, exp);
        let sig = sig(&query);
        assert_eq!(query, format!("exp={exp}&sig={sig}"));
        assert_eq!(sig.len(), 22);
        assert!(verify(&key, PATH, exp, sig, NOW) && verify(&key, PATH, exp, sig, exp - 1));
        for (refused, why) in [
            (verify(&key, PATH, exp, sig, exp), "expired"),
            (verify(&key, PATH, exp + 1, sig, NOW), "later expiry"),
            (verify(&key, "/media/0198/photo.png", exp, sig, NOW), "other path"),
            (verify(&random_key(), PATH, exp, sig, NOW), "other key"),
            (verify(&key, PATH, exp, &sig[..21], NOW), "cut"),
            (verify(&key, PATH, exp, &format!("{sig}A"), NOW), "longer"),
            (verify(&key, PATH, exp, "", NOW), "empty"),
        ] {
            assert!(!refused, "{why}");
        }
    }

    #[test]
    fn an_expiry_more_than_a_day_ahead_is_refused() {
        let key = random_key();
        for (exp, good) in [(NOW + MAX_AHEAD_SECONDS, true), (NOW + MAX_AHEAD_SECONDS + 1, false), (i64::MAX, false)] {
            assert_eq!(verify(&key, PATH, exp, sig(&sign(&key, PATH, exp)), NOW), good);
        }
    }

    proptest! {
        #[test]
        fn nothing_is_guessed(path in any::<String>(), exp in any::<i64>(), text in any::<String>(), now in any::<i64>()) {
            prop_assert!(!verify(&random_key(), &path, exp, &text, now));
        }
    }
}
