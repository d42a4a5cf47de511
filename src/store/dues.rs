//! What the clock has yet to tell of published copies. Whoever removes a row tells it, in the same transaction: of any
//! number of nodes one removes it.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{copy_dues, published_articles};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// That a copy appears.
pub const START: &str = "start";
/// That a copy ends by itself.
pub const END: &str = "end";

/// Something to tell, with what is told of its copy.
#[derive(Clone, Debug, Queryable)]
#[expect(missing_docs, reason = "the columns of the two tables")]
pub struct DueRow {
    pub copy_id: Id,
    pub what: String,
    pub article_id: Id,
    pub at: Time,
    pub version: i64,
    pub locale: String,
    pub published_at: Time,
}

/// What was to be told by `now`, of one article or of all, by the instant and then by article; at most `most`.
pub fn due(conn: &mut Conn, article: Option<Id>, now: Time, most: i64) -> Result<Vec<DueRow>> {
    let columns = (
        copy_dues::copy_id,
        copy_dues::what,
        copy_dues::article_id,
        copy_dues::at,
        published_articles::version,
        published_articles::locale,
        published_articles::published_at,
    );
    let order = (copy_dues::at, copy_dues::article_id, copy_dues::what);
    match article {
        Some(article) => on_db!(conn, |c| copy_dues::table
            .inner_join(published_articles::table)
            .filter(copy_dues::article_id.eq(article))
            .filter(copy_dues::at.le(now))
            .order(order)
            .limit(most)
            .select(columns)
            .load(c)),
        None => on_db!(conn, |c| copy_dues::table
            .inner_join(published_articles::table)
            .filter(copy_dues::at.le(now))
            .order(order)
            .limit(most)
            .select(columns)
            .load(c)),
    }
}

/// Whether there is something to tell by `now`: one look at the index.
pub fn is_due(conn: &mut Conn, now: Time) -> Result<bool> {
    let first: Option<Time> =
        on_db!(conn, |c| copy_dues::table.order(copy_dues::at).select(copy_dues::at).first(c).optional())?;
    Ok(first.is_some_and(|at| at <= now))
}

/// What is to be told until `end`, and what was to be told before: when, of which article, and what; the first first, at
/// most `most`.
pub fn next(conn: &mut Conn, end: Time, most: i64) -> Result<Vec<(Time, Id, String)>> {
    on_db!(conn, |c| copy_dues::table
        .filter(copy_dues::at.le(end))
        .order((copy_dues::at, copy_dues::article_id))
        .limit(most)
        .select((copy_dues::at, copy_dues::article_id, copy_dues::what))
        .load(c))
}

/// Notes what is to be told of a copy, in place of what was noted before.
pub fn note(conn: &mut Conn, copy: Id, what: &str, article: Id, at: Time) -> Result<()> {
    take(conn, copy, what)?;
    let row = (
        copy_dues::copy_id.eq(copy),
        copy_dues::what.eq(what),
        copy_dues::article_id.eq(article),
        copy_dues::at.eq(at),
    );
    on_db!(conn, |c| diesel::insert_into(copy_dues::table).values(row).execute(c))?;
    Ok(())
}

/// Takes away what is to be told of a copy; says whether it was there. Whoever took it tells it, or has made it untrue.
pub fn take(conn: &mut Conn, copy: Id, what: &str) -> Result<bool> {
    Ok(on_db!(conn, |c| diesel::delete(copy_dues::table.find((copy, what))).execute(c))? == 1)
}
