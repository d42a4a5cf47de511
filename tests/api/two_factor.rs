//! The second factor, and what takes a sign-in a short while ago.

use serde_json::{Value, json};
use slugline::crypto::totp::{STEP_SECONDS, TotpSecret};
use slugline::domain::{Actor, auth};

use crate::both;
use crate::support::{Answer, Client, Session, TestApp};

/// The code of an authenticator now.
fn code(app: &TestApp, secret: &Value) -> String {
    let secret = TotpSecret::from_shown(secret.as_str().unwrap()).unwrap();
    secret.code(app.clock.now().unix() / STEP_SECONDS)
}

/// Turns the second factor on; answers the secret and the recovery codes.
fn turn_on(app: &TestApp, who: &Client) -> (Value, Vec<Value>) {
    let started = who.post("/v1/auth/totp", &json!({})).expect(200).data();
    let confirmed = who.post("/v1/auth/totp/confirm", &json!({ "code": code(app, &started["secret"]) })).expect(200);
    let codes = confirmed.data()["recovery_codes"].as_array().unwrap().clone();
    (started["secret"].clone(), codes)
}

fn login(app: &TestApp, who: &Session, code: &Value) -> Answer {
    let body = json!({ "email": who.email, "password": who.password, "totp_code": code });
    app.anonymous().post("/v1/auth/login", &body)
}

fn plain_login(app: &TestApp, who: &Session) -> Answer {
    app.anonymous().post("/v1/auth/login", &json!({ "email": who.email, "password": who.password }))
}

/// The same person as before, by new tokens.
fn as_tokens(app: &TestApp, tokens: &Value) -> Client {
    app.anonymous().bearer(tokens["access_token"].as_str().unwrap())
}

/// Whom a token lets in on another node.
fn on_node(node: &slugline::app::App, client: &Client) -> Option<Actor> {
    let token = node.keys.ring().verify_access(client.bearer_token(), node.clock.now().unix()).unwrap();
    node.write_here(|cx, _| auth::actor_of_session(cx, &token)).unwrap()
}

