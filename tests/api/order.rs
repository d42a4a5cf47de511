//! The order of the checks, where several things are wrong at once: 401; 400, 413, 415; 428; 422 shape; 404; 403; 412;
//! 409; 422 rules.

use serde_json::{Value, json};

use crate::both;
use crate::support::{Answer, Client, TestApp};

/// One way to write to an article.
struct Way {
    method: &'static str,
    action: &'static str,
    /// A sound body that no rule forbids.
    sound: Value,
    /// A sound body that breaks a rule.
    against_rules: Value,
}

fn ways() -> [Way; 3] {
    let past = "2001-01-01T00:00:00Z";
    let future = "2099-01-01T00:00:00Z";
    let nobody = "0197a000-0000-7000-8000-000000000000";
    [
        Way { method: "PATCH", action: "", sound: json!({ "kicker": "x" }), against_rules: json!({ "hero": nobody }) },
        Way { method: "POST", action: "/publish", sound: json!({}), against_rules: json!({ "published_at": future }) },
        Way {
            method: "POST",
            action: "/schedule",
            sound: json!({ "publish_at": future }),
            against_rules: json!({ "publish_at": past }),
        },
    ]
}

fn send(client: &Client, way: &Way, id: &Value, body: &str) -> Answer {
    let path = format!("/v1/admin/articles/{}{}", id.as_str().unwrap(), way.action);
    let client = match body.starts_with('<') {
        true => client.with("Content-Type", "application/xml"),
        false => client.with("Content-Type", "application/json"),
    };
    client.send(way.method, &path, Some(body.as_bytes()))
}

fn killed(app: &TestApp, headline: &str) -> Value {
    let editor = app.editor();
    let live = editor.published(&json!({ "headline": headline }));
    editor.act(&live, "kill", &json!({})).expect(200).data()
}

both! {
    each_check_comes_before_those_behind_it(app) {
        let (editor, anonymous) = (app.editor(), app.anonymous());
        let contributor = app.signed_in("contributor");
        let stale = |client: &Client| client.with("If-Match", "\"999\"");
        let foreign = editor.draft(&json!({ "headline": "Foreign" }));
        let own = contributor.draft(&json!({ "headline": "Own" }));
        let own = editor.act(&own, "publish", &json!({})).expect(200).data();
        let killed = killed(app, "Killed");
        let draft = editor.draft(&json!({ "headline": "Draft" }));
        let unknown = json!("0197a000-0000-7000-8000-000000000000");
        for way in ways() {
            let (sound, against_rules) = (way.sound.to_string(), way.against_rules.to_string());
            let bad_shape = r#"{"published_at": 7, "headline": 7}"#;
            for body in ["{\"a\": 1, \"a\"", "<a/>", bad_shape, &sound] {
                let _ = send(&anonymous, &way, &unknown, body).problem(401, "unauthenticated");
                let _ = send(&anonymous.bearer("sl_nothing"), &way, &unknown, body).problem(401, "unauthenticated");
            }
            let _ = send(&editor, &way, &unknown, "{\"a\": 1,").problem(400, "malformed_json");
            let _ = send(&editor, &way, &unknown, "{\"a\": 1, \"a\": 1}").problem(400, "duplicate_key");
            let _ = send(&editor, &way, &unknown, "<a/>").problem(415, "unsupported_media_type");
            let large = format!("{{\"a\": \"{}\"}}", "x".repeat(5 * 1024 * 1024));
            let _ = send(&editor, &way, &unknown, &large).problem(413, "payload_too_large");
            let _ = send(&editor, &way, &unknown, bad_shape).problem(428, "if_match_required");
            let _ = send(&stale(&editor), &way, &unknown, bad_shape).problem(422, "invalid_body");
            let _ = send(&stale(&editor), &way, &unknown, &against_rules).problem(404, "not_found");
            let _ = send(&stale(&contributor), &way, &foreign["id"], &against_rules).problem(404, "not_found");
            let _ = send(&stale(&contributor), &way, &own["id"], &against_rules).problem(403, "forbidden");
            let _ = send(&stale(&editor), &way, &killed["id"], &against_rules).problem(412, "stale_version");
            let _ = send(&editor.if_match(&killed["version"]), &way, &killed["id"], &against_rules).problem(409, "illegal_action");
            let _ = send(&editor.if_match(&draft["version"]), &way, &draft["id"], &against_rules).problem(422, "invalid_body");
            assert_eq!(editor.article(&draft["id"]), draft, "nothing was written");
        }
    }

    a_query_that_nobody_asked_for_is_refused_first(app) {
        let editor = app.editor();
        let path = "/v1/admin/articles?headlin=1";
        let _ = app.anonymous().post(path, &json!({})).problem(401, "unauthenticated");
        let problem = editor.post(path, &json!({ "headline": "x" })).problem(400, "invalid_parameter");
        assert_eq!((&problem["errors"][0]["parameter"], &problem["errors"][0]["code"]), (&json!("headlin"), &json!("unknown_parameter")));
    }
}
