//! What tags and authors have in common: slugs, pictures, uses, and how long a public answer about them holds.

use serde_json::{Value, json};

use super::policy;
use super::{Actor, Cx};
use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::model::{Id, Key, MediaKind, Slug, Time};
use crate::store::articles::{self, ArticleRow};
use crate::store::media::{self, MediaRow};
use crate::store::published;
use crate::text::fold;

/// How many uses a refusal names.
pub const MAX_USES: usize = 20;

/// How many numbers are tried before the id's end is taken.
const TRIES: u32 = 50;

/// A record by its public address.
#[derive(Clone, Debug)]
pub enum Found<T> {
    /// It is here.
    Here(T),
    /// It has this slug now.
    Moved(String),
}

/// What a public answer shows, and for how many seconds at the most it stays true: until the first live article
/// disappears by itself.
#[derive(Clone, Debug)]
pub struct Shown<T> {
    /// What is shown.
    pub value: T,
    /// Seconds until the next disappearance, if one is known.
    pub shown_for: Option<u64>,
}

/// Says how long `value` holds, whose pictures may be shown until `pictures_until`.
///
/// # Errors
/// The database's.
pub fn shown<T>(cx: &mut Cx, value: T, pictures_until: Time) -> Result<Shown<T>> {
    [Key::Articles, Key::Tags, Key::Authors].into_iter().for_each(|key| cx.shows.note(key));
    cx.shows.unnamed();
    let end = published::next_end(cx.conn, cx.now)?.unwrap_or(Time::NEVER).min(pictures_until).some();
    let shown_for = end.map(|end| u64::try_from(end.seconds_since(cx.now)).unwrap_or(0));
    Ok(Shown { value, shown_for })
}

/// Takes away the pictures whose rights have ended; answers when that of the first other ends.
pub fn keep_usable<'a>(cx: &Cx, pictures: impl Iterator<Item = &'a mut Option<MediaRow>>) -> Time {
    let mut until = Time::NEVER;
    for picture in pictures {
        *picture = picture.take().filter(|row| !row.is_over(cx.now));
        until = until.min(picture.as_ref().and_then(|row| row.expires_at).unwrap_or(Time::NEVER));
    }
    until
}

/// The first free slug of `wanted`, `wanted-2`, `wanted-3` …
///
/// # Errors
/// The database's.
pub fn free_slug(wanted: &Slug, id: Id, mut is_taken: impl FnMut(&str) -> Result<bool>) -> Result<Slug> {
    let numbered = (2..=TRIES).map(|n| wanted.numbered(n));
    for slug in std::iter::once(wanted.clone()).chain(numbered) {
        if !is_taken(slug.as_str())? {
            return Ok(slug);
        }
    }
    let digits = id.uuid().as_u128() as u32;
    Ok(wanted.numbered(digits | 0x8000_0000))
}

/// The fault of a slug that somebody else has.
#[must_use]
pub fn slug_taken() -> Fault {
    Fault::at("/slug", FaultCode::SlugTaken, "Another record has this slug, or took it over by a merge.")
}

/// The fault of a picture that is not there, or none.
///
/// # Errors
/// The database's.
pub fn picture_fault(cx: &mut Cx, pointer: &str, id: Id) -> Result<Option<Fault>> {
    Ok(match media::find(cx.conn, id)? {
        None => Some(Fault::at(pointer, FaultCode::UnknownId, "There is nothing with this id.")),
        Some(row) if row.kind != MediaKind::Image => {
            Some(Fault::at(pointer, FaultCode::WrongKind, "This must be media of kind image."))
        }
        Some(_) => None,
    })
}

/// The pictures of several records, by id.
///
/// # Errors
/// The database's.
pub fn pictures(cx: &mut Cx, ids: impl Iterator<Item = Id>) -> Result<std::collections::HashMap<Id, MediaRow>> {
    let ids: Vec<Id> = ids.collect();
    cx.shows.note_all(Key::Media, &ids);
    Ok(media::by_ids(cx.conn, &ids)?.into_iter().map(|row| (row.id, row)).collect())
}

/// The articles of these ids as `used_by` names them: those that the actor may read.
///
/// # Errors
/// The database's.
pub fn uses_by_articles(cx: &mut Cx, actor: &Actor, ids: &[Id]) -> Result<Vec<Value>> {
    let readable = |row: &ArticleRow| policy::reads_article(actor, row.owner_id);
    let rows = articles::find_many(cx.conn, ids)?;
    let uses = rows.into_iter().filter(readable);
    Ok(uses.map(|row| json!({ "kind": "article", "id": row.id, "title": row.headline })).collect())
}

/// The faults of words that stand twice in the list at `pointer`, accents and case aside.
#[must_use]
pub fn twice(pointer: &str, words: &[String]) -> Vec<Fault> {
    let folded: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let repeats = (0..folded.len()).filter(|at| folded[..*at].contains(&folded[*at]));
    let fault = |at| Fault::at(format!("{pointer}/{at}"), FaultCode::Duplicate, "This stands twice in the list.");
    repeats.map(fault).collect()
}

/// The 409 of a record that is still used. `used_by` names what the actor may read of it.
#[must_use]
pub fn in_use(mut used_by: Vec<Value>) -> Error {
    used_by.truncate(MAX_USES);
    Error::new(Code::InUse, "This is still in use; `used_by` names what of its uses you can see.")
        .with("used_by", used_by)
}
