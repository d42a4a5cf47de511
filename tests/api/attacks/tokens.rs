//! Forged credentials: each is answered with the same 401, to the byte, whatever is wrong with it. What a signature by
//! our own key could still get wrong is told beside the code (`src/crypto/jwt/tests.rs`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::wire::{bare, raw};
use crate::both;
use crate::support::issuer::{Issuer, base64url, claims, signed_part, trust};
use crate::support::{Client, TestApp};

/// A true access token in its parts.
struct True {
    token: String,
    header: Value,
    claims: Value,
    signature: String,
    public: Vec<u8>,
    jwk: Value,
}

impl True {
    fn of(app: &TestApp, client: &Client) -> Self {
        let token = client.bearer_token().to_owned();
        let part = |place: usize| {
            let text = token.split('.').nth(place).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
        };
        let jwk = app.anonymous().get("/.well-known/jwks.json").expect(200).json()["keys"][0].clone();
        let public = URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap();
        let signature = token.rsplit('.').next().unwrap().to_owned();
        Self { header: part(0), claims: part(1), signature, public, jwk, token: token.clone() }
    }

    /// The header with these members set, or taken away where they are null.
    fn header(&self, changes: Value) -> Value {
        changed(&self.header, changes)
    }

    fn claims(&self, changes: Value) -> Value {
        changed(&self.claims, changes)
    }
}

fn changed(base: &Value, changes: Value) -> Value {
    let mut base = base.clone();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => _ = base.as_object_mut().unwrap().remove(name),
            value => base[name] = value.clone(),
        }
    }
    base
}

fn hmac(key: &[u8], part: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(part.as_bytes());
    format!("{part}.{}", base64url(&mac.finalize().into_bytes()))
}

/// Tokens without a signature, or with one by a key that isn't ours.
fn by_header(own: &True, thief: &Issuer) -> Vec<(String, String)> {
    let mut forged = Vec::new();
    for alg in ["none", "None", "NONE", "nOnE", "noNE", " none", "none ", "none\u{0}", ""] {
        for signature in ["", own.signature.as_str(), "AA"] {
            let part = signed_part(&own.header(json!({ "alg": alg })), &own.claims);
            forged.push((format!("alg {alg:?} with {signature:?}"), format!("{part}.{signature}")));
        }
    }
    for alg in ["HS256", "HS384", "HS512", "hs256"] {
        let part = signed_part(&own.header(json!({ "alg": alg })), &own.claims);
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", base64url(&own.public));
        let keys: [&[u8]; 6] =
            [&own.public, pem.as_bytes(), own.jwk["x"].as_str().unwrap().as_bytes(), b"", b"secret", &[0; 32]];
        forged.extend(keys.iter().enumerate().map(|(n, key)| (format!("{alg} by key {n}"), hmac(key, &part))));
    }
    for alg in ["RS256", "PS256", "ES256", "ES256K", "Ed25519", "EdDSA448", "eddsa", "EDDSA", "dir", "RSA-OAEP"] {
        let part = signed_part(&own.header(json!({ "alg": alg })), &own.claims);
        forged.push((format!("alg {alg}"), format!("{part}.{}", own.signature)));
    }
    let evil = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(&thief.public()), "kid": own.header["kid"] });
    for (what, changes) in [
        ("another's signature", json!({})),
        ("another's kid", json!({ "kid": thief.kid })),
        ("a path as kid", json!({ "kid": "../../../../dev/null" })),
        ("a query as kid", json!({ "kid": "x' UNION SELECT 'AA" })),
        ("a command as kid", json!({ "kid": "x|/usr/bin/id" })),
        ("an address as kid", json!({ "kid": "http://127.0.0.1:1/key" })),
        ("an empty kid", json!({ "kid": "" })),
        ("a kid of NUL", json!({ "kid": "\u{0}" })),
        ("a kid of a megabyte or so", json!({ "kid": "k".repeat(3_000) })),
        ("a list as kid", json!({ "kid": [own.header["kid"]] })),
        ("no kid", json!({ "kid": null })),
        ("jwk", json!({ "jwk": evil })),
        ("jku", json!({ "jku": "http://127.0.0.1:1/jwks.json" })),
        ("x5u", json!({ "x5u": "http://127.0.0.1:1/cert.pem" })),
        ("x5c", json!({ "x5c": [base64url(&thief.public())] })),
        ("x5t", json!({ "x5t": "AAAA" })),
        ("crit", json!({ "crit": ["exp"], "exp": 1 })),
        ("crit b64", json!({ "crit": ["b64"], "b64": false })),
        ("zip", json!({ "zip": "DEF" })),
        ("cty", json!({ "cty": "JWT" })),
        ("typ JWT", json!({ "typ": "JWT" })),
        ("no typ", json!({ "typ": null })),
    ] {
        forged.push((what.to_owned(), thief.sign(&own.header(changes), &own.claims)));
    }
    forged
}

