//! Server-Sent Events (WHATWG HTML, 9.2): one [`Hub`] per process reads each batch of numbered events once, writes its
//! frames once, and hands them to all who listen.
//!
//! A listener has a place in the hub and a buffer of [`BUFFER`] batches. Whoever does not read loses the place when the
//! buffer is full: the connection ends, and `Last-Event-ID` lets the client catch up. The server's drain ends them all.

mod body;
mod frames;
mod hub;
pub mod schemas;

pub use body::Guard;
pub use hub::{Hub, Listener};

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::body::{BodyStream, BoxBody};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::app::App;
use crate::domain::feed;
use crate::error::Result;
use body::Listening;

/// Batches that wait for a listener at the most.
pub const BUFFER: usize = 64;

/// `Last-Event-ID`.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// What lets nginx hand frames on as they come.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Where a client wants to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// With what happens from now on.
    Now,
    /// Behind the event of this number.
    Event(i64),
    /// Behind something that is no number of ours.
    Unknown,
}

impl Since {
    /// The header, which clients send by themselves when they come again; else the parameter, for those that can't.
    #[must_use]
    pub fn of(headers: &HeaderMap, parameter: Option<i64>) -> Self {
        match (headers.get(LAST_EVENT_ID), parameter) {
            (Some(value), _) => {
                let number = value.to_str().ok().and_then(|text| text.trim().parse().ok()).filter(|seq| *seq >= 0);
                number.map_or(Self::Unknown, Self::Event)
            }
            (None, Some(seq)) => Self::Event(seq),
            (None, None) => Self::Now,
        }
    }
}

/// Begins to tell: what was missed comes first, then what happens.
///
/// # Errors
/// 503 when the house is full or the server stops; the database's.
pub async fn open(
    app: &App,
    hub: &Arc<Hub>,
    listener: Listener,
    since: Since,
    guard: Option<Guard>,
) -> Result<HttpResponse> {
    let known = app.read_briefly(|cx| crate::store::outbox::last_seq(cx.conn)).await?;
    let (place, from) = hub.join(listener, known)?;
    let missed = match since {
        Since::Now => Some(Vec::new()),
        Since::Unknown => None,
        Since::Event(seen) => {
            let only_public = listener == Listener::Reader;
            app.read(move |cx| feed::missed(cx, seen, from, only_public)).await?
        }
    };
    let first = frames::opening(missed.as_deref(), from, listener)?;
    let mut response = HttpResponse::Ok().finish();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    let cache = if listener == Listener::Reader { "no-store" } else { "private, no-store" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(UNBUFFERED, HeaderValue::from_static("no"));
    let body = BoxBody::new(BodyStream::new(Listening::new(first, place, guard)));
    Ok(response.set_body(body))
}
