//! Handing in, approving, giving back.

use diesel::prelude::*;
use serde_json::{Value, json};
use slugline::model::Id;
use slugline::on_db;
use slugline::store::schema::{audit_log, events};
use slugline::store::{Access, revisions};

use crate::both;
use crate::support::TestApp;

/// The kinds of the events that tell of something, in their order.
pub fn events_of(app: &TestApp, subject: &Value) -> Vec<String> {
    let id = Id::parse(subject.as_str().unwrap()).unwrap();
    let found = app.app.store.run_here(Access::Read, |conn| {
        on_db!(conn, |c| events::table
            .filter(events::subject_id.eq(id))
            .order((events::at, events::id))
            .select(events::kind)
            .load(c))
    });
    found.unwrap()
}

/// What the audit log says of something: action and detail, in their order.
pub fn audit_of(app: &TestApp, subject: &Value) -> Vec<(String, Value)> {
    let id = Id::parse(subject.as_str().unwrap()).unwrap();
    let found: Vec<(String, String)> = app
        .app
        .store
        .run_here(Access::Read, |conn| {
            on_db!(conn, |c| audit_log::table
                .filter(audit_log::subject_id.eq(id))
                .order((audit_log::at, audit_log::id))
                .select((audit_log::action, audit_log::detail))
                .load(c))
        })
        .unwrap();
    found.into_iter().map(|(action, detail)| (action, serde_json::from_str(&detail).unwrap())).collect()
}

/// The reason that a revision keeps.
fn reason(app: &TestApp, article: &Value) -> Option<String> {
    let id = Id::parse(article["id"].as_str().unwrap()).unwrap();
    let version = article["version"].as_i64().unwrap();
    app.app.store.run_here(Access::Read, |conn| revisions::find(conn, id, version)).unwrap().unwrap().head.reason
}

fn has(article: &Value, action: &str) -> bool {
    article["allowed_actions"].as_array().unwrap().contains(&json!(action))
}

