//! Access tokens: JWTs (RFC 7519, RFC 9068) signed with Ed25519 (RFC 8037) and with nothing else. Whether the user and
//! the session still stand is for the domain to look up; a token alone proves who signed it and when it ends.

pub mod entitlement;
mod keys;
mod provider;

use std::borrow::Cow;
use std::fmt;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

pub use keys::{KeyError, KeyPair};

/// The `aud` of every access token.
pub const AUDIENCE: &str = "slugline";
/// The `typ` in the header of every access token (RFC 9068).
pub const HEADER_TYPE: &str = "at+jwt";
/// The `typ` among the claims of every access token.
pub const CLAIM_TYPE: &str = "access";
/// How far the clocks of two nodes may differ, in seconds.
pub const LEEWAY_SECONDS: i64 = 5;
/// A longer token is refused unread, in bytes.
pub const MAX_TOKEN_BYTES: usize = 4096;

/// What an access token says. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// The user.
    pub sub: Uuid,
    /// The session.
    pub sid: Uuid,
    /// The token's own id.
    pub jti: Uuid,
    /// When it was made.
    pub iat: i64,
    /// When it begins.
    pub nbf: i64,
    /// When it ends (exclusive).
    pub exp: i64,
    /// The user's role when it was made; the row of the user decides, not this.
    pub role: String,
}

/// The claims as they stand in the token; every one is required.
#[derive(Serialize, Deserialize)]
struct Wire<'a> {
    iss: Cow<'a, str>,
    aud: Cow<'a, str>,
    sub: Uuid,
    sid: Uuid,
    jti: Uuid,
    iat: i64,
    nbf: i64,
    exp: i64,
    typ: Cow<'a, str>,
    role: Cow<'a, str>,
}

/// Why an access token was refused. For the log: clients hear the same 401 whatever it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// It is too long, is not a JWT, lacks a claim, or its header says more or other than ours do.
    Malformed,
    /// Its algorithm is not EdDSA.
    WrongAlgorithm,
    /// It names no key that we know.
    UnknownKey,
    /// It was not signed with the key that it names.
    BadSignature,
    /// It is from another issuer, for another audience, or not an access token.
    WrongClaims,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It could not be signed.
    Unsigned,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not an access token of ours",
            Self::WrongAlgorithm => "not signed with EdDSA",
            Self::UnknownKey => "signed with an unknown key",
            Self::BadSignature => "the signature is wrong",
            Self::WrongClaims => "from another issuer, for another audience or of another type",
            Self::Expired => "the token has expired",
            Self::NotYetValid => "the token is not valid yet",
            Self::Unsigned => "the token could not be signed",
        })
    }
}

impl std::error::Error for TokenError {}

/// An access token that was found genuine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What it says.
    pub claims: AccessClaims,
    /// The `kid` of the key that signed it.
    pub kid: String,
}

/// The keys of this installation: of those whose turn has come the last one signs, all of them verify.
pub struct Keyring {
    keys: Vec<Key>,
    issuer: String,
    validation: Validation,
}

/// A key with the header of the tokens that it signs, and the second from which on it signs them.
struct Key {
    signs_from: i64,
    header: Header,
    kid: String,
    public: [u8; 32],
    encoding: EncodingKey,
    decoding: DecodingKey,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kids: Vec<&str> = self.keys.iter().map(|key| key.kid.as_str()).collect();
        f.debug_struct("Keyring").field("kids", &kids).field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl Keyring {
    /// A ring of keys, each with the second from which on it signs (since 1970), the last one first; `issuer` is the
    /// `iss` of every token.
    ///
    /// # Errors
    /// [`KeyError::None`] without a key, [`KeyError::Duplicate`] when two are the same.
    pub fn new(keys: Vec<(KeyPair, i64)>, issuer: impl Into<String>) -> Result<Self, KeyError> {
        provider::install();
        if keys.is_empty() {
            return Err(KeyError::None);
        }
        let mut keys: Vec<Key> = keys.iter().map(|(pair, signs_from)| Key::new(pair, *signs_from)).collect();
        keys.sort_by_key(|key| std::cmp::Reverse(key.signs_from));
        if keys.iter().enumerate().any(|(place, key)| keys[..place].iter().any(|other| other.kid == key.kid)) {
            return Err(KeyError::Duplicate);
        }
        Ok(Self { keys, issuer: issuer.into(), validation: signature_only() })
    }

    /// The `iss` of every token.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The names of the keys.
    pub fn kids(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.kid.as_str())
    }

    /// The key whose turn came last; the earliest of all, should this clock be behind everybody's.
    fn signing(&self, now_unix: i64) -> Option<&Key> {
        self.keys.iter().find(|key| key.signs_from <= now_unix).or(self.keys.last())
    }

