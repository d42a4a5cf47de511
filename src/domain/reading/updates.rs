//! The updates of a live blog.

use std::collections::HashMap;
use std::sync::Arc;

use super::article::{Found, card};
use super::links;
use super::shelf::{self, Story, seconds_left};
use crate::domain::Cx;
use crate::domain::memory::{self, Kept};
use crate::error::Result;
use crate::model::paging::{Ends, Paged, Paging};
use crate::model::{Access, Handle, Id, Key, Time};
use crate::store::live_updates::ShownUpdateRow;
use crate::store::published::{self, AuthorName, UpdateFilter};

/// A part of the updates of a live article.
pub struct Updates {
    /// The updates, the newest first.
    pub rows: Vec<ShownUpdateRow>,
    /// Who signs them, by id.
    pub authors: HashMap<Id, Arc<Kept<AuthorName>>>,
    /// What lies around this part.
    pub ends: Ends,
    /// When the first thing shown disappears by itself.
    pub ends_at: Time,
    /// Seconds until the first thing shown disappears by itself, if anything does.
    pub shown_for: Option<u64>,
}

/// The updates of the live article at an address. Of an article that is not for everybody, their bodies are empty.
///
/// # Errors
/// As [`article`](super::article()).
pub fn updates(
    cx: &mut Cx,
    at: &Handle,
    locale: Option<&str>,
    filter: UpdateFilter,
    paging: &Paging,
) -> Result<Found<Updates>> {
    let site = shelf::site(cx)?;
    let story = match card(cx, &site, at, locale)? {
        Found::Here(story) => story,
        Found::Moved(moved) => return Ok(Found::Moved(moved)),
    };
    of(cx, &story, filter, paging).map(Found::Here)
}

/// The updates of a story that was found.
///
/// # Errors
/// The database's.
pub(super) fn of(cx: &mut Cx, story: &Story, filter: UpdateFilter, paging: &Paging) -> Result<Updates> {
    let Paged { mut rows, ends } = published::updates(cx.conn, story.copy.article_id, filter, paging, cx.now)?;
    if story.copy.access != Access::Free {
        rows.iter_mut().for_each(close);
    }
    let named_until = links::keep_live(cx, &mut rows)?;
    let mut ids: Vec<Id> = rows.iter().filter_map(|row| row.author_id).collect();
    ids.sort_unstable();
    ids.dedup();
    cx.shows.note_all(Key::Author, &ids);
    cx.shows.note(Key::Updates(story.copy.article_id));
    let authors = memory::names(cx, &[], &ids)?.authors;
    let ends_at = story.copy.ends_at.min(named_until);
    Ok(Updates { rows, authors, ends, ends_at, shown_for: seconds_left(ends_at, cx.now) })
}

/// Leaves the headline.
fn close(row: &mut ShownUpdateRow) {
    (row.body, row.article_refs, row.media_until) = ("[]".to_owned(), "[]".to_owned(), None);
    for form in [&mut row.body_html, &mut row.body_text, &mut row.body_markdown] {
        form.clear();
    }
}
