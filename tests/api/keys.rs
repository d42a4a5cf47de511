//! The keys that sign access tokens: how they take turns, on every node, without anybody noticing; and how one that
//! others may know ends at once.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use slugline::app::App;
use slugline::crypto::jwt::LEEWAY_SECONDS;
use slugline::domain::keys::{self, LEAD_SECONDS, OVERLAP_SECONDS, Rotation};
use slugline::domain::sessions::ACCESS_SECONDS;
use slugline::error::Result;

use crate::both;
use crate::support::stream::Stream;
use crate::support::{Answer, Client, Database, Session, TestApp};

const DAY: i64 = 86_400;

/// The names in the key set, the one that signs first.
fn published(app: &TestApp) -> Vec<String> {
    let set = app.anonymous().get("/.well-known/jwks.json").expect(200).json();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// Asks again until it is so, for as long as a slow machine may take: what one node wrote is known to all in seconds.
#[track_caller]
fn soon<T: PartialEq + Debug>(expected: &T, ask: impl Fn() -> T) {
    let begun = Instant::now();
    while ask() != *expected && begun.elapsed() < Duration::from_secs(5) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(ask(), *expected);
}

/// The key that signed this one's access token.
fn signer(client: &Client) -> String {
    let header = client.bearer_token().split('.').next().unwrap();
    let header = URL_SAFE_NO_PAD.decode(header).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

/// As the command line does it: from a process of its own.
fn rotate(app: &TestApp, how: Rotation) -> Result<String> {
    let outsider = app.second_node();
    let row = outsider.write_here(|cx, actor| keys::rotate(cx, actor, &outsider.keys.secret, how))?;
    Ok(row.public.unwrap())
}

fn sweep(node: &Arc<App>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(slugline::jobs::sweep_once(node)).unwrap();
}

fn login(node: &TestApp, who: &Session) -> Value {
    let body = json!({ "email": who.email, "password": who.password });
    node.anonymous().post("/v1/auth/login", &body).expect(200).json()
}

fn refresh(node: &TestApp, tokens: &Value) -> Value {
    let body = json!({ "refresh_token": tokens["refresh_token"] });
    node.anonymous().post("/v1/auth/refresh", &body).expect(200).json()
}

fn bearer(node: &TestApp, tokens: &Value) -> Client {
    node.anonymous().bearer(tokens["access_token"].as_str().unwrap())
}

fn me(node: &TestApp, tokens: &Value) -> Answer {
    bearer(node, tokens).get("/v1/auth/me")
}

both! {
    keys_take_turns_and_nobody_notices(app) {
        let other = TestApp::beside(app);
        let nodes = [app, &other];
        let editor = app.editor();
        let first = published(app);
        assert_eq!((first.len(), &first, &signer(&editor)), (1, &published(&other), &first[0]));

        // Known to everybody before it signs.
        let second = rotate(app, Rotation::Overlapping).unwrap();
        let [waiting, turned] = [[first[0].clone(), second.clone()], [second.clone(), first[0].clone()]].map(Vec::from);
        for node in nodes {
            soon(&waiting, || published(node));
        }
        let refused = rotate(app, Rotation::Overlapping).unwrap_err();
        assert!(refused.detail().contains("published already"), "{refused}");
        app.advance(LEAD_SECONDS - 2);
        let mut tokens = login(&other, &editor);
        assert_eq!((signer(&bearer(app, &tokens)), published(app)), (first[0].clone(), waiting));

        // On the second it signs, on every node, and the other one still verifies.
        app.advance(3);
        let held = tokens.clone();
        for (node, beside) in [(app, &other), (&other, app)] {
            tokens = refresh(node, &tokens);
            assert_eq!((signer(&bearer(node, &tokens)), published(node)), (second.clone(), turned.clone()));
            for here in [node, beside] {
                let _ = me(here, &tokens).expect(200);
                let _ = me(here, &held).expect(200);
            }
        }
        sweep(&app.app);
        assert_eq!(published(app), turned);
        app.advance(ACCESS_SECONDS - 10);
        sweep(&other.app);
        let _ = me(&other, &held).expect(200);
        // Until its last token has ended.
        app.advance(10 + 2 * LEEWAY_SECONDS);
        let _ = me(app, &held).problem(401, "unauthenticated");
        sweep(&other.app);
        for node in nodes {
            soon(&vec![second.clone()], || published(node));
        }
        tokens = refresh(app, &tokens);
        let _ = me(&other, &tokens).expect(200);
        assert!(rotate(app, Rotation::Overlapping).is_ok());
    }

    an_old_key_is_followed_by_itself_and_by_one_node_alone(app) {
        let other = app.second_node();
        let _ = app.editor();
        let first = published(app);
        app.advance(90 * DAY - LEAD_SECONDS - 60);
        sweep(&app.app);
        assert_eq!(published(app), first);
        app.advance(60);
        std::thread::scope(|scope| {
            for node in [&app.app, &other, &app.app, &other] {
                scope.spawn(move || sweep(node));
            }
        });
        soon(&2, || published(app).len());
        let waiting = published(app);
        assert_eq!(waiting[0], first[0]);
        app.advance(LEAD_SECONDS);
        assert_eq!(signer(&app.editor()), waiting[1]);
        app.advance(OVERLAP_SECONDS);
        sweep(&app.app);
        soon(&vec![waiting[1].clone()], || published(app));
        app.run_jobs();
        let audit = app.signed_in("admin").get("/v1/admin/audit?action=rotate_keys").expect(200).data();
        assert_eq!((audit.as_array().unwrap().len(), &audit[0]["detail"]["kid"]), (1, &json!(waiting[1])), "{audit}");
        assert_eq!((&audit[0]["actor"]["name"], &audit[0]["detail"]["at_once"]), (&json!("system"), &json!(false)));
        // What a key seals and signs for longer than a quarter of an hour is none of these keys' business.
        app.advance(90 * DAY);
        sweep(&other);
        soon(&2, || published(app).len());
    }

    a_key_that_others_may_know_ends_at_once(app) {
        let other = TestApp::beside(app);
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let tokens = login(app, &editor);
        let draft = editor.draft(&json!({ "headline": "Draft" }));
        let preview = format!("/v1/admin/articles/{}/preview-tokens", draft["id"].as_str().unwrap());
        let preview = editor.post(&preview, &json!({})).expect(201).data()["url"].clone();
        let new = json!({ "name": "Bot", "scopes": ["articles:read"], "user": editor.user });
        let bot = admin.post("/v1/admin/tokens", &new).expect(201).data()["token"].as_str().unwrap().to_owned();
        let line = format!("Authorization: Bearer {}", editor.bearer_token());
        let mut stream = Stream::open(&other.address, "/v1/admin/events", &[line]);
        let _ = stream.next_part();
        let waits = rotate(app, Rotation::Overlapping).unwrap();

        let fresh = rotate(app, Rotation::AtOnce).unwrap();
        for node in [app, &other] {
            let _ = node.anonymous().bearer(editor.bearer_token()).get("/v1/auth/me").problem(401, "unauthenticated");
            let _ = me(node, &tokens).problem(401, "unauthenticated");
        }
        // Sessions go on, on every node at once, and what is signed otherwise.
        let tokens = refresh(&other, &tokens);
        assert_eq!(signer(&bearer(&other, &tokens)), fresh);
        for node in [app, &other] {
            let _ = me(node, &tokens).expect(200);
            let _ = node.anonymous().bearer(&bot).get("/v1/admin/articles").expect(200);
            let _ = node.anonymous().get(preview.as_str().unwrap()).expect(200);
            soon(&vec![fresh.clone()], || published(node));
        }
        assert!(waits != fresh && signer(&app.editor()) == fresh);
        let ended = Instant::now();
        loop {
            let _ = bearer(app, &tokens).draft(&json!({ "headline": "Not for the old ones" }));
            app.run_jobs();
            other.run_jobs();
            if stream.next_part().is_none() {
                break;
            }
            assert!(ended.elapsed() < Duration::from_secs(10), "{}", stream.seen);
        }
        app.run_jobs();
        let audit = bearer(app, &login(app, &admin)).get("/v1/admin/audit?action=rotate_keys").expect(200).data();
        assert_eq!((&audit[0]["detail"]["at_once"], &audit[1]["detail"]["at_once"]), (&json!(true), &json!(false)));
    }

    the_key_set_is_kept_for_less_than_a_key_waits(app) {
        let answer = app.anonymous().get("/.well-known/jwks.json").expect(200);
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        const { assert!(LEAD_SECONDS >= 10 * 300) };
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let tag = answer.header("etag").unwrap().to_owned();
        let again = app.anonymous().with("If-None-Match", &tag).get("/.well-known/jwks.json").expect(304);
        assert_eq!(again.header("cache-control"), Some("public, max-age=300"));
        let _ = rotate(app, Rotation::Overlapping).unwrap();
        soon(&2, || published(app).len());
        let changed = app.anonymous().with("If-None-Match", &tag).get("/.well-known/jwks.json").expect(200);
        assert!(!changed.text().contains("\"d\"") && changed.json()["keys"].as_array().unwrap().len() == 2);
    }
}

#[test]
fn an_operator_can_keep_a_key_for_good() {
    let Some(app) = TestApp::start_with(Database::Sqlite, &["--key-rotation-days", "0"]) else { return };
    let first = published(&app);
    app.advance(4_000 * DAY);
    sweep(&app.app);
    assert_eq!((published(&app), signer(&app.editor())), (first.clone(), first[0].clone()));
}
