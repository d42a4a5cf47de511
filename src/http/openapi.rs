//! The OpenAPI 3.1 document, made from the serving types and the route table.

use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;

/// The whole document.
#[must_use]
pub fn document() -> Document {
    super::Operations::openapi()
}
