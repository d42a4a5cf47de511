//! Tags as a taxonomy: their tree, their other names, and merging them, also while others write.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::{Value, json};
use slugline::on_db;
use slugline::store::Access;

use crate::both;
use crate::support::{Answer, Client, TestApp};

fn path(tag: &Value) -> String {
    format!("/v1/admin/tags/{}", tag["id"].as_str().unwrap())
}

fn change(editor: &Client, tag: &Value, body: &Value) -> Answer {
    editor.with("If-Match", "*").patch(&path(tag), body)
}

fn merge(editor: &Client, tag: &Value, into: &Value) -> Answer {
    editor.with("If-Match", "*").post(&format!("{}/merge", path(tag)), &json!({ "into": into["id"] }))
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

fn ids(list: &Value) -> Vec<&Value> {
    list.as_array().unwrap().iter().map(|entry| &entry["id"]).collect()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How many rows a statement counts.
fn count(app: &TestApp, sql: &str) -> i64 {
    let counted =
        app.app.store.run_here(Access::Read, |conn| on_db!(conn, |c| diesel::sql_query(sql).get_result::<Count>(c)));
    counted.unwrap().n
}

/// What must be nowhere: something that names a tag which is gone.
fn dangling(app: &TestApp) -> Vec<i64> {
    let statements = [
        "SELECT count(*) AS n FROM article_tags LEFT JOIN tags ON tags.id = tag_id WHERE tags.id IS NULL",
        "SELECT count(*) AS n FROM published_tags LEFT JOIN tags ON tags.id = tag_id WHERE tags.id IS NULL",
        "SELECT count(*) AS n FROM tag_redirects LEFT JOIN tags ON tags.id = tag_id WHERE tags.id IS NULL",
        "SELECT count(*) AS n FROM articles LEFT JOIN tags ON tags.id = section_id WHERE section_id IS NOT NULL AND tags.id IS NULL",
        "SELECT count(*) AS n FROM tags AS child LEFT JOIN tags ON tags.id = child.parent_id WHERE child.parent_id IS NOT NULL AND tags.id IS NULL",
        "SELECT count(*) AS n FROM merged_tags LEFT JOIN tags ON tags.id = into_id WHERE tags.id IS NULL",
        "SELECT count(*) AS n FROM merged_tags AS first JOIN merged_tags AS second ON first.into_id = second.id",
        "SELECT count(*) AS n FROM merged_tags JOIN tags ON tags.id = merged_tags.id",
        "SELECT count(*) AS n FROM merged_tags JOIN published_articles ON tag_ids LIKE '%' || merged_tags.id || '%'",
    ];
    statements.iter().map(|sql| count(app, sql)).collect()
}

both! {
    a_tag_is_found_by_all_its_names(app) {
        let editor = app.editor();
        let tag = editor.post("/v1/admin/tags", &json!({
            "name": "Kazakhstan", "kind": "place", "names": { "kk": "Қазақстан" }, "synonyms": ["Republic of Kazakhstan", "Qazaqstán"],
            "uri": "http://www.wikidata.org/entity/Q232",
        })).expect(201).data();
        let _ = editor.post("/v1/admin/tags", &json!({ "name": "Politics", "uri": "http://cv.iptc.org/newscodes/mediatopic/11000000" })).expect(201);
        assert_eq!(tag["synonyms"], json!(["Republic of Kazakhstan", "Qazaqstán"]));
        for q in ["kazakh", "REPUBLIC", "qazaqstan", "%D2%9A%D0%B0%D0%B7%D0%B0%D2%9B"] {
            assert_eq!(names(&editor, &format!("/v1/admin/tags?q={q}")), ["Kazakhstan"], "{q}");
        }
        fault(change(&editor, &tag, &json!({ "synonyms": ["a", "Á"] })), "/synonyms/1", "duplicate");
        fault(change(&editor, &tag, &json!({ "synonyms": vec!["x"; 51] })), "/synonyms", "too_long");
        let changed = change(&editor, &tag, &json!({ "synonyms": ["KZ"], "name": "Kasachstan" })).expect(200).data();
        assert_eq!(changed["synonyms"], json!(["KZ"]));
        assert_eq!((names(&editor, "/v1/admin/tags?q=kz").len(), names(&editor, "/v1/admin/tags?q=qazaqstan").len()), (1, 0));
        let cleared = change(&editor, &tag, &json!({ "synonyms": null })).expect(200).data();
        assert_eq!(cleared["synonyms"], json!([]));
        // Readers don't see them.
        let _ = editor.published(&json!({ "headline": "x", "tags": [tag["id"]] }));
        assert!(app.anonymous().get("/v1/tags/kazakhstan").expect(200).data().get("synonyms").is_none());
    }

    a_section_stands_under_a_section(app) {
        let editor = app.editor();
        let [world, asia] = ["World", "Asia"].map(|name| editor.tag(name, "section"));
        let topic = editor.tag("Gas", "topic");
        let under = |tag: &Value, parent: &Value| change(&editor, tag, &json!({ "parent": parent["id"] }));
        let _ = under(&asia, &world).expect(200);
        let _ = under(&topic, &world).expect(200);
        fault(under(&world, &topic), "/parent", "inconsistent");
        let other = editor.tag("Oil", "topic");
        fault(under(&asia, &other), "/parent", "inconsistent");
        fault(change(&editor, &topic, &json!({ "kind": "section", "parent": other["id"] })), "/parent", "inconsistent");
        fault(change(&editor, &world, &json!({ "kind": "topic" })), "/kind", "inconsistent");
        let _ = change(&editor, &asia, &json!({ "parent": null })).expect(200);
        let _ = change(&editor, &world, &json!({ "kind": "topic" })).expect(200);
    }

    a_merged_tag_lives_on_in_the_other_one(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let [old, new] = ["Car", "Cars"].map(|name| editor.tag(name, "topic"));
        let child = editor.post("/v1/admin/tags", &json!({ "name": "Wheels", "parent": old["id"] })).expect(201).data();
        let _ = change(&editor, &old, &json!({ "slug": "auto", "synonyms": ["Automobile", "cars"] })).expect(200);
        let tagged = |headline: &str, tags: &[&Value]| {
            let ids: Vec<&Value> = tags.iter().map(|tag| &tag["id"]).collect();
            editor.published(&json!({ "headline": headline, "tags": ids }))
        };
        let topic = editor.tag("Roads", "topic");
        let one = tagged("One", &[&topic, &old]);
        let both = tagged("Both", &[&old, &topic, &new]);
        let draft = editor.draft(&json!({ "headline": "Draft", "tags": [old["id"]] }));
        let before = editor.article(&one["id"]);
        let late = editor.if_match(&json!(1)).post(&format!("{}/merge", path(&old)), &json!({ "into": new["id"] })).problem(412, "stale_version");
        assert_eq!(late["current_version"], 2);
        let merged = editor.if_match(&json!(2)).post(&format!("{}/merge", path(&old)), &json!({ "into": new["id"] })).expect(200);
        assert_eq!(merged.header("etag"), Some("\"2\""));
        let survivor = merged.data();
        assert_eq!((&survivor["id"], &survivor["article_count"], &survivor["synonyms"], &survivor["redirects"]),
            (&new["id"], &json!(2), &json!(["Car", "Automobile"]), &json!(["auto", "car"])));
        let _ = editor.get(&path(&old)).problem(404, "not_found");
        assert_eq!(editor.get(&path(&child)).data()["parent"]["id"], new["id"]);
        assert_eq!(editor.get(&path(&child)).data()["version"], 2);

        // Working copies: the same version, the other tag, each once.
        let after = editor.article(&one["id"]);
        assert_eq!((&after["version"], ids(&after["tags"])), (&before["version"], vec![&topic["id"], &new["id"]]));
        assert_eq!(after["has_unpublished_changes"], false);
        assert_eq!(ids(&editor.article(&both["id"])["tags"]), [&topic["id"], &new["id"]]);
        assert_eq!(ids(&editor.article(&draft["id"])["tags"]), [&new["id"]]);
        for handle in ["auto", "car", "cars", old["id"].as_str().unwrap()] {
            assert_eq!(editor.get(&format!("/v1/admin/articles?tag={handle}")).data().as_array().unwrap().len(), 3, "{handle}");
            let found = reader.get(&format!("/v1/articles?tag={handle}")).expect(200).data();
            assert_eq!(found.as_array().unwrap().len(), 2, "{handle}");
        }
        let old_id = old["id"].as_str().unwrap();
        assert_eq!(reader.get(&format!("/v1/articles?tag_all={old_id},cars")).data().as_array().unwrap().len(), 2);
        assert_eq!(reader.get(&format!("/v1/articles?tag_not={old_id}")).data(), json!([]));
        // In public: the other tag, and addresses that lead there.
        assert_eq!(ids(&reader.get("/v1/articles/one").data()["tags"]), [&topic["id"], &new["id"]]);
        assert_eq!(ids(&reader.get("/v1/articles/both").data()["tags"]), [&topic["id"], &new["id"]]);
        for handle in ["auto", "car", old_id] {
            let moved = reader.get(&format!("/v1/tags/{handle}")).expect(301);
            assert!(moved.header("location").unwrap().ends_with("/v1/tags/cars"), "{handle}");
        }
        // Nobody else takes those addresses from it; it may itself, and a former slug that came by no merge is free.
        let taken = editor.post("/v1/admin/tags", &json!({ "name": "Vehicle", "slug": "auto" })).problem(422, "invalid_body");
        assert_eq!((&taken["errors"][0]["pointer"], &taken["errors"][0]["code"]), (&json!("/slug"), &json!("slug_taken")));
        let _ = change(&editor, &topic, &json!({ "slug": "car" })).problem(422, "invalid_body");
        assert_eq!(change(&editor, &new, &json!({ "slug": "car" })).expect(200).data()["redirects"], json!(["auto", "cars"]));
        let _ = change(&editor, &new, &json!({ "slug": "cars" })).expect(200);
        // Who still holds the old id writes the new one, and whoever edits one is not too late.
        let edited = editor.if_match(&before["version"]).patch(&format!("/v1/admin/articles/{}", one["id"].as_str().unwrap()), &json!({ "tags": [old["id"]] }));
        assert_eq!(ids(&edited.expect(200).data()["tags"]), [&new["id"]]);
        let same = editor.with("If-Match", "*").patch(&format!("/v1/admin/articles/{}", draft["id"].as_str().unwrap()), &json!({ "tags": [old["id"]] }));
        assert_eq!(same.expect(200).data()["version"], draft["version"]);
        // A chain collapses.
        let last = editor.tag("Motorcars", "topic");
        let _ = merge(&editor, &new, &last).expect(200);
        let moved = reader.get("/v1/tags/auto").expect(301);
        assert!(moved.header("location").unwrap().ends_with("/v1/tags/motorcars"));
        assert_eq!(ids(&editor.article(&draft["id"])["tags"]), [&last["id"]]);
        let again = editor.tag("Again", "topic");
        assert_eq!(merge(&editor, &again, &old).expect(200).data()["id"], last["id"], "what was merged is followed");
        let told = crate::support::rows::events(app, old_id);
        let (kind, data) = told.last().unwrap();
        assert_eq!((kind.as_str(), &data["id"], &data["into"]), ("tag.merged", &old["id"], &new["id"]));
        assert!(data["version"].as_i64().unwrap() >= 1, "{data}");
        assert_eq!(dangling(app), vec![0; 9]);
        // An old revision that names it comes back with the other one.
        let revived = app.app.write_here(|cx, _| {
            let revision = slugline::store::revisions::find(cx.conn, slugline::model::Id::parse(one["id"].as_str().unwrap()).unwrap(), 1)?.unwrap();
            let mut content: slugline::model::Content = serde_json::from_str(&revision.content).unwrap();
            slugline::domain::tags::merged::follow(cx, [&mut content])?;
            Ok(content.tags)
        });
        assert_eq!(json!(revived.unwrap()), json!([topic["id"], last["id"]]));
        let _ = editor.with("If-Match", "*").delete(&path(&last)).problem(409, "in_use");
    }

    sections_are_merged_with_all_that_stands_in_them(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let [old, new] = ["Sports", "Sport"].map(|name| editor.tag(name, "section"));
        let live = editor.published(&json!({ "headline": "Goal", "section": old["id"], "tags": [old["id"]] }));
        let crossed = editor.published(&json!({ "headline": "Crossed", "section": new["id"], "tags": [old["id"]] }));
        let _ = merge(&editor, &old, &new).expect(200);
        for (article, tags) in [(&live, vec![&new["id"]]), (&crossed, Vec::new())] {
            let now = editor.article(&article["id"]);
            assert_eq!((&now["section"]["id"], ids(&now["tags"])), (&new["id"], tags.clone()));
            let seen = reader.get(&format!("/v1/articles/{}", article["slug"].as_str().unwrap())).expect(200).data();
            assert_eq!((&seen["section"]["id"], ids(&seen["tags"])), (&new["id"], tags));
        }
        assert_eq!(reader.get("/v1/articles?section=sports").data().as_array().unwrap().len(), 2);
        assert_eq!(reader.get("/v1/popular?section=sports").expect(200).status, 200);
        assert_eq!(dangling(app), vec![0; 9]);
    }

    not_every_tag_can_be_merged(app) {
        let editor = app.editor();
        let tags: Vec<Value> = (0..3).map(|n| editor.tag(&format!("Level {n}"), "topic")).collect();
        for n in 1..3 {
            let _ = change(&editor, &tags[n], &json!({ "parent": tags[n - 1]["id"] })).expect(200);
        }
        fault(merge(&editor, &tags[0], &tags[0]), "/into", "inconsistent");
        fault(merge(&editor, &tags[0], &tags[2]), "/into", "inconsistent");
        fault(merge(&editor, &tags[0], &editor.tag("Paris", "place")), "/into", "wrong_kind");
        fault(merge(&editor, &tags[0], &json!({ "id": "0197a000-0000-7000-8000-000000000000" })), "/into", "unknown_id");
        fault(merge(&editor, &tags[0], &json!({})), "/into", "not_null");
        // Eight levels, and no more.
        let deep: Vec<Value> = (0..7).map(|n| editor.tag(&format!("Deep {n}"), "topic")).collect();
        for n in 1..7 {
            let _ = change(&editor, &deep[n], &json!({ "parent": deep[n - 1]["id"] })).expect(200);
        }
        fault(merge(&editor, &tags[0], &deep[6]), "/into", "inconsistent");
        let _ = merge(&editor, &tags[1], &deep[6]).expect(200);
        let _ = merge(&editor, &tags[2], &tags[0]).expect(200);
        assert_eq!(dangling(app), vec![0; 9]);
    }

    merging_renaming_deleting_and_attaching_at_once_leave_nothing_dangling(app) {
        let editor = app.editor();
        let tags: Vec<Value> = (0..8).map(|n| editor.tag(&format!("Race {n}"), "topic")).collect();
        let articles: Vec<Value> = (0..6).map(|n| editor.published(&json!({ "headline": format!("Runner {n}"), "tags": [tags[n]["id"]] }))).collect();
        let act = |worker: usize| {
            for step in 0..24 {
                let pick = |salt: usize| &tags[(step * 7 + worker * 3 + salt * 5) % tags.len()];
                let article = &articles[(step + worker) % articles.len()];
                let any = editor.with("If-Match", "*");
                let answer = match (step + worker) % 6 {
                    0 => merge(&editor, pick(1), pick(2)),
                    1 => change(&editor, pick(3), &json!({ "slug": format!("race-{worker}-{step}") })),
                    2 => any.delete(&path(pick(4))),
                    3 => change(&editor, pick(5), &json!({ "parent": pick(6)["id"] })),
                    4 => any.post(&format!("/v1/admin/articles/{}/publish", article["id"].as_str().unwrap()), &json!({})),
                    _ => any.patch(&format!("/v1/admin/articles/{}", article["id"].as_str().unwrap()), &json!({ "tags": [pick(1)["id"], pick(2)["id"]] })),
                };
                assert!(answer.status < 500, "{}", answer.text());
            }
        };
        std::thread::scope(|scope| (0..4).for_each(|worker| drop(scope.spawn(move || act(worker)))));
        assert_eq!(dangling(app), vec![0; 9]);
        let reader = app.anonymous();
        let left: BTreeSet<String> = editor.get("/v1/admin/tags?limit=100").data().as_array().unwrap().iter().map(|tag| tag["id"].as_str().unwrap().to_owned()).collect();
        assert!(left.len() < tags.len());
        let carrying = |client: &Client, list: &str, id: &str| -> BTreeSet<String> {
            ids(&client.get(&format!("{list}?limit=100&tag={id}")).data()).iter().map(|id| id.as_str().unwrap().to_owned()).collect()
        };
        for (client, list) in [(&editor.client, "/v1/admin/articles"), (&reader, "/v1/articles")] {
            let all = client.get(&format!("{list}?limit=100")).expect(200).data();
            for id in &left {
                let named: BTreeSet<String> = all.as_array().unwrap().iter()
                    .filter(|article| article["tags"].as_array().unwrap().iter().any(|tag| tag["id"] == **id))
                    .map(|article| article["id"].as_str().unwrap().to_owned()).collect();
                assert_eq!(named, carrying(client, list, id), "{list}");
            }
        }
        for (tag, n) in tags.iter().zip(0..) {
            let found = editor.get(&path(tag)).status;
            assert!(found == 200 || found == 404 && !left.contains(tag["id"].as_str().unwrap()), "{n}: {found}");
        }
    }
}
