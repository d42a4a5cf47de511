//! What streams of events carry. `contentSchema` says what the `data` of an event is (JSON Schema 2020-12, validation 8.5);
//! OpenAPI 3.1 has no word for the rest, so the extension `x-events` maps the name of each event to its schema.

use serde_json::{Map, Value, json};

use super::{Operation, add};
use crate::http::stream::schemas::{
    AdminEvent, ArticleGoneEvent, ArticleShownEvent, CollectionGoneEvent, CollectionShownEvent, LiveUpdateAction,
    LiveUpdateEvent,
};

/// Whether an operation answers a stream of events.
pub fn is_stream(id: &str) -> bool {
    matches!(id, "stream_events" | "stream_admin_events")
}

/// Names the events of an operation.
pub fn complete(operation: &mut Operation) {
    let of = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let nothing = json!({ "type": "object", "additionalProperties": false });
    let events = match operation.id.as_str() {
        "stream_events" => json!({
            "article.live": of("ArticleShownEvent"),
            "article.changed": of("ArticleShownEvent"),
            "article.gone": of("ArticleGoneEvent"),
            "live_update": of("LiveUpdateEvent"),
            "collection.live": of("CollectionShownEvent"),
            "collection.changed": of("CollectionShownEvent"),
            "collection.gone": of("CollectionGoneEvent"),
            "reset": nothing,
        }),
        "stream_admin_events" => json!({ "*": of("AdminEvent"), "reset": nothing }),
        _ => return,
    };
    let mut told: Vec<Value> = Vec::new();
    for schema in events.as_object().into_iter().flat_map(Map::values) {
        if !told.contains(schema) {
            told.push(schema.clone());
        }
    }
    if let Some(response) = operation.value.get_mut("responses").and_then(|all| all.get_mut("200")) {
        let stream = &mut response["content"]["text/event-stream"];
        stream["schema"]["contentMediaType"] = json!("text/event-stream");
        stream["schema"]["contentSchema"] = json!({ "anyOf": told });
        stream["x-events"] = events;
    }
}

/// The schemas that no handler names by itself.
pub fn schemas(schemas: &mut Map<String, Value>) {
    add::<ArticleShownEvent>(schemas);
    add::<ArticleGoneEvent>(schemas);
    add::<LiveUpdateEvent>(schemas);
    add::<CollectionShownEvent>(schemas);
    add::<CollectionGoneEvent>(schemas);
    add::<LiveUpdateAction>(schemas);
    add::<AdminEvent>(schemas);
}
