//! The example frontend, which the demo serves beside its API at `/reader/`: `examples/reader`, compiled in.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::answer::{CacheControl, Public, PublicBody};
use super::kept::Kept;
use super::paths::Paths;
use super::problem::Problem;
use crate::error::Error;

/// Where its pages lie, as templates of the addresses that answers carry: article, article in another locale, tag,
/// author.
pub const ADDRESSES: [&str; 4] = [
    "{site}/reader/article.html?slug={slug}",
    "{site}/reader/article.html?slug={slug}&locale={locale}",
    "{site}/reader/tag.html?slug={slug}",
    "{site}/reader/author.html?slug={slug}",
];

/// Players of films want to know the site that they are in, and nobody more than that.
const REFERRER: &str = "strict-origin-when-cross-origin";
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; \
                      media-src 'self'; connect-src 'self'; frame-src https:; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

macro_rules! files {
    ($($name:literal $media_type:literal;)+) => {
        &[$(($name, $media_type, include_bytes!(concat!("../../examples/reader/", $name))),)+]
    };
}

/// Name, type and bytes.
const FILES: &[(&str, &str, &[u8])] = files! {
    "index.html" "text/html; charset=utf-8";
    "article.html" "text/html; charset=utf-8";
    "tag.html" "text/html; charset=utf-8";
    "author.html" "text/html; charset=utf-8";
    "reader.css" "text/css; charset=utf-8";
    "reader.js" "text/javascript; charset=utf-8";
};

/// Lets actix know the pages.
pub fn configure(services: &mut web::ServiceConfig) {
    Paths::default()
        .get("/", web::to(move_to_reader))
        .get("/reader", web::to(move_to_reader))
        .get("/reader/", web::to(show_front))
        .get("/reader/{file}", web::to(show_file))
        .register(services);
}

async fn move_to_reader() -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::TEMPORARY_REDIRECT);
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_static("/reader/"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn show_front(request: HttpRequest) -> Result<HttpResponse, Problem> {
    file(&request, "index.html")
}

async fn show_file(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    file(&request, &name)
}

fn file(request: &HttpRequest, name: &str) -> Result<HttpResponse, Problem> {
    static KEPT: Kept<PublicBody> = Kept::new();
    let (_, media_type, bytes) = FILES.iter().find(|(known, ..)| *known == name).ok_or_else(Error::not_found)?;
    let body = KEPT.get(name, || Ok::<_, Error>(PublicBody::new(bytes.to_vec())))?;
    let answer = Public::of(HeaderValue::from_static(media_type), CacheControl::PUBLIC);
    let answer = answer.header(header::CONTENT_SECURITY_POLICY, POLICY).header(header::REFERRER_POLICY, REFERRER);
    Ok(answer.answer(request, &body))
}
