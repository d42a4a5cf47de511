//! Tricks with paths and methods: however a path is spelt, it never opens what its plain form keeps shut, and nothing
//! breaks.

use super::wire::{Grounds, Operation, assert_discreet, bare, raw};
use crate::both;
use crate::support::rows::rows;
use crate::support::{Answer, Client};

/// Other spellings of a path; those that a client would tidy up are sent as they stand.
fn spellings(path: &str) -> Vec<Vec<u8>> {
    let (first, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    let (before, last) = path.rsplit_once('/').unwrap();
    let tail = |end: &str| format!("{path}{end}").into_bytes();
    let mut spelt = vec![
        tail("/"),
        tail("//"),
        tail("/."),
        tail("/./"),
        tail("/.."),
        tail("%2f"),
        tail("%2F"),
        tail("%00"),
        tail("%20"),
        tail("%09"),
        tail(";"),
        tail(";a=b"),
        tail(";jsessionid=1"),
        tail(".json"),
        tail("%3f"),
        tail("%23"),
        tail("%0d%0a"),
        tail("%5c"),
        tail("%c0%af"),
        tail("%c0%80"),
        tail("%ff"),
        tail("%e2%80%ae"),
        tail("%EF%BC%8F"),
        tail("%ZZ"),
        tail("%"),
        tail("%u002f"),
        tail("\\"),
        tail("/%2e"),
        tail("/%2e%2e"),
        tail("/x/.."),
        tail("/x/%2e%2e"),
        tail("/..%2f"),
        format!("/{path}").into_bytes(),
        format!("//{path}").into_bytes(),
        format!("/.{path}").into_bytes(),
        format!("/x/..{path}").into_bytes(),
        format!("/x/%2e%2e{path}").into_bytes(),
        format!("/%2e{path}").into_bytes(),
        format!("/livez/..{path}").into_bytes(),
        format!("/v1/articles/..%2f..{path}").into_bytes(),
        format!("/docs/..{path}").into_bytes(),
        format!("/{first}//{rest}").into_bytes(),
        format!("/{first}/./{rest}").into_bytes(),
        format!("/{first}%2f{rest}").into_bytes(),
        format!("/{first};x/{rest}").into_bytes(),
        format!("/{first}\\{rest}").into_bytes(),
        format!("/{first}%5c{rest}").into_bytes(),
        format!("{before}//{last}").into_bytes(),
        format!("{before}%2f{last}").into_bytes(),
        format!("{before}/%2e/{last}").into_bytes(),
        format!("{before}/;/{last}").into_bytes(),
        path.to_uppercase().into_bytes(),
        encoded(path, false),
        encoded(path, true),
        path.replace("admin", "Admin").into_bytes(),
        path.replace("admin", "%61dmin").into_bytes(),
        path.replace("admin", "%2561dmin").into_bytes(),
        path.replace("v1", "v1/.").into_bytes(),
        path.replace("v1", "v1.0").into_bytes(),
        path.replace("v1", "%761").into_bytes(),
        format!("http://127.0.0.1{path}").into_bytes(),
        format!("http://evil.example{path}").into_bytes(),
        path.as_bytes()[1..].to_vec(),
    ];
    // A character of another script that looks like a slash, in raw UTF-8.
    spelt.push(format!("/{first}\u{2215}{rest}").into_bytes());
    spelt.retain(|one| one != path.as_bytes());
    spelt
}

/// A quarter of the spellings, another one for each route in turn: all are tried, and each many times.
fn share(spelt: Vec<Vec<u8>>, number: usize) -> impl Iterator<Item = Vec<u8>> {
    spelt.into_iter().skip(number % 4).step_by(4)
}

/// Every letter percent-encoded, or the slashes too.
fn encoded(path: &str, slashes: bool) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in path.bytes() {
        if byte == b'/' && !slashes { out.push(byte) } else { out.extend_from_slice(format!("%{byte:02x}").as_bytes()) }
    }
    out
}

fn told(target: &[u8]) -> String {
    String::from_utf8_lossy(target).into_owned()
}

