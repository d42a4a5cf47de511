//! Authors. `links` is a JSON list of `{label, url}`.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::keyset::{NameOrder, anywhere, boxed, part};
use super::schema::{article_authors, author_redirects, authors, live_updates, published_articles, published_authors};
use super::search_names::{self, Subject};
use crate::error::Result;
use crate::model::paging::{Paged, Paging};
use crate::model::{Id, Time};
use crate::on_db;

/// One record, as it is kept.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = authors, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct AuthorRow {
    pub id: Id,
    pub version: i64,
    pub slug: String,
    pub name: String,
    pub sort_name: String,
    pub job_title: Option<String>,
    pub bio: Option<String>,
    pub avatar_id: Option<Id>,
    pub links: String,
    pub created_at: Time,
    pub updated_at: Time,
}

/// The record with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<AuthorRow>> {
    on_db!(conn, |c| authors::table.find(id).select(AuthorRow::as_select()).first(c).optional())
}

/// The records with these ids, in no order; unknown ids are left out.
pub fn by_ids(conn: &mut Conn, ids: &[Id]) -> Result<Vec<AuthorRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| authors::table.filter(in_list(authors::id, ids)).select(AuthorRow::as_select()).load(c))
}

/// What a list of authors is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct AuthorFilter {
    /// The folded name contains this folded text.
    pub name: Option<String>,
}

/// One part of the list of all authors, with the total where the paging counts.
pub fn list(conn: &mut Conn, filter: &AuthorFilter, order: NameOrder, paging: &Paging) -> Result<Paged<AuthorRow>> {
    let total = if paging.counts() { count(conn, filter)? } else { 0 };
    let rows = on_db!(conn, |c| {
        let mut query = boxed(authors::table.select(AuthorRow::as_select()), c);
        if let Some(name) = &filter.name {
            query = query.filter(authors::sort_name.like(anywhere(name)).escape('\\'));
        }
        match order {
            NameOrder::Name { descending } => {
                part!(query, paging, authors::sort_name, authors::id, descending, |from| from.key.text()).load(c)
            }
            NameOrder::UpdatedAt { descending } => {
                part!(query, paging, authors::updated_at, authors::id, descending, |from| from.key.time()).load(c)
            }
        }
    })?;
    Ok(paging.page(rows, total, |row: &AuthorRow| match order {
        NameOrder::Name { .. } => (row.sort_name.clone().into(), row.id),
        NameOrder::UpdatedAt { .. } => (row.updated_at.into(), row.id),
    }))
}

fn count(conn: &mut Conn, filter: &AuthorFilter) -> Result<i64> {
    on_db!(conn, |c| {
        let mut query = boxed(authors::table.count(), c);
        if let Some(name) = &filter.name {
            query = query.filter(authors::sort_name.like(anywhere(name)).escape('\\'));
        }
        query.get_result(c)
    })
}

/// Which author has this address now.
pub fn by_slug(conn: &mut Conn, slug: &str) -> Result<Option<Id>> {
    on_db!(conn, |c| authors::table.filter(authors::slug.eq(slug)).select(authors::id).first(c).optional())
}

/// Which author an old address leads to.
pub fn redirected(conn: &mut Conn, slug: &str) -> Result<Option<Id>> {
    on_db!(conn, |c| author_redirects::table.find(slug).select(author_redirects::author_id).first(c).optional())
}

/// The old addresses of these authors, in order.
pub fn redirects(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, String)>> {
    on_db!(conn, |c| author_redirects::table
        .filter(in_list(author_redirects::author_id, ids))
        .order(author_redirects::slug)
        .select((author_redirects::author_id, author_redirects::slug))
        .load(c))
}

/// Lets an old address lead to this author; one address leads to one only.
pub fn redirect(conn: &mut Conn, slug: &str, id: Id, at: Time) -> Result<()> {
    drop_redirect(conn, slug)?;
    let row = (author_redirects::slug.eq(slug), author_redirects::author_id.eq(id), author_redirects::at.eq(at));
    on_db!(conn, |c| diesel::insert_into(author_redirects::table).values(row).execute(c))?;
    Ok(())
}

/// Takes an old address back.
pub fn drop_redirect(conn: &mut Conn, slug: &str) -> Result<()> {
    on_db!(conn, |c| diesel::delete(author_redirects::table.find(slug)).execute(c))?;
    Ok(())
}

/// Adds a author.
pub fn insert(conn: &mut Conn, row: &AuthorRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(authors::table).values(row).execute(c))?;
    name(conn, row)
}

/// Lets search find an author by their name.
pub fn name(conn: &mut Conn, row: &AuthorRow) -> Result<()> {
    search_names::set(conn, Subject { is_tag: false, id: row.id }, std::iter::once(row.name.as_str()))
}

/// Writes `row` if the stored version still is `expected`; answers whether it was.
pub fn replace(conn: &mut Conn, row: &AuthorRow, expected: i64) -> Result<bool> {
    let changed = on_db!(conn, |c| diesel::update(authors::table)
        .filter(authors::id.eq(row.id))
        .filter(authors::version.eq(expected))
        .set(row)
        .execute(c))?;
    if changed == 1 {
        name(conn, row)?;
    }
    Ok(changed == 1)
}

/// The articles whose working copy, or a copy that is live or waits, or an update names this author; at most `most` of
/// each.
pub fn used_by(conn: &mut Conn, id: Id, now: Time, most: i64) -> Result<Vec<Id>> {
    let mut ids: Vec<Id> = on_db!(conn, |c| article_authors::table
        .filter(article_authors::author_id.eq(id))
        .select(article_authors::article_id)
        .limit(most)
        .load(c))?;
    let published: Vec<Id> = on_db!(conn, |c| published_authors::table
        .inner_join(published_articles::table)
        .filter(published_authors::author_id.eq(id))
        .filter(published_articles::visible_until.gt(now))
        .select(published_authors::article_id)
        .limit(most)
        .load(c))?;
    ids.extend(published);
    let updates: Vec<Id> = on_db!(conn, |c| live_updates::table
        .filter(live_updates::author_id.eq(id))
        .select(live_updates::article_id)
        .limit(most)
        .load(c))?;
    ids.extend(updates);
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// Deletes an author who is not in use. Copies whose time is over let go of them first: nobody sees them again.
pub fn delete(conn: &mut Conn, id: Id, now: Time) -> Result<()> {
    let ended: Vec<Id> = on_db!(conn, |c| published_authors::table
        .inner_join(published_articles::table)
        .filter(published_authors::author_id.eq(id))
        .filter(published_articles::visible_until.le(now))
        .select(published_authors::copy_id)
        .load(c))?;
    let of_ended = in_list(published_authors::copy_id, &ended);
    on_db!(conn, |c| diesel::delete(
        published_authors::table.filter(published_authors::author_id.eq(id)).filter(of_ended)
    )
    .execute(c))?;
    on_db!(conn, |c| diesel::delete(authors::table.find(id)).execute(c))?;
    search_names::remove(conn, id)
}
