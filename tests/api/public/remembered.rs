//! Tags, people and pictures that answers name again and again are remembered, and nobody can tell but by the
//! statements.

use std::time::Duration;

use serde_json::{Value, json};
use slugline::domain::reading::{self, Beside, Found, ListRequest};
use slugline::domain::{Actor, Cx, Precondition, publishing, site};
use slugline::model::paging::Paging;
use slugline::model::site::SiteInput;
use slugline::model::{Field, FromText as _, Handle, Id, Key, Line};

use super::{UNCACHED, admin};
use crate::both;
use crate::support::pictures::jpeg;
use crate::support::statements::counted_for_readers;
use crate::support::{Client, TestApp, eventually};

/// An article with a section, a tag, an author and a picture.
pub(super) fn article(editor: &Client) -> Value {
    let hero = editor.upload("a.jpg", &jpeg(7), &[("caption", "Old caption")]).expect(201).data();
    let (section, tag) = (editor.tag("Old section", "section"), editor.tag("Old tag", "topic"));
    editor.published(&json!({ "headline": "News", "section": section["id"], "tags": [tag["id"]], "hero": hero["id"],
        "authors": [editor.author("Old author")["id"]] }))
}

/// The statements that a list of the newest, and the page of the article, take for readers.
fn costs(app: &TestApp) -> [usize; 2] {
    let list = ListRequest::newest(Paging::Keyset { limit: 20, from: None });
    let at = Handle::from_text("news").unwrap();
    // However busy the machine is with other stories.
    app.app.memory.board.seen();
    [
        counted_for_readers(app, |cx| {
            assert_eq!(reading::list(cx, &list)?.stories.len(), 1);
            Ok(())
        }),
        counted_for_readers(app, |cx| {
            assert!(matches!(reading::article(cx, &at, None, Beside::default())?, Found::Here(_)));
            Ok(())
        }),
    ]
}

/// Waits until the application trusts what it remembers: its first look at the database takes a moment.
pub(super) fn trust(app: &TestApp) {
    let trusted = eventually(|| !app.app.memory.board.is_doubtful());
    assert!(trusted, "the database is never looked at");
}

/// Changes a member of what an article refers to.
pub(super) fn change(editor: &Client, kind: &str, named: &Value, member: &str, value: &Value) {
    let record = editor.get(&admin(kind, named)).expect(200).data();
    let _ = editor.if_match(&record["version"]).patch(&admin(kind, named), &json!({ member: value })).expect(200);
}

both! {
    what_was_named_is_asked_for_again_when_it_has_changed(app) {
        let editor = app.editor();
        let news = article(&editor);
        trust(app);
        let first = costs(app);
        let [list, page] = costs(app);
        // Two less for the list: names and pictures. The page showed its picture whole, and had the names from the list.
        assert_eq!([list + 2, page + 1], first);
        change(&editor, "tags", &news["tags"][0], "name", &json!("New tag"));
        assert_eq!(costs(app), [list + 1, page]);
        change(&editor, "authors", &news["authors"][0], "name", &json!("New author"));
        assert_eq!(costs(app), [list + 1, page]);
        change(&editor, "media", &news["hero"], "caption", &json!("New caption"));
        assert_eq!(costs(app), [list + 1, page + 1]);
        assert_eq!(costs(app), [list, page]);
        let _ = editor.tag("Another", "topic");
        assert_eq!(costs(app), [list, page], "what nothing shows changes nothing");
    }

    what_is_committed_is_touched_though_who_asked_for_it_has_gone(app) {
        // A node without jobs: nobody else tells it of its own changes.
        let node = app.second_node();
        let before = node.memory.board.turn();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (begun, has_begun) = std::sync::mpsc::channel();
        let (go, may_go) = std::sync::mpsc::channel();
        let writer = std::sync::Arc::clone(&node);
        let asking = async move {
            let work = move |cx: &mut Cx| {
                begun.send(()).unwrap();
                may_go.recv().unwrap();
                let input = SiteInput { name: Field::Set(Line::from_text("Gone away").unwrap()), ..Default::default() };
                site::update(cx, &Actor::system(), &Precondition::Any, input).map(drop)
            };
            writer.write(work).await
        };
        runtime.block_on(async {
            let asking = tokio::spawn(asking);
            while has_begun.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            asking.abort();
            assert!(asking.await.unwrap_err().is_cancelled());
        });
        assert_eq!(node.memory.board.turn(), before);
        go.send(()).unwrap();
        let touched = eventually(|| node.memory.board.turn() > before);
        assert!(touched, "nobody touches what was changed");
        assert_eq!(app.signed_in("admin").get("/v1/admin/site").data()["name"], "Gone away");
    }

    what_waited_and_is_taken_back_is_touched_where_its_hour_may_have_come(app) {
        let editor = app.editor();
        let planned = |headline: &str, seconds: i64| {
            let at = json!({ "publish_at": app.clock.now().plus_seconds(seconds).to_string() });
            let article = editor.act(&editor.draft(&json!({ "headline": headline })), "schedule", &at).expect(200).data();
            Id::parse(article["id"].as_str().unwrap()).unwrap()
        };
        let (far, near) = (planned("Far", 3_600), planned("Near", 60));
        // A node without jobs: nobody else tells it of its own changes.
        let node = app.second_node();
        let touches = |id: Id| {
            let before = node.memory.board.turn();
            let taken = |cx: &mut Cx, actor: &Actor| publishing::unschedule(cx, actor, id, &Precondition::Any);
            let _ = node.write_here(taken).unwrap();
            !node.memory.board.is_untouched(&[node.memory.board.place(&Key::Everything)], before)
        };
        assert!(!touches(far), "no reader saw it");
        assert!(touches(near), "while this waited for others, readers may have seen it, and what it showed");
    }

    every_node_shows_what_a_name_is_now(app) {
        let (editor, other) = (app.editor(), TestApp::beside(app));
        let news = article(&editor);
        let there = other.anonymous();
        trust(&other);
        // The first answer remembers what it names, and others of the same are made of that.
        for path in ["/v1/articles/news", "/v1/articles", "/v1/articles?fields=authors"] {
            assert!(there.get(path).expect(200).text().contains("Old author"));
        }
        change(&editor, "authors", &news["authors"][0], "name", &json!("New author"));
        for path in ["/v1/articles/news", "/v1/articles", "/v1/articles?limit=3"] {
            let heard = eventually(|| there.get(path).expect(200).text().contains("New author"));
            assert!(heard, "{path} never hears of it");
        }
    }
}

