//! The schemas of what clients write, where they differ from what the server answers: a block of a body may be written
//! without its `_key`, and no object takes members that it does not name.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::references::{operations, reachable, rename};

/// Members that answers always have, and that clients may leave out.
const MADE_BY_THE_SERVER: &[&str] = &["_key", "style", "markDefs", "marks", "layout", "header", "language"];

/// Gives shared schemas a second form for writing, and closes what is written.
pub fn complete(document: &mut Value) {
    let Some(schemas) = document["components"]["schemas"].as_object() else { return };
    let bodies: Vec<&Value> = operations(document).map(|operation| &operation["requestBody"]).collect();
    let written = reachable(schemas, bodies);
    let answered = reachable(schemas, operations(document).map(|operation| &operation["responses"]));
    let shared: BTreeSet<&String> = written.intersection(&answered).collect();
    let twofold: BTreeSet<String> =
        shared.into_iter().filter(|name| differs(schemas, name)).map(|name| (*name).clone()).collect();

    let other = |name: &str| twofold.contains(name).then(|| format!("{name}Input"));
    let mut schemas = schemas.clone();
    for name in &twofold {
        let Some(mut schema) = schemas.get(name).cloned() else { continue };
        loosen(&mut schema);
        rename(&mut schema, &other);
        close(&mut schema);
        schemas.insert(format!("{name}Input"), schema);
    }
    for name in written.difference(&twofold) {
        if let Some(schema) = schemas.get_mut(name) {
            rename(schema, &other);
            close(schema);
        }
    }
    document["components"]["schemas"] = Value::Object(schemas);
    for item in document["paths"].as_object_mut().into_iter().flatten().map(|(_, item)| item) {
        for operation in item.as_object_mut().into_iter().flatten().map(|(_, operation)| operation) {
            if let Some(body) = operation.get_mut("requestBody") {
                rename(body, &other);
            }
        }
    }
}

/// Whether a schema, or one that it leads to, has a member that only answers must have.
fn differs(schemas: &Map<String, Value>, name: &str) -> bool {
    let has_key = |name: &str| schemas.get(name).is_some_and(|schema| schema["properties"]["_key"].is_object());
    has_key(name) || reachable(schemas, schemas.get(name)).iter().any(|name| has_key(name))
}

/// Asks for no more than the reader of bodies does.
fn loosen(schema: &mut Value) {
    let nullable: Vec<String> = schema["properties"].as_object().map_or_else(Vec::new, |members| {
        members.iter().filter(|(_, member)| super::tidy::takes_null(member)).map(|(name, _)| name.clone()).collect()
    });
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| {
            let name = name.as_str().unwrap_or_default();
            !MADE_BY_THE_SERVER.contains(&name) && !nullable.iter().any(|member| member == name)
        });
    }
}

/// Lets an object take nothing but what it names.
fn close(schema: &mut Value) {
    if schema["properties"].is_object() && schema.get("additionalProperties").is_none() {
        schema["additionalProperties"] = Value::Bool(false);
    }
}
