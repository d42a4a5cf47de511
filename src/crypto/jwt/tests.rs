use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use ed25519_dalek::{Signer as _, SigningKey};
use proptest::prelude::*;

use super::*;
use crate::crypto::{base64url, from_base64url, mac};

const NOW: i64 = 1_800_000_000;
const ISSUER: &str = "https://cms.example";

fn pair() -> KeyPair {
    KeyPair::generate().expect("generated")
}

fn ring(pair: &KeyPair) -> Keyring {
    Keyring::new(vec![(pair.clone(), 0)], ISSUER).expect("a ring")
}

fn claims() -> AccessClaims {
    let [sub, sid, jti] = [Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4()];
    AccessClaims { sub, sid, jti, iat: NOW, nbf: NOW, exp: NOW + 900, role: "editor".to_owned() }
}

fn good_header(pair: &KeyPair) -> Value {
    json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": pair.kid() })
}

fn good_claims() -> Value {
    let id = Uuid::new_v4();
    json!({ "iss": ISSUER, "aud": "slugline", "sub": id, "sid": id, "jti": id, "iat": NOW, "nbf": NOW,
            "exp": NOW + 900, "typ": "access", "role": "editor" })
}

/// `base` with the members of `changes` set, or taken away where they are null.
fn with(mut base: Value, changes: Value) -> Value {
    if let (Value::Object(base), Value::Object(changes)) = (&mut base, changes) {
        for (name, value) in changes {
            if value.is_null() {
                base.remove(&name)
            } else {
                base.insert(name, value)
            };
        }
    }
    base
}

fn message(header: &str, claims: &str) -> String {
    format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()))
}

/// A token of any header and claims with a true signature of `pair`.
fn signed(pair: &KeyPair, header: &str, claims: &str) -> String {
    let key = SigningKey::from_pkcs8_der(pair.pkcs8_der()).expect("a key");
    let message = message(header, claims);
    let signature = base64url(&key.sign(message.as_bytes()).to_bytes());
    format!("{message}.{signature}")
}

#[test]
fn signs_and_verifies() {
    let (pair, claims) = (pair(), claims());
    let ring = ring(&pair);
    let token = ring.sign_access(&claims).expect("signed");
    assert_eq!(ring.verify_access(&token, NOW), Ok(Verified { claims, kid: pair.kid().to_owned() }));
    let by_hand = signed(&pair, &good_header(&pair).to_string(), &good_claims().to_string());
    assert!(ring.verify_access(&by_hand, NOW).is_ok(), "the forgeries below fail for their own reasons only");
}

#[test]
fn times_have_five_seconds_of_leeway() {
    let ring = ring(&pair());
    let token = ring.sign_access(&claims()).expect("signed");
    for (now, result) in [
        (NOW - 6, Some(TokenError::NotYetValid)),
        (NOW - 5, None),
        (NOW + 904, None),
        (NOW + 905, Some(TokenError::Expired)),
        (i64::MAX, Some(TokenError::Expired)),
        (i64::MIN, Some(TokenError::NotYetValid)),
    ] {
        assert_eq!(ring.verify_access(&token, now).err(), result, "at {now}");
    }
}

#[test]
fn an_older_key_still_verifies() {
    let (older, newer) = (pair(), pair());
    let token = ring(&older).sign_access(&claims()).expect("signed");
    let both = Keyring::new(vec![(older.clone(), 0), (newer.clone(), NOW)], ISSUER).expect("a ring");
    assert!(both.verify_access(&token, NOW).is_ok());
    assert_eq!(ring(&newer).verify_access(&token, NOW), Err(TokenError::UnknownKey));
    let fresh = both.sign_access(&claims()).expect("signed");
    assert!(ring(&newer).verify_access(&fresh, NOW).is_ok());
    assert_eq!(Keyring::new(vec![], ISSUER).err(), Some(KeyError::None));
    assert_eq!(Keyring::new(vec![(older.clone(), 0), (older, 1)], ISSUER).err(), Some(KeyError::Duplicate));
}

#[test]
fn a_key_signs_from_its_turn_on_and_is_published_before() {
    let (older, newer) = (pair(), pair());
    let both = Keyring::new(vec![(newer.clone(), NOW + 10), (older.clone(), NOW)], ISSUER).expect("a ring");
    for (at, signing, other) in [(-60, &older, &newer), (0, &older, &newer), (9, &older, &newer), (10, &newer, &older)]
    {
        let now = NOW + at;
        let token = both.sign_access(&AccessClaims { iat: now, nbf: now, exp: now + 900, ..claims() }).expect("signed");
        let verified = both.verify_access(&token, now).expect("verified");
        assert_eq!(verified.kid, signing.kid(), "at {at}");
        let published = both.jwks(now);
        let kids: Vec<&str> = (0..2).filter_map(|place| published["keys"][place]["kid"].as_str()).collect();
        assert_eq!(kids, [signing.kid(), other.kid()], "at {at}");
    }
}

