//! What the clock changes soon: remembered for when the database is away, and nobody can be asked what it has changed.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use super::{FRESH, Place};
use crate::domain::Cx;
use crate::error::Result;
use crate::model::{Id, Key, Time};
use crate::store::dues;
use crate::store::touched::{self, Reached};

/// How far is looked ahead, in seconds: further than anything is shown while the database is away.
const AHEAD: i64 = 3 * FRESH;
/// Changes that are remembered at the most, the first ones.
const MOST: i64 = 500;
/// What was read so many seconds before, was read before for sure.
const READING: i64 = 2;

/// What was known of it when the database was read last.
#[derive(Debug, Default)]
pub struct Upcoming(RwLock<Option<Known>>);

/// Changes by the clock.
#[derive(Debug)]
pub struct Known {
    /// When it was read.
    at: Time,
    /// What shows the article that appears, ends or is replaced then; the first one first.
    changes: Vec<(Time, Place)>,
    /// When the first article ends or is replaced.
    loss: Option<Time>,
    /// There are no others before this.
    until: Time,
}

impl Known {
    /// Reads what the clock changes next, and what it has changed that was not told of yet.
    ///
    /// # Errors
    /// The database's.
    pub fn read(cx: &mut Cx) -> Result<Self> {
        let end = cx.now.plus_seconds(AHEAD);
        let dues: Vec<(Time, Id, String)> = dues::next(cx.conn, end, MOST)?;
        let is_all = i64::try_from(dues.len()).is_ok_and(|found| found < MOST);
        let until = dues.last().filter(|_| !is_all).map_or(end, |(at, ..)| *at);
        let articles: Vec<Id> = dues.iter().map(|(_, article, _)| *article).collect();
        let mut copies: HashMap<Id, Vec<Reached>> = HashMap::new();
        if !articles.is_empty() {
            for copy in touched::copies_of(cx.conn, &articles)? {
                copies.entry(copy.article_id).or_default().push(copy);
            }
        }
        let of = |article: &Id| copies.get(article).map(Vec::as_slice).unwrap_or_default();
        // What appears as the only copy of its article takes nothing away.
        let is_loss = |article: &Id, what: &str| what != dues::START || of(article).len() > 1;
        let loss = dues.iter().find(|(_, article, what)| is_loss(article, what)).map(|(at, ..)| *at);
        let board = &cx.memory.board;
        let places = |article: &Id| of(article).iter().flat_map(keys).map(|key| board.place(&key));
        let changes = dues.iter().flat_map(|(at, article, _)| places(article).map(|place| (*at, place))).collect();
        Ok(Self { at: cx.now, changes, loss, until })
    }
}

/// What shows this copy, or stands beside it as another language or another version.
fn keys(copy: &Reached) -> impl Iterator<Item = Key> {
    let own = [Key::Article(copy.article_id), Key::Slug(copy.slug.clone()), Key::Group(copy.translation_group)];
    own.into_iter().chain(copy.supersedes_id.map(Key::Article))
}

impl Upcoming {
    /// Takes the place of what was known before.
    pub fn replace(&self, known: Known) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }

    /// Whether for sure the clock has taken nothing away of what was read at `read_at`, stands in these places, which are
    /// sorted, and perhaps shows something `unnamed` of articles besides.
    #[must_use]
    pub fn spares(&self, places: &[Place], unnamed: bool, read_at: Time, now: Time) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().is_some_and(|known| {
            let mut passed = known.changes.iter().take_while(|(at, _)| *at <= now);
            let is_lost = known.loss.is_some_and(|loss| loss <= now);
            read_at.plus_seconds(READING) <= known.at
                && now < known.until
                && !(unnamed && is_lost)
                && passed.all(|(_, place)| places.binary_search(place).is_err())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_left_alone_is_spared() {
        let at = |seconds| Time::from_micros(0).plus_seconds(seconds);
        let upcoming = Upcoming::default();
        let spares = |places: &[Place], unnamed, now| upcoming.spares(places, unnamed, at(0), at(now));
        assert!(!spares(&[1], false, 10));
        let known =
            |read| Known { at: at(read), changes: vec![(at(15), 2), (at(17), 3)], loss: Some(at(17)), until: at(19) };
        upcoming.replace(known(READING));
        assert!(spares(&[1, 2, 3], true, 14));
        assert!(!spares(&[1, 2], false, 15) && spares(&[1, 3], false, 16));
        assert!(spares(&[1], true, 16) && !spares(&[1], true, 17));
        assert!(!spares(&[3], false, 18) && spares(&[1], false, 18));
        assert!(!spares(&[1], false, 19));
        // It may have been read before this was.
        upcoming.replace(known(READING - 1));
        assert!(!spares(&[1], false, 14));
    }
}
