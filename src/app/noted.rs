//! What a change means for what was read before it.

use std::sync::Arc;

use crate::domain::memory::Memory;
use crate::domain::search::index;
use crate::domain::{Cx, shown};
use crate::error::Result;
use crate::model::{Id, Key};
use crate::store::dialect::wake_others;

/// What a change touches. It is touched when this is dropped, which is after the commit, and also where whoever asked for
/// the change has gone meanwhile.
pub(super) struct Touching {
    memory: Arc<Memory>,
    keys: Vec<Key>,
    events: Vec<Id>,
}

impl Touching {
    /// Nothing is left to be heard of these events. Where a commit was not heard to succeed, it may still have, later than
    /// this was dropped: then its events are followed as those of others.
    pub(super) fn committed<T>(mut self, value: T) -> T {
        self.events.clear();
        value
    }
}

impl Drop for Touching {
    fn drop(&mut self) {
        // In this order: what is committed between the two is followed, and touched once more.
        self.memory.board.disown(&self.events);
        self.memory.board.touch(&self.keys);
    }
}

/// Runs a writing use case; answers also what it touches. Other nodes are woken with the commit where there is something
/// for them.
pub(super) fn noted<T>(cx: &mut Cx, work: impl FnOnce(&mut Cx) -> Result<T>) -> Result<(T, Touching)> {
    let value = work(cx)?;
    index::captioned(cx)?;
    let told = std::mem::take(&mut cx.told);
    let keys = shown::touched(cx, &told)?;
    if !keys.is_empty() {
        wake_others(cx.conn)?;
    }
    let events: Vec<Id> = told.iter().map(|event| event.id).collect();
    cx.memory.board.own(&events);
    Ok((value, Touching { memory: Arc::clone(&cx.memory), keys, events }))
}
