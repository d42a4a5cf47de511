//! Pruning: where the operator asks for it, old versions that readers never saw go.

use crate::domain::Cx;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::store::revisions::{self, Prunable};

/// Versions of every article that are kept however old they are: the newest so many.
pub const KEPT_AT_LEAST: usize = 50;

/// Versions that one statement removes at the most, and of one article one run.
const AT_ONCE: usize = 500;

/// Removes the versions of the next `most` articles behind `after` (by id) that were made before `limit`: but for the
/// newest [`KEPT_AT_LEAST`] of each article, those that were or will be public, those that a preview shows, and those
/// that were translated. Answers how many went, and the article to go on behind; none at the end.
///
/// # Errors
/// The database's.
pub fn prune(cx: &mut Cx, limit: Time, after: Option<Id>, most: i64) -> Result<(usize, Option<Id>)> {
    let ids = revisions::articles_after(cx.conn, after, most)?;
    let rows = revisions::of_articles(cx.conn, &ids)?;
    let mut removed = 0;
    for of_one in rows.chunk_by(|one, next| one.article_id == next.article_id) {
        removed += prune_one(cx, of_one, limit)?;
    }
    let is_last = i64::try_from(ids.len()).unwrap_or(most) < most;
    Ok((removed, ids.last().copied().filter(|_| !is_last)))
}

fn prune_one(cx: &mut Cx, newest_first: &[Prunable], limit: Time) -> Result<usize> {
    let Some(newest) = newest_first.first() else { return Ok(0) };
    let goes = |row: &&Prunable| row.at < limit && row.public_from.is_none();
    let mut old: Vec<i64> = newest_first.iter().skip(KEPT_AT_LEAST).filter(goes).map(|row| row.version).collect();
    if old.is_empty() {
        return Ok(0);
    }
    let mut kept = revisions::previewed(cx.conn, newest.article_id, cx.now)?;
    kept.extend(revisions::translated(cx.conn, newest.article_id)?);
    old.retain(|version| !kept.contains(version));
    old.truncate(AT_ONCE);
    revisions::remove(cx.conn, newest.article_id, &old)
}
