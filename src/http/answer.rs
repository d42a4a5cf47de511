//! Finishing answers: entity tags per content coding, 304, compression, `Cache-Control`.
//!
//! A public answer is bytes that may be kept and shared, so it is compressed once. An editorial answer is never
//! compressed and never stored: only [`private`] makes one.

use std::time::SystemTime;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use serde::Serialize;

use crate::app::App;
use crate::config::Network;
use crate::error::Error;
use crate::http::cache::Filling;
use crate::http::conditional::EntityTags;
pub use crate::http::encoding::PublicBody;
use crate::http::encoding::{Coding, Content};
use crate::http::{surrogate, wire};
use crate::model::Shows;

/// The media type of every JSON answer.
pub const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// `Cache-Control` of what is for one caller alone.
pub const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// How long shared caches may keep an answer (RFC 9111, RFC 5861), in seconds.
const FRESH: u64 = 60;
const STALE_WHILE_REVALIDATE: u64 = 60;
const STALE_IF_ERROR: u64 = 300;

/// `Cache-Control` of a public answer. Nothing that is shown is kept past the moment when it disappears, not even
/// stale. When something will *appear* is never told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheControl {
    /// Seconds until the first thing shown disappears, if any does.
    pub shown_for: Option<u64>,
}

impl CacheControl {
    /// For answers that show nothing that ends.
    pub const PUBLIC: Self = Self { shown_for: None };

    /// For answers of which something disappears in so many seconds.
    #[must_use]
    pub const fn shown_for(seconds: u64) -> Self {
        Self { shown_for: Some(seconds) }
    }

    /// The header.
    #[must_use]
    pub fn header_value(self) -> HeaderValue {
        let Some(left) = self.shown_for.filter(|left| *left < FRESH + STALE_IF_ERROR) else {
            return HeaderValue::from_static(
                "public, max-age=0, s-maxage=60, stale-while-revalidate=60, stale-if-error=300",
            );
        };
        let fresh = left.min(FRESH);
        let stale = left - fresh;
        let mut text = format!("public, max-age=0, s-maxage={fresh}");
        if stale > 0 {
            let revalidate = stale.min(STALE_WHILE_REVALIDATE);
            text.push_str(&format!(", stale-while-revalidate={revalidate}, stale-if-error={stale}"));
        }
        HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static("no-store"))
    }
}

