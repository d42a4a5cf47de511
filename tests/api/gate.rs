//! What the site asks for before an article is published, and embargoes.

use serde_json::{Value, json};
use slugline::model::Time;

use crate::both;
use crate::review::audit_of;
use crate::support::{Client, pictures};

fn ask(admin: &Client, gate: &Value) -> Value {
    admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "publish_gate": gate })).expect(200).data()
}

fn lacks(problem: &Value) -> Vec<&str> {
    let faults = problem["errors"].as_array().unwrap();
    assert!(faults.iter().all(|fault| fault["code"] == "gate_failed"), "{problem}");
    faults.iter().map(|fault| fault["pointer"].as_str().unwrap()).collect()
}

both! {
    the_gate_names_all_that_is_missing_at_once(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let site = admin.get("/v1/admin/site").expect(200).data();
        assert!(site["publish_gate"].as_object().unwrap().values().all(|rule| rule == false), "{site}");
        let gate = json!({ "standfirst": true, "section": true, "byline": true, "tags": true, "body": true, "hero": true,
            "hero_alt": true, "hero_credit": true, "rights_valid": false, "approved": true });
        let _ = editor.with("If-Match", "*").patch("/v1/admin/site", &json!({ "publish_gate": gate })).problem(403, "forbidden");
        let refused = admin.with("If-Match", "*").patch("/v1/admin/site", &json!({ "publish_gate": { "heros": true } }));
        assert_eq!(refused.problem(422, "invalid_body")["errors"][0]["pointer"], "/publish_gate/heros");
        assert_eq!(ask(&admin, &gate)["publish_gate"], gate);
        assert!(!app.anonymous().get("/v1/site").expect(200).text().contains("gate"));

        let draft = editor.draft(&json!({ "headline": "Bare" }));
        let later = Time::system().plus_seconds(3_600).to_string();
        let all = ["/standfirst", "/section", "/authors", "/tags", "/body", "/hero", "/review"];
        for (who, action, body) in [(&editor, "publish", json!({})), (&admin, "publish", json!({})), (&editor, "schedule", json!({ "publish_at": later }))] {
            assert_eq!(lacks(&who.act(&draft, action, &body).problem(422, "invalid_body")), all, "{action}");
        }
        let _ = app.anonymous().get("/v1/articles/bare").problem(404, "not_found");

        let picture = editor.upload("a.jpg", &pictures::jpeg(5), &[]).expect(201).data();
        let filled = json!({ "standfirst": "S", "section": editor.tag("World", "section")["id"], "byline": "By us",
            "tags": [editor.tag("T", "topic")["id"]], "body_markdown": "B", "hero": picture["id"] });
        let path = format!("/v1/admin/articles/{}", draft["id"].as_str().unwrap());
        let draft = editor.if_match(&draft["version"]).patch(&path, &filled).expect(200).data();
        let problem = editor.act(&draft, "publish", &json!({})).problem(422, "invalid_body");
        assert_eq!(lacks(&problem), ["/hero/alt", "/hero/credit", "/review"]);
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("`hero_alt`"), "{problem}");
        let media = format!("/v1/admin/media/{}", picture["id"].as_str().unwrap());
        let _ = editor.if_match(&picture["version"]).patch(&media, &json!({ "alt": "A", "credit": "C" })).expect(200);
        let handed_in = editor.act(&draft, "submit", &json!({})).expect(200).data();
        assert_eq!(lacks(&editor.act(&handed_in, "publish", &json!({})).problem(422, "invalid_body")), ["/review"]);
        let approved = editor.act(&handed_in, "approve", &json!({})).expect(200).data();
        let live = editor.act(&approved, "publish", &json!({})).expect(200).data();

        // The approval is of that text: another one needs its own, and the same one does not.
        let again = editor.act(&live, "publish", &json!({})).expect(200).data();
        let edited = editor.if_match(&again["version"]).patch(&path, &json!({ "kicker": "New" })).expect(200).data();
        assert_eq!(lacks(&editor.act(&edited, "publish", &json!({})).problem(422, "invalid_body")), ["/review"]);
        // Rules merge one by one.
        let site = ask(&admin, &json!({ "approved": false }));
        assert_eq!((&site["publish_gate"]["approved"], &site["publish_gate"]["hero"]), (&json!(false), &json!(true)));
        let _ = editor.act(&edited, "publish", &json!({})).expect(200);
    }

    rights_that_end_before_the_publication_stop_it(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let _ = ask(&admin, &json!({ "rights_valid": true }));
        let end = Time::system().plus_seconds(3_600);
        let media: Vec<Value> = (0..2)
            .map(|n| editor.upload("a.jpg", &pictures::jpeg(n), &[("expires_at", end.to_string().as_str())]).expect(201).data())
            .collect();
        assert_eq!(media[0]["expires_at"], end.to_string());
        let body = json!([{ "_type": "divider", "_key": "a" }, { "_type": "image", "_key": "b", "media": media[1]["id"] }]);
        let draft = editor.draft(&json!({ "headline": "Old pictures", "hero": media[0]["id"], "body": body }));
        let after = end.plus_seconds(1).to_string();
        let late = editor.act(&draft, "schedule", &json!({ "publish_at": after })).problem(422, "invalid_body");
        assert_eq!(lacks(&late), ["/hero", "/body/1/media"]);
        let live = editor.act(&draft, "publish", &json!({})).expect(200).data();
        assert!(!app.anonymous().get("/v1/articles/old-pictures").expect(200).text().contains("expires_at"));

        app.advance(3_601);
        let editor = app.editor();
        assert_eq!(lacks(&editor.act(&live, "publish", &json!({})).problem(422, "invalid_body")), ["/hero", "/body/1/media"]);
        for record in &media {
            let path = format!("/v1/admin/media/{}", record["id"].as_str().unwrap());
            let _ = editor.if_match(&record["version"]).patch(&path, &json!({ "expires_at": null })).expect(200);
        }
        let _ = editor.act(&live, "publish", &json!({})).expect(200);
    }

    an_embargo_is_kept_unless_an_administrator_says_why_not(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let now = Time::system();
        let (until, before, after) = (now.plus_seconds(7_200), now.plus_seconds(3_600), now.plus_seconds(9_000));
        let embargoed = |headline: &str| editor.draft(&json!({ "headline": headline, "embargoed_until": until.to_string() }));
        let draft = embargoed("Budget");
        for (action, body, pointer) in
            [("publish", json!({}), "/embargoed_until"), ("schedule", json!({ "publish_at": before.to_string() }), "/publish_at")]
        {
            let problem = editor.act(&draft, action, &body).problem(422, "invalid_body");
            assert_eq!(problem["errors"][0]["pointer"], pointer);
            let told = problem["errors"][0]["detail"].as_str().unwrap();
            assert!(told.contains(&until.to_string()) && told.contains("administrator") && told.contains("`override_embargo`"), "{told}");
        }
        let why = json!({ "override_embargo": true, "reason": "It is out elsewhere." });
        let _ = editor.act(&draft, "publish", &why).problem(403, "forbidden");
        let problem = admin.act(&draft, "publish", &json!({ "override_embargo": true })).problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], "/reason");
        let stranger = app.signed_in("author");
        let _ = stranger.act(&draft, "publish", &why).problem(404, "not_found");
        let _ = app.anonymous().get("/v1/articles/budget").problem(404, "not_found");
        let _ = admin.act(&draft, "publish", &why).expect(200);
        let _ = app.anonymous().get("/v1/articles/budget").expect(200);
        let told = audit_of(app, &draft["id"]);
        let (_, detail) = told.iter().find(|(action, _)| action == "override_embargo").unwrap();
        assert_eq!((&detail["reason"], &detail["embargoed_until"]), (&json!("It is out elsewhere."), &json!(until.to_string())));

        let draft = embargoed("Verdict");
        let early = json!({ "publish_at": before.to_string(), "override_embargo": true, "reason": "Agreed." });
        let _ = editor.act(&draft, "schedule", &early).problem(403, "forbidden");
        let waiting = admin.act(&draft, "schedule", &early).expect(200).data();
        assert_eq!(waiting["status"], "scheduled");
        // What waits can't get behind an embargo.
        let waiting = editor.act(&embargoed("Prize"), "schedule", &json!({ "publish_at": after.to_string() })).expect(200).data();
        let path = format!("/v1/admin/articles/{}", waiting["id"].as_str().unwrap());
        let late = json!({ "embargoed_until": after.plus_seconds(60).to_string() });
        let problem = editor.if_match(&waiting["version"]).patch(&path, &late).problem(422, "invalid_body");
        assert_eq!(problem["errors"][0]["pointer"], "/embargoed_until");
        // Who could not override it does not lift it either, by whichever way.
        let lifted = json!({ "embargoed_until": null });
        let problem = editor.if_match(&waiting["version"]).patch(&path, &lifted).problem(422, "invalid_body");
        assert_eq!((&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]), (&json!("/embargoed_until"), &json!("immutable")));
        let _ = admin.if_match(&waiting["version"]).patch(&path, &lifted).expect(200);
        let held = editor.draft(&json!({ "headline": "Held" }));
        let path = format!("/v1/admin/articles/{}", held["id"].as_str().unwrap());
        let held = editor.if_match(&held["version"]).patch(&path, &json!({ "embargoed_until": until.to_string() })).expect(200).data();
        let back = editor.if_match(&held["version"]).post(&format!("{path}/revisions/1/restore"), &json!({}));
        let _ = back.problem(422, "invalid_body");
    }
}
