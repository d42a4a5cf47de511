//! Widths of the pictures inside bodies: everywhere where bodies are read, for as long as the pictures may be shown.

use diesel::RunQueryDsl as _;
use image::ImageFormat;
use serde_json::{Value, json};
use slugline::domain::publishing::refile;
use slugline::model::{FromText as _, Id, Time};
use slugline::on_db;
use slugline::store::{Access, media};

use super::{four_colours, record, url, written};
use crate::both;
use crate::support::statements::counted;
use crate::support::{Client, TestApp};

/// Four pictures that are wide enough for two widths.
fn pictures(editor: &Client) -> [Value; 4] {
    [700, 701, 702, 703].map(|width| {
        let bytes = written(&four_colours(width, 500), ImageFormat::Jpeg);
        editor.upload(&format!("wide-{width}.jpg"), &bytes, &[]).expect(201).data()
    })
}

/// A picture, and a gallery of three.
fn body([alone, inside @ ..]: &[Value; 4]) -> Value {
    let images: Vec<Value> = inside.iter().map(|media| json!({ "media": media["id"] })).collect();
    json!([{ "_type": "image", "media": alone["id"] }, { "_type": "gallery", "layout": "grid", "images": images }])
}

/// The candidates of every `srcset` of some HTML, and of every asset in these blocks.
fn offered(article: &Value) -> (Vec<String>, Vec<String>) {
    fn assets(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Array(list) => list.iter().for_each(|entry| assets(entry, found)),
            Value::Object(members) => {
                found.extend(members.get("srcset").and_then(Value::as_str).into_iter().flat_map(candidates));
                members.values().for_each(|member| assets(member, found));
            }
            _ => {}
        }
    }
    let html = article["body_html"].as_str().unwrap();
    let in_html = html.split(" srcset=\"").skip(1).flat_map(|rest| candidates(rest.split('"').next().unwrap()));
    let mut in_blocks = Vec::new();
    assets(&article["body"], &mut in_blocks);
    (in_html.collect(), in_blocks)
}

fn candidates(srcset: &str) -> Vec<String> {
    let address = |candidate: &str| candidate.split(' ').next().unwrap().replace("&amp;", "&");
    srcset.split(", ").map(address).collect()
}

/// Looks at the widths that a body offers: as many as there should be, the same in both forms, and all there.
#[track_caller]
fn assert_offered(reader: &Client, article: &Value, pictures: usize) -> Vec<String> {
    let (html, blocks) = offered(article);
    assert_eq!(html, blocks);
    // 320, 640, and the file itself.
    assert_eq!(html.len(), 3 * pictures, "{article}");
    for address in &html {
        let _ = reader.get(address).expect(200);
    }
    html
}

fn article(app: &TestApp, path: &str) -> Value {
    app.anonymous().get(path).expect(200).data()
}

