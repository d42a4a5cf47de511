//! Lists of live copies: keyset and numbered pages, totals.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::filter::{Filter, Order, OrderKey};
use super::search::Found;
use super::{Named, several, where_live};
use crate::error::Result;
use crate::model::paging::{DEFAULT_LIMIT, MAX_COUNTED, Paged, Paging};
use crate::model::{Id, Time};
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::copies::CopyRow;
use crate::store::search::Lookup;
use crate::store::statement::{CopySql, Statement};

/// Statements with more filters than this are not kept prepared.
pub(super) const COMMON_FILTERS: usize = 2;

/// Matches that are looked at first for a part in the order of publication.
const NEAR: i64 = 1_000;

/// The table that a statement walks: the relation of one tag or one author has its copies in the order of
/// `published_at`, so that neither a rare nor a common tag makes it read more rows than it answers.
#[derive(Clone, Copy)]
pub(super) enum Walk {
    Copies,
    Tag(Id),
    Author(Id),
}

impl Walk {
    pub(super) fn of(filter: &Filter, order: Order) -> Self {
        let one = |ids: &Option<Vec<Id>>| match ids.as_deref() {
            Some([id]) if order.key == OrderKey::PublishedAt => Some(*id),
            _ => None,
        };
        match (one(&filter.tags), one(&filter.authors)) {
            (Some(tag), _) => Self::Tag(tag),
            (None, Some(author)) => Self::Author(author),
            (None, None) => Self::Copies,
        }
    }

    /// `(key, id)` as SQL: in a comparison, ascending and descending.
    const fn columns(self, key: OrderKey) -> [&'static str; 3] {
        match (self, key) {
            (Self::Copies, OrderKey::PublishedAt) => [
                " AND (published_articles.published_at, published_articles.article_id)",
                " ORDER BY published_articles.published_at, published_articles.article_id",
                " ORDER BY published_articles.published_at DESC, published_articles.article_id DESC",
            ],
            (Self::Copies | Self::Tag(_) | Self::Author(_), OrderKey::UpdatedAt) => [
                " AND (published_articles.updated_at, published_articles.article_id)",
                " ORDER BY published_articles.updated_at, published_articles.article_id",
                " ORDER BY published_articles.updated_at DESC, published_articles.article_id DESC",
            ],
            (Self::Copies | Self::Tag(_) | Self::Author(_), OrderKey::Headline) => [
                " AND (published_articles.sort_headline, published_articles.article_id)",
                " ORDER BY published_articles.sort_headline, published_articles.article_id",
                " ORDER BY published_articles.sort_headline DESC, published_articles.article_id DESC",
            ],
            (Self::Tag(_) | Self::Author(_), OrderKey::PublishedAt) => [
                " AND (walked.published_at, walked.article_id)",
                " ORDER BY walked.published_at, walked.article_id",
                " ORDER BY walked.published_at DESC, walked.article_id DESC",
            ],
        }
    }
}

/// One part of a list of live copies, with the total where the paging counts.
pub fn list(conn: &mut Conn, filter: &Filter, order: Order, paging: &Paging, now: Time) -> Result<Paged<CopyRow>> {
    if filter.is_void() {
        return Ok(paging.page(Vec::new(), 0, |row| (order.key_of(row), row.article_id)));
    }
    let total = if paging.counts() { count(conn, filter, now)? } else { 0 };
    let rows = match &filter.matching {
        Some(matching) => found(conn, filter, matching, order, paging, now)?,
        None => load(conn, selection(filter, None, order, paging, now))?,
    };
    Ok(paging.page(rows, total, |row| (order.key_of(row), row.article_id)))
}

/// The rows of a part of a list that is narrowed by a search. In the order of publication few matches fill a part.
fn found(
    conn: &mut Conn,
    filter: &Filter,
    lookup: &Lookup,
    order: Order,
    paging: &Paging,
    now: Time,
) -> Result<Vec<CopyRow>> {
    let mut found = Found::of(conn, lookup, order, paging, NEAR);
    if order.key == OrderKey::PublishedAt && !paging.counts() {
        let rows = load(conn, selection(filter, Some(&found), order, paging, now))?;
        if i64::try_from(rows.len()).is_ok_and(|count| count >= paging.fetch()) {
            return Ok(rows);
        }
    }
    found.most = MAX_COUNTED;
    load(conn, selection(filter, Some(&found), order, paging, now))
}

/// The first live copies of a list, newest first.
pub fn part(conn: &mut Conn, filter: &Filter, most: i64, now: Time) -> Result<Vec<CopyRow>> {
    if filter.is_void() {
        return Ok(Vec::new());
    }
    let paging = Paging::Numbered { limit: most, page: 1 };
    load(conn, selection(filter, None, Order::NEWEST, &paging, now))
}