#[test]
fn the_key_set_holds_public_keys_only() {
    let pair = pair();
    let ring = ring(&pair);
    let x = base64url(pair.public());
    let expected = json!({ "keys": [
        { "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": pair.kid(), "x": x }
    ] });
    assert_eq!(ring.jwks(NOW), expected);
    assert!(!format!("{ring:?}").contains(&base64url(pair.pkcs8_der())));
}

/// Headers that our keys never write, with a true signature.
fn forged_headers(pair: &KeyPair) -> Vec<(&'static str, Value)> {
    let other = self::pair();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(other.public()) });
    [
        ("alg none", json!({ "alg": "none" })),
        ("alg None", json!({ "alg": "nOnE" })),
        ("alg empty", json!({ "alg": "" })),
        ("no alg", json!({ "alg": null })),
        ("alg HS256", json!({ "alg": "HS256" })),
        ("alg RS256", json!({ "alg": "RS256" })),
        ("alg ES256", json!({ "alg": "ES256" })),
        ("alg in lower case", json!({ "alg": "eddsa" })),
        ("alg a list", json!({ "alg": ["EdDSA"] })),
        ("unknown kid", json!({ "kid": other.kid() })),
        ("empty kid", json!({ "kid": "" })),
        ("a path as kid", json!({ "kid": "../../dev/null" })),
        ("no kid", json!({ "kid": null })),
        ("no typ", json!({ "typ": null })),
        ("typ JWT", json!({ "typ": "JWT" })),
        ("typ of a refresh token", json!({ "typ": "rt+jwt" })),
        ("crit of an unknown member", json!({ "crit": ["x"], "x": 1 })),
        ("empty crit", json!({ "crit": [] })),
        ("crit b64", json!({ "crit": ["b64"], "b64": false })),
        ("embedded jwk", json!({ "jwk": jwk })),
        ("jku", json!({ "jku": "https://evil.example/jwks.json" })),
        ("x5u", json!({ "x5u": "https://evil.example/cert" })),
        ("x5c", json!({ "x5c": ["AAAA"] })),
        ("cty", json!({ "cty": "JWT" })),
        ("zip", json!({ "zip": "DEF" })),
        ("unknown member", json!({ "note": "hi" })),
    ]
    .into_iter()
    .map(|(name, changes)| (name, with(good_header(pair), changes)))
    .collect()
}

/// Claims that are refused, with a true signature.
fn forged_claims() -> Vec<(String, Value)> {
    let required = ["exp", "nbf", "iat", "iss", "aud", "sub", "jti", "sid", "typ", "role"];
    let missing = required.iter().map(|name| (format!("no {name}"), json!({ *name: null })));
    let wrong = [
        ("expired", json!({ "exp": NOW - 6 })),
        ("exp zero", json!({ "exp": 0 })),
        ("exp as text", json!({ "exp": "9999999999" })),
        ("exp as a fraction", json!({ "exp": 1.9e9 })),
        ("exp too large", json!({ "exp": 1e30 })),
        ("nbf in the future", json!({ "nbf": NOW + 6 })),
        ("iat in the future", json!({ "iat": NOW + 6 })),
        ("other iss", json!({ "iss": "https://cms.example.evil" })),
        ("iss with a slash", json!({ "iss": "https://cms.example/" })),
        ("iss a list", json!({ "iss": [ISSUER] })),
        ("other aud", json!({ "aud": "other" })),
        ("aud a list", json!({ "aud": ["slugline", "other"] })),
        ("typ refresh", json!({ "typ": "refresh" })),
        ("sub not a UUID", json!({ "sub": "admin" })),
        ("sub a number", json!({ "sub": 1 })),
        ("sid empty", json!({ "sid": "" })),
        ("jti an object", json!({ "jti": {} })),
        ("role a list", json!({ "role": ["admin"] })),
    ];
    let wrong = wrong.into_iter().map(|(name, changes)| (name.to_owned(), changes));
    missing.chain(wrong).map(|(name, changes)| (name, with(good_claims(), changes))).collect()
}

