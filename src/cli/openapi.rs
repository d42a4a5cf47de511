//! `slugline openapi`: prints the document.

use super::{Outcome, say};

/// Prints the OpenAPI document as indented JSON.
///
/// # Errors
/// The document can't be written as JSON.
pub fn run() -> Outcome {
    let json = crate::http::openapi::document().to_pretty_json();
    say(&json.map_err(|cause| format!("the document can't be written: {cause}"))?);
    Ok(())
}
