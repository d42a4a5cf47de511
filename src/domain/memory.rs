//! What this process remembers between requests, besides whole answers: how its site is set, which articles are viewed
//! most, what changed when, and what answers for readers say again and again.
//!
//! A tag, a person, a picture, or how many articles carry a tag, is remembered with the turn of the [`Board`] before which
//! it was read, and is true until its key is touched or the clock changes it, and for five minutes at the most: by the same
//! rule as answers that were made before. Only readings for readers remember and recall these ([`Cx::since`]); whoever
//! changes something reads what stands in the transaction.

mod kept;

use std::collections::HashMap;
use std::sync::Arc;

use quick_cache::sync::Cache;

pub use kept::Kept;
use kept::Kind;

use super::Cx;
use super::reading::Rankings;
use super::shown::Board;
use super::site::{Edition, Sites};
use crate::error::Result;
use crate::model::{Id, Key, Time};
use crate::store::media::{self, MediaRow, PictureRow};
use crate::store::published::{self, AuthorName, Candidate, TagName, handles};
use crate::store::search::{Index, Lookup, Matching, is_gathered};
use crate::store::{Conn, published_taxonomy};

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
    edition: Kind<(), Edition>,
    tag_slugs: Kind<String, Id>,
    author_slugs: Kind<String, Id>,
    tags: Kind<Id, Kept<TagName>>,
    authors: Kind<Id, Kept<AuthorName>>,
    pictures: Kind<Id, Kept<PictureRow>>,
    media: Kind<Id, Kept<MediaRow>>,
    tagged: Kind<Id, i64>,
    signed: Kind<Id, i64>,
    candidates: Kind<Id, Candidate>,
    gathered: Cache<(Index, String), (bool, Time)>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            board: Board::default(),
            rankings: Rankings::default(),
            sites: Sites::default(),
            edition: Kind::new(|()| Key::Articles),
            tag_slugs: Kind::new(|_| Key::Tags),
            author_slugs: Kind::new(|_| Key::Authors),
            tags: Kind::new(|id| Key::Tag(*id)),
            authors: Kind::new(|id| Key::Author(*id)),
            pictures: Kind::new(|id| Key::Media(*id)),
            media: Kind::new(|id| Key::Media(*id)),
            tagged: Kind::new(|id| Key::ArticlesTagged(*id)),
            signed: Kind::new(|id| Key::ArticlesBy(*id)),
            candidates: Kind::new(|_| Key::Tags),
            gathered: Cache::new(SEARCHES),
        }
    }
}

/// The site, and when the clock changes next what is public.
///
/// # Errors
/// The database's.
pub fn edition(cx: &mut Cx) -> Result<Arc<Edition>> {
    let memory = Arc::clone(&cx.memory);
    if let Some(known) = memory.edition.recall(cx, &()) {
        return Ok(known);
    }
    let edition = Edition::read(cx)?;
    Ok(memory.edition.keep(cx, edition.due.unwrap_or(Time::NEVER), (), edition))
}

/// The tags that these slugs lead to, present or former.
///
/// # Errors
/// The database's.
pub fn tag_ids(cx: &mut Cx, slugs: &[String]) -> Result<HashMap<String, Id>> {
    let memory = Arc::clone(&cx.memory);
    ids(cx, &memory.tag_slugs, slugs, handles::tag_ids)
}

/// The authors that these slugs lead to, present or former.
///
/// # Errors
/// The database's.
pub fn author_ids(cx: &mut Cx, slugs: &[String]) -> Result<HashMap<String, Id>> {
    let memory = Arc::clone(&cx.memory);
    ids(cx, &memory.author_slugs, slugs, handles::author_ids)
}

type Ids = HashMap<String, Id>;

/// Slugs that lead nowhere are looked up each time: anybody can think of more of them than could be remembered.
fn ids(
    cx: &mut Cx,
    kind: &Kind<String, Id>,
    slugs: &[String],
    read: fn(&mut Conn, &[String]) -> Result<Ids>,
) -> Result<Ids> {
    let (mut known, missing) = kind.recall_all(cx, slugs);
    if !missing.is_empty() {
        let read = read(cx.conn, &missing)?;
        kind.keep_all(cx, Time::NEVER, &mut known, read);
    }
    Ok(known.into_iter().map(|(slug, id)| (slug, *id)).collect())
}

