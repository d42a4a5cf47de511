//! Translations: made from an article, behind it, and in step with it again; what lacks one.

use serde_json::{Value, json};

use crate::both;
use crate::support::{Answer, Client, TestApp};

fn path(article: &Value) -> String {
    format!("/v1/admin/articles/{}", article["id"].as_str().unwrap())
}

/// An editor of a newsroom with three languages.
fn newsroom(app: &TestApp) -> crate::support::Session {
    let locales = json!({ "locales": ["en", "es", "kk"] });
    let _ = app.signed_in("admin").with("If-Match", "*").patch("/v1/admin/site", &locales).expect(200);
    app.editor()
}

fn change(editor: &Client, article: &Value, body: &Value) -> Answer {
    editor.with("If-Match", "*").patch(&path(article), body)
}

#[track_caller]
fn translated(editor: &Client, source: &Value, locale: &str) -> Value {
    editor.post(&format!("{}/duplicate", path(source)), &json!({ "locale": locale })).expect(201).data()
}

#[track_caller]
fn fault(answer: Answer, code: &str) {
    let problem = answer.problem(422, "invalid_body");
    let fault = &problem["errors"][0];
    assert_eq!((&fault["pointer"], &fault["code"]), (&json!("/translated_version"), &json!(code)), "{problem}");
}

fn headlines(client: &Client, query: &str) -> Vec<String> {
    let list = client.get(&format!("/v1/admin/articles?sort=headline&{query}")).expect(200).data();
    list.as_array().unwrap().iter().map(|entry| entry["headline"].as_str().unwrap().to_owned()).collect()
}

