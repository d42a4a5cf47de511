//! What callers show to be let in: access tokens, readers' tokens, API tokens, preview tokens, signed addresses.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::EncodePrivateKey as _;
use ed25519_dalek::{Signer as _, SigningKey};
use slugline::crypto::jwt::{AccessClaims, KeyPair, Keyring, entitlement};
use slugline::crypto::{preview, signed_url, tokens, totp};
use uuid::Uuid;

/// The moment at which tokens are checked; seconds since 1970.
pub const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://cms.example";
const KEY: [u8; 32] = [7; 32];

struct Ours {
    key: SigningKey,
    kid: String,
    ring: Keyring,
    token: String,
}

fn ours() -> &'static Ours {
    static OURS: OnceLock<Ours> = OnceLock::new();
    OURS.get_or_init(|| {
        let key = SigningKey::from_bytes(&KEY);
        let pair = KeyPair::from_pkcs8_der(key.to_pkcs8_der().unwrap().as_bytes()).unwrap();
        let kid = pair.kid().to_owned();
        let ring = Keyring::new(vec![(pair, 0)], ISSUER).unwrap();
        let id = Uuid::from_u128(1);
        let claims =
            AccessClaims { sub: id, sid: id, jti: id, iat: NOW, nbf: NOW, exp: NOW + 900, role: "editor".to_owned() };
        let token = ring.sign_access(&claims).unwrap();
        Ours { key, kid, ring, token }
    })
}

/// Nothing is taken but what was signed, to the letter; what was signed with our key but says something else is no
/// more than read or refused.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let ours = ours();
    let public = ours.key.verifying_key().to_bytes();
    assert!(text == ours.token || ours.ring.verify_access(text, NOW).is_err());
    let _ = entitlement::verify(text, &[(&ours.kid, public)], NOW).is_ok();
    assert!(preview::read(&KEY, text).is_none() || *text == *preview::token(&KEY, preview::read(&KEY, text).unwrap()));
    let _ = (tokens::looks_opaque(text), tokens::hash(text), tokens::ApiToken::looks_valid(text));
    let _ = (entitlement::public_key(text), totp::TotpSecret::from_shown(text).is_some());
    assert!(
        !signed_url::verify(&KEY, "/media/x", NOW + 1, text, NOW)
            || text == signed_url::sign(&KEY, "/media/x", NOW + 1)
    );
    let (header, claims) = text.split_once('\n').unwrap_or(("", text));
    let own = format!("{{\"typ\":\"at+jwt\",\"alg\":\"EdDSA\",\"kid\":\"{}\"}}", ours.kid);
    for header in [header, own.as_str()] {
        let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = URL_SAFE_NO_PAD.encode(ours.key.sign(message.as_bytes()).to_bytes());
        let signed = format!("{message}.{signature}");
        if let Ok(read) = ours.ring.verify_access(&signed, NOW) {
            assert!(read.claims.exp > NOW - 6 && read.claims.nbf <= NOW + 5);
        }
        let _ = entitlement::verify(&signed, &[(&ours.kid, public)], NOW).is_ok();
    }
}
