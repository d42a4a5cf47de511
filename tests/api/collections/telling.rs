//! Who hears of collections: the audit log, readers, and other systems.

use serde_json::{Value, json};

use super::{act, change, make, path};
use crate::both;
use crate::support::receiver::Receiver;
use crate::support::rows::events;
use crate::support::stream::Stream;
use crate::support::{Client, TestApp};

/// A word that only the newsroom may know.
const CANARY: &str = "canary-2e7c";

fn hook(admin: &Client, receiver: &Receiver, trusted: bool) {
    let new = json!({ "name": "Hook", "url": receiver.url, "trusted": trusted });
    let _ = admin.post("/v1/admin/webhooks", &new).expect(201);
}

/// Made, published, edited, published again, taken back, removed.
fn whole_life(app: &TestApp, editor: &Client) -> Value {
    let front = make(editor, &json!({ "name": "Front", "slug": "front", "description": CANARY }));
    let front = change(editor, &front, &json!({ "description": null }));
    let front = act(editor, &front, "publish").expect(200).data();
    app.run_jobs();
    let front = change(editor, &front, &json!({ "name": CANARY, "slug": CANARY }));
    app.run_jobs();
    let front = change(editor, &front, &json!({ "name": "Front, again", "slug": "front" }));
    let front = act(editor, &front, "publish").expect(200).data();
    app.run_jobs();
    let front = act(editor, &front, "unpublish").expect(200).data();
    let front = change(editor, &front, &json!({ "name": CANARY }));
    let _ = editor.with("If-Match", "*").delete(&path(&front)).expect(204);
    app.run_jobs();
    front
}

both! {
    every_change_is_written_down(app) {
        let (admin, editor) = (app.signed_in("admin"), app.editor());
        let front = whole_life(app, &editor);
        let id = front["id"].as_str().unwrap();
        let told = events(app, id);
        let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.trim_start_matches("collection.")).collect();
        assert_eq!(kinds, ["created", "updated", "published", "updated", "updated", "published", "unpublished", "updated", "deleted"]);
        let means: Vec<&Value> = told.iter().map(|(_, data)| &data["public"]).collect();
        let nothing = Value::Null;
        assert_eq!(means, [&nothing, &nothing, &json!("live"), &nothing, &nothing, &json!("changed"), &json!("gone"), &nothing, &nothing]);
        let log = admin.get(&format!("/v1/admin/audit?subject={id}&limit=100")).expect(200).data();
        let actions: Vec<&str> = log.as_array().unwrap().iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(actions.len(), 9, "{log}");
        for action in ["create_collection", "update_collection", "publish_collection", "unpublish_collection", "delete_collection"] {
            assert!(actions.contains(&action), "{action}: {actions:?}");
        }
    }

    readers_hear_what_changes_for_them(app) {
        let editor = app.editor();
        let mut stream = Stream::open(&app.address, "/v1/events", &[]);
        let _ = stream.next_part();
        let front = whole_life(app, &editor);
        let heard = stream.take(3);
        let names: Vec<&str> = heard.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(names, ["collection.live", "collection.changed", "collection.gone"]);
        let first = &heard[0].data;
        assert_eq!((&first["id"], &first["slug"], &first["name"], &first["locale"]), (&front["id"], &json!("front"), &json!("Front"), &Value::Null));
        assert_eq!((&heard[1].data["name"], &heard[2].data), (&json!("Front, again"), &json!({ "id": front["id"] })));
        assert!(!stream.seen.contains(CANARY), "{}", stream.seen);
        // Every colleague hears of all of it.
        let contributor = app.signed_in("contributor");
        let bearer = format!("Authorization: Bearer {}", contributor.bearer_token());
        let mut desk = Stream::open(&app.address, "/v1/admin/events", &[bearer]);
        let _ = desk.next_part();
        let _ = make(&editor, &json!({ "name": "Another" }));
        app.run_jobs();
        assert_eq!(desk.take(1)[0].name, "collection.created");
    }

    other_systems_hear_of_drafts_only_where_they_are_trusted(app) {
        let admin = app.signed_in("admin");
        let (open, trusted) = (Receiver::start(), Receiver::start());
        hook(&admin, &open, false);
        hook(&admin, &trusted, true);
        let front = whole_life(app, &admin);
        let told = open.take();
        let kinds: Vec<String> = told.iter().map(|message| message.kind()).collect();
        assert_eq!(kinds, ["collection.published", "collection.published", "collection.unpublished"]);
        let data: Vec<Value> = told.iter().map(|message| message.json()["data"].clone()).collect();
        assert_eq!((&data[0]["id"], &data[0]["public"], &data[0]["slug"], &data[0]["name"]), (&front["id"], &json!(true), &json!("front"), &json!("Front")));
        assert_eq!((&data[2]["public"], &data[2]["slug"], &data[2]["name"]), (&json!(false), &Value::Null, &Value::Null));
        for message in &told {
            assert!(!String::from_utf8_lossy(&message.body).contains(CANARY), "{:?}", message.json());
        }
        let heard = trusted.take();
        let kinds: Vec<String> = heard.iter().map(|message| message.kind()).collect();
        for kind in ["collection.created", "collection.updated", "collection.published", "collection.unpublished", "collection.deleted"] {
            assert!(kinds.iter().any(|known| known == kind), "{kind}: {kinds:?}");
        }
        assert!(heard.iter().any(|message| message.json()["data"]["name"] == CANARY));
    }
}
