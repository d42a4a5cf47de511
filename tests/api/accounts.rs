//! Ways into an account by links that work once: invitations, new passwords, new addresses; and the own profile.

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use slugline::on_db;
use slugline::store::Access;

use crate::both;
use crate::support::letters::MailServer;
use crate::support::rows::rows;
use crate::support::{Answer, Client, Database, Session, TestApp, run_jobs};

const NEW: &str = "a wholly different passphrase";

fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    app.anonymous().post("/v1/auth/login", &json!({ "email": email, "password": password }))
}

fn invited(admin: &Client, email: &str) -> Value {
    let new = json!({ "email": email, "name": "As the admin wrote it", "role": "editor", "invite": true });
    admin.post("/v1/admin/users", &new).expect(201).json()
}

fn accept(app: &TestApp, token: &Value, password: &str) -> Answer {
    app.anonymous().post("/v1/auth/invitations/accept", &json!({ "token": token, "password": password }))
}

fn confirm_reset(app: &TestApp, token: &Value, password: &str) -> Answer {
    app.anonymous().post("/v1/auth/password-resets/confirm", &json!({ "token": token, "password": password }))
}

fn ask_reset(app: &TestApp, email: &str) -> Answer {
    app.anonymous().post("/v1/auth/password-resets", &json!({ "email": email }))
}

fn link(admin: &Client, user: &str, action: &str) -> Answer {
    admin.post(&format!("/v1/admin/users/{user}/{action}"), &json!({}))
}

/// Tells a story with a mail server, on both databases.
macro_rules! with_mail {
    ($($name:ident($app:ident, $server:ident) $body:block)+) => { $(
        mod $name {
            use super::*;

            fn story($app: &TestApp, $server: &MailServer) $body

            fn tell(database: Database) {
                let server = MailServer::start();
                let Some(app) = server.app(database) else { return };
                story(&app, &server);
            }

            #[test]
            fn sqlite() {
                tell(Database::Sqlite);
            }

            #[test]
            fn postgres() {
                tell(Database::Postgres);
            }
        }
    )+ };
}

/// The rows of every table but that of what is counted, whoever asks.
fn kept(app: &TestApp) -> std::collections::BTreeMap<String, i64> {
    let mut all = rows(app);
    all.remove("attempts");
    all
}

