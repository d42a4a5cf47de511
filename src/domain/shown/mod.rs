//! What changes mean for answers that were made before: which keys an event touches. The keys themselves are gathered
//! while answers are read ([`Cx::shows`](super::Cx)).

mod board;
mod upcoming;

pub use board::{Board, Place, Turn};
pub use upcoming::{Known, Upcoming};

use std::collections::HashSet;

use serde_json::Value;

use super::Cx;
use crate::error::{Error, Result};
use crate::model::{Id, Key};
use crate::store::{outbox, touched};

/// How long what was read is taken for true where nothing touches it, in seconds: a change that nobody told of, or another
/// node's clock, does no harm for longer.
pub const FRESH: i64 = 300;
/// Articles that show a record are named one by one up to here; beyond, everything counts as touched.
const MOST_SHOWING: i64 = 2_000;
/// Events that one look at the outbox tells one by one.
const BATCH: i64 = 500;

/// An event that was written.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its id.
    pub id: Id,
    /// Its type.
    pub kind: String,
    /// What it tells of.
    pub subject: Id,
    /// A JSON object.
    pub data: String,
}

/// The keys that these events touch, each once. Those of drafts touch none.
///
/// # Errors
/// The database's.
pub fn touched(cx: &mut Cx, told: &[Told]) -> Result<Vec<Key>> {
    let mut keys = HashSet::new();
    let mut articles = HashSet::new();
    for event in told {
        let (kind, what) = event.kind.split_once('.').unwrap_or((&event.kind, ""));
        match kind {
            "article" if changes_public(what, &event.data)? => _ = articles.insert(event.subject),
            "live_update" => {
                let data = parsed(&event.data)?;
                let article = data["article_id"].as_str().and_then(Id::parse);
                keys.extend(article.map(Key::Updates));
                // Who signs an update is an author in public.
                keys.extend([Key::Authors, Key::OtherUses]);
            }
            "tag" => {
                let into = parsed(&event.data)?["into"].as_str().and_then(Id::parse);
                let tags = std::iter::once(event.subject).chain(into);
                keys.extend(tags.flat_map(|id| [Key::Tag(id), Key::ArticlesTagged(id)]));
                keys.extend([Key::Tags, Key::OtherUses]);
            }
            "author" => keys.extend([Key::Author(event.subject), Key::Authors, Key::OtherUses]),
            "media" => media(cx, event.subject, &mut keys, &mut articles)?,
            "collection" if changes_public(what, &event.data)? => _ = keys.insert(Key::Collection(event.subject)),
            "sitemap" => _ = keys.insert(Key::Articles),
            // What the copy showed and where it stood is gone with it.
            "site" | "copy" => _ = keys.insert(Key::Everything),
            _ => {}
        }
    }
    reach(cx, &articles.into_iter().collect::<Vec<_>>(), &mut keys)?;
    Ok(keys.into_iter().collect())
}

/// Whether readers may see a difference: at once, or because something waits for its time now.
fn changes_public(what: &str, data: &str) -> Result<bool> {
    Ok(what == "scheduled" || !parsed(data)?["public"].is_null())
}

fn parsed(data: &str) -> Result<Value> {
    serde_json::from_str(data).map_err(Error::internal)
}

fn media(cx: &mut Cx, id: Id, keys: &mut HashSet<Key>, articles: &mut HashSet<Id>) -> Result<()> {
    keys.extend([Key::Media(id), Key::UsesOf(id), Key::OtherUses]);
    let (showing, blogs) = touched::showing(cx.conn, id, MOST_SHOWING)?;
    let most = usize::try_from(MOST_SHOWING).unwrap_or(usize::MAX);
    if showing.len() >= most || blogs.len() >= most {
        keys.insert(Key::Everything);
    }
    keys.extend(blogs.into_iter().map(Key::Updates));
    articles.extend(showing);
    Ok(())
}

/// Everything that shows these articles, or a list that they stand in or stood in.
fn reach(cx: &mut Cx, articles: &[Id], keys: &mut HashSet<Key>) -> Result<()> {
    if articles.is_empty() {
        return Ok(());
    }
    let copies = touched::copies_of(cx.conn, articles)?;
    let ids: Vec<Id> = copies.iter().map(|copy| copy.copy_id).collect();
    keys.extend(articles.iter().copied().map(Key::Article));
    keys.extend([Key::Articles, Key::OtherUses]);
    for copy in copies {
        keys.extend([Key::Slug(copy.slug), Key::Group(copy.translation_group)]);
        keys.extend(copy.supersedes_id.map(Key::Article));
        keys.extend(copy.section_id.map(Key::ArticlesTagged));
    }
    keys.extend(touched::tags_of(cx.conn, &ids)?.into_iter().map(Key::ArticlesTagged));
    keys.extend(touched::authors_of(cx.conn, &ids)?.into_iter().map(Key::ArticlesBy));
    keys.extend(touched::media_of(cx.conn, &ids)?.into_iter().map(Key::UsesOf));
    Ok(())
}

/// What happened behind an event, as far as it can be told one by one.
#[derive(Debug)]
pub enum News {
    /// These events.
    Told(Vec<Told>),
    /// More than can be told, or the database is another one than before.
    TooMuch,
}

/// What happened behind event number `seq`, and the number of the latest event.
///
/// # Errors
/// The database's.
pub fn since(cx: &mut Cx, seq: i64) -> Result<(News, i64)> {
    let last = outbox::last_seq(cx.conn)?;
    if last < seq || last - seq > BATCH {
        return Ok((News::TooMuch, last));
    }
    let mut told = Vec::new();
    if last > seq {
        let numbered = outbox::events_after(cx.conn, seq, BATCH)?;
        told.extend(numbered.into_iter().map(|row| Told {
            id: row.id,
            kind: row.kind,
            subject: row.subject_id,
            data: row.data,
        }));
    }
    Ok((News::Told(told), last))
}

/// The events that have no number yet, the latest of them where there are many: the others were told before.
///
/// # Errors
/// The database's.
pub fn unnumbered(cx: &mut Cx) -> Result<Vec<Told>> {
    let waiting = outbox::unnumbered(cx.conn, BATCH)?;
    Ok(waiting.into_iter().map(|(id, kind, subject, data)| Told { id, kind, subject, data }).collect())
}
