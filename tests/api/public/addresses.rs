//! Addresses that move, and end by themselves.

use serde_json::{Value, json};
use slugline::model::Time;

use super::admin;
use crate::both;
use crate::support::Client;

fn rename(editor: &Client, article: &Value, slug: &str) -> Value {
    let edited = editor
        .if_match(&article["version"])
        .patch(&admin("articles", article), &json!({ "slug": slug }))
        .expect(200)
        .data();
    editor.act(&edited, "publish", &json!({})).expect(200).data()
}

both! {
    every_former_address_leads_to_the_present_one(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let live = editor.published(&json!({ "headline": "Moves", "slug": "one" }));
        let live = rename(&editor, &live, "two");
        let live = rename(&editor, &live, "three");
        for old in ["one", "two"] {
            let moved = reader.get(&format!("/v1/articles/{old}?fields=slug")).expect(301);
            let location = moved.header("location").unwrap();
            assert!(location.ends_with("/v1/articles/three?fields=slug"), "{location}");
            assert!(moved.header("cache-control").unwrap().starts_with("public"), "{moved:?}");
            let _ = reader.get(location).expect(200);
            let moved = reader.get(&format!("/v1/articles/{old}/related")).expect(301);
            assert!(moved.header("location").unwrap().ends_with("/v1/articles/three/related"));
        }
        // Back to the first: no circle.
        let live = rename(&editor, &live, "one");
        let _ = reader.get("/v1/articles/one").expect(200);
        assert!(reader.get("/v1/articles/three").expect(301).header("location").unwrap().ends_with("/v1/articles/one"));
        // A current slug beats a redirect.
        let _ = editor.published(&json!({ "headline": "Another", "slug": "two" }));
        assert_eq!(reader.get("/v1/articles/two").expect(200).data()["headline"], "Another");
        let killed = editor.act(&live, "kill", &json!({ "notice": "Gone." })).expect(200).data();
        for slug in ["one", "three", killed["id"].as_str().unwrap()] {
            let _ = reader.get(&format!("/v1/articles/{slug}")).problem(410, "gone");
        }
        let _ = reader.get("/v1/articles/two").expect(200);
    }

    what_ended_by_itself_is_remembered(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let draft = editor.draft(&json!({ "headline": "Short", "slug": "short" }));
        let now = Time::system();
        let hours = json!({ "publish_at": now.plus_seconds(100), "unpublish_at": now.plus_seconds(200) });
        let planned = editor.act(&draft, "schedule", &hours).expect(200).data();
        app.advance(150);
        let first = reader.get("/v1/articles/short").expect(200).data()["first_published_at"].clone();
        app.advance(100);
        let _ = reader.get("/v1/articles/short").problem(404, "not_found");
        let live = rename(&editor, &planned, "long");
        assert_eq!(live["first_published_at"], first);
        assert_eq!(reader.get("/v1/articles/long").data()["first_published_at"], first);
        assert!(reader.get("/v1/articles/short").expect(301).header("location").unwrap().ends_with("/v1/articles/long"));

        let draft = editor.draft(&json!({ "headline": "Brief", "slug": "brief" }));
        let end = now.plus_seconds(400);
        let live = editor.act(&draft, "publish", &json!({ "unpublish_at": end })).expect(200).data();
        app.advance(200);
        let _ = editor.act(&live, "kill", &json!({ "notice": "Gone." })).expect(200);
        assert_eq!(reader.get("/v1/articles/brief").problem(410, "gone")["notice"], "Gone.");
    }
}
