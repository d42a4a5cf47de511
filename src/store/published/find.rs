//! Single live copies, by address or id, and what an address leads to when no copy is live there.

use diesel::prelude::*;

use super::live;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::copies::{CopyBodyRow, CopyRow};
use crate::store::dialect::in_list;
use crate::store::schema::{published_articles, published_bodies, published_redirects, published_tombstones};

/// A live copy in another language.
#[derive(Clone, Debug, Queryable)]
pub struct Translation {
    /// The article.
    pub article_id: Id,
    /// Its language.
    pub locale: String,
    /// Its address.
    pub slug: String,
    /// When it disappears by itself.
    pub ends_at: Time,
}

/// An article that was withdrawn.
#[derive(Clone, Debug, Queryable)]
pub struct Tombstone {
    /// Its language.
    pub locale: String,
    /// What readers are told.
    pub notice: Option<String>,
}

/// The live copies at an address with their bodies: at most one in each language.
pub fn by_slug(conn: &mut Conn, slug: &str, locale: Option<&str>, now: Time) -> Result<Vec<(CopyRow, CopyBodyRow)>> {
    match locale {
        Some(locale) => on_db!(conn, |c| live(now)
            .inner_join(published_bodies::table)
            .filter(published_articles::slug.eq(slug))
            .filter(published_articles::locale.eq(locale))
            .select((CopyRow::as_select(), CopyBodyRow::as_select()))
            .load(c)),
        None => on_db!(conn, |c| live(now)
            .inner_join(published_bodies::table)
            .filter(published_articles::slug.eq(slug))
            .select((CopyRow::as_select(), CopyBodyRow::as_select()))
            .load(c)),
    }
}

/// The live copy of an article with its body.
pub fn by_id(conn: &mut Conn, id: Id, now: Time) -> Result<Option<(CopyRow, CopyBodyRow)>> {
    on_db!(conn, |c| live(now)
        .inner_join(published_bodies::table)
        .filter(published_articles::article_id.eq(id))
        .select((CopyRow::as_select(), CopyBodyRow::as_select()))
        .first(c)
        .optional())
}

/// The live copies at an address, without their bodies.
pub fn cards_by_slug(conn: &mut Conn, slug: &str, locale: Option<&str>, now: Time) -> Result<Vec<CopyRow>> {
    let mut found: Vec<CopyRow> =
        on_db!(conn, |c| live(now).filter(published_articles::slug.eq(slug)).select(CopyRow::as_select()).load(c))?;
    found.retain(|copy| locale.is_none_or(|locale| copy.locale == locale));
    Ok(found)
}

/// The live copy of an article, without its body.
pub fn card_by_id(conn: &mut Conn, id: Id, now: Time) -> Result<Option<CopyRow>> {
    on_db!(conn, |c| live(now)
        .filter(published_articles::article_id.eq(id))
        .select(CopyRow::as_select())
        .first(c)
        .optional())
}

/// The live copies of these articles, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[Id], now: Time) -> Result<Vec<CopyRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| live(now)
        .filter(in_list(published_articles::article_id, ids))
        .select(CopyRow::as_select())
        .load(c))
}

/// The bodies of these copies, in no order.
pub fn bodies(conn: &mut Conn, copies: &[Id]) -> Result<Vec<CopyBodyRow>> {
    if copies.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| published_bodies::table
        .filter(in_list(published_bodies::copy_id, copies))
        .select(CopyBodyRow::as_select())
        .load(c))
}

/// The live copies of a translation group but for one article, ordered by language.
pub fn translations(conn: &mut Conn, group: Id, but: Id, now: Time) -> Result<Vec<Translation>> {
    use published_articles::dsl;
    on_db!(conn, |c| live(now)
        .filter(dsl::translation_group.eq(group))
        .filter(dsl::article_id.ne(but))
        .order((dsl::locale, dsl::article_id))
        .select((dsl::article_id, dsl::locale, dsl::slug, dsl::ends_at))
        .load(c))
}

/// The newest live copy that takes the place of this article.
pub fn superseding(conn: &mut Conn, article: Id, now: Time) -> Result<Option<CopyRow>> {
    on_db!(conn, |c| live(now)
        .inner_join(published_bodies::table)
        .filter(published_bodies::supersedes_id.eq(article))
        .order((published_articles::published_at.desc(), published_articles::article_id.desc()))
        .select(CopyRow::as_select())
        .first(c)
        .optional())
}

/// The languages and articles that an old address leads to, among these languages.
pub fn redirects(conn: &mut Conn, slug: &str, locales: &[&str]) -> Result<Vec<(String, Id)>> {
    use published_redirects::dsl;
    on_db!(conn, |c| dsl::published_redirects
        .filter(in_list(dsl::locale, locales))
        .filter(dsl::slug.eq(slug))
        .select((dsl::locale, dsl::article_id))
        .load(c))
}

/// The withdrawn articles at an address.
pub fn tombstones_by_slug(conn: &mut Conn, slug: &str) -> Result<Vec<Tombstone>> {
    use published_tombstones::dsl;
    on_db!(conn, |c| dsl::published_tombstones.filter(dsl::slug.eq(slug)).select((dsl::locale, dsl::notice)).load(c))
}

/// The withdrawn article with this id.
pub fn tombstone(conn: &mut Conn, article: Id) -> Result<Option<Tombstone>> {
    use published_tombstones::dsl;
    on_db!(conn, |c| dsl::published_tombstones.find(article).select((dsl::locale, dsl::notice)).first(c).optional())
}
