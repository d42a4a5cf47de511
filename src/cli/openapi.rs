//! `slugline openapi`: prints the document.

use super::{Outcome, say, sentence};

/// Prints the OpenAPI document as indented JSON.
///
/// # Errors
/// The document can't be made.
pub fn run() -> Outcome {
    let document = crate::http::openapi::document().map_err(|error| sentence(&error))?;
    say(&format!("{document:#}"));
    Ok(())
}
