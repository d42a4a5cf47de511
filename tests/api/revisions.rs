//! The history of an article: versions, comparing, restoring, autosaves, pruning; and no lost update.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value, json};
use slugline::model::Time;

use crate::both;
use crate::support::{Answer, Client, Session, TestApp};

fn path(article: &Value) -> String {
    format!("/v1/admin/articles/{}", article["id"].as_str().unwrap())
}

fn history(client: &Client, article: &Value) -> Vec<Value> {
    let list = client.get(&format!("{}/revisions?limit=100", path(article))).expect(200).data();
    list.as_array().unwrap().clone()
}

fn versions(history: &[Value]) -> Vec<i64> {
    history.iter().map(|revision| revision["version"].as_i64().unwrap()).collect()
}

fn autosave(client: &Client, article: &Value, change: &Value) -> Answer {
    client.if_match(&article["version"]).patch(&format!("{}?autosave=true", path(article)), change)
}

fn revision(client: &Client, article: &Value, version: i64) -> Answer {
    client.get(&format!("{}/revisions/{version}", path(article)))
}

fn restore(client: &Client, article: &Value, version: i64, body: &Value) -> Answer {
    client.if_match(&article["version"]).post(&format!("{}/revisions/{version}/restore", path(article)), body)
}

fn diff(client: &Client, article: &Value, version: i64, query: &str) -> Answer {
    client.get(&format!("{}/revisions/{version}/diff{query}", path(article)))
}

fn text(key: &str, text: &str) -> Value {
    json!({ "_type": "block", "_key": key, "children": [{ "_type": "span", "_key": "s", "text": text }] })
}

/// The same person in a new session.
fn signed_in_again(app: &TestApp, who: &Session) -> Client {
    let login = json!({ "email": who.email, "password": who.password });
    let tokens = app.anonymous().post("/v1/auth/login", &login).expect(200).json();
    app.anonymous().bearer(tokens["access_token"].as_str().unwrap())
}

/// What the job does.
fn prune(app: &TestApp, days: i64) -> usize {
    let pruned = app.app.write_here(|cx, _| {
        let limit = cx.now.plus_seconds(-days * 86_400);
        let (mut removed, mut after) = (0, None);
        loop {
            let (some, next) = slugline::domain::revisions::prune(cx, limit, after, 1)?;
            removed += some;
            after = next;
            if after.is_none() {
                return Ok(removed);
            }
        }
    });
    pruned.unwrap()
}

