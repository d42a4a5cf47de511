//! What governor remembers of each key, in a map that has a bound.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;

/// Keys of one limit that are remembered each by itself: about 3 MB.
pub const MAX_KEYS: usize = 65_536;
/// So many counts are shared by the keys beyond them.
pub(super) const SHARED: u128 = 4_096;

/// The instant by which each key will have used up what it took. Where there is no room for another key, it shares the
/// count of others: in a flood of addresses strangers share what is allowed to one, and those who were there before do
/// not.
#[derive(Debug, Default)]
pub(super) struct Counts(Mutex<HashMap<u128, u64>>);

impl Counts {
    fn all(&self) -> MutexGuard<'_, HashMap<u128, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StateStore for Counts {
    type Key = u128;

    fn measure_and_replace<T, F, E>(&self, key: &u128, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut all = self.all();
        let key = if all.len() < MAX_KEYS || all.contains_key(key) { *key } else { shared(*key) };
        let (value, until) = measure(all.get(&key).copied().map(Nanos::from))?;
        all.insert(key, until.as_u64());
        Ok(value)
    }
}

/// A key that no network and no id has: networks end in zeros or are mapped IPv4, ids are UUIDs of a version.
fn shared(key: u128) -> u128 {
    let mixed = (key ^ (key >> 64) ^ (key >> 32)) % SHARED;
    u128::MAX - mixed
}

impl ShrinkableKeyedStateStore<u128> for Counts {
    fn retain_recent(&self, drop_below: Nanos) {
        self.all().retain(|_, until| *until > drop_below.as_u64());
    }

    fn shrink_to_fit(&self) {
        let mut all = self.all();
        if all.capacity() > 4 * (all.len() + 256) {
            all.shrink_to_fit();
        }
    }

    fn len(&self) -> usize {
        self.all().len()
    }

    fn is_empty(&self) -> bool {
        self.all().is_empty()
    }
}
