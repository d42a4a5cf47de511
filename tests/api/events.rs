//! What follows a commit: the clock's events, and the numbers.

use serde_json::{Value, json};
use slugline::model::Time;
use slugline::store::{Access, outbox};

use crate::both;
use crate::support::{TestApp, run_jobs};

/// All numbered events: number, kind, subject and data.
fn told(app: &TestApp) -> Vec<(i64, String, String, Value)> {
    let rows = app.app.store.run_here(Access::Read, |conn| outbox::events_after(conn, 0, 1_000)).unwrap();
    let parts = |row: outbox::EventRow| {
        (row.seq, row.kind, row.subject_id.to_string(), serde_json::from_str(&row.data).unwrap())
    };
    rows.into_iter().map(parts).collect()
}

/// The kinds of the events of an article that readers hear of, in order.
fn public_story(app: &TestApp, article: &Value) -> Vec<String> {
    let of_it = told(app).into_iter().filter(|(_, _, subject, _)| article["id"] == subject.as_str());
    of_it.filter(|(_, _, _, data)| data["public"].is_string()).map(|(_, kind, ..)| kind).collect()
}

fn soon(app: &TestApp, seconds: i64) -> String {
    app.clock.now().plus_seconds(seconds).to_string()
}

both! {
    numbers_have_no_gap_whoever_gives_them(app) {
        let editor = app.editor();
        let other = app.second_node();
        for number in 0..5 {
            let _ = editor.published(&json!({ "headline": format!("Story {number}") }));
        }
        std::thread::scope(|scope| {
            for node in [&app.app, &other, &app.app, &other] {
                scope.spawn(move || run_jobs(node));
            }
        });
        let _ = editor.draft(&json!({ "headline": "Later" }));
        run_jobs(&other);
        app.run_jobs();
        let numbers: Vec<i64> = told(app).into_iter().map(|(seq, ..)| seq).collect();
        assert_eq!(numbers, (1..=11).collect::<Vec<i64>>());
        assert_eq!(app.app.store.run_here(Access::Read, outbox::last_seq).unwrap(), 11);
    }

    the_clock_is_told_once_by_any_number_of_nodes(app) {
        let editor = app.editor();
        let other = app.second_node();
        let draft = editor.draft(&json!({ "headline": "Planned" }));
        let plan = json!({ "publish_at": soon(app, 60), "unpublish_at": soon(app, 120) });
        let planned = editor.act(&draft, "schedule", &plan).expect(200).data();
        app.run_jobs();
        assert!(public_story(app, &draft).is_empty());
        for expected in [1, 2] {
            app.advance(61);
            std::thread::scope(|scope| {
                for node in [&app.app, &other, &app.app, &other] {
                    scope.spawn(move || run_jobs(node));
                }
            });
            assert_eq!(public_story(app, &draft).len(), expected);
        }
        assert_eq!(public_story(app, &draft), ["article.published", "article.unpublished"]);
        assert_eq!(editor_version(app, &draft), planned["version"]);
        let (start, end) = (Time::parse(plan["publish_at"].as_str().unwrap()), Time::parse(plan["unpublish_at"].as_str().unwrap()));
        let rows = app.app.store.run_here(Access::Read, |conn| outbox::events_after(conn, 0, 100)).unwrap();
        let at = |kind: &str| rows.iter().find(|row| row.kind == kind).map(|row| row.at);
        assert_eq!((at("article.published"), at("article.unpublished")), (start, end));
    }

    what_was_missed_is_caught_up_in_order(app) {
        let editor = app.editor();
        let plan = |headline: &str, start: i64, end: Option<i64>| {
            let draft = editor.draft(&json!({ "headline": headline }));
            let end = end.map(|end| soon(app, end));
            editor.act(&draft, "schedule", &json!({ "publish_at": soon(app, start), "unpublish_at": end })).expect(200).data()
        };
        let (late, early, short) = (plan("Late", 300, None), plan("Early", 100, None), plan("Short", 50, Some(200)));
        app.advance(3 * 86_400);
        // Sweeping comes before telling here, and must not take away what was not told.
        let swept = app.app.write_here(|cx, _| slugline::domain::publishing::sweep(cx, cx.now.plus_seconds(-86_400), 100)).unwrap();
        assert_eq!(swept, 0);
        app.run_jobs();
        let heard: Vec<(String, String)> = told(app).into_iter()
            .filter(|(_, _, _, data)| data["public"].is_string())
            .map(|(_, kind, subject, _)| (kind, subject)).collect();
        let expected = [("article.published", &short), ("article.published", &early), ("article.unpublished", &short), ("article.published", &late)];
        let expected: Vec<(String, String)> = expected.iter().map(|(kind, article)| ((*kind).to_owned(), article["id"].as_str().unwrap().to_owned())).collect();
        assert_eq!(heard, expected);
        let swept = app.app.write_here(|cx, _| slugline::domain::publishing::sweep(cx, cx.now.plus_seconds(-86_400), 100)).unwrap();
        assert_eq!(swept, 1);
    }

    whoever_changes_the_plan_changes_what_is_told(app) {
        let editor = app.editor();
        let draft = editor.draft(&json!({ "headline": "Moved" }));
        let first = editor.act(&draft, "schedule", &json!({ "publish_at": soon(app, 60) })).expect(200).data();
        let moved = editor.act(&first, "schedule", &json!({ "publish_at": soon(app, 600) })).expect(200).data();
        app.advance(61);
        app.run_jobs();
        assert!(public_story(app, &draft).is_empty());
        let freed = editor.act(&moved, "unschedule", &json!({})).expect(200).data();
        app.advance(600);
        app.run_jobs();
        assert!(public_story(app, &draft).is_empty());

        // Unpublished by hand after its second, before any worker looked: both are told, in order.
        let planned = editor.act(&freed, "schedule", &json!({ "publish_at": soon(app, 60) })).expect(200).data();
        app.advance(61);
        let away = editor.act(&planned, "unpublish", &json!({})).expect(200).data();
        app.run_jobs();
        assert_eq!(public_story(app, &draft), ["article.published", "article.unpublished"]);

        // An end that somebody puts off is not told.
        let back = editor.act(&away, "publish", &json!({ "unpublish_at": soon(app, 60) })).expect(200).data();
        let _ = editor.act(&back, "publish", &json!({})).expect(200);
        app.advance(3_600);
        app.run_jobs();
        let story = public_story(app, &draft);
        assert_eq!(story[2..], ["article.published", "article.published"]);
    }

    a_live_article_that_is_replaced_by_the_clock_does_not_go_away(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let draft = editor.draft(&json!({ "headline": "Before", "slug": "turn" }));
        let live = editor.act(&draft, "publish", &json!({ "unpublish_at": soon(app, 100) })).expect(200).data();
        let planned = editor.act(&live, "schedule", &json!({ "publish_at": soon(app, 50) })).expect(200).data();
        // Later than the live copy's own end, which it gets back.
        let planned = editor.act(&planned, "schedule", &json!({ "publish_at": soon(app, 200) })).expect(200).data();
        app.advance(60);
        let _ = reader.get("/v1/articles/turn").expect(200);
        app.advance(41);
        let _ = reader.get("/v1/articles/turn").problem(404, "not_found");
        app.advance(100);
        app.run_jobs();
        let story = public_story(app, &planned);
        assert_eq!(story, ["article.published", "article.unpublished", "article.published"]);
        let again = editor.article(&draft["id"]);
        let _ = editor.act(&again, "schedule", &json!({ "publish_at": soon(app, 10) })).expect(200);
        app.advance(11);
        app.run_jobs();
        let heard: Vec<Value> = told(app).into_iter().map(|(.., data)| data["public"].clone()).filter(Value::is_string).collect();
        assert_eq!(heard, ["live", "gone", "live", "changed"]);
    }

    what_the_clock_of_another_node_told_is_not_taken_back(app) {
        let editor = app.editor();
        let draft = editor.draft(&json!({ "headline": "Race" }));
        let planned = editor.act(&draft, "schedule", &json!({ "publish_at": soon(app, 60) })).expect(200).data();
        // A node whose clock is ahead.
        let ahead = slugline::app::Clock::default();
        ahead.advance(61);
        run_jobs(&slugline::app::App::open(app.app.config.clone(), ahead, false).unwrap());
        let _ = editor.act(&planned, "unschedule", &json!({})).problem(409, "conflict");
        app.advance(61);
        app.run_jobs();
        assert_eq!(public_story(app, &draft), ["article.published"]);
    }

    old_events_are_forgotten_without_a_gap(app) {
        let editor = app.editor();
        let _ = editor.published(&json!({ "headline": "Old" }));
        app.run_jobs();
        app.advance(40 * 86_400);
        let editor = app.editor();
        let _ = editor.published(&json!({ "headline": "New" }));
        app.run_jobs();
        let limit = app.clock.now().plus_seconds(-86_400);
        let went = app.app.write_here(|cx, _| outbox::forget_events(cx.conn, limit, 100)).unwrap();
        assert_eq!(went, 2);
        let numbers: Vec<i64> = told(app).into_iter().map(|(seq, ..)| seq).collect();
        assert_eq!(numbers, [3, 4]);
    }
}

/// The version of an article as editors see it now.
fn editor_version(app: &TestApp, article: &Value) -> Value {
    app.editor().article(&article["id"])["version"].clone()
}
