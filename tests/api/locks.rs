//! Locks: who works on an article.

use serde_json::{Value, json};

use crate::both;
use crate::support::TestApp;
use crate::support::rows::rows;

fn at(article: &Value, action: &str) -> String {
    format!("/v1/admin/articles/{}/{action}", article["id"].as_str().unwrap())
}

/// Events and audit entries so far.
fn told(app: &TestApp) -> (i64, i64) {
    let rows = rows(app);
    (rows["events"], rows["audit_log"])
}

both! {
    a_lock_is_taken_renewed_and_ends_by_the_clock(app) {
        let (ana, ben) = (app.editor(), app.editor());
        let draft = ana.draft(&json!({ "headline": "Bridge" }));
        assert_eq!(draft["lock"], Value::Null);
        let (events, audits) = told(app);
        let locked = ana.post(&at(&draft, "lock"), &json!({ "reason": "Second paragraph" })).expect(200);
        assert_eq!(locked.header("etag"), Some("\"1\""));
        let lock = locked.data()["lock"].clone();
        assert_eq!((&lock["user"]["id"], &lock["reason"]), (&json!(ana.user), &json!("Second paragraph")));
        assert_eq!(told(app), (events + 1, audits));

        let refused = ben.post(&at(&draft, "lock"), &json!({})).problem(409, "locked");
        assert_eq!(refused["lock"], lock);
        let seen = ben.article(&draft["id"]);
        assert_eq!((&seen["lock"], &seen["version"]), (&lock, &json!(1)));
        assert!(seen["allowed_actions"].to_string().contains("unlock"), "{seen}");
        let list = ben.get("/v1/admin/articles").expect(200).data();
        assert_eq!(list[0]["lock"], lock);

        app.advance(60);
        let renewed = ana.post(&at(&draft, "lock"), &json!({})).expect(200).data()["lock"].clone();
        assert_eq!((&renewed["since"], &renewed["reason"]), (&lock["since"], &lock["reason"]));
        assert_ne!(renewed["expires_at"], lock["expires_at"]);
        assert_eq!(told(app), (events + 1, audits));
        app.advance(119);
        let _ = ben.post(&at(&draft, "lock"), &json!({})).problem(409, "locked");
        app.advance(2);
        assert_eq!(ben.article(&draft["id"])["lock"], Value::Null);
        let taken = ben.post(&at(&draft, "lock"), &json!({})).expect(200).data()["lock"].clone();
        assert_eq!((&taken["user"]["id"], &taken["reason"]), (&json!(ben.user), &Value::Null));
        assert_eq!(told(app), (events + 2, audits));
    }

    a_lock_is_taken_over_with_a_reason_and_given_back(app) {
        let (ana, ben) = (app.editor(), app.editor());
        let draft = ana.draft(&json!({ "headline": "Bridge" }));
        let _ = ana.post(&at(&draft, "lock"), &json!({})).expect(200);
        let (events, audits) = told(app);
        let nameless = ben.post(&at(&draft, "lock"), &json!({ "take_over": true })).problem(422, "invalid_body");
        assert_eq!(nameless["errors"][0]["pointer"], "/reason");
        let over = json!({ "take_over": true, "reason": "Goes out at noon" });
        let taken = ben.post(&at(&draft, "lock"), &over).expect(200).data();
        assert_eq!(taken["lock"]["user"]["id"], json!(ben.user));
        assert_eq!(told(app), (events + 1, audits + 1));
        let _ = ana.post(&at(&draft, "lock"), &json!({})).problem(409, "locked");

        // Advice only: who has read the present version may write.
        let path = format!("/v1/admin/articles/{}", draft["id"].as_str().unwrap());
        let saved = ana.if_match(&draft["version"]).patch(&path, &json!({ "kicker": "Harbour" })).expect(200).data();
        assert_eq!((&saved["version"], &saved["lock"]["user"]["id"]), (&json!(2), &json!(ben.user)));

        let (events, audits) = told(app);
        assert_eq!(ben.post(&at(&draft, "unlock"), &json!({})).expect(200).data()["lock"], Value::Null);
        assert_eq!(told(app), (events + 1, audits));
        let again = ben.post(&at(&draft, "unlock"), &json!({})).expect(200).data();
        assert_eq!((&again["lock"], &again["version"]), (&Value::Null, &json!(2)));
        assert!(!again["allowed_actions"].to_string().contains("unlock"), "{again}");
        assert_eq!(told(app), (events + 1, audits));
        let _ = ana.post(&at(&draft, "lock"), &json!({})).expect(200);
        let (events, audits) = told(app);
        let _ = ben.post(&at(&draft, "unlock"), &json!({})).expect(200);
        assert_eq!(told(app), (events + 1, audits + 1));
    }

    who_may_edit_may_lock(app) {
        let (editor, contributor, other) = (app.editor(), app.signed_in("contributor"), app.signed_in("author"));
        let draft = contributor.draft(&json!({ "headline": "Own" }));
        for action in ["lock", "unlock"] {
            let _ = other.post(&at(&draft, action), &json!({})).problem(404, "not_found");
            let _ = app.anonymous().post(&at(&draft, action), &json!({})).problem(401, "unauthenticated");
            let _ = contributor.post(&at(&draft, action), &json!({})).expect(200);
        }
        let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
        let _ = contributor.post(&at(&live, "lock"), &json!({})).problem(403, "forbidden");
        let _ = editor.post(&at(&live, "lock"), &json!({})).expect(200);
        let _ = contributor.post(&at(&live, "unlock"), &json!({})).problem(403, "forbidden");
        let archived = editor.act(&live, "archive", &json!({})).expect(200).data();
        let _ = editor.post(&at(&archived, "lock"), &json!({})).problem(409, "illegal_action");
        let _ = editor.post(&at(&archived, "unlock"), &json!({})).expect(200);
    }

    of_many_who_lock_at_once_one_holds_it(app) {
        let people: Vec<_> = (0..6).map(|_| app.editor()).collect();
        let draft = people[0].draft(&json!({ "headline": "Crowd" }));
        let path = at(&draft, "lock");
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let tries: Vec<_> = people.iter().map(|who| scope.spawn(|| who.post(&path, &json!({})).status)).collect();
            tries.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 200 | 409)), "{statuses:?}");
    }
}
