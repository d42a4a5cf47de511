//! What stands beside an article, and why.

use serde_json::{Value, json};
use slugline::domain::reading::{self, Found};
use slugline::model::{FromText as _, Handle};

use crate::both;
use crate::support::statements::counted;
use crate::support::{Client, TestApp};

fn published(client: &Client, slug: &str, more: &Value) -> Value {
    let mut article = json!({ "headline": slug, "slug": slug });
    for (name, value) in more.as_object().unwrap() {
        article[name] = value.clone();
    }
    client.published(&article)
}

/// The slugs beside an article with their reasons; the same in the list and beside the article.
#[track_caller]
fn beside(app: &TestApp, slug: &str) -> Vec<(String, String)> {
    let reader = app.anonymous();
    let list = reader.get(&format!("/v1/articles/{slug}/related")).expect(200).data();
    assert_eq!(reader.get(&format!("/v1/articles/{slug}?include=related")).expect(200).data()["related"], list);
    let text = |card: &Value, name: &str| card[name].as_str().unwrap().to_owned();
    list.as_array().unwrap().iter().map(|card| (text(card, "slug"), text(card, "reason"))).collect()
}

fn slugs(found: &[(String, String)]) -> Vec<&str> {
    found.iter().map(|(slug, _)| slug.as_str()).collect()
}

/// How many statements it takes to find so many articles beside one.
fn statements(app: &TestApp, slug: &str, limit: i64) -> usize {
    let at = Handle::from_text(slug).unwrap();
    counted(app, |cx| {
        let found = reading::related(cx, &at, None, limit)?;
        assert!(matches!(found, Found::Here((list, _)) if list.len() == usize::try_from(limit).unwrap()));
        Ok(())
    })
}

fn two_languages(app: &TestApp) {
    let _ = app
        .signed_in("admin")
        .with("If-Match", "*")
        .patch("/v1/admin/site", &json!({ "locales": ["en", "es"] }))
        .expect(200);
}

