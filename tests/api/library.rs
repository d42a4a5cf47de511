//! Finding media in the library.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};
use slugline::model::Time;

use crate::both;
use crate::support::{Client, pictures};

fn sized(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn uploaded(client: &Client, name: &str, bytes: &[u8]) -> Value {
    client.upload(name, bytes, &[("title", name)]).expect(201).data()
}

/// The titles of what a list answers, the oldest first.
fn titles(client: &Client, filter: &str) -> Vec<String> {
    let answer = client.get(&format!("/v1/admin/media?sort=created_at&page=1&{filter}")).expect(200);
    let titles: Vec<String> =
        answer.data().as_array().unwrap().iter().map(|media| media["title"].as_str().unwrap().to_owned()).collect();
    assert_eq!(answer.json()["meta"]["total"], titles.len());
    titles
}

both! {
    media_are_found_by_shape_uploader_and_time(app) {
        let (editor, author) = (app.editor(), app.signed_in("author"));
        let _ = uploaded(&editor, "wide", &sized(60, 20));
        app.advance(100);
        let high = uploaded(&author, "high", &sized(20, 60));
        app.advance(100);
        let _ = uploaded(&editor, "square", &sized(30, 30));
        let film = json!({ "embed_url": "https://vimeo.com/76979871", "title": "film" });
        app.advance(100);
        let _ = author.post("/v1/admin/media", &film).expect(201);

        assert_eq!(titles(&editor, "orientation=landscape"), ["wide"]);
        assert_eq!(titles(&editor, "orientation=portrait"), ["high"]);
        assert_eq!(titles(&editor, "orientation=square"), ["square"]);
        assert_eq!(titles(&author, "uploader=me"), ["high", "film"]);
        assert_eq!(titles(&editor, "uploader=me&orientation=landscape"), ["wide"]);
        assert_eq!(titles(&editor, &format!("uploader={}", author.user)), ["high", "film"]);
        assert_eq!(titles(&editor, "uploader=0197a000-0000-7000-8000-000000000000"), [""; 0]);
        let at = high["created_at"].as_str().unwrap();
        assert_eq!(titles(&editor, &format!("created_after={at}")), ["square", "film"]);
        assert_eq!(titles(&editor, &format!("created_before={at}")), ["wide"]);
        for (wrong, parameter) in [("orientation=round", "orientation"), ("uploader=you", "uploader"), ("created_after=today", "created_after"), ("unused=1", "unused")] {
            let problem = editor.get(&format!("/v1/admin/media?{wrong}")).problem(400, "invalid_parameter");
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{problem}");
        }
    }

    what_expires_is_found_before_it_does(app) {
        let editor = app.editor();
        let end = Time::system().plus_seconds(1_000);
        let _ = uploaded(&editor, "for ever", &pictures::jpeg(1));
        let _ = editor.upload("soon", &pictures::jpeg(2), &[("title", "soon"), ("expires_at", &end.to_string())]).expect(201);
        assert_eq!(titles(&editor, &format!("expires_before={end}")), [""; 0]);
        assert_eq!(titles(&editor, &format!("expires_before={}", end.plus_seconds(1))), ["soon"]);
    }

    what_nothing_uses_is_found(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let names = ["hero", "inline", "image", "avatar", "logo", "poster", "update", "ended", "idle"];
        let all: Vec<Value> =
            (10..).zip(names).map(|(shade, name)| uploaded(&editor, name, &pictures::jpeg(shade))).collect();
        let id = |name: &str| all[names.iter().position(|known| *known == name).unwrap()]["id"].clone();
        assert_eq!(titles(&editor, "unused=true").len(), names.len());
        assert_eq!(titles(&editor, "unused=false"), [""; 0]);
        let draft = json!({ "headline": "Draft", "hero": id("hero"), "body": [{ "_type": "image", "media": id("inline") }] });
        let _ = editor.draft(&draft);
        let _ = editor.post("/v1/admin/tags", &json!({ "name": "T", "kind": "topic", "image": id("image") })).expect(201);
        let _ = editor.post("/v1/admin/authors", &json!({ "name": "A", "avatar": id("avatar") })).expect(201);
        let _ = admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "logo": id("logo") })).expect(200);
        let film = json!({ "embed_url": "https://vimeo.com/76979871", "title": "film", "poster": id("poster") });
        let _ = editor.post("/v1/admin/media", &film).expect(201);
        let live = editor.published(&json!({ "headline": "Live", "kind": "live", "hero": id("ended") }));
        let updates = format!("/v1/admin/articles/{}/live-updates", live["id"].as_str().unwrap());
        let _ = editor.post(&updates, &json!({ "body": [{ "_type": "image", "media": id("update") }] })).expect(201);
        assert_eq!(titles(&editor, "unused=true"), ["idle", "film"]);

        // In the public copy alone, until that ends.
        let path = format!("/v1/admin/articles/{}", live["id"].as_str().unwrap());
        let edited = editor.with("If-Match", "*").patch(&path, &json!({ "hero": null })).expect(200).data();
        assert_eq!(titles(&editor, "unused=true"), ["idle", "film"]);
        let _ = editor.act(&edited, "unpublish", &json!({})).expect(200);
        assert_eq!(titles(&editor, "unused=true"), ["ended", "idle", "film"]);
        assert_eq!(titles(&editor, "unused=false"), ["hero", "inline", "image", "avatar", "logo", "poster", "update"]);
    }
}
