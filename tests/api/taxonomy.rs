//! Tags and authors.

use serde_json::{Value, json};

use crate::both;
use crate::support::{Answer, Client, pictures};

fn tag_path(tag: &Value) -> String {
    format!("/v1/admin/tags/{}", tag["id"].as_str().unwrap())
}

fn author_path(author: &Value) -> String {
    format!("/v1/admin/authors/{}", author["id"].as_str().unwrap())
}

/// A tag without the signature of its picture's address, which changes with the time.
fn unsigned(mut tag: Value) -> Value {
    let url = tag["image"]["url"].as_str().unwrap().split('?').next().unwrap().to_owned();
    tag["image"]["url"] = json!(url);
    tag
}

#[track_caller]
fn fault(answer: Answer, pointer: &str, code: &str) {
    let problem = answer.problem(422, "invalid_body");
    let found =
        problem["errors"].as_array().unwrap().iter().any(|fault| fault["pointer"] == pointer && fault["code"] == code);
    assert!(found, "no {code} at {pointer}: {problem}");
}

fn names(client: &Client, path: &str) -> Vec<String> {
    let list = client.get(path).expect(200).data();
    list.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
}

both! {
    a_tag_is_written_changed_and_removed(app) {
        let editor = app.editor();
        let picture = editor.upload("a.jpg", &pictures::jpeg(1), &[]).expect(201).data();
        let parent = editor.tag("Asia", "place");
        let input = json!({
            "name": "Kazakhstan", "kind": "place", "names": { "kk": "Қазақстан", "ru": "Казахстан" }, "description": "A country.",
            "parent": parent["id"], "uri": "https://www.wikidata.org/wiki/Q232", "image": picture["id"],
        });
        let made = editor.post("/v1/admin/tags", &input).expect(201);
        assert_eq!(made.header("etag"), Some("\"1\""));
        let tag = made.data();
        assert!(made.header("location").unwrap().ends_with(&tag_path(&tag)));
        assert_eq!(unsigned(editor.get(&tag_path(&tag)).expect(200).data()), unsigned(tag.clone()));
        for name in ["name", "kind", "names", "description", "uri"] {
            assert_eq!(tag[name], input[name], "{name}");
        }
        assert_eq!((&tag["slug"], &tag["parent"]["id"], &tag["image"]["id"], &tag["article_count"]), (&json!("kazakhstan"), &parent["id"], &picture["id"], &json!(0)));

        let patched = editor.if_match(&tag["version"]).patch(&tag_path(&tag), &json!({ "names": { "ru": null, "de": "Kasachstan" }, "description": null, "image": null })).expect(200).data();
        assert_eq!((&patched["names"], &patched["description"], &patched["image"]), (&json!({ "de": "Kasachstan", "kk": "Қазақстан" }), &json!(null), &json!(null)));
        let same = editor.if_match(&patched["version"]).patch(&tag_path(&tag), &json!({ "name": "Kazakhstan" })).expect(200).data();
        assert_eq!(same, patched);
        let _ = editor.if_match(&tag["version"]).patch(&tag_path(&tag), &json!({ "name": "x" })).problem(412, "stale_version");
        let _ = editor.if_match(&patched["version"]).delete(&tag_path(&tag)).expect(204);
        let _ = editor.get(&tag_path(&tag)).problem(404, "not_found");
    }

    tags_have_rules(app) {
        let editor = app.editor();
        let _ = editor.tag("Gas", "topic");
        assert_eq!((&editor.tag("Gas", "topic")["slug"], &editor.tag("Газ", "topic")["slug"]), (&json!("gas-2"), &json!("gaz")));
        let nobody = json!("0197a000-0000-7000-8000-000000000000");
        let create = |body: Value| editor.post("/v1/admin/tags", &body);
        fault(create(json!({})), "/name", "required");
        fault(create(json!({ "name": null })), "/name", "not_null");
        fault(create(json!({ "name": "x", "slug": "gas" })), "/slug", "slug_taken");
        fault(create(json!({ "name": "x", "slug": nobody })), "/slug", "invalid_format");
        fault(create(json!({ "name": "x", "parent": nobody })), "/parent", "unknown_id");
        fault(create(json!({ "name": "x", "image": nobody })), "/image", "unknown_id");
        fault(create(json!({ "name": "x", "kind": "thing" })), "/kind", "not_one_of");
        fault(create(json!({ "name": "x", "uri": "javascript:x" })), "/uri", "invalid_format");
        fault(create(json!({ "name": "x", "article_count": 3 })), "/article_count", "read_only");
        let not_a_language = create(json!({ "name": "x", "names": { "not a language": "x" } })).problem(422, "invalid_body");
        assert!(!not_a_language.to_string().contains("not a language"));
        let clip = editor.post("/v1/admin/media", &json!({ "embed_url": "https://vimeo.com/76979871" })).expect(201).data();
        fault(create(json!({ "name": "x", "image": clip["id"] })), "/image", "wrong_kind");
    }

    a_section_that_articles_stand_in_stays_one(app) {
        let editor = app.editor();
        let section = editor.tag("Asia", "section");
        let written = json!({ "headline": "Gas", "section": section["id"] });
        let _ = editor.draft(&written);
        let change = |kind: &str| editor.with("If-Match", "*").patch(&tag_path(&section), &json!({ "kind": kind }));
        fault(change("topic"), "/kind", "inconsistent");
        let live = editor.published(&written);
        for article in editor.get("/v1/admin/articles").expect(200).data().as_array().unwrap() {
            let path = format!("/v1/admin/articles/{}", article["id"].as_str().unwrap());
            let _ = editor.if_match(&article["version"]).patch(&path, &json!({ "section": null })).expect(200);
        }
        fault(change("topic"), "/kind", "inconsistent");
        let _ = editor.act(&editor.article(&live["id"]), "publish", &json!({})).expect(200);
        assert_eq!(change("topic").expect(200).data()["kind"], "topic");
    }

    who_comes_too_late_is_told_who_changed_what(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let post = |path: &str, body: Value| admin.post(path, &body).expect(201).data();
        let media = post("/v1/admin/media", json!({ "embed_url": "https://vimeo.com/76979871" }));
        let user = post("/v1/admin/users", json!({ "email": "ada@example.org", "name": "Ada", "role": "author" }));
        let token = post("/v1/admin/tokens", json!({ "name": "feed", "scopes": ["articles:read"] }));
        let id = |record: &Value| record["id"].as_str().unwrap().to_owned();
        let cases = [
            (tag_path(&editor.tag("Gas", "topic")), json!({ "name": "Oil", "uri": "https://example.org/oil" }), json!({ "description": "x" }), vec!["description", "name", "uri"]),
            (author_path(&editor.author("Ada")), json!({ "bio": "x" }), json!({ "links": [{ "label": "x", "url": "https://example.org" }] }), vec!["bio", "links"]),
            (format!("/v1/admin/media/{}", id(&media)), json!({ "title": "x" }), json!({ "credit": "x", "title": "y" }), vec!["credit", "title"]),
            (format!("/v1/admin/users/{}", id(&user)), json!({ "name": "Ada L" }), json!({ "role": "editor" }), vec!["name", "role"]),
            (format!("/v1/admin/tokens/{}", id(&token)), json!({ "name": "x" }), json!({ "scopes": ["tags:read"] }), vec!["name", "scopes"]),
            ("/v1/admin/site".to_owned(), json!({ "name": "x" }), json!({ "labels": { "en": { "share": "Tell" } } }), vec!["labels", "name"]),
        ];
        for (path, first, second, fields) in cases {
            let old = admin.get(&path).expect(200).data()["version"].clone();
            let between = admin.if_match(&old).patch(&path, &first).expect(200).data()["version"].clone();
            let now = admin.if_match(&between).patch(&path, &second).expect(200).data();
            let problem = admin.if_match(&old).patch(&path, &first).problem(412, "stale_version");
            assert_eq!((&problem["current_version"], &problem["updated_at"]), (&now["version"], &now["updated_at"]), "{path}");
            assert_eq!((&problem["updated_by"], &problem["changed_fields"]), (&json!("admin"), &json!(fields)), "{path}: {problem}");
            let problem = admin.if_match(&between).patch(&path, &first).problem(412, "stale_version");
            let latest: Vec<&String> = second.as_object().unwrap().keys().collect();
            assert_eq!(problem["changed_fields"], json!(latest), "{path}: {problem}");
            let unknown = admin.if_match(&json!(99)).patch(&path, &first).problem(412, "stale_version");
            assert_eq!((&unknown["current_version"], &unknown["changed_fields"]), (&now["version"], &json!(null)), "{path}");
        }
    }

    a_tag_is_never_above_itself(app) {
        let editor = app.editor();
        let change = |tag: &Value, parent: &Value| editor.with("If-Match", "*").patch(&tag_path(tag), &json!({ "parent": parent["id"] }));
        let tags: Vec<Value> = (0..9).map(|n| editor.tag(&format!("Level {n}"), "topic")).collect();
        fault(change(&tags[0], &tags[0]), "/parent", "inconsistent");
        for n in 1..8 {
            let _ = change(&tags[n], &tags[n - 1]).expect(200);
        }
        fault(change(&tags[0], &tags[7]), "/parent", "inconsistent");
        fault(change(&tags[3], &tags[5]), "/parent", "inconsistent");
        fault(change(&tags[8], &tags[7]), "/parent", "inconsistent");
        fault(change(&tags[0], &tags[8]), "/parent", "inconsistent");
        let _ = editor.with("If-Match", "*").patch(&tag_path(&tags[1]), &json!({ "parent": null })).expect(200);
        let _ = change(&tags[0], &tags[8]).expect(200);
        let problem = editor.with("If-Match", "*").delete(&tag_path(&tags[1])).problem(409, "in_use");
        assert!(problem["used_by"].to_string().contains(tags[2]["id"].as_str().unwrap()), "{problem}");
    }

    a_tag_is_public_while_a_live_article_carries_it(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let parent = editor.tag("Above", "topic");
        let tag = editor.post("/v1/admin/tags", &json!({ "name": "Carried", "parent": parent["id"] })).expect(201).data();
        let section = editor.tag("World", "section");
        let _ = editor.tag("Alone", "topic");
        let draft = editor.draft(&json!({ "headline": "Carries", "tags": [tag["id"]], "section": section["id"] }));
        assert_eq!(names(&reader, "/v1/tags"), Vec::<String>::new());
        let _ = reader.get("/v1/tags/carried").problem(404, "not_found");
        let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
        assert_eq!(names(&reader, "/v1/tags"), ["Above", "Carried", "World"]);
        assert_eq!(names(&reader, "/v1/tags?kind=section"), ["World"]);
        let seen = reader.get("/v1/tags/carried").expect(200).data();
        assert_eq!((&seen["article_count"], &seen["parent"]["slug"]), (&json!(1), &json!("above")));
        assert_eq!(reader.get("/v1/tags/above").expect(200).data()["article_count"], 0);
        assert_eq!(reader.get(&format!("/v1/tags/{}", tag["id"].as_str().unwrap())).expect(200).data()["slug"], "carried");
        let _ = editor.published(&json!({ "headline": "Too", "tags": [tag["id"]] }));
        let _ = editor.draft(&json!({ "headline": "Not", "tags": [tag["id"]] }));
        assert_eq!(reader.get("/v1/tags/carried").data()["article_count"], 2, "drafts don't count");

        let renamed = editor.with("If-Match", "*").patch(&tag_path(&tag), &json!({ "slug": "renamed" })).expect(200).data();
        let moved = reader.get("/v1/tags/carried").expect(301);
        assert!(moved.header("location").unwrap().ends_with("/v1/tags/renamed"));
        assert_eq!(reader.get("/v1/articles?tag=carried").expect(200).data().as_array().unwrap().len(), 2, "old slugs are followed");
        let back = editor.if_match(&renamed["version"]).patch(&tag_path(&tag), &json!({ "slug": "carried" })).expect(200).data();
        let _ = reader.get("/v1/tags/carried").expect(200);
        assert!(reader.get("/v1/tags/renamed").expect(301).header("location").unwrap().ends_with("/v1/tags/carried"));
        // Somebody else's current slug beats a redirect.
        let other = editor.post("/v1/admin/tags", &json!({ "name": "Other", "slug": "renamed" })).expect(201).data();
        let _ = reader.get("/v1/tags/renamed").problem(404, "not_found");

        let problem = editor.if_match(&back["version"]).delete(&tag_path(&tag)).problem(409, "in_use");
        assert!(problem["used_by"].to_string().contains(live["id"].as_str().unwrap()), "{problem}");
        let _ = editor.if_match(&other["version"]).delete(&tag_path(&other)).expect(204);
        let _ = editor.act(&live, "unpublish", &json!({})).expect(200);
        assert_eq!(names(&reader, "/v1/tags"), ["Above", "Carried"]);
        let _ = reader.get("/v1/tags/world").problem(404, "not_found");
        let _ = editor.with("If-Match", "*").delete(&tag_path(&section)).problem(409, "in_use");
    }

    an_author_is_written_changed_and_removed(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let picture = editor.upload("a.jpg", &pictures::jpeg(2), &[]).expect(201).data();
        let input = json!({
            "name": "Maria Tsvetkova", "job_title": "Correspondent", "bio": "Writes.", "avatar": picture["id"],
            "links": [{ "label": "Site", "url": "https://maria.example/" }],
        });
        let made = editor.post("/v1/admin/authors", &input);
        let author = made.expect(201).data();
        assert_eq!(editor.get(&author_path(&author)).expect(200).data(), author);
        assert_eq!((&author["slug"], &author["job_title"], &author["bio"], &author["avatar"]["id"]), (&json!("maria-tsvetkova"), &input["job_title"], &input["bio"], &picture["id"]));
        assert_eq!(author["links"][0]["url"], "https://maria.example/");
        let _ = reader.get("/v1/authors/maria-tsvetkova").problem(404, "not_found");
        let live = editor.published(&json!({ "headline": "By her", "authors": [{ "id": author["id"], "role": "reporter" }] }));
        let seen = reader.get("/v1/authors/maria-tsvetkova").expect(200).data();
        assert_eq!((&seen["article_count"], &seen["name"]), (&json!(1), &json!("Maria Tsvetkova")));
        let _ = reader.get(&format!("/v1/media/{}", picture["id"].as_str().unwrap())).expect(200);
        assert_eq!(names(&reader, "/v1/authors"), ["Maria Tsvetkova"]);
        let renamed = editor.if_match(&author["version"]).patch(&author_path(&author), &json!({ "slug": "maria", "links": [], "bio": null })).expect(200).data();
        assert_eq!((&renamed["links"], &renamed["bio"]), (&json!([]), &json!(null)));
        assert!(reader.get("/v1/authors/maria-tsvetkova").expect(301).header("location").unwrap().ends_with("/v1/authors/maria"));
        assert_eq!(reader.get("/v1/articles?author=maria-tsvetkova").expect(200).data()[0]["id"], live["id"]);
        let problem = editor.if_match(&renamed["version"]).delete(&author_path(&author)).problem(409, "in_use");
        assert!(problem["used_by"].to_string().contains(live["id"].as_str().unwrap()), "{problem}");
        fault(editor.post("/v1/admin/authors", &json!({ "name": "x", "slug": "maria" })), "/slug", "slug_taken");
        fault(editor.post("/v1/admin/authors", &json!({ "slug": "x" })), "/name", "required");
        let nobody = editor.author("Nobody");
        let _ = editor.if_match(&nobody["version"]).delete(&author_path(&nobody)).expect(204);
    }
}
