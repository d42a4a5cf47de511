//! A request body as a stream that keeps its limit and its pace, for parsers that want one.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use futures_core::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::body::{Pace, declared_length, too_large};
use crate::error::{Code, Error, Result};

/// The stream. It ends with an error that says little; [`Refusal`] knows the reason.
pub struct Paced {
    payload: Payload,
    limit: u64,
    pace: Pace,
    started: Instant,
    received: u64,
    timer: Pin<Box<Sleep>>,
    refusal: Refusal,
}

/// Why a [`Paced`] stream ended early, once it has.
#[derive(Clone, Debug, Default)]
pub struct Refusal(Rc<RefCell<Option<Error>>>);

impl Refusal {
    /// The reason, which is then forgotten.
    #[must_use]
    pub fn take(&self) -> Option<Error> {
        self.0.borrow_mut().take()
    }
}

impl Paced {
    /// Begins to read `payload`, of `limit` bytes at the most.
    ///
    /// # Errors
    /// [`Code::PayloadTooLarge`] if `Content-Length` is over the limit already.
    pub fn new(headers: &HeaderMap, payload: Payload, limit: u64, pace: Pace) -> Result<(Self, Refusal)> {
        if declared_length(headers).is_some_and(|length| length > limit) {
            return Err(too_large(limit));
        }
        let (started, refusal) = (Instant::now(), Refusal::default());
        let timer = Box::pin(sleep_until(pace.deadline(started, 0)));
        Ok((Self { payload, limit, pace, started, received: 0, timer, refusal: refusal.clone() }, refusal))
    }

    fn refuse(&self, error: Error) -> Poll<Option<std::result::Result<Bytes, PayloadError>>> {
        *self.refusal.0.borrow_mut() = Some(error);
        Poll::Ready(Some(Err(PayloadError::Incomplete(None))))
    }
}

impl Stream for Paced {
    type Item = std::result::Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match Pin::new(&mut self.payload).poll_next(cx) {
            Poll::Ready(Some(Ok(chunk))) => {
                self.received = self.received.saturating_add(chunk.len() as u64);
                if self.received > self.limit {
                    return self.refuse(too_large(self.limit));
                }
                let deadline = self.pace.deadline(self.started, self.received);
                self.timer.as_mut().reset(deadline);
                Poll::Ready(Some(Ok(chunk)))
            }
            Poll::Ready(Some(Err(_))) => self.refuse(Error::new(Code::BadRequest, "The body broke off.")),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending if self.timer.as_mut().poll(cx).is_ready() => {
                self.refuse(Error::new(Code::RequestTimeout, "The body did not arrive in time."))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}
