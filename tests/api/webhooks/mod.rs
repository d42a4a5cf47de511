//! Webhooks: what administrators do with them, what is sent, to whom, and when again.

mod hearing;
mod messages;
mod sending;

use serde_json::{Value, json};

use crate::both;
use crate::support::receiver::Receiver;
use crate::support::{Answer, Client, TestApp};

/// A webhook that leads to a receiver, as it was made: with its secret.
#[track_caller]
fn hook(admin: &Client, receiver: &Receiver, more: &Value) -> Value {
    let mut new = json!({ "name": "Receiver", "url": receiver.url });
    for (name, value) in more.as_object().unwrap() {
        new[name] = value.clone();
    }
    admin.post("/v1/admin/webhooks", &new).expect(201).data()
}

fn path(hook: &Value) -> String {
    format!("/v1/admin/webhooks/{}", hook["id"].as_str().unwrap())
}

/// The webhook as it is now.
#[track_caller]
fn now(admin: &Client, hook: &Value) -> Value {
    admin.get(&path(hook)).expect(200).data()
}

#[track_caller]
fn deliveries(admin: &Client, hook: &Value, query: &str) -> Vec<Value> {
    let list = admin.get(&format!("{}/deliveries{query}", path(hook))).expect(200).data();
    list.as_array().unwrap().clone()
}

/// A delivery with its attempts.
#[track_caller]
fn delivery(admin: &Client, hook: &Value, delivery: &Value) -> Value {
    let id = delivery["id"].as_str().unwrap();
    admin.get(&format!("{}/deliveries/{id}", path(hook))).expect(200).data()
}

fn redeliver(admin: &Client, hook: &Value, what: &Value) -> Answer {
    admin.post(&format!("{}/redeliver", path(hook)), what)
}

/// A new token of an administrator's.
fn token(app: &TestApp, admin: &Client, scopes: &[&str]) -> Client {
    let made = admin.post("/v1/admin/tokens", &json!({ "name": "t", "scopes": scopes })).expect(201).data();
    app.anonymous().bearer(made["token"].as_str().unwrap())
}

