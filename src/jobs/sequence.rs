//! Giving committed events and audit entries their numbers, and letting this process know of the latest.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::app::App;
use crate::domain::sequence::{self, Waiting};
use crate::error::Result;
use crate::model::Time;

/// After numbering, so that many commits in a row are numbered together.
const PAUSE: Duration = Duration::from_millis(20);

/// What waited for its number when this process last looked.
#[derive(Debug)]
pub struct Lag {
    events: AtomicI64,
    since: AtomicI64,
}

impl Default for Lag {
    fn default() -> Self {
        Self { events: AtomicI64::new(0), since: AtomicI64::new(i64::MAX) }
    }
}

impl Lag {
    /// Events that waited.
    #[must_use]
    pub fn events(&self) -> i64 {
        self.events.load(Ordering::Relaxed)
    }

    /// For how many seconds the first of them has been waiting at `now`; 0 where none does.
    #[must_use]
    pub fn seconds(&self, now: Time) -> i64 {
        now.seconds_since(Time::from_micros(self.since.load(Ordering::Relaxed))).max(0)
    }

    fn note(&self, waiting: &Waiting) {
        self.events.store(i64::try_from(waiting.events).unwrap_or(i64::MAX), Ordering::Relaxed);
        self.since.store(waiting.since.map_or(i64::MAX, Time::micros), Ordering::Relaxed);
    }
}

/// Numbers all that waits. Any number of nodes may do so; one at a time does.
pub async fn run(app: Arc<App>) -> Result<()> {
    loop {
        let waiting = app.read_briefly(sequence::waiting).await?;
        app.jobs.lag.note(&waiting);
        app.numbered.send_if_modified(|known| {
            let is_news = waiting.last > *known;
            *known = waiting.last.max(*known);
            is_news
        });
        if waiting.is_nothing() {
            return Ok(());
        }
        while app.write(sequence::number).await? {}
    }
}

/// [`run`], and a breath.
pub async fn paced(app: Arc<App>) -> Result<()> {
    run(app).await?;
    tokio::time::sleep(PAUSE).await;
    Ok(())
}
