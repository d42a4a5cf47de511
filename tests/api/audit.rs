//! Who did what: the list, and the chain.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use slugline::domain::sequence::{Chain, Verifying};
use slugline::on_db;
use slugline::store::{Access, Conn};

use crate::both;
use crate::support::TestApp;

/// What verifying the log finds, two entries at a time.
fn verified(app: &TestApp) -> Chain {
    let mut conn = app.app.store.checkout(Access::Read).unwrap();
    let mut verifying = Verifying::default();
    loop {
        if let Some(found) = verifying.step(&mut conn, 2).unwrap() {
            return found;
        }
    }
}

fn run(app: &TestApp, sql: &str) -> bool {
    app.app.store.run_here(Access::Write, |conn| on_db!(conn, |c| c.batch_execute(sql))).is_ok()
}

/// What somebody with the database's password could do.
fn unlock(app: &TestApp) {
    let conn = app.app.store.checkout(Access::Write).unwrap();
    let on_table = if matches!(conn, Conn::Postgres(_)) { " ON audit_log" } else { "" };
    drop(conn);
    for trigger in ["audit_log_unchanged", "audit_log_kept"] {
        assert!(run(app, &format!("DROP TRIGGER {trigger}{on_table}")));
    }
}

fn actions(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect()
}

both! {
    administrators_see_who_did_what(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let draft = editor.with("X-Request-Id", "Desk-7").draft(&json!({ "headline": "Rain" }));
        app.advance(60);
        let tag = editor.tag("Rain", "topic");
        let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
        let subject = draft["id"].as_str().unwrap();

        let of_article = admin.get(&format!("/v1/admin/audit?subject={subject}")).expect(200).data();
        assert_eq!(actions(&of_article), ["publish_article", "create_article"]);
        let first = &of_article[1];
        assert_eq!((&first["actor"]["id"], &first["actor"]["name"]), (&json!(editor.user), &json!("editor")));
        assert_eq!((&first["subject"], &first["request_id"]), (&json!({ "kind": "article", "id": subject }), &json!("Desk-7")));
        assert_eq!((&first["detail"]["version"], &first["seq"], &first["hash"]), (&json!(1), &json!(null), &json!(null)));
        app.run_jobs();
        let numbered = admin.get(&format!("/v1/admin/audit?subject={subject}")).expect(200).data();
        assert!(numbered[0]["seq"].as_i64() > numbered[1]["seq"].as_i64() && numbered[1]["hash"].as_str().unwrap().len() == 64);

        let filtered = |query: &str| admin.get(&format!("/v1/admin/audit?{query}")).expect(200).data();
        assert_eq!(actions(&filtered("action=create_tag")), ["create_tag"]);
        assert_eq!(filtered("subject_kind=tag")[0]["subject"]["id"], tag["id"]);
        assert_eq!(actions(&filtered(&format!("actor={}&subject_kind=article", editor.user))).len(), 2);
        assert_eq!(filtered(&format!("actor={}", admin.user)).as_array().unwrap().len(), 1);
        let at = first["at"].as_str().unwrap();
        assert_eq!(actions(&filtered(&format!("after={at}"))), ["publish_article", "create_tag"]);
        assert!(!actions(&filtered(&format!("before={at}"))).contains(&"create_article"));
        assert_eq!(filtered("action=nothing_like_it"), json!([]));

        let page = admin.get("/v1/admin/audit?limit=2&page=2").expect(200).json();
        assert_eq!((&page["meta"]["page"], page["data"].as_array().unwrap().len()), (&json!(2), 2));
        let mut walked = Vec::new();
        let mut next = Some("/v1/admin/audit?limit=2".to_owned());
        while let Some(path) = next {
            let part = admin.get(&path).expect(200).json();
            walked.extend(part["data"].as_array().unwrap().iter().map(|entry| entry["id"].clone()));
            next = part["links"]["next"].as_str().map(str::to_owned);
        }
        assert_eq!(json!(walked.len()), page["meta"]["total"]);
        for wrong in ["actor=x", "subject=1", "after=yesterday", "action=", "limit=0", "acton=x"] {
            let _ = admin.get(&format!("/v1/admin/audit?{wrong}")).problem(400, "invalid_parameter");
        }

        let _ = editor.act(&live, "schedule", &json!({ "publish_at": app.clock.now().plus_seconds(30).to_string() })).expect(200);
        app.advance(31);
        app.run_jobs();
        let newest = filtered(&format!("subject={subject}"))[0].clone();
        assert_eq!((&newest["action"], &newest["actor"]), (&json!("publish_article"), &json!({ "id": null, "name": "system" })));
        assert_eq!(newest["detail"]["by_schedule"], true);
    }

    the_audit_log_is_for_administrators(app) {
        for role in ["contributor", "author", "editor"] {
            let _ = app.signed_in(role).get("/v1/admin/audit").problem(403, "forbidden");
        }
        let admin = app.signed_in("admin");
        let token = |scope: &str| {
            let made = admin.post("/v1/admin/tokens", &json!({ "name": "t", "scopes": [scope] })).expect(201).data();
            app.anonymous().bearer(made["token"].as_str().unwrap())
        };
        let _ = token("site:read").get("/v1/admin/audit").expect(200);
        let _ = token("users:read").get("/v1/admin/audit").problem(403, "insufficient_scope");
    }

    the_chain_shows_what_was_tampered_with(app) {
        let editor = app.editor();
        for number in 0..3 {
            let _ = editor.draft(&json!({ "headline": format!("Story {number}") }));
        }
        assert_eq!(verified(app), Chain::Whole(0));
        app.run_jobs();
        let _ = editor.draft(&json!({ "headline": "Later" }));
        app.run_jobs();
        let Chain::Whole(count) = verified(app) else { panic!("the chain is broken") };
        assert!(count >= 5, "{count}");

        for refused in ["UPDATE audit_log SET actor_name = 'somebody' WHERE seq = 3", "DELETE FROM audit_log WHERE seq = 3", "UPDATE audit_log SET seq = NULL, hash = NULL"] {
            assert!(!run(app, refused), "{refused}");
        }
        assert_eq!(verified(app), Chain::Whole(count));
        let all = "at, actor_id, 'somebody', action, subject_kind, subject_id, detail, request_id, hash FROM audit_log WHERE seq = 3";
        let columns = "(id, seq, at, actor_id, actor_name, action, subject_kind, subject_id, detail, request_id, hash)";
        for replacing in ["id, 99", "'0197a000-0000-7000-8000-0000000000ff', seq", "id, seq"] {
            let refused = format!("INSERT OR REPLACE INTO audit_log {columns} SELECT {replacing}, {all}");
            assert!(!run(app, &refused), "{refused}");
        }
        let unnumbered = format!("INSERT INTO audit_log {columns} SELECT '0197a000-0000-7000-8000-0000000000ff', NULL, {}", all.replace("hash FROM", "NULL FROM"));
        assert!(run(app, &unnumbered));
        for taken in ["id = (SELECT id FROM audit_log WHERE seq = 3)", "seq = 3"] {
            assert!(!run(app, &format!("UPDATE OR REPLACE audit_log SET {taken} WHERE id = '0197a000-0000-7000-8000-0000000000ff'")), "{taken}");
        }
        assert_eq!(verified(app), Chain::Whole(count));
        unlock(app);
        assert!(run(app, "UPDATE audit_log SET detail = '{\"version\":1}' WHERE seq = 3"));
        assert_eq!(verified(app), Chain::BrokenAt(3));
        assert!(run(app, "DELETE FROM audit_log WHERE seq = 2"));
        assert_eq!(verified(app), Chain::BrokenAt(2));
    }

    an_end_that_was_cut_off_shows(app) {
        let editor = app.editor();
        let _ = editor.draft(&json!({ "headline": "Story" }));
        app.run_jobs();
        let Chain::Whole(count) = verified(app) else { panic!("the chain is broken") };
        unlock(app);
        assert!(run(app, &format!("DELETE FROM audit_log WHERE seq = {count}")));
        assert_eq!(verified(app), Chain::BrokenAt(count));
    }
}
