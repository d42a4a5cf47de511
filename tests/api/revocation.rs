//! What is older than a logout, a new password, another role or a suspension ends at once, on every node: the change is
//! made on one, and the other one is asked without any wait.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::both;
use crate::support::stream::Stream;
use crate::support::{Client, Session, TestApp};

/// All that one colleague holds, as the other node takes it.
struct Held<'a> {
    app: &'a TestApp,
    other: &'a TestApp,
    admin: &'a Session,
    who: Session,
    refresh: Value,
    bot: Client,
    preview: String,
    stream: Stream,
    bots_stream: Stream,
}

/// What of it is still good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Good {
    access: bool,
    refresh: bool,
    bot: bool,
    preview: bool,
}

const NOTHING: Good = Good { access: false, refresh: false, bot: false, preview: false };
/// What programs and guests hold is not of the session.
const SESSION_ENDED: Good = Good { bot: true, preview: true, ..NOTHING };

fn listen(node: &TestApp, client: &Client) -> Stream {
    let line = format!("Authorization: Bearer {}", client.bearer_token());
    let mut stream = Stream::open(&node.address, "/v1/admin/events", &[line]);
    assert!(stream.status == 200 && stream.next_part().is_some());
    stream
}

impl<'a> Held<'a> {
    /// An editor with a session, an API token, a preview of another one's draft, and two streams.
    fn by(app: &'a TestApp, other: &'a TestApp, admin: &'a Session, draft: &Value) -> Self {
        let who = app.editor();
        let body = json!({ "email": who.email, "password": who.password });
        let tokens = other.anonymous().post("/v1/auth/login", &body).expect(200).json();
        let client = other.anonymous().bearer(tokens["access_token"].as_str().unwrap());
        let who = Session { client, ..who };
        let new = json!({ "name": "Bot", "scopes": ["articles:read"], "user": who.user });
        let token = admin.post("/v1/admin/tokens", &new).expect(201).data();
        let bot = other.anonymous().bearer(token["token"].as_str().unwrap());
        let previews = format!("/v1/admin/articles/{}/preview-tokens", draft["id"].as_str().unwrap());
        let made = who.post(&previews, &json!({})).expect(201).data();
        let preview = format!("/v1/preview/{}", made["token"].as_str().unwrap());
        let (stream, bots_stream) = (listen(other, &who), listen(other, &bot));
        let refresh = tokens["refresh_token"].clone();
        let held = Self { app, other, admin, who, refresh, bot, preview, stream, bots_stream };
        assert_eq!(held.good(draft, false), Good { access: true, refresh: true, bot: true, preview: true });
        held
    }

    /// What the other node says to all of it now.
    fn good(&self, draft: &Value, tries_refresh: bool) -> Good {
        let body = json!({ "refresh_token": self.refresh });
        let at = format!("/v1/admin/articles/{}", draft["id"].as_str().unwrap());
        Good {
            access: self.who.get("/v1/auth/me").status == 200,
            // A refresh token is good once: before, it is good because it was just made.
            refresh: !tries_refresh || self.other.anonymous().post("/v1/auth/refresh", &body).status == 200,
            bot: self.bot.get(&at).status == 200,
            preview: self.other.anonymous().get(&self.preview).status == 200,
        }
    }

    /// The path of the colleague's record.
    fn user(&self) -> String {
        format!("/v1/admin/users/{}", self.who.user)
    }

    /// Goes on in the newsroom until these streams have ended, which they do when there is something that they must
    /// not tell any more.
    fn streams_end(self, both: bool) {
        let Self { mut stream, bots_stream, app, other, admin, .. } = self;
        let begun = Instant::now();
        for ending in std::iter::once(&mut stream).chain(both.then_some(bots_stream).as_mut()) {
            loop {
                let _ = admin.draft(&json!({ "headline": "Another one" }));
                app.run_jobs();
                other.run_jobs();
                if Stream::next_part(ending).is_none() {
                    break;
                }
                assert!(begun.elapsed() < Duration::from_secs(15), "{}", ending.seen);
            }
        }
    }
}

