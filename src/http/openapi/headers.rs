//! The headers of requests and answers, from an operation's nature.

use serde_json::{Value, json};

use super::Operation;
use crate::http::bounds::Bounds;
use crate::http::once;

/// The headers that answers share, by name.
pub fn shared() -> Value {
    json!({
        "RequestId": {
            "description": "Names the request, in the log and in problem documents.",
            "required": true,
            "schema": { "type": "string", "pattern": "^[A-Za-z0-9-]{1,64}$" },
        },
        "RateLimitPolicy": {
            "description": "What is allowed (draft-ietf-httpapi-ratelimit-headers-10): the limit's name, `q` requests \
                within `w` seconds. Left out where the operator set no limit.",
            "schema": { "type": "string", "pattern": "^\"[a-z-]+\";q=[0-9]+;w=[0-9]+$" },
            "example": "\"account\";q=6000;w=60",
        },
        "RateLimit": {
            "description": "How this client stands with that limit: `r` requests may come at once, and all of them again \
                in `t` seconds; where none may, one may in `t` seconds.",
            "schema": { "type": "string", "pattern": "^\"[a-z-]+\";r=[0-9]+;t=[0-9]+$" },
            "example": "\"account\";r=5999;t=1",
        },
    })
}

/// `X-Request-Id`, which every answer carries.
pub fn request_id() -> Value {
    json!({ "$ref": "#/components/headers/RequestId" })
}

/// The headers of what is limited.
pub fn add_limits(headers: &mut Value) {
    headers["RateLimit-Policy"] = json!({ "$ref": "#/components/headers/RateLimitPolicy" });
    headers["RateLimit"] = json!({ "$ref": "#/components/headers/RateLimit" });
}

/// What `If-Match` looks like on this API: strong entity tags of versions, or `*`.
const VERSIONS: &str = "^(\\*|\"[0-9]{1,9}\"(, \"[0-9]{1,9}\"){0,9})$";

/// Adds `If-Match` and `If-None-Match` to what is asked, `ETag`, `Location`, `Link` and the rest to what is answered.
pub fn complete(operation: &mut Operation) {
    if operation.needs_if_match() {
        parameter(
            operation,
            "If-Match",
            true,
            "The ETag of the version to change, such as `\"7\"`, several of them, or `*` for any.",
            json!({ "type": "string", "pattern": VERSIONS, "maxLength": 1000 }),
        );
    }
    if operation.takes_key() {
        parameter(
            operation,
            once::HEADER,
            false,
            "Makes it safe to send the request again: for 24 hours the same request with this key is not done again, but \
             answered as it was. Any text, such as a UUID; with or without double quotes.",
            json!({ "type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": once::MAX_KEY }),
        );
    }
    let cached = operation.is_public_get();
    if cached {
        parameter(
            operation,
            "If-None-Match",
            false,
            "The ETag of the answer at hand: 304 if it still holds.",
            json!({ "type": "string" }),
        );
    }
    // An answer that others may keep tells nobody how they stand.
    let limited = !cached && !Bounds::of_operation(&operation.id).limited.is_empty();
    let lists = operation.id.starts_with("list_");
    let takes_key = operation.takes_key();
    let editorial = operation.is_editorial() && operation.path.starts_with("/v1/admin") && !operation.is_stream();
    let Some(responses) = operation.value.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, response) in responses.iter_mut() {
        let mut add = |name: &str, description: &str| {
            if response["headers"].is_null() {
                response["headers"] = json!({});
            }
            if response["headers"][name].is_null() {
                response["headers"][name] = json!({ "description": description, "schema": { "type": "string" } });
            }
        };
        match status.as_str() {
            "200" | "201" | "206" if cached => {
                add("ETag", "A strong entity tag, one per content coding.");
                add("Cache-Control", "How long shared caches may keep the answer.");
            }
            "200" | "201" if editorial && !lists => add("ETag", "The version, such as `\"7\"`."),
            _ => {}
        }
        if takes_key {
            add("Idempotency-Replayed", "`true` where the request was done before, by its `Idempotency-Key`.");
        }
        match status.as_str() {
            "201" => add("Location", "Where the new resource is."),
            "301" => add("Location", "Where it is now."),
            "200" if lists => add("Link", "The parts around this one (RFC 8288)."),
            _ => {}
        }
        response["headers"]["X-Request-Id"] = request_id();
        if limited {
            add_limits(&mut response["headers"]);
        }
    }
    if cached {
        responses.entry("304").or_insert_with(
            || json!({ "description": "The answer at hand still holds.", "headers": { "X-Request-Id": request_id() } }),
        );
    }
}

fn parameter(operation: &mut Operation, name: &str, required: bool, description: &str, schema: Value) {
    let parameter = json!({
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": schema,
    });
    let parameters = operation.value.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        parameters.push(parameter);
    }
}
