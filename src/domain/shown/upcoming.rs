//! What the clock changes soon: remembered for when the database is away, and nobody can be asked what it has changed.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use super::{FRESH, Place};
use crate::domain::Cx;
use crate::error::Result;
use crate::model::{Id, Key, Time};
use crate::store::{dues, touched};

/// How far is looked ahead, in seconds: further than anything is shown while the database is away.
const AHEAD: i64 = 3 * FRESH;
/// Changes that are remembered at the most, the first ones.
const MOST: i64 = 500;

/// What was known of it when the database was read last.
#[derive(Debug, Default)]
pub struct Upcoming(RwLock<Option<Known>>);

/// Changes by the clock.
#[derive(Debug)]
pub struct Known {
    /// What shows the article that appears, ends or is replaced then; the first one first.
    changes: Vec<(Time, Place)>,
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
        let dues: Vec<(Time, Id)> = dues::next(cx.conn, end, MOST)?;
        let is_all = i64::try_from(dues.len()).is_ok_and(|found| found < MOST);
        let until = dues.last().filter(|_| !is_all).map_or(end, |(at, _)| *at);
        let articles: Vec<Id> = dues.iter().map(|(_, article)| *article).collect();
        let mut keys: HashMap<Id, Vec<Key>> = HashMap::new();
        if !articles.is_empty() {
            for copy in touched::copies_of(cx.conn, &articles)? {
                let own = keys.entry(copy.article_id).or_insert_with(|| vec![Key::Article(copy.article_id)]);
                own.extend([Key::Slug(copy.slug), Key::Group(copy.translation_group)]);
                own.extend(copy.supersedes_id.map(Key::Article));
            }
        }
        let board = &cx.memory.board;
        let places = |article: &Id| keys.get(article).into_iter().flatten().map(|key| board.place(key));
        let changes = dues.iter().flat_map(|(at, article)| places(article).map(|place| (*at, place))).collect();
        Ok(Self { changes, until })
    }
}

impl Upcoming {
    /// Takes the place of what was known before.
    pub fn replace(&self, known: Known) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }

    /// Whether for sure nothing that stands in one of these places, which are sorted, has been changed by the clock.
    #[must_use]
    pub fn spares(&self, places: &[Place], now: Time) -> bool {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.as_ref().is_some_and(|known| {
            let mut passed = known.changes.iter().take_while(|(at, _)| *at <= now);
            now < known.until && passed.all(|(_, place)| places.binary_search(place).is_err())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_left_alone_is_spared() {
        let at = Time::from_micros;
        let upcoming = Upcoming::default();
        assert!(!upcoming.spares(&[1], at(0)));
        upcoming.replace(Known { changes: vec![(at(5), 2), (at(7), 3)], until: at(9) });
        assert!(upcoming.spares(&[1, 2, 3], at(4)));
        assert!(!upcoming.spares(&[1, 2], at(5)) && upcoming.spares(&[1, 3], at(6)));
        assert!(!upcoming.spares(&[3], at(8)) && upcoming.spares(&[1], at(8)));
        assert!(!upcoming.spares(&[1], at(9)));
    }
}
