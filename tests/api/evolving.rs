//! Stories that go on: one article in the place of another, and what the newsroom lays beside it.

use serde_json::{Value, json};

use crate::both;
use crate::support::{Answer, Client};

fn path(article: &Value) -> String {
    format!("/v1/admin/articles/{}", article["id"].as_str().unwrap())
}

fn change(editor: &Client, article: &Value, body: &Value) -> Answer {
    editor.with("If-Match", "*").patch(&path(article), body)
}

#[track_caller]
fn refused(answer: Answer, code: &str) {
    let problem = answer.problem(422, "invalid_body");
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
        (&json!("/supersedes"), &json!(code))
    );
}

both! {
    a_later_article_takes_the_place_of_an_earlier_one(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let first = editor.published(&json!({ "headline": "Fire in the port", "slug": "fire" }));
        let draft = editor.draft(&json!({ "headline": "Fire is out", "slug": "fire-out", "supersedes": first["id"] }));
        assert_eq!(draft["supersedes"]["headline"], "Fire in the port");
        let links = |slug: &str| {
            let seen = reader.get(&format!("/v1/articles/{slug}?fields=supersedes,superseded_by")).expect(200).data();
            (seen["supersedes"]["slug"].clone(), seen["superseded_by"]["slug"].clone())
        };
        assert_eq!(links("fire"), (json!(null), json!(null)), "a draft takes no place in public");
        let end = slugline::model::Time::system().plus_seconds(90).to_string();
        let second = editor.act(&draft, "publish", &json!({ "unpublish_at": end })).expect(200).data();
        assert_eq!(links("fire"), (json!(null), json!("fire-out")));
        assert_eq!(links("fire-out"), (json!("fire"), json!(null)));
        let seen = reader.get("/v1/articles/fire").expect(200);
        let link = &seen.data()["superseded_by"];
        assert_eq!((&link["id"], &link["headline"], &link["url"]), (&second["id"], &json!("Fire is out"), &json!("https://news.example/fire-out")));
        assert!(seen.header("cache-control").unwrap().contains("stale-if-error=2") || seen.header("cache-control").unwrap().contains("stale-if-error=3"), "{seen:?}");
        app.advance(91);
        assert_eq!(links("fire"), (json!(null), json!(null)));
        let second = editor.act(&editor.article(&second["id"]), "publish", &json!({})).expect(200).data();
        let away = editor.act(&editor.article(&first["id"]), "unpublish", &json!({})).expect(200).data();
        assert_eq!(links("fire-out"), (json!(null), json!(null)));
        let _ = editor.act(&away, "publish", &json!({})).expect(200);
        // The working copy lets go of it, and the public copy at the next publication.
        let freed = change(&editor, &second, &json!({ "supersedes": null })).expect(200).data();
        assert_eq!((&freed["supersedes"], links("fire-out").0), (&json!(null), json!("fire")));
        let _ = editor.act(&freed, "publish", &json!({})).expect(200);
        assert_eq!((links("fire-out").0, links("fire").1), (json!(null), json!(null)));
        let copy = editor.post(&format!("{}/duplicate", path(&draft)), &json!({})).expect(201).data();
        assert_eq!(copy["supersedes"], json!(null));
    }

    no_article_takes_its_own_place(app) {
        let editor = app.editor();
        let all: Vec<Value> = (0..3).map(|n| editor.draft(&json!({ "headline": format!("Part {n}") }))).collect();
        let take = |later: &Value, earlier: &Value| change(&editor, later, &json!({ "supersedes": earlier["id"] }));
        refused(take(&all[0], &all[0]), "inconsistent");
        let _ = take(&all[1], &all[0]).expect(200);
        let _ = take(&all[2], &all[1]).expect(200);
        refused(take(&all[0], &all[2]), "inconsistent");
        refused(take(&all[0], &json!({ "id": "0197a000-0000-7000-8000-000000000000" })), "unknown_id");
        // What goes to the trash later does no harm to later edits.
        let _ = editor.with("If-Match", "*").delete(&path(&all[0])).expect(204);
        let edited = change(&editor, &all[1], &json!({ "headline": "Part one" })).expect(200).data();
        assert_eq!(edited["supersedes"]["id"], all[0]["id"]);
        refused(take(&all[2], &all[0]), "unknown_id");
    }

    what_the_newsroom_lays_beside_keeps_its_order(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let all: Vec<Value> = (0..4).map(|n| editor.published(&json!({ "headline": format!("Beside {n}") }))).collect();
        let draft = editor.draft(&json!({ "headline": "Held back" }));
        let chosen = [&all[2], &draft, &all[0], &all[3], &all[1]].map(|article| article["id"].clone());
        let live = editor.published(&json!({ "headline": "Main", "slug": "main", "related": chosen }));
        let kept: Vec<&Value> = live["related"].as_array().unwrap().iter().map(|article| &article["id"]).collect();
        assert_eq!(json!(kept), json!(chosen));
        let shown = || {
            let list = reader.get("/v1/articles/main/related").expect(200).data();
            list.as_array().unwrap().iter().map(|card| (card["headline"].as_str().unwrap().to_owned(), card["reason"].clone())).collect::<Vec<_>>()
        };
        let curated = |n: usize| (format!("Beside {n}"), json!("curated"));
        assert_eq!(shown(), [curated(2), curated(0), curated(3), curated(1)]);
        let _ = editor.act(&all[0], "unpublish", &json!({})).expect(200);
        assert_eq!(shown(), [curated(2), curated(3), curated(1)]);
        let _ = editor.act(&draft, "publish", &json!({})).expect(200);
        assert_eq!(shown(), [curated(2), ("Held back".to_owned(), json!("curated")), curated(3), curated(1)]);
    }

    the_parts_of_a_series_are_its_tags_list(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let series = editor.tag("Letters", "series");
        for n in 1..4 {
            let _ = editor.published(&json!({ "headline": format!("Letter {n}"), "tags": [series["id"]] }));
            app.advance(60);
        }
        let seen = reader.get("/v1/articles/letter-2?fields=published_at,tags").expect(200).data();
        assert_eq!(seen["tags"][0]["kind"], "series");
        let at = seen["published_at"].as_str().unwrap();
        let beside = |query: &str| reader.get(&format!("/v1/articles?tag=letters&limit=1&fields=headline&{query}")).expect(200).data()[0]["headline"].clone();
        assert_eq!((beside(&format!("published_before={at}")), beside(&format!("published_after={at}&sort=published_at"))), (json!("Letter 1"), json!("Letter 3")));
    }
}
