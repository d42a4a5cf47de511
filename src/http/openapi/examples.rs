//! Examples: files of `openapi/examples`, named `{operationId}.request.json` and `{operationId}.{status}.json`. A test
//! replays the requests and holds the answers against their schemas.

use include_dir::{Dir, include_dir};
use serde_json::Value;

use super::Operation;
use crate::error::{Error, Result};

static EXAMPLES: Dir = include_dir!("$CARGO_MANIFEST_DIR/openapi/examples");

/// Attaches the examples of an operation.
///
/// # Errors
/// A file is not JSON.
pub fn attach(operation: &mut Operation) -> Result<()> {
    if let Some(example) = read(&format!("{}.request.json", operation.id))? {
        for content in contents(operation.value.get_mut("requestBody")) {
            content["example"] = example.clone();
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
