//! The time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use crate::model::Time;

/// The clock that everything goes by. Tests move it; nothing else does.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    /// Now, to the millisecond.
    #[must_use]
    pub fn now(&self) -> Time {
        Time::from_micros(Time::system().micros() + self.0.load(Ordering::Relaxed))
    }

    /// The time since this process began: it runs on when the system's time is set back. Tests move it as they do the rest.
    #[must_use]
    pub fn steady(&self) -> Duration {
        static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
        let moved = Duration::from_micros(self.0.load(Ordering::Relaxed).max(0).unsigned_abs());
        BEGUN.elapsed() + moved
    }

    /// Moves this clock, and all its clones, by so many seconds.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }
}
