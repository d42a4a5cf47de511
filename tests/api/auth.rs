//! Signing in, staying signed in, signing out; people and their tokens.

use serde_json::{Value, json};
use slugline::domain::{Precondition, users};
use slugline::error::Code;
use slugline::model::Id;

use crate::both;
use crate::support::{Answer, Client, Database, Session, TestApp};

fn login(client: &Client, email: &str, password: &str) -> Answer {
    client.post("/v1/auth/login", &json!({ "email": email, "password": password }))
}

#[track_caller]
fn tokens(app: &TestApp, session: &Session) -> Value {
    login(&app.anonymous(), &session.email, &session.password).expect(200).json()
}

fn refresh(app: &TestApp, token: &Value) -> Answer {
    app.anonymous().post("/v1/auth/refresh", &json!({ "refresh_token": token }))
}

fn me(app: &TestApp, tokens: &Value) -> Answer {
    app.anonymous().bearer(tokens["access_token"].as_str().unwrap()).get("/v1/auth/me")
}

/// An answer without what is its own each time.
fn timeless(mut problem: Value) -> Value {
    for name in ["request_id", "instance"] {
        problem[name] = json!(null);
    }
    problem
}

both! {
    signing_in_gives_flat_tokens(app) {
        let editor = app.editor();
        let answer = login(&app.anonymous(), &editor.email.to_uppercase(), &editor.password).expect(200);
        assert!(answer.header("cache-control").unwrap().contains("no-store"));
        let tokens = answer.json();
        let mut members: Vec<&String> = tokens.as_object().unwrap().keys().collect();
        members.sort();
        assert_eq!(members, ["access_token", "expires_in", "refresh_token", "token_type"]);
        assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(900)));
        let seen = me(app, &tokens).expect(200).data();
        assert_eq!((&seen["email"], &seen["role"], &seen["id"]), (&json!(editor.email), &json!("editor"), &json!(editor.user)));
        assert!(!seen.to_string().contains("hash") && !seen.to_string().contains("argon2"));
        app.advance(899);
        let _ = me(app, &tokens).expect(200);
        app.advance(10);
        let over = me(app, &tokens).expect(401);
        assert!(over.header("www-authenticate").unwrap().starts_with("Bearer"));
    }

    wrong_passwords_and_unknown_people_look_alike(app) {
        let editor = app.editor();
        let suspended = app.editor();
        let admin = app.signed_in("admin");
        let _ = admin.with("If-Match", "*").post(&format!("/v1/admin/users/{}/suspend", suspended.user), &json!({})).expect(200);
        let client = app.anonymous();
        let wrong = timeless(login(&client, &editor.email, "not the right password").problem(401, "invalid_credentials"));
        let unknown = timeless(login(&client, "nobody@news.example", "not the right password").problem(401, "invalid_credentials"));
        let kept_out = timeless(login(&client, &suspended.email, &suspended.password).problem(401, "invalid_credentials"));
        assert_eq!((&wrong, &wrong), (&unknown, &kept_out));
        for body in [json!({}), json!({ "email": "x", "password": "y" }), json!({ "email": editor.email, "password": "" }), json!({ "email": editor.email, "password": "p", "role": "admin" })] {
            let problem = client.post("/v1/auth/login", &body).problem(422, "invalid_body");
            assert!(!problem.to_string().contains(&editor.email));
        }
    }

    failures_are_braked_per_account_and_per_address(app) {
        let (victim, other) = (app.editor(), app.editor());
        let client = app.anonymous();
        for _ in 0..5 {
            let _ = login(&client, &victim.email, "not the right password").problem(401, "invalid_credentials");
        }
        let braked = login(&client, &victim.email, &victim.password).expect(429);
        let wait: i64 = braked.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=900).contains(&wait), "{wait}");
        assert_eq!(braked.problem(429, "too_many_requests")["status"], 429);
        let _ = login(&client, &other.email, &other.password).expect(200);
        app.advance(wait);
        let _ = login(&client, &victim.email, &victim.password).expect(200);
        for n in 0..20 {
            let _ = login(&client, &format!("guess{n}@news.example"), "not the right password").problem(401, "invalid_credentials");
        }
        let braked = login(&client, &other.email, &other.password).expect(429);
        let wait: i64 = braked.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        app.advance(wait);
        let _ = login(&client, &other.email, &other.password).expect(200);
        // A header that anybody can send does not make another network.
        for n in 0..25 {
            let forged = client.with("X-Forwarded-For", &format!("203.0.113.{n}"));
            let _ = login(&forged, &format!("more{n}@news.example"), "not the right password");
        }
        let _ = login(&client.with("X-Forwarded-For", "198.51.100.1"), "last@news.example", "not the right password").problem(429, "too_many_requests");
    }

    refresh_tokens_rotate_and_reuse_ends_the_family(app) {
        let editor = app.editor();
        let first = tokens(app, &editor);
        let second = refresh(app, &first["refresh_token"]).expect(200).json();
        assert_ne!(second["refresh_token"], first["refresh_token"]);
        app.advance(9);
        let again = refresh(app, &first["refresh_token"]).expect(200).json();
        assert_eq!(again["refresh_token"], second["refresh_token"], "the same successor");
        let _ = me(app, &again).expect(200);
        let third = refresh(app, &second["refresh_token"]).expect(200).json();
        app.advance(12);
        let _ = me(app, &third).expect(200);
        let _ = refresh(app, &first["refresh_token"]).problem(401, "invalid_credentials");
        let _ = refresh(app, &third["refresh_token"]).problem(401, "invalid_credentials");
        for ended in [&first, &second, &third] {
            let _ = me(app, ended).problem(401, "unauthenticated");
        }
        let _ = editor.get("/v1/auth/me").expect(200);
        for forged in ["x", "", "sl_0000", &"a".repeat(64), third["access_token"].as_str().unwrap()] {
            let answer = refresh(app, &json!(forged));
            assert!(matches!(answer.status, 401 | 422), "{}", answer.text());
        }
    }

    a_refresh_token_lasts_thirty_days(app) {
        let editor = app.editor();
        let first = tokens(app, &editor);
        app.advance(29 * 86_400);
        let second = refresh(app, &first["refresh_token"]).expect(200).json();
        app.advance(29 * 86_400);
        let third = refresh(app, &second["refresh_token"]).expect(200).json();
        app.advance(30 * 86_400 + 1);
        let _ = refresh(app, &third["refresh_token"]).problem(401, "invalid_credentials");
    }

    signing_out_ends_everything_of_the_session(app) {
        let editor = app.editor();
        let mine = tokens(app, &editor);
        let logout = json!({ "refresh_token": mine["refresh_token"] });
        let _ = app.anonymous().post("/v1/auth/logout", &logout).expect(204);
        let _ = me(app, &mine).problem(401, "unauthenticated");
        let _ = refresh(app, &mine["refresh_token"]).problem(401, "invalid_credentials");
        let _ = app.anonymous().post("/v1/auth/logout", &logout).expect(204);
        let _ = app.anonymous().post("/v1/auth/logout", &json!({ "refresh_token": "unknown" })).expect(204);
        let _ = editor.get("/v1/auth/me").expect(200);
    }

    a_new_password_ends_the_other_sessions(app) {
        let editor = app.editor();
        let (mine, other) = (tokens(app, &editor), tokens(app, &editor));
        let client = app.anonymous().bearer(mine["access_token"].as_str().unwrap());
        let new = "a wholly different passphrase";
        let change = |current: &str, new: &str| client.post("/v1/auth/password", &json!({ "current_password": current, "new_password": new }));
        let wrong = change("not the right password", new).problem(422, "invalid_body");
        assert_eq!((&wrong["errors"][0]["pointer"], &wrong["errors"][0]["code"]), (&json!("/current_password"), &json!("incorrect")));
        for weak in ["tiny7", "password1234", &"x".repeat(129)] {
            let problem = change(&editor.password, weak).problem(422, "invalid_body");
            assert_eq!(problem["errors"][0]["pointer"], "/new_password");
            assert!(!problem.to_string().contains(weak));
        }
        app.advance(1);
        let answer = change(&editor.password, new).expect(200).json();
        let _ = me(app, &answer).expect(200);
        for ended in [&mine, &other] {
            let _ = me(app, ended).problem(401, "unauthenticated");
            let _ = refresh(app, &ended["refresh_token"]).problem(401, "invalid_credentials");
        }
        let _ = editor.get("/v1/auth/me").problem(401, "unauthenticated");
        let _ = login(&app.anonymous(), &editor.email, &editor.password).problem(401, "invalid_credentials");
        let _ = login(&app.anonymous(), &editor.email, new).expect(200);
    }

    sessions_are_listed_and_ended_one_by_one(app) {
        let (editor, stranger) = (app.editor(), app.editor());
        let other = login(&app.anonymous().with("User-Agent", "A telephone"), &editor.email, &editor.password).expect(200).json();
        let listed = editor.get("/v1/auth/sessions").expect(200).data();
        assert_eq!(listed.as_array().unwrap().len(), 2);
        let current = |session: &&Value| session["current"] == true;
        assert_eq!(listed.as_array().unwrap().iter().filter(current).count(), 1);
        let telephone = listed.as_array().unwrap().iter().find(|session| session["user_agent"] == "A telephone").unwrap();
        assert_eq!(telephone["current"], false);
        let path = format!("/v1/auth/sessions/{}", telephone["id"].as_str().unwrap());
        let _ = stranger.delete(&path).problem(404, "not_found");
        let _ = me(app, &other).expect(200);
        let _ = editor.delete(&path).expect(204);
        let _ = me(app, &other).problem(401, "unauthenticated");
        let _ = refresh(app, &other["refresh_token"]).problem(401, "invalid_credentials");
        let _ = editor.delete(&path).problem(404, "not_found");
        let _ = editor.delete("/v1/auth/sessions/x").problem(404, "not_found");
    }

    a_suspended_user_is_out_at_once_and_comes_back_by_signing_in(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let held = tokens(app, &editor);
        let path = format!("/v1/admin/users/{}", editor.user);
        let new = json!({ "name": "Bot", "scopes": ["articles:read"], "user": editor.user });
        let token = admin.post("/v1/admin/tokens", &new).expect(201).data()["token"].clone();
        let bot = app.anonymous().bearer(token.as_str().unwrap());
        let _ = bot.get("/v1/admin/articles").expect(200);
        app.advance(1);
        let user = admin.get(&path).expect(200).data();
        let suspended = admin.if_match(&user["version"]).post(&format!("{path}/suspend"), &json!({})).expect(200).data();
        assert_eq!(suspended["status"], "suspended");
        let _ = me(app, &held).problem(401, "unauthenticated");
        let _ = refresh(app, &held["refresh_token"]).problem(401, "invalid_credentials");
        let _ = bot.get("/v1/admin/articles").problem(401, "unauthenticated");
        let _ = admin.if_match(&suspended["version"]).post(&format!("{path}/reactivate"), &json!({})).expect(200);
        let _ = me(app, &held).problem(401, "unauthenticated");
        let _ = bot.get("/v1/admin/articles").expect(200);
        let _ = me(app, &tokens(app, &editor)).expect(200);
    }

    people_are_kept_by_administrators(app) {
        let admin = app.signed_in("admin");
        let made = admin.post("/v1/admin/users", &json!({ "email": "New.Person@News.example", "name": "New Person", "role": "author" })).expect(201);
        let password = made.json()["meta"]["password"].as_str().unwrap().to_owned();
        let user = made.data();
        assert_eq!((&user["email"], &user["version"], &user["status"], &user["last_login_at"]), (&json!("new.person@news.example"), &json!(1), &json!("active"), &json!(null)));
        let path = format!("/v1/admin/users/{}", user["id"].as_str().unwrap());
        assert!(made.header("location").unwrap().ends_with(&path));
        assert!(!admin.get(&path).expect(200).text().contains(&password));
        let session = login(&app.anonymous(), "new.person@news.example", &password).expect(200).json();
        assert!(admin.get(&path).data()["last_login_at"].is_string());

        let taken = admin.post("/v1/admin/users", &json!({ "email": "new.person@NEWS.example", "name": "x", "role": "author" })).problem(422, "invalid_body");
        assert_eq!((&taken["errors"][0]["pointer"], &taken["errors"][0]["code"]), (&json!("/email"), &json!("taken")));
        let missing = admin.post("/v1/admin/users", &json!({})).problem(422, "invalid_body");
        assert_eq!(missing["errors"].as_array().unwrap().len(), 3, "{missing}");

        let version = admin.get(&path).data()["version"].clone();
        let renamed = admin.if_match(&version).patch(&path, &json!({ "name": "Renamed" })).expect(200).data();
        let same = admin.if_match(&renamed["version"]).patch(&path, &json!({ "name": "Renamed", "role": "author" })).expect(200).data();
        assert_eq!(same, renamed);
        let _ = me(app, &session).expect(200);
        app.advance(1);
        let raised = admin.if_match(&renamed["version"]).patch(&path, &json!({ "role": "editor" })).expect(200).data();
        assert_eq!(raised["role"], "editor");
        let _ = me(app, &session).problem(401, "unauthenticated");
        let _ = refresh(app, &session["refresh_token"]).problem(401, "invalid_credentials");
        let _ = admin.if_match(&version).delete(&path).problem(412, "stale_version");
        let _ = admin.if_match(&raised["version"]).delete(&path).expect(204);
        let _ = admin.get(&path).problem(404, "not_found");
        let _ = login(&app.anonymous(), "new.person@news.example", &password).problem(401, "invalid_credentials");
    }

    the_last_administrator_stays(app) {
        let admin = app.signed_in("admin");
        let any = admin.with("If-Match", "*");
        let path = format!("/v1/admin/users/{}", admin.user);
        for answer in [any.patch(&path, &json!({ "role": "editor" })), any.delete(&path), any.post(&format!("{path}/suspend"), &json!({}))] {
            let _ = answer.problem(409, "conflict");
        }
        // Nor can another way in do it, such as the command line.
        let id = Id::parse(&admin.user).unwrap();
        let refused = app.app.write_here(|cx, actor| users::suspend(cx, actor, id, &Precondition::Any));
        assert_eq!(refused.unwrap_err().code(), Code::Conflict);
        let me = admin.get("/v1/auth/me").expect(200).data();
        assert_eq!((&me["role"], &me["status"]), (&json!("admin"), &json!("active")));
    }

    api_tokens_are_told_once_and_end_when_they_say(app) {
        let admin = app.signed_in("admin");
        let soon = slugline::model::Time::system().plus_seconds(300).to_string();
        let new = json!({ "name": "Importer", "scopes": ["articles:read", "articles:write"], "expires_at": soon });
        let made = admin.post("/v1/admin/tokens", &new).expect(201).data();
        let plain = made["token"].as_str().unwrap().to_owned();
        assert!(plain.starts_with("sl_") && plain.starts_with(made["prefix"].as_str().unwrap()), "{made}");
        let path = format!("/v1/admin/tokens/{}", made["id"].as_str().unwrap());
        let read = admin.get(&path).expect(200);
        assert!(!read.text().contains(&plain) && read.data().get("token").is_none());
        assert!(!admin.get("/v1/admin/tokens").expect(200).text().contains(&plain));
        assert_eq!((&read.data()["scopes"], &read.data()["user"]), (&json!(["articles:read", "articles:write"]), &json!(admin.user)));

        let bot = app.anonymous().bearer(&plain);
        let draft = bot.draft(&json!({ "headline": "By a machine" }));
        let _ = bot.act(&draft, "publish", &json!({})).problem(403, "insufficient_scope");
        let _ = bot.get("/v1/admin/tags").problem(403, "insufficient_scope");
        for path in ["/v1/auth/me", "/v1/auth/sessions"] {
            let _ = bot.get(path).problem(403, "forbidden");
        }
        for (wrong, pointer) in [
            (json!({ "scopes": ["articles:read"] }), "/name"), (json!({ "name": "x" }), "/scopes"), (json!({ "name": "x", "scopes": ["all"] }), "/scopes/0"),
            (json!({ "name": "x", "scopes": ["tags:read", "tags:read"] }), "/scopes/1"), (json!({ "name": "x", "scopes": [], "user": "0197a000-0000-7000-8000-000000000000" }), "/user"),
        ] {
            let problem = admin.post("/v1/admin/tokens", &wrong).problem(422, "invalid_body");
            assert!(problem["errors"].as_array().unwrap().iter().any(|fault| fault["pointer"] == pointer), "{wrong}: {problem}");
        }
        let narrowed = admin.if_match(&made["version"]).patch(&path, &json!({ "scopes": ["tags:read"] })).expect(200).data();
        let _ = bot.get("/v1/admin/articles").problem(403, "insufficient_scope");
        let _ = bot.get("/v1/admin/tags").expect(200);
        app.advance(301);
        let _ = bot.get("/v1/admin/tags").problem(401, "unauthenticated");
        let _ = admin.if_match(&narrowed["version"]).delete(&path).expect(204);
        let _ = bot.get("/v1/admin/tags").problem(401, "unauthenticated");
    }

    a_token_is_rotated_with_an_overlap(app) {
        let admin = app.signed_in("admin");
        let made = admin.post("/v1/admin/tokens", &json!({ "name": "Importer", "scopes": ["tags:read"] })).expect(201).data();
        let path = format!("/v1/admin/tokens/{}/rotate", made["id"].as_str().unwrap());
        let bot = |made: &Value| app.anonymous().bearer(made["token"].as_str().unwrap());
        let rotate = |client: &Client, version: &Value, body: Value| client.if_match(version).post(&path, &body);
        let _ = rotate(&bot(&made), &made["version"], json!({})).problem(403, "forbidden");
        let second = rotate(&admin, &made["version"], json!({ "overlap_seconds": 600 })).expect(200).data();
        assert!(second["prefix"] != made["prefix"] && second["previous_until"].is_string(), "{second}");
        for token in [&made, &second] {
            let _ = bot(token).get("/v1/admin/tags").expect(200);
        }
        let _ = rotate(&admin, &made["version"], json!({})).problem(412, "stale_version");
        app.advance(601);
        let _ = bot(&made).get("/v1/admin/tags").problem(401, "unauthenticated");
        let third = rotate(&admin, &second["version"], json!({ "overlap_seconds": 0 })).expect(200).data();
        assert_eq!(third["previous_until"], json!(null));
        let _ = bot(&second).get("/v1/admin/tags").problem(401, "unauthenticated");
        let _ = bot(&third).get("/v1/admin/tags").expect(200);
        // Only the last one goes on.
        let fourth = rotate(&admin, &third["version"], json!({})).expect(200).data();
        let fifth = rotate(&admin, &fourth["version"], json!({})).expect(200).data();
        let _ = bot(&third).get("/v1/admin/tags").problem(401, "unauthenticated");
        for token in [&fourth, &fifth] {
            let _ = bot(token).get("/v1/admin/tags").expect(200);
        }
    }

    a_token_is_used_from_its_networks(app) {
        let admin = app.signed_in("admin");
        let new = json!({ "name": "Importer", "scopes": ["tags:read"], "networks": ["203.0.113.0/24", "2001:db8::/32"] });
        let made = admin.post("/v1/admin/tokens", &new).expect(201).data();
        assert_eq!(made["networks"], new["networks"]);
        let bot = app.anonymous().bearer(made["token"].as_str().unwrap());
        let _ = bot.get("/v1/admin/tags").problem(401, "unauthenticated");
        let _ = bot.with("X-Forwarded-For", "203.0.113.7").get("/v1/admin/tags").problem(401, "unauthenticated");
        let path = format!("/v1/admin/tokens/{}", made["id"].as_str().unwrap());
        let wrong = admin.if_match(&made["version"]).patch(&path, &json!({ "networks": ["127.0.0.1", "news.example"] })).problem(422, "invalid_body");
        assert_eq!(wrong["errors"][0]["pointer"], "/networks/1");
        let many: Vec<String> = (0..51).map(|n| format!("10.0.0.{n}")).collect();
        let _ = admin.if_match(&made["version"]).patch(&path, &json!({ "networks": many })).problem(422, "invalid_body");
        let opened = admin.if_match(&made["version"]).patch(&path, &json!({ "networks": ["127.0.0.0/8"] })).expect(200).data();
        let _ = bot.get("/v1/admin/tags").expect(200);
        let _ = admin.if_match(&opened["version"]).patch(&path, &json!({ "networks": [] })).expect(200);
        let _ = bot.get("/v1/admin/tags").expect(200);
    }

    a_token_neither_makes_tokens_nor_rules_over_people(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let new = json!({ "name": "x", "scopes": ["users:read", "users:write", "articles:read"] });
        let made = admin.post("/v1/admin/tokens", &new).expect(201).data();
        let token = app.anonymous().bearer(made["token"].as_str().unwrap());
        let _ = token.post("/v1/admin/tokens", &json!({ "name": "y", "scopes": ["articles:read"] })).problem(403, "forbidden");
        let any = token.with("If-Match", "*");
        let _ = any.patch(&format!("/v1/admin/tokens/{}", made["id"].as_str().unwrap()), &json!({ "name": "z" })).problem(403, "forbidden");
        let user = format!("/v1/admin/users/{}", editor.user);
        for change in [json!({ "role": "admin" }), json!({ "email": "mine@news.example" }), json!({ "password": "a wholly different passphrase" })] {
            let _ = any.patch(&user, &change).problem(403, "forbidden");
        }
        for action in ["suspend", "reactivate", "invite", "reset-password", "reset-totp"] {
            let _ = any.post(&format!("{user}/{action}"), &json!({})).problem(403, "forbidden");
        }
        let _ = any.delete(&user).problem(403, "forbidden");
        let make = |role: &str| token.post("/v1/admin/users", &json!({ "email": format!("{role}@news.example"), "name": "x", "role": role }));
        for role in ["contributor", "editor", "admin"] {
            let _ = make(role).problem(403, "forbidden");
        }
        assert_eq!(any.patch(&user, &json!({ "name": "By a machine" })).expect(200).data()["name"], "By a machine");
        let _ = admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "require_totp": ["contributor"] })).expect(200);
    }

    a_token_is_never_more_than_its_user(app) {
        let admin = app.signed_in("admin");
        let author = app.signed_in("author");
        let foreign = admin.draft(&json!({ "headline": "Foreign" }));
        let too_much = json!({ "name": "All", "scopes": ["articles:read", "users:read", "site:write"], "user": author.user });
        let problem = admin.post("/v1/admin/tokens", &too_much).problem(422, "invalid_body");
        assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][1]["pointer"]), (&json!("/scopes/1"), &json!("/scopes/2")));
        let new = json!({ "name": "All", "scopes": ["articles:read", "articles:publish"], "user": author.user });
        let made = admin.post("/v1/admin/tokens", &new).expect(201).data();
        let bot = app.anonymous().bearer(made["token"].as_str().unwrap());
        let _ = bot.get("/v1/admin/users").problem(403, "insufficient_scope");
        let _ = bot.get(&format!("/v1/admin/articles/{}", foreign["id"].as_str().unwrap())).problem(404, "not_found");
        let own = author.draft(&json!({ "headline": "Own" }));
        let _ = bot.act(&own, "publish", &json!({})).expect(200);
    }
}

#[test]
fn the_keys_are_published_without_their_secret() {
    let Some(app) = TestApp::start(Database::Sqlite) else { return };
    let keys = app.anonymous().get("/.well-known/jwks.json").expect(200).json();
    let key = &keys["keys"][0];
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
        (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"), &json!("sig"))
    );
    assert!(key["kid"].is_string() && key["x"].is_string());
    assert!(key.get("d").is_none());
}
