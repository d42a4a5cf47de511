//! Which secrets are refused: short, plain, or known to everyone.

use std::collections::HashSet;

use super::SecretError;

/// The least number of characters of a secret.
pub const MIN_CHARS: usize = 32;
/// The least number of different characters of a secret.
pub const MIN_DISTINCT: usize = 10;
/// The placeholder that `.env.example` shows; refused, so that a copied file can't start a server.
pub const EXAMPLE: &str = "replace-me-with-the-output-of-openssl-rand-base64-32";

/// Words and runs that stand in examples, compared without case and punctuation. Each has seven characters or more, so
/// that chance puts one into a random base64 secret less than once in a hundred million times.
const WELL_KNOWN: &[&str] = &[
    "0123456789",
    "1234567890",
    "9876543210",
    "abcdefgh",
    "asdfghjk",
    "changeit",
    "changeme",
    "changethis",
    "correcthorse",
    "deadbeefdeadbeef",
    "donotuse",
    "example",
    "insecure",
    "insertyour",
    "jwtsecret",
    "keyboardcat",
    "letmein",
    "loremipsum",
    "mysecret",
    "notasecret",
    "openssl",
    "passphrase",
    "password",
    "placeholder",
    "qwertyui",
    "replaceme",
    "replacethis",
    "secretkey",
    "secretsecret",
    "sluglinesecret",
    "supersecret",
    "testsecret",
    "thisisa",
    "topsecret",
    "verysecret",
    "yoursecret",
];

/// Refuses a weak secret.
pub(super) fn check(text: &str) -> Result<(), SecretError> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() < MIN_CHARS {
        return Err(SecretError::TooShort);
    }
    if is_well_known(text) {
        return Err(SecretError::Example);
    }
    if chars.iter().collect::<HashSet<_>>().len() < MIN_DISTINCT || is_periodic(&chars) || is_mostly_counting(&chars) {
        return Err(SecretError::TooPlain);
    }
    Ok(())
}

fn is_well_known(text: &str) -> bool {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    plain.starts_with("secret") || WELL_KNOWN.iter().any(|word| plain.contains(word))
}

/// Whether the text is one piece written again and again (the last time perhaps cut).
fn is_periodic(chars: &[char]) -> bool {
    (1..=chars.len() / 2).any(|period| chars.iter().zip(&chars[period..]).all(|(left, right)| left == right))
}

/// Whether more than half of the characters repeat their neighbour or follow it in the alphabet, up or down.
fn is_mostly_counting(chars: &[char]) -> bool {
    let steps = chars.windows(2).filter(|pair| u32::from(pair[0]).abs_diff(u32::from(pair[1])) <= 1).count();
    steps * 2 > chars.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::secret::Secret;

    #[test]
    fn weak_secrets_are_refused() {
        use SecretError::{Example, TooPlain, TooShort};
        for (text, why) in [
            ("", TooShort),
            ("kX9vB2nM4qW7eR1tY6uI3oP5aS8dF0", TooShort),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", TooPlain),
            ("xyxyxyxyxyxzxyxyxyxyxyxyxyxyxyxyxy", TooPlain),
            ("h7Kq2Vx9Lm4Tz8Rbh7Kq2Vx9Lm4Tz8Rb", TooPlain),
            ("mnopqrstuvwxyzMNOPQRSTUVWXYZ45678", TooPlain),
            ("0123456789abcdef0123456789abcdef", Example),
            ("change-me-change-me-change-me-change-me", Example),
            ("CHANGEME_x81nvkq02mvla9f1j3k4l5z6", Example),
            ("secret-9f1kz7wq83nvbx20plrmte5ycd", Example),
            ("secretsecretsecretsecretsecretsecret", Example),
            ("thisisasecretthatis32charslong!!", Example),
            ("my_super_secret_jwt_signing_key_0987", Example),
            (EXAMPLE, Example),
        ] {
            assert_eq!(Secret::parse(text).err(), Some(why), "{text}");
        }
    }

    #[test]
    fn good_secrets_are_taken() {
        for text in [
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "q7Zr1vU3kXn5w8yB0dGf2hJm4pSt6LcE",
            "Möwen über Sylt — 47 graue Kähne, kein Wind",
        ] {
            assert!(Secret::parse(text).is_ok(), "{text}");
        }
        for _ in 0..1000 {
            assert!(Secret::parse(&Secret::generate()).is_ok());
        }
    }
}
