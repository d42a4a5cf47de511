//! Locks: who works on an article, until when. One row an article.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{article_locks, users};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// A lock, with the name of whoever holds it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct LockRow {
    pub article_id: Id,
    pub user_id: Id,
    pub user_name: String,
    pub since: Time,
    pub expires_at: Time,
    pub reason: Option<String>,
}

/// The locks of these articles that hold at `now`, in no order.
pub fn of(conn: &mut Conn, articles: &[Id], now: Time) -> Result<Vec<LockRow>> {
    on_db!(conn, |c| article_locks::table
        .inner_join(users::table)
        .filter(in_list(article_locks::article_id, articles))
        .filter(article_locks::expires_at.gt(now))
        .select((
            article_locks::article_id,
            article_locks::user_id,
            users::name,
            article_locks::since,
            article_locks::expires_at,
            article_locks::reason
        ))
        .load(c))
}

/// Writes a lock down unless somebody else holds one at `now`; with `by_force` even then. Answers whether it was
/// written. Two statements, each whole in itself, so that of two who lock at once one only succeeds.
pub fn take(conn: &mut Conn, row: &LockRow, by_force: bool, now: Time) -> Result<bool> {
    use article_locks::dsl;
    let values = (
        dsl::user_id.eq(row.user_id),
        dsl::since.eq(row.since),
        dsl::expires_at.eq(row.expires_at),
        dsl::reason.eq(row.reason.clone()),
    );
    let ended_by = if by_force { Time::NEVER } else { now };
    let is_free = dsl::user_id.eq(row.user_id).or(dsl::expires_at.le(ended_by));
    let written = on_db!(conn, |c| diesel::update(dsl::article_locks.find(row.article_id).filter(is_free))
        .set(values.clone())
        .execute(c))?;
    if written > 0 {
        return Ok(true);
    }
    let new = (dsl::article_id.eq(row.article_id), values);
    let added =
        on_db!(conn, |c| diesel::insert_into(dsl::article_locks).values(new).on_conflict_do_nothing().execute(c))?;
    Ok(added > 0)
}

/// Removes the lock of an article.
pub fn remove(conn: &mut Conn, article: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(article_locks::table.find(article)).execute(c))?;
    Ok(())
}

/// Removes the locks that ended before `limit`; answers how many.
pub fn sweep(conn: &mut Conn, limit: Time) -> Result<usize> {
    on_db!(conn, |c| diesel::delete(article_locks::table.filter(article_locks::expires_at.lt(limit))).execute(c))
}
