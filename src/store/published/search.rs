//! What search finds among the live copies. The index is walked from the newest copy on, and no further than wanted, so
//! that a word which stands in every article costs no more than a rare one.

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::filter::{Filter, Order, OrderKey};
use super::list::{COMMON_FILTERS, by_all};
use super::{Named, where_live};
use crate::error::Result;
use crate::model::paging::Paging;
use crate::model::{ArticleKind, Credit, Id, Time};
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::dialect::in_list;
use crate::store::schema::{published_articles, published_bodies};
use crate::store::search::{Lookup, numbers_at};
use crate::store::statement::Statement;
use crate::store::types::Json;

/// Live matches that are held against the filters at the most. Most filters are part of the expression anyway.
const MAX_FILTERED: i64 = 10_000;
/// Characters of a body that fragments are cut from; it is cut off there where it has more bytes than that.
const LOOKED_AT: i32 = 50_000;

diesel::define_sql_function! {
    /// So many characters of a text from a place on.
    fn substr(text: Text, start: Integer, length: Integer) -> Text;
}

diesel::define_sql_function! {
    /// How many bytes a text has. Nothing of it is read for that.
    fn octet_length(text: Text) -> Integer;
}

/// The index as a condition on `published_articles`: the matches next to where a list goes on.
pub(super) struct Found {
    is_sqlite: bool,
    lookup: Lookup,
    numbers: (i64, i64),
    descending: bool,
    /// Matches at the most.
    pub(super) most: i64,
}

impl Found {
    /// The `most` first matches in the order of a list from where a part of it begins; for other orders than by time of
    /// publication the newest of all.
    pub(super) fn of(conn: &Conn, lookup: &Lookup, order: Order, paging: &Paging, most: i64) -> Self {
        let mut found = Self {
            is_sqlite: matches!(conn, Conn::Sqlite(_)),
            lookup: lookup.clone(),
            numbers: (i64::MIN, i64::MAX),
            descending: true,
            most,
        };
        if order.key == OrderKey::PublishedAt {
            found.descending = order.descending != paging.is_backward();
            if let Some(from) = paging.from() {
                let (first, last) = numbers_at(from.key.time());
                found.numbers = if found.descending { (i64::MIN, last) } else { (first, i64::MAX) };
            }
        }
        found
    }

    pub(super) fn narrow<ST>(&self, statement: &mut Statement<ST>) {
        // PostgreSQL plans for the words at hand, and better so: common and rare ones are read differently.
        statement.rare();
        let number = if self.is_sqlite {
            statement.sql(
                " AND published_articles.search_number IN (SELECT rowid FROM search_index WHERE search_index MATCH ",
            );
            statement.text(&*self.lookup.expression).sql(" AND rowid >= ").number(self.numbers.0);
            statement.sql(" AND rowid <= ").number(self.numbers.1);
            [" ORDER BY rowid LIMIT ", " ORDER BY rowid DESC LIMIT "]
        } else {
            statement.sql(
                " AND published_articles.copy_id IN (SELECT copy_id FROM search_documents WHERE document @@ CAST(",
            );
            statement.text(&*self.lookup.expression).sql(" AS tsquery) AND number >= ").number(self.numbers.0);
            statement.sql(" AND number <= ").number(self.numbers.1);
            match self.lookup.gathered {
                true => [" ORDER BY number + 0 LIMIT ", " ORDER BY number + 0 DESC LIMIT "],
                false => [" ORDER BY number LIMIT ", " ORDER BY number DESC LIMIT "],
            }
        };
        statement.sql(number[usize::from(self.descending)]).number(self.most).sql(")");
    }
}

/// A copy that matched, with what it is ranked and counted by: of this, nothing but the merging of tags changes.
#[derive(Clone, Debug, Queryable)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Candidate {
    pub copy_id: Id,
    pub article_id: Id,
    pub kind: ArticleKind,
    pub section_id: Option<Id>,
    pub tag_ids: Json<Vec<Id>>,
    pub authors: Json<Vec<Credit>>,
    pub sort_headline: String,
    pub published_at: Time,
    pub ends_at: Time,
}

