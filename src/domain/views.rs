//! Counting views: in memory, by article and hour, flushed together. A crash loses one flush at the most.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Cx;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::store::views;

/// Most articles counted between two flushes; further ones are dropped, so that nobody can fill the memory.
pub const MAX_PENDING: usize = 100_000;

const MICROS_PER_HOUR: i64 = 3_600_000_000;

/// Views that wait for the next flush.
#[derive(Debug, Default)]
pub struct Views(Mutex<HashMap<(Id, i64), i64>>);

impl Views {
    /// Counts one view of an article. Whether the article is live is looked up when flushing.
    pub fn count(&self, article: Id, now: Time) {
        let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (article, now.micros().div_euclid(MICROS_PER_HOUR));
        if pending.len() < MAX_PENDING || pending.contains_key(&key) {
            *pending.entry(key).or_insert(0) += 1;
        }
    }

    /// Takes what waits.
    #[must_use]
    pub fn take(&self) -> Vec<(Id, i64, i64)> {
        let pending = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        pending.into_iter().map(|((article, hour), count)| (article, hour, count)).collect()
    }
}

/// Adds counted views of live articles to what is stored; others are forgotten. Answers how many were kept.
///
/// # Errors
/// The database's.
pub fn flush(cx: &mut Cx, counted: &[(Id, i64, i64)]) -> Result<usize> {
    let ids: Vec<Id> = counted.iter().map(|(article, _, _)| *article).collect();
    let live = crate::store::published::live_among(cx.conn, &ids, cx.now)?;
    let kept: Vec<(Id, i64, i64)> = counted.iter().filter(|(article, _, _)| live.contains(article)).copied().collect();
    for (article, hour, count) in &kept {
        views::add(cx.conn, *article, *hour, *count)?;
    }
    Ok(kept.len())
}

/// The hour that a window of so many hours begins in.
#[must_use]
pub fn window_start(now: Time, hours: i64) -> i64 {
    now.micros().div_euclid(MICROS_PER_HOUR) - hours + 1
}
