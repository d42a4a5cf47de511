//! What this process remembers between requests, besides whole answers: how its site is set, which articles are viewed
//! most, what changed when, and the rows that answers for readers name again and again.
//!
//! A tag, a person or a picture is remembered with the turn of the [`Board`] before which its row was read, and is true
//! until its key is touched: by the same rule as answers that were made before. Only readings for readers remember and
//! recall ([`Cx::since`]); whoever changes something reads what stands in the transaction.

use std::collections::HashMap;
use std::sync::Arc;

use quick_cache::sync::Cache;

use super::Cx;
use super::reading::Rankings;
use super::shown::{Board, Place, Turn};
use super::site::Sites;
use crate::error::Result;
use crate::model::{Id, Key};
use crate::store::media::{self, MediaRow, PictureRow};
use crate::store::published::{self, AuthorName, TagName};

/// Rows of a kind that are remembered; some 300 bytes each for tags and people, up to some kilobytes for media.
const ROWS: usize = 2_000;

/// What this process remembers.
pub struct Memory {
    /// What changed when: what was read before is held against it.
    pub board: Board,
    /// The most viewed articles, as they were found last.
    pub rankings: Rankings,
    /// The site, as it was read last.
    pub sites: Sites,
    tags: Rows<TagName>,
    authors: Rows<AuthorName>,
    pictures: Rows<PictureRow>,
    media: Rows<MediaRow>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            board: Board::default(),
            rankings: Rankings::default(),
            sites: Sites::default(),
            tags: Rows::new(Key::Tag),
            authors: Rows::new(Key::Author),
            pictures: Rows::new(Key::Media),
            media: Rows::new(Key::Media),
        }
    }
}

/// The rows of a kind.
struct Rows<T> {
    key: fn(Id) -> Key,
    rows: Cache<Id, Remembered<T>>,
}

/// A row, with the turn before which it was read.
struct Remembered<T> {
    turn: Turn,
    place: Place,
    row: Arc<T>,
}

impl<T> Clone for Remembered<T> {
    fn clone(&self) -> Self {
        Self { turn: self.turn, place: self.place, row: Arc::clone(&self.row) }
    }
}

impl<T> Rows<T> {
    fn new(key: fn(Id) -> Key) -> Self {
        Self { key, rows: Cache::new(ROWS) }
    }

    /// The rows with these ids that are still true, and the ids of the others.
    fn recall(&self, cx: &Cx, ids: &[Id]) -> (HashMap<Id, Arc<T>>, Vec<Id>) {
        let board = &cx.memory.board;
        if cx.since.is_none() || board.is_doubtful() {
            return (HashMap::with_capacity(ids.len()), ids.to_vec());
        }
        let everything = board.place(&Key::Everything);
        let (mut found, mut missing) = (HashMap::with_capacity(ids.len()), Vec::new());
        for id in ids {
            match self.rows.get(id) {
                Some(known) if board.is_untouched(&[known.place, everything], known.turn) => {
                    let _ = found.insert(*id, known.row);
                }
                _ => missing.push(*id),
            }
        }
        (found, missing)
    }

    /// Adds what was read for the ids that were missing, and remembers it.
    fn keep(&self, cx: &Cx, found: &mut HashMap<Id, Arc<T>>, read: impl Iterator<Item = (Id, T)>) {
        for (id, row) in read {
            let row = Arc::new(row);
            if let Some(turn) = cx.since {
                let place = cx.memory.board.place(&(self.key)(id));
                self.rows.insert(id, Remembered { turn, place, row: Arc::clone(&row) });
            }
            let _ = found.insert(id, row);
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
