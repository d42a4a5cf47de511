//! A new file under an old record.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};

use super::{record, uploaded};
use crate::both;
use crate::support::rows::events;
use crate::support::{Client, TestApp, pictures};

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// What readers see of the article `h`.
fn seen(app: &TestApp) -> Value {
    app.anonymous().get("/v1/articles/h").expect(200).data()
}

/// A published article that shows the picture at its head and in its body, with a related one in its text.
fn article(editor: &Client, media: &Value) -> Value {
    let other = editor.published(&json!({ "headline": "Other", "slug": "other" }));
    let link = json!([{ "_type": "link", "_key": "l", "article_id": other["id"] }]);
    let body = json!([
        { "_type": "image", "media": media["id"], "alt": "Own words" },
        { "_type": "block", "children": [{ "_type": "span", "text": "See the other one", "marks": ["l"] }], "markDefs": link },
        { "_type": "related_articles", "articles": [other["id"]] },
    ]);
    let _ = editor.published(&json!({ "headline": "H", "slug": "h", "hero": media["id"], "body": body }));
    other
}

both! {
    a_new_file_shows_everywhere_at_once(app) {
        let editor = app.editor();
        let old = pictures::jpeg(1);
        let media = editor.upload("harbour.jpg", &old, &[("alt", "Harbour"), ("credit", "C")]).expect(201).data();
        let id = media["id"].as_str().unwrap();
        let _ = article(&editor, &media);
        app.run_jobs();
        let before = seen(app);
        assert!(before["body_html"].as_str().unwrap().contains("harbour.jpg\""), "{before}");
        let old_path = format!("/media/{id}/harbour.jpg");
        let etag = app.anonymous().get(&old_path).expect(200).header("etag").unwrap().to_owned();
        let _ = editor.if_match(&json!(1)).patch(&record(&media), &json!({ "credit": "D" })).expect(200);

        app.advance(60);
        let new = png(1000, 500);
        let answer = editor.if_match(&json!(2)).replace_file(&media, &new).expect(200);
        let now = answer.data();
        assert_eq!((answer.header("etag"), &now["version"], &now["id"]), (Some("\"3\""), &json!(3), &media["id"]));
        assert_eq!((&now["mime"], &now["width"], &now["height"], &now["file_name"]), (&json!("image/png"), &json!(1000), &json!(500), &json!("harbour.png")));
        assert_eq!((&now["alt"], &now["variants"], &now["srcset"], &now["placeholder"]), (&json!("Harbour"), &json!([]), &Value::Null, &Value::Null));
        assert_ne!(now["sha256"], media["sha256"]);
        for url in [&now["url"], &now["original_url"]] {
            assert_eq!(app.anonymous().get(url.as_str().unwrap()).expect(200).bytes, new);
        }

        // Where readers look: at the head, in the body, and by the old addresses.
        let after = seen(app);
        let url = after["hero"]["url"].as_str().unwrap();
        assert!(url.contains("/harbour.png?v="), "{url}");
        assert_eq!((&after["hero"]["width"], &after["hero"]["srcset"]), (&json!(1000), &Value::Null));
        let asset = &after["body"][0]["asset"];
        assert_eq!((&asset["url"], &asset["width"], &asset["mime"]), (&after["hero"]["url"], &json!(1000), &json!("image/png")));
        // What else was frozen stays as it was.
        assert_eq!((&asset["credit"], &after["body"][0]["alt"]), (&json!("C"), &json!("Own words")));
        assert_eq!((&after["body"][1], &after["body"][2]), (&before["body"][1], &before["body"][2]));
        let html = after["body_html"].as_str().unwrap();
        assert!(html.contains(url) && !html.contains("harbour.jpg"), "{html}");
        for path in [old_path.as_str(), url] {
            let file = app.anonymous().get(path).expect(200);
            assert_eq!((file.bytes == new, file.header("content-type")), (true, Some("image/png")), "{path}");
            assert_ne!(file.header("etag"), Some(etag.as_str()));
        }
        let _ = app.anonymous().get(&format!("/media/{id}/other.png")).problem(404, "not_found");
        // The old bytes are gone for good.
        let stored: Vec<String> = (0..=255).flat_map(|shelf| app.app.storage.older_than(shelf, std::time::Duration::ZERO).unwrap()).collect();
        assert!(!stored.iter().any(|key| key.ends_with(media["sha256"].as_str().unwrap())));
        assert_eq!(stored.len(), 1, "the variants of the old picture are gone too: {stored:?}");
        app.run_jobs();
        let made = editor.get(&record(&media)).expect(200).data();
        assert!(made["variants"].as_array().unwrap().len() > 5 && made["srcset"].is_string(), "{made}");

        let told = events(app, id);
        let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["media.created", "media.rendered", "media.updated", "media.updated", "media.rendered"]);
        let stale = editor.if_match(&json!(2)).replace_file(&media, &old).problem(412, "stale_version");
        assert!(stale["changed_fields"].as_array().unwrap().contains(&json!("sha256")), "{stale}");
    }

    a_new_poster_shows_in_bodies_with_the_film(app) {
        let editor = app.editor();
        let poster = uploaded(&editor, 1, &[]);
        let film = json!({ "embed_url": "https://vimeo.com/76979871", "poster": poster["id"] });
        let film = editor.post("/v1/admin/media", &film).expect(201).data();
        let _ = editor.published(&json!({ "headline": "H", "slug": "h", "body": [{ "_type": "video", "media": film["id"] }] }));
        let old = seen(app)["body"][0]["asset"]["poster"].clone();
        let _ = editor.if_match(&json!(1)).replace_file(&poster, &pictures::jpeg(2)).expect(200);
        let asset = seen(app)["body"][0]["asset"].clone();
        assert!(asset["poster"].as_str().unwrap().starts_with(&format!("{}?v=", old.as_str().unwrap())), "{asset}");
        assert_eq!(asset["embed"]["provider"], "vimeo");
        let refused = editor.if_match(&json!(1)).replace_file(&film, &pictures::jpeg(3)).problem(422, "invalid_body");
        assert_eq!(refused["errors"][0]["code"], "wrong_kind");
    }

    what_can_not_take_its_place_is_refused(app) {
        let (editor, author) = (app.editor(), app.signed_in("author"));
        let (media, other) = (uploaded(&editor, 1, &[]), uploaded(&editor, 2, &[]));
        let client = editor.if_match(&json!(1));
        let same = client.replace_file(&media, &pictures::jpeg(1)).expect(200).data();
        assert_eq!((&same["version"], &same["replaced_at"]), (&json!(1), &Value::Null));
        let _ = app.anonymous().get(same["url"].as_str().unwrap()).expect(200);
        let taken = client.replace_file(&media, &pictures::jpeg(2)).problem(422, "invalid_body");
        assert_eq!((&taken["errors"][0]["pointer"], &taken["errors"][0]["code"]), (&json!("/file"), &json!("taken")));
        let _ = app.anonymous().get(other["url"].as_str().unwrap()).expect(200);
        let pdf = [&b"%PDF-1.4\n"[..], &b"x".repeat(100), b"\n%%EOF\n"].concat();
        let kind = client.replace_file(&media, &pdf).problem(422, "invalid_body");
        assert_eq!(kind["errors"][0]["code"], "wrong_kind");
        let _ = client.replace_file(&media, b"<svg></svg>").problem(415, "unsupported_file_type");
        let _ = client.replace_file(&media, &pictures::jpeg(5)[..200]).problem(422, "invalid_body");
        let path = format!("{}/replace-file", record(&media));
        let _ = client.form(&path, "x.jpg", &pictures::jpeg(5), &[("title", "No")]).problem(422, "invalid_body");
        let _ = client.post(&path, &json!({})).problem(415, "unsupported_media_type");
        let _ = editor.replace_file(&media, &pictures::jpeg(5)).problem(428, "if_match_required");
        let _ = editor.if_match(&json!(9)).replace_file(&media, &pictures::jpeg(5)).problem(412, "stale_version");
        let unknown = json!({ "id": "0197a000-0000-7000-8000-000000000000" });
        let _ = client.replace_file(&unknown, &pictures::jpeg(5)).problem(404, "not_found");

        // Everybody replaces their own, until it is public.
        let own = uploaded(&author, 6, &[]);
        let _ = author.if_match(&json!(1)).replace_file(&media, &pictures::jpeg(7)).problem(403, "forbidden");
        let _ = author.if_match(&json!(1)).replace_file(&own, &pictures::jpeg(7)).expect(200);
        let _ = editor.published(&json!({ "headline": "H", "slug": "h", "hero": own["id"] }));
        let _ = author.with("If-Match", "*").replace_file(&own, &pictures::jpeg(8)).problem(403, "forbidden");
        let _ = editor.with("If-Match", "*").replace_file(&own, &pictures::jpeg(8)).expect(200);
        let left: usize = (0..=255).map(|shelf| app.app.storage.older_than(shelf, std::time::Duration::ZERO).unwrap().len()).sum();
        assert_eq!(left, 3, "what was refused left something behind");
    }
}