    /// Signs an access token with the key whose turn it is when the token is made.
    ///
    /// # Errors
    /// [`TokenError::Unsigned`], should the key be unusable; [`TokenError::Malformed`] when the role makes the token
    /// longer than [`MAX_TOKEN_BYTES`].
    pub fn sign_access(&self, claims: &AccessClaims) -> Result<String, TokenError> {
        let key = self.signing(claims.iat).ok_or(TokenError::Unsigned)?;
        let token =
            jsonwebtoken::encode(&key.header, &self.wire(claims), &key.encoding).map_err(|_| TokenError::Unsigned)?;
        if token.len() > MAX_TOKEN_BYTES { Err(TokenError::Malformed) } else { Ok(token) }
    }

    /// Checks an access token at `now_unix` (seconds since 1970): its form, key, signature, issuer, audience, type and
    /// times, these with [`LEEWAY_SECONDS`].
    ///
    /// # Errors
    /// Why it is refused.
    pub fn verify_access(&self, token: &str, now_unix: i64) -> Result<Verified, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        let key = self.key_of(token)?;
        let wire = jsonwebtoken::decode::<Wire<'static>>(token, &key.decoding, &self.validation)
            .map_err(|error| reason(error.kind()))?
            .claims;
        self.check_parties(&wire)?;
        check_times(&wire, now_unix)?;
        Ok(Verified { claims: wire.into(), kid: key.kid.clone() })
    }

    /// The public keys as a JWK Set (RFC 7517, RFC 8037), for `/.well-known/jwks.json`: the one that signs now, then
    /// the one that will, then those that did.
    #[must_use]
    pub fn jwks(&self, now_unix: i64) -> Value {
        let signing = self.signing(now_unix);
        let others = self.keys.iter().filter(|key| signing.is_none_or(|first| first.kid != key.kid));
        let keys: Vec<Value> = signing.into_iter().chain(others).map(Key::jwk).collect();
        json!({ "keys": keys })
    }

    /// The key that the token's header names; the header must be exactly the one that this key writes, so that
    /// `crit`, `jwk`, `jku`, `x5u` and whatever else a header can carry are refused and never acted on.
    fn key_of(&self, token: &str) -> Result<&Key, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|error| reason(error.kind()))?;
        if header.alg != Algorithm::EdDSA {
            return Err(TokenError::WrongAlgorithm);
        }
        let kid = header.kid.as_deref().ok_or(TokenError::UnknownKey)?;
        let key = self.keys.iter().find(|key| key.kid == kid).ok_or(TokenError::UnknownKey)?;
        if key.header == header { Ok(key) } else { Err(TokenError::Malformed) }
    }

    fn check_parties(&self, wire: &Wire<'_>) -> Result<(), TokenError> {
        let ours = wire.iss == self.issuer && wire.aud == AUDIENCE && wire.typ == CLAIM_TYPE;
        if ours { Ok(()) } else { Err(TokenError::WrongClaims) }
    }

    fn wire<'a>(&'a self, claims: &'a AccessClaims) -> Wire<'a> {
        Wire {
            iss: Cow::Borrowed(&self.issuer),
            aud: Cow::Borrowed(AUDIENCE),
            sub: claims.sub,
            sid: claims.sid,
            jti: claims.jti,
            iat: claims.iat,
            nbf: claims.nbf,
            exp: claims.exp,
            typ: Cow::Borrowed(CLAIM_TYPE),
            role: Cow::Borrowed(&claims.role),
        }
    }
}

impl Key {
    fn new(pair: &KeyPair, signs_from: i64) -> Self {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(HEADER_TYPE.to_owned());
        header.kid = Some(pair.kid().to_owned());
        Self {
            signs_from,
            header,
            kid: pair.kid().to_owned(),
            public: *pair.public(),
            encoding: EncodingKey::from_ed_der(pair.pkcs8_der()),
            decoding: DecodingKey::from_ed_der(pair.public()),
        }
    }

    fn jwk(&self) -> Value {
        let x = super::base64url(&self.public);
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid, "x": x })
    }
}

impl From<Wire<'_>> for AccessClaims {
    fn from(wire: Wire<'_>) -> Self {
        let Wire { sub, sid, jti, iat, nbf, exp, role, .. } = wire;
        Self { sub, sid, jti, iat, nbf, exp, role: role.into_owned() }
    }
}

/// The crate checks the signature; the claims are ours to check, since it reads the clock itself and lets claims of
/// the wrong type pass as absent.
fn signature_only() -> Validation {
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

fn check_times(wire: &Wire<'_>, now: i64) -> Result<(), TokenError> {
    if now.saturating_sub(LEEWAY_SECONDS) >= wire.exp {
        return Err(TokenError::Expired);
    }
    if wire.nbf.max(wire.iat) > now.saturating_add(LEEWAY_SECONDS) {
        return Err(TokenError::NotYetValid);
    }
    Ok(())
}

fn reason(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::InvalidSignature => TokenError::BadSignature,
        ErrorKind::InvalidAlgorithm => TokenError::WrongAlgorithm,
        _ => TokenError::Malformed,
    }
}

#[cfg(test)]
mod tests;
