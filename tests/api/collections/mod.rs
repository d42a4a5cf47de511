//! Curated front pages: from a draft to what readers see, and what must hold of them.

mod arranging;
mod keeping;
mod rules;
mod telling;

use serde_json::{Value, json};

use crate::both;
use crate::support::{Answer, Client};

const COLLECTIONS: &str = "/v1/admin/collections";

fn path(collection: &Value) -> String {
    format!("{COLLECTIONS}/{}", collection["id"].as_str().unwrap())
}

#[track_caller]
fn make(editor: &Client, collection: &Value) -> Value {
    editor.post(COLLECTIONS, collection).expect(201).data()
}

fn act(editor: &Client, collection: &Value, action: &str) -> Answer {
    editor.with("If-Match", "*").post(&format!("{}/{action}", path(collection)), &json!({}))
}

#[track_caller]
fn published(editor: &Client, collection: &Value) -> Value {
    act(editor, &make(editor, collection), "publish").expect(200).data()
}

#[track_caller]
fn change(editor: &Client, collection: &Value, body: &Value) -> Value {
    editor.with("If-Match", "*").patch(&path(collection), body).expect(200).data()
}

/// What a collection shows: the headlines, in order.
#[track_caller]
fn shown(reader: &Client, slug: &str) -> Vec<String> {
    let answer = reader.get(&format!("/v1/collections/{slug}")).expect(200).data();
    let articles = answer["articles"].as_array().unwrap();
    for (place, article) in (1..).zip(articles) {
        assert_eq!(article["slot"], place, "{answer}");
    }
    articles.iter().map(|article| article["headline"].as_str().unwrap().to_owned()).collect()
}

/// Live articles with these headlines, the last one the newest.
fn news(app: &crate::support::TestApp, editor: &Client, headlines: &[&str], more: &Value) -> Vec<Value> {
    let publish = |headline: &&str| {
        app.advance(1);
        let mut article = more.clone();
        article["headline"] = json!(headline);
        editor.published(&article)
    };
    headlines.iter().map(publish).collect()
}