/// The true token, bent.
fn bent(own: &True) -> Vec<(String, String)> {
    let True { token, signature, .. } = own;
    let message = token.rsplit_once('.').unwrap().0;
    let (header, payload) = message.split_once('.').unwrap();
    let raised = signed_part(&own.header, &own.claims(json!({ "role": "admin", "exp": 99_999_999_999_i64 })));
    let mut all: Vec<(String, String)> = ["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp", "typ", "role"]
        .into_iter()
        .map(|name| {
            (
                format!("no {name}"),
                format!("{}.{signature}", signed_part(&own.header, &own.claims(json!({ name: null })))),
            )
        })
        .collect();
    let twice = base64url(own.claims.to_string().replacen('{', "{\"role\":\"admin\",", 1).as_bytes());
    let spaced = base64url(format!(" {}", own.claims).as_bytes());
    let pairs = [
        ("another payload", format!("{raised}.{signature}")),
        ("a member twice", format!("{header}.{twice}.{signature}")),
        ("white space in the claims", format!("{header}.{spaced}.{signature}")),
        ("no signature", format!("{message}.")),
        ("no third part", message.to_owned()),
        ("only a header", header.to_owned()),
        ("only a payload", format!(".{payload}.")),
        ("a dot before", format!(".{token}")),
        ("a dot behind", format!("{token}.")),
        ("two dots within", token.replacen('.', "..", 1)),
        ("four parts", format!("{token}.{signature}")),
        ("five parts, as a JWE has", format!("{header}..{payload}.{signature}.{signature}")),
        ("a padded signature", format!("{token}==")),
        ("a padded payload", format!("{header}.{payload}=.{signature}")),
        ("a longer signature", format!("{token}A")),
        ("a shorter signature", token[..token.len() - 1].to_owned()),
        ("zeros as signature", format!("{message}.{}", "A".repeat(86))),
        ("the other alphabet", format!("{message}.{}", signature.replace('-', "+").replace('_', "/") + "+")),
        ("upper case", token.to_uppercase()),
        ("swapped parts", format!("{payload}.{header}.{signature}")),
        ("too long", format!("{header}.{}.{signature}", "A".repeat(6_000))),
        ("another alphabet's dot", token.replace('.', "%2E")),
        ("quoted", format!("\"{token}\"")),
        ("twice", format!("{token} {token}")),
        ("with a comma", format!("{token}, {token}")),
        ("JSON", own.claims.to_string()),
        ("the null token", "null".to_owned()),
        ("undefined", "undefined".to_owned()),
    ];
    all.extend(pairs.map(|(what, token)| (what.to_owned(), token)));
    all
}

