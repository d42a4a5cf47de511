//! Pruning: where the operator asks for it, old versions that readers never saw go.

use crate::domain::Cx;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::store::revisions::{self, Prunable};

/// Versions of every article that are kept however old they are: the newest so many.
pub const KEPT_AT_LEAST: usize = 50;

/// Removes the versions of the next `most` articles behind `after` (by id) that were made before `limit`: but for the
/// newest [`KEPT_AT_LEAST`] of each article, those that were or will be public, and those that a preview shows. Answers
/// how many went, and the article to go on behind; none at the end.
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
    let mut old = Vec::new();
    for row in newest_first.iter().skip(KEPT_AT_LEAST) {
        let goes = row.at < limit && row.public_from.is_none();
        if goes && !revisions::is_previewed(cx.conn, row.article_id, row.version, cx.now)? {
            old.push(row.version);
        }
    }
    match newest_first.first() {
        Some(newest) if !old.is_empty() => revisions::remove(cx.conn, newest.article_id, &old),
        _ => Ok(0),
    }
}