both! {
    an_editor_makes_a_front_page_and_publishes_it(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let world = editor.tag("World", "section");
        let all = news(app, &editor, &["One", "Two", "Three", "Four"], &json!({ "section": world["id"] }));
        let _ = news(app, &editor, &["Elsewhere"], &json!({}));
        let made = editor.post(COLLECTIONS, &json!({
            "name": "Front page", "size": 4, "fill": { "section": [world["id"]] },
            "items": [{ "article": all[1]["id"] }, { "article": all[0]["id"], "slot": 1, "headline": "One leads", "standfirst": "Above all." }],
        })).expect(201);
        let front = made.data();
        assert!(made.header("location").unwrap().ends_with(&path(&front)));
        assert_eq!((made.header("etag"), &front["slug"], &front["status"]), (Some("\"1\""), &json!("front-page"), &json!("draft")));
        assert_eq!(front["allowed_actions"], json!(["edit", "publish", "delete"]));
        assert_eq!((&front["published_at"], &front["published_version"]), (&Value::Null, &Value::Null));
        let item = &front["items"][1];
        assert_eq!((&item["article"]["headline"], &item["article"]["live"], &item["slot"]), (&json!("One"), &json!(true), &json!(1)));
        let _ = reader.get("/v1/collections/front-page").problem(404, "not_found");
        let unknown = reader.get("/v1/collections/nobody-knows-it").problem(404, "not_found");
        assert_eq!(unknown["detail"], "There is nothing here.");
        let preview = editor.get(&format!("{}/preview", path(&front))).expect(200);
        assert_eq!(preview.data()["articles"][0]["headline"], "One leads");
        assert!(preview.header("cache-control").unwrap().contains("no-store"));

        let front = editor.if_match(&front["version"]).post(&format!("{}/publish", path(&front)), &json!({})).expect(200).data();
        assert_eq!((&front["status"], &front["version"], &front["published_version"]), (&json!("published"), &json!(2), &json!(2)));
        assert_eq!((&front["has_unpublished_changes"], &front["allowed_actions"]), (&json!(false), &json!(["edit", "publish", "unpublish"])));
        assert_eq!(shown(&reader, "front-page"), ["One leads", "Two", "Four", "Three"]);
        let answer = reader.get("/v1/collections/front-page").expect(200);
        let data = answer.data();
        assert_eq!((&data["id"], &data["name"], &data["description"], &data["locale"]), (&front["id"], &json!("Front page"), &Value::Null, &Value::Null));
        let pinned: Vec<&Value> = data["articles"].as_array().unwrap().iter().map(|article| &article["pinned"]).collect();
        assert_eq!(json!(pinned), json!([true, false, false, false]));
        assert_eq!((&data["articles"][0]["standfirst"], &data["articles"][0]["section"]["slug"]), (&json!("Above all."), &json!("world")));
        assert!(answer.header("cache-control").unwrap().starts_with("public, max-age=0, s-maxage=60"));
        let again = reader.with("If-None-Match", answer.header("etag").unwrap()).get("/v1/collections/front-page");
        assert_eq!((again.status, again.bytes.len()), (304, 0));
        let head = reader.send("HEAD", "/v1/collections/front-page", None).expect(200);
        assert_eq!((head.header("etag"), head.bytes.len()), (answer.header("etag"), 0));
        // What stands on the article's own page stays.
        assert_eq!(reader.get("/v1/articles/one").data()["headline"], "One");

        // Work goes on, and readers see nothing of it.
        let edited = change(&editor, &front, &json!({ "name": "canary-front", "slug": "canary-front", "description": "canary", "size": 2, "items": [] }));
        assert_eq!((&edited["version"], &edited["has_unpublished_changes"], &edited["published_version"]), (&json!(3), &json!(true), &json!(2)));
        assert_eq!(reader.get("/v1/collections/front-page").expect(200).bytes, answer.bytes);
        let _ = reader.get("/v1/collections/canary-front").problem(404, "not_found");
        let refused = editor.with("If-Match", "*").delete(&path(&front)).problem(409, "illegal_action");
        assert!(refused["allowed_actions"].to_string().contains("unpublish"), "{refused}");
        app.advance(5);
        let since = front["published_at"].clone();
        let front = act(&editor, &edited, "publish").expect(200).data();
        assert_eq!((&front["has_unpublished_changes"], &front["published_at"]), (&json!(false), &since));
        assert_eq!(shown(&reader, "canary-front"), ["Four", "Three"]);
        assert!(reader.get("/v1/collections/canary-front").data()["updated_at"].as_str() > since.as_str());

        let draft = act(&editor, &front, "unpublish").expect(200).data();
        assert_eq!((&draft["status"], &draft["has_unpublished_changes"]), (&json!("draft"), &json!(false)));
        for slug in ["canary-front", "front-page"] {
            let _ = reader.get(&format!("/v1/collections/{slug}")).problem(404, "not_found");
        }
        let refused = act(&editor, &draft, "unpublish").problem(409, "illegal_action");
        assert_eq!(refused["allowed_actions"], json!(["edit", "publish", "delete"]));
        let _ = editor.delete(&path(&draft)).problem(428, "if_match_required");
        let _ = editor.if_match(&draft["version"]).delete(&path(&draft)).expect(204);
        let _ = editor.get(&path(&draft)).problem(404, "not_found");
    }

    a_list_finds_collections_by_name_and_state(app) {
        let editor = app.editor();
        for name in ["Ärzte", "Bilder", "Cup"] {
            let _ = make(&editor, &json!({ "name": name }));
        }
        let _ = published(&editor, &json!({ "name": "Front" }));
        let names = |query: &str| -> Vec<String> {
            let list = editor.get(&format!("{COLLECTIONS}{query}")).expect(200).data();
            list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(""), ["Ärzte", "Bilder", "Cup", "Front"]);
        assert_eq!(names("?q=arz"), ["Ärzte"]);
        assert_eq!((names("?status=published"), names("?status=draft&sort=-name")), (vec!["Front".to_owned()], vec!["Cup".to_owned(), "Bilder".to_owned(), "Ärzte".to_owned()]));
        assert_eq!(names("?sort=-updated_at&limit=1"), ["Front"]);
        let first = editor.get(&format!("{COLLECTIONS}?limit=3")).expect(200).json();
        let rest = editor.get(first["links"]["next"].as_str().unwrap()).expect(200).data();
        assert_eq!((rest[0]["name"].clone(), rest.as_array().unwrap().len()), (json!("Front"), 1));
        let numbered = editor.get(&format!("{COLLECTIONS}?page=2&limit=2&status=draft")).expect(200).json();
        assert_eq!((&numbered["meta"]["total"], &numbered["data"][0]["name"]), (&json!(3), &json!("Cup")));
        for wrong in ["?status=live", "?q=", "?sort=slug", "?limit=101"] {
            let _ = editor.get(&format!("{COLLECTIONS}{wrong}")).problem(400, "invalid_parameter");
        }
    }

    addresses_lead_to_the_present_one(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let front = published(&editor, &json!({ "name": "Front", "slug": "front" }));
        assert_eq!(make(&editor, &json!({ "name": "Front" }))["slug"], "front-2");
        let taken = |body: Value| {
            let problem = editor.post(COLLECTIONS, &body).problem(422, "invalid_body");
            assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!("/slug"), &json!("slug_taken")));
        };
        taken(json!({ "name": "x", "slug": "front" }));
        let front = change(&editor, &front, &json!({ "slug": "home" }));
        // Readers still see it under the first one.
        taken(json!({ "name": "x", "slug": "front" }));
        taken(json!({ "name": "x", "slug": "home" }));
        let front = act(&editor, &front, "publish").expect(200).data();
        let moved = reader.get("/v1/collections/front?fields=headline").expect(301);
        assert!(moved.header("location").unwrap().ends_with("/v1/collections/home?fields=headline"), "{moved:?}");
        assert!(moved.header("cache-control").unwrap().starts_with("public"));
        let front = act(&editor, &front, "unpublish").expect(200).data();
        let _ = reader.get("/v1/collections/front").problem(404, "not_found");
        let front = change(&editor, &front, &json!({ "slug": "start" }));
        let _ = act(&editor, &front, "publish").expect(200);
        for old in ["front", "home"] {
            assert!(reader.get(&format!("/v1/collections/{old}")).expect(301).header("location").unwrap().ends_with("/start"), "{old}");
        }
        // A present address beats one that leads elsewhere, once it is public.
        let other = make(&editor, &json!({ "name": "Other", "slug": "front" }));
        let _ = reader.get("/v1/collections/front").expect(301);
        let _ = act(&editor, &other, "publish").expect(200);
        assert_eq!(reader.get("/v1/collections/front").expect(200).data()["name"], "Other");
        for nowhere in ["0197a000-0000-7000-8000-000000000000", front["id"].as_str().unwrap(), "FRONT", "%20", &"a".repeat(97)] {
            let _ = reader.get(&format!("/v1/collections/{nowhere}")).problem(404, "not_found");
        }
    }
}
