//! The documentation that the server carries with it, so that it works offline: the OpenAPI document, a page to try it
//! out, a page for every error code, and guides. Pages for people are HTML and stand beside the OpenAPI document, not
//! in it.

mod pages;
mod swagger;

use std::sync::OnceLock;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::answer::{CacheControl, Public, PublicBody};
use super::openapi;
use super::paths::Paths;
use crate::error::Error;
use crate::http::extract::{NoParams, Query};
use crate::http::problem::Problem;

/// No page that is linked to hears where its reader comes from.
const REFERRER: &str = "no-referrer";

/// Lets actix know the pages for people.
pub fn configure(services: &mut web::ServiceConfig) {
    Paths::default()
        .get("/docs", web::to(move_to_docs))
        .get("/docs/", web::to(swagger::show_index))
        .get("/docs/errors", web::to(pages::show_errors))
        .get("/docs/errors/{code}", web::to(pages::show_error))
        .get("/docs/limits", web::to(pages::show_limits))
        .get("/docs/guides", web::to(pages::show_guides))
        .get("/docs/guides/{name}", web::to(pages::show_guide))
        .get("/docs/{file}", web::to(swagger::show_file))
        .register(services);
}

/// Answers this document.
///
/// OpenAPI 3.1, made from the types that serve the requests. `/docs` shows it to people, `/docs/errors` explains every
/// error code, `/docs/limits` shows every limit, and `/docs/guides` has guides for developers, editors, integrators and operators; those pages are HTML,
/// and not operations of this API.
#[utoipa::path(get, path = "/openapi.json", tag = "docs", responses(
    (status = 200, description = "The document.", body = Object),
))]
pub async fn get_openapi(request: HttpRequest, _: Query<NoParams>) -> Result<HttpResponse, Problem> {
    static DOCUMENT: OnceLock<PublicBody> = OnceLock::new();
    let body = match DOCUMENT.get() {
        Some(body) => body,
        None => {
            let bytes = serde_json::to_vec(&openapi::document()?).map_err(Error::internal)?;
            DOCUMENT.get_or_init(|| PublicBody::new(bytes))
        }
    };
    Ok(Public::json(CacheControl::PUBLIC).answer(&request, body))
}

async fn move_to_docs() -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::PERMANENT_REDIRECT);
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/docs/"));
    response
}
