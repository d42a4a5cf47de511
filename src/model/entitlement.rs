//! The keys of whoever signs the tokens of readers who may read more.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::Line;
use super::actions::required;
use super::read::{FromText, Wrong, from_text, input, wrong};
use crate::crypto::jwt::entitlement::public_key;
use crate::error::{Fault, FaultCode};

/// Most keys of a site.
pub const MAX_ENTITLEMENT_KEYS: usize = 10;
/// Characters of a key in base64url.
const KEY_CHARS: usize = 43;

/// An Ed25519 public key: the `x` of its JWK (RFC 8037), 32 bytes in base64url without padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(String);

impl FromText for PublicKey {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        let detail = "This must be an Ed25519 public key: the `x` of its JWK, 43 characters of base64url";
        public_key(text).map(|_| Self(text.to_owned())).ok_or_else(|| wrong(FaultCode::InvalidFormat, detail))
    }
}
from_text!(PublicKey);

impl PartialSchema for PublicKey {
    fn schema() -> RefOr<Schema> {
        let string: ObjectBuilder = ObjectBuilder::new().schema_type(Type::String);
        let string = string.min_length(Some(KEY_CHARS)).max_length(Some(KEY_CHARS));
        RefOr::T(string.pattern(Some("^[A-Za-z0-9_-]{43}$")).into())
    }
}

impl ToSchema for PublicKey {
    fn name() -> Cow<'static, str> {
        "PublicKey".into()
    }
}

input! {
    /// A key whose tokens let readers read whole bodies.
    pub struct EntitlementKeyInput {
        /// The `kid` that tokens of this key carry in their header. Must be given.
        kid: Line<100>,
        /// The Ed25519 public key: the `x` of its JWK (RFC 8037), 32 bytes in base64url without padding. Must be given.
        public_key: PublicKey,
    }
}

/// A key whose tokens let readers read whole bodies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EntitlementKey {
    /// The `kid` that tokens of this key carry in their header.
    #[schema(max_length = 100)]
    pub kid: String,
    /// The Ed25519 public key: the `x` of its JWK (RFC 8037).
    #[schema(min_length = 43, max_length = 43)]
    pub public_key: String,
}

/// The sound ones of these keys; no two have the same `kid`.
pub(super) fn keys(given: &[EntitlementKeyInput], faults: &mut Vec<Fault>) -> Vec<EntitlementKey> {
    let mut sound: Vec<EntitlementKey> = Vec::new();
    for (at, key) in given.iter().enumerate() {
        let kid = required(&format!("/entitlement_keys/{at}/kid"), key.kid.clone(), faults);
        let public = required(&format!("/entitlement_keys/{at}/public_key"), key.public_key.clone(), faults);
        let Some((kid, PublicKey(public_key))) = kid.zip(public) else { continue };
        let kid = String::from(kid);
        if sound.iter().any(|other| other.kid == kid) {
            faults.push(Fault::at(format!("/entitlement_keys/{at}/kid"), FaultCode::Duplicate, "This stands twice."));
            continue;
        }
        sound.push(EntitlementKey { kid, public_key });
    }
    sound
}
