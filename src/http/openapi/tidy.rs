//! What the generator of the document leaves undone.

use serde_json::{Map, Value, json};

use super::references::{operations, reachable};

/// Answers whose members `fields` can leave out.
const PICKED: &[&str] = &["Article", "Card"];

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
    for (name, schema) in schemas.iter_mut() {
        if !written.contains(name) && !PICKED.contains(&name.as_str()) {
            require(schema);
            let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
            parts.into_iter().flatten().for_each(require);
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

/// Writes the parts of an `allOf` that have no name as one object. Flattened structs leave several behind, empty ones
/// among them, which generators take for objects without any member.
pub fn join_parts(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for schema in schemas.values_mut() {
        let Some(parts) = schema.get("allOf").and_then(Value::as_array) else { continue };
        let mut named = Vec::new();
        let mut own = json!({ "type": "object" });
        collect_parts(parts, &mut named, &mut own);
        let Some(members) = schema.as_object_mut() else { continue };
        members.remove("allOf");
        if named.is_empty() {
            members.extend(own.as_object().cloned().unwrap_or_default());
        } else {
            named.push(own);
            members.insert("allOf".to_owned(), Value::Array(named));
        }
    }
}

fn collect_parts(parts: &[Value], named: &mut Vec<Value>, own: &mut Value) {
    for part in parts {
        if part.get("$ref").is_some() {
            named.push(part.clone());
        }
        if let Some(inner) = part["allOf"].as_array() {
            collect_parts(inner, named, own);
        }
        for (name, member) in part["properties"].as_object().into_iter().flatten() {
            own["properties"][name] = member.clone();
        }
        if let Some(required) = part["required"].as_array() {
            let mut all = own["required"].as_array().cloned().unwrap_or_default();
            all.extend(required.iter().cloned());
            own["required"] = Value::Array(all);
        }
    }
}

/// Takes out schemas that nothing names.
pub fn drop_unused(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object() else { return };
    let used = reachable(schemas, [&document["paths"], &document["components"]["responses"]]);
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
