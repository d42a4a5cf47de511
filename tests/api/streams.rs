//! Listening to what happens: in public, and at the editorial door.

use serde_json::{Value, json};
use slugline::model::Id;
use slugline::store::outbox;

use crate::both;
use crate::support::stream::{Event, Stream};
use crate::support::{Client, Database, Session, TestApp};

/// A word of what is not for readers.
const CANARY: &str = "canary-9d17";

/// A reader whose stream has begun.
fn reader(app: &TestApp, path: &str, headers: &[String]) -> (Stream, Vec<Event>) {
    let mut stream = Stream::open(&app.address, path, headers);
    assert_eq!(stream.status, 200);
    let first = stream.next_part().unwrap();
    (stream, first)
}

fn bearer(client: &Client) -> String {
    format!("Authorization: Bearer {}", client.bearer_token())
}

/// An editor, or whoever it is, whose stream has begun.
fn listening(app: &TestApp, who: &Session) -> Stream {
    reader(app, "/v1/admin/events", &[bearer(who)]).0
}

fn names(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.name.as_str()).collect()
}

fn soon(app: &TestApp, seconds: i64) -> String {
    app.clock.now().plus_seconds(seconds).to_string()
}

/// An event that another part of the newsroom wrote.
fn tell(app: &TestApp, kind: &str, subject: Id, data: &Value) {
    let (kind, data) = (kind.to_owned(), data.to_string());
    app.app.write_here(|cx, _| outbox::add_event(cx.conn, &kind, subject, &data, cx.now)).unwrap();
}

