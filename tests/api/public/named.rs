//! Tags, people and pictures are named in the words of each article, and slugs lead where they lead now, though answers
//! remember both.

use serde_json::{Value, json};

use super::remembered::{article, change, trust};
use super::{UNCACHED, admin};
use crate::both;
use crate::support::TestApp;
use crate::support::pictures::jpeg;

/// What is written once is written for one kind of use: others say their own.
fn each_in_its_own_words(app: &TestApp) {
    let (editor, reader) = (app.editor(), app.anonymous());
    let locales = json!({ "locales": ["en", "es"] });
    let _ = app.signed_in("admin").with("If-Match", "*").patch("/v1/admin/site", &locales).expect(200);
    let (tag, author) = (editor.tag("Weather", "topic"), editor.author("Ana"));
    let version = editor.get(&admin("tags", &tag)).expect(200).data()["version"].clone();
    let _ = editor.if_match(&version).patch(&admin("tags", &tag), &json!({ "names": { "es": "Tiempo" } })).expect(200);
    let plain = editor.tag("Sea", "topic");
    let hero = editor.upload("a.jpg", &jpeg(7), &[]).expect(201).data();
    for (headline, locale, role) in
        [("Rain", "en", "writer"), ("Lluvia", "es", "photographer"), ("Sol", "es", "writer")]
    {
        let _ = editor.published(&json!({ "headline": headline, "locale": locale, "tags": [tag["id"], plain["id"]],
            "authors": [{ "id": author["id"], "role": role }], "hero": hero["id"] }));
    }
    trust(app);
    let said = |of: &Value| {
        let [weather, sea] = [0, 1].map(|at| of["tags"][at]["name"].as_str().unwrap().to_owned());
        (weather, sea, of["authors"][0]["role"].as_str().unwrap().to_owned())
    };
    let wanted = |weather: &str, role: &str| (weather.to_owned(), "Sea".to_owned(), role.to_owned());
    for _ in 0..3 {
        let list = reader.get("/v1/articles?sort=headline").expect(200).data();
        let [lluvia, rain, sol] = [0, 1, 2].map(|at| list[at].clone());
        assert_eq!(said(&lluvia), wanted("Tiempo", "photographer"));
        assert_eq!(said(&rain), wanted("Weather", "writer"));
        assert_eq!(said(&sol), wanted("Tiempo", "writer"));
        let page = reader.get("/v1/articles/lluvia").expect(200).data();
        assert_eq!(said(&page), said(&lluvia));
        // The picture of a card is part of the whole one.
        assert_eq!(
            (&lluvia["hero"]["url"], &lluvia["hero"]["srcset"]),
            (&page["hero"]["url"], &page["hero"]["srcset"])
        );
    }
}

/// Slugs are remembered, and lead where they lead now.
fn slugs_lead_where_they_lead_now(app: &TestApp) {
    let (editor, reader) = (app.editor(), app.anonymous());
    let news = article(&editor);
    trust(app);
    let found = |path: &str| reader.get(path).expect(200).data().as_array().unwrap().len();
    let (tagged, signed) = ("/v1/articles?tag=old-tag", "/v1/articles?author=old-author");
    for path in [tagged, signed, tagged, signed] {
        assert_eq!(found(path), 1, "{path}");
    }
    // A former slug goes on leading there, until somebody else has it.
    for (kind, named) in [("tags", &news["tags"][0]), ("authors", &news["authors"][0])] {
        change(&editor, kind, named, "slug", &json!("moved"));
    }
    assert_eq!([tagged, signed, "/v1/articles?tag=moved", "/v1/articles?author=moved"].map(found), [1; 4]);
    let (tag, author) =
        (json!({ "name": "T", "kind": "topic", "slug": "old-tag" }), json!({ "name": "A", "slug": "old-author" }));
    let _ = editor.post("/v1/admin/tags", &tag).expect(201);
    let _ = editor.post("/v1/admin/authors", &author).expect(201);
    assert_eq!([tagged, signed, "/v1/articles?tag=moved", "/v1/articles?author=moved"].map(found), [0, 0, 1, 1]);
}

/// What searches rank and count by is remembered, copy by copy.
fn searches_rank_and_count_what_is_there_now(app: &TestApp) {
    let (editor, reader) = (app.editor(), app.anonymous());
    let [old, new] = ["Ferries", "Boats"].map(|name| editor.tag(name, "topic"));
    let make = |headline: &str, tag: &Value| {
        editor
            .published(&json!({ "headline": headline, "tags": [tag["id"]], "body_markdown": "The harbour at night." }))
    };
    let (quiet, loud) = (make("Quiet night", &new), make("Harbour opens", &old));
    trust(app);
    let found = || {
        let answer = reader.get("/v1/search?q=harbour").expect(200).json();
        let first = answer["data"][0]["headline"].as_str().unwrap().to_owned();
        let tags = answer["meta"]["facets"]["tag"].as_array().unwrap().iter();
        let tags: Vec<String> = tags.map(|tag| format!("{} {}", tag["name"].as_str().unwrap(), tag["count"])).collect();
        (first, tags.join(", "))
    };
    for _ in 0..3 {
        assert_eq!(found(), ("Harbour opens".to_owned(), "Ferries 1, Boats 1".to_owned()));
    }
    let merge = format!("{}/merge", admin("tags", &old));
    let version = editor.get(&admin("tags", &old)).expect(200).data()["version"].clone();
    let _ = editor.if_match(&version).post(&merge, &json!({ "into": new["id"] })).expect(200);
    assert_eq!(found(), ("Harbour opens".to_owned(), "Boats 2".to_owned()));
    for (article, headline) in [(&loud, "Loud night"), (&quiet, "Harbour closes")] {
        let now = editor.get(&admin("articles", article)).expect(200).data();
        let changed =
            editor.if_match(&now["version"]).patch(&admin("articles", article), &json!({ "headline": headline }));
        let _ = editor.act(&changed.expect(200).data(), "publish", &json!({})).expect(200);
    }
    assert_eq!(found(), ("Harbour closes".to_owned(), "Boats 2".to_owned()));
    let _ = editor.act(&editor.get(&admin("articles", &quiet)).expect(200).data(), "unpublish", &json!({})).expect(200);
    assert_eq!(found(), ("Loud night".to_owned(), "Boats 1".to_owned()));
}

both! {
    with UNCACHED;
    searches_follow_at_once(app) { searches_rank_and_count_what_is_there_now(app); }
    everybody_is_named_in_the_words_of_each_article(app) { each_in_its_own_words(app); }
    slugs_are_followed_at_once(app) { slugs_lead_where_they_lead_now(app); }
}