/// A public answer in the making.
#[derive(Clone, Debug)]
pub struct Public {
    cache: CacheControl,
    media_type: HeaderValue,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Public {
    /// A 200 with JSON.
    #[must_use]
    pub const fn json(cache: CacheControl) -> Self {
        Self::of(JSON, cache)
    }

    /// A 200 of another text type (feeds, sitemaps).
    #[must_use]
    pub const fn of(media_type: HeaderValue, cache: CacheControl) -> Self {
        Self { cache, media_type, headers: Vec::new() }
    }

    /// Adds `Last-Modified`. It is told, not asked: If-Modified-Since is not answered, because a renamed tag changes
    /// the answer without it.
    #[must_use]
    pub fn last_modified(self, at: SystemTime) -> Self {
        self.header(header::LAST_MODIFIED, &httpdate::fmt_http_date(at))
    }

    /// Adds a header (`Link`, `Surrogate-Key`); a value that can't stand in one is left out.
    #[must_use]
    pub fn header(self, name: HeaderName, value: &str) -> Self {
        match HeaderValue::from_str(value) {
            Ok(value) => self.with(name, value),
            Err(_) => self,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// How long shared caches may keep it.
    #[must_use]
    pub const fn cache_control(&self) -> CacheControl {
        self.cache
    }

    /// About how much memory its headers take.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.headers.iter().map(|(name, value)| 64 + name.as_str().len() + value.len()).sum()
    }

    /// Answers with `body` in the coding that the client likes best, or with 304 if it has it in any coding.
    #[must_use]
    pub fn answer(&self, request: &HttpRequest, body: &PublicBody) -> HttpResponse {
        self.write(request.headers(), self.cache, body)
    }

    /// The same of what was read by [`App::show`](crate::app::App::show), and keeps it for whoever asks next. No other
    /// answer can be kept: what editors are answered has no way to here.
    #[must_use]
    pub fn show(self, request: &HttpRequest, body: PublicBody, shows: Shows) -> HttpResponse {
        let network = network(request);
        let filling = request.extensions_mut().remove::<Filling>();
        if network.is_none() && filling.is_none() {
            return self.answer(request, &body);
        }
        let changes = shows.changes();
        let keys = shows.into_keys();
        let public = match network.and_then(|network| surrogate::header(network, &keys)) {
            Some((name, value)) => self.with(name, value),
            None => self,
        };
        match filling {
            Some(filling) => filling.keep(request, public, body, &keys, changes),
            None => public.answer(request, &body),
        }
    }

    /// The answer to a request with these headers, with another statement of how long it may be kept.
    pub(super) fn write(&self, request: &HeaderMap, cache: CacheControl, body: &PublicBody) -> HttpResponse {
        let known = if request.contains_key(header::IF_NONE_MATCH) {
            EntityTags::of(request, &header::IF_NONE_MATCH).ok().flatten()
        } else {
            None
        };
        let unchanged = known.is_some_and(|tags| tags.matches_weakly(|opaque| body.is_tagged(opaque)));
        let (coding, content) = body.in_coding(Coding::wanted(request), unchanged);
        let status = if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
        let mut response = HttpResponse::new(status);
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, cache.header_value());
        headers.insert(header::ETAG, body.etag(coding));
        if !body.is_file() {
            headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        for (name, value) in &self.headers {
            headers.append(name.clone(), value.clone());
        }
        if unchanged {
            return response;
        }
        headers.insert(header::CONTENT_TYPE, self.media_type.clone());
        if let Some(name) = coding.header_value() {
            headers.insert(header::CONTENT_ENCODING, name);
        }
        match content {
            Content::Bytes(bytes) => response.set_body(actix_web::body::BoxBody::new(bytes)),
            Content::File(file) => wire::with_file(response, file),
        }
    }
}

/// A value as JSON. `expected` bytes are set aside at once: growing a long answer step by step copies it several times.
///
/// # Errors
/// It can't be written as JSON.
pub fn to_json(value: &impl Serialize, expected: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::with_capacity(expected);
    serde_json::to_writer(&mut bytes, value).map_err(Error::internal)?;
    Ok(bytes)
}

/// A public JSON answer that is not kept: see [`Public`] for those that are.
#[must_use]
pub fn json_public(request: &HttpRequest, bytes: Vec<u8>, cache: CacheControl) -> HttpResponse {
    Public::json(cache).answer(request, &PublicBody::new(bytes))
}

/// The content network in front, if there is one.
fn network(request: &HttpRequest) -> Option<Network> {
    request.app_data::<web::Data<App>>().and_then(|app| app.config.cdn.cdn)
}

/// A public answer that [`Public::show`] does not finish (parts of files, addresses that moved), with what it shows told to
/// a content network.
#[must_use]
pub fn named(mut response: HttpResponse, request: &HttpRequest, shows: Shows) -> HttpResponse {
    if let Some((name, value)) = network(request).and_then(|network| surrogate::header(network, &shows.into_keys())) {
        response.headers_mut().insert(name, value);
    }
    response
}

/// 301 to another public address, which was found by what it `shows`.
#[must_use]
pub fn moved(request: &HttpRequest, location: &str, cache: CacheControl, shows: Shows) -> HttpResponse {
    named(moved_with(location, cache.header_value()), request, shows)
}

/// 301 to another address, for one caller alone.
#[must_use]
pub fn moved_private(location: &str) -> HttpResponse {
    moved_with(location, PRIVATE)
}

fn moved_with(location: &str, cache: HeaderValue) -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::MOVED_PERMANENTLY);
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// An editorial JSON answer: `private, no-store`, never compressed, with the version as its ETag where the resource
/// has one.
#[must_use]
pub fn json_private(status: StatusCode, bytes: Vec<u8>, version: Option<i64>) -> HttpResponse {
    let mut response = private(status);
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    if let Some(etag) = version.and_then(|version| HeaderValue::from_str(&format!("\"{version}\"")).ok()) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response.set_body(actix_web::body::BoxBody::new(Bytes::from(bytes)))
}

/// An editorial answer without a body (204).
#[must_use]
pub fn private(status: StatusCode) -> HttpResponse {
    let mut response = HttpResponse::new(status);
    response.headers_mut().insert(header::CACHE_CONTROL, PRIVATE);
    response
}

/// The same answer with a `Link` header (RFC 8288).
#[must_use]
pub fn with_link(mut response: HttpResponse, link: &str) -> HttpResponse {
    if let Ok(value) = HeaderValue::from_str(link) {
        response.headers_mut().insert(header::LINK, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn get(headers: &[(&str, &str)], bytes: &[u8]) -> HttpResponse {
        let request = headers.iter().fold(TestRequest::get(), |request, header| request.append_header(*header));
        json_public(&request.to_http_request(), bytes.to_vec(), CacheControl::PUBLIC)
    }

    fn header<'a>(response: &'a HttpResponse, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn each_coding_has_its_tag_and_any_of_them_matches() {
        let body = vec![b'x'; 5000];
        let plain = get(&[], &body);
        let br = get(&[("Accept-Encoding", "gzip, deflate, br")], &body);
        let gz = get(&[("Accept-Encoding", "br;q=0.5, gzip;q=0.8")], &body);
        let tag = header(&plain, "etag").trim_matches('"');
        assert_eq!(header(&br, "etag"), format!("\"{tag}-br\""));
        assert_eq!(header(&gz, "etag"), format!("\"{tag}-gz\""));
        assert_eq!((header(&br, "content-encoding"), header(&gz, "content-encoding")), ("br", "gzip"));
        for known in [format!("\"{tag}\""), format!("\"a\", W/\"{tag}-gz\""), "*".to_owned()] {
            let unchanged = get(&[("If-None-Match", &known), ("Accept-Encoding", "br")], &body);
            assert_eq!((unchanged.status().as_u16(), header(&unchanged, "etag")), (304, header(&br, "etag")));
            assert_eq!(header(&unchanged, "cache-control"), header(&br, "cache-control"));
        }
        assert_eq!(get(&[("If-None-Match", &format!("\"{tag}-zz\""))], &body).status(), 200);
        assert_eq!(header(&get(&[("Accept-Encoding", "br")], b"{}"), "content-encoding"), "");
        assert_eq!(header(&get(&[("Accept-Encoding", "identity, *;q=0")], &body), "content-encoding"), "");
    }

    #[test]
    fn nothing_is_kept_past_its_disappearance() {
        let value = |left| CacheControl::shown_for(left).header_value().to_str().unwrap().to_owned();
        assert_eq!(value(0), "public, max-age=0, s-maxage=0");
        assert_eq!(value(20), "public, max-age=0, s-maxage=20");
        assert_eq!(value(90), "public, max-age=0, s-maxage=60, stale-while-revalidate=30, stale-if-error=30");
        assert_eq!(value(360), CacheControl::PUBLIC.header_value().to_str().unwrap());
    }
}
