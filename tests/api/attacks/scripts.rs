//! Scripts in every text that a newsroom writes: they are kept as words, and no answer holds them as anything that runs.
//! A browser judges the same table against the demo (`.ci/outputs/scripts.mjs`).

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use crate::both;
use crate::fuzzed::targets::safe::assert_harmless;
use crate::support::{Answer, Client, pictures};

/// The table.
fn scripts() -> Vec<&'static str> {
    let all: Vec<&str> = include_str!("scripts.txt").lines().collect();
    assert!(all.len() > 140, "{} scripts", all.len());
    all
}

/// An article with the script in every text that it has.
fn article(script: &str, media: &Value, number: usize) -> Value {
    let span = |text: &str| json!({ "_type": "span", "text": text });
    let short: String = script.chars().take(100).collect();
    let mut article = json!({
        "headline": script, "slug": format!("script-{number}"), "kicker": short, "standfirst": script, "byline": script,
        "dateline": { "text": short, "city": short, "country": short },
        "seo": { "title": script, "description": script }, "source": { "name": script },
        "rights": { "copyright_holder": script, "notice": script, "usage_terms": script }, "custom": { "key": script },
    });
    match number % 3 {
        0 => article["body_html"] = json!(format!("<p>alert {script}</p><table><tr><td>{script}</td></tr></table>")),
        1 => {
            article["body_markdown"] =
                json!(format!("alert {script}\n\n> {script}\n\n- {script}\n\n```{script}\n{script}\n```"))
        }
        _ => {
            article["body"] = json!([
                { "_type": "block", "children": [span("alert "), span(script)] },
                { "_type": "block", "style": "h2", "children": [span(script)] },
                { "_type": "image", "media": media["id"], "alt": script, "caption": script },
                { "_type": "pull_quote", "text": script, "attribution": script },
                { "_type": "fact_box", "title": script, "body": [{ "_type": "block", "children": [span(script)] }] },
                { "_type": "table", "rows": [{ "cells": [script, script] }], "header": true },
                { "_type": "code", "code": script },
            ]);
        }
    }
    article
}

/// Every HTML that an answer of JSON carries, by the names that such members have.
fn assert_no_html_runs(value: &Value, what: &str) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let is_html = matches!(name.as_str(), "body_html" | "content_html" | "html")
                    || (name == "value" && members.get("contentType").is_some_and(|kind| kind == "text/html"));
                if let Some(text) = member.as_str().filter(|_| is_html) {
                    assert_harmless(text);
                }
                if let Some(url) = member.as_str().filter(|_| name == "url" || name.ends_with("_url") || name == "href")
                {
                    let fine = url.starts_with("http://")
                        || url.starts_with("https://")
                        || url.starts_with('/')
                        || url.starts_with("mailto:");
                    assert!(
                        fine && (name == "href" || !url.contains(['<', '>', '"', ' '])),
                        "{what}: {name} is {url:?}"
                    );
                }
                assert_no_html_runs(member, what);
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| assert_no_html_runs(entry, what)),
        _ => {}
    }
}

/// A document of XML holds the elements of its format and no others; HTML in it is text, and harmless.
fn assert_no_xml_runs(answer: &Answer, what: &str) {
    let text = answer.text();
    let mut reader = Reader::from_str(&text);
    let (mut within, mut html) = (String::new(), String::new());
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{what}: {error}")) {
            Event::Start(start) | Event::Empty(start) => {
                let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
                let local = name.rsplit(':').next().unwrap().to_lowercase();
                assert!(
                    !["script", "img", "svg", "iframe", "style", "html", "body", "math", "a", "form"]
                        .contains(&local.as_str()),
                    "{what}: <{name}>"
                );
                for attribute in start.attributes() {
                    let attribute = attribute.unwrap();
                    let key = String::from_utf8_lossy(attribute.key.as_ref()).to_lowercase();
                    assert!(!key.starts_with("on"), "{what}: <{name} {key}>");
                    assert!(
                        !String::from_utf8_lossy(&attribute.value).to_lowercase().contains("javascript:")
                            || key == "term"
                            || key == "label",
                        "{what}: {key}"
                    );
                }
                (within, html) = (name, String::new());
            }
            Event::Text(text) => html.push_str(std::str::from_utf8(&text).unwrap()),
            Event::GeneralRef(name) => html.push_str(&format!("&{};", std::str::from_utf8(&name).unwrap())),
            Event::End(_) if within == "content:encoded" || within == "content" => {
                assert_harmless(&quick_xml::escape::unescape(&std::mem::take(&mut html)).unwrap());
            }
            Event::CData(_) | Event::DocType(_) | Event::PI(_) => panic!("{what}: more than elements and text"),
            Event::Eof => return,
            _ => {}
        }
    }
}

