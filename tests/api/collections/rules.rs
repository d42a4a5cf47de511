//! Bounds, faults, and who may do what.

use serde_json::{Value, json};

use super::{COLLECTIONS, act, change, make, path, published};
use crate::both;
use crate::support::Answer;

const NOBODY: &str = "0197a000-0000-7000-8000-000000000000";

#[track_caller]
fn refused(answer: Answer, pointer: &str, code: &str) {
    let problem = answer.problem(422, "invalid_body");
    let found =
        problem["errors"].as_array().unwrap().iter().any(|fault| fault["pointer"] == pointer && fault["code"] == code);
    assert!(found, "no {code} at {pointer}: {problem}");
}

both! {
    every_bound_is_kept(app) {
        let editor = app.editor();
        let article = editor.draft(&json!({ "headline": "One" }));
        let id = &article["id"];
        let ids = |count: usize| vec![json!(NOBODY); count];
        let items = |count: usize| -> Vec<Value> { (0..count).map(|_| json!({ "article": uuid::Uuid::now_v7() })).collect() };
        let long = |length: usize| "x".repeat(length);
        let cases = [
            (json!({ "size": 0 }), "/size", "out_of_range"),
            (json!({ "size": 101 }), "/size", "out_of_range"),
            (json!({ "size": null }), "/size", "not_null"),
            (json!({ "name": long(201) }), "/name", "too_long"),
            (json!({ "name": null }), "/name", "not_null"),
            (json!({ "slug": null }), "/slug", "not_null"),
            (json!({ "slug": "Not a slug" }), "/slug", "invalid_format"),
            (json!({ "slug": NOBODY }), "/slug", "invalid_format"),
            (json!({ "description": long(2001) }), "/description", "too_long"),
            (json!({ "items": items(101) }), "/items", "too_long"),
            (json!({ "items": [{}] }), "/items/0/article", "required"),
            (json!({ "items": [id] }), "/items/0", "wrong_type"),
            (json!({ "items": [{ "article": id, "slot": 0 }] }), "/items/0/slot", "out_of_range"),
            (json!({ "items": [{ "article": id, "slot": 101 }] }), "/items/0/slot", "out_of_range"),
            (json!({ "items": [{ "article": id, "headline": long(301) }] }), "/items/0/headline", "too_long"),
            (json!({ "items": [{ "article": id, "standfirst": long(601) }] }), "/items/0/standfirst", "too_long"),
            (json!({ "items": [{ "article": id, "kicker": "x" }] }), "/items/0/kicker", "unknown_field"),
            (json!({ "items": [{ "article": id }, { "article": id }] }), "/items/1/article", "duplicate"),
            (json!({ "items": [{ "article": id, "slot": 1 }, { "article": NOBODY, "slot": 1 }] }), "/items/1/slot", "duplicate"),
            (json!({ "fill": { "tag": ids(101) } }), "/fill/tag", "too_long"),
            (json!({ "fill": { "kind": ["story"] } }), "/fill/kind/0", "not_one_of"),
            (json!({ "fill": { "sort": "newest" } }), "/fill/sort", "not_one_of"),
            (json!({ "fill": { "locale": "en" } }), "/fill/locale", "unknown_field"),
            (json!({ "status": "published" }), "/status", "read_only"),
            (json!({ "published_version": 1 }), "/published_version", "read_only"),
        ];
        let front = make(&editor, &json!({ "name": "Front" }));
        for (body, pointer, code) in cases {
            refused(editor.with("If-Match", "*").patch(&path(&front), &body), pointer, code);
        }
        refused(editor.post(COLLECTIONS, &json!({})), "/name", "required");
        assert_eq!(editor.get(&path(&front)).data(), front, "nothing was written");
        let longest = json!({ "name": long(200), "size": 100, "items": [{ "article": id, "slot": 100 }], "fill": { "tag_not": [] } });
        let made = make(&editor, &longest);
        assert_eq!((made["name"].as_str().unwrap().len(), &made["size"], &made["items"][0]["slot"]), (200, &json!(100), &json!(100)));
    }

    what_it_names_is_there(app) {
        let editor = app.editor();
        let article = editor.draft(&json!({ "headline": "One" }));
        let topic = editor.tag("Bay", "topic");
        let front = make(&editor, &json!({ "name": "Front", "size": 5, "items": [{ "article": article["id"], "slot": 5 }] }));
        let patch = |body: Value| editor.with("If-Match", "*").patch(&path(&front), &body);
        refused(patch(json!({ "items": [{ "article": article["id"] }, { "article": NOBODY }] })), "/items/1/article", "unknown_id");
        refused(patch(json!({ "items": [{ "article": article["id"], "slot": 6 }] })), "/items/0/slot", "inconsistent");
        refused(patch(json!({ "size": 4 })), "/size", "inconsistent");
        for member in ["section", "tag", "tag_all", "tag_not", "author"] {
            refused(patch(json!({ "fill": { member: [NOBODY] } })), &format!("/fill/{member}/0"), "unknown_id");
        }
        refused(patch(json!({ "fill": { "section": [topic["id"]] } })), "/fill/section/0", "wrong_kind");
        // All faults at once.
        let many = patch(json!({ "size": 4, "items": [{ "article": NOBODY, "slot": 5 }], "fill": { "tag": [NOBODY] } })).problem(422, "invalid_body");
        assert_eq!(many["errors"].as_array().unwrap().len(), 3, "{many}");
        let smaller = patch(json!({ "size": 4, "items": [{ "article": article["id"], "slot": 4 }] })).expect(200).data();
        assert_eq!((&smaller["size"], &smaller["version"]), (&json!(4), &json!(2)));
    }

    a_patch_merges_and_who_comes_too_late_is_told(app) {
        let editor = app.editor();
        let front = make(&editor, &json!({ "name": "Front", "fill": { "kind": ["news"], "sort": "headline" } }));
        let fill = |body: Value| change(&editor, &front, &json!({ "fill": body }))["fill"].clone();
        assert_eq!((&front["size"], &front["fill"]["section"], &front["fill"]["featured"]), (&json!(20), &json!([]), &Value::Null));
        let merged = fill(json!({ "featured": true }));
        assert_eq!((&merged["kind"], &merged["featured"], &merged["sort"]), (&json!(["news"]), &json!(true), &json!("headline")));
        let merged = fill(json!({ "kind": null, "sort": null }));
        assert_eq!((&merged["kind"], &merged["featured"], &merged["sort"]), (&json!([]), &json!(true), &json!("-published_at")));
        assert_eq!(fill(Value::Null), Value::Null);
        let now = editor.get(&path(&front)).expect(200);
        assert_eq!(now.header("etag"), Some("\"4\""));
        assert_eq!(change(&editor, &front, &json!({ "name": "Front", "items": [] })), now.data(), "nothing new, no version");
        let _ = change(&editor, &front, &json!({ "description": "Today." }));
        let late = editor.if_match(&json!(3)).patch(&path(&front), &json!({ "size": 3 })).problem(412, "stale_version");
        assert_eq!((&late["current_version"], &late["changed_fields"]), (&json!(5), &json!(["description", "fill"])));
        for action in ["publish", "unpublish"] {
            let at = format!("{}/{action}", path(&front));
            let _ = editor.post(&at, &json!({})).problem(428, "if_match_required");
            let _ = editor.if_match(&json!(3)).post(&at, &json!({})).problem(412, "stale_version");
        }
        let _ = editor.if_match(&json!(3)).delete(&path(&front)).problem(412, "stale_version");
        // Sent again, it is done once.
        let once = editor.with("Idempotency-Key", "one-front-page");
        let first = once.post(COLLECTIONS, &json!({ "name": "Twice" })).expect(201);
        let again = once.post(COLLECTIONS, &json!({ "name": "Twice" })).expect(201);
        assert_eq!((again.header("idempotency-replayed"), again.data()["id"].clone()), (Some("true"), first.data()["id"].clone()));
    }

    editors_arrange_and_all_colleagues_look_on(app) {
        let [admin, editor, author, contributor] = ["admin", "editor", "author", "contributor"].map(|role| app.signed_in(role));
        let front = published(&editor, &json!({ "name": "Front" }));
        for who in [&author, &contributor] {
            let seen = who.get(&path(&front)).expect(200).data();
            assert_eq!(seen["allowed_actions"], json!([]));
            let _ = who.get(COLLECTIONS).expect(200);
            let _ = who.get(&format!("{}/preview", path(&front))).expect(200);
            let _ = who.post(COLLECTIONS, &json!({ "name": "Mine" })).problem(403, "forbidden");
            let _ = who.with("If-Match", "*").patch(&path(&front), &json!({ "name": "Mine" })).problem(403, "forbidden");
            let _ = who.with("If-Match", "*").delete(&path(&front)).problem(403, "forbidden");
            for action in ["publish", "unpublish"] {
                let _ = act(who, &front, action).problem(403, "forbidden");
            }
        }
        let made = make(&admin, &json!({ "name": "Theirs" }));
        let _ = act(&admin, &made, "publish").expect(200);
        for path in [COLLECTIONS.to_owned(), path(&front), format!("{}/preview", path(&front))] {
            let _ = app.anonymous().get(&path).problem(401, "unauthenticated");
        }
        let unknown = json!({ "id": NOBODY });
        let _ = act(&contributor, &unknown, "publish").problem(404, "not_found");
        let token = |scopes: Value| {
            let new = json!({ "name": "t", "scopes": scopes, "user": editor.user });
            let made = admin.post("/v1/admin/tokens", &new).expect(201).data();
            app.anonymous().bearer(made["token"].as_str().unwrap())
        };
        let [reader, writer, publisher] = ["articles:read", "articles:write", "articles:publish"].map(|scope| token(json!([scope])));
        let _ = reader.get(&path(&front)).expect(200);
        let _ = writer.get(&path(&front)).problem(403, "insufficient_scope");
        let _ = reader.post(COLLECTIONS, &json!({ "name": "x" })).problem(403, "insufficient_scope");
        let _ = writer.post(COLLECTIONS, &json!({ "name": "x" })).expect(201);
        let _ = act(&writer, &front, "publish").problem(403, "insufficient_scope");
        let _ = act(&publisher, &front, "unpublish").expect(200);
        let _ = publisher.with("If-Match", "*").delete(&path(&front)).problem(403, "insufficient_scope");
        let _ = writer.with("If-Match", "*").delete(&path(&front)).expect(204);
    }
}