/// Whole tokens that are refused: made from a good one, or signed by other means.
fn forged_tokens(pair: &KeyPair) -> Vec<(&'static str, String)> {
    let (header, claims) = (good_header(pair).to_string(), good_claims().to_string());
    let good = signed(pair, &header, &claims);
    let parts: Vec<&str> = good.split('.').collect();
    let admin = with(good_claims(), json!({ "role": "admin" })).to_string();
    let hs256 = with(good_header(pair), json!({ "alg": "HS256" })).to_string();
    let hs256 = message(&hs256, &claims);
    let hmac = base64url(&mac(pair.public(), &[hs256.as_bytes()]));
    let twice = claims.replacen('{', r#"{"role":"admin","#, 1);
    let (_, signature) = good.rsplit_once('.').expect("three parts");
    vec![
        ("HS256 with the public key", format!("{hs256}.{hmac}")),
        ("another's signature", signed(&self::pair(), &header, &claims)),
        ("altered payload", format!("{}.{}.{signature}", parts[0], base64url(admin.as_bytes()))),
        ("signature of another token", format!("{}.{signature}", message(&header, &admin))),
        ("a member twice", signed(pair, &header, &twice)),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("zeros as signature", format!("{}.{}.{}", parts[0], parts[1], base64url(&[0; 64]))),
        ("longer signature", format!("{good}AA")),
        ("padded signature", format!("{good}==")),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("a dot behind", format!("{good}.")),
        ("a dot before", format!(".{good}")),
        ("five parts", format!("{good}.{}.{}", parts[0], parts[1])),
        ("a space before", format!(" {good}")),
        ("a line break behind", format!("{good}\n")),
        ("the scheme before", format!("Bearer {good}")),
        ("empty", String::new()),
        ("only dots", "..".to_owned()),
        ("claims not an object", signed(pair, &header, "7")),
        ("claims not JSON", signed(pair, &header, "{")),
        ("claims nested deeply", signed(pair, &header, &"[".repeat(2000))),
        ("header not an object", signed(pair, "[]", &claims)),
        ("huge", signed(pair, &header, &with(good_claims(), json!({ "note": "x".repeat(4096) })).to_string())),
        ("without end", "a".repeat(1 << 20)),
    ]
}

#[test]
fn forgeries_are_refused() {
    let pair = pair();
    let ring = ring(&pair);
    let (header, claims) = (good_header(&pair).to_string(), good_claims().to_string());
    let headers = forged_headers(&pair).into_iter();
    let by_header = headers.map(|(name, forged)| (name.to_owned(), signed(&pair, &forged.to_string(), &claims)));
    let by_claims =
        forged_claims().into_iter().map(|(name, forged)| (name, signed(&pair, &header, &forged.to_string())));
    let whole = forged_tokens(&pair).into_iter().map(|(name, token)| (name.to_owned(), token));
    let all: Vec<(String, String)> = by_header.chain(by_claims).chain(whole).collect();
    assert!(all.len() > 60);
    for (name, token) in all {
        assert!(ring.verify_access(&token, NOW).is_err(), "{name}");
    }
}

#[test]
fn every_altered_or_missing_character_is_noticed() {
    let ring = ring(&pair());
    let token = ring.sign_access(&claims()).expect("signed");
    for place in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(bytes).expect("ASCII");
        assert!(ring.verify_access(&altered, NOW).is_err(), "altered at {place}");
        assert!(ring.verify_access(&token[..place], NOW).is_err(), "cut at {place}");
    }
}

#[test]
fn a_signature_has_one_form() {
    // Adding the group's order to S gives a second signature that lax verifiers take (RFC 8032, section 8.4).
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let ring = ring(&pair());
    let token = ring.sign_access(&claims()).expect("signed");
    let (message, signature) = token.rsplit_once('.').expect("three parts");
    let mut bytes = from_base64url(signature).expect("base64url");
    let mut carry = 0;
    for (byte, order) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        (*byte, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    let second = format!("{message}.{}", base64url(&bytes));
    assert_eq!(ring.verify_access(&second, NOW), Err(TokenError::BadSignature));
}

proptest! {
    #[test]
    fn any_text_is_refused_without_panic(text in any::<String>(), parts in prop::collection::vec(any::<Vec<u8>>(), 0..5), json in r#"\{("(alg|kid|typ|crit|jwk)":("EdDSA"|"at\+jwt"|null|\[\]|\{\}|1e9),?){0,4}\}"#, now in any::<i64>()) {
        let pair = pair();
        let ring = ring(&pair);
        let dotted = parts.iter().map(|part| base64url(part)).collect::<Vec<_>>().join(".");
        prop_assert!(ring.verify_access(&text, now).is_err());
        prop_assert!(ring.verify_access(&dotted, now).is_err());
        prop_assert!(ring.verify_access(&signed(&pair, &json, &text), now).is_err());
        prop_assert!(ring.verify_access(&signed(&pair, &good_header(&pair).to_string(), &json), now).is_err());
    }
}