both! {
    a_locale_stays_while_an_article_is_in_it(app) {
        let (editor, admin) = (app.editor(), app.signed_in("admin"));
        let set = |locales: &[&str]| admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "locales": locales }));
        let _ = set(&["en", "es", "kk", "ru"]).expect(200);
        let kept = editor.draft(&json!({ "headline": "Uno", "locale": "es" }));
        let trashed = editor.draft(&json!({ "headline": "Eki", "locale": "kk" }));
        let path = format!("/v1/admin/articles/{}", trashed["id"].as_str().unwrap());
        let _ = editor.if_match(&trashed["version"]).delete(&path).expect(204);
        for locales in [&["en", "kk", "ru"][..], &["en", "es", "ru"]] {
            let problem = set(locales).problem(422, "invalid_body");
            assert_eq!(problem["errors"][0]["pointer"], "/locales", "{problem}");
        }
        let _ = set(&["en", "es", "kk"]).expect(200);
        let _ = editor.revised(&kept, &json!({ "locale": "en" }));
        let _ = set(&["en", "kk"]).expect(200);
    }

    a_translation_is_made_from_an_article(app) {
        let (editor, reader) = (newsroom(app), app.anonymous());
        let tag = editor.tag("Ports", "topic");
        let source = editor.draft(&json!({ "headline": "Harbour opens", "slug": "the-harbour", "tags": [tag["id"]], "body_markdown": "Today." }));
        let source = change(&editor, &source, &json!({ "standfirst": "At noon." })).expect(200).data();
        let spanish = translated(&editor, &source, "es");
        assert_eq!((&spanish["locale"], &spanish["slug"], &spanish["body_text"], &spanish["tags"]), (&json!("es"), &json!("harbour-opens"), &json!("Today."), &source["tags"]));
        assert_eq!((&spanish["translation_group"], &spanish["version"], &spanish["status"]), (&source["translation_group"], &json!(1), &json!("draft")));
        assert_eq!(spanish["translation_source"], json!({ "id": source["id"], "version": 2, "current_version": 2, "behind": false }));
        let seen = &spanish["translations"][0];
        assert_eq!((&seen["id"], &seen["source"], &seen["behind"], &seen["status"], &seen["version"]), (&source["id"], &json!(true), &json!(false), &json!("draft"), &json!(2)));
        let back = &editor.article(&source["id"])["translations"][0];
        assert_eq!((&back["id"], &back["source"], &back["headline"]), (&spanish["id"], &json!(false), &json!("Harbour opens")));
        let _ = editor.post(&format!("{}/duplicate", path(&source)), &json!({ "locale": "es" })).problem(422, "invalid_body");

        let live = editor.act(&source, "publish", &json!({})).expect(200).data();
        let spanish = change(&editor, &spanish, &json!({ "headline": "Abre el puerto", "slug": "puerto" })).expect(200).data();
        assert_eq!(spanish["translation_source"]["behind"], false, "publishing changes no content");
        let _ = editor.act(&spanish, "publish", &json!({})).expect(200);
        assert_eq!(reader.get("/v1/articles/the-harbour").data()["translations"][0]["slug"], "puerto");
        let card = |query: &str| reader.get(&format!("/v1/articles?{query}&fields=slug")).expect(200).data();
        assert_eq!(card("locale=kk&fallback_locale=es")[0]["slug"], "puerto");
        assert_eq!(editor.article(&spanish["id"])["translations"][0]["status"], "published");
        assert_eq!(live["translations"][0]["id"], spanish["id"]);
    }

    a_translation_is_behind_once_its_source_says_something_else(app) {
        let editor = newsroom(app);
        let source = editor.published(&json!({ "headline": "Budget" }));
        let spanish = translated(&editor, &source, "es");
        let kazakh = translated(&editor, &spanish, "kk");
        assert_eq!(kazakh["translation_source"]["id"], spanish["id"]);
        let source = editor.act(&source, "flag", &json!({ "featured": true })).expect(200).data();
        assert_eq!(headlines(&editor, "translation_status=behind"), Vec::<String>::new());
        let source = change(&editor, &source, &json!({ "headline": "Budget falls" })).expect(200).data();
        let behind = editor.article(&spanish["id"]);
        assert_eq!(behind["translation_source"], json!({ "id": source["id"], "version": 2, "current_version": 4, "behind": true }));
        assert_eq!((behind["translations"][0]["source"].clone(), editor.article(&source["id"])["translations"][0]["behind"].clone()), (json!(true), json!(true)));
        assert_eq!(editor.article(&kazakh["id"])["translation_source"]["behind"], false);
        let list = |query: &str| editor.get(&format!("/v1/admin/articles?{query}")).expect(200).data();
        assert_eq!((&list("translation_status=behind")[0]["id"], list("translation_status=behind").as_array().unwrap().len()), (&spanish["id"], 1));
        assert_eq!((&list("translation_status=current")[0]["id"], list("translation_status=current").as_array().unwrap().len()), (&kazakh["id"], 1));

        fault(change(&editor, &spanish, &json!({ "translated_version": 5 })), "out_of_range");
        fault(change(&editor, &spanish, &json!({ "translated_version": 0 })), "out_of_range");
        fault(change(&editor, &spanish, &json!({ "translated_version": null })), "not_null");
        fault(change(&editor, &source, &json!({ "translated_version": 1 })), "inconsistent");
        let in_step = change(&editor, &behind, &json!({ "translated_version": 4 })).expect(200).data();
        assert_eq!((&in_step["version"], &in_step["translation_source"]["behind"]), (&json!(2), &json!(false)));
        let same = change(&editor, &in_step, &json!({ "translated_version": 4 })).expect(200).data();
        assert_eq!(same["version"], 2);
        // Its own translation says the same as it did: its content was not touched.
        assert_eq!(editor.article(&kazakh["id"])["translation_source"]["behind"], false);
        // A source in the trash is ahead of nobody.
        let source = change(&editor, &source, &json!({ "headline": "Budget rises" })).expect(200).data();
        let away = editor.act(&source, "unpublish", &json!({})).expect(200).data();
        let _ = editor.if_match(&away["version"]).delete(&path(&away)).expect(204);
        assert_eq!(editor.article(&spanish["id"])["translation_source"]["current_version"], json!(null));
        assert_eq!(list("translation_status=behind"), json!([]));
    }

    only_text_puts_a_translation_behind(app) {
        let editor = newsroom(app);
        let (tag, picture) = (editor.tag("Ports", "topic"), editor.upload("a.jpg", &crate::support::pictures::jpeg(2), &[]).expect(201).data());
        let mut source = editor.published(&json!({ "headline": "Budget", "body_markdown": "Today." }));
        let spanish = translated(&editor, &source, "es");
        let behind = || editor.article(&spanish["id"])["translation_source"]["behind"].clone();
        for quiet in [
            json!({ "slugline": "BUDGET" }), json!({ "editor_note": "Call them." }), json!({ "slug": "the-budget" }),
            json!({ "tags": [tag["id"]] }), json!({ "embargoed_until": "2020-01-01T00:00:00Z" }), json!({ "hero": picture["id"] }),
            json!({ "seo": { "canonical_url": "https://news.example/a" } }), json!({ "access": "subscriber" }),
        ] {
            source = change(&editor, &source, &quiet).expect(200).data();
            assert_eq!((behind(), &source["has_unpublished_changes"]), (json!(false), &json!(true)), "{quiet}");
        }
        for said in [
            json!({ "headline": "The budget" }), json!({ "kicker": "Money" }), json!({ "standfirst": "In short." }),
            json!({ "body_markdown": "Tomorrow." }), json!({ "seo": { "title": "Budget!" } }), json!({ "seo": { "description": "All of it." } }),
            json!({ "dateline": { "text": "ALMATY" } }), json!({ "rights": { "notice": "All ours." } }), json!({ "custom": { "teaser": "Read it" } }),
        ] {
            source = change(&editor, &source, &said).expect(200).data();
            assert_eq!(behind(), true, "{said}");
            let _ = change(&editor, &spanish, &json!({ "translated_version": source["version"] })).expect(200);
            assert_eq!(behind(), false, "{said}");
        }
        // An old version that is restored says something else again.
        let _ = editor.with("If-Match", "*").post(&format!("{}/revisions/1/restore", path(&source)), &json!({})).expect(200);
        assert_eq!(behind(), true);
    }

    an_article_can_be_written_as_a_translation_of_an_older_version(app) {
        let editor = newsroom(app);
        let source = editor.draft(&json!({ "headline": "Rain" }));
        let source = change(&editor, &source, &json!({ "headline": "Snow" })).expect(200).data();
        let late = json!({ "headline": "Lluvia", "locale": "es", "translation_of": source["id"], "translated_version": 1 });
        let made = editor.draft(&late);
        assert_eq!(made["translation_source"], json!({ "id": source["id"], "version": 1, "current_version": 2, "behind": true }));
        fault(editor.post("/v1/admin/articles", &json!({ "headline": "x", "locale": "kk", "translation_of": source["id"], "translated_version": 3 })), "out_of_range");
        fault(editor.post("/v1/admin/articles", &json!({ "headline": "x", "translated_version": 1 })), "inconsistent");
    }

    what_lacks_a_translation_is_found(app) {
        let editor = newsroom(app);
        let both = editor.draft(&json!({ "headline": "A both" }));
        let spanish = translated(&editor, &both, "es");
        let _ = change(&editor, &spanish, &json!({ "headline": "B ambos" })).expect(200);
        let _ = editor.draft(&json!({ "headline": "C alone" }));
        let _ = editor.draft(&json!({ "headline": "D solo", "locale": "es" }));
        assert_eq!(headlines(&editor, "lacks_translation=es"), ["C alone"]);
        assert_eq!(headlines(&editor, "lacks_translation=en"), ["D solo"]);
        assert_eq!(headlines(&editor, "lacks_translation=kk&locale=en"), ["A both", "C alone"]);
        assert_eq!(editor.get("/v1/admin/articles?lacks_translation=kk&page=1").json()["meta"]["total"], 4);
        let _ = editor.with("If-Match", "*").delete(&path(&spanish)).expect(204);
        assert_eq!(headlines(&editor, "lacks_translation=es"), ["A both", "C alone"], "what is in the trash does not count");
        let _ = editor.get("/v1/admin/articles?translation_status=old").problem(400, "invalid_parameter");
    }

    a_translation_tells_nobody_what_they_may_not_read(app) {
        let editor = newsroom(app);
        let author = app.signed_in("author");
        let own = author.draft(&json!({ "headline": "Own" }));
        let foreign = translated(&editor, &own, "es");
        let _ = change(&editor, &foreign, &json!({ "headline": "Canary-7f3a" })).expect(200);
        let seen = author.get(&path(&own)).expect(200);
        assert!(!seen.text().contains("Canary-7f3a"), "{}", seen.text());
        assert_eq!((&seen.data()["translations"][0]["headline"], &seen.data()["translations"][0]["version"]), (&json!(null), &json!(2)));
    }
}
