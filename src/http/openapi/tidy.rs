//! What the generator of the document leaves undone.

use serde_json::{Map, Value, json};

use super::references::{operations, reachable};

/// Answers whose members `fields` can leave out, all but these.
const PICKED: &[&str] =
    &["Article", "Author", "Card", "CollectionCard", "FoundCard", "PopularCard", "RelatedCard", "Tag"];
const ALWAYS: &[&str] = &["id", "rank", "reason", "slot", "pinned"];
/// Some codes have members of their own, which all others lack.
const PROBLEM: &str = "ProblemDocument";

/// Whether a schema allows `null`.
pub fn takes_null(schema: &Value) -> bool {
    let among = |list: &Value| list.as_array().is_some_and(|types| types.iter().any(|name| name == "null"));
    let branch = |list: &Value| list.as_array().is_some_and(|all| all.iter().any(|branch| branch["type"] == "null"));
    among(&schema["type"]) || branch(&schema["oneOf"])
}

/// Says of members that can be `null` that they are always there, as the contract has it.
pub fn require_nullable(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object() else { return };
    let written = reachable(schemas, operations(document).map(|operation| &operation["requestBody"]));
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in schemas.iter_mut().filter(|(name, _)| !written.contains(*name) && *name != PROBLEM) {
        if !PICKED.contains(&name.as_str()) {
            require(schema);
        } else if let Some(required) = schema["required"].as_array_mut() {
            required.retain(|name| ALWAYS.iter().any(|always| name == always));
        }
    }
}

fn require(schema: &mut Value) {
    let Some(members) = schema["properties"].as_object() else { return };
    let is_required = |name: &String| schema["required"].as_array().is_some_and(|list| list.contains(&json!(name)));
    let names: Vec<&String> =
        members.iter().filter(|(name, member)| is_required(name) || takes_null(member)).map(|(name, _)| name).collect();
    if !names.is_empty() {
        schema["required"] = json!(names);
    }
}

/// Writes what `allOf` says as one object. It comes of flattened structs, and generators read it badly.
pub fn join_parts(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    let parts = schemas.clone();
    for schema in schemas.values_mut().filter(|schema| schema.get("allOf").is_some()) {
        let mut whole = json!({ "type": "object" });
        join(schema, &parts, &mut whole);
        if let Some(description) = schema.get("description") {
            whole["description"] = description.clone();
        }
        *schema = whole;
    }
}

fn join(part: &Value, schemas: &Map<String, Value>, whole: &mut Value) {
    let named = part["$ref"].as_str().and_then(|name| schemas.get(name.rsplit('/').next()?));
    let inner = part["allOf"].as_array();
    named.into_iter().chain(inner.into_iter().flatten()).for_each(|part| join(part, schemas, whole));
    for (name, member) in part["properties"].as_object().into_iter().flatten() {
        whole["properties"][name] = member.clone();
    }
    if let Some(required) = part["required"].as_array() {
        let mut all = whole["required"].as_array().cloned().unwrap_or_default();
        all.extend(required.iter().cloned());
        whole["required"] = Value::Array(all);
    }
}

/// Takes out schemas that nothing names.
pub fn drop_unused(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object() else { return };
    let used = reachable(schemas, [&document["paths"], &document["webhooks"], &document["components"]["responses"]]);
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| used.contains(name));
        schemas.sort_keys();
    }
}

/// The types of the files that are kept (see `files::probe`).
const FILE_TYPES: &[&str] = &[
    "application/pdf",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "audio/webm",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/quicktime",
    "video/webm",
];

/// A summary is a title, not a sentence; and a file is binary and of a known type, not a list of numbers.
pub fn operation(operation: &mut Map<String, Value>) {
    if let Some(Value::String(summary)) = operation.get_mut("summary") {
        *summary = summary.trim_end_matches('.').to_owned();
    }
    let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
    for (_, response) in responses.into_iter().flatten() {
        if response["content"]["application/octet-stream"].is_object() {
            let binary = json!({ "schema": { "type": "string", "format": "binary" } });
            response["content"] = FILE_TYPES.iter().map(|name| ((*name).to_owned(), binary.clone())).collect();
        }
    }
}
