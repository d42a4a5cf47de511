//! What streams of events carry. OpenAPI 3.1 has no word for it, so the extension `x-events` maps the name of each event
//! to the schema of its `data`.

use serde_json::{Map, Value, json};

use super::{Operation, add};
use crate::http::stream::schemas::{
    AdminEvent, ArticleGoneEvent, ArticleShownEvent, LiveUpdateAction, LiveUpdateEvent,
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
            "reset": nothing,
        }),
        "stream_admin_events" => json!({ "*": of("AdminEvent"), "reset": nothing }),
        _ => return,
    };
    if let Some(response) = operation.value.get_mut("responses").and_then(|all| all.get_mut("200")) {
        response["content"]["text/event-stream"]["x-events"] = events;
    }
}

/// The schemas that no handler names by itself.
pub fn schemas(schemas: &mut Map<String, Value>) {
    add::<ArticleShownEvent>(schemas);
    add::<ArticleGoneEvent>(schemas);
    add::<LiveUpdateEvent>(schemas);
    add::<LiveUpdateAction>(schemas);
    add::<AdminEvent>(schemas);
}