/// API tokens that nobody was given.
fn of_machines(plain: &str) -> Vec<(String, String)> {
    let checked = |body: &str| format!("sl_{body}{}", checksum(body));
    let body = &plain[3..plain.len() - 6];
    let other = if body.starts_with('A') { "B" } else { "A" };
    let all = [
        ("an unknown one with a sound checksum", checked(&format!("{other}{}", &body[1..]))),
        ("zeros with a sound checksum", checked(&"0".repeat(body.len()))),
        ("another checksum", format!("{}000000", &plain[..plain.len() - 6])),
        ("no checksum", plain[..plain.len() - 6].to_owned()),
        ("the body twice", format!("sl_{body}{body}")),
        ("in upper case", plain.to_uppercase()),
        ("another prefix", plain.replacen("sl_", "SL_", 1)),
        ("no prefix", plain[3..].to_owned()),
        ("a character more", format!("{plain}0")),
        ("a character less", plain[..plain.len() - 1].to_owned()),
        ("with a NUL", format!("{plain}%00")),
        ("a wildcard", "sl_%".to_owned()),
        ("a query", "sl_' OR '1'='1".to_owned()),
        ("only the prefix", "sl_".to_owned()),
    ];
    all.into_iter().map(|(what, token)| (format!("API token: {what}"), token)).collect()
}

/// The checksum of API tokens, by a reading of its own: CRC-32 in six digits of base 62.
fn checksum(body: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    String::from_utf8_lossy(&digits).into_owned()
}

/// Tokens that are good for something else.
fn of_other_uses(app: &TestApp, own: &True) -> Vec<(String, String)> {
    let admin = app.signed_in("admin");
    let issuer = Issuer::new("shop", 9);
    trust(app, &[&issuer]);
    let article = admin.draft(&json!({ "headline": "Shown" }));
    let previews = format!("/v1/admin/articles/{}/preview-tokens", article["id"].as_str().unwrap());
    let preview = admin.post(&previews, &json!({})).expect(201).data()["token"].as_str().unwrap().to_owned();
    let login = json!({ "email": admin.email, "password": admin.password });
    let refresh = app.anonymous().post("/v1/auth/login", &login).expect(200).json()["refresh_token"].clone();
    let media = admin.upload("a.jpg", &crate::support::pictures::jpeg(92), &[]).expect(201).data();
    let signed = media["url"].as_str().unwrap().split("sig=").nth(1).unwrap_or("none").to_owned();
    let hook = admin.post("/v1/admin/webhooks", &json!({ "name": "T", "url": "https://thing.example/" })).expect(201);
    let secret = hook.json()["meta"]["secret"].as_str().or(hook.data()["secret"].as_str()).unwrap().to_owned();
    let reader = claims(app, "subscriber");
    let ours = own.header(json!({}));
    vec![
        ("a preview token".to_owned(), preview),
        ("a refresh token".to_owned(), refresh.as_str().unwrap().to_owned()),
        ("the signature of a file".to_owned(), signed),
        ("the secret of a webhook".to_owned(), secret),
        ("a reader's token".to_owned(), issuer.sign(&issuer.header(), &reader)),
        ("our claims signed by the shop".to_owned(), issuer.sign(&issuer.header(), &own.claims)),
        ("our header and claims signed by the shop".to_owned(), issuer.sign(&ours, &own.claims)),
        (
            "our claims as the shop's access token".to_owned(),
            issuer.sign(&changed(&ours, json!({ "kid": "shop" })), &own.claims),
        ),
        ("a password".to_owned(), admin.password.clone()),
    ]
}

