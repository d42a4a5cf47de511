//! The id of a request, for its answer and for the log.

use std::fmt;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest};
use uuid::Uuid;

/// `X-Request-Id`.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

const MAX_LENGTH: usize = 64;

/// The client's own id, or a new UUIDv7: visible ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId {
    bytes: [u8; MAX_LENGTH],
    length: usize,
}

impl RequestId {
    /// The client's, if it is `[A-Za-z0-9-]{1,64}`, else a new one.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let sent = headers.get(HEADER).and_then(|value| value.to_str().ok());
        match sent.filter(|id| is_acceptable(id)) {
            Some(id) => Self::written(id),
            None => Self::new(),
        }
    }

    /// A new UUIDv7.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "no two are alike")]
    pub fn new() -> Self {
        let mut buffer = Uuid::encode_buffer();
        Self::written(Uuid::now_v7().hyphenated().encode_lower(&mut buffer))
    }

    /// The id of a request that is being handled; empty outside the middleware.
    #[must_use]
    pub fn current(request: &HttpRequest) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_else(|| Self::written(""))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|id| std::str::from_utf8(id).ok()).unwrap_or("-")
    }

    pub(super) fn header_value(&self) -> HeaderValue {
        HeaderValue::from_str(self.as_str()).unwrap_or_else(|_| HeaderValue::from_static("-"))
    }

    /// Of at most [`MAX_LENGTH`] bytes.
    fn written(id: &str) -> Self {
        let (mut bytes, length) = ([0; MAX_LENGTH], id.len().min(MAX_LENGTH));
        bytes.iter_mut().zip(id.bytes()).for_each(|(place, byte)| *place = byte);
        Self { bytes, length }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn is_acceptable(id: &str) -> bool {
    (1..=MAX_LENGTH).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
