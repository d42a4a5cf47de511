//! Walking the references (`$ref`) of the document.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

const SCHEMAS: &str = "#/components/schemas/";

/// The reference to a schema.
pub fn to_schema(name: &str) -> String {
    format!("{SCHEMAS}{name}")
}

/// Calls `visit` for every schema that `value` names, in references and in discriminators, and puts in the name that
/// it answers.
pub fn rename(value: &mut Value, visit: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, visit)),
        Value::Object(members) => members.iter_mut().for_each(|(_, member)| rename(member, visit)),
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(SCHEMAS).and_then(visit) {
                *text = to_schema(&name);
            }
        }
        _ => {}
    }
}

/// The names of the schemas that `value` leads to, directly or by way of others.
pub fn reachable<'a>(schemas: &'a Map<String, Value>, from: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Value> = from.into_iter().collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => open.extend(members.values()),
            Value::String(text) => {
                if let Some(name) = text.strip_prefix(SCHEMAS)
                    && found.insert(name.to_owned())
                {
                    open.extend(schemas.get(name));
                }
            }
            _ => {}
        }
    }
    found
}

/// Every operation of the document.
pub fn operations(document: &Value) -> impl Iterator<Item = &Value> {
    let items = document["paths"].as_object().into_iter().flat_map(Map::values);
    items.flat_map(|item| item.as_object().into_iter().flat_map(Map::values))
}