/// What is asked for with credentials that don't let it, or without any, stays shut.
fn assert_shut(answer: &Answer, what: &str) {
    assert_discreet(answer, what);
    assert!((400..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
}

/// An answer for editors is marked as one, by whichever path it was come by.
fn assert_private(answer: &Answer, what: &str) {
    assert_eq!(answer.header("access-control-allow-origin"), None, "{what} is open to every origin");
    let control = answer.header("cache-control").unwrap_or_default();
    assert!(control.contains("no-store"), "{what}: {control}");
}

fn bearer(client: &Client) -> Vec<String> {
    vec![format!("Authorization: Bearer {}", client.bearer_token()), "Origin: https://evil.example".to_owned()]
}

both! {
    no_spelling_of_a_path_opens_the_editorial_door(app) {
        let grounds = Grounds::new(app);
        let contributor = app.signed_in("contributor");
        let (as_admin, as_contributor) = (bearer(&grounds.admin), bearer(&contributor));
        let mut tried = 0;
        let is_read = |one: &&Operation| one.method == "GET" && !one.pattern.ends_with("/events");
        let editorial = |one: &&Operation| one.path.starts_with("/v1/admin") || one.path.starts_with("/v1/auth/");
        for (number, one) in grounds.operations.iter().filter(editorial).enumerate() {
            let plain = is_read(&one).then(|| raw(app, "GET", one.path.as_bytes(), &as_contributor).status);
            for target in share(spellings(&one.path), number) {
                let what = format!("{} {} for {}", one.method, told(&target), one.path);
                // Nobody at all, on every route.
                assert_shut(&raw(app, &one.method, &target, &[]), &what);
                tried += 1;
                let Some(plain) = plain else { continue };
                let answer = raw(app, "GET", &target, &as_contributor);
                assert_discreet(&answer, &what);
                assert!(answer.status >= 400 || plain == 200, "{what} is open to a contributor");
                let answer = raw(app, "GET", &target, &as_admin);
                if answer.status == 200 && !told(&target).starts_with("/docs") {
                    assert_private(&answer, &what);
                }
            }
        }
        assert!(tried > 1_500, "{tried} tries");
    }

    a_public_path_gives_the_same_bytes_or_nothing(app) {
        let grounds = Grounds::new(app);
        let public = |one: &&Operation| one.is_public && one.path != "/metrics";
        for (number, one) in grounds.reads().filter(public).enumerate() {
            let plain = bare(&raw(app, "GET", one.path.as_bytes(), &[]));
            for target in share(spellings(&one.path), number) {
                let answer = raw(app, "GET", &target, &[]);
                let what = format!("GET {} for {}", told(&target), one.path);
                assert_discreet(&answer, &what);
                // The links of a list name it as it was asked for.
                let same = answer.status >= 300 || bare(&answer).1.replace(&told(&target), &one.path) == plain.1;
                assert!(same || answer.status == 200 && plain.0 != 200 || is_alike(&answer, &plain.1), "{what}: {}", answer.text());
            }
        }
    }

    no_header_or_parameter_makes_another_method_of_one(app) {
        let grounds = Grounds::new(app);
        let before = rows(app);
        let admin = grounds.admin.with("If-Match", "*");
        for one in grounds.reads().filter(|one| !one.is_public) {
            let plain = admin.get(&one.path).status;
            for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-Method", "X-Rewrite-Method"] {
                for method in ["DELETE", "POST", "PATCH"] {
                    assert_eq!(admin.with(name, method).get(&one.path).status, plain, "{name}: {method} {}", one.path);
                }
            }
            for parameter in ["_method=DELETE", "method=DELETE", "_method=POST", "X-HTTP-Method-Override=DELETE"] {
                let _ = admin.get(&format!("{}?{parameter}", one.path)).problem(400, "invalid_parameter");
            }
            for name in ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Uri", "X-Forwarded-Path"] {
                let _ = app.anonymous().with(name, "/livez").get(&one.path).problem(401, "unauthenticated");
                let _ = app.anonymous().with(name, &one.path).get("/livez").expect(200);
            }
        }
        let article = format!("/v1/admin/articles/{}", grounds.ids["articles"]);
        for (media, body) in [("application/x-www-form-urlencoded", "_method=DELETE"), ("application/json", "{\"_method\":\"DELETE\"}")] {
            let answer = admin.with("Content-Type", media).send("POST", &article, Some(body.as_bytes()));
            let _ = answer.problem(405, "method_not_allowed");
        }
        for method in ["TRACE", "CONNECT", "TRACK", "DEBUG", "PROPFIND", "get", "Get", "GETS", "PURGE", "SEARCH", "QUERY"] {
            for path in ["/v1/articles", &article] {
                let answer = raw(app, method, path.as_bytes(), &[]);
                assert!(matches!(answer.status, 400 | 404 | 405), "{method} {path}: {} {}", answer.status, answer.text());
            }
        }
        assert_eq!(rows(app), before);
    }
}

/// The same data, whatever the links beside them say.
fn is_alike(answer: &Answer, plain: &str) -> bool {
    let data = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok().map(|value| value["data"].clone());
    data(&answer.text()).is_some_and(|found| Some(found) == data(plain))
}