/// How many live copies a list has, counted to one more than [`MAX_COUNTED`].
pub fn count(conn: &mut Conn, filter: &Filter, now: Time) -> Result<i64> {
    if filter.is_void() {
        return Ok(0);
    }
    let mut statement = Statement::<BigInt>::new("SELECT count(*) FROM (SELECT 1");
    narrow(&mut statement, filter, Walk::of(filter, Order::NEWEST), now);
    if let Some(lookup) = &filter.matching {
        let all = Paging::Numbered { limit: 1, page: 1 };
        Found::of(conn, lookup, Order::NEWEST, &all, MAX_COUNTED + 1).narrow(&mut statement);
    }
    statement.sql(" LIMIT ").number(MAX_COUNTED + 1).sql(") AS counted");
    on_db!(conn, |c| statement.get_result(c))
}

fn load(conn: &mut Conn, statement: Statement<CopySql>) -> Result<Vec<CopyRow>> {
    on_db!(conn, |c| statement.load(c))
}

fn selection(filter: &Filter, found: Option<&Found>, order: Order, paging: &Paging, now: Time) -> Statement<CopySql> {
    let mut statement = Statement::new("SELECT ");
    statement.copies();
    let branches = several::branches(filter, order, paging);
    if !branches.is_empty() {
        several::merged(&mut statement, &branches, order, paging, now);
        return statement;
    }
    let walk = Walk::of(filter, order);
    narrow(&mut statement, filter, walk, now);
    if let Some(found) = found {
        found.narrow(&mut statement);
    }
    beyond(&mut statement, walk, order, paging);
    in_order(&mut statement, walk, order, paging);
    limited(&mut statement, paging.fetch(), paging.offset());
    statement
}

/// The part of a list that comes after a cursor, or before it.
pub(super) fn beyond<ST>(statement: &mut Statement<ST>, walk: Walk, order: Order, paging: &Paging) {
    let Some(from) = paging.from() else { return };
    let [compared, ..] = walk.columns(order.key);
    statement.sql(compared).sql(if descends(order, paging) { " < (" } else { " > (" });
    match order.key {
        OrderKey::Headline => statement.text(from.key.text()),
        OrderKey::PublishedAt | OrderKey::UpdatedAt => statement.time(from.key.time()),
    };
    statement.sql(", ").id(from.id).sql(")");
}

/// ORDER BY.
pub(super) fn in_order<ST>(statement: &mut Statement<ST>, walk: Walk, order: Order, paging: &Paging) {
    let [_, ascending, descending] = walk.columns(order.key);
    statement.sql(if descends(order, paging) { descending } else { ascending });
}

/// Whether rows are read last first.
pub(super) fn descends(order: Order, paging: &Paging) -> bool {
    order.descending != paging.is_backward()
}

/// LIMIT and OFFSET. The usual ones stand in the statement: PostgreSQL takes a bound LIMIT for a tenth of the table, so that
/// in a large archive it would plan each request anew.
pub(super) fn limited<ST>(statement: &mut Statement<ST>, fetch: i64, offset: i64) {
    const USUAL: i64 = DEFAULT_LIMIT + 1;
    match (fetch, offset) {
        (USUAL, 0) => _ = statement.sql(" LIMIT ").fixed(USUAL),
        _ => _ = statement.sql(" LIMIT ").number(fetch).sql(" OFFSET ").number(offset),
    }
}

/// FROM and WHERE.
pub(super) fn narrow<ST>(statement: &mut Statement<ST>, filter: &Filter, walk: Walk, now: Time) {
    if filter.count() > COMMON_FILTERS {
        statement.rare();
    }
    statement.sql(match walk {
        Walk::Copies => " FROM published_articles",
        Walk::Tag(_) => {
            " FROM published_tags AS walked JOIN published_articles ON published_articles.copy_id = walked.copy_id"
        }
        Walk::Author(_) => {
            " FROM published_authors AS walked JOIN published_articles ON published_articles.copy_id = walked.copy_id"
        }
    });
    where_live(statement, if filter.matching.is_some() { Named::Sought } else { Named::Walked }, now);
    match walk {
        Walk::Copies => {}
        Walk::Tag(tag) => _ = statement.sql(" AND walked.tag_id = ").id(tag),
        Walk::Author(author) => _ = statement.sql(" AND walked.author_id = ").id(author),
    }
    by_filter(statement, filter, walk, now);
}