both! {
    readers_hear_what_changes_in_public_and_nothing_else(app) {
        let editor = app.editor();
        let (mut stream, first) = reader(app, "/v1/events", &[]);
        assert!(first.is_empty() && stream.seen.starts_with("retry: 3000\n\n"), "{}", stream.seen);
        for (name, value) in [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("access-control-allow-origin", "*")] {
            assert_eq!(stream.header(name), Some(value), "{name}");
        }
        assert!(stream.header("content-encoding").is_none() && stream.header("etag").is_none());

        let draft = editor.draft(&json!({ "headline": "Rain", "slug": "rain", "editor_note": CANARY }));
        let never = editor.draft(&json!({ "headline": CANARY }));
        let _ = editor.act(&never, "kill", &json!({ "notice": CANARY })).expect(200);
        let waiting = editor.draft(&json!({ "headline": CANARY }));
        let waiting = editor.act(&waiting, "schedule", &json!({ "publish_at": soon(app, 900) })).expect(200).data();
        let _ = editor.act(&waiting, "unschedule", &json!({})).expect(200);
        let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
        app.run_jobs();
        let heard = stream.take(1);
        assert_eq!(names(&heard), ["article.live"]);
        let told = &heard[0].data;
        assert_eq!((&told["id"], &told["slug"], &told["headline"], &told["kind"]), (&live["id"], &json!("rain"), &json!("Rain"), &json!("news")));
        assert_eq!((&told["url"], &told["locale"]), (&json!("https://news.example/rain"), &json!("en")));
        assert_eq!(told["updated_at"], app.anonymous().get("/v1/articles/rain").data()["updated_at"]);

        let edited = editor.revised(&live, &json!({ "headline": CANARY, "slug": format!("{CANARY}-edited") }));
        let corrected = editor.act(&edited, "correct", &json!({ "kind": "update", "text": "More." })).expect(200).data();
        app.run_jobs();
        let heard = stream.take(1);
        assert_eq!((names(&heard), &heard[0].data["headline"]), (vec!["article.changed"], &json!("Rain")));

        let flagged = editor.act(&corrected, "flag", &json!({ "breaking": true })).expect(200).data();
        app.run_jobs();
        assert_eq!(names(&stream.take(1)), ["article.changed"]);

        let away = editor.act(&flagged, "unpublish", &json!({ "reason": CANARY })).expect(200).data();
        let _ = editor.act(&away, "archive", &json!({})).expect(200);
        app.run_jobs();
        let heard = stream.take(1);
        assert_eq!((names(&heard), &heard[0].data), (vec!["article.gone"], &json!({ "id": live["id"], "locale": "en" })));
        let _ = editor.published(&json!({ "headline": "Last" }));
        app.run_jobs();
        assert_eq!(names(&stream.take(1)), ["article.live"]);
        assert!(!stream.seen.contains(CANARY) && !stream.seen.contains(waiting["id"].as_str().unwrap()), "{}", stream.seen);
        assert!(!stream.seen.contains(never["id"].as_str().unwrap()), "{}", stream.seen);
    }

    the_clock_is_heard_too(app) {
        let editor = app.editor();
        let (mut stream, _) = reader(app, "/v1/events", &[]);
        let draft = editor.draft(&json!({ "headline": "Planned" }));
        let plan = json!({ "publish_at": soon(app, 60), "unpublish_at": soon(app, 120) });
        let _ = editor.act(&draft, "schedule", &plan).expect(200);
        app.run_jobs();
        for expected in ["article.live", "article.gone"] {
            app.advance(61);
            app.run_jobs();
            let heard = stream.take(1);
            assert_eq!((names(&heard), &heard[0].data["id"]), (vec![expected], &draft["id"]));
        }
    }

    live_blogs_are_heard_as_far_as_they_are_public(app) {
        let editor = app.editor();
        let blog = editor.published(&json!({ "headline": "Live blog", "kind": "live" }));
        let draft = editor.draft(&json!({ "headline": CANARY, "kind": "live" }));
        app.run_jobs();
        let (mut stream, _) = reader(app, "/v1/events", &[]);
        let update = |article: &Value, draft: bool| json!({ "id": Id::new(), "article_id": article["id"], "version": 1, "draft": draft, "text": CANARY });
        let id = Id::new();
        tell(app, "live_update.created", Id::new(), &update(&draft, false));
        tell(app, "live_update.created", Id::new(), &update(&blog, true));
        tell(app, "live_update.created", id, &update(&blog, false));
        tell(app, "comment.created", Id::new(), &json!({ "article_id": blog["id"], "text": CANARY }));
        tell(app, "live_update.deleted", id, &update(&blog, false));
        app.run_jobs();
        let heard = stream.take(2);
        assert_eq!(names(&heard), ["live_update", "live_update"]);
        let actions: Vec<&Value> = heard.iter().map(|event| &event.data["action"]).collect();
        assert_eq!(actions, ["created", "deleted"]);
        assert_eq!((&heard[0].data["id"], &heard[0].data["article"]["id"]), (&json!(id), &blog["id"]));
        assert!(!stream.seen.contains(CANARY), "{}", stream.seen);
    }

    whoever_comes_again_is_told_what_was_missed(app) {
        let editor = app.editor();
        let (mut stream, _) = reader(app, "/v1/events", &[]);
        let articles: Vec<Value> = (0..3).map(|number| editor.published(&json!({ "headline": format!("Story {number}") }))).collect();
        app.run_jobs();
        let heard = stream.take(3);
        let _ = editor.act(&articles[1], "unpublish", &json!({})).expect(200);
        app.run_jobs();
        let last = stream.take(1)[0].id;
        drop(stream);

        for (path, headers) in [
            ("/v1/events".to_owned(), vec![format!("Last-Event-ID: {}", heard[0].id)]),
            (format!("/v1/events?last_event_id={}", heard[0].id), vec![]),
            // A client that comes again sends both, and the header is the newer one.
            ("/v1/events?last_event_id=0".to_owned(), vec![format!("Last-Event-ID: {}", heard[0].id)]),
        ] {
            let (stream, missed) = reader(app, &path, &headers);
            // What went away meanwhile is not shown on the way.
            assert_eq!(names(&missed), ["article.live", "article.gone"], "{path}");
            assert_eq!((&missed[0].data["id"], &missed[1].data["id"]), (&articles[2]["id"], &articles[1]["id"]));
            assert_eq!(stream.last_id, last);
        }
        let (mut stream, missed) = reader(app, "/v1/events", &[format!("Last-Event-ID: {last}")]);
        assert!(missed.is_empty());
        let _ = editor.published(&json!({ "headline": "Next" }));
        app.run_jobs();
        let next = stream.take(1);
        assert!(names(&next) == ["article.live"] && next[0].id > last);

        for unknown in ["999999", "-1", "nonsense"] {
            let (stream, told) = reader(app, "/v1/events", &[format!("Last-Event-ID: {unknown}")]);
            assert_eq!((names(&told), stream.last_id), (vec!["reset"], next[0].id), "{unknown}");
        }
        for wrong in ["-1", "x", "1.5", "99999999999999999999"] {
            let _ = app.anonymous().get(&format!("/v1/events?last_event_id={wrong}")).problem(400, "invalid_parameter");
        }
    }

    too_much_is_not_replayed(app) {
        let editor = app.editor();
        let live = editor.published(&json!({ "headline": "Busy" }));
        let id = Id::parse(live["id"].as_str().unwrap()).unwrap();
        let data = json!({ "id": id, "version": 2, "locale": "en", "public": "changed" }).to_string();
        app.app.write_here(|cx, _| (0..1_001).try_for_each(|_| outbox::add_event(cx.conn, "article.corrected", id, &data, cx.now).map(drop))).unwrap();
        app.run_jobs();
        let (_, missed) = reader(app, "/v1/events?last_event_id=3", &[]);
        assert_eq!(missed.len(), 1_000);
        let (_, missed) = reader(app, "/v1/events?last_event_id=2", &[]);
        assert_eq!(names(&missed), ["reset"]);
        // What is not kept any more can't be replayed either.
        app.app.write_here(|cx, _| outbox::forget_events(cx.conn, cx.now.plus_seconds(1), 900)).unwrap();
        let (_, missed) = reader(app, "/v1/events?last_event_id=890", &[]);
        assert_eq!(names(&missed), ["reset"]);
        let (_, missed) = reader(app, "/v1/events?last_event_id=900", &[]);
        assert_eq!(missed.len(), 103);
    }

    editors_hear_everything_and_others_their_own(app) {
        let (editor, author, contributor) = (app.editor(), app.signed_in("author"), app.signed_in("contributor"));
        let mut streams = [listening(app, &editor), listening(app, &author), listening(app, &contributor)];
        let foreign = editor.draft(&json!({ "headline": CANARY }));
        let own = author.draft(&json!({ "headline": "The author's" }));
        let theirs = contributor.draft(&json!({ "headline": "The contributor's" }));
        let tag = editor.tag("Rain", "topic");
        tell(app, "comment.created", Id::new(), &json!({ "article_id": own["id"] }));
        tell(app, "something.new", Id::new(), &json!({}));
        let end = editor.tag("End", "topic");
        app.run_jobs();
        let [all, of_author, of_contributor] = streams.each_mut().map(|stream| {
            let mut heard = Vec::new();
            while heard.last().is_none_or(|event: &Event| event.data["data"]["id"] != end["id"]) {
                heard.extend(stream.take(1));
            }
            heard
        });
        assert_eq!(names(&all), ["article.created", "article.created", "article.created", "tag.created", "comment.created", "something.new", "tag.created"]);
        assert_eq!(names(&of_author), ["article.created", "tag.created", "comment.created", "tag.created"]);
        assert_eq!(names(&of_contributor), ["article.created", "tag.created", "tag.created"]);
        assert_eq!((&of_author[0].data["data"]["id"], &of_contributor[0].data["data"]["id"]), (&own["id"], &theirs["id"]));
        assert_eq!((&all[0].data["type"], &all[0].data["data"]["id"], &all[3].data["data"]["id"]), (&json!("article.created"), &foreign["id"], &tag["id"]));
        for stream in &streams {
            assert!(!stream.seen.contains(CANARY), "thin: {}", stream.seen);
            assert_eq!(stream.header("cache-control"), Some("private, no-store"));
            assert!(stream.header("access-control-allow-origin").is_none());
        }
        // What was missed is filtered alike.
        let (_, missed) = reader(app, "/v1/admin/events?last_event_id=0", &[bearer(&contributor)]);
        assert_eq!(names(&missed), ["article.created", "tag.created", "tag.created"]);
    }

    the_editorial_stream_ends_soon_after_it_is_revoked(app) {
        let (editor, admin) = (app.editor(), app.signed_in("admin"));
        let made = admin.post("/v1/admin/tokens", &json!({ "name": "t", "scopes": ["articles:read"], "user": admin.user })).expect(201).data();
        let token = app.anonymous().bearer(made["token"].as_str().unwrap());
        let mut streams = [listening(app, &editor), reader(app, "/v1/admin/events", &[bearer(&token)]).0];
        let session = editor.get("/v1/auth/sessions").expect(200).data()[0]["id"].as_str().unwrap().to_owned();
        let _ = editor.delete(&format!("/v1/auth/sessions/{session}")).expect(204);
        let path = format!("/v1/admin/tokens/{}", made["id"].as_str().unwrap());
        let _ = admin.with("If-Match", "*").delete(&path).expect(204);
        let revoked = std::time::Instant::now();
        for stream in &mut streams {
            loop {
                let _ = admin.draft(&json!({ "headline": CANARY }));
                app.run_jobs();
                if stream.next_part().is_none() {
                    break;
                }
                // An answer holds for a second; with some time for a slow machine, long before the next sign of life.
                assert!(revoked.elapsed().as_secs() < 10, "{}", stream.seen);
            }
        }
    }

    the_editorial_stream_ends_with_the_token(app) {
        let (editor, admin) = (app.editor(), app.signed_in("admin"));
        let made = admin.post("/v1/admin/tokens", &json!({ "name": "t", "scopes": ["articles:read"], "user": editor.user })).expect(201).data();
        let token = app.anonymous().bearer(made["token"].as_str().unwrap());
        let mut streams = [listening(app, &editor), reader(app, "/v1/admin/events", &[bearer(&token)]).0];
        app.advance(890);
        let _ = editor.draft(&json!({ "headline": "In time" }));
        app.run_jobs();
        for stream in &mut streams {
            assert_eq!(names(&stream.take(1)), ["article.created"]);
        }
        app.advance(11);
        let _ = app.editor().draft(&json!({ "headline": "Too late" }));
        app.run_jobs();
        for stream in &mut streams {
            assert!(stream.rest().is_empty(), "{}", stream.seen);
        }
        let tags = admin_token(app, &["tags:read", "site:read"]);
        let _ = tags.get("/v1/admin/events").problem(403, "insufficient_scope");
        let _ = app.anonymous().get("/v1/admin/events").problem(401, "unauthenticated");
    }
}