/// A change, and what is good after it.
type Case = (&'static str, fn(&Held), Good);

const CASES: &[Case] = &[
    (
        "signing out",
        |held| {
            let body = json!({ "refresh_token": held.refresh });
            let _ = held.app.anonymous().post("/v1/auth/logout", &body).expect(204);
        },
        SESSION_ENDED,
    ),
    (
        "ending the session",
        |held| {
            let here = held.app.anonymous().bearer(held.who.bearer_token());
            let sessions = here.get("/v1/auth/sessions").expect(200).data();
            let own = sessions.as_array().unwrap().iter().find(|session| session["current"] == true).unwrap().clone();
            let _ = here.delete(&format!("/v1/auth/sessions/{}", own["id"].as_str().unwrap())).expect(204);
        },
        SESSION_ENDED,
    ),
    (
        "a new password",
        |held| {
            let here = held.app.anonymous().bearer(held.who.bearer_token());
            let body =
                json!({ "current_password": held.who.password, "new_password": "a wholly different passphrase" });
            let _ = here.post("/v1/auth/password", &body).expect(200);
        },
        SESSION_ENDED,
    ),
    (
        "an administrator's new password",
        |held| {
            let body = json!({ "password": "a wholly different passphrase" });
            let _ = held.admin.with("If-Match", "*").patch(&held.user(), &body).expect(200);
        },
        SESSION_ENDED,
    ),
    (
        "a reset by link",
        |held| {
            let link = held.admin.post(&format!("{}/reset-password", held.user()), &json!({})).expect(200).data();
            let body = json!({ "token": link["token"], "password": "a wholly different passphrase" });
            let _ = held.app.anonymous().post("/v1/auth/password-resets/confirm", &body).expect(204);
        },
        SESSION_ENDED,
    ),
    (
        "another role",
        |held| {
            let body = json!({ "role": "contributor" });
            let _ = held.admin.with("If-Match", "*").patch(&held.user(), &body).expect(200);
        },
        NOTHING,
    ),
    (
        "a suspension",
        |held| {
            let path = format!("{}/suspend", held.user());
            let _ = held.admin.with("If-Match", "*").post(&path, &json!({})).expect(200);
        },
        NOTHING,
    ),
    (
        "leaving",
        |held| {
            let _ = held.admin.with("If-Match", "*").delete(&held.user()).expect(204);
        },
        NOTHING,
    ),
];

both! {
    what_is_older_ends_at_once_on_the_other_node(app) {
        let other = TestApp::beside(app);
        let admin = app.signed_in("admin");
        let draft = admin.draft(&json!({ "headline": "Somebody else's" }));
        for (change, make, expected) in CASES {
            let held = Held::by(app, &other, &admin, &draft);
            make(&held);
            assert_eq!(held.good(&draft, true), *expected, "{change}");
            held.streams_end(!expected.bot);
        }
    }

    a_reset_of_the_second_factor_ends_the_sessions_on_the_other_node(app) {
        let other = TestApp::beside(app);
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let secret = editor.post("/v1/auth/totp", &json!({})).expect(200).data()["secret"].clone();
        let secret = slugline::crypto::totp::TotpSecret::from_shown(secret.as_str().unwrap()).unwrap();
        let code = secret.code(app.clock.now().unix() / slugline::crypto::totp::STEP_SECONDS);
        let _ = editor.post("/v1/auth/totp/confirm", &json!({ "code": code })).expect(200);
        let there = other.anonymous().bearer(editor.bearer_token());
        let _ = there.get("/v1/auth/me").expect(200);
        let path = format!("/v1/admin/users/{}/reset-totp", editor.user);
        let _ = admin.with("If-Match", "*").post(&path, &json!({})).expect(200);
        let _ = there.get("/v1/auth/me").problem(401, "unauthenticated");
    }

    a_token_that_was_taken_back_ends_at_once_on_the_other_node(app) {
        let other = TestApp::beside(app);
        let admin = app.signed_in("admin");
        let make = || admin.post("/v1/admin/tokens", &json!({ "name": "t", "scopes": ["articles:read"] })).expect(201).data();
        let bot = |made: &Value| other.anonymous().bearer(made["token"].as_str().unwrap());
        let at = |made: &Value| format!("/v1/admin/tokens/{}", made["id"].as_str().unwrap());
        let any = admin.with("If-Match", "*");
        let [deleted, rotated, narrowed] = [make(), make(), make()];
        for made in [&deleted, &rotated, &narrowed] {
            let _ = bot(made).get("/v1/admin/articles").expect(200);
        }
        let _ = any.delete(&at(&deleted)).expect(204);
        let _ = bot(&deleted).get("/v1/admin/articles").problem(401, "unauthenticated");
        let next = any.post(&format!("{}/rotate", at(&rotated)), &json!({ "overlap_seconds": 0 })).expect(200).data();
        let _ = bot(&rotated).get("/v1/admin/articles").problem(401, "unauthenticated");
        let _ = bot(&next).get("/v1/admin/articles").expect(200);
        let _ = any.patch(&at(&narrowed), &json!({ "scopes": ["tags:read"] })).expect(200);
        let _ = bot(&narrowed).get("/v1/admin/articles").problem(403, "insufficient_scope");
        let _ = any.patch(&at(&narrowed), &json!({ "networks": ["203.0.113.0/24"] })).expect(200);
        let _ = bot(&narrowed).get("/v1/admin/tags").problem(401, "unauthenticated");
        // A preview that was taken back.
        let draft = admin.draft(&json!({ "headline": "Draft" }));
        let previews = format!("/v1/admin/articles/{}/preview-tokens", draft["id"].as_str().unwrap());
        let made = admin.post(&previews, &json!({})).expect(201).data();
        let path = format!("/v1/preview/{}", made["token"].as_str().unwrap());
        let _ = other.anonymous().get(&path).expect(200);
        let _ = admin.delete(&format!("{previews}/{}", made["id"].as_str().unwrap())).expect(204);
        let _ = other.anonymous().get(&path).problem(404, "not_found");
    }
}