fn kept<T>(rows: Vec<T>, id: fn(&T) -> Id) -> impl Iterator<Item = (Id, Kept<T>)> {
    rows.into_iter().map(move |row| (id(&row), Kept::new(row)))
}

/// Tags and people by their ids.
#[derive(Default)]
pub struct Names {
    /// Tags and sections.
    pub tags: HashMap<Id, Arc<Kept<TagName>>>,
    /// People of bylines.
    pub authors: HashMap<Id, Arc<Kept<AuthorName>>>,
}

/// What articles show of these tags and people; unknown ids are left out.
///
/// # Errors
/// The database's.
pub fn names(cx: &mut Cx, tags: &[Id], authors: &[Id]) -> Result<Names> {
    let memory = Arc::clone(&cx.memory);
    let (mut known_tags, tags) = memory.tags.recall_all(cx, tags);
    let (mut known_authors, authors) = memory.authors.recall_all(cx, authors);
    let read = published::names(cx.conn, &tags, &authors)?;
    memory.tags.keep_all(cx, Time::NEVER, &mut known_tags, kept(read.tags, |row| row.id));
    memory.authors.keep_all(cx, Time::NEVER, &mut known_authors, kept(read.authors, |row| row.id));
    Ok(Names { tags: known_tags, authors: known_authors })
}

/// What cards show of these pictures that may still be used; unknown ids are left out.
///
/// # Errors
/// The database's.
pub fn pictures(cx: &mut Cx, ids: &[Id]) -> Result<HashMap<Id, Arc<Kept<PictureRow>>>> {
    let memory = Arc::clone(&cx.memory);
    let (mut known, missing) = memory.pictures.recall_all(cx, ids);
    let read = media::pictures(cx.conn, &missing)?;
    memory.pictures.keep_all(cx, Time::NEVER, &mut known, kept(read, |row| row.id));
    known.retain(|_, row| !media::is_over(row.expires_at, cx.now));
    Ok(known)
}

/// These media records that may still be used; unknown ids are left out.
///
/// # Errors
/// The database's.
pub fn media(cx: &mut Cx, ids: &[Id]) -> Result<HashMap<Id, Arc<Kept<MediaRow>>>> {
    let memory = Arc::clone(&cx.memory);
    let (mut known, missing) = memory.media.recall_all(cx, ids);
    let read = media::by_ids(cx.conn, &missing)?;
    memory.media.keep_all(cx, Time::NEVER, &mut known, kept(read, |row| row.id));
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
    kind: &Kind<Id, i64>,
    ids: &[Id],
    read: fn(&mut Conn, &[Id], Time) -> Result<Counts>,
) -> Result<Counts> {
    let (mut known, missing) = kind.recall_all(cx, ids);
    if !missing.is_empty() {
        let counted = read(cx.conn, &missing, cx.now)?;
        let due = if cx.since.is_some() { edition(cx)?.due } else { None };
        let all = missing.into_iter().map(|id| (id, counted.get(&id).copied().unwrap_or(0)));
        kind.keep_all(cx, due.unwrap_or(Time::NEVER), &mut known, all);
    }
    Ok(known.into_iter().map(|(id, count)| (id, *count)).filter(|(_, count)| *count > 0).collect())
}

/// What these copies are ranked and counted by, in their order. A copy stays as it was published, but that merged tags are
/// called otherwise in it.
///
/// # Errors
/// The database's.
pub fn candidates(cx: &mut Cx, copies: &[Id]) -> Result<Vec<Arc<Candidate>>> {
    let memory = Arc::clone(&cx.memory);
    let mut known: Vec<Option<Arc<Candidate>>> = memory.candidates.recall_each(cx, copies).collect();
    let missing: Vec<Id> =
        copies.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(copy, _)| *copy).collect();
    let read = published::candidates(cx.conn, &missing)?;
    let mut read: HashMap<Id, Candidate> = read.into_iter().map(|row| (row.copy_id, row)).collect();
    for (copy, known) in copies.iter().zip(&mut known).filter(|(_, known)| known.is_none()) {
        *known = read.remove(copy).map(|row| memory.candidates.keep(cx, Time::NEVER, *copy, row));
    }
    Ok(known.into_iter().flatten().collect())
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