both! {
    the_first_day_from_the_invitation_to_the_second_factor(app) {
        let admin = app.signed_in("admin");
        let new = json!({ "email": "ines@news.example", "name": "Ines", "role": "editor", "invite": true });
        let token = admin.post("/v1/admin/users", &new).expect(201).json()["meta"]["invitation"]["token"].clone();
        let _ = admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "require_totp": ["editor"] })).expect(200);
        let accept = json!({ "token": token, "name": "Ines Falk", "password": "seven green boats at the quay" });
        let tokens = app.anonymous().post("/v1/auth/invitations/accept", &accept).expect(200).json();
        let ines = as_tokens(app, &tokens);
        // All that is open to her is to set it up.
        let _ = ines.post("/v1/admin/articles", &json!({ "headline": "x" })).problem(403, "totp_setup_required");
        let _ = ines.get("/v1/admin/articles").problem(403, "totp_setup_required");
        let _ = ines.get("/v1/auth/sessions").problem(403, "totp_setup_required");
        assert_eq!(ines.get("/v1/auth/me").expect(200).data()["totp"], false);
        let (secret, codes) = turn_on(app, &ines);
        assert_eq!(codes.len(), 10);
        assert_eq!(ines.get("/v1/auth/me").expect(200).data()["totp"], true);
        let _ = ines.draft(&json!({ "headline": "On the first day" }));
        let session = Session { client: ines, email: "ines@news.example".into(), password: "seven green boats at the quay".into(), user: String::new() };
        let _ = plain_login(app, &session).problem(401, "totp_required");
        app.advance(30);
        let _ = login(app, &session, &json!(code(app, &secret))).expect(200);
    }

    a_code_is_good_once_and_for_a_while(app) {
        let editor = app.editor();
        let started = editor.post("/v1/auth/totp", &json!({})).expect(200).data();
        let uri = started["uri"].as_str().unwrap();
        assert!(uri.starts_with("otpauth://totp/") && uri.contains(&format!("secret={}", started["secret"].as_str().unwrap())), "{uri}");
        let _ = plain_login(app, &editor).expect(200);
        let _ = editor.post("/v1/auth/totp/confirm", &json!({ "code": "12345" })).problem(401, "invalid_totp_code");
        let first = code(app, &started["secret"]);
        let _ = editor.post("/v1/auth/totp/confirm", &json!({ "code": first })).expect(200);
        let _ = editor.post("/v1/auth/totp", &json!({})).problem(409, "conflict");
        let _ = editor.post("/v1/auth/totp/confirm", &json!({ "code": first })).problem(409, "conflict");
        // The step that turned it on is used up.
        let _ = login(app, &editor, &json!(first)).problem(401, "invalid_totp_code");
        app.advance(30);
        let second = json!(code(app, &started["secret"]));
        let wrong = json!({ "email": editor.email, "password": "not the right password", "totp_code": second });
        let _ = app.anonymous().post("/v1/auth/login", &wrong).problem(401, "invalid_credentials");
        let _ = login(app, &editor, &second).expect(200);
        let _ = login(app, &editor, &second).problem(401, "invalid_totp_code");
        app.advance(60);
        let third = json!(code(app, &started["secret"]));
        app.advance(60);
        let _ = login(app, &editor, &third).problem(401, "invalid_totp_code");
        app.advance(900);
        let spaced = code(app, &started["secret"]);
        let _ = login(app, &editor, &json!(format!("{} {}", &spaced[..3], &spaced[3..]))).expect(200);
    }

    a_secret_waits_a_quarter_of_an_hour_for_its_first_code(app) {
        let editor = app.editor();
        let first = editor.post("/v1/auth/totp", &json!({})).expect(200).data()["secret"].clone();
        let second = editor.post("/v1/auth/totp", &json!({})).expect(200).data()["secret"].clone();
        let _ = editor.post("/v1/auth/totp/confirm", &json!({ "code": code(app, &first) })).problem(401, "invalid_totp_code");
        app.advance(899);
        let _ = editor.get("/v1/auth/me").expect(200);
        app.advance(2);
        let again = as_tokens(app, &plain_login(app, &editor).expect(200).json());
        let late = json!({ "code": code(app, &second) });
        let _ = again.post("/v1/auth/totp/confirm", &late).problem(409, "conflict");
    }

    recovery_codes_take_the_place_of_a_lost_authenticator(app) {
        let editor = app.editor();
        let (secret, codes) = turn_on(app, &editor);
        let _ = login(app, &editor, &codes[0]).expect(200);
        let _ = login(app, &editor, &codes[0]).problem(401, "invalid_totp_code");
        let loose = json!(codes[1].as_str().unwrap().replace('-', "").to_uppercase());
        let tokens = login(app, &editor, &loose).expect(200).json();
        let again = as_tokens(app, &tokens);
        let proof = |code: &Value| json!({ "current_password": editor.password, "code": code });
        app.advance(30);
        let renewed = again.post("/v1/auth/totp/recovery-codes", &proof(&json!(code(app, &secret)))).expect(200).data();
        let renewed = renewed["recovery_codes"].as_array().unwrap().clone();
        let _ = login(app, &editor, &codes[2]).problem(401, "invalid_totp_code");
        let _ = again.post("/v1/auth/totp/disable", &json!({ "current_password": "not the right password", "code": renewed[0] })).problem(422, "invalid_body");
        let _ = again.post("/v1/auth/totp/disable", &proof(&json!("000000"))).problem(401, "invalid_totp_code");
        let _ = again.post("/v1/auth/totp/disable", &proof(&renewed[0])).expect(204);
        let _ = again.post("/v1/auth/totp/disable", &proof(&renewed[1])).problem(409, "conflict");
        let _ = plain_login(app, &editor).expect(200);
        // Another user's codes are nobody else's.
        let other = app.editor();
        let (_, others) = turn_on(app, &other);
        let (_, _) = turn_on(app, &editor);
        let _ = login(app, &editor, &others[0]).problem(401, "invalid_totp_code");
    }

    wrong_codes_are_braked_wherever_they_come_from(app) {
        let editor = app.editor();
        let (secret, _) = turn_on(app, &editor);
        for _ in 0..5 {
            let _ = login(app, &editor, &json!("000000")).problem(401, "invalid_totp_code");
        }
        let _ = login(app, &editor, &json!("000000")).problem(429, "too_many_requests");
        app.advance(900);
        let right = json!(code(app, &secret));
        let _ = login(app, &editor, &right).expect(200);
        // Asking for the code is no failure.
        for _ in 0..10 {
            let _ = plain_login(app, &editor).problem(401, "totp_required");
        }
    }

    what_is_dangerous_takes_a_sign_in_a_short_while_ago(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let hooks = [false, true].map(|trusted| {
            let new = json!({ "name": "x", "url": "https://hooks.example/in", "trusted": trusted });
            format!("/v1/admin/webhooks/{}", admin.post("/v1/admin/webhooks", &new).expect(201).data()["id"].as_str().unwrap())
        });
        let tokens = plain_login(app, &admin).expect(200).json();
        app.advance(600);
        let tokens = app.anonymous().post("/v1/auth/refresh", &json!({ "refresh_token": tokens["refresh_token"] })).expect(200).json();
        let refreshed = as_tokens(app, &tokens);
        let any = refreshed.with("If-Match", "*");
        let user = format!("/v1/admin/users/{}", editor.user);
        let dangerous = |client: &Client| {
            let any = client.with("If-Match", "*");
            vec![
                client.post("/v1/admin/tokens", &json!({ "name": "x", "scopes": [] })),
                any.patch(&user, &json!({ "role": "author" })),
                any.patch(&user, &json!({ "email": "x@news.example" })),
                any.patch(&user, &json!({ "password": "a wholly different passphrase" })),
                any.post(&format!("{user}/suspend"), &json!({})),
                any.post(&format!("{user}/reactivate"), &json!({})),
                client.post(&format!("{user}/reset-password"), &json!({})),
                any.delete(&user),
                client.post("/v1/admin/users", &json!({ "email": "y@news.example", "name": "y", "role": "contributor" })),
                any.patch("/v1/admin/site", &json!({ "require_totp": [] })),
                any.patch("/v1/admin/site", &json!({ "entitlement_keys": [] })),
                client.post("/v1/admin/webhooks", &json!({ "name": "x", "url": "https://hooks.example/new", "trusted": true })),
                any.patch(&hooks[0], &json!({ "trusted": true })),
                any.patch(&hooks[1], &json!({ "url": "https://hooks.example/elsewhere" })),
                client.post("/v1/auth/totp", &json!({})),
            ]
        };
        let _ = any.patch(&user, &json!({ "name": "Fresh enough" })).expect(200);
        app.advance(301);
        for answer in dangerous(&refreshed) {
            let _ = answer.problem(403, "fresh_login_required");
        }
        let _ = any.patch(&user, &json!({ "name": "Nothing dangerous" })).expect(200);
        let _ = any.patch(&hooks[0], &json!({ "url": "https://hooks.example/elsewhere" })).expect(200);
        let _ = any.patch(&hooks[1], &json!({ "trusted": false })).expect(200);
        let _ = any.patch("/v1/admin/site", &json!({ "description": "Nothing dangerous" })).expect(200);
        let told = refreshed.get("/v1/admin/policy?operation=update_webhook").expect(200).data();
        assert_eq!(told["operations"][0]["fresh_members"], json!(["trusted", "url"]));
        let _ = refreshed.post("/v1/auth/totp", &json!({ "current_password": admin.password })).expect(200);
        let fresh = as_tokens(app, &plain_login(app, &admin).expect(200).json());
        for answer in dangerous(&fresh) {
            assert!(matches!(answer.status, 200..=204), "{}", answer.text());
        }
    }

    nobody_shuts_themselves_out(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let any = admin.with("If-Match", "*");
        let refused = any.patch("/v1/admin/site", &json!({ "require_totp": ["admin", "editor"] })).problem(422, "invalid_body");
        assert_eq!(refused["errors"][0]["pointer"], "/require_totp");
        let _ = any.patch("/v1/admin/site", &json!({ "require_totp": ["editor", "editor"] })).problem(422, "invalid_body");
        let _ = turn_on(app, &admin);
        let site = any.patch("/v1/admin/site", &json!({ "require_totp": ["admin", "editor"] })).expect(200).data();
        assert_eq!(site["require_totp"], json!(["admin", "editor"]));
        assert!(app.anonymous().get("/v1/site").expect(200).data().get("require_totp").is_none());
        let _ = editor.get("/v1/admin/articles").problem(403, "totp_setup_required");
        let _ = app.signed_in("author").get("/v1/admin/articles").expect(200);
        // Whoever has lost it is helped by an administrator, and nobody helps themselves so.
        let (_, _) = turn_on(app, &editor);
        let _ = editor.get("/v1/admin/articles").expect(200);
        let own = format!("/v1/admin/users/{}/reset-totp", admin.user);
        let _ = any.post(&own, &json!({})).problem(409, "conflict");
        let path = format!("/v1/admin/users/{}", editor.user);
        assert_eq!(any.get(&path).expect(200).data()["totp"], true);
        app.advance(1);
        let _ = editor.with("If-Match", "*").post(&format!("{path}/reset-totp"), &json!({})).problem(403, "forbidden");
        let reset = any.post(&format!("{path}/reset-totp"), &json!({})).expect(200).data();
        assert_eq!(reset["totp"], false);
        let _ = editor.get("/v1/auth/me").problem(401, "unauthenticated");
        let _ = any.post(&format!("{path}/reset-totp"), &json!({})).problem(409, "conflict");
        let _ = plain_login(app, &editor).expect(200);
    }

    a_suspended_colleague_is_out_on_the_other_node_too(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let node = app.second_node();
        assert_eq!(on_node(&node, &editor).unwrap().name, "editor");
        let path = format!("/v1/admin/users/{}", editor.user);
        let _ = admin.with("If-Match", "*").post(&format!("{path}/suspend"), &json!({})).expect(200);
        assert!(on_node(&node, &editor).is_none());
        let _ = admin.with("If-Match", "*").post(&format!("{path}/reactivate"), &json!({})).expect(200);
        assert!(on_node(&node, &editor).is_none());
        // So is whoever has another role, another password or signed out.
        let author = app.signed_in("author");
        assert!(on_node(&node, &author).is_some());
        app.advance(1);
        let _ = admin.with("If-Match", "*").patch(&format!("/v1/admin/users/{}", author.user), &json!({ "role": "editor" })).expect(200);
        assert!(on_node(&node, &author).is_none());
        let other = app.editor();
        let tokens = plain_login(app, &other).expect(200).json();
        let _ = app.anonymous().post("/v1/auth/logout", &json!({ "refresh_token": tokens["refresh_token"] })).expect(204);
        assert!(on_node(&node, &as_tokens(app, &tokens)).is_none());
        assert!(on_node(&node, &other).is_some());
    }
}
