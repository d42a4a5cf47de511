//! The page that tries the API out: Swagger UI, as it is compiled in.

use std::sync::Arc;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_swagger_ui::Config;

use super::REFERRER;
use crate::error::Error;
use crate::http::answer::{CacheControl, Public, PublicBody};
use crate::http::kept::Kept;
use crate::http::problem::Problem;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn show_index(request: HttpRequest) -> Result<HttpResponse, Problem> {
    asset(&request, "index.html")
}

pub(super) async fn show_file(request: HttpRequest, file: web::Path<String>) -> Result<HttpResponse, Problem> {
    asset(&request, &file)
}

/// A file of the page, compressed once.
fn asset(request: &HttpRequest, name: &str) -> Result<HttpResponse, Problem> {
    static KEPT: Kept<Asset> = Kept::new();
    let asset = KEPT.get(name, || load(name))?;
    let answer = Public::of(asset.media_type.clone(), CacheControl::PUBLIC);
    let answer = answer.header(header::CONTENT_SECURITY_POLICY, POLICY).header(header::REFERRER_POLICY, REFERRER);
    Ok(answer.answer(request, &asset.body))
}

struct Asset {
    media_type: HeaderValue,
    body: PublicBody,
}

fn load(name: &str) -> Result<Asset, Error> {
    let config = Config::from("/openapi.json").try_it_out_enabled(true).display_request_duration(true);
    let config = config.validator_url("none").persist_authorization(false);
    let file = utoipa_swagger_ui::serve(name, Arc::new(config)).map_err(Error::internal)?;
    let file = file.ok_or_else(Error::not_found)?;
    let media_type = HeaderValue::from_str(&file.content_type).map_err(Error::internal)?;
    Ok(Asset { media_type, body: PublicBody::new(file.bytes.into_owned()) })
}