/// What a filter asks for, but for the search.
fn by_filter<ST>(statement: &mut Statement<ST>, filter: &Filter, walk: Walk, now: Time) {
    by_relation(statement, filter, walk);
    by_column(statement, filter);
    by_time(statement, filter, walk);
    by_locale(statement, filter, now);
}

/// The same on copies that something else chose, behind a condition.
pub(super) fn by_all<ST>(statement: &mut Statement<ST>, filter: &Filter, now: Time) {
    by_filter(statement, filter, Walk::Copies, now);
}

fn by_relation<ST>(statement: &mut Statement<ST>, filter: &Filter, walk: Walk) {
    match filter.sections.as_deref() {
        Some([section]) => _ = statement.sql(" AND published_articles.section_id = ").id(*section),
        Some(sections) => _ = statement.sql(" AND ").among("published_articles.section_id", sections),
        None => {}
    }
    if let Some(tags) = filter.tags.as_ref().filter(|_| !matches!(walk, Walk::Tag(_))) {
        statement.sql(" AND published_articles.copy_id IN (SELECT copy_id FROM published_tags WHERE ");
        statement.among("tag_id", tags).sql(")");
    }
    if let Some(tags) = &filter.all_tags {
        statement.sql(" AND (SELECT count(*) FROM published_tags WHERE copy_id = published_articles.copy_id AND ");
        let wanted = i64::try_from(tags.len()).unwrap_or(i64::MAX);
        statement.among("tag_id", tags).sql(") = ").number(wanted);
    }
    if !filter.no_tags.is_empty() {
        // Asked of each copy that is walked: PostgreSQL would gather all copies that have the tags first.
        statement.sql(" AND NOT EXISTS (SELECT 1 FROM published_tags AS unwanted WHERE ");
        statement.among("unwanted.tag_id", &filter.no_tags).sql(" AND unwanted.copy_id = published_articles.copy_id)");
    }
    if let Some(authors) = filter.authors.as_ref().filter(|_| !matches!(walk, Walk::Author(_))) {
        statement.sql(" AND published_articles.copy_id IN (SELECT copy_id FROM published_authors WHERE ");
        statement.among("author_id", authors).sql(")");
    }
}

fn by_column<ST>(statement: &mut Statement<ST>, filter: &Filter) {
    let words: Vec<&str> = filter.kinds.iter().map(|kind| kind.as_str()).collect();
    if !words.is_empty() {
        statement.sql(" AND ").among("published_articles.kind", &words);
    }
    let words: Vec<&str> = filter.access.iter().map(|access| access.as_str()).collect();
    if !words.is_empty() {
        statement.sql(" AND ").among("published_articles.access", &words);
    }
    if let Some(featured) = filter.featured {
        statement.sql(" AND published_articles.featured = ").flag(featured);
    }
    if let Some(breaking) = filter.breaking {
        statement.sql(" AND published_articles.breaking = ").flag(breaking);
    }
    if let Some(ids) = &filter.ids {
        statement.sql(" AND ").among("published_articles.article_id", ids);
    }
    if let Some(but) = filter.but {
        statement.sql(" AND published_articles.article_id <> ").id(but);
    }
}

fn by_time<ST>(statement: &mut Statement<ST>, filter: &Filter, walk: Walk) {
    // Named where the walk has it, so that the walk begins and ends there.
    let [later, earlier] = match walk {
        Walk::Copies => [" AND published_articles.published_at > ", " AND published_articles.published_at < "],
        Walk::Tag(_) | Walk::Author(_) => [" AND walked.published_at > ", " AND walked.published_at < "],
    };
    if let Some(after) = filter.published_after {
        statement.sql(later).time(after);
    }
    if let Some(before) = filter.published_before {
        statement.sql(earlier).time(before);
    }
    if let Some(after) = filter.updated_after {
        statement.sql(" AND published_articles.updated_at > ").time(after);
    }
}

fn by_locale<ST>(statement: &mut Statement<ST>, filter: &Filter, now: Time) {
    let Some(locale) = &filter.locale else { return };
    let Some(fallback) = filter.fallback_locale.as_ref().filter(|fallback| *fallback != locale) else {
        statement.sql(" AND published_articles.locale = ").text(locale);
        return;
    };
    statement.sql(" AND (published_articles.locale = ").text(locale);
    statement.sql(" OR (published_articles.locale = ").text(fallback);
    statement.sql(" AND NOT EXISTS (SELECT 1 FROM published_articles AS other");
    where_live(statement, Named::Other, now);
    statement.sql(" AND other.translation_group = published_articles.translation_group AND other.locale = ");
    statement.text(locale).sql(")))");
}
