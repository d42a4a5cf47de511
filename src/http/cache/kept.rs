//! One answer that is kept.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderMap};

use crate::domain::shown::{Board, FRESH, Place, Turn};
use crate::http::answer::{CacheControl, Public, PublicBody};
use crate::http::middleware::metrics::{Metrics, Route};
use crate::model::Time;
use crate::model::shown::Changes;

/// How long it may still be shown while the database is away, in seconds: as long as shared caches may.
const STALE: i64 = FRESH + 300;

/// An answer that readers were given, with all that is needed to give it again.
pub struct Kept {
    pub(super) public: Public,
    pub(super) body: PublicBody,
    /// The pattern of the route that made it.
    pub(super) pattern: Box<str>,
    /// The counters of that route.
    pub(super) route: OnceLock<Arc<Route>>,
    /// The turn of the board before it was read.
    pub(super) turn: Turn,
    /// What it shows.
    pub(super) places: Box<[Place]>,
    /// The latest turn in which it was still true.
    pub(super) checked: AtomicU64,
    /// When it was read.
    pub(super) at: Time,
    /// When it may be another by itself, and why.
    pub(super) changes: Changes,
    /// When the first thing that it shows disappears.
    pub(super) disappears_at: Time,
}

/// How good a kept answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worth {
    /// As good as a new one.
    Fresh,
    /// The best there can be: the database is away, and nobody has to wait for it.
    Held,
    /// Better than none.
    Stale,
    /// It must not be shown.
    Nothing,
}

impl Kept {
    /// The counters of the route that made it.
    #[must_use]
    pub fn route(&self, metrics: &Metrics) -> &Route {
        self.route.get_or_init(|| metrics.route(&self.pattern))
    }

    /// How good it is now. What was touched, or is past the instant at which something in it disappears or becomes
    /// another, is never shown, whatever is away. Where the clock may have changed it otherwise, as by what appears in a
    /// list or by a new count of views, it is better than none.
    pub(super) fn worth(&self, board: &Board, now: Time) -> Worth {
        if now >= self.disappears_at || now < self.at.plus_seconds(-1) {
            return Worth::Nothing;
        }
        let is_true = now < self.changes.at;
        if !is_true && !board.upcoming.spares(&self.places, self.changes.unnamed, self.at, now) {
            return Worth::Nothing;
        }
        let turn = board.turn();
        if self.checked.load(Ordering::Acquire) != turn {
            if !board.is_untouched(&self.places, self.turn) {
                return Worth::Nothing;
            }
            self.checked.store(turn, Ordering::Release);
        }
        let age = now.seconds_since(self.at);
        match (age, board.is_doubtful()) {
            (..FRESH, false) if is_true => Worth::Fresh,
            (..STALE, true) if board.is_away() => Worth::Held,
            (..STALE, _) => Worth::Stale,
            _ => Worth::Nothing,
        }
    }

    /// The answer to a request with these headers; none where it asks for a part of a file.
    #[must_use]
    pub fn answer(&self, request: &HeaderMap, now: Time) -> Option<HttpResponse> {
        if self.body.is_file() && request.contains_key(header::RANGE) {
            return None;
        }
        let left = |end: Time| u64::try_from(end.seconds_since(now)).unwrap_or(0);
        let cache = CacheControl { shown_for: self.disappears_at.some().map(left) };
        Some(self.public.write(request, cache, &self.body))
    }

    /// About how much memory it takes, in bytes.
    pub(super) fn weight(&self) -> usize {
        size_of::<Self>() + self.public.weight() + self.body.weight() + size_of_val(&*self.places) + self.pattern.len()
    }
}
