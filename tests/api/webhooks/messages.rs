//! What is really sent, held against the `webhooks` section of the document.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use slugline::model::EventKind;

use super::hook;
use crate::both;
use crate::openapi::{document, resolved};
use crate::support::pictures;
use crate::support::receiver::{Received, Receiver};

/// The body of a kind's entry in the document.
fn content(document: &Value, kind: &str) -> Value {
    document["webhooks"][kind]["post"]["requestBody"]["content"]["application/json"].clone()
}

#[track_caller]
fn hold(document: &Value, kind: &str, message: &Value) {
    let mut schema = content(document, kind)["schema"].clone();
    assert!(schema.is_object(), "{kind} is not in the document");
    schema["components"] = document["components"].clone();
    let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(message).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{kind}: {faults:#?}\n{message}");
    // Nothing is sent that the document does not name.
    let named = resolved(document, &schema["properties"]["data"])["properties"].as_object().unwrap();
    for member in message["data"].as_object().unwrap().keys() {
        assert!(named.contains_key(member), "{kind}: {member}");
    }
}

#[test]
fn every_kind_has_an_entry_and_an_example_of_its_schema() {
    let document = document();
    let entries: BTreeSet<&str> = document["webhooks"].as_object().unwrap().keys().map(String::as_str).collect();
    let kinds: BTreeSet<&str> = EventKind::WORDS.iter().copied().chain(["webhook.test"]).collect();
    assert_eq!(entries, kinds);
    for kind in kinds {
        let operation = &document["webhooks"][kind]["post"];
        assert_eq!(operation["tags"], json!(["webhooks"]));
        for reference in operation["parameters"].as_array().unwrap() {
            assert_eq!(resolved(&document, reference)["in"], "header");
        }
        hold(&document, kind, &content(&document, kind)["example"]);
    }
}

both! {
    what_is_sent_is_of_its_schema(app) {
        let document = document();
        let admin = app.signed_in("admin");
        let (open, trusted) = (Receiver::start(), Receiver::start());
        let _ = hook(&admin, &open, &json!({}));
        let tested = hook(&admin, &trusted, &json!({ "trusted": true }));
        let any = admin.with("If-Match", "*");
        let at = |resource: &str, thing: &Value| format!("/v1/admin/{resource}/{}", thing["id"].as_str().unwrap());
        let mut heard: Vec<Received> = Vec::new();
        let mut listen = || {
            app.run_jobs();
            heard.extend(open.take());
            heard.extend(trusted.take());
        };

        let _ = admin.post(&format!("{}/test", at("webhooks", &tested)), &json!({})).expect(202);
        let (tag, author) = (admin.tag("Ferries", "topic"), admin.author("Aliya Omarova"));
        let picture = admin.upload("ferry.jpg", &pictures::jpeg(5), &[]).expect(201).data();
        let draft = admin.draft(&json!({ "headline": "Ferries return", "tags": [tag["id"]], "authors": [author["id"]], "hero": picture["id"] }));
        let later = app.clock.now().plus_seconds(600).to_string();
        let scheduled = admin.act(&draft, "schedule", &json!({ "publish_at": later })).expect(200).data();
        let live = admin.act(&scheduled, "publish", &json!({})).expect(200).data();
        listen();
        let corrected = admin.act(&live, "correct", &json!({ "kind": "update", "text": "At noon." })).expect(200).data();
        for (resource, thing, change) in [("tags", &tag, json!({ "name": "Ships" })), ("authors", &author, json!({ "bio": "b" })), ("media", &picture, json!({ "title": "t" }))] {
            let _ = any.patch(&at(resource, thing), &change).expect(200);
        }
        listen();
        let gone = admin.act(&corrected, "unpublish", &json!({})).expect(200).data();
        let killed = admin.act(&gone, "kill", &json!({})).expect(200).data();
        let _ = any.patch(&at("articles", &killed), &json!({ "kicker": "k" }));
        let reviewed = admin.draft(&json!({ "headline": "Harbour plans" }));
        let submitted = admin.act(&reviewed, "submit", &json!({})).expect(200).data();
        let _ = admin.act(&submitted, "approve", &json!({})).expect(200);
        let boats = admin.tag("Boats", "topic");
        let _ = any.post(&format!("{}/merge", at("tags", &boats)), &json!({ "into": tag["id"] })).expect(200);
        let other = admin.draft(&json!({ "headline": "Never mind" }));
        let _ = any.patch(&at("articles", &other), &json!({ "kicker": "k" })).expect(200);
        let _ = any.delete(&at("articles", &other)).expect(204);
        let unused = (admin.tag("Unused", "topic"), admin.author("Unused"), admin.upload("x.jpg", &pictures::jpeg(6), &[]).expect(201).data());
        let _ = any.delete(&at("tags", &unused.0)).expect(204);
        let _ = any.delete(&at("authors", &unused.1)).expect(204);
        let _ = any.delete(&at("media", &unused.2)).expect(204);
        listen();
        let front = admin.post("/v1/admin/collections", &json!({ "name": "Front page", "locale": "en" })).expect(201).data();
        let _ = any.patch(&at("collections", &front), &json!({ "size": 9 })).expect(200);
        for action in ["publish", "unpublish"] {
            let _ = any.post(&format!("{}/{action}", at("collections", &front)), &json!({})).expect(200);
            listen();
        }
        let _ = any.delete(&at("collections", &front)).expect(204);
        listen();

        let kinds: BTreeSet<String> = heard.iter().map(Received::kind).collect();
        let expected: BTreeSet<String> =
            EventKind::WORDS.iter().copied().chain(["webhook.test"]).map(str::to_owned).collect();
        assert_eq!(kinds, expected);
        for message in &heard {
            hold(&document, &message.kind(), &message.json());
        }
    }
}
