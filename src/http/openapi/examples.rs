//! Examples: files of `openapi/examples`, named `{operationId}.request.json` and `{operationId}.{status}.json`. Where a
//! request names records by their ids, `{operationId}.request.simple.json` is one that works on any database, and comes
//! first. A test replays the requests and holds the answers against their schemas.

use include_dir::{Dir, include_dir};
use serde_json::{Value, json};

use super::Operation;
use crate::error::{Error, Result};

static EXAMPLES: Dir = include_dir!("$CARGO_MANIFEST_DIR/openapi/examples");

/// Attaches the examples of an operation.
///
/// # Errors
/// A file is not JSON.
pub fn attach(operation: &mut Operation) -> Result<()> {
    if let Some(example) = read(&format!("{}.request.json", operation.id))? {
        let simple = read(&format!("{}.request.simple.json", operation.id))?;
        for content in contents(operation.value.get_mut("requestBody")) {
            match &simple {
                Some(simple) => {
                    content["examples"] = json!({
                        "simple": { "summary": "Works on any database.", "value": simple },
                        "with_ids": { "summary": "Names other records by their ids.", "value": example },
                    });
                }
                None => content["example"] = example.clone(),
            }
        }
    }
    let statuses = operation.value.get_mut("responses").and_then(Value::as_object_mut);
    for (status, response) in statuses.into_iter().flatten() {
        if let Some(example) = read(&format!("{}.{status}.json", operation.id))? {
            for content in contents(Some(response)) {
                content["example"] = example.clone();
            }
        }
    }
    Ok(())
}

fn read(name: &str) -> Result<Option<Value>> {
    let file = EXAMPLES.get_file(name);
    file.map(|file| serde_json::from_slice(file.contents()).map_err(Error::internal)).transpose()
}

/// The JSON media types of a request body or a response.
fn contents(of: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    let content = of.and_then(|body| body.get_mut("content")).and_then(Value::as_object_mut);
    content.into_iter().flatten().filter(|(name, _)| name.ends_with("json")).map(|(_, content)| content)
}