/// What filters look at.
const FILTERED_BY: &str = "SELECT published_articles.copy_id, published_articles.article_id, published_articles.kind, \
                           published_articles.section_id, published_articles.access, published_articles.featured, \
                           published_articles.breaking, published_articles.published_at, published_articles.updated_at, \
                           published_articles.locale, published_articles.translation_group";

/// How far back search looks.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Matches at the most.
    pub most: i64,
    /// Now.
    pub now: Time,
}

/// The newest live copies that match and pass a filter, by their ids.
pub fn matches(conn: &mut Conn, filter: &Filter, lookup: &Lookup, reach: Reach) -> Result<Vec<Id>> {
    if filter.is_void() {
        return Ok(Vec::new());
    }
    let is_sqlite = matches!(conn, Conn::Sqlite(_));
    let is_filtered = filter.count() > 0 || filter.but.is_some();
    let mut statement = Statement::<Text>::new("SELECT published_articles.copy_id");
    // PostgreSQL plans for the words at hand.
    if !is_sqlite || filter.count() > COMMON_FILTERS {
        statement.rare();
    }
    if is_filtered {
        statement.sql(" FROM (").sql(FILTERED_BY);
    }
    statement.sql(" FROM ");
    statement.sql(if is_sqlite {
        "search_index CROSS JOIN published_articles ON published_articles.search_number = search_index.rowid"
    } else {
        "search_documents JOIN published_articles ON published_articles.copy_id = search_documents.copy_id"
    });
    where_live(&mut statement, if is_sqlite { Named::Walked } else { Named::Estimated }, reach.now);
    statement.sql(if is_sqlite { " AND search_index MATCH " } else { " AND search_documents.document @@ CAST(" });
    statement.text(&*lookup.expression).sql(if is_sqlite { "" } else { " AS tsquery)" });
    // No live copy is dated into the future: what waits for its hour is not walked through.
    let newest = filter.published_before.unwrap_or(reach.now).min(reach.now);
    let number = if is_sqlite { " AND search_index.rowid <= " } else { " AND search_documents.number <= " };
    statement.sql(number).number(numbers_at(newest).1);
    if let Some(after) = filter.published_after {
        let number = if is_sqlite { " AND search_index.rowid >= " } else { " AND search_documents.number >= " };
        statement.sql(number).number(numbers_at(after).0);
    }
    statement.sql(match (is_sqlite, lookup.gathered) {
        (true, _) => " ORDER BY search_index.rowid DESC",
        (false, true) => " ORDER BY search_documents.number + 0 DESC",
        (false, false) => " ORDER BY search_documents.number DESC",
    });
    if is_filtered {
        statement.sql(" LIMIT ").number(MAX_FILTERED).sql(") AS published_articles WHERE 1 = 1");
        by_all(&mut statement, filter, reach.now);
    }
    statement.sql(" LIMIT ").number(reach.most);
    on_db!(conn, |c| statement.load(c))
}

/// What these copies, which were found, are ranked and counted by.
pub fn candidates(conn: &mut Conn, copies: &[Id]) -> Result<Vec<Candidate>> {
    use published_articles::dsl;
    if copies.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| dsl::published_articles
        .filter(in_list(dsl::copy_id, copies))
        .select((
            dsl::copy_id,
            dsl::article_id,
            dsl::kind,
            dsl::section_id,
            dsl::tag_ids,
            dsl::authors,
            dsl::sort_headline,
            dsl::published_at,
            dsl::ends_at,
        ))
        .load(c))
}

/// The public texts of these copies, as far as fragments are cut from them.
pub fn texts(conn: &mut Conn, copies: &[Id]) -> Result<Vec<(Id, String)>> {
    if copies.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| published_bodies::table
        .filter(in_list(published_bodies::copy_id, copies))
        .select((
            published_bodies::copy_id,
            case_when(octet_length(published_bodies::body_text).le(LOOKED_AT), published_bodies::body_text)
                .otherwise(substr(published_bodies::body_text, 1_i32, LOOKED_AT)),
        ))
        .load(c))
}
