//! Problem documents (RFC 9457) and the only table of status codes.
//!
//! A handler answers [`Problem`]; its body is written by what stands around the application, which knows the request id.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value, json};

use super::limits::{self, Standing};
use crate::error::{Code, Error};

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Seconds for `Retry-After` where the error names none.
const DEFAULT_WAIT_TOO_MANY: u32 = 60;
const DEFAULT_WAIT_UNAVAILABLE: u32 = 5;

/// The status of each code.
#[must_use]
pub const fn status(code: Code) -> StatusCode {
    match code {
        Code::BadRequest
        | Code::MalformedJson
        | Code::DuplicateKey
        | Code::MalformedMultipart
        | Code::InvalidParameter
        | Code::InvalidHeader
        | Code::InvalidCursor => StatusCode::BAD_REQUEST,
        Code::Unauthenticated
        | Code::InvalidCredentials
        | Code::InvalidLink
        | Code::TotpRequired
        | Code::InvalidTotpCode => StatusCode::UNAUTHORIZED,
        Code::Forbidden
        | Code::InsufficientScope
        | Code::EntitlementRequired
        | Code::TotpSetupRequired
        | Code::FreshLoginRequired => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        Code::IllegalAction
        | Code::ArticleIsLive
        | Code::InUse
        | Code::IdempotencyKeyInUse
        | Code::BatchFailed
        | Code::Locked
        | Code::Conflict => StatusCode::CONFLICT,
        Code::Gone => StatusCode::GONE,
        Code::StaleVersion => StatusCode::PRECONDITION_FAILED,
        Code::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType | Code::UnsupportedContentEncoding | Code::UnsupportedFileType => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        Code::RangeNotSatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        Code::InvalidBody | Code::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Code::IfMatchRequired => StatusCode::PRECONDITION_REQUIRED,
        Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
    }
}

/// The `title` of each code: the same words for every occurrence (RFC 9457, 3.1.3).
#[must_use]
pub const fn title(code: Code) -> &'static str {
    match code {
        Code::BadRequest => "Bad request",
        Code::MalformedJson => "Malformed JSON",
        Code::DuplicateKey => "Duplicate member",
        Code::MalformedMultipart => "Malformed form data",
        Code::InvalidParameter => "Invalid parameter",
        Code::InvalidHeader => "Invalid header",
        Code::InvalidCursor => "Invalid cursor",
        Code::Unauthenticated => "Not signed in",
        Code::InvalidCredentials => "Wrong e-mail address or password",
        Code::InvalidLink => "Link does not work",
        Code::TotpRequired => "Second factor needed",
        Code::InvalidTotpCode => "Wrong code",
        Code::TotpSetupRequired => "Second factor must be set up",
        Code::FreshLoginRequired => "Sign in again",
        Code::Forbidden => "Not allowed",
        Code::InsufficientScope => "Scope missing",
        Code::EntitlementRequired => "Entitlement missing",
        Code::NotFound => "Not found",
        Code::MethodNotAllowed => "Method not allowed",
        Code::RequestTimeout => "Request timed out",
        Code::IllegalAction => "Action not possible now",
        Code::ArticleIsLive => "Article is live",
        Code::InUse => "Still in use",
        Code::IdempotencyKeyInUse => "Key in use",
        Code::BatchFailed => "Batch refused",
        Code::Conflict => "Conflict",
        Code::Locked => "Locked by somebody else",
        Code::Gone => "Withdrawn",
        Code::StaleVersion => "Stale version",
        Code::PayloadTooLarge => "Too large",
        Code::UnsupportedMediaType => "Unsupported media type",
        Code::UnsupportedContentEncoding => "Unsupported content encoding",
        Code::UnsupportedFileType => "Unsupported file type",
        Code::RangeNotSatisfiable => "Range not satisfiable",
        Code::InvalidBody => "Invalid body",
        Code::IdempotencyKeyReused => "Key used already",
        Code::IfMatchRequired => "If-Match required",
        Code::TooManyRequests => "Too many requests",
        Code::Internal => "Internal error",
        Code::Unavailable => "Unavailable",
        Code::StorageFull => "Storage full",
    }
}

