//! Comments on articles. An answer carries the place and the settlement of the comment that it answers.

use std::collections::HashMap;

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::keyset::{boxed, part};
use super::schema::comments;
use crate::error::Result;
use crate::model::paging::{MAX_COUNTED, Paging};
use crate::model::{Id, Time};
use crate::on_db;

/// One comment.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = comments, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table; the input documents them")]
pub struct CommentRow {
    pub id: Id,
    pub version: i64,
    pub article_id: Id,
    pub author_id: Option<Id>,
    pub author_name: String,
    pub text: String,
    pub block: Option<String>,
    pub field: Option<String>,
    pub quote: Option<String>,
    pub reply_to: Option<Id>,
    pub resolved_at: Option<Time>,
    pub resolved_by: Option<Id>,
    pub resolved_name: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// Which comments of an article are wanted. An absent member asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct CommentFilter {
    /// Settled ones, or the others.
    pub resolved: Option<bool>,
    /// About this block.
    pub block: Option<String>,
    /// About this member.
    pub field: Option<String>,
}

/// One comment of an article.
pub fn find(conn: &mut Conn, article: Id, id: Id) -> Result<Option<CommentRow>> {
    on_db!(conn, |c| comments::table
        .find(id)
        .filter(comments::article_id.eq(article))
        .select(CommentRow::as_select())
        .first(c)
        .optional())
}

macro_rules! filtered {
    ($query:expr, $article:expr, $filter:expr) => {{
        let mut query = $query.filter(comments::article_id.eq($article));
        if let Some(resolved) = $filter.resolved {
            query = match resolved {
                true => query.filter(comments::resolved_at.is_not_null()),
                false => query.filter(comments::resolved_at.is_null()),
            };
        }
        if let Some(block) = &$filter.block {
            query = query.filter(comments::block.eq(block.clone()));
        }
        if let Some(field) = &$filter.field {
            query = query.filter(comments::field.eq(field.clone()));
        }
        query
    }};
}

/// The part of an article's comments that `paging` wants, in the order in which they were made.
pub fn list(conn: &mut Conn, article: Id, filter: &CommentFilter, paging: &Paging) -> Result<Vec<CommentRow>> {
    on_db!(conn, |c| {
        let query = filtered!(boxed(comments::table, c), article, filter);
        let query = part!(query, paging, comments::created_at, comments::id, false, |from| from.key.time());
        query.select(CommentRow::as_select()).load(c)
    })
}

/// How many there are.
pub fn count(conn: &mut Conn, article: Id, filter: &CommentFilter) -> Result<i64> {
    let found: Vec<Id> = on_db!(conn, |c| {
        let query = filtered!(boxed(comments::table.select(comments::id), c), article, filter);
        query.limit(MAX_COUNTED + 1).load(c)
    })?;
    Ok(i64::try_from(found.len()).unwrap_or(i64::MAX))
}

/// How many threads of these articles are open; those that have none are left out.
pub fn open_counts(conn: &mut Conn, articles: &[Id]) -> Result<HashMap<Id, i64>> {
    let found: Vec<(Id, i64)> = on_db!(conn, |c| comments::table
        .filter(in_list(comments::article_id, articles))
        .filter(comments::resolved_at.is_null())
        .filter(comments::reply_to.is_null())
        .group_by(comments::article_id)
        .select((comments::article_id, diesel::dsl::count_star()))
        .load(c))?;
    Ok(found.into_iter().collect())
}

/// Whether somebody else has answered a comment.
pub fn others_answered(conn: &mut Conn, id: Id, author: Option<Id>) -> Result<bool> {
    let authors: Vec<Option<Id>> =
        on_db!(conn, |c| comments::table.filter(comments::reply_to.eq(id)).select(comments::author_id).load(c))?;
    Ok(authors.into_iter().any(|other| other != author))
}

/// Adds a comment.
pub fn insert(conn: &mut Conn, row: &CommentRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(comments::table).values(row).execute(c))?;
    Ok(())
}

/// Replaces a comment if it still has the version `expected`; says whether it had.
pub fn replace(conn: &mut Conn, row: &CommentRow, expected: i64) -> Result<bool> {
    let changed = on_db!(conn, |c| diesel::update(comments::table.find(row.id))
        .filter(comments::version.eq(expected))
        .set(row)
        .execute(c))?;
    Ok(changed == 1)
}

/// Lets the answers to a comment be as settled as it is.
pub fn settle_answers(conn: &mut Conn, row: &CommentRow) -> Result<()> {
    let values = (
        comments::resolved_at.eq(row.resolved_at),
        comments::resolved_by.eq(row.resolved_by),
        comments::resolved_name.eq(row.resolved_name.clone()),
    );
    on_db!(conn, |c| diesel::update(comments::table.filter(comments::reply_to.eq(row.id))).set(values).execute(c))?;
    Ok(())
}

/// Removes a comment with its answers.
pub fn remove(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(comments::table.find(id)).execute(c))?;
    Ok(())
}
