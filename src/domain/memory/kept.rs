//! What is remembered of a kind, and for how long it is true; rows with what is written of them.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use quick_cache::sync::Cache;
use serde_json::value::RawValue;

use crate::domain::Cx;
use crate::domain::shown::{FRESH, Place, Turn};
use crate::model::{Key, Time};

/// So many of a kind are remembered, with what is written of them: some 500 bytes each of tags and people, up to some
/// kilobytes of media.
const MOST: usize = 2_000;

/// A row with its usual form in answers, which is written once for all answers that show it.
#[derive(Debug)]
pub struct Kept<T> {
    row: T,
    written: OnceLock<Box<RawValue>>,
}

impl<T> Kept<T> {
    pub(super) const fn new(row: T) -> Self {
        Self { row, written: OnceLock::new() }
    }

    /// The usual form; the first who asks writes it. It must follow from the row and what never changes in a process.
    ///
    /// # Errors
    /// The writer's.
    pub fn written<E>(&self, write: impl FnOnce() -> std::result::Result<Box<RawValue>, E>) -> Result<&RawValue, E> {
        if let Some(written) = self.written.get() {
            return Ok(written);
        }
        let written = write()?;
        Ok(self.written.get_or_init(|| written))
    }
}

impl<T> Deref for Kept<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.row
    }
}

/// What is remembered of a kind: by what it is asked for, and the key that tells of its changes.
pub(super) struct Kind<K, T> {
    key: fn(&K) -> Key,
    known: Cache<K, Remembered<T>>,
}

/// A value, with the turn before which it was read, and the time within which the clock does not change it.
struct Remembered<T> {
    turn: Turn,
    place: Place,
    from: Time,
    until: Time,
    value: Arc<T>,
}

impl<T> Clone for Remembered<T> {
    fn clone(&self) -> Self {
        let Self { turn, place, from, until, .. } = *self;
        Self { turn, place, from, until, value: Arc::clone(&self.value) }
    }
}

impl<K: Eq + Hash + Clone, T> Kind<K, T> {
    pub(super) fn new(key: fn(&K) -> Key) -> Self {
        Self { key, known: Cache::new(MOST) }
    }

    /// What is still true of this.
    pub(super) fn recall(&self, cx: &Cx, asked: &K) -> Option<Arc<T>> {
        self.true_of(cx, asked, everything(cx)?)
    }

    fn true_of(&self, cx: &Cx, asked: &K, everything: Place) -> Option<Arc<T>> {
        let known = self.known.get(asked).filter(|known| (known.from..known.until).contains(&cx.now))?;
        let untouched = cx.memory.board.is_untouched(&[known.place, everything], known.turn);
        untouched.then_some(known.value)
    }

    /// What is still true of each of these, in their order.
    pub(super) fn recall_each(&self, cx: &Cx, asked: &[K]) -> impl Iterator<Item = Option<Arc<T>>> {
        let everything = everything(cx);
        asked.iter().map(move |one| self.true_of(cx, one, everything?))
    }

    /// What is still true of these, and the others.
    pub(super) fn recall_all(&self, cx: &Cx, asked: &[K]) -> (HashMap<K, Arc<T>>, Vec<K>) {
        let (mut found, mut missing) = (HashMap::with_capacity(asked.len()), Vec::new());
        for (one, known) in asked.iter().zip(self.recall_each(cx, asked)) {
            match known {
                Some(value) => _ = found.insert(one.clone(), value),
                None => missing.push(one.clone()),
            }
        }
        (found, missing)
    }

    /// Remembers what was read, which the clock does not change before `until`.
    pub(super) fn keep(&self, cx: &Cx, until: Time, of: K, value: T) -> Arc<T> {
        let value = Arc::new(value);
        if let Some(turn) = cx.since {
            let (place, from) = (cx.memory.board.place(&(self.key)(&of)), cx.now);
            let until = until.min(from.plus_seconds(FRESH));
            self.known.insert(of, Remembered { turn, place, from, until, value: Arc::clone(&value) });
        }
        value
    }

    /// Adds what was read of those that were missing, and remembers it.
    pub(super) fn keep_all(
        &self,
        cx: &Cx,
        until: Time,
        found: &mut HashMap<K, Arc<T>>,
        read: impl IntoIterator<Item = (K, T)>,
    ) {
        found.extend(read.into_iter().map(|(of, value)| (of.clone(), self.keep(cx, until, of, value))));
    }
}

/// Where a change of everything stands; `None` where nothing may be recalled.
fn everything(cx: &Cx) -> Option<Place> {
    let board = &cx.memory.board;
    (cx.since.is_some() && !board.is_doubtful()).then(|| board.place(&Key::Everything))
}
