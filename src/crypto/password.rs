//! Passwords: argon2id hashes (RFC 9106) and the rules for new ones. One hash takes 19 MiB and about 14 ms of a core:
//! callers hold a permit of the hashing lane.

mod common;

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::fill_random;
use crate::error::{Fault, FaultCode};

/// The least number of Unicode characters of a new password.
pub const MIN_CHARS: usize = 12;
/// The largest number of Unicode characters of a new password.
pub const MAX_CHARS: usize = 128;

/// Memory in KiB, passes and lanes: the parameters that OWASP gives as the least for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// A stored hash that asks for more is refused, so that a doctored row can't take the server's memory or time.
const MAX_MEMORY_KIB: u32 = 262_144;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 16;

/// The fewest different characters of a new password.
const MIN_DISTINCT: usize = 4;

/// 32 letters and digits without those that are easily taken for each other (`0 o`, `1 l`): five bits each.
const READABLE: &[u8; 32] = b"23456789abcdefghijkmnpqrstuvwxyz";
const GROUPS: usize = 5;
const RECOVERY_GROUPS: usize = 4;
const GROUP_CHARS: usize = 5;

/// A password could not be hashed (no memory, or no random source for its salt).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashError;

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the password could not be hashed")
    }
}

impl std::error::Error for HashError {}

/// Why a new password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than [`MIN_CHARS`] characters.
    TooShort,
    /// More than [`MAX_CHARS`] characters.
    TooLong,
    /// One of the commonest passwords, or hardly more than one character repeated.
    TooCommon,
    /// The address of its user, or with it inside.
    IsAddress,
}

impl Weakness {
    /// The fault at a JSON Pointer of the request's body.
    #[must_use]
    pub fn fault(self, pointer: &str) -> Fault {
        let code = match self {
            Self::TooShort => FaultCode::TooShort,
            Self::TooLong => FaultCode::TooLong,
            Self::TooCommon | Self::IsAddress => FaultCode::TooCommon,
        };
        Fault::at(pointer, code, self.to_string())
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort => write!(f, "A password has at least {MIN_CHARS} characters."),
            Self::TooLong => write!(f, "A password has at most {MAX_CHARS} characters."),
            Self::TooCommon => f.write_str("This password is among the first that are tried; take another."),
            Self::IsAddress => {
                f.write_str("This password says the e-mail address, which is tried first; take another.")
            }
        }
    }
}

impl std::error::Error for Weakness {}

/// A new password that keeps the rules: 12 to 128 Unicode characters, every one of which counts (nothing is cut,
/// trimmed or folded), and not among the commonest. It is hashed in the normalization form KC, so that it does not matter
/// how a keyboard composes its letters (NIST SP 800-63B, 5.1.1.2). It can't be printed.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}

impl Password {
    /// Takes a new password. For a login the rules don't apply: give the text to [`verify`] as it came.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn parse(text: &str) -> Result<Self, Weakness> {
        let chars = text.chars().take(MAX_CHARS + 1).count();
        if chars < MIN_CHARS {
            return Err(Weakness::TooShort);
        }
        if chars > MAX_CHARS {
            return Err(Weakness::TooLong);
        }
        if common::is_common(text) || text.chars().collect::<std::collections::HashSet<_>>().len() < MIN_DISTINCT {
            return Err(Weakness::TooCommon);
        }
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// Whether it may be that of the user with this e-mail address.
    ///
    /// # Errors
    /// It has the address in it, or is what stands before the `@`.
    pub fn suits(&self, email: &str) -> Result<(), Weakness> {
        let (text, email) = (Zeroizing::new(self.0.to_lowercase()), email.to_lowercase());
        let name = email.rsplit_once('@').map_or(email.as_str(), |(name, _)| name);
        if text.contains(&email) || text.as_str() == name { Err(Weakness::IsAddress) } else { Ok(()) }
    }

    /// The password itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its hash; see [`hash`].
    ///
    /// # Errors
    /// Those of [`hash`].
    pub fn hash(&self) -> Result<String, HashError> {
        hash(&self.0)
    }
}

/// The argon2id hash of a password with a fresh salt, as a PHC string.
///
/// # Errors
/// [`HashError`] when memory or the random source is lacking.
pub fn hash(password: &str) -> Result<String, HashError> {
    hasher()?.hash_password(composed(password).as_bytes()).map(|hash| hash.to_string()).map_err(|_| HashError)
}

/// Whether `password` belongs to the PHC string `phc`, with the parameters that it names. `false` as well for a
/// string that is damaged, of another algorithm, or asks for more than 256 MiB, 16 passes or 16 lanes.
#[must_use]
pub fn verify(password: &str, phc: &str) -> bool {
    let Some(parsed) = within_bounds(phc) else { return false };
    Argon2::default().verify_password(composed(password).as_bytes(), &parsed).is_ok()
}

/// The same letters, however they were composed.
fn composed(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfkc().collect())
}

/// A hash in the form of all others that nobody made of any password: its salt and its end are random.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$otwqg46fJXhVtmHx6WoxbA$ns0N99RkQZLeq9hcNmGFYkn7IequaBJ2TcWu0aX4NZs";

/// Works as long as [`verify`] and is always `false`: for a user who does not exist, so that the time of the answer
/// does not tell.
#[must_use]
pub fn verify_dummy(password: &str) -> bool {
    let _ = verify(password, DUMMY);
    false
}

/// Whether a stored hash was made with other parameters than [`hash`] uses now: at the next login with the right
/// password it is made anew.
#[must_use]
pub fn needs_rehash(phc: &str) -> bool {
    let parameters = PasswordHash::new(phc).ok().and_then(|parsed| {
        let argon2id = parsed.algorithm == Algorithm::Argon2id.ident();
        Params::try_from(&parsed).ok().filter(|_| argon2id)
    });
    parameters.is_none_or(|p| (p.m_cost(), p.t_cost(), p.p_cost()) != (MEMORY_KIB, PASSES, LANES))
}

/// A random password that people can read out and type: five groups of five letters and digits, 125 bits.
#[must_use]
pub fn generate() -> String {
    readable(GROUPS)
}

/// A random code that people write down and type once: four groups of five letters and digits, 100 bits.
#[must_use]
pub fn recovery_code() -> String {
    readable(RECOVERY_GROUPS)
}

fn readable(groups: usize) -> String {
    let mut bytes = Zeroizing::new(vec![0_u8; groups * GROUP_CHARS]);
    fill_random(&mut bytes);
    let groups: Vec<String> = bytes
        .chunks(GROUP_CHARS)
        .map(|group| group.iter().map(|byte| char::from(READABLE[usize::from(byte % 32)])).collect())
        .collect();
    groups.join("-")
}

fn hasher() -> Result<Argon2<'static>, HashError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| HashError)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn within_bounds(phc: &str) -> Option<PasswordHash> {
    let parsed = PasswordHash::new(phc).ok()?;
    let params = Params::try_from(&parsed).ok()?;
    let bounded = params.m_cost() <= MAX_MEMORY_KIB && params.t_cost() <= MAX_PASSES && params.p_cost() <= MAX_LANES;
    bounded.then_some(parsed)
}

#[cfg(test)]
mod tests;
