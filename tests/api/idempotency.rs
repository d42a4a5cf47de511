//! `Idempotency-Key`: what is sent again is done once.

use std::sync::mpsc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use slugline::on_db;
use slugline::store::{Access, Conn};

use crate::both;
use crate::openapi::{document, id, operations};
use crate::support::{Answer, Client};

const ARTICLES: &str = "/v1/admin/articles";

fn keyed(client: &Client, key: &str) -> Client {
    client.with("Idempotency-Key", key)
}

fn is_replayed(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

/// The same answer, but for what belongs to the request.
fn same(first: &Answer, second: &Answer) {
    assert_eq!((first.status, first.text()), (second.status, second.text()));
    for name in ["etag", "location", "content-type", "cache-control"] {
        assert_eq!(first.header(name), second.header(name), "{name}");
    }
    assert!(!is_replayed(first) && is_replayed(second));
}

fn count(client: &Client) -> usize {
    client.get("/v1/admin/articles?limit=100").data().as_array().unwrap().len()
}

#[test]
fn every_post_takes_a_key_or_is_on_the_list() {
    let document = document();
    let exceptions = slugline::http::once::WITHOUT_KEY;
    for (method, path, operation) in operations(&document) {
        let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
        let takes = parameters.iter().any(|parameter| parameter["name"] == "Idempotency-Key");
        let wanted = method == "post" && path.starts_with("/v1/admin/") && !exceptions.contains(&id(operation));
        assert_eq!(takes, wanted, "{}", id(operation));
        let replayed = ["200", "201", "202"]
            .iter()
            .any(|status| operation["responses"][status]["headers"]["Idempotency-Replayed"].is_object());
        assert_eq!(replayed, wanted, "{}", id(operation));
    }
    let known: Vec<&str> = operations(&document).into_iter().map(|(_, _, operation)| id(operation)).collect();
    assert!(exceptions.iter().all(|name| known.contains(name)), "{exceptions:?}");
}

both! {
    the_same_request_is_done_once(app) {
        let editor = app.editor();
        let client = keyed(&editor, "draft-1");
        let body = json!({ "headline": "Once" });
        let first = client.post(ARTICLES, &body).expect(201);
        same(&first, &client.post(ARTICLES, &body));
        same(&first, &keyed(&editor, "\"draft-1\"").post(ARTICLES, &body));
        assert_eq!(count(&editor), 1);
        let other = client.post(ARTICLES, &json!({ "headline": "Twice" })).problem(422, "idempotency_key_reused");
        assert!(!other.to_string().contains("draft-1"), "{other}");
        // Before If-Match: what was done once is not stale now.
        let article = first.data();
        let publish = keyed(&editor, "draft-1");
        let live = publish.act(&article, "publish", &json!({})).expect(200);
        same(&live, &publish.act(&article, "publish", &json!({})));
        let _ = editor.act(&article, "publish", &json!({})).problem(412, "stale_version");
        // Nor does it matter then that If-Match is missing or malformed; a new key asks for it as ever.
        let path = format!("{ARTICLES}/{}/publish", article["id"].as_str().unwrap());
        same(&live, &publish.post(&path, &json!({})));
        same(&live, &publish.with("If-Match", "W/\"1\"").post(&path, &json!({})));
        same(&live, &publish.with("If-Match", "\"999\"").post(&path, &json!({})));
        let _ = publish.post(&path, &json!({ "minor_edit": true })).problem(422, "idempotency_key_reused");
        let _ = keyed(&editor, "unused").post(&path, &json!({})).problem(428, "if_match_required");
        let _ = editor.post(&path, &json!({})).problem(428, "if_match_required");
        assert_eq!(editor.article(&article["id"])["version"], 2);
        // Of the same route, but another article.
        let second = editor.draft(&json!({ "headline": "Second" }));
        let _ = publish.act(&second, "publish", &json!({})).problem(422, "idempotency_key_reused");
        // Another person's key is another key, and so is that of a token that may do less.
        let _ = keyed(&app.signed_in("author"), "draft-1").post(ARTICLES, &json!({ "headline": "Theirs" })).expect(201);
        let admin = app.signed_in("admin");
        let new = json!({ "name": "t", "scopes": ["articles:read"], "user": editor.user });
        let token = admin.post("/v1/admin/tokens", &new).expect(201).data()["token"].as_str().unwrap().to_owned();
        let _ = keyed(&app.anonymous().bearer(&token), "draft-1").post(ARTICLES, &body).problem(403, "insufficient_scope");
    }

    the_key_goes_before_if_match_at_every_resource(app) {
        let (editor, admin) = (app.editor(), app.signed_in("admin"));
        let article = editor.draft(&json!({ "headline": "First" }));
        let path = format!("{ARTICLES}/{}", article["id"].as_str().unwrap());
        let changed = editor.if_match(&article["version"]).patch(&path, &json!({ "headline": "Second" })).expect(200).data();
        let (gone, kept) = (editor.tag("Rains", "topic"), editor.tag("Rain", "topic"));
        let tag = format!("/v1/admin/tags/{}/merge", gone["id"].as_str().unwrap());
        let user = admin.get(&format!("/v1/admin/users/{}", app.signed_in("author").user)).expect(200).data();
        let suspend = format!("/v1/admin/users/{}/suspend", user["id"].as_str().unwrap());
        let editor: &Client = &editor;
        for (client, path, version, body) in [
            (editor, format!("{path}/revisions/1/restore"), &changed["version"], json!({})),
            (editor, tag, &gone["version"], json!({ "into": kept["id"] })),
            (&admin, suspend, &user["version"], json!({})),
        ] {
            let client = keyed(client, "k");
            let _ = client.post(&path, &body).problem(428, "if_match_required");
            let done = client.if_match(version).post(&path, &body).expect(200);
            same(&done, &client.post(&path, &body));
        }
    }

    an_answer_is_kept_for_a_day(app) {
        let editor = app.editor();
        let body = json!({ "headline": "Daily" });
        let _ = keyed(&editor, "k").post(ARTICLES, &body).expect(201);
        app.advance(86_390);
        let again = app.anonymous().post("/v1/auth/login", &json!({ "email": editor.email, "password": editor.password })).expect(200).json();
        let client = keyed(&app.anonymous().bearer(again["access_token"].as_str().unwrap()), "k");
        assert!(is_replayed(&client.post(ARTICLES, &body)));
        app.advance(20);
        let new = client.post(ARTICLES, &json!({ "headline": "Another day" })).expect(201);
        assert!(!is_replayed(&new));
        app.advance(86_400);
        let swept = app.app.write_here(|cx, _| slugline::domain::idempotency::sweep(cx, 10)).unwrap();
        assert_eq!(swept, 1);
    }

    what_was_refused_may_be_tried_again(app) {
        let editor = app.editor();
        let client = keyed(&editor, "k");
        let _ = client.post(ARTICLES, &json!({ "headline": "" })).problem(422, "invalid_body");
        let _ = client.post(ARTICLES, &json!({ "headline": "x", "hero": "0197a000-0000-7000-8000-000000000000" })).problem(422, "invalid_body");
        let _ = client.post(ARTICLES, &json!({ "headline": "Right" })).expect(201);
        let article = editor.draft(&json!({ "headline": "Draft" }));
        let _ = client.act(&article, "unpublish", &json!({})).problem(409, "illegal_action");
        let live = editor.act(&article, "publish", &json!({})).expect(200).data();
        let _ = client.act(&live, "unpublish", &json!({})).expect(200);
        for wrong in ["", " ", "a b", "\"a", "\"\"", "k\u{e9}", &"k".repeat(256)] {
            let problem = keyed(&editor, wrong).post(ARTICLES, &json!({ "headline": "x" })).problem(400, "invalid_header");
            assert_eq!(problem["errors"][0]["header"], "Idempotency-Key");
        }
        let _ = keyed(&editor, &"k".repeat(255)).post(ARTICLES, &json!({ "headline": "x" })).expect(201);
        // Secrets are kept nowhere: those routes take no key.
        let admin = keyed(&app.signed_in("admin"), "k");
        let new = json!({ "name": "t", "scopes": [] });
        let tokens: Vec<Value> = (0..2).map(|_| admin.post("/v1/admin/tokens", &new).expect(201).data()).collect();
        assert_ne!(tokens[0]["id"], tokens[1]["id"]);
    }

    while_one_is_at_work_its_twin_is_told_to_wait(app) {
        let editor = app.editor();
        let body = json!({ "headline": "Twins" });
        let (tell, hear) = mpsc::channel();
        let first = app.app.store.run_here(Access::Write, |conn| {
            if matches!(conn, Conn::Postgres(_)) {
                on_db!(&mut *conn, |c| c.batch_execute("LOCK TABLE articles IN EXCLUSIVE MODE"))?;
            }
            for _ in 0..2 {
                let (client, body, tell) = (keyed(&editor, "twin"), body.clone(), tell.clone());
                std::thread::spawn(move || tell.send(client.post(ARTICLES, &body)).unwrap());
            }
            Ok(hear.recv_timeout(Duration::from_secs(20)).unwrap())
        });
        let _ = first.unwrap().problem(409, "idempotency_key_in_use");
        let done = hear.recv_timeout(Duration::from_secs(20)).unwrap().expect(201);
        same(&done, &keyed(&editor, "twin").post(ARTICLES, &body));
        assert_eq!(count(&editor), 1);
    }

    twins_never_make_two(app) {
        let editor = app.editor();
        let body = json!({ "headline": "Many" });
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..6).map(|_| scope.spawn(|| keyed(&editor, "many").post(ARTICLES, &body))).collect();
            running.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let done = answers.iter().filter(|answer| answer.status == 201);
        assert_eq!(done.filter(|answer| !is_replayed(answer)).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|answer| matches!(answer.status, 201 | 409)), "{answers:?}");
        assert_eq!(count(&editor), 1);
    }
}
