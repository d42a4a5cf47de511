//! Whoever sells subscriptions, and signs the tokens of readers.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

use super::{Client, TestApp};

/// Bytes as they stand in a JWT.
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Header and claims as a JWT signs them.
pub fn signed_part(header: &Value, claims: &Value) -> String {
    format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(claims.to_string().as_bytes()))
}

/// Somebody with a signing key.
pub struct Issuer {
    pub kid: String,
    key: SigningKey,
}

impl Issuer {
    pub fn new(kid: &str, seed: u8) -> Self {
        Self { kid: kid.to_owned(), key: SigningKey::from_bytes(&[seed; 32]) }
    }

    pub fn public(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// The key as the site's settings take it.
    pub fn entry(&self) -> Value {
        json!({ "kid": self.kid, "public_key": base64url(&self.public()) })
    }

    pub fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "typ": "JWT", "kid": self.kid })
    }

    /// A token of these parts with a sound signature.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = signed_part(header, claims);
        format!("{part}.{}", base64url(&self.signature(&part)))
    }

    pub fn signature(&self, part: &str) -> Vec<u8> {
        self.key.sign(part.as_bytes()).to_bytes().to_vec()
    }

    /// A reader with such access for an hour.
    pub fn reader(&self, app: &TestApp, access: &str) -> Client {
        app.anonymous().bearer(&self.sign(&self.header(), &claims(app, access)))
    }
}

/// What a token says that lets a reader read so much for an hour.
pub fn claims(app: &TestApp, access: &str) -> Value {
    let now = app.clock.now().unix();
    json!({ "iat": now, "exp": now + 3_600, "aud": "slugline-reader", "sub": "reader-1", "access": access })
}

/// Lets the site know these keys and no others.
pub fn trust(app: &TestApp, issuers: &[&Issuer]) {
    let keys: Vec<Value> = issuers.iter().map(|issuer| issuer.entry()).collect();
    let site =
        app.signed_in("admin").with("If-Match", "*").patch("/v1/admin/site", &json!({ "entitlement_keys": keys }));
    assert_eq!(site.expect(200).data()["entitlement_keys"], json!(keys));
}