both! {
    what_is_approved_is_what_is_published(app) {
        let (contributor, editor) = (app.signed_in("contributor"), app.editor());
        let draft = contributor.draft(&json!({ "headline": "First words" }));
        assert!(has(&draft, "submit") && !has(&draft, "approve"), "{draft}");
        let handed_in = contributor.act(&draft, "submit", &json!({ "note": "Please check the names." })).expect(200).data();
        assert_eq!((&handed_in["status"], &handed_in["review"]), (&json!("in_review"), &json!("in_review")));
        assert_eq!(reason(app, &handed_in).as_deref(), Some("Please check the names."));
        assert!(!has(&handed_in, "edit") && !has(&handed_in, "submit"), "{handed_in}");

        let refused = contributor.revise(&handed_in, &json!({ "headline": "Others" })).problem(403, "forbidden");
        let allowed = refused["allowed_actions"].as_array().unwrap();
        assert!(allowed.contains(&json!("duplicate")) && !allowed.contains(&json!("edit")), "{refused}");
        let _ = contributor.act(&handed_in, "approve", &json!({})).problem(403, "forbidden");
        for wanted in ["status=in_review", "status=in_review,approved", "review=in_review"] {
            assert_eq!(editor.get(&format!("/v1/admin/articles?{wanted}")).data()[0]["id"], draft["id"], "{wanted}");
        }

        let edited = editor.revise(&handed_in, &json!({ "kicker": "Names" })).expect(200).data();
        assert_eq!((&edited["status"], &edited["approved_version"]), (&json!("in_review"), &json!(null)));
        let approved = editor.act(&edited, "approve", &json!({})).expect(200).data();
        assert_eq!((&approved["status"], &approved["approved_version"]), (&json!("approved"), &approved["version"]));
        assert_eq!(approved["approved_by"]["id"], editor.user);
        let _ = contributor.revise(&approved, &json!({ "headline": "Others" })).problem(403, "forbidden");
        let second = app.signed_in("editor");
        let edited = second.revise(&approved, &json!({ "kicker": "More names" })).expect(200).data();
        assert_eq!((&edited["status"], &edited["approved_version"]), (&json!("approved"), &edited["version"]));
        assert_eq!(edited["approved_by"]["id"], second.user);
        let found = editor.get("/v1/admin/articles?status=approved").data();
        assert_eq!(found[0]["id"], draft["id"]);

        let live = editor.act(&edited, "publish", &json!({})).expect(200).data();
        assert_eq!((&live["status"], &live["review"]), (&json!("published"), &json!("draft")));
        let seen = app.anonymous().get("/v1/articles/first-words").expect(200);
        assert_eq!(seen.data()["kicker"], "More names");
        assert!(!seen.text().contains("review") && !seen.text().contains("approved") && !seen.text().contains("comments"));
        let told = events_of(app, &draft["id"]);
        let expected = ["created", "submitted", "updated", "approved", "updated", "published"];
        assert_eq!(told, expected.map(|kind| format!("article.{kind}")));
    }

    what_is_given_back_is_its_authors_again(app) {
        let (contributor, editor) = (app.signed_in("contributor"), app.editor());
        let draft = contributor.draft(&json!({ "headline": "Words" }));
        let early = editor.act(&draft, "request-changes", &json!({ "reason": "x" })).problem(409, "illegal_action");
        assert!(early["allowed_actions"].as_array().unwrap().contains(&json!("submit")), "{early}");
        let _ = editor.act(&draft, "approve", &json!({})).problem(409, "illegal_action");
        let handed_in = contributor.act(&draft, "submit", &json!({})).expect(200).data();
        let _ = editor.act(&handed_in, "submit", &json!({})).problem(409, "illegal_action");
        for nothing in [json!({}), json!({ "reason": null }), json!({ "reason": " " })] {
            let problem = editor.act(&handed_in, "request-changes", &nothing).problem(422, "invalid_body");
            assert_eq!(problem["errors"][0]["pointer"], "/reason");
        }
        let _ = contributor.act(&handed_in, "request-changes", &json!({ "reason": "x" })).problem(403, "forbidden");
        let back = editor.act(&handed_in, "request-changes", &json!({ "reason": "Who says so?" })).expect(200).data();
        assert_eq!((&back["status"], reason(app, &back).as_deref()), (&json!("draft"), Some("Who says so?")));
        let written = contributor.revise(&back, &json!({ "headline": "Better words" })).expect(200).data();
        let again = contributor.act(&written, "submit", &json!({})).expect(200).data();
        let approved = editor.act(&again, "approve", &json!({})).expect(200).data();
        let back = editor.act(&approved, "request-changes", &json!({ "reason": "The court has called." })).expect(200).data();
        assert_eq!((&back["status"], &back["approved_version"], &back["approved_by"]), (&json!("draft"), &json!(null), &json!(null)));
        let told = audit_of(app, &draft["id"]);
        assert_eq!(told.last().unwrap().0, "request_article_changes");
        assert_eq!(told.last().unwrap().1["reason"], "The court has called.");
        assert!(events_of(app, &draft["id"]).contains(&"article.changes_requested".to_owned()));
    }

    a_live_article_has_a_review_of_its_own(app) {
        let (author, editor) = (app.signed_in("author"), app.editor());
        let live = author.published(&json!({ "headline": "Live" }));
        let edited = author.revise(&live, &json!({ "kicker": "New" })).expect(200).data();
        let handed_in = author.act(&edited, "submit", &json!({})).expect(200).data();
        assert_eq!((&handed_in["status"], &handed_in["review"]), (&json!("published"), &json!("in_review")));
        assert_eq!(editor.get("/v1/admin/articles?review=in_review").data()[0]["id"], live["id"]);
        assert_eq!(editor.get("/v1/admin/articles?status=in_review").data(), json!([]));
        let _ = author.revise(&handed_in, &json!({ "kicker": "Newer" })).problem(403, "forbidden");
        // Unpublishing leaves the review as it is; publishing ends it.
        let away = author.act(&handed_in, "unpublish", &json!({})).expect(200).data();
        assert_eq!(away["status"], "in_review");
        let out = author.act(&away, "publish", &json!({})).expect(200).data();
        assert_eq!(out["review"], "draft");
        let _ = author.revise(&out, &json!({ "kicker": "Newer" })).expect(200);
    }

    scheduling_ends_a_review_and_unscheduling_brings_the_approval_back(app) {
        let (author, editor) = (app.signed_in("author"), app.editor());
        let draft = author.draft(&json!({ "headline": "Later" }));
        let handed_in = author.act(&draft, "submit", &json!({})).expect(200).data();
        let approved = editor.act(&handed_in, "approve", &json!({})).expect(200).data();
        let later = slugline::model::Time::system().plus_seconds(3_600).to_string();
        let waiting = editor.act(&approved, "schedule", &json!({ "publish_at": later })).expect(200).data();
        assert_eq!((&waiting["status"], &waiting["review"]), (&json!("scheduled"), &json!("draft")));
        assert_eq!(waiting["approved_version"], approved["version"]);
        let back = editor.act(&waiting, "unschedule", &json!({})).expect(200).data();
        assert_eq!((&back["status"], &back["approved_version"]), (&json!("approved"), &approved["version"]));
        let waiting = editor.act(&back, "schedule", &json!({ "publish_at": later })).expect(200).data();
        let edited = author.revise(&waiting, &json!({ "kicker": "Not seen by anybody" })).expect(200).data();
        assert_eq!(edited["approved_version"], json!(null));
        let back = editor.act(&edited, "unschedule", &json!({})).expect(200).data();
        assert_eq!(back["status"], "draft");
        let handed_in = editor.act(&back, "submit", &json!({})).expect(200).data();
        let approved = editor.act(&handed_in, "approve", &json!({})).expect(200).data();
        let archived = editor.act(&approved, "archive", &json!({})).expect(200).data();
        let restored = editor.act(&archived, "restore", &json!({})).expect(200).data();
        assert_eq!((&restored["status"], &restored["approved_version"]), (&json!("draft"), &json!(null)));
    }
}
