//! The documentation that the server carries with it, so that it works offline: the OpenAPI document, a page to try it
//! out, and a page for every error code. Pages for people are HTML and stand beside the OpenAPI document, not in it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_swagger_ui::Config;

use super::answer::{CacheControl, Public, PublicBody};
use super::openapi;
use super::problem::{self, title};
use crate::error::{Code, Error, FaultCode};
use crate::http::extract::{NoParams, Query};
use crate::http::problem::Problem;

/// The pages for people, in actix's form.
pub const PAGES: &[&str] = &["/docs", "/docs/", "/docs/errors", "/docs/errors/{code}", "/docs/{file}"];

const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                           frame-ancestors 'none'";
const TRY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                          img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                          frame-ancestors 'none'";
const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;\
                     color-scheme:light dark}dt{font-family:ui-monospace,monospace;margin-top:1rem}";

/// Lets actix know the pages.
pub fn configure(services: &mut web::ServiceConfig) {
    services
        .route("/docs", web::get().to(move_to_docs))
        .route("/docs/", web::get().to(show_docs))
        .route("/docs/errors", web::get().to(show_errors))
        .route("/docs/errors/{code}", web::get().to(show_error))
        .route("/docs/{file}", web::get().to(show_docs_file));
}

/// Answers this document.
///
/// OpenAPI 3.1, made from the types that serve the requests. `/docs` shows it to people, and `/docs/errors` explains
/// every error code; those pages are HTML, and not operations of this API.
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

async fn show_docs(request: HttpRequest) -> Result<HttpResponse, Problem> {
    asset(&request, "index.html")
}

async fn show_docs_file(request: HttpRequest, file: web::Path<String>) -> Result<HttpResponse, Problem> {
    asset(&request, &file)
}

/// A file of the page that tries the API out. Each is compressed once and kept; there are a handful.
fn asset(request: &HttpRequest, name: &str) -> Result<HttpResponse, Problem> {
    static KEPT: RwLock<BTreeMap<String, Arc<Asset>>> = RwLock::new(BTreeMap::new());
    let kept = KEPT.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
    let asset = match kept {
        Some(asset) => asset,
        None => {
            let asset = Arc::new(load(name)?);
            KEPT.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), Arc::clone(&asset));
            asset
        }
    };
    let answer = Public::of(asset.media_type.clone(), CacheControl::PUBLIC);
    Ok(answer.header(header::CONTENT_SECURITY_POLICY, TRY_POLICY).answer(request, &asset.body))
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

/// One entry of the list of codes.
struct Entry {
    code: &'static str,
    title: Cow<'static, str>,
    meaning: &'static str,
}

/// Every code of a problem document, and every code of an entry in its `errors`.
fn entries() -> impl Iterator<Item = Entry> {
    let codes = Code::ALL.iter().map(|code| Entry {
        code: code.as_str(),
        title: format!("{} {}", problem::status(*code).as_u16(), title(*code)).into(),
        meaning: code.meaning(),
    });
    let faults = FaultCode::ALL.iter().map(|code| Entry {
        code: code.as_str(),
        title: "An entry in errors".into(),
        meaning: code.meaning(),
    });
    codes.chain(faults)
}

async fn show_errors(request: HttpRequest) -> HttpResponse {
    let mut body = String::from("<h1>Error codes</h1><p>Every error is a problem document (RFC 9457).</p><dl>");
    for entry in entries() {
        let (code, title, meaning) = (entry.code, escaped(&entry.title), prose(entry.meaning));
        let _ = write!(body, "<dt><a href=\"/docs/errors/{code}\">{code}</a></dt><dd>{title}. {meaning}</dd>");
    }
    body.push_str("</dl>");
    page(&request, "Error codes", &body)
}

async fn show_error(request: HttpRequest, code: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found: Vec<Entry> = entries().filter(|entry| entry.code == code.as_str()).collect();
    let first = found.first().ok_or_else(Error::not_found)?;
    let mut body = format!("<h1>{}</h1>", escaped(first.code));
    for entry in &found {
        let _ = write!(body, "<h2>{}</h2><p>{}</p>", escaped(&entry.title), prose(entry.meaning));
    }
    body.push_str("<p><a href=\"/docs/errors\">All error codes</a> · <a href=\"/docs/\">The API</a></p>");
    Ok(page(&request, first.code, &body))
}

fn page(request: &HttpRequest, title: &str, body: &str) -> HttpResponse {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{} – Slugline</title><style>{STYLE}</style></head><body>{body}</body></html>",
        escaped(title)
    );
    let policy: HeaderName = header::CONTENT_SECURITY_POLICY;
    let answer = Public::of(HTML, CacheControl::PUBLIC).header(policy, PAGE_POLICY);
    answer.answer(request, &PublicBody::new(html.into_bytes()))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A sentence of a doc comment: escaped, with `code` between backticks.
fn prose(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.trim().split('`').enumerate() {
        let part = escaped(part);
        let _ = if at % 2 == 0 { write!(out, "{part}") } else { write!(out, "<code>{part}</code>") };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_escaped_and_codes_are_listed() {
        assert_eq!(prose("a `b<c` & d"), "a <code>b&lt;c</code> &amp; d");
        assert_eq!(entries().count(), Code::ALL.len() + FaultCode::ALL.len());
    }
}