/// Words of a search that are marked, and nothing else is.
fn assert_only_marked(value: &Value) {
    for card in value.as_array().unwrap() {
        for shown in card["highlight"].as_object().unwrap().values().filter_map(Value::as_str) {
            let bare = shown.replace("<mark>", "").replace("</mark>", "");
            assert!(!bare.contains(['<', '>']), "{shown}");
        }
    }
}

fn names(editor: &Client, admin: &Client) -> (Value, Value) {
    let all = scripts();
    let pick = |from: usize| all[from..].iter().step_by(9).map(|one| (*one).to_owned()).collect::<Vec<_>>().join(" ");
    let short = |text: String| text.chars().take(90).collect::<String>();
    let tag = json!({ "name": short(pick(0)), "kind": "topic", "description": pick(1), "names": { "de": short(pick(2)) }, "synonyms": [all[3]] });
    let tag = editor.post("/v1/admin/tags", &tag).expect(201).data();
    let author = json!({ "name": short(pick(3)), "job_title": short(pick(4)), "bio": pick(5),
        "links": [{ "label": all[5], "url": "https://x.example/?a='b'" }] });
    let author = editor.post("/v1/admin/authors", &author).expect(201).data();
    let site =
        json!({ "name": short(pick(6)), "description": pick(7), "labels": { "en": { "share": short(pick(8)) } } });
    let _ = admin.with("If-Match", "*").patch("/v1/admin/site", &site).expect(200);
    (tag, author)
}