fn admin_token(app: &TestApp, scopes: &[&str]) -> Client {
    let admin = app.signed_in("admin");
    let made = admin.post("/v1/admin/tokens", &json!({ "name": "t", "scopes": scopes })).expect(201).data();
    app.anonymous().bearer(made["token"].as_str().unwrap())
}

#[test]
fn only_so_many_may_listen_and_each_door_has_its_own_places() {
    let app = TestApp::start_with(Database::Sqlite, &["--event-listeners", "2"]).unwrap();
    let editor = app.editor();
    let places = [reader(&app, "/v1/events", &[]), reader(&app, "/v1/events", &[])];
    let full = app.anonymous().get("/v1/events");
    assert_eq!(full.header("retry-after"), Some("10"));
    let _ = full.problem(503, "unavailable");
    let metrics = app.anonymous().get("/metrics").text();
    assert!(
        metrics.contains("slugline_event_readers 2\n") && metrics.contains("slugline_events_unnumbered 0"),
        "{metrics}"
    );
    let _ = listening(&app, &editor);
    drop(places);
}

#[test]
fn a_look_at_the_headers_takes_no_place() {
    let app = TestApp::start_with(Database::Sqlite, &["--event-listeners", "1"]).unwrap();
    for _ in 0..3 {
        let head = app.anonymous().send("HEAD", "/v1/events", None).expect(200);
        assert_eq!((head.header("content-type"), head.bytes.len()), (Some("text/event-stream"), 0));
    }
    let _ = reader(&app, "/v1/events", &[]);
}

#[test]
fn streams_end_when_the_server_drains() {
    let mut app = TestApp::start(Database::Sqlite).unwrap();
    let editor = app.editor();
    let mut streams = [reader(&app, "/v1/events", &[]).0, listening(&app, &editor)];
    app.begin_stop();
    for stream in &mut streams {
        assert!(stream.rest().is_empty() && stream.complete, "cut off");
    }
    app.stopped();
}
