//! What changed when, in the memory of this process: answers that were made before are held against it.
//!
//! Time is counted in turns, one for each change. The board remembers for each key the turn in which it was touched
//! last; keys share a fixed number of places, so it never grows, and what shares a place with something else is at the
//! worst made anew too early. Touching writes the places first and the turn after them, under a lock; looking takes none.

use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::Upcoming;
use crate::model::{Id, Key};

/// Places for keys. A power of two; each takes 8 bytes.
const PLACES: usize = 1 << 16;
/// Own events that are remembered, so that hearing of them again touches nothing.
const MOST_OWN: usize = 4_096;
/// For how long what was seen of the database is trusted, in milliseconds.
const TRUSTED_FOR: i64 = 2_000;

/// A turn of the board.
pub type Turn = u64;

/// Where a key stands on the board.
pub type Place = u16;

/// What changed when.
pub struct Board {
    turn: AtomicU64,
    places: Box<[AtomicU64]>,
    hasher: std::hash::RandomState,
    touching: Mutex<Own>,
    started: Instant,
    trusted_until: AtomicI64,
    away: AtomicBool,
    /// What the clock changes next.
    pub upcoming: Upcoming,
}

/// The events that this process wrote itself, the latest last.
#[derive(Default)]
struct Own(std::collections::VecDeque<Id>);

impl Default for Board {
    fn default() -> Self {
        Self {
            turn: AtomicU64::new(1),
            places: (0..PLACES).map(|_| AtomicU64::new(0)).collect(),
            hasher: std::hash::RandomState::new(),
            touching: Mutex::default(),
            started: Instant::now(),
            trusted_until: AtomicI64::new(0),
            away: AtomicBool::new(false),
            upcoming: Upcoming::default(),
        }
    }
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, Own> {
        self.touching.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present turn. What is read from now on knows everything that was touched before it.
    #[must_use]
    pub fn turn(&self) -> Turn {
        self.turn.load(Ordering::Acquire)
    }

    /// Touches keys: what shows one of them and was read before is no longer true.
    pub fn touch(&self, keys: &[Key]) {
        let own = self.lock();
        self.touch_locked(keys);
        drop(own);
    }

    /// Remembers events that this process is about to commit: it touches itself what they reach.
    pub fn own(&self, events: &[Id]) {
        let mut own = self.lock();
        own.0.extend(events);
        while own.0.len() > MOST_OWN {
            own.0.pop_front();
        }
    }

    /// Forgets that this process wrote these events: it does not know whether they were committed.
    pub fn disown(&self, events: &[Id]) {
        if !events.is_empty() {
            self.lock().0.retain(|own| !events.contains(own));
        }
    }

    /// Whether this process wrote an event itself.
    #[must_use]
    pub fn is_own(&self, event: Id) -> bool {
        self.lock().0.contains(&event)
    }

    fn touch_locked(&self, keys: &[Key]) {
        if keys.is_empty() {
            return;
        }
        let next = self.turn.load(Ordering::Relaxed) + 1;
        for key in keys {
            self.places[usize::from(self.place(key))].store(next, Ordering::Release);
        }
        self.turn.store(next, Ordering::Release);
    }

    /// Where a key stands.
    #[must_use]
    pub fn place(&self, key: &impl Hash) -> Place {
        self.hasher.hash_one(key) as Place
    }

    /// Whether none of these places was touched after `turn`.
    #[must_use]
    pub fn is_untouched(&self, places: &[Place], turn: Turn) -> bool {
        places.iter().all(|place| self.places[usize::from(*place)].load(Ordering::Acquire) <= turn)
    }

    /// Notes that everything which other processes committed until now is on the board.
    pub fn seen(&self) {
        self.trusted_until.store(self.millis() + TRUSTED_FOR, Ordering::Release);
        self.away.store(false, Ordering::Release);
    }

    /// Notes that the database does not answer.
    pub fn is_blind(&self) {
        self.away.store(true, Ordering::Release);
    }

    /// Whether other processes may have changed something that the board does not know.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.millis() > self.trusted_until.load(Ordering::Acquire)
    }

    /// Whether the database did not answer when it was looked at last.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.away.load(Ordering::Acquire)
    }

    fn millis(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_touch_is_touched_and_nothing_else_is() {
        let board = Board::default();
        let (shown, other) = (Key::Article(Id::new()), Key::Article(Id::new()));
        let (places, others) = ([board.place(&shown)], [board.place(&other)]);
        let before = board.turn();
        assert!(board.is_untouched(&places, before));
        board.touch(std::slice::from_ref(&shown));
        assert!(!board.is_untouched(&places, before));
        assert!(board.is_untouched(&places, board.turn()));
        assert!(places == others || board.is_untouched(&others, before));
        board.touch(&[]);
        assert_eq!(board.turn(), before + 1);
    }

    #[test]
    fn own_events_are_remembered_and_only_so_many() {
        let board = Board::default();
        let ids: Vec<Id> = (0..=MOST_OWN).map(|_| Id::new()).collect();
        board.own(&ids);
        assert!(!board.is_own(ids[0]) && board.is_own(ids[1]) && board.is_own(ids[MOST_OWN]));
        board.disown(&ids[1..3]);
        assert!(!board.is_own(ids[1]) && !board.is_own(ids[2]) && board.is_own(ids[3]));
    }

    #[test]
    fn nothing_is_trusted_before_the_database_was_looked_at() {
        let board = Board::default();
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(board.is_doubtful());
        board.seen();
        assert!(!board.is_doubtful() && !board.is_away());
        board.is_blind();
        assert!(board.is_away());
    }
}
