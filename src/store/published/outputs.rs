//! What sitemaps list of live copies, and what structured data says beyond the article itself.

use diesel::prelude::*;

use super::live;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::dialect::in_list;
use crate::store::schema::{published_articles, published_bodies, tags};

/// A live copy as a sitemap lists it. `seo` is JSON.
#[derive(Clone, Debug, Queryable)]
#[expect(missing_docs, reason = "the columns of the tables")]
pub struct ListedRow {
    pub article_id: Id,
    pub locale: String,
    pub slug: String,
    pub updated_at: Time,
    pub ends_at: Time,
    pub hero_id: Option<Id>,
    pub translation_group: Id,
    pub seo: String,
}

/// The columns of [`ListedRow`].
macro_rules! listed {
    () => {
        (
            published_articles::article_id,
            published_articles::locale,
            published_articles::slug,
            published_articles::updated_at,
            published_articles::ends_at,
            published_articles::hero_id,
            published_articles::translation_group,
            published_bodies::seo,
        )
    };
}

/// The live copies of the articles from `first` up to `end`, by id, so many at the most.
pub fn listed_between(conn: &mut Conn, first: Id, end: Option<Id>, most: i64, now: Time) -> Result<Vec<ListedRow>> {
    match end {
        Some(end) => on_db!(conn, |c| live(now)
            .inner_join(published_bodies::table)
            .filter(published_articles::article_id.ge(first))
            .filter(published_articles::article_id.lt(end))
            .order(published_articles::article_id)
            .limit(most)
            .select(listed!())
            .load(c)),
        None => on_db!(conn, |c| live(now)
            .inner_join(published_bodies::table)
            .filter(published_articles::article_id.ge(first))
            .order(published_articles::article_id)
            .limit(most)
            .select(listed!())
            .load(c)),
    }
}

/// The live copies of these translation groups, by language.
pub fn listed_in_groups(conn: &mut Conn, groups: &[Id], now: Time) -> Result<Vec<ListedRow>> {
    on_db!(conn, |c| live(now)
        .inner_join(published_bodies::table)
        .filter(in_list(published_articles::translation_group, groups))
        .order((published_articles::locale, published_articles::article_id))
        .select(listed!())
        .load(c))
}

/// What search engines are told of these copies: JSON, in no order.
pub fn seos(conn: &mut Conn, copies: &[Id]) -> Result<Vec<(Id, String)>> {
    on_db!(conn, |c| published_bodies::table
        .filter(in_list(published_bodies::copy_id, copies))
        .select((published_bodies::copy_id, published_bodies::seo))
        .load(c))
}

/// The addresses by which the world knows these tags, of those that have one.
pub fn tag_uris(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| tags::table
        .filter(in_list(tags::id, ids))
        .filter(tags::uri.is_not_null())
        .select((tags::id, tags::uri.assume_not_null()))
        .load(c))
}
