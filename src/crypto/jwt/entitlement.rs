//! Entitlement tokens: JWTs that whoever sells subscriptions signs for readers, with Ed25519 and with nothing else.
//! Whom a token lets read what is for the domain to say; here is proved who signed it, for whom, and when it ends.

use jsonwebtoken::{Algorithm, DecodingKey, Header};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use super::{LEEWAY_SECONDS, MAX_TOKEN_BYTES, TokenError, provider, reason, signature_only};
use crate::crypto::from_base64url;

/// The `aud` of every entitlement token.
pub const AUDIENCE: &str = "slugline-reader";
/// Longest `sub`, in bytes.
const MAX_SUBJECT: usize = 255;

/// What an entitlement token says. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntitlementClaims {
    /// The reader, as the issuer names them.
    pub sub: String,
    /// When it ends (exclusive).
    pub exp: i64,
    /// What it lets read.
    pub access: String,
    /// The only articles that it is for, if it is not for all.
    pub articles: Option<Vec<Uuid>>,
}

/// The claims as they stand in the token; further ones say nothing here.
#[derive(Deserialize)]
struct Wire {
    aud: Audience,
    sub: String,
    exp: Seconds,
    iat: Seconds,
    #[serde(default, deserialize_with = "given")]
    nbf: Option<Seconds>,
    access: String,
    #[serde(default, deserialize_with = "given")]
    articles: Option<Vec<Uuid>>,
}

/// A point in time, which may have a fraction (RFC 7519, 2): the whole second that it lies in.
#[derive(Clone, Copy)]
struct Seconds(i64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(claim: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(claim)?;
        #[expect(clippy::cast_possible_truncation, reason = "what is too large for it becomes the largest")]
        let whole = number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds.floor() as i64));
        whole.map(Self).ok_or_else(|| D::Error::custom("this is no number of seconds"))
    }
}

/// One audience, or several (RFC 7519, 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn has(&self, wanted: &str) -> bool {
        match self {
            Self::One(one) => one == wanted,
            Self::Many(many) => many.iter().any(|one| one == wanted),
        }
    }
}

/// A claim that may be left out, but is never `null`: who narrows a token by mistake to nothing must not widen it.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(claim: D) -> Result<Option<T>, D::Error> {
    T::deserialize(claim).map(Some)
}

/// An Ed25519 public key from the `x` of its JWK (RFC 8037): 32 bytes in base64url without padding. `None` for anything
/// else, and for points of small order, under which a signature proves nothing.
#[must_use]
pub fn public_key(x: &str) -> Option<[u8; 32]> {
    let bytes: [u8; 32] = from_base64url(x)?.try_into().ok()?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok()?;
    (!key.is_weak()).then_some(bytes)
}

/// Checks an entitlement token at `now_unix` (seconds since 1970) against these keys, each with its `kid`: its form,
/// key, signature, audience, and its times with [`LEEWAY_SECONDS`].
///
/// # Errors
/// Why it is refused.
pub fn verify(token: &str, keys: &[(&str, [u8; 32])], now_unix: i64) -> Result<EntitlementClaims, TokenError> {
    provider::install();
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenError::Malformed);
    }
    let key = DecodingKey::from_ed_der(key_of(token, keys)?);
    let wire = jsonwebtoken::decode::<Wire>(token, &key, &signature_only()).map_err(|error| reason(error.kind()))?;
    let Wire { aud, sub, exp: Seconds(exp), iat: Seconds(iat), nbf, access, articles } = wire.claims;
    if !aud.has(AUDIENCE) {
        return Err(TokenError::WrongClaims);
    }
    if sub.is_empty() || sub.len() > MAX_SUBJECT {
        return Err(TokenError::Malformed);
    }
    if now_unix.saturating_sub(LEEWAY_SECONDS) >= exp {
        return Err(TokenError::Expired);
    }
    if nbf.map_or(iat, |Seconds(nbf)| nbf).max(iat) > now_unix.saturating_add(LEEWAY_SECONDS) {
        return Err(TokenError::NotYetValid);
    }
    Ok(EntitlementClaims { sub, exp, access, articles })
}

/// The key that the token's header names. The header may say `alg`, `kid` and `typ` (`JWT`) and nothing else, so that
/// `crit`, `jwk`, `jku`, `x5u` and whatever else a header can carry are refused and never acted on.
fn key_of<'a>(token: &str, keys: &'a [(&str, [u8; 32])]) -> Result<&'a [u8; 32], TokenError> {
    let header = jsonwebtoken::decode_header(token).map_err(|error| reason(error.kind()))?;
    if header.alg != Algorithm::EdDSA {
        return Err(TokenError::WrongAlgorithm);
    }
    let kid = header.kid.as_deref().ok_or(TokenError::UnknownKey)?;
    let key = keys.iter().find(|(known, _)| *known == kid).map(|(_, key)| key).ok_or(TokenError::UnknownKey)?;
    let is_plain = header.typ.as_deref().is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
    let plain = Header { typ: header.typ.clone(), kid: header.kid.clone(), ..Header::new(Algorithm::EdDSA) };
    if is_plain && header == plain { Ok(key) } else { Err(TokenError::Malformed) }
}
