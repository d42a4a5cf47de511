//! Taking copies out of public, or out of what waits. What the clock has told of a copy by now can't be undone: then
//! whoever changes it is told to look again.

use serde_json::json;

use super::due;
use crate::domain::articles::Loaded;
use crate::domain::{Cx, events};
use crate::error::{Code, Error, Result};
use crate::model::{Id, Time};
use crate::store::copies::{self, Interval};
use crate::store::{dues, revisions};

/// A change is committed within so many seconds, however long it waits for others: readers may see until then what it is
/// taking back.
const COMMITTED_IN: i64 = 300;

/// Removes the copy that waits, and gives the live one its own end back.
pub(super) fn take_back(cx: &mut Cx, article: &Loaded) -> Result<()> {
    let Some(waiting) = article.waiting() else { return Ok(()) };
    if !dues::take(cx.conn, waiting.copy_id, dues::START)? {
        return Err(overtaken());
    }
    copies::remove(cx.conn, waiting.copy_id)?;
    if waiting.visible_from < cx.now.plus_seconds(COMMITTED_IN) {
        let data = json!({ "article_id": article.row.id });
        events::emit(cx, "copy.taken_back", waiting.copy_id, &data)?;
    }
    revisions::set_public_from(cx.conn, article.row.id, waiting.version, None)?;
    match article.live() {
        Some(live) if live.visible_until == waiting.visible_from => {
            copies::end_at(cx.conn, live.copy_id, live.ends_at)?;
            due::note_end(cx, live.copy_id, live.article_id, live.ends_at)
        }
        _ => Ok(()),
    }
}

/// Takes the end of a live copy out of the clock's hands.
pub(super) fn take_end(cx: &mut Cx, live: &Interval) -> Result<()> {
    let taken = dues::take(cx.conn, live.copy_id, dues::END)?;
    if taken || live.ends_at == Time::NEVER { Ok(()) } else { Err(overtaken()) }
}

/// The clock of another node came first.
fn overtaken() -> Error {
    Error::new(Code::Conflict, "The clock changed what is live in this moment. Read the article again and retry.")
}

/// Lets the addresses of copies that ended by themselves lead to the article, before the sweep does.
pub(super) fn keep_addresses(cx: &mut Cx, id: Id) -> Result<()> {
    for (locale, slug) in copies::ended_addresses(cx.conn, id, cx.now)? {
        copies::redirect_if_free(cx.conn, &locale, &slug, id, cx.now)?;
    }
    Ok(())
}

/// Ends a copy now; its address will lead to the article when that is live again.
pub(super) fn end(cx: &mut Cx, article: &Loaded, live: &Interval) -> Result<()> {
    take_end(cx, live)?;
    copies::end_at(cx.conn, live.copy_id, cx.now)?;
    copies::redirect(cx.conn, article.content.locale.as_str(), &live.slug, article.row.id, cx.now)
}

/// Takes everything out of public, after what the clock had yet to tell.
pub(super) fn withdraw(cx: &mut Cx, article: &Loaded) -> Result<()> {
    due::settle(cx, article.row.id)?;
    take_back(cx, article)?;
    match article.live() {
        Some(live) => end(cx, article, live),
        None => Ok(()),
    }
}