both! {
    scripts_are_words(app) {
        let (editor, admin, reader) = (app.editor(), app.signed_in("admin"), app.anonymous());
        let (tag, author) = names(&editor, &admin);
        let media = editor.upload("a.jpg", &pictures::jpeg(96), &[]).expect(201).data();
        let path = format!("/v1/admin/media/{}", media["id"].as_str().unwrap());
        let mut live = Value::Null;
        for (number, script) in scripts().into_iter().enumerate() {
            let described = json!({ "title": script, "alt": script, "caption": script, "credit": script, "creator": script, "copyright": script, "license": script });
            if number % 5 == 0 {
                let _ = editor.with("If-Match", "*").patch(&path, &described).expect(200);
            }
            let mut new = article(script, &media, number);
            (new["tags"], new["authors"], new["hero"]) = (json!([tag["id"]]), json!([author["id"]]), media["id"].clone());
            new["kind"] = json!(if number == 0 { "live" } else { "news" });
            let made = editor.published(&new);
            assert_eq!((&made["headline"], &made["custom"]["key"]), (&json!(script), &json!(script)));
            let shown = reader.get(&format!("/v1/articles/script-{number}?formats=blocks,html,text,markdown&include=related,jsonld")).expect(200);
            assert_eq!(shown.header("content-type"), Some("application/json"));
            assert_no_html_runs(&shown.data(), script);
            let markup = reader.get(&format!("/v1/articles/script-{number}/jsonld")).expect(200).text();
            assert!(!markup.contains(['<', '>', '&', '\u{2028}']), "{markup}");
            assert_no_html_runs(&reader.get(&format!("/v1/articles/script-{number}/ninjs")).expect(200).json(), script);
            if number == 0 {
                live = made;
            }
        }
        let updates = format!("/v1/admin/articles/{}/live-updates", live["id"].as_str().unwrap());
        for script in scripts().into_iter().step_by(4) {
            let update = json!({ "headline": script, "body_html": format!("<p>{script}</p>") });
            let _ = editor.post(&updates, &update).expect(201);
        }
        let _ = editor.act(&editor.article(&live["id"]), "correct", &json!({ "kind": "correction", "text": scripts()[0] })).expect(200);
        app.run_jobs();
        for path in ["/v1/articles?limit=100", "/v1/articles/script-0/live-updates?limit=100", "/v1/tags", "/v1/authors", "/v1/site", "/v1/feeds/feed.json?content=full&limit=100", "/v1/articles/script-0/related"] {
            assert_no_html_runs(&reader.get(path).expect(200).json(), path);
        }
        for path in ["/v1/feeds/rss.xml?content=full&limit=100", "/v1/feeds/atom.xml?content=full&limit=100", "/v1/feeds/rss.xml?limit=100", "/v1/sitemaps/index.xml", "/v1/sitemaps/articles-1.xml", "/v1/sitemaps/news.xml"] {
            assert_no_xml_runs(&reader.get(path).expect(200), path);
        }
        for word in ["alert", "script", "onerror", "img"] {
            assert_only_marked(&reader.get(&format!("/v1/search?q={word}&limit=100")).expect(200).data());
        }
    }

    no_address_runs(app) {
        let editor = app.editor();
        let schemes = ["javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "\u{1}javascript:alert(1)", "data:text/html,x",
            "vbscript:x", "file:///etc/passwd", "blob:https://x.example/x", "about:blank", "view-source:https://x.example/", "//evil.example", "x"];
        for address in schemes {
            let refused = |path: &str, body: &Value, at: &str| {
                let answer = editor.post(path, body);
                let problem = answer.problem(422, "invalid_body");
                assert_eq!(problem["errors"][0]["pointer"], at, "{address:?}: {problem}");
            };
            refused("/v1/admin/articles", &json!({ "headline": "x", "source": { "name": "x", "url": address } }), "/source/url");
            refused("/v1/admin/articles", &json!({ "headline": "x", "seo": { "canonical_url": address } }), "/seo/canonical_url");
            refused("/v1/admin/authors", &json!({ "name": "x", "links": [{ "label": "x", "url": address }] }), "/links/0/url");
            refused("/v1/admin/tags", &json!({ "name": "x", "kind": "topic", "uri": address }), "/uri");
            refused("/v1/admin/media", &json!({ "embed_url": address }), "/embed_url");
            refused("/v1/admin/articles", &json!({ "headline": "x", "body": [{ "_type": "embed", "url": address }] }), "/body/0/url");
            if address != "x" && address != "//evil.example" {
                let link = json!([{ "_type": "block", "children": [{ "_type": "span", "text": "x", "marks": ["k"] }], "markDefs": [{ "_type": "link", "_key": "k", "href": address }] }]);
                refused("/v1/admin/articles", &json!({ "headline": "x", "body": link }), "/body/0/markDefs/0/href");
            }
        }
    }

    names_of_files_are_plain(app) {
        let editor = app.editor();
        for (number, script) in scripts().into_iter().enumerate().filter(|(_, script)| !script.contains('"')).step_by(6) {
            let file = pictures::picture(image::ImageFormat::Png, u8::try_from(number).unwrap());
            let media = editor.upload(&format!("{script}.html"), &file, &[("title", script), ("caption", script)]).expect(201).data();
            let name = media["file_name"].as_str().unwrap();
            assert!(name.ends_with(".png") && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)), "{script}: {name}");
            let shown = app.anonymous().get(media["url"].as_str().unwrap()).expect(200);
            assert_eq!((shown.header("content-type"), shown.header("x-content-type-options")), (Some("image/png"), Some("nosniff")));
        }
    }
}