/// Whatever changes is shown with the next answer.
fn at_once(app: &TestApp) {
    let (editor, reader) = (app.editor(), app.anonymous());
    let news = article(&editor);
    trust(app);
    let paths = ["/v1/articles/news", "/v1/articles", "/v1/search?q=news", "/v1/feeds/feed.json"];
    let texts = || paths.map(|path| reader.get(path).expect(200).text());
    assert_eq!(texts(), texts());
    for (kind, named, member, word) in [
        ("tags", &news["section"], "name", "section"),
        ("tags", &news["tags"][0], "name", "tag"),
        ("authors", &news["authors"][0], "name", "author"),
        ("media", &news["hero"], "caption", "caption"),
    ] {
        let had = texts().map(|text| text.contains(&format!("Old {word}")));
        change(&editor, kind, named, member, &json!(format!("New {word}")));
        for ((path, text), had) in paths.iter().zip(texts()).zip(had) {
            assert!(!text.contains(&format!("Old {word}")), "{path} shows the old {word}");
            assert_eq!(text.contains(&format!("New {word}")), had, "{path} and the new {word}");
        }
    }
    // A right that ends is seen by the clock alone, though the record has not changed.
    let end = app.clock.now().plus_seconds(60).to_string();
    change(&editor, "media", &news["hero"], "expires_at", &json!(end));
    assert!(texts()[..3].iter().all(|text| text.contains("a.jpg")));
    app.advance(61);
    assert!(texts().iter().all(|text| !text.contains("a.jpg")));
    // A tag that became part of another one.
    let into = editor.tag("Whole", "topic");
    let tag = editor.get(&admin("tags", &news["tags"][0])).expect(200).data();
    let merge = json!({ "into": into["id"] });
    let _ = editor.if_match(&tag["version"]).post(&format!("{}/merge", admin("tags", &tag)), &merge).expect(200);
    for text in &texts()[..2] {
        assert!(text.contains("Whole") && !text.contains("New tag"), "{text}");
    }
}

/// How many articles carry a tag, name an author, and stand in a section, as lists of these say it.
fn counts(reader: &Client) -> [i64; 3] {
    let count = |path: &str| {
        let list = reader.get(path).expect(200).data();
        list.as_array().unwrap().first().map_or(0, |entry| entry["article_count"].as_i64().unwrap())
    };
    ["/v1/tags?kind=topic", "/v1/authors", "/v1/tags?kind=section"].map(count)
}

/// Counts are remembered, and true at every instant all the same.
fn counted(app: &TestApp) {
    let (editor, reader) = (app.editor(), app.anonymous());
    let news = article(&editor);
    trust(app);
    assert_eq!((counts(&reader), counts(&reader)), ([1; 3], [1; 3]));
    let ids = |named: &str| json!([news[named][0]["id"]]);
    let content =
        json!({ "headline": "More", "section": news["section"]["id"], "tags": ids("tags"), "authors": ids("authors") });
    let now = app.clock.now();
    let at = |seconds: i64| now.plus_seconds(seconds).to_string();
    let more = editor.draft(&content);
    assert_eq!(counts(&reader), [1; 3], "a draft is no article");
    let more =
        editor.act(&more, "schedule", &json!({ "publish_at": at(60), "unpublish_at": at(120) })).expect(200).data();
    assert_eq!(counts(&reader), [1; 3]);
    app.advance(61);
    assert_eq!((counts(&reader), counts(&reader)), ([2; 3], [2; 3]), "it appears on the second");
    app.advance(60);
    assert_eq!(counts(&reader), [1; 3], "and ends on the second");
    app.run_jobs();
    let more = editor.article(&more["id"]);
    let more = editor.act(&more, "publish", &json!({})).expect(200).data();
    assert_eq!(counts(&reader), [2; 3]);
    // Another version of it is no other article, and what is swept away was not counted.
    let more =
        editor.if_match(&more["version"]).patch(&admin("articles", &more), &json!({ "tags": [] })).expect(200).data();
    let more = editor.act(&more, "publish", &json!({})).expect(200).data();
    assert_eq!((counts(&reader), counts(&reader)), ([1, 2, 2], [1, 2, 2]));
    app.advance(3_600);
    app.run_jobs();
    assert_eq!(counts(&reader), [1, 2, 2]);
    // Their sign-in has ended.
    let editor = app.editor();
    let _ = editor.act(&more, "kill", &json!({})).expect(200);
    assert_eq!(counts(&reader), [1; 3]);
    let _ = editor.act(&editor.article(&news["id"]), "unpublish", &json!({})).expect(200);
    assert_eq!(counts(&reader), [0; 3]);
}

both! {
    with UNCACHED;
    a_change_is_shown_at_once(app) { at_once(app); }
    counts_are_true_at_once(app) { counted(app); }
}