both! {
    an_invitation_is_shown_once_and_works_once(app) {
        let admin = app.signed_in("admin");
        let made = invited(&admin, "new@news.example");
        let path = format!("/v1/admin/users/{}", made["data"]["id"].as_str().unwrap());
        assert_eq!((&made["data"]["status"], &made["meta"]["password"]), (&json!("invited"), &json!(null)));
        let invitation = &made["meta"]["invitation"];
        let token = &invitation["token"];
        assert_eq!((&invitation["purpose"], &invitation["mailed_to"]), (&json!("invitation"), &json!(null)));
        assert_eq!(invitation["url"], format!("https://news.example/account/invitation#token={}", token.as_str().unwrap()));
        assert!(!admin.get(&path).expect(200).text().contains(token.as_str().unwrap()));
        let _ = login(app, "new@news.example", NEW).problem(401, "invalid_credentials");
        let weak = accept(app, token, "tiny").problem(422, "invalid_body");
        assert_eq!(weak["errors"][0]["pointer"], "/password");
        let named = json!({ "token": token, "name": "As she writes it", "password": NEW });
        let tokens = app.anonymous().post("/v1/auth/invitations/accept", &named).expect(200).json();
        let own = app.anonymous().bearer(tokens["access_token"].as_str().unwrap());
        let me = own.get("/v1/auth/me").expect(200).data();
        assert_eq!((&me["name"], &me["status"], &me["version"]), (&json!("As she writes it"), &json!("active"), &json!(2)));
        let _ = app.anonymous().post("/v1/auth/refresh", &json!({ "refresh_token": tokens["refresh_token"] })).expect(200);
        let _ = own.draft(&json!({ "headline": "On the first day" }));
        let used = accept(app, token, NEW).expect(401);
        assert!(used.header("www-authenticate").is_some());
        let _ = used.problem(401, "invalid_link");
        let _ = login(app, "new@news.example", NEW).expect(200);
        let told = admin.get(&format!("/v1/admin/audit?subject={}", me["id"].as_str().unwrap())).expect(200);
        assert!(told.text().contains("accept_invitation") && !told.text().contains(token.as_str().unwrap()));
    }

    invitations_end_by_the_clock_and_by_newer_ones(app) {
        let admin = app.signed_in("admin");
        let made = invited(&admin, "new@news.example");
        let user = made["data"]["id"].as_str().unwrap();
        let again = link(&admin, user, "invite").expect(200).data();
        let _ = accept(app, &made["meta"]["invitation"]["token"], NEW).problem(401, "invalid_link");
        // Of another purpose it is no link at all.
        let _ = confirm_reset(app, &again["token"], NEW).problem(401, "invalid_link");
        let _ = link(&admin, user, "reset-password").problem(409, "conflict");
        app.advance(72 * 3_600 - 5);
        let again_admin = app.signed_in("admin");
        let suspended = again_admin.with("If-Match", "*").post(&format!("/v1/admin/users/{user}/suspend"), &json!({})).expect(200).data();
        let _ = accept(app, &again["token"], NEW).problem(401, "invalid_link");
        let _ = link(&again_admin, user, "invite").problem(409, "conflict");
        let _ = again_admin.if_match(&suspended["version"]).post(&format!("/v1/admin/users/{user}/reactivate"), &json!({})).expect(200);
        let last = link(&again_admin, user, "invite").expect(200).data();
        app.advance(72 * 3_600 + 1);
        let _ = accept(app, &last["token"], NEW).problem(401, "invalid_link");
        let last_admin = app.signed_in("admin");
        let good = link(&last_admin, user, "invite").expect(200).data();
        let _ = accept(app, &good["token"], NEW).expect(200);
        let _ = link(&last_admin, user, "invite").problem(409, "conflict");
    }

    who_is_invited_has_no_password_from_elsewhere(app) {
        let admin = app.signed_in("admin");
        let both = json!({ "email": "a@news.example", "name": "A", "role": "author", "invite": true, "password": NEW });
        let refused = admin.post("/v1/admin/users", &both).problem(422, "invalid_body");
        assert_eq!((&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]), (&json!("/password"), &json!("exclusive")));
        let made = invited(&admin, "a@news.example");
        let path = format!("/v1/admin/users/{}", made["data"]["id"].as_str().unwrap());
        let refused = admin.with("If-Match", "*").patch(&path, &json!({ "invite": true })).problem(422, "invalid_body");
        assert_eq!(refused["errors"][0]["code"], "immutable");
        // A password that an administrator sets ends the invitation.
        let _ = admin.with("If-Match", "*").patch(&path, &json!({ "password": NEW })).expect(200);
        let _ = accept(app, &made["meta"]["invitation"]["token"], "some other passphrase").problem(401, "invalid_link");
        let _ = login(app, "a@news.example", NEW).expect(200);
    }

    a_password_is_not_the_address_that_it_goes_with(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let refused = |answer: Answer, pointer: &str| {
            let problem = answer.problem(422, "invalid_body");
            assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!(pointer), &json!("too_common")));
        };
        let address = "Ana.Mendes@news.example";
        let new = json!({ "email": address, "name": "A", "role": "author", "password": address.to_lowercase() });
        refused(admin.post("/v1/admin/users", &new), "/password");
        let any = admin.with("If-Match", "*");
        let path = format!("/v1/admin/users/{}", editor.user);
        refused(any.patch(&path, &json!({ "password": format!("{}2026", editor.email) })), "/password");
        refused(any.patch(&path, &json!({ "email": address, "password": address })), "/password");
        let own = json!({ "current_password": editor.password, "new_password": editor.email });
        refused(editor.post("/v1/auth/password", &own), "/new_password");
        let made = link(&admin, &editor.user, "reset-password").expect(200).data();
        refused(confirm_reset(app, &made["token"], &editor.email), "/password");
        let _ = confirm_reset(app, &made["token"], NEW).expect(204);
        let invited = invited(&admin, address);
        refused(accept(app, &invited["meta"]["invitation"]["token"], address), "/password");
    }

    a_link_to_a_new_password_ends_everything_older_on_every_node(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let refresh = login(app, &editor.email, &editor.password).expect(200).json()["refresh_token"].clone();
        let first = link(&admin, &editor.user, "reset-password").expect(200).data();
        let second = link(&admin, &editor.user, "reset-password").expect(200).data();
        let _ = editor.get("/v1/auth/me").expect(200);
        let _ = confirm_reset(app, &first["token"], NEW).problem(401, "invalid_link");
        let _ = confirm_reset(app, &second["token"], "password1234").problem(422, "invalid_body");
        app.advance(1);
        let _ = confirm_reset(app, &second["token"], NEW).expect(204);
        let _ = editor.get("/v1/auth/me").problem(401, "unauthenticated");
        let _ = app.anonymous().post("/v1/auth/refresh", &json!({ "refresh_token": refresh })).problem(401, "invalid_credentials");
        let _ = login(app, &editor.email, &editor.password).problem(401, "invalid_credentials");
        let _ = login(app, &editor.email, NEW).expect(200);
        let _ = confirm_reset(app, &second["token"], NEW).problem(401, "invalid_link");
        let third = link(&admin, &editor.user, "reset-password").expect(200).data();
        app.advance(3_601);
        let _ = confirm_reset(app, &third["token"], NEW).problem(401, "invalid_link");
    }

    links_are_for_administrators_in_person(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let new = json!({ "name": "t", "scopes": ["users:read", "users:write"] });
        let made = admin.post("/v1/admin/tokens", &new).expect(201).data();
        let token = app.anonymous().bearer(made["token"].as_str().unwrap());
        for action in ["invite", "reset-password"] {
            for who in [&editor.client, &app.signed_in("author").client, &token] {
                let _ = link(who, &editor.user, action).problem(403, "forbidden");
            }
            let _ = link(&admin, "0197a000-0000-7000-8000-000000000000", action).problem(404, "not_found");
        }
        for (method, path) in [("PATCH", "/v1/auth/me"), ("DELETE", "/v1/auth/sessions")] {
            let client = token.with("Content-Type", "application/json");
            let _ = client.send(method, path, (method == "PATCH").then_some(b"{}".as_slice())).problem(403, "forbidden");
        }
    }

    tokens_of_no_use_are_braked_by_address(app) {
        let admin = app.signed_in("admin");
        let made = invited(&admin, "new@news.example");
        let garbage = json!("not-a-token");
        for n in 0..20 {
            let guess = json!(format!("{:043}", n));
            let answer = if n % 2 == 0 { accept(app, &guess, NEW) } else { confirm_reset(app, &guess, NEW) };
            let _ = answer.problem(401, "invalid_link");
        }
        let _ = accept(app, &garbage, NEW).problem(429, "too_many_requests");
        let _ = accept(app, &made["meta"]["invitation"]["token"], NEW).problem(429, "too_many_requests");
        app.advance(60);
        let _ = accept(app, &made["meta"]["invitation"]["token"], NEW).expect(200);
    }

    asking_without_mail_is_answered_and_does_nothing(app) {
        let editor = app.editor();
        let before = kept(app);
        for email in [editor.email.as_str(), "nobody@news.example"] {
            let answer = ask_reset(app, email).expect(202);
            assert_eq!(answer.text(), "");
        }
        assert_eq!(kept(app), before);
        let change = json!({ "email": "other@news.example", "current_password": editor.password });
        let _ = editor.post("/v1/auth/email", &change).problem(409, "conflict");
    }

    people_keep_their_own_name_and_sessions(app) {
        let editor = app.editor();
        let other = login(app, &editor.email, &editor.password).expect(200).json();
        let telephone = app.anonymous().bearer(other["access_token"].as_str().unwrap());
        let renamed = editor.patch("/v1/auth/me", &json!({ "name": "Edda E." })).expect(200).data();
        assert_eq!((&renamed["name"], &renamed["version"]), (&json!("Edda E."), &json!(2)));
        assert_eq!(editor.patch("/v1/auth/me", &json!({ "name": "Edda E." })).expect(200).data()["version"], 2);
        assert_eq!(editor.patch("/v1/auth/me", &json!({})).expect(200).data()["version"], 2);
        for (wrong, code) in [(json!({ "role": "admin" }), "read_only"), (json!({ "email": "x@news.example" }), "read_only"), (json!({ "name": null }), "not_null")] {
            let problem = editor.patch("/v1/auth/me", &wrong).problem(422, "invalid_body");
            assert!(problem["errors"][0]["code"] == code || problem["errors"][0]["code"] == "unknown_field", "{problem}");
        }
        let _ = editor.delete("/v1/auth/sessions").expect(204);
        let _ = editor.get("/v1/auth/me").expect(200);
        let _ = telephone.get("/v1/auth/me").problem(401, "unauthenticated");
        assert_eq!(editor.get("/v1/auth/sessions").expect(200).data().as_array().unwrap().len(), 1);
    }

    a_byline_outlives_the_account(app) {
        let (admin, author) = (app.signed_in("admin"), app.signed_in("author"));
        let byline = author.author("Mara Lind");
        let live = author.published(&json!({ "headline": "Stays", "slug": "stays", "authors": [byline["id"]] }));
        let _ = admin.with("If-Match", "*").delete(&format!("/v1/admin/users/{}", author.user)).expect(204);
        let _ = author.get("/v1/auth/me").problem(401, "unauthenticated");
        let seen = app.anonymous().get("/v1/articles/stays").expect(200).data();
        assert_eq!(seen["authors"][0]["name"], "Mara Lind");
        assert_eq!(admin.article(&live["id"])["owner"], json!(null));
    }
}