both! {
    a_webhook_is_made_changed_and_ended(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        let made = admin.post("/v1/admin/webhooks", &json!({ "name": "Search", "url": receiver.url, "events": ["article.published"] })).expect(201);
        assert_eq!(made.header("etag"), Some("\"1\""));
        assert!(made.header("cache-control").unwrap().contains("no-store"));
        let data = made.data();
        assert!(made.header("location").unwrap().ends_with(&path(&data)));
        assert_eq!((&data["active"], &data["trusted"], &data["last_delivery"]), (&json!(true), &json!(false), &Value::Null));
        let secret = data["secret"].as_str().unwrap().to_owned();
        assert!(secret.starts_with("whsec_"));

        // A patch, stale and fresh.
        let _ = admin.patch(&path(&data), &json!({ "name": "x" })).problem(428, "if_match_required");
        let changed = admin.if_match(&json!(1)).patch(&path(&data), &json!({ "name": "Index", "events": [], "description": "For the search." })).expect(200).data();
        assert_eq!((&changed["version"], &changed["name"], &changed["events"]), (&json!(2), &json!("Index"), &json!([])));
        let same = admin.if_match(&json!(2)).patch(&path(&data), &json!({ "name": "Index" })).expect(200).data();
        assert_eq!(same["version"], 2);
        let stale = admin.if_match(&json!(1)).patch(&path(&data), &json!({ "active": false })).problem(412, "stale_version");
        assert_eq!((&stale["current_version"], &stale["changed_fields"]), (&json!(2), &json!(["description", "events", "name"])));

        // The secret is nowhere any more.
        let _ = admin.post(&format!("{}/test", path(&data)), &json!({})).expect(202);
        app.run_jobs();
        let list = deliveries(&admin, &data, "");
        let told = delivery(&admin, &data, &list[0]);
        let kept = app.app.store.run_here(slugline::store::Access::Read, |conn| slugline::store::webhooks::find(conn, slugline::model::Id::parse(data["id"].as_str().unwrap()).unwrap())).unwrap().unwrap();
        let bare = secret.strip_prefix("whsec_").unwrap();
        for text in [now(&admin, &data).to_string(), admin.get("/v1/admin/webhooks").expect(200).text(), told.to_string(), format!("{kept:?}")] {
            assert!(!text.contains(bare), "{text}");
        }

        let _ = admin.delete(&path(&data)).problem(428, "if_match_required");
        assert_eq!(admin.if_match(&json!(2)).delete(&path(&data)).status, 204);
        let _ = admin.get(&path(&data)).problem(404, "not_found");
        let _ = admin.get(&format!("{}/deliveries", path(&data))).problem(404, "not_found");
    }

    what_is_wrong_is_refused(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        let cases = [
            (json!({}), "/name", "required"),
            (json!({ "name": "x" }), "/url", "required"),
            (json!({ "name": "x", "url": "ftp://x.example/" }), "/url", "invalid_format"),
            (json!({ "name": "x", "url": "https://u:p@x.example/" }), "/url", "invalid_format"),
            (json!({ "name": "x", "url": receiver.url, "events": ["article.read"] }), "/events/0", "not_one_of"),
            (json!({ "name": "x", "url": receiver.url, "events": ["webhook.test"] }), "/events/0", "not_one_of"),
            (json!({ "name": "x", "url": receiver.url, "events": ["tag.created", "tag.created"] }), "/events/1", "duplicate"),
            (json!({ "name": "x", "url": receiver.url, "active": null }), "/active", "not_null"),
            (json!({ "name": "x", "url": receiver.url, "secret": "mine" }), "/secret", "read_only"),
        ];
        for (body, pointer, code) in cases {
            let problem = admin.post("/v1/admin/webhooks", &body).problem(422, "invalid_body");
            let found = problem["errors"].as_array().unwrap().iter().any(|fault| fault["pointer"] == pointer && fault["code"] == code);
            assert!(found, "{body}: {problem}");
        }
        let made = hook(&admin, &receiver, &json!({}));
        for (body, code) in [(json!({}), "required"), (json!({ "since": "2026-01-01T00:00:00Z", "delivery_id": made["id"] }), "exclusive"), (json!({ "delivery_id": made["id"] }), "unknown_id"), (json!({ "since": null }), "not_null")] {
            let problem = redeliver(&admin, &made, &body).problem(422, "invalid_body");
            assert_eq!(problem["errors"][0]["code"], code, "{problem}");
        }
        let rotate = format!("{}/rotate-secret", path(&made));
        for (overlap, code) in [(json!(604_801), "out_of_range"), (json!(-1), "out_of_range"), (json!(1.5), "wrong_type"), (json!(null), "not_null")] {
            let problem = admin.with("If-Match", "*").post(&rotate, &json!({ "overlap_seconds": overlap })).problem(422, "invalid_body");
            assert_eq!(problem["errors"][0]["code"], code, "{problem}");
        }
        let _ = admin.post(&rotate, &json!({})).problem(428, "if_match_required");
        let _ = admin.get(&format!("{}/deliveries?status=lost", path(&made))).problem(400, "invalid_parameter");
    }

    there_can_be_a_hundred(app) {
        let admin = app.signed_in("admin");
        let new = json!({ "name": "One of many", "url": "https://many.example/" });
        for _ in 0..100 {
            let _ = admin.post("/v1/admin/webhooks", &new).expect(201);
        }
        let _ = admin.post("/v1/admin/webhooks", &new).problem(422, "invalid_body");
        let list = admin.get("/v1/admin/webhooks?page=2&limit=60").expect(200).json();
        assert_eq!((list["data"].as_array().unwrap().len(), &list["meta"]["total"]), (40, &json!(100)));
    }

    webhooks_are_for_administrators(app) {
        let admin = app.signed_in("admin");
        let receiver = Receiver::start();
        let made = hook(&admin, &receiver, &json!({}));
        let test = admin.post(&format!("{}/test", path(&made)), &json!({})).expect(202).data();
        let gets = ["", "/deliveries", &format!("/deliveries/{}", test["id"].as_str().unwrap())].map(|rest| format!("{}{rest}", path(&made)));
        let posts = ["rotate-secret", "test", "redeliver"].map(|action| format!("{}/{action}", path(&made)));
        let again = json!({ "delivery_id": test["id"] });
        let body = |path: &str| if path.ends_with("redeliver") { again.clone() } else { json!({}) };
        let try_all = |client: &Client, code: &str, writing: bool| {
            let client = client.with("If-Match", "*");
            for path in gets.iter().filter(|_| !writing) {
                let _ = client.get(path).problem(403, code);
            }
            for path in &posts {
                let _ = client.post(path, &body(path)).problem(403, code);
            }
            let _ = client.post("/v1/admin/webhooks", &json!({ "name": "x", "url": receiver.url })).problem(403, code);
            let _ = client.patch(&path(&made), &json!({ "name": "x" })).problem(403, code);
            let _ = client.delete(&path(&made)).problem(403, code);
        };
        for role in ["contributor", "author", "editor"] {
            try_all(&app.signed_in(role), "forbidden", false);
        }
        try_all(&token(app, &admin, &["articles:read", "users:write", "site:write"]), "insufficient_scope", false);
        let reader = token(app, &admin, &["webhooks:read"]);
        gets.iter().for_each(|path| drop(reader.get(path).expect(200)));
        try_all(&reader, "insufficient_scope", true);

        // A person lets others hear of drafts, and says where they listen.
        let writer = token(app, &admin, &["webhooks:read", "webhooks:write", "articles:read"]);
        let trusting = json!({ "name": "x", "url": receiver.url, "trusted": true });
        let _ = writer.post("/v1/admin/webhooks", &trusting).problem(403, "forbidden");
        let _ = writer.with("If-Match", "*").patch(&path(&made), &json!({ "trusted": true })).problem(403, "forbidden");
        let _ = writer.with("If-Match", "*").patch(&path(&made), &json!({ "name": "y" })).expect(200);
        let trusted = admin.post("/v1/admin/webhooks", &trusting).expect(201).data();
        let elsewhere = json!({ "url": format!("{}/elsewhere", receiver.url) });
        let _ = writer.with("If-Match", "*").patch(&path(&trusted), &elsewhere).problem(403, "forbidden");
        let _ = writer.with("If-Match", "*").patch(&path(&trusted), &json!({ "name": "y" })).expect(200);

        // A delivery belongs to its webhook.
        let other = hook(&admin, &receiver, &json!({}));
        let _ = admin.get(&format!("{}/deliveries/{}", path(&other), test["id"].as_str().unwrap())).problem(404, "not_found");
        let _ = redeliver(&admin, &other, &again).problem(422, "invalid_body");
    }
}
