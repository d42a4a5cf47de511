//! What this process remembers between requests, besides whole answers: how its site is set, which articles are viewed
//! most, what changed when, and what answers for readers say again and again.
//!
//! A tag, a person, a picture, or how many articles carry a tag, is remembered with the turn of the [`Board`] before which
//! it was read, and is true until its key is touched or the clock changes it, and for five minutes at the most: by the same
//! rule as answers that were made before. Only readings for readers remember and recall these ([`Cx::since`]); whoever
//! changes something reads what stands in the transaction.

use std::collections::HashMap;
use std::sync::Arc;

use quick_cache::sync::Cache;

use super::Cx;
use super::reading::Rankings;
use super::shown::{Board, FRESH, Place, Turn};
use super::site::Sites;
use crate::error::Result;
use crate::model::{Id, Key, Time};
use crate::store::media::{self, MediaRow, PictureRow};
use crate::store::published::{self, AuthorName, TagName};
use crate::store::search::{Index, Lookup, Matching, is_gathered};
use crate::store::{Conn, published_taxonomy, touched};

/// So many of a kind are remembered; some 300 bytes each of tags and people, up to some kilobytes of media.
const MOST: usize = 2_000;

/// Searches of which it is remembered how PostgreSQL is to look for them.
const SEARCHES: usize = 500;
/// For how long its estimates are good enough, in seconds.
const ESTIMATED_FOR: i64 = 60;

/// What this process remembers.
pub struct Memory {
    /// What changed when: what was read before is held against it.
    pub board: Board,
    /// The most viewed articles, as they were found last.
    pub rankings: Rankings,
    /// The site, as it was read last.
    pub sites: Sites,
    tags: Kind<TagName>,
    authors: Kind<AuthorName>,
    pictures: Kind<PictureRow>,
    media: Kind<MediaRow>,
    tagged: Kind<i64>,
    signed: Kind<i64>,
    gathered: Cache<(Index, String), (bool, Time)>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            board: Board::default(),
            rankings: Rankings::default(),
            sites: Sites::default(),
            tags: Kind::new(Key::Tag),
            authors: Kind::new(Key::Author),
            pictures: Kind::new(Key::Media),
            media: Kind::new(Key::Media),
            tagged: Kind::new(Key::ArticlesTagged),
            signed: Kind::new(Key::ArticlesBy),
            gathered: Cache::new(SEARCHES),
        }
    }
}

/// What is remembered of a kind.
struct Kind<T> {
    key: fn(Id) -> Key,
    known: Cache<Id, Remembered<T>>,
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

impl<T> Kind<T> {
    fn new(key: fn(Id) -> Key) -> Self {
        Self { key, known: Cache::new(MOST) }
    }

    /// What is still true of these ids, and the others.
    fn recall(&self, cx: &Cx, ids: &[Id]) -> (HashMap<Id, Arc<T>>, Vec<Id>) {
        let board = &cx.memory.board;
        if cx.since.is_none() || board.is_doubtful() {
            return (HashMap::with_capacity(ids.len()), ids.to_vec());
        }
        let everything = board.place(&Key::Everything);
        let (mut found, mut missing) = (HashMap::with_capacity(ids.len()), Vec::new());
        for id in ids {
            let known = self.known.get(id).filter(|known| (known.from..known.until).contains(&cx.now));
            match known.filter(|known| board.is_untouched(&[known.place, everything], known.turn)) {
                Some(known) => _ = found.insert(*id, known.value),
                None => missing.push(*id),
            }
        }
        (found, missing)
    }

    /// Adds what was read for the ids that were missing, and remembers it.
    fn keep(&self, cx: &Cx, found: &mut HashMap<Id, Arc<T>>, read: impl IntoIterator<Item = (Id, T)>) {
        self.keep_until(Time::NEVER, cx, found, read);
    }

