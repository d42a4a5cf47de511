//! Single live copies, by address or id, and what an address leads to when no copy is live there.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::{Named, live, where_live};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::copies::{CopyBodyRow, CopyRow};
use crate::store::dialect::in_list;
use crate::store::schema::{published_articles, published_bodies, published_redirects, published_tombstones};
use crate::store::statement::{Statement, WholeCopySql};

/// A live article as the page of another one names it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Companion {
    pub article_id: Id,
    pub locale: String,
    pub slug: String,
    pub headline: String,
    pub ends_at: Time,
    pub published_at: Time,
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
    let mut statement = whole(now);
    statement.sql(" AND published_articles.slug = ").text(slug);
    if let Some(locale) = locale {
        statement.sql(" AND published_articles.locale = ").text(locale);
    }
    on_db!(conn, |c| statement.load(c))
}

/// The live copy of an article with its body.
pub fn by_id(conn: &mut Conn, id: Id, now: Time) -> Result<Option<(CopyRow, CopyBodyRow)>> {
    let mut statement = whole(now);
    statement.sql(" AND published_articles.article_id = ").id(id);
    on_db!(conn, |c| statement.get_result(c).optional())
}

/// Live copies with their bodies. The query builder would write the names of all columns for each reader.
fn whole(now: Time) -> Statement<WholeCopySql> {
    let mut statement = Statement::new("SELECT ");
    statement.whole_copies().sql(" FROM published_articles JOIN published_bodies");
    statement.sql(" ON published_bodies.copy_id = published_articles.copy_id");
    where_live(&mut statement, Named::Sought, now);
    statement
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

/// The live articles that the page of one names: its translations, and what it takes the place of and what takes its.
#[derive(Clone, Debug, Default)]
pub struct Companions {
    /// The others of its translation group, ordered by language.
    pub translations: Vec<Companion>,
    /// The article whose place it takes.
    pub supersedes: Option<Companion>,
    /// The newest article that takes its place.
    pub superseded_by: Option<Companion>,
}

type CompanionSql = (BigInt, Text, Text, Text, Text, BigInt, BigInt);

/// Where a companion was found.
const TRANSLATION: i64 = 0;
const LATER: i64 = 1;
const EARLIER: i64 = 2;

/// The companions of `copy`, of which `earlier` is the article whose place it takes: one statement, for a page needs them
/// each time and mostly has none.
pub fn companions(conn: &mut Conn, copy: &CopyRow, earlier: Option<Id>, now: Time) -> Result<Companions> {
    let mut statement = Statement::<CompanionSql>::new("");
    companion(&mut statement, TRANSLATION).sql(" FROM published_articles");
    where_live(&mut statement, Named::Walked, now);
    statement.sql(" AND published_articles.translation_group = ").id(copy.translation_group);
    statement.sql(" AND published_articles.article_id <> ").id(copy.article_id).sql(" UNION ALL ");
    companion(&mut statement, LATER).sql(" FROM published_bodies JOIN published_articles");
    statement.sql(" ON published_articles.copy_id = published_bodies.copy_id");
    where_live(&mut statement, Named::Walked, now);
    statement.sql(" AND published_bodies.supersedes_id = ").id(copy.article_id);
    if let Some(earlier) = earlier {
        statement.sql(" UNION ALL ");
        companion(&mut statement, EARLIER).sql(" FROM published_articles");
        where_live(&mut statement, Named::Walked, now);
        statement.sql(" AND published_articles.article_id = ").id(earlier);
    }
    let rows: Vec<(i64, Id, String, String, String, Time, Time)> = on_db!(conn, |c| statement.load(c))?;
    let named = |(place, article_id, locale, slug, headline, ends_at, published_at)| {
        (place, Companion { article_id, locale, slug, headline, ends_at, published_at })
    };
    let mut rows: Vec<(i64, Companion)> = rows.into_iter().map(named).collect();
    rows.sort_by(|(_, a), (_, b)| (&a.locale, a.article_id).cmp(&(&b.locale, b.article_id)));
    let mut found = Companions::default();
    for (place, row) in rows {
        match place {
            TRANSLATION => found.translations.push(row),
            EARLIER => found.supersedes = Some(row),
            _ => {
                let newest = found.superseded_by.as_ref().map(|known| (known.published_at, known.article_id));
                if newest < Some((row.published_at, row.article_id)) {
                    found.superseded_by = Some(row);
                }
            }
        }
    }
    Ok(found)
}

fn companion(statement: &mut Statement<CompanionSql>, place: i64) -> &mut Statement<CompanionSql> {
    statement.sql("SELECT ").number(place).sql(
        " AS place, published_articles.article_id, published_articles.locale, published_articles.slug, \
         published_articles.headline, published_articles.ends_at, published_articles.published_at",
    )
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