both! {
    the_history_tells_who_changed_what_and_what_readers_saw(app) {
        let (ana, ben) = (app.editor(), app.editor());
        let made = ana.draft(&json!({ "headline": "Rain", "body_markdown": "It rains." }));
        let edited = ben.revised(&made, &json!({ "headline": "Snow", "body_markdown": "It snows." }));
        let live = ana.act(&edited, "publish", &json!({})).expect(200).data();
        let away = ana.act(&live, "unpublish", &json!({ "reason": "wrong city" })).expect(200).data();
        let start = Time::system().plus_seconds(3_600).to_string();
        let planned = ana.act(&away, "schedule", &json!({ "publish_at": start })).expect(200).data();
        let all = history(&ben, &made);
        assert_eq!(versions(&all), [5, 4, 3, 2, 1]);
        let seen: Vec<(&str, &Value, &Value, &Value)> = all
            .iter()
            .map(|one| (one["action"].as_str().unwrap(), &one["changed_fields"], &one["published"], &one["live"]))
            .collect();
        let (yes, no, none) = (json!(true), json!(false), json!([]));
        assert_eq!(seen, [
            ("schedule_article", &none, &no, &no),
            ("unpublish_article", &none, &no, &no),
            ("publish_article", &none, &yes, &no),
            ("update_article", &json!(["headline", "body"]), &no, &no),
            ("create_article", &none, &no, &no),
        ]);
        assert_eq!((&all[3]["author"]["id"], &all[1]["reason"]), (&json!(ben.user), &json!("wrong city")));

        app.advance(3_700);
        let ana = app.editor();
        let all = history(&ana, &made);
        assert_eq!((&all[0]["published"], &all[0]["live"]), (&yes, &yes));
        // What was planned and taken back was never public.
        let later = Time::system().plus_seconds(10_000).to_string();
        let again = ana.act(&planned, "schedule", &json!({ "publish_at": later })).expect(200).data();
        let _ = ana.act(&again, "unschedule", &json!({})).expect(200);
        app.advance(10_000);
        let ana = app.editor();
        let all = history(&ana, &made);
        assert_eq!((&all[1]["action"], &all[1]["published"]), (&json!("schedule_article"), &no));

        let first = ana.get(&format!("{}/revisions?limit=3", path(&made))).expect(200);
        assert_eq!(versions(first.data().as_array().unwrap()), [7, 6, 5]);
        let next = ana.get(first.json()["links"]["next"].as_str().unwrap()).expect(200);
        assert_eq!(versions(next.data().as_array().unwrap()), [4, 3, 2]);
        let back = ana.get(next.json()["links"]["prev"].as_str().unwrap()).expect(200);
        assert_eq!(versions(back.data().as_array().unwrap()), [7, 6, 5]);
        let numbered = ana.get(&format!("{}/revisions?limit=3&page=3", path(&made))).expect(200).json();
        assert_eq!((&numbered["meta"]["total"], &numbered["data"][0]["version"]), (&json!(7), &json!(1)));
    }

    a_revision_is_the_whole_article_as_it_was(app) {
        let editor = app.editor();
        let (tag, author) = (editor.tag("Bridges", "topic"), editor.author("Ana"));
        let content = json!({
            "headline": "One", "tags": [tag["id"]], "authors": [author["id"]], "editor_note": "Call her",
            "custom": { "a": 1 }, "body_markdown": "First **words**.",
        });
        let made = editor.draft(&content);
        let bare = editor.revised(&made, &json!({ "headline": "Two", "tags": [], "authors": [], "custom": null, "body": [] }));
        let old = revision(&editor, &made, 1).expect(200).data();
        for (member, now) in made.as_object().unwrap() {
            if old.get(member).is_some() && !matches!(member.as_str(), "version" | "live") {
                assert_eq!(&old[member], now, "{member}");
            }
        }
        assert_eq!((&old["body_html"], &old["tags"][0]["name"]), (&json!("<p>First <strong>words</strong>.</p>\n"), &json!("Bridges")));
        assert_eq!((&old["version"], &old["action"], &old["author"]["name"]), (&json!(1), &json!("create_article"), &json!("editor")));
        // What is gone is left out, and can't be brought back.
        let _ = editor.with("If-Match", "*").delete(&format!("/v1/admin/tags/{}", tag["id"].as_str().unwrap())).expect(204);
        assert_eq!(revision(&editor, &made, 1).expect(200).data()["tags"], json!([]));
        let refused = restore(&editor, &bare, 1, &json!({})).problem(422, "invalid_body");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/tags/0"), &json!("unknown_id")));
        for unknown in ["3", "0", "-1", "01", "one", "99999999999999999999"] {
            let _ = editor.get(&format!("{}/revisions/{unknown}", path(&made))).problem(404, "not_found");
            let _ = editor.get(&format!("{}/revisions/{unknown}/diff", path(&made))).problem(404, "not_found");
        }
    }

    two_versions_are_compared_by_member_block_and_word(app) {
        let editor = app.editor();
        let body = json!([text("a", "It rains in Almaty."), text("b", "Stay at home."), text("c", "The end.")]);
        let made = editor.draft(&json!({ "headline": "Rain in Almaty", "body": body }));
        let body = json!([text("c", "The end."), text("a", "It snows in Almaty."), text("n", "Go skiing.")]);
        let edited = editor.revised(&made, &json!({ "headline": "Snow in Almaty", "kicker": "Weather", "body": body }));
        let told = diff(&editor, &made, 2, "").expect(200).data();
        assert_eq!((&told["version"], &told["against"]), (&json!(2), &json!(1)));
        assert_eq!(told["fields"], json!([
            { "field": "headline", "before": "Rain in Almaty", "after": "Snow in Almaty", "text_changes": [
                { "op": "delete", "text": "Rain" }, { "op": "insert", "text": "Snow" }, { "op": "equal", "text": " in Almaty" },
            ]},
            { "field": "kicker", "before": null, "after": "Weather", "text_changes": [] },
        ]));
        let blocks = told["blocks"].as_array().unwrap();
        let seen: Vec<(&str, &str, &Value, &Value)> = blocks
            .iter()
            .map(|one| (one["key"].as_str().unwrap(), one["change"].as_str().unwrap(), &one["from_index"], &one["to_index"]))
            .collect();
        let (n0, n1, n2, none) = (json!(0), json!(1), json!(2), json!(null));
        assert_eq!(seen, [("c", "moved", &n2, &n0), ("a", "changed", &n0, &n1), ("b", "removed", &n1, &none), ("n", "added", &none, &n2)]);
        assert_eq!(blocks[1]["text_changes"], json!([
            { "op": "equal", "text": "It " }, { "op": "delete", "text": "rains" }, { "op": "insert", "text": "snows" },
            { "op": "equal", "text": " in Almaty." },
        ]));
        assert_eq!((&blocks[1]["type"], &blocks[2]["after"], &blocks[3]["before"]), (&json!("block"), &none, &none));

        let first = diff(&editor, &made, 1, "").expect(200).data();
        assert_eq!((&first["against"], first["blocks"].as_array().unwrap().len()), (&none, 3));
        let _ = diff(&editor, &made, 2, "?against=live").problem(404, "not_found");
        let live = editor.act(&edited, "publish", &json!({})).expect(200).data();
        let after = editor.revised(&live, &json!({ "kicker": null }));
        let same = diff(&editor, &made, 3, "").expect(200).data();
        assert_eq!((&same["fields"], &same["blocks"]), (&json!([]), &json!([])));
        for (query, against) in [("?against=live", 3), ("?against=3", 3), ("?against=current", 4), ("?against=2", 2)] {
            let told = diff(&editor, &after, 4, query).expect(200).data();
            assert_eq!((&told["against"], told["fields"].as_array().unwrap().len()), (&json!(against), usize::from(against < 4)), "{query}");
        }
        let back = diff(&editor, &made, 1, "?against=2").expect(200).data();
        assert_eq!((&back["against"], &back["fields"][0]["after"]), (&json!(2), &json!("Rain in Almaty")));
        for bad in ["?against=0", "?against=x", "?against=", "?against=1&against=2", "?agains=1"] {
            let _ = diff(&editor, &made, 2, bad).problem(400, "invalid_parameter");
        }
        let _ = diff(&editor, &made, 2, "?against=77").problem(404, "not_found");
    }

    comparing_has_a_bound(app) {
        let editor = app.editor();
        let long = |word: &str| {
            let block = |n: usize| text(&format!("k{n}"), &format!("{word}{n} {word} ").repeat(1_200));
            json!((0..20).map(block).collect::<Vec<_>>())
        };
        let made = editor.draft(&json!({ "headline": "Long", "body": long("a") }));
        let edited = editor.revised(&made, &json!({ "body": long("b") }));
        let started = std::time::Instant::now();
        let told = diff(&editor, &edited, 2, "").expect(200).data();
        assert!(started.elapsed().as_secs() < 20);
        let last = &told["blocks"][19];
        let whole = |side: &str| last[side]["children"][0]["text"].as_str().unwrap().trim_end().to_owned();
        assert_eq!(last["text_changes"][0]["op"], "delete");
        assert_eq!((last["text_changes"][0]["text"].as_str(), last["text_changes"][1]["text"].as_str()), (Some(whole("before").as_str()), Some(whole("after").as_str())));
    }

    an_old_version_comes_back_as_a_new_one(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let made = editor.draft(&json!({ "headline": "Old", "slug": "old", "body_markdown": "Old words." }));
        let edited = editor.revised(&made, &json!({ "headline": "New", "slug": "new", "body_markdown": "New words." }));
        let live = editor.act(&edited, "publish", &json!({})).expect(200).data();
        let corrected = editor.act(&live, "correct", &json!({ "kind": "correction", "text": "Not so." })).expect(200).data();
        let at = format!("{}/revisions/1/restore", path(&made));
        let _ = editor.post(&at, &json!({})).problem(428, "if_match_required");
        let _ = editor.if_match(&made["version"]).post(&at, &json!({})).problem(412, "stale_version");
        let _ = editor.with("If-Match", "*").post(&at.replace("/1/", "/9/"), &json!({})).problem(404, "not_found");
        let _ = editor.with("If-Match", "*").post(&at, &json!({ "reason": 1 })).problem(422, "invalid_body");
        let back = restore(&editor, &corrected, 1, &json!({ "reason": "it was right" })).expect(200).data();
        assert_eq!((&back["version"], &back["headline"], &back["slug"]), (&json!(5), &json!("Old"), &json!("old")));
        assert_eq!((&back["body_text"], &back["corrections"][0]["text"]), (&json!("Old words."), &json!("Not so.")));
        assert_eq!((&back["live_version"], &back["has_unpublished_changes"]), (&json!(3), &json!(true)));
        assert_eq!(reader.get("/v1/articles/new").expect(200).data()["headline"], "New");
        let all = history(&editor, &made);
        assert_eq!((&all[0]["action"], &all[0]["reason"]), (&json!("restore_revision"), &json!("it was right")));
        assert_eq!(all[0]["changed_fields"], json!(["slug", "headline", "body"]));

        // Its address is somebody else's by now.
        let moved = editor.revised(&back, &json!({ "slug": "newer" }));
        let other = editor.draft(&json!({ "headline": "Other", "slug": "old" }));
        let taken = restore(&editor, &moved, 1, &json!({})).problem(422, "invalid_body");
        assert_eq!((&taken["errors"][0]["pointer"], &taken["errors"][0]["code"]), (&json!("/slug"), &json!("slug_taken")));
        let archived = editor.act(&other, "archive", &json!({})).expect(200).data();
        let _ = restore(&editor, &archived, 1, &json!({})).problem(409, "illegal_action");
    }

    autosaves_fold_into_one_revision(app) {
        let (ana, ben) = (app.editor(), app.editor());
        let made = ana.draft(&json!({ "headline": "Zero" }));
        let mut seen = made.clone();
        for (n, change) in [json!({ "headline": "One" }), json!({ "kicker": "Two" }), json!({ "headline": "Three" })].iter().enumerate() {
            let saved = autosave(&ana, &seen, change).expect(200);
            assert_eq!(saved.header("etag"), Some(format!("\"{}\"", n + 2).as_str()));
            seen = saved.data();
            app.advance(60);
        }
        let all = history(&ana, &made);
        assert_eq!(versions(&all), [4, 1]);
        assert_eq!((&all[0]["autosave"], &all[0]["changed_fields"]), (&json!(true), &json!(["headline", "kicker"])));
        for folded in [2, 3] {
            let _ = revision(&ana, &made, folded).problem(404, "not_found");
        }
        // A client that knows a folded version is told what changed since.
        let late = ben.with("If-Match", "\"3\"").patch(&path(&made), &json!({ "byline": "x" })).problem(412, "stale_version");
        assert_eq!((&late["current_version"], &late["changed_fields"]), (&json!(4), &json!(["headline", "kicker"])));
        assert_eq!(late["updated_by"], "editor");

        // Not over a save by hand, another author, or a quarter of an hour.
        let by_hand = ana.revised(&seen, &json!({ "headline": "Four" }));
        let auto = autosave(&ana, &by_hand, &json!({ "headline": "Five" })).expect(200).data();
        let others = autosave(&ben, &auto, &json!({ "headline": "Six" })).expect(200).data();
        assert_eq!(versions(&history(&ana, &made)), [7, 6, 5, 4, 1]);
        app.advance(600);
        let again = autosave(&ben, &others, &json!({ "headline": "Seven" })).expect(200).data();
        assert_eq!(versions(&history(&ana, &made)), [8, 6, 5, 4, 1]);
        app.advance(310);
        let ben = signed_in_again(app, &ben);
        let late = autosave(&ben, &again, &json!({ "headline": "Eight" })).expect(200).data();
        assert_eq!(versions(&history(&ben, &made)), [9, 8, 6, 5, 4, 1]);
        // Nor over what is planned or public, nor when nothing changed.
        let later = Time::system().plus_seconds(100_000).to_string();
        let planned = ben.act(&late, "schedule", &json!({ "publish_at": later })).expect(200).data();
        let same = autosave(&ben, &planned, &json!({ "headline": "Eight" })).expect(200).data();
        assert_eq!(same["version"], planned["version"]);
        let after = autosave(&ben, &same, &json!({ "headline": "Nine" })).expect(200).data();
        let _ = autosave(&ben, &after, &json!({ "headline": "Ten" })).expect(200);
        assert_eq!(versions(&history(&ben, &made)), [12, 10, 9, 8, 6, 5, 4, 1]);
        for bad in ["yes", "1", ""] {
            let _ = ben.with("If-Match", "*").patch(&format!("{}?autosave={bad}", path(&made)), &json!({})).problem(400, "invalid_parameter");
        }
    }

    a_version_that_a_preview_shows_is_not_folded_away(app) {
        let editor = app.editor();
        let made = editor.draft(&json!({ "headline": "Zero" }));
        let shown = autosave(&editor, &made, &json!({ "headline": "One" })).expect(200).data();
        let _ = editor.post(&format!("{}/preview-tokens", path(&made)), &json!({ "version": 2 })).expect(201);
        let _ = autosave(&editor, &shown, &json!({ "headline": "Two" })).expect(200);
        assert_eq!(versions(&history(&editor, &made)), [3, 2, 1]);
    }

    what_was_translated_is_kept(app) {
        let locales = json!({ "locales": ["en", "es"] });
        let _ = app.signed_in("admin").with("If-Match", "*").patch("/v1/admin/site", &locales).expect(200);
        let editor = app.editor();
        let made = editor.draft(&json!({ "headline": "Zero" }));
        let seen = autosave(&editor, &made, &json!({ "headline": "One" })).expect(200).data();
        let spanish = editor.post(&format!("{}/duplicate", path(&seen)), &json!({ "locale": "es" })).expect(201).data();
        let mut now = autosave(&editor, &seen, &json!({ "headline": "Two" })).expect(200).data();
        let what_is_new = || {
            let from = editor.article(&spanish["id"])["translation_source"]["version"].clone();
            let current = editor.article(&made["id"])["version"].clone();
            editor.get(&format!("{}/revisions/{current}/diff?against={from}", path(&made))).expect(200).data()
        };
        assert_eq!(what_is_new()["fields"][0]["before"], "One");
        for number in 0..51 {
            now = editor.if_match(&now["version"]).patch(&path(&made), &json!({ "headline": format!("No. {number}") })).expect(200).data();
        }
        app.advance(91 * 86_400);
        // Of the four behind the newest fifty all but what was translated.
        assert_eq!(prune(app, 90), 3);
        let editor = app.editor();
        let _ = editor.get(&format!("{}/revisions/2", path(&made))).expect(200);
        let _ = editor.get(&format!("{}/revisions/1", path(&made))).problem(404, "not_found");
    }

    what_readers_saw_is_never_pruned(app) {
        let editor = app.editor();
        let made = editor.draft(&json!({ "headline": "v1" }));
        let other = editor.draft(&json!({ "headline": "Alone" }));
        let live = editor.act(&made, "publish", &json!({})).expect(200).data();
        let mut seen = live;
        for n in 3..60 {
            seen = editor.revised(&seen, &json!({ "headline": format!("v{n}") }));
        }
        assert_eq!(prune(app, 90), 0);
        app.advance(91 * 86_400);
        let editor = app.editor();
        let seen = editor.revised(&seen, &json!({ "headline": "v60" }));
        // The newest 50 stay, and the one that was published.
        assert_eq!(prune(app, 90), 9);
        let all = history(&editor, &made);
        assert_eq!(versions(&all), (11..=60).rev().chain([2]).collect::<Vec<_>>());
        assert_eq!((&all[50]["published"], &all[50]["live"]), (&json!(true), &json!(true)));
        assert_eq!(versions(&history(&editor, &other)), [1]);
        assert_eq!(prune(app, 90), 0);
        // Who comes from a version that is gone is not told a part of what changed.
        let late = editor.with("If-Match", "\"5\"").patch(&path(&made), &json!({ "kicker": "x" })).problem(412, "stale_version");
        assert_eq!((&late["current_version"], late.get("changed_fields")), (&seen["version"], None));
    }

    of_fifty_writers_none_loses_an_update(app) {
        const WRITERS: usize = 50;
        const ROUNDS: usize = 6;
        let people: Vec<_> = (0..3).map(|_| app.editor()).collect();
        let articles: Vec<Value> = (0..20).map(|n| people[0].draft(&json!({ "headline": format!("Story {n}") }))).collect();
        let won: Mutex<BTreeMap<usize, i64>> = Mutex::default();
        let lost = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (people, articles, won, lost) = (&people, &articles, &won, &lost);
                scope.spawn(move || {
                    let client = &people[writer % people.len()];
                    for round in 0..ROUNDS {
                        // Each reads, thinks, and writes on what it read; busy is not lost.
                        let chosen = (writer * 7 + round * 3) % articles.len();
                        let read = client.get(&path(&articles[chosen]));
                        if read.status == 503 {
                            continue;
                        }
                        let seen = read.expect(200).data();
                        let note = json!({ "editor_note": format!("{writer} in {round}") });
                        let answer = client.if_match(&seen["version"]).patch(&path(&seen), &note);
                        match answer.status {
                            200 => *won.lock().unwrap().entry(chosen).or_default() += 1,
                            503 => {}
                            _ => lost.lock().unwrap().push(answer),
                        }
                    }
                });
            }
        });
        let won = won.into_inner().unwrap();
        for answer in lost.into_inner().unwrap() {
            let problem = answer.problem(412, "stale_version");
            assert!(problem["current_version"].as_i64() > Some(1) && problem["updated_by"] == "editor", "{problem}");
            assert_eq!(problem["changed_fields"], json!(["editor_note"]), "{problem}");
        }
        assert!(won.values().sum::<i64>() > 20, "{won:?}");
        for (n, article) in articles.iter().enumerate() {
            let seen = people[0].article(&article["id"]);
            assert_eq!(seen["version"].as_i64().unwrap(), 1 + won.get(&n).copied().unwrap_or(0));
            let all = history(&people[0], article);
            assert_eq!(versions(&all), (1..=seen["version"].as_i64().unwrap()).rev().collect::<Vec<_>>());
        }
    }
}
