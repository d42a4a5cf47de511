//! What browsers are told about every class of answer, and that no address holds a secret but those that are meant to.

use serde_json::json;

use super::wire::Grounds;
use crate::both;
use crate::support::Answer;

/// What every answer says, whatever it is.
#[track_caller]
fn assert_plain(answer: &Answer, what: &str) {
    let all = |name: &str| answer.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name)).count();
    assert_eq!(
        (answer.header("x-content-type-options"), all("x-content-type-options")),
        (Some("nosniff"), 1),
        "{what}"
    );
    assert_eq!(all("cache-control"), 1, "{what}");
    assert_eq!(all("x-request-id"), 1, "{what}");
    for name in ["server", "x-powered-by", "set-cookie", "x-xss-protection", "access-control-allow-credentials"] {
        assert_eq!(answer.header(name), None, "{what}");
    }
    assert!(answer.bytes.is_empty() || answer.header("content-type").is_some(), "{what} is of no type");
}

/// What is sent to a browser as something that it would run is fenced in.
#[track_caller]
fn assert_fenced(answer: &Answer, what: &str) {
    let media_type = answer.header("content-type").unwrap_or_default();
    let policy = answer.header("content-security-policy").unwrap_or_default();
    let runs = ["html", "xml", "svg", "javascript", "css", "pdf"].iter().any(|kind| media_type.contains(kind));
    if !runs {
        return;
    }
    assert!(policy.contains("default-src 'none'"), "{what} ({media_type}): {policy:?}");
    for hole in ["unsafe-eval", "script-src *", "script-src 'unsafe-inline'", "data: 'unsafe", "http:"] {
        assert!(!policy.contains(hole), "{what}: {policy}");
    }
    if media_type.contains("html") {
        for fence in ["base-uri 'none'", "frame-ancestors 'none'", "form-action"] {
            assert!(policy.contains(fence), "{what}: {policy}");
        }
        let referrer = answer.header("referrer-policy").unwrap_or_default();
        assert!(["no-referrer", "strict-origin-when-cross-origin"].contains(&referrer), "{what}: {referrer:?}");
    }
}

both! {
    every_answer_tells_browsers_what_it_is(app) {
        let grounds = Grounds::new(app);
        let (reader, admin) = (app.anonymous(), &grounds.admin);
        for one in grounds.operations.iter().filter(|one| !one.pattern.ends_with("/events")) {
            for client in [&reader, &**admin] {
                let answer = client.send(&one.method, &one.path, (one.method != "GET").then_some(&b"{"[..]));
                let what = format!("{} {}: {}", one.method, one.path, answer.status);
                assert_plain(&answer, &what);
                assert_fenced(&answer, &what);
                let is_editorial = one.path.starts_with("/v1/admin") || one.path.starts_with("/v1/auth/");
                let control = answer.header("cache-control").unwrap();
                assert!(!is_editorial || control.contains("no-store"), "{what}: {control}");
            }
        }
        let pages = ["/docs/", "/docs", "/docs/errors", "/docs/errors/not_found", "/docs/errors/none", "/docs/guides", "/docs/guides/editors",
            "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/nothing", "/", "/reader/", "/nothing", "/favicon.ico", "/robots.txt"];
        for path in pages {
            for method in ["GET", "HEAD", "OPTIONS", "POST"] {
                let answer = reader.send(method, path, None);
                let what = format!("{method} {path}: {}", answer.status);
                assert_plain(&answer, &what);
                assert_fenced(&answer, &what);
            }
        }
        assert!(reader.get("/docs/").expect(200).header("content-security-policy").unwrap().contains("script-src 'self'"));
    }

    files_are_shown_in_a_sandbox(app) {
        let editor = app.editor();
        let picture = editor.upload("a.jpg", &crate::support::pictures::jpeg(95), &[]).expect(201).data();
        let pdf = editor.upload("a.pdf", b"%PDF-1.7\nhello\n%%EOF\n", &[]).expect(201).data();
        for media in [&picture, &pdf] {
            for name in ["url", "original_url"] {
                let url = media[name].as_str().unwrap();
                for (header, expected) in [("Range", 206), ("X", 200)] {
                    let answer = app.anonymous().with(header, "bytes=0-3").get(url).expect(expected);
                    assert_plain(&answer, url);
                    assert_eq!(answer.header("content-security-policy"), Some("sandbox; default-src 'none'"), "{url}");
                    let disposition = answer.header("content-disposition").unwrap();
                    assert_eq!(disposition.starts_with("attachment"), media["kind"] == "document", "{disposition}");
                }
                // Signed addresses are secrets for an hour: nobody keeps what they give.
                assert!(app.anonymous().get(url).expect(200).header("cache-control").unwrap().contains("no-store"), "{url}");
            }
        }
    }

    a_preview_is_for_whoever_has_its_address(app) {
        let editor = app.editor();
        let draft = editor.draft(&json!({ "headline": "Draft" }));
        let path = format!("/v1/admin/articles/{}/preview-tokens", draft["id"].as_str().unwrap());
        let token = editor.post(&path, &json!({})).expect(201).data()["token"].clone();
        let shown = app.anonymous().get(&format!("/v1/preview/{}", token.as_str().unwrap())).expect(200);
        assert_plain(&shown, "a preview");
        assert_eq!((shown.header("referrer-policy"), shown.header("x-robots-tag")), (Some("no-referrer"), Some("noindex")));
        assert!(shown.header("cache-control").unwrap().contains("no-store"));
        assert!(shown.header("etag").is_none());
    }
}

/// No parameter of a path or a query is a credential, but for previews and signed files.
#[test]
fn no_address_holds_a_secret() {
    let document = slugline::http::openapi::document().unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let place = parameter["in"].as_str().unwrap_or_default();
                let name = parameter["name"].as_str().unwrap_or_default().to_lowercase();
                let secret = ["token", "secret", "password", "sig", "signature", "code", "session", "auth"];
                let is_secret = name.split('_').any(|word| secret.contains(&word)) && !name.ends_with("_id");
                if matches!(place, "path" | "query") && is_secret {
                    found.push(format!("{path} {name}"));
                }
            }
        }
    }
    found.sort();
    found.dedup();
    let meant =
        |one: &String| one.starts_with("/v1/preview/{token}") || one.starts_with("/media/") && one.ends_with(" sig");
    assert!(found.iter().all(meant), "{found:#?}");
}