both! {
    what_was_published_before_the_variants_offers_them_later(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let pictures = pictures(&editor);
        let _ = editor.published(&json!({ "headline": "Now", "slug": "now", "body": body(&pictures) }));
        let later = editor.draft(&json!({ "headline": "Later", "slug": "later", "body": body(&pictures) }));
        let at = Time::system().plus_seconds(600).to_string();
        let _ = editor.act(&later, "schedule", &json!({ "publish_at": at })).expect(200);
        let live = editor.published(&json!({ "headline": "Live", "slug": "live", "kind": "live" }));
        let updates = format!("/v1/admin/articles/{}/live-updates", live["id"].as_str().unwrap());
        let _ = editor.post(&updates, &json!({ "headline": "Goal", "body": body(&pictures) })).expect(201);
        let _ = assert_offered(&reader, &article(app, "/v1/articles/now"), 0);

        app.run_jobs();
        let before = assert_offered(&reader, &article(app, "/v1/articles/now"), 4);
        let update = article(app, "/v1/articles/live/live-updates?formats=blocks,html")[0].clone();
        let _ = assert_offered(&reader, &update, 4);
        app.advance(601);
        let _ = assert_offered(&reader, &article(app, "/v1/articles/later"), 4);

        // The crops move with the focal point; the whole picture in its widths stays what it was.
        let editor = app.editor();
        let _ = editor.with("If-Match", "*").patch(&record(&pictures[1]), &json!({ "focal_point": { "x": 0, "y": 1 } })).expect(200);
        let _ = assert_offered(&reader, &article(app, "/v1/articles/now"), 4);
        app.run_jobs();
        assert_eq!(assert_offered(&reader, &article(app, "/v1/articles/now"), 4), before);
        // A new file has its own; until they are made, none of the old ones is offered.
        let other = written(&four_colours(900, 500), ImageFormat::Jpeg);
        let _ = editor.with("If-Match", "*").replace_file(&pictures[1], &other).expect(200);
        let _ = assert_offered(&reader, &article(app, "/v1/articles/now"), 3);
        app.run_jobs();
        for path in ["/v1/articles/now", "/v1/articles/later"] {
            let after = assert_offered(&reader, &article(app, path), 4);
            assert_eq!(after.iter().filter(|address| !before.contains(address)).count(), 3, "{after:?}");
        }
    }

    a_preview_offers_what_is_not_public_for_its_time_only(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let pictures = pictures(&editor);
        app.run_jobs();
        let draft = editor.draft(&json!({ "headline": "Draft", "slug": "draft", "body": body(&pictures) }));
        let tokens = format!("/v1/admin/articles/{}/preview-tokens", draft["id"].as_str().unwrap());
        let token = editor.post(&tokens, &json!({})).expect(201).data();
        let path = format!("/v1/preview/{}", token["token"].as_str().unwrap());
        let shown = assert_offered(&reader, &article(app, &path), 4);
        for address in &shown {
            let _ = reader.get(address.split('?').next().unwrap()).problem(404, "not_found");
        }
        app.advance(3_601);
        for address in &shown {
            let _ = reader.get(address).problem(404, "not_found");
        }
        // Published, the addresses are nobody's secret.
        let editor = app.editor();
        let _ = editor.act(&draft, "publish", &json!({})).expect(200);
        let public = assert_offered(&reader, &article(app, "/v1/articles/draft"), 4);
        assert!(public.iter().all(|address| !address.contains("sig=")), "{public:?}");
    }

    what_may_not_be_shown_any_more_takes_its_widths_along(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let pictures = pictures(&editor);
        app.run_jobs();
        let _ = editor.published(&json!({ "headline": "Lent", "slug": "lent", "body": body(&pictures) }));
        let _ = assert_offered(&reader, &article(app, "/v1/articles/lent"), 4);
        let set = |media: &Value, end: &Value| {
            app.editor().with("If-Match", "*").patch(&record(media), &json!({ "expires_at": end })).expect(200).data()
        };
        let soon = json!(Time::system().plus_seconds(100).to_string());
        let ended = [&pictures[0], &pictures[1], &pictures[3]].map(|media| set(media, &soon));
        app.advance(101);
        let _ = assert_offered(&reader, &article(app, "/v1/articles/lent"), 1);
        let text = reader.get("/v1/articles/lent?formats=blocks,html,markdown,text").expect(200).text();
        for media in &ended {
            assert!(!text.contains(media["id"].as_str().unwrap()), "{text}");
            let path = url(media, "w640", "image/webp");
            let _ = reader.get(path.split('?').next().unwrap()).problem(404, "not_found");
        }
        // Remade while nobody may see it: it does not come back by that.
        let moved = json!({ "focal_point": { "x": 0.1, "y": 0.1 } });
        let _ = app.editor().with("If-Match", "*").patch(&record(&ended[0]), &moved).expect(200);
        app.run_jobs();
        let _ = assert_offered(&reader, &article(app, "/v1/articles/lent"), 1);
        for media in &ended {
            let _ = set(media, &json!(null));
        }
        let _ = assert_offered(&reader, &article(app, "/v1/articles/lent"), 4);
    }

    what_stands_above_many_articles_is_looked_for_in_no_body(app) {
        let editor = app.editor();
        let picture = editor.upload("a.jpg", &written(&four_colours(320, 200), ImageFormat::Jpeg), &[]).expect(201).data();
        let above = |count: usize| {
            for _ in 0..count {
                let _ = editor.published(&json!({ "headline": "Under a picture", "hero": picture["id"] }));
            }
        };
        let id = Id::from_text(picture["id"].as_str().unwrap()).unwrap();
        let look = || counted(app, |cx| {
            let row = media::find(cx.conn, id)?.unwrap();
            refile::show_file(cx, &row)
        });
        above(1);
        let few = look();
        above(5);
        assert_eq!(look(), few);
        // As if they had been published before that was noted.
        let forget = "UPDATE published_media SET in_body = TRUE";
        let _ = app.app.store.run_here(Access::Write, |conn| on_db!(conn, |c| diesel::sql_query(forget).execute(c))).unwrap();
        let _ = editor.with("If-Match", "*").replace_file(&picture, &written(&four_colours(321, 200), ImageFormat::Jpeg)).expect(200);
        assert_eq!(look(), few);
        // Above it and within: the body shows the new file.
        let block = json!({ "_type": "image", "media": picture["id"], "alt": "A" });
        let both = editor.published(&json!({ "headline": "Twice", "hero": picture["id"], "body": [block] }));
        app.advance(5);
        let editor = app.editor();
        let _ = editor.with("If-Match", "*").replace_file(&picture, &written(&four_colours(330, 200), ImageFormat::Jpeg)).expect(200);
        let path = format!("/v1/articles/{}", both["slug"].as_str().unwrap());
        let seen = app.anonymous().get(&path).expect(200).data();
        let url = seen["hero"]["url"].as_str().unwrap();
        assert!(url.contains("v=") && seen["body"][0]["asset"]["url"] == url, "{seen}");
    }
}
