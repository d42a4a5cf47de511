//! The body of a stream: what comes first, then batches as they come, and a sign of life in between.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::web::Bytes;
use futures_core::Stream;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::frames::heartbeat;
use super::hub::Place;

/// How often a listener gets a sign of life: proxies and browsers give up on connections that stay silent.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long an answer holds that the caller may stay.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// A question that is asked of the database.
type Question = Pin<Box<dyn Future<Output = bool>>>;

/// What lets a listener of the editorial door go on.
pub struct Guard {
    /// Whether the time is over; asked before every frame.
    pub is_over: Box<dyn Fn() -> bool>,
    /// Whether the caller may still come in; asked with every sign of life, and before it is told something where the
    /// last answer is older than a second.
    pub may_stay: Box<dyn Fn() -> Question>,
}

/// The body of a stream.
pub(super) struct Listening {
    first: Option<Bytes>,
    place: Place,
    guard: Option<Guard>,
    asked: Option<Question>,
    asked_at: Instant,
    held: Option<Bytes>,
    heartbeat: Interval,
}

impl Listening {
    pub(super) fn new(first: Bytes, place: Place, guard: Option<Guard>) -> Self {
        let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { first: Some(first), place, guard, asked: None, asked_at: Instant::now(), held: None, heartbeat }
    }

    /// Asks whether the caller may stay, unless that is being asked.
    fn ask(&mut self) {
        if let (Some(guard), None) = (&self.guard, &self.asked) {
            self.asked = Some((guard.may_stay)());
            self.asked_at = Instant::now();
        }
    }

    /// Whether the last answer is too old to tell the caller something.
    fn must_ask(&self) -> bool {
        self.guard.is_some() && (self.asked.is_some() || self.asked_at.elapsed() > TRUSTED_FOR)
    }

    /// Whether the answer to what was asked is no.
    fn is_refused(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(Poll::Ready(may_stay)) = self.asked.as_mut().map(|asked| asked.as_mut().poll(cx)) else {
            return false;
        };
        self.asked = None;
        !may_stay
    }
}

impl Stream for Listening {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.guard.as_ref().is_some_and(|guard| (guard.is_over)()) || this.is_refused(cx) {
            return Poll::Ready(None);
        }
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if this.held.is_some() {
            return if this.asked.is_some() { Poll::Pending } else { Poll::Ready(this.held.take().map(Ok)) };
        }
        // Taken before the buffer is looked into: what it counts is in there, or was.
        let told = this.place.told();
        match this.place.frames().poll_recv(cx) {
            Poll::Ready(Some(frames)) if this.must_ask() => {
                this.held = Some(frames);
                this.ask();
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(frames) => return Poll::Ready(frames.map(Ok)),
            Poll::Pending => {}
        }
        if this.heartbeat.poll_tick(cx).is_pending() {
            return Poll::Pending;
        }
        this.ask();
        Poll::Ready(Some(Ok(heartbeat(told))))
    }
}
