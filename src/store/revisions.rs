//! Revisions: every saved version of an article, whole, with who, when, why and what changed.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{articles, preview_tokens, revisions};
use crate::error::Result;
use crate::model::paging::Paging;
use crate::model::{Id, Time};
use crate::on_db;

/// What a list tells of a version. `changed_fields` is a JSON list of members, counted from `since_version` (null where
/// that is not known). `public_from` is when the version was, or will be, public. `began_at` is when the first of the
/// autosaves was made that are folded into this one.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = revisions)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct RevisionHead {
    pub article_id: Id,
    pub version: i64,
    pub at: Time,
    pub actor_id: Option<Id>,
    pub actor_name: String,
    pub action: String,
    pub reason: Option<String>,
    pub changed_fields: String,
    pub since_version: Option<i64>,
    pub public_from: Option<Time>,
    pub autosave: bool,
    pub began_at: Option<Time>,
}

/// One version of the whole aggregate.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = revisions)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct RevisionRow {
    #[diesel(embed)]
    pub head: RevisionHead,
    pub content: String,
    pub body: String,
}

/// Appends a revision.
pub fn append(conn: &mut Conn, row: RevisionRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(revisions::table).values(row).execute(c))?;
    Ok(())
}

/// One revision.
pub fn find(conn: &mut Conn, article: Id, version: i64) -> Result<Option<RevisionRow>> {
    on_db!(conn, |c| revisions::table.find((article, version)).select(RevisionRow::as_select()).first(c).optional())
}

/// One revision without its content.
pub fn head(conn: &mut Conn, article: Id, version: i64) -> Result<Option<RevisionHead>> {
    on_db!(conn, |c| revisions::table.find((article, version)).select(RevisionHead::as_select()).first(c).optional())
}

/// The newest revision before a version.
pub fn before(conn: &mut Conn, article: Id, version: i64) -> Result<Option<RevisionRow>> {
    on_db!(conn, |c| revisions::table
        .filter(revisions::article_id.eq(article))
        .filter(revisions::version.lt(version))
        .order(revisions::version.desc())
        .select(RevisionRow::as_select())
        .first(c)
        .optional())
}

/// The revisions after a version, the oldest first, without their contents.
pub fn after(conn: &mut Conn, article: Id, version: i64, most: i64) -> Result<Vec<RevisionHead>> {
    on_db!(conn, |c| revisions::table
        .filter(revisions::article_id.eq(article))
        .filter(revisions::version.gt(version))
        .order(revisions::version)
        .limit(most)
        .select(RevisionHead::as_select())
        .load(c))
}

/// The part of an article's history that `paging` wants, by version, the newest first; `from` is the version of its
/// position.
pub fn list(conn: &mut Conn, article: Id, paging: &Paging, from: Option<i64>) -> Result<Vec<RevisionHead>> {
    if paging.is_backward() {
        let after = from.unwrap_or(i64::MAX);
        return on_db!(conn, |c| revisions::table
            .filter(revisions::article_id.eq(article))
            .filter(revisions::version.gt(after))
            .order(revisions::version)
            .limit(paging.fetch())
            .select(RevisionHead::as_select())
            .load(c));
    }
    let before = from.unwrap_or(i64::MAX);
    on_db!(conn, |c| revisions::table
        .filter(revisions::article_id.eq(article))
        .filter(revisions::version.lt(before))
        .order(revisions::version.desc())
        .limit(paging.fetch())
        .offset(paging.offset())
        .select(RevisionHead::as_select())
        .load(c))
}

/// How many revisions an article has.
pub fn count(conn: &mut Conn, article: Id) -> Result<i64> {
    on_db!(conn, |c| revisions::table.filter(revisions::article_id.eq(article)).count().get_result(c))
}

/// Notes when a version was, or will be, public; with none, that it will not be.
pub fn set_public_from(conn: &mut Conn, article: Id, version: i64, from: Option<Time>) -> Result<()> {
    on_db!(conn, |c| diesel::update(revisions::table.find((article, version)))
        .set(revisions::public_from.eq(from))
        .execute(c))?;
    Ok(())
}

/// Removes versions of an article.
pub fn remove(conn: &mut Conn, article: Id, versions: &[i64]) -> Result<usize> {
    on_db!(conn, |c| diesel::delete(
        revisions::table.filter(revisions::article_id.eq(article)).filter(revisions::version.eq_any(versions))
    )
    .execute(c))
}

/// Whether a preview token that has not ended shows this very version.
pub fn is_previewed(conn: &mut Conn, article: Id, version: i64, now: Time) -> Result<bool> {
    on_db!(conn, |c| diesel::select(diesel::dsl::exists(
        preview_tokens::table
            .filter(preview_tokens::article_id.eq(article))
            .filter(preview_tokens::version.eq(version))
            .filter(preview_tokens::expires_at.gt(now))
    ))
    .get_result(c))
}

/// The versions of an article that a preview shows which has not ended.
pub fn previewed(conn: &mut Conn, article: Id, now: Time) -> Result<Vec<i64>> {
    let found: Vec<Option<i64>> = on_db!(conn, |c| preview_tokens::table
        .filter(preview_tokens::article_id.eq(article))
        .filter(preview_tokens::expires_at.gt(now))
        .filter(preview_tokens::version.is_not_null())
        .select(preview_tokens::version)
        .load(c))?;
    Ok(found.into_iter().flatten().collect())
}

/// The versions of an article that its translations were made from, as they say.
pub fn translated(conn: &mut Conn, article: Id) -> Result<Vec<i64>> {
    let found: Vec<Option<i64>> = on_db!(conn, |c| articles::table
        .filter(articles::translation_source.eq(article))
        .select(articles::translated_version)
        .distinct()
        .load(c))?;
    Ok(found.into_iter().flatten().collect())
}

/// What pruning must know of a version.
#[derive(Clone, Debug, Queryable)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Prunable {
    pub article_id: Id,
    pub version: i64,
    pub at: Time,
    pub public_from: Option<Time>,
}

/// The next articles behind `after`, by id.
pub fn articles_after(conn: &mut Conn, after: Option<Id>, most: i64) -> Result<Vec<Id>> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    on_db!(conn, |c| articles::table
        .filter(articles::id.gt(after))
        .order(articles::id)
        .limit(most)
        .select(articles::id)
        .load(c))
}

/// The versions of these articles, of each the newest first.
pub fn of_articles(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Prunable>> {
    on_db!(conn, |c| revisions::table
        .filter(in_list(revisions::article_id, ids))
        .order((revisions::article_id, revisions::version.desc()))
        .select((revisions::article_id, revisions::version, revisions::at, revisions::public_from))
        .load(c))
}