both! {
    what_has_more_in_common_stands_first(app) {
        let editor = app.editor();
        let [world, rare, common] = [("World", "section"), ("Rare", "topic"), ("Common", "topic")].map(|(name, kind)| editor.tag(name, kind));
        let (rare, common, world) = (&rare["id"], &common["id"], &world["id"]);
        for n in 0..20 {
            let _ = published(&editor, &format!("noise-{n}"), &json!({ "tags": [common] }));
        }
        let _ = published(&editor, "rare-one", &json!({ "tags": [rare] }));
        let _ = published(&editor, "both-of-them", &json!({ "tags": [common, rare] }));
        let _ = published(&editor, "in-the-section", &json!({ "section": world }));
        let _ = published(&editor, "section-and-common", &json!({ "section": world, "tags": [common] }));
        app.advance(3_600);
        let editor = app.editor();
        let _ = published(&editor, "newest-common", &json!({ "tags": [common] }));
        let _ = published(&editor, "newest-of-all", &json!({}));
        let [first, second] = ["curated-second", "curated-first"].map(|slug| published(&editor, slug, &json!({})));
        let _ = published(&editor, "main", &json!({ "section": world, "tags": [common, rare], "related": [second["id"], first["id"]] }));
        let found = app.anonymous().get("/v1/articles/main/related?limit=100").expect(200).data();
        let found: Vec<(String, String)> = found.as_array().unwrap().iter()
            .map(|card| (card["slug"].as_str().unwrap().to_owned(), card["reason"].as_str().unwrap().to_owned())).collect();
        assert_eq!(slugs(&found)[..6], ["curated-first", "curated-second", "both-of-them", "rare-one", "section-and-common", "newest-common"]);
        let reason = |slug: &str| found.iter().find(|(known, _)| known == slug).map(|(_, reason)| reason.as_str());
        assert_eq!(reason("curated-first"), Some("curated"));
        assert_eq!([reason("both-of-them"), reason("section-and-common"), reason("noise-3")], [Some("tags"); 3]);
        assert_eq!([reason("in-the-section"), reason("newest-of-all"), reason("main")], [Some("section"), Some("newest"), None]);
        // Each once, and all there are.
        let mut each = slugs(&found);
        each.sort_unstable();
        each.dedup();
        assert_eq!((each.len(), found.len()), (28, 28));
        // Of those that share as much the newer one stands first.
        let noise: Vec<usize> = slugs(&found).iter().filter_map(|slug| slug.strip_prefix("noise-")).map(|n| n.parse().unwrap()).collect();
        assert!(noise.is_sorted_by(|left, right| left > right), "{noise:?}");
        assert_eq!(slugs(&found).last(), Some(&"newest-of-all"), "what shares nothing stands last");
        assert_eq!(beside(app, "main"), found[..6]);
    }

    age_takes_from_what_is_shared(app) {
        let editor = app.editor();
        let tag = editor.tag("Tag", "topic");
        let [mid, rarer] = ["Mid", "Rarer"].map(|name| editor.tag(name, "topic"));
        let back = |days: i64| app.clock.now().plus_seconds(-days * 86_400).to_string();
        let dated = |slug: &str, tags: Value, days: i64| {
            let draft = editor.draft(&json!({ "headline": slug, "slug": slug, "tags": tags }));
            let _ = editor.act(&draft, "publish", &json!({ "published_at": back(days) })).expect(200);
        };
        for (slug, days) in [("year", 365), ("today", 0), ("month", 30), ("week", 7)] {
            dated(slug, json!([tag["id"]]), days);
        }
        let _ = published(&editor, "main", &json!({ "tags": [tag["id"]] }));
        assert_eq!(slugs(&beside(app, "main")), ["today", "week", "month", "year"]);
        // A rare tag of last month says more than a common one of today.
        for n in 0..30 {
            dated(&format!("mid-{n}"), json!([mid["id"]]), 0);
        }
        dated("rarer", json!([rarer["id"]]), 30);
        let _ = published(&editor, "other", &json!({ "tags": [mid["id"], rarer["id"]] }));
        let found = beside(app, "other");
        assert!(slugs(&found)[0] == "rarer" && slugs(&found)[1].starts_with("mid-"), "{found:?}");
    }

    other_languages_and_what_is_not_live_never_show(app) {
        two_languages(app);
        let editor = app.editor();
        let [section, tag] = [("World", "section"), ("Tag", "topic")].map(|(name, kind)| editor.tag(name, kind));
        let same = json!({ "section": section["id"], "tags": [tag["id"]] });
        let with = |slug: &str, member: &str, value: Value| {
            let mut article = same.clone();
            article[member] = value;
            (slug.to_owned(), article)
        };
        let (slug, spanish) = with("hola", "locale", json!("es"));
        let spanish = published(&editor, &slug, &spanish);
        let live = published(&editor, "live", &same);
        let gone = published(&editor, "gone", &same);
        let gone = editor.act(&gone, "unpublish", &json!({})).expect(200).data();
        let killed = published(&editor, "killed", &same);
        let _ = editor.act(&killed, "kill", &json!({})).expect(200);
        let draft = editor.draft(&json!({ "headline": "draft", "slug": "draft", "section": section["id"], "tags": [tag["id"]] }));
        let waiting = editor.draft(&json!({ "headline": "waiting", "slug": "waiting", "section": section["id"], "tags": [tag["id"]] }));
        let at = app.clock.now().plus_seconds(600).to_string();
        let waiting = editor.act(&waiting, "schedule", &json!({ "publish_at": at })).expect(200).data();
        let chosen: Vec<&Value> = [&gone, &draft, &waiting, &live].into_iter().map(|one| &one["id"]).collect();
        let (slug, main) = with("main", "related", json!(chosen));
        let main = published(&editor, &slug, &main);
        let expected = [("live".to_owned(), "curated".to_owned())];
        assert_eq!(beside(app, "main"), expected);
        let _ = published(&editor, "otro", &with("otro", "locale", json!("es")).1);
        assert_eq!(beside(app, "otro"), [("hola".to_owned(), "tags".to_owned())]);
        assert_eq!(slugs(&beside(app, "live")), ["main"]);
        app.advance(601);
        assert_eq!(slugs(&beside(app, "main")), ["waiting", "live"]);
        // The newsroom may choose what is in another language.
        let editor = app.editor();
        let path = format!("/v1/admin/articles/{}", main["id"].as_str().unwrap());
        let changed = editor.with("If-Match", "*").patch(&path, &json!({ "related": [spanish["id"]] })).expect(200).data();
        let _ = editor.act(&changed, "publish", &json!({})).expect(200);
        assert_eq!(beside(app, "main")[0], ("hola".to_owned(), "curated".to_owned()));
    }

    many_tags_and_many_articles_are_looked_at_so_far(app) {
        let editor = app.editor();
        let tags: Vec<Value> = (0..12).map(|n| editor.tag(&format!("Tag {n}"), "topic")["id"].clone()).collect();
        // The ninth tag and those after it are not looked at.
        let _ = published(&editor, "by-the-ninth", &json!({ "tags": [tags[8]] }));
        let _ = published(&editor, "by-the-eighth", &json!({ "tags": [tags[7]] }));
        for n in 0..105 {
            let _ = published(&editor, &format!("many-{n}"), &json!({ "tags": [tags[0]] }));
        }
        let _ = published(&editor, "main", &json!({ "tags": tags }));
        let found = app.anonymous().get("/v1/articles/main/related?limit=100").expect(200).data();
        let found: Vec<(&str, &str)> = found.as_array().unwrap().iter().map(|card| (card["slug"].as_str().unwrap(), card["reason"].as_str().unwrap())).collect();
        assert_eq!(found[0], ("by-the-eighth", "tags"));
        assert_eq!(found.len(), 100);
        assert!(found.iter().all(|(slug, reason)| *slug != "by-the-ninth" || *reason == "newest"));
        assert!(found[1..].iter().all(|(slug, reason)| slug.starts_with("many-") && *reason == "tags"), "{found:?}");
        // Whatever there is, it takes the same few statements.
        let few = statements(app, "main", 1);
        assert_eq!(statements(app, "main", 100), few);
        assert!((4..=10).contains(&few), "{few}");
    }
}