/// The texts of every row in which a token could stand.
fn texts_kept(app: &TestApp) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let mut all = String::new();
    for query in [
        "SELECT hash || purpose || coalesce(email, '') AS text FROM account_links",
        "SELECT kind || recipient AS text FROM mails",
        "SELECT detail AS text FROM audit_log",
    ] {
        let rows: Vec<Row> =
            app.app.store.run_here(Access::Read, |conn| on_db!(conn, |c| diesel::sql_query(query).load(c))).unwrap();
        all.extend(rows.into_iter().map(|row| row.text + "\n"));
    }
    all
}

with_mail! {
    letters_carry_the_links(app, server) {
        let admin = app.signed_in("admin");
        let made = invited(&admin, "new@news.example");
        let invitation = &made["meta"]["invitation"];
        assert_eq!((&invitation["token"], &invitation["url"], &invitation["mailed_to"]), (&json!(null), &json!(null), &json!("new@news.example")));
        assert!(server.take().is_empty());
        app.run_jobs();
        let letter = server.one();
        assert_eq!(letter.to, "new@news.example");
        assert!(letter.text.contains("https://news.example/account/invitation#token=") && letter.text.contains("From: \"Desk\"") || letter.text.contains("From: Desk"), "{}", letter.text);
        assert!(!texts_kept(app).contains(&letter.token()), "a plain token is kept");
        app.run_jobs();
        run_jobs(&app.second_node());
        assert!(server.take().is_empty(), "sent twice");
        let _ = accept(app, &json!(letter.token()), NEW).expect(200);
        let _ = accept(app, &json!(letter.token()), NEW).problem(401, "invalid_link");
    }

    a_letter_that_is_not_taken_comes_again_with_a_new_link(app, server) {
        let admin = app.signed_in("admin");
        server.takes(false);
        let _ = invited(&admin, "new@news.example");
        app.run_jobs();
        app.run_jobs();
        server.takes(true);
        app.run_jobs();
        assert!(server.take().is_empty(), "before its time");
        app.advance(61);
        app.run_jobs();
        let letter = server.one();
        let _ = accept(app, &json!(letter.token()), NEW).expect(200);
        // Given up after a while.
        server.takes(false);
        let _ = invited(&app.signed_in("admin"), "other@news.example");
        for _ in 0..8 {
            app.run_jobs();
            app.advance(21_601);
        }
        server.takes(true);
        app.run_jobs();
        assert!(server.take().is_empty());
        assert_eq!(rows(app)["mails"], 0);
    }

    asking_for_a_new_password_tells_nothing(app, server) {
        let (admin, editor, suspended) = (app.signed_in("admin"), app.editor(), app.editor());
        let _ = admin.with("If-Match", "*").post(&format!("/v1/admin/users/{}/suspend", suspended.user), &json!({})).expect(200);
        let _ = invited(&admin, "new@news.example");
        app.run_jobs();
        let _ = server.take();
        let mut seen = Vec::new();
        for email in [editor.email.as_str(), &suspended.email, "nobody@news.example", "new@news.example", &editor.email.to_uppercase()] {
            let before = kept(app);
            let answer = ask_reset(app, email).expect(202);
            let after = kept(app);
            // The same work for everybody: one row.
            let more: Vec<(String, i64)> = after.into_iter().filter(|(table, count)| before[table] != *count).collect();
            assert_eq!(more.len(), 1, "{more:?}");
            assert_eq!(more[0].1 - before[&more[0].0], 1);
            let mut headers = answer.headers.clone();
            headers.retain(|(name, _)| !matches!(name.as_str(), "x-request-id" | "date" | "ratelimit"));
            seen.push((answer.text(), headers, more[0].0.clone()));
        }
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
        app.run_jobs();
        let letters = server.take();
        assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [&editor.email; 2], "{letters:?}");
        let _ = confirm_reset(app, &json!(letters[0].token()), NEW).problem(401, "invalid_link");
        let _ = confirm_reset(app, &json!(letters[1].token()), NEW).expect(204);
        let _ = login(app, &editor.email, NEW).expect(200);
        // An address gets so many letters in an hour and no more, and nobody is told.
        for _ in 0..5 {
            let _ = ask_reset(app, &editor.email).expect(202);
        }
        app.run_jobs();
        assert_eq!(server.take().len(), 1);
        for n in 0..10 {
            let _ = ask_reset(app, &format!("guess{n}@news.example")).expect(202);
        }
        let _ = ask_reset(app, "last@news.example").problem(429, "too_many_requests");
    }

    a_new_address_confirms_itself_and_the_old_one_is_told(app, server) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let change = |who: &Session, email: &str, password: &str| who.post("/v1/auth/email", &json!({ "email": email, "current_password": password }));
        let _ = change(&editor, "mine@news.example", "not the right password").problem(422, "invalid_body");
        let _ = change(&editor, "mine@news.example", &editor.password).expect(202);
        app.run_jobs();
        let letter = server.one();
        assert_eq!(letter.to, "mine@news.example");
        assert_eq!(editor.get("/v1/auth/me").expect(200).data()["email"], json!(editor.email));
        let confirm = |token: &str| app.anonymous().post("/v1/auth/email/confirm", &json!({ "token": token }));
        let _ = confirm(&letter.token()).expect(204);
        let _ = confirm(&letter.token()).problem(401, "invalid_link");
        assert_eq!(editor.get("/v1/auth/me").expect(200).data()["email"], "mine@news.example");
        app.run_jobs();
        let told = server.one();
        assert!(told.to == editor.email && !told.text.contains("token="), "{told:?}");
        let _ = login(app, "mine@news.example", &editor.password).expect(200);
        let _ = login(app, &editor.email, &editor.password).problem(401, "invalid_credentials");
        // An address that somebody has gets nothing, and whoever asks is not told.
        let _ = change(&editor, &admin.email, &editor.password).expect(202);
        app.run_jobs();
        assert!(server.take().is_empty());
        // A link to a new password that went to the old address is worth nothing once the address has changed.
        let _ = change(&editor, "newest@news.example", &editor.password).expect(202);
        let _ = ask_reset(app, "mine@news.example").expect(202);
        app.run_jobs();
        let letters = server.take();
        let of = |to: &str| letters.iter().find(|letter| letter.to == to).unwrap().token();
        let _ = confirm(&of("newest@news.example")).expect(204);
        let _ = confirm_reset(app, &json!(of("mine@news.example")), NEW).problem(401, "invalid_link");
    }
}
