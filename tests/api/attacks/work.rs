//! Who is there can't be told by how much work an answer takes: passwords are hashed as often, and the database is asked
//! as often, for what is hidden as for what is not there.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use slugline::domain::reading::{self, Beside, Found};
use slugline::domain::{Cx, previews, sessions};
use slugline::error::Code;
use slugline::model::{Email, FromText as _, Handle, Id};

use super::wire::bare;
use crate::both;
use crate::support::letters::MailServer;
use crate::support::rows::rows;
use crate::support::statements::counted;
use crate::support::{Database, TestApp};

/// How many passwords were hashed or checked for this login, and what was answered.
fn tried(app: &TestApp, email: &str, password: &str) -> (u64, (u16, String)) {
    let before = app.app.hashed.load(Ordering::Relaxed);
    let answer = app.anonymous().post("/v1/auth/login", &json!({ "email": email, "password": password }));
    (app.app.hashed.load(Ordering::Relaxed) - before, bare(&answer))
}

/// The statements of looking for an article that is not to be found.
fn looked(app: &TestApp, handle: &str, locale: Option<&str>, beside: Beside) -> usize {
    let handle = Handle::from_text(handle).unwrap();
    counted(app, |cx: &mut Cx| {
        match reading::article(cx, &handle, locale, beside) {
            Ok(found) => assert!(!matches!(found, Found::Here(_)), "it is public"),
            Err(error) => assert_eq!(error.code(), Code::NotFound),
        }
        Ok(())
    })
}

both! {
    a_login_takes_as_much_work_for_nobody(app) {
        let admin = app.signed_in("admin");
        let (known, suspended) = (app.editor(), app.editor());
        let any = admin.with("If-Match", "*");
        let _ = any.post(&format!("/v1/admin/users/{}/suspend", suspended.user), &json!({})).expect(200);
        let invited = json!({ "email": "invited@news.example", "name": "I", "role": "author", "invite": true });
        let _ = admin.post("/v1/admin/users", &invited);
        let nobody = tried(app, "nobody@news.example", "not the right password");
        assert_eq!((nobody.0, nobody.1.0), (1, 401));
        for (email, password) in [
            (known.email.as_str(), "not the right password"),
            (suspended.email.as_str(), suspended.password.as_str()),
            ("invited@news.example", "not the right password"),
            ("nobody@news.example", &"x".repeat(128)),
        ] {
            assert_eq!(tried(app, email, password), nobody, "{email}");
        }
        let asked = |email: &str| {
            let email = Email::from_text(email).unwrap();
            counted(app, |cx| sessions::candidate(cx, &email).map(drop))
        };
        assert_eq!(asked("nobody@news.example"), asked(&known.email));
        assert_eq!(asked("nobody@news.example"), asked(&suspended.email));
    }

    what_is_hidden_is_looked_for_as_what_is_not_there(app) {
        let editor = app.editor();
        let draft = editor.draft(&json!({ "headline": "Draft", "slug": "a-draft" }));
        let waiting = editor.draft(&json!({ "headline": "Waiting", "slug": "waiting" }));
        let later = slugline::model::Time::system().plus_seconds(5_000).to_string();
        let _ = editor.act(&waiting, "schedule", &json!({ "publish_at": later })).expect(200);
        let trashed = editor.draft(&json!({ "headline": "Trashed", "slug": "trashed" }));
        let path = format!("/v1/admin/articles/{}", trashed["id"].as_str().unwrap());
        let _ = editor.if_match(&trashed["version"]).delete(&path).expect(204);
        let id = |article: &Value| article["id"].as_str().unwrap().to_owned();
        let all = Beside { related: true, popular: true, described: true };
        for beside in [Beside::default(), all] {
            for locale in [None, Some("en"), Some("de")] {
                let unknown = looked(app, "nobody-knows-this", locale, beside);
                for slug in ["a-draft", "waiting", "trashed"] {
                    assert_eq!(looked(app, slug, locale, beside), unknown, "{slug} in {locale:?}");
                }
                let unknown = looked(app, "01890000-0000-7000-8000-00000000abcd", locale, beside);
                for article in [&draft, &waiting, &trashed] {
                    assert_eq!(looked(app, &id(article), locale, beside), unknown, "{locale:?}");
                }
            }
        }
    }

    a_preview_that_ended_is_looked_for_as_one_that_never_was(app) {
        let editor = app.editor();
        let draft = editor.draft(&json!({ "headline": "Draft", "slug": "a-draft" }));
        let path = format!("/v1/admin/articles/{}/preview-tokens", draft["id"].as_str().unwrap());
        let revoked = editor.post(&path, &json!({})).expect(201).data();
        let _ = editor.delete(&format!("{path}/{}", revoked["id"].as_str().unwrap())).expect(204);
        let shown = |id: &str| {
            let id = Id::parse(id).unwrap();
            counted(app, |cx| {
                assert!(previews::show(cx, id, Beside::default()).is_err_and(|error| error.code() == Code::NotFound));
                Ok(())
            })
        };
        assert_eq!(shown(revoked["id"].as_str().unwrap()), shown("01890000-0000-7000-8000-00000000abcd"));
        // What nobody signed is not looked for at all, and what is answered is the same.
        let forged = bare(&app.anonymous().get(&format!("/v1/preview/{}", "A".repeat(64))));
        let over = bare(&app.anonymous().get(&format!("/v1/preview/{}", revoked["token"].as_str().unwrap())));
        assert_eq!(forged, over);
    }
}

/// A letter is asked for by nobody as by somebody: the same rows are written, and nothing is looked up.
#[test]
fn a_new_password_is_asked_for_with_the_same_work() {
    let mail = MailServer::start();
    for database in [Database::Sqlite, Database::Postgres] {
        let Some(app) = mail.app(database) else { continue };
        let editor = app.editor();
        let asked = |email: &str| {
            let before = rows(&app);
            let answer = app.anonymous().post("/v1/auth/password-resets", &json!({ "email": email })).expect(202);
            let after = rows(&app);
            let added: Vec<(String, i64)> =
                after.iter().map(|(table, count)| (table.clone(), count - before[table])).collect();
            (bare(&answer), added)
        };
        // The first of a network is counted in a row of its own, whoever it asks for.
        let _ = asked("first@news.example");
        assert_eq!(asked("nobody@news.example"), asked(&editor.email));
    }
}
