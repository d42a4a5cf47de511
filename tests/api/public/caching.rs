//! What caches and browsers are told.

use serde_json::{Value, json};
use slugline::model::Time;

use super::admin;
use crate::both;
use crate::support::pictures::jpeg;
use crate::support::{Answer, Client};

const FULL: &str = "public, max-age=0, s-maxage=60, stale-while-revalidate=60, stale-if-error=300";

/// A live article with a tag, an author and a picture; and every public address that shows something of it.
fn newsroom(editor: &Client, more: &Value) -> (Value, Vec<String>) {
    let (section, author) = (editor.tag("World", "section"), editor.author("Ana"));
    let hero = editor.upload("sea.jpg", &jpeg(77), &[]).expect(201).data();
    let content = json!({ "headline": "Long", "slug": "long", "section": section["id"], "authors": [author["id"]],
        "hero": hero["id"], "body_markdown": "A sentence that is long enough. ".repeat(200) });
    let draft = editor.draft(&content);
    let live = editor.act(&draft, "publish", more).expect(200).data();
    let id = hero["id"].as_str().unwrap();
    let paths = [
        "/v1/articles/long",
        "/v1/articles",
        "/v1/articles?section=world",
        "/v1/articles/long/related",
        "/v1/tags",
        "/v1/tags/world",
        "/v1/authors",
        "/v1/authors/ana",
    ]
    .map(str::to_owned);
    let media = [
        format!("/v1/media/{id}"),
        format!("/media/{id}/sea.jpg"),
        format!("/v1/articles/{}", live["id"].as_str().unwrap()),
    ];
    (live, paths.into_iter().chain(media).collect())
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.header(name).unwrap_or_default()
}

