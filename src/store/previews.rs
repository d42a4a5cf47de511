//! Preview tokens: who may see which working copy without signing in, until when. The token itself is not kept.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{preview_tokens, users};
use crate::error::Result;
use crate::model::paging::Paging;
use crate::model::{Id, Time};
use crate::on_db;

/// A preview token as it is kept; without a version it shows the working copy as it is.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = preview_tokens)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct PreviewRow {
    pub id: Id,
    pub article_id: Id,
    pub version: Option<i64>,
    pub user_id: Id,
    pub created_at: Time,
    pub expires_at: Time,
}

/// Adds a token.
pub fn insert(conn: &mut Conn, row: &PreviewRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(preview_tokens::table).values(row).execute(c))?;
    Ok(())
}

/// The token with this id, if it has not ended and whoever made it may still come in.
pub fn valid(conn: &mut Conn, id: Id, now: Time) -> Result<Option<PreviewRow>> {
    on_db!(conn, |c| preview_tokens::table
        .inner_join(users::table)
        .filter(preview_tokens::id.eq(id))
        .filter(preview_tokens::expires_at.gt(now))
        .filter(users::suspended_at.is_null())
        .select(PreviewRow::as_select())
        .first(c)
        .optional())
}

/// Ends every token of an article.
pub fn end(conn: &mut Conn, article: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(preview_tokens::table.filter(preview_tokens::article_id.eq(article))).execute(c))?;
    Ok(())
}

/// Ends every token that a user made.
pub fn end_of_maker(conn: &mut Conn, user: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(preview_tokens::table.filter(preview_tokens::user_id.eq(user))).execute(c))?;
    Ok(())
}

/// How many tokens of an article have not ended.
pub fn count(conn: &mut Conn, article: Id, now: Time) -> Result<i64> {
    on_db!(conn, |c| preview_tokens::table
        .filter(preview_tokens::article_id.eq(article))
        .filter(preview_tokens::expires_at.gt(now))
        .count()
        .get_result(c))
}

/// The tokens of an article that have not ended, with the names of whoever made them: the part that `paging` wants, the
/// oldest first.
pub fn list(conn: &mut Conn, article: Id, paging: &Paging, now: Time) -> Result<Vec<(PreviewRow, String)>> {
    let from = paging.from().map(|from| from.id.to_string()).unwrap_or_default();
    if paging.is_backward() {
        return on_db!(conn, |c| preview_tokens::table
            .inner_join(users::table)
            .filter(preview_tokens::article_id.eq(article))
            .filter(preview_tokens::expires_at.gt(now))
            .filter(preview_tokens::id.lt(&from))
            .order(preview_tokens::id.desc())
            .limit(paging.fetch())
            .select((PreviewRow::as_select(), users::name))
            .load(c));
    }
    on_db!(conn, |c| preview_tokens::table
        .inner_join(users::table)
        .filter(preview_tokens::article_id.eq(article))
        .filter(preview_tokens::expires_at.gt(now))
        .filter(preview_tokens::id.gt(&from))
        .order(preview_tokens::id)
        .limit(paging.fetch())
        .offset(paging.offset())
        .select((PreviewRow::as_select(), users::name))
        .load(c))
}

/// Removes a token of an article; answers whether it was there.
pub fn remove(conn: &mut Conn, article: Id, id: Id) -> Result<bool> {
    let token = preview_tokens::table.find(id).filter(preview_tokens::article_id.eq(article));
    let removed = on_db!(conn, |c| diesel::delete(token).execute(c))?;
    Ok(removed > 0)
}

/// Removes the tokens that ended before `limit`; answers how many.
pub fn sweep(conn: &mut Conn, limit: Time) -> Result<usize> {
    on_db!(conn, |c| diesel::delete(preview_tokens::table.filter(preview_tokens::expires_at.lt(limit))).execute(c))
}
