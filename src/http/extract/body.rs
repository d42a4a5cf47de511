//! Reading a request body within a size, a total time and a minimum rate.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::{Bytes, BytesMut};
use futures_core::Stream;
use tokio::time::{Instant, timeout_at};

use crate::error::{Code, Error, Result};
use crate::http::bounds::Bounds;

/// No more than this is set aside for a body before it arrives, whatever `Content-Length` says. Bytes.
const MAX_RESERVED: usize = 16 * 1024;

/// How long a body may take.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// From the first byte to the last.
    pub total: Duration,
    /// The time before the rate counts.
    pub grace: Duration,
    /// The slowest average after that, in bytes per second.
    pub rate: u64,
}

impl Pace {
    /// For JSON: 30 s in all, and 1 KiB/s after 5 s.
    pub const JSON: Self = Self { total: Duration::from_secs(30), grace: Duration::from_secs(5), rate: 1024 };
    /// For uploads: an hour in all, and 4 KiB/s after 10 s.
    pub const UPLOAD: Self = Self { total: Duration::from_secs(3600), grace: Duration::from_secs(10), rate: 4096 };

    /// When the next byte must be here.
    #[must_use]
    pub fn deadline(self, started: Instant, received: u64) -> Instant {
        let earned = Duration::from_secs_f64(received as f64 / self.rate.max(1) as f64);
        started + self.total.min(self.grace.saturating_add(earned))
    }
}

/// A body read chunk by chunk within its limits.
pub struct Incoming<'a> {
    payload: &'a mut Payload,
    limit: u64,
    pace: Pace,
    started: Instant,
    received: u64,
}

impl<'a> Incoming<'a> {
    /// Begins to read `payload`, of `limit` bytes at the most.
    ///
    /// # Errors
    /// [`Code::PayloadTooLarge`] if `Content-Length` is over the limit already.
    pub fn new(headers: &HeaderMap, payload: &'a mut Payload, limit: u64, pace: Pace) -> Result<Self> {
        if declared_length(headers).is_some_and(|length| length > limit) {
            return Err(too_large(limit));
        }
        Ok(Self { payload, limit, pace, started: Instant::now(), received: 0 })
    }

    /// The next chunk, or `None` at the end.
    ///
    /// # Errors
    /// [`Code::PayloadTooLarge`], [`Code::RequestTimeout`], or [`Code::BadRequest`] for a body that breaks off.
    pub async fn next(&mut self) -> Result<Option<Bytes>> {
        let deadline = self.pace.deadline(self.started, self.received);
        let payload = &mut *self.payload;
        let next = std::future::poll_fn(|cx| std::pin::Pin::new(&mut *payload).poll_next(cx));
        match timeout_at(deadline, next).await {
            Err(_) => Err(Error::new(Code::RequestTimeout, "The body did not arrive in time.")),
            Ok(None) => Ok(None),
            Ok(Some(Err(_))) => Err(Error::new(Code::BadRequest, "The body broke off.")),
            Ok(Some(Ok(chunk))) => {
                self.received = self.received.saturating_add(chunk.len() as u64);
                if self.received > self.limit { Err(too_large(self.limit)) } else { Ok(Some(chunk)) }
            }
        }
    }
}

/// Reads the whole body into memory, within the bounds of its route.
///
/// # Errors
/// As [`Incoming::next`].
pub async fn read(headers: &HeaderMap, payload: &mut Payload, bounds: &Bounds) -> Result<Bytes> {
    let mut incoming = Incoming::new(headers, payload, bounds.body, bounds.pace)?;
    let Some(first) = incoming.next().await? else { return Ok(Bytes::new()) };
    let Some(second) = incoming.next().await? else { return Ok(first) };
    let reserved = first.len() + second.len() + MAX_RESERVED;
    let mut body = BytesMut::with_capacity(reserved);
    body.extend_from_slice(&first);
    body.extend_from_slice(&second);
    while let Some(chunk) = incoming.next().await? {
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The request's media type in lower case without its parameters, or `None` if the header is missing or not ASCII.
#[must_use]
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let line = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(line.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// What `Content-Length` says, if it says anything.
#[must_use]
pub fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// 413, with the limit.
pub(super) fn too_large(limit: u64) -> Error {
    Error::new(Code::PayloadTooLarge, format!("This route takes at most {limit} bytes.")).with("limit_bytes", limit)
}