/// An [`Error`] on its way to the client, with the headers that belong to it.
#[derive(Clone, Debug)]
pub struct Problem {
    error: Error,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// The problem that stands for a bare status that the framework answered.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status.as_u16() {
            404 => return Error::not_found().into(),
            401 => (Code::Unauthenticated, "This needs a valid access token or API token."),
            403 => (Code::Forbidden, "This is not allowed."),
            405 => (Code::MethodNotAllowed, "This path does not have that method."),
            408 => (Code::RequestTimeout, "The request did not arrive in time."),
            413 => (Code::PayloadTooLarge, "The body is larger than this route takes."),
            415 => (Code::UnsupportedMediaType, "This route does not take a body of that media type."),
            416 => (Code::RangeNotSatisfiable, "The range lies outside the file."),
            429 => (Code::TooManyRequests, "Too many requests."),
            503 => (Code::Unavailable, "The service is busy."),
            400..=499 => (Code::BadRequest, "The request could not be understood."),
            _ => (Code::Internal, "Something broke on our side. The request id finds it in the log."),
        };
        Error::new(code, detail).into()
    }

    /// Adds a header (`Allow`, `Accept-Patch`, `Content-Range`).
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The error inside.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// The problem document as JSON.
    #[must_use]
    pub fn document(&self, request_id: &str) -> Vec<u8> {
        let error = &self.error;
        let code = error.code();
        let mut members = Map::new();
        members.insert("type".into(), json!(format!("/docs/errors/{code}")));
        members.insert("title".into(), json!(title(code)));
        members.insert("status".into(), json!(status(code).as_u16()));
        members.insert("detail".into(), json!(error.detail()));
        members.insert("instance".into(), json!(format!("/requests/{request_id}")));
        members.insert("code".into(), json!(code));
        members.insert("request_id".into(), json!(request_id));
        members.insert("errors".into(), json!(error.faults()));
        for (name, value) in error.extra() {
            members.entry(name.as_str()).or_insert_with(|| value.clone());
        }
        Value::Object(members).to_string().into_bytes()
    }

    /// Must the connection end, because the rest of the request is not going to be read?
    #[must_use]
    pub fn ends_connection(&self) -> bool {
        matches!(self.error.code(), Code::RequestTimeout | Code::PayloadTooLarge)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self { error, headers: Vec::new() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        status(self.error.code())
    }

    /// Status and headers; the document is written when the answer is finished.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::new(self.status_code());
        let headers = response.headers_mut();
        for (name, value) in &self.headers {
            headers.append(name.clone(), value.clone());
        }
        if let Some(challenge) = challenge(self.error.code()) {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(seconds) = wait_seconds(&self.error) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(quota) = self.error.quota() {
            let reset = wait_seconds(&self.error).unwrap_or(quota.seconds);
            limits::mark(headers, &Standing { quota, remaining: 0, reset });
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.ends_connection() {
            response.head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
        }
        response
    }
}

/// `WWW-Authenticate` (RFC 6750, 3).
const fn challenge(code: Code) -> Option<&'static str> {
    match code {
        Code::Unauthenticated
        | Code::InvalidCredentials
        | Code::InvalidLink
        | Code::TotpRequired
        | Code::InvalidTotpCode => Some("Bearer realm=\"slugline\""),
        Code::InsufficientScope => Some("Bearer realm=\"slugline\", error=\"insufficient_scope\""),
        _ => None,
    }
}

/// Seconds for `Retry-After`, where the answer has one.
pub(super) fn wait_seconds(error: &Error) -> Option<u32> {
    let default = match error.code() {
        Code::TooManyRequests => Some(DEFAULT_WAIT_TOO_MANY),
        Code::Unavailable => Some(DEFAULT_WAIT_UNAVAILABLE),
        _ => None,
    };
    error.wait_seconds().or(default)
}
