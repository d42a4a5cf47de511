//! The updates of a live blog.

use std::collections::HashMap;
use std::sync::Arc;

use super::article::{Found, card};
use super::links::{self, Frozen};
use super::shelf::{self, Story, seconds_left};
use crate::domain::Cx;
use crate::domain::entitlements::Entitlement;
use crate::domain::memory::{self, Kept};
use crate::domain::publishing::whole as bodies;
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

/// The updates of the live article at an address. Of an article that is not for everybody, their bodies are empty but for
/// a reader who is entitled to it.
///
/// # Errors
/// As [`article`](super::article()); for a reader [`Code::EntitlementRequired`](crate::error::Code::EntitlementRequired).
pub fn updates(
    cx: &mut Cx,
    at: &Handle,
    locale: Option<&str>,
    filter: UpdateFilter,
    paging: &Paging,
    reader: Option<&Entitlement>,
) -> Result<Found<Updates>> {
    let site = shelf::site(cx)?;
    let story = match card(cx, &site, at, locale)? {
        Found::Here(story) => story,
        Found::Moved(moved) => return Ok(Found::Moved(moved)),
    };
    if let Some(reader) = reader {
        reader.permit(&story.copy)?;
    }
    of(cx, &story, filter, paging, reader.is_some()).map(Found::Here)
}

/// The updates of a story that was found, whole or as everybody may see them.
///
/// # Errors
/// The database's.
pub(super) fn of(cx: &mut Cx, story: &Story, filter: UpdateFilter, paging: &Paging, is_whole: bool) -> Result<Updates> {
    let Paged { mut rows, ends } = published::updates(cx.conn, story.copy.article_id, filter, paging, cx.now)?;
    let is_closed = story.copy.access != Access::Free;
    if is_closed && !is_whole {
        rows.iter_mut().for_each(close);
    }
    let named_until = links::keep_live(cx, &mut rows)?;
    if is_closed && is_whole {
        bodies::let_in_all(cx, rows.iter_mut().map(Frozen::forms).collect())?;
    }
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