both! {
    every_forged_credential_is_answered_alike(app) {
        let editor = app.editor();
        let own = True::of(app, &editor);
        let thief = Issuer::new("thief", 66);
        let machine = app.signed_in("admin").post("/v1/admin/tokens", &json!({ "name": "T", "scopes": ["articles:read"] }));
        let machine = machine.expect(201).data()["token"].as_str().unwrap().to_owned();
        assert_eq!(checksum(&machine[3..machine.len() - 6]), machine[machine.len() - 6..]);
        let _ = app.anonymous().bearer(&machine).get("/v1/admin/articles").expect(200);

        let mut all = by_header(&own, &thief);
        all.extend(bent(&own));
        all.extend(of_machines(&machine));
        all.extend(of_other_uses(app, &own));
        assert!(all.len() > 120, "{}", all.len());
        let _ = app.anonymous().bearer(&own.token).get("/v1/auth/me").expect(200);
        let reference = app.anonymous().bearer("forged").get("/v1/auth/me");
        let challenge = reference.header("www-authenticate").unwrap().to_owned();
        let reference = bare(&reference);
        assert_eq!(reference.0, 401);
        for (what, token) in all {
            for path in ["/v1/auth/me", "/v1/admin/articles"] {
                let answer = raw(app, "GET", path.as_bytes(), &[format!("Authorization: Bearer {}", printable(&token))]);
                assert_eq!(answer.header("www-authenticate"), Some(challenge.as_str()), "{what}: {}", answer.text());
                assert_eq!(bare(&answer), reference, "{what} at {path}");
            }
        }
    }

    credentials_are_taken_from_one_place_only(app) {
        let editor = app.editor();
        let token = editor.bearer_token();
        let basic = base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", editor.email, editor.password));
        for lines in [
            vec![format!("Authorization: {token}")],
            vec![format!("Authorization: Basic {basic}")],
            vec![format!("Authorization: Token {token}")],
            vec![format!("Authorization: JWT {token}")],
            vec![format!("Authorization: Bearer{token}")],
            vec![format!("Authorization: Bearer\t{token}")],
            vec![format!("Authorization: Bearer={token}")],
            vec![format!("Authorization: bearer: {token}")],
            vec![format!("Authorization: Bearer {token}"), format!("Authorization: Bearer {token}")],
            vec!["Authorization: Basic eDp5".to_owned(), format!("Authorization: Bearer {token}")],
            vec![format!("Proxy-Authorization: Bearer {token}")],
            vec![format!("X-Authorization: Bearer {token}")],
            vec![format!("X-Api-Key: {token}")],
            vec![format!("X-Access-Token: {token}")],
            vec![format!("Cookie: access_token={token}; token={token}; Authorization=Bearer%20{token}")],
            vec![format!("X-Forwarded-User: {}", editor.email), "X-Remote-User: admin".to_owned(), "X-User-Id: 1".to_owned()],
            vec![format!("X-User: {}", editor.user), "X-Role: admin".to_owned(), "X-Forwarded-For: 127.0.0.1".to_owned()],
        ] {
            let answer = raw(app, "GET", b"/v1/auth/me", &lines);
            assert_eq!(answer.status, 401, "{lines:?}: {}", answer.text());
        }
        for name in ["access_token", "token", "authorization", "auth", "api_key", "jwt", "bearer"] {
            let answer = app.anonymous().get(&format!("/v1/auth/me?{name}={token}"));
            assert_eq!(answer.status, 401, "{name}");
            let _ = app.anonymous().get(&format!("/v1/articles?{name}={token}")).problem(400, "invalid_parameter");
        }
        // The scheme is a word in any case (RFC 9110, 11.1).
        let _ = raw(app, "GET", b"/v1/auth/me", &[format!("Authorization: bEARER {token}")]).expect(200);
    }

    an_access_token_is_no_token_of_any_other_kind(app) {
        let editor = app.editor();
        let token = editor.bearer_token();
        let anonymous = app.anonymous();
        let _ = anonymous.get(&format!("/v1/preview/{token}")).problem(404, "not_found");
        for (path, body) in [
            ("refresh", json!({ "refresh_token": token })),
            ("password-resets/confirm", json!({ "token": token, "password": "a wholly different passphrase" })),
            ("invitations/accept", json!({ "token": token, "name": "N", "password": "a wholly different passphrase" })),
            ("email/confirm", json!({ "token": token })),
        ] {
            let answer = anonymous.post(&format!("/v1/auth/{path}"), &body);
            assert!(matches!(answer.status, 401 | 422), "{path}: {} {}", answer.status, answer.text());
        }
        let live = editor.published(&json!({ "headline": "Paid", "access": "subscriber", "body_markdown": "x" }));
        let full = format!("/v1/articles/{}/full", live["slug"].as_str().unwrap());
        let _ = editor.get(&full).expect(401);
        assert_eq!(anonymous.bearer(token).get("/metrics").status, 200, "loopback may, whoever it is");
    }
}

/// What a header can hold of it.
fn printable(token: &str) -> String {
    token.replace(['\u{0}', '\n', '\r'], "")
}
