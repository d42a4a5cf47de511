//! `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10).

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::error::Quota;

/// What is allowed: `"account";q=6000;w=60`.
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// How the client stands: `"account";r=5999;t=1`.
pub const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// How a client stands with a limit; left with the request for its answer to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is allowed.
    pub quota: Quota,
    /// What may be asked at once.
    pub remaining: u32,
    /// Seconds until everything may be asked again; where nothing remains, until something may.
    pub reset: u32,
}

/// Tells it, unless the answer does already.
pub fn mark(headers: &mut HeaderMap, standing: &Standing) {
    let Standing { quota: Quota { name, most, seconds }, remaining, reset } = standing;
    let texts =
        [(POLICY, format!("\"{name}\";q={most};w={seconds}")), (STATE, format!("\"{name}\";r={remaining};t={reset}"))];
    for (header, text) in texts {
        if let Ok(value) = HeaderValue::try_from(text)
            && !headers.contains_key(&header)
        {
            headers.insert(header, value);
        }
    }
}