both! {
    an_answer_at_hand_is_not_sent_again(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let (live, paths) = newsroom(&editor, &json!({}));
        for path in &paths {
            let plain = reader.get(path).expect(200);
            let tag = header(&plain, "etag").trim_matches('"').to_owned();
            assert!(!tag.is_empty() && header(&plain, "etag").starts_with('"'), "{path}: {plain:?}");
            assert_eq!(header(&plain, "cache-control"), FULL, "{path}");
            for known in [format!("\"{tag}\""), format!("W/\"{tag}\""), format!("\"x\", W/\"{tag}\" , \"y\""), "*".to_owned()] {
                let same = reader.with("If-None-Match", &known).get(path).expect(304);
                assert!(same.bytes.is_empty());
                assert_eq!((header(&same, "etag"), header(&same, "cache-control")), (header(&plain, "etag"), FULL), "{path}");
            }
            let _ = reader.with("If-None-Match", "\"other\"").get(path).expect(200);
            let known = editor.with("X-Any", "1").get(path).expect(200);
            assert_eq!((&known.bytes, header(&known, "etag")), (&plain.bytes, header(&plain, "etag")), "{path}");
        }
        let detail = &paths[0];
        let plain = reader.get(detail);
        let tag = header(&plain, "etag").trim_matches('"').to_owned();
        for (asked, ending, coding) in [("br", "-br", "br"), ("gzip", "-gz", "gzip"), ("gzip, br", "-br", "br")] {
            let coded = reader.with("Accept-Encoding", asked).get(detail).expect(200);
            assert_eq!((header(&coded, "etag"), header(&coded, "content-encoding")), (format!("\"{tag}{ending}\"").as_str(), coding));
            assert!(coded.bytes.len() < plain.bytes.len() && header(&coded, "vary").contains("Accept-Encoding"));
            let _ = reader.with("Accept-Encoding", asked).with("If-None-Match", &format!("\"{tag}\"")).get(detail).expect(304);
        }
        assert!(header(&plain, "vary").contains("Accept-Encoding") && plain.header("last-modified").is_some());
        assert!(reader.get("/v1/articles").header("last-modified").is_none());
        // What changes has another tag.
        let changed = editor.if_match(&live["version"]).patch(&admin("articles", &live), &json!({ "headline": "Longer" })).expect(200).data();
        let _ = editor.act(&changed, "publish", &json!({})).expect(200);
        let _ = reader.with("If-None-Match", &format!("\"{tag}\"")).get(detail).expect(200);
    }

    caches_keep_nothing_past_its_end(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let end = Time::system().plus_seconds(40);
        let (_, paths) = newsroom(&editor, &json!({ "unpublish_at": end }));
        for path in &paths {
            let answer = reader.get(path).expect(200);
            let age = header(&answer, "cache-control").split("s-maxage=").nth(1).unwrap().split(',').next().unwrap();
            assert!(age.parse::<u32>().unwrap() <= 40, "{path}: {answer:?}");
            assert!(!header(&answer, "cache-control").contains("stale"), "{path}");
        }
        app.advance(41);
        for path in &paths {
            let answer = reader.get(path);
            let empty = answer.status == 200 && answer.data().as_array().is_some_and(Vec::is_empty);
            assert!(answer.status == 404 || empty, "{path}: {}", answer.text());
        }
    }

    caches_are_not_told_of_what_will_appear(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let (live, paths) = newsroom(&editor, &json!({}));
        let before: Vec<String> = paths.iter().map(|path| header(&reader.get(path), "etag").to_owned()).collect();
        let other = editor.draft(&json!({ "headline": "Waits", "slug": "waits", "section": live["section"]["id"] }));
        let edited = editor.if_match(&live["version"]).patch(&admin("articles", &live), &json!({ "headline": "Later", "hero": null, "section": null, "authors": [] }));
        let soon = json!({ "publish_at": Time::system().plus_seconds(30), "unpublish_at": Time::system().plus_seconds(50) });
        let _ = editor.act(&edited.expect(200).data(), "schedule", &soon).expect(200);
        let _ = editor.act(&other, "schedule", &soon).expect(200);
        for (path, tag) in paths.iter().zip(before) {
            let answer = reader.get(path).expect(200);
            assert_eq!(header(&answer, "cache-control"), FULL, "{path}");
            assert_eq!(header(&answer, "etag"), tag, "{path}");
        }
    }

    every_answer_can_be_read_from_other_pages_and_named(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let (_, mut paths) = newsroom(&editor, &json!({}));
        paths.extend(["/v1/site", "/v1/popular", "/v1/articles/unknown", "/v1/nothing", "/openapi.json", "/livez"].map(str::to_owned));
        let page = reader.with("Origin", "https://elsewhere.example");
        for path in &paths {
            let answer = page.get(path);
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), None, "{path}");
            assert_eq!(header(&answer, "access-control-expose-headers"), "ETag, Link, Location, Retry-After, X-Request-Id, Idempotency-Replayed, RateLimit, RateLimit-Policy");
            assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{path}");
            assert!(answer.header("cache-control").is_some(), "{path}");
            let head = page.send("HEAD", path, None);
            assert!(head.bytes.is_empty());
            for name in ["content-type", "content-length", "etag", "cache-control", "link"] {
                assert_eq!((head.status, head.header(name)), (answer.status, answer.header(name)), "HEAD {path}: {name}");
            }
            let asked = page.with("Access-Control-Request-Method", "GET").with("Access-Control-Request-Headers", "if-none-match");
            let allowed = asked.send("OPTIONS", path, None).expect(204);
            assert!(header(&allowed, "access-control-allow-headers").to_lowercase().contains("if-none-match"));
            assert!(!header(&allowed, "access-control-allow-headers").contains('*'));
        }
        assert_eq!(reader.with("X-Request-Id", "my-own-1").get("/v1/site").header("x-request-id"), Some("my-own-1"));
        for bad in ["with space", "a_b", &"a".repeat(65)] {
            let answer = reader.with("X-Request-Id", bad).get("/v1/site").expect(200);
            assert!(uuid::Uuid::try_parse(header(&answer, "x-request-id")).is_ok(), "{answer:?}");
        }
        let _ = reader.with("Accept", "text/html").get("/v1/articles").expect(200);
        let wrong = reader.send("DELETE", "/v1/articles/long", None);
        assert!(header(&wrong, "allow").contains("GET"), "{wrong:?}");
        let _ = wrong.problem(405, "method_not_allowed");
    }
}
