//! Cross-origin reading (Fetch standard): the public door for every page, the editorial door for configured origins.
//! Neither ever allows credentials; tokens travel in `Authorization`.

use actix_web::HttpResponse;
use actix_web::dev::{RequestHead, Url};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode, Uri};

const PUBLIC_METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");
const PUBLIC_HEADERS: HeaderValue = HeaderValue::from_static(
    "Accept, Accept-Language, Authorization, Content-Type, If-Modified-Since, If-None-Match, If-Range, Last-Event-ID, \
     Range, X-Request-Id",
);
const EDITORIAL_METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const EDITORIAL_HEADERS: HeaderValue = HeaderValue::from_static(
    "Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, \
     Range, X-Request-Id",
);
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "ETag, Link, Location, Retry-After, X-Request-Id, Idempotency-Replayed, RateLimit, RateLimit-Policy",
);
const ANY: HeaderValue = HeaderValue::from_static("*");
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");
const VARY_ORIGIN: HeaderValue = HeaderValue::from_static("Origin");

/// Which door a path belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Everything else.
    Public,
    /// `/v1/admin` and `/v1/auth`.
    Editorial,
}

impl Door {
    /// The door that the router will find behind an address: the router decodes what is percent-encoded.
    #[must_use]
    pub fn of(uri: &Uri) -> Self {
        let path = uri.path();
        if path.contains('%') { Self::of_decoded(Url::new(uri.clone()).path()) } else { Self::of_decoded(path) }
    }

    fn of_decoded(path: &str) -> Self {
        let within =
            |prefix| path.strip_prefix(prefix).is_some_and(|rest: &str| rest.is_empty() || rest.starts_with('/'));
        if within("/v1/admin") || within("/v1/auth") { Self::Editorial } else { Self::Public }
    }
}

/// Who may read what from a page of another origin.
#[derive(Clone, Debug, Default)]
pub struct Cors {
    editorial: Vec<HeaderValue>,
}

impl Cors {
    /// With the origins (`https://desk.example.org`) that may use the editorial door. Those that can't stand in a
    /// header are left out.
    #[must_use]
    pub fn new<S: AsRef<str>>(origins: &[S]) -> Self {
        let value = |origin: &S| HeaderValue::from_str(origin.as_ref().trim().trim_end_matches('/')).ok();
        Self { editorial: origins.iter().filter_map(value).collect() }
    }

    /// Adds the headers that let a page read the answer.
    pub fn mark(&self, door: Door, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        match door {
            Door::Public => {
                headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
                headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            }
            Door::Editorial => {
                headers.append(header::VARY, VARY_ORIGIN);
                if let Some(origin) = self.allowed(origin) {
                    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
                }
            }
        }
    }

    fn allowed(&self, origin: Option<&HeaderValue>) -> Option<HeaderValue> {
        origin.filter(|origin| self.editorial.contains(origin)).cloned()
    }
}

/// The answer to a preflight, if this is one: 204, and without permission for origins that have none. The origin
/// itself is added by [`Cors::mark`].
#[must_use]
pub fn preflight(cors: &Cors, door: Door, head: &RequestHead) -> Option<HttpResponse> {
    let headers = &head.headers;
    let origin = headers.get(header::ORIGIN);
    if head.method != Method::OPTIONS
        || origin.is_none()
        || !headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
    {
        return None;
    }
    let mut response = HttpResponse::new(StatusCode::NO_CONTENT);
    let answer = response.headers_mut();
    let (methods, names) = match door {
        Door::Public => (PUBLIC_METHODS, PUBLIC_HEADERS),
        Door::Editorial if cors.allowed(origin).is_some() => (EDITORIAL_METHODS, EDITORIAL_HEADERS),
        Door::Editorial => return Some(response),
    };
    answer.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    answer.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names);
    answer.insert(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    Some(response)
}