    /// The same of what the clock may change at `until`.
    fn keep_until(
        &self,
        until: Time,
        cx: &Cx,
        found: &mut HashMap<Id, Arc<T>>,
        read: impl IntoIterator<Item = (Id, T)>,
    ) {
        for (id, value) in read {
            let value = Arc::new(value);
            if let Some(turn) = cx.since {
                let (place, from) = (cx.memory.board.place(&(self.key)(id)), cx.now);
                let until = until.min(from.plus_seconds(FRESH));
                self.known.insert(id, Remembered { turn, place, from, until, value: Arc::clone(&value) });
            }
            let _ = found.insert(id, value);
        }
    }
}

/// Tags and people by their ids.
#[derive(Default)]
pub struct Names {
    /// Tags and sections.
    pub tags: HashMap<Id, Arc<TagName>>,
    /// People of bylines.
    pub authors: HashMap<Id, Arc<AuthorName>>,
}

/// What articles show of these tags and people; unknown ids are left out.
///
/// # Errors
/// The database's.
pub fn names(cx: &mut Cx, tags: &[Id], authors: &[Id]) -> Result<Names> {
    let memory = Arc::clone(&cx.memory);
    let (mut known_tags, tags) = memory.tags.recall(cx, tags);
    let (mut known_authors, authors) = memory.authors.recall(cx, authors);
    let read = published::names(cx.conn, &tags, &authors)?;
    memory.tags.keep(cx, &mut known_tags, read.tags.into_iter().map(|row| (row.id, row)));
    memory.authors.keep(cx, &mut known_authors, read.authors.into_iter().map(|row| (row.id, row)));
    Ok(Names { tags: known_tags, authors: known_authors })
}

/// What cards show of these pictures that may still be used; unknown ids are left out.
///
/// # Errors
/// The database's.
pub fn pictures(cx: &mut Cx, ids: &[Id]) -> Result<HashMap<Id, Arc<PictureRow>>> {
    let memory = Arc::clone(&cx.memory);
    let (mut known, missing) = memory.pictures.recall(cx, ids);
    let read = media::pictures(cx.conn, &missing)?;
    memory.pictures.keep(cx, &mut known, read.into_iter().map(|row| (row.id, row)));
    known.retain(|_, row| !media::is_over(row.expires_at, cx.now));
    Ok(known)
}

/// These media records that may still be used; unknown ids are left out.
///
/// # Errors
/// The database's.
pub fn media(cx: &mut Cx, ids: &[Id]) -> Result<HashMap<Id, Arc<MediaRow>>> {
    let memory = Arc::clone(&cx.memory);
    let (mut known, missing) = memory.media.recall(cx, ids);
    let read = media::by_ids(cx.conn, &missing)?;
    memory.media.keep(cx, &mut known, read.into_iter().map(|row| (row.id, row)));
    known.retain(|_, row| !row.is_over(cx.now));
    Ok(known)
}

/// How many live articles carry each of these tags; those that none carries are left out.
///
/// # Errors
/// The database's.
pub fn tag_counts(cx: &mut Cx, ids: &[Id]) -> Result<HashMap<Id, i64>> {
    let memory = Arc::clone(&cx.memory);
    counts(cx, &memory.tagged, ids, published_taxonomy::tag_counts)
}

/// How many live articles name each of these authors; those that none names are left out.
///
/// # Errors
/// The database's.
pub fn author_counts(cx: &mut Cx, ids: &[Id]) -> Result<HashMap<Id, i64>> {
    let memory = Arc::clone(&cx.memory);
    counts(cx, &memory.signed, ids, published_taxonomy::author_counts)
}

type Counts = HashMap<Id, i64>;

/// Counting takes as long as there are articles to count: in a large archive much longer than anything else here.
fn counts(
    cx: &mut Cx,
    kind: &Kind<i64>,
    ids: &[Id],
    read: fn(&mut Conn, &[Id], Time) -> Result<Counts>,
) -> Result<Counts> {
    let (mut known, missing) = kind.recall(cx, ids);
    if !missing.is_empty() {
        let counted = read(cx.conn, &missing, cx.now)?;
        let due = if cx.since.is_some() { touched::next_due(cx.conn, cx.now)? } else { None };
        let all = missing.into_iter().map(|id| (id, counted.get(&id).copied().unwrap_or(0)));
        kind.keep_until(due.unwrap_or(Time::NEVER), cx, &mut known, all);
    }
    Ok(known.into_iter().map(|(id, count)| (id, *count)).filter(|(_, count)| *count > 0).collect())
}

/// How what matches is looked for: PostgreSQL is asked once in a while what it expects.
///
/// # Errors
/// The database's.
pub fn lookup(cx: &mut Cx, index: Index, matching: &Matching) -> Result<Lookup> {
    let expression = matching.expression(cx.conn);
    if matches!(cx.conn, Conn::Sqlite(_)) {
        return Ok(Lookup { expression, gathered: false });
    }
    let asked = (index, expression);
    let known = cx.memory.gathered.get(&asked).filter(|(_, until)| cx.now < *until);
    let gathered = match known {
        Some((gathered, _)) => gathered,
        None => {
            let gathered = is_gathered(cx.conn, index, &asked.1)?;
            cx.memory.gathered.insert(asked.clone(), (gathered, cx.now.plus_seconds(ESTIMATED_FOR)));
            gathered
        }
    };
    Ok(Lookup { expression: asked.1, gathered })
}
