//! `slugline openapi`: prints the document.

use super::{Outcome, say};

/// Prints the OpenAPI document as indented JSON.
///
/// # Errors
/// The document can't be written as JSON.
pub fn run() -> Outcome {
    let document = crate::http::openapi::document().map_err(|error| error.detail().to_owned())?;
    say(&serde_json::to_string_pretty(&document).map_err(|cause| format!("the document can't be written: {cause}"))?);
    Ok(())
}
