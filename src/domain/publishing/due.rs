//! What the clock does to articles: a scheduled copy appears, a copy ends by itself. Both happen when they are read
//! ([`published::live`](crate::store::published::live)), with or without a worker; the event and the audit entry follow,
//! once, dated to the instant itself. The clock changes no version.

use serde_json::json;

use crate::domain::events::{self, InPublic};
use crate::domain::{Actor, Cx};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::store::copies::CopyRow;
use crate::store::dues::{self, DueRow};

/// Of one article there is never more than this to tell: a copy that ended, and one that began and ended.
const MOST_OF_ONE: i64 = 8;

/// Notes what the clock will have to tell of a new copy.
///
/// # Errors
/// The database's.
pub fn note(cx: &mut Cx, copy: &CopyRow) -> Result<()> {
    if copy.visible_from > cx.now {
        dues::note(cx.conn, copy.copy_id, dues::START, copy.article_id, copy.visible_from)?;
    }
    note_end(cx, copy.copy_id, copy.article_id, copy.ends_at)
}

/// Notes that the clock will have to tell of a copy's end, if it has one.
///
/// # Errors
/// The database's.
pub fn note_end(cx: &mut Cx, copy: Id, article: Id, ends_at: Time) -> Result<()> {
    match ends_at.some() {
        Some(at) => dues::note(cx.conn, copy, dues::END, article, at),
        None => Ok(()),
    }
}

/// Tells what the clock has done by now, in order of the instants, then of the articles; at most `most`. Answers how
/// many there were; some of them another node may have told.
///
/// # Errors
/// The database's.
pub fn tell(cx: &mut Cx, most: i64) -> Result<usize> {
    let due = dues::due(cx.conn, None, cx.now, most)?;
    due.iter().try_for_each(|due| tell_one(cx, due))?;
    Ok(due.len())
}

/// Tells what the clock has done to one article, before somebody changes where it stands.
///
/// # Errors
/// The database's.
pub fn settle(cx: &mut Cx, article: Id) -> Result<()> {
    let due = dues::due(cx.conn, Some(article), cx.now, MOST_OF_ONE)?;
    due.iter().try_for_each(|due| tell_one(cx, due))
}

fn tell_one(cx: &mut Cx, due: &DueRow) -> Result<()> {
    if !dues::take(cx.conn, due.copy_id, &due.what)? {
        return Ok(());
    }
    let (action, event, means) = if due.what == dues::START {
        // A copy that takes the place of a live one goes on with its live period.
        let means = if due.published_at < due.at { InPublic::Changed } else { InPublic::Live };
        ("publish_article", "article.published", means)
    } else {
        ("unpublish_article", "article.unpublished", InPublic::Gone)
    };
    let id = due.article_id;
    let data = json!({ "id": id, "version": due.version, "locale": due.locale, "public": means });
    events::emit_at(cx, event, id, &data, due.at)?;
    let detail = json!({ "version": due.version, "by_schedule": true });
    events::audit_at(cx, &Actor::system(), action, "article", id, &detail, due.at)
}
