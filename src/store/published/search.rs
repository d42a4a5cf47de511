//! What search finds among the live copies. The index is walked from the newest copy on, and no further than wanted, so
//! that a word which stands in every article costs no more than a rare one.

use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

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
const FILTERED_BY: &str = ", published_articles.article_id, published_articles.kind, published_articles.section_id, \
                           published_articles.access, published_articles.featured, published_articles.breaking, \
                           published_articles.published_at, published_articles.updated_at, published_articles.locale, \
                           published_articles.translation_group";

/// How far search looks.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Matches at the most.
    pub most: i64,
    /// Now.
    pub now: Time,
    /// The number of a match: only those that stand behind it are wanted.
    pub behind: Option<i64>,
}

/// A way to look for matches, in words of SQL; a pair stands around a value.
struct Way {
    copies: &'static str,
    live: Named,
    matches: [&'static str; 2],
    /// By which it is walked, and within which bounds.
    number: &'static str,
    bound: [&'static str; 2],
    order: &'static str,
}

/// SQLite's index is in the order of the numbers.
const SQLITE: Way = Way {
    copies: "search_index.rowid AS number FROM search_index CROSS JOIN published_articles \
             ON published_articles.search_number = search_index.rowid",
    live: Named::Walked,
    matches: [" AND search_index MATCH ", ""],
    number: "search_index.rowid",
    bound: ["", ""],
    order: " ORDER BY search_index.rowid DESC",
};

/// PostgreSQL walks or gathers, and plans for the words at hand.
const PLANNED: Way = Way {
    copies: POSTGRES_COPIES,
    live: Named::Estimated,
    matches: [" AND search_documents.document @@ CAST(", " AS tsquery)"],
    number: "search_documents.number",
    bound: ["", ""],
    order: " ORDER BY search_documents.number DESC",
};

/// The same, but it looks the words up, gathers what has them, and sorts it.
const GATHERED: Way = Way { order: " ORDER BY search_documents.number + 0 DESC", ..PLANNED };

/// The same, but it walks all documents from the newest on until it has enough. It makes this plan once, whatever is looked
/// for: it sees no value, and by the function, unlike the operator, it can't look a word up. Nothing but the words and the
/// time narrows what is walked, or it might not have enough for long.
const WALKED: Way = Way {
    live: Named::Walked,
    matches: [" AND ts_match_vq(search_documents.document, (SELECT CAST(", " AS tsquery)))"],
    bound: ["(SELECT ", ")"],
    ..PLANNED
};

const POSTGRES_COPIES: &str = "search_documents.number FROM search_documents JOIN published_articles \
                               ON published_articles.copy_id = search_documents.copy_id";

/// The newest live copies that match and pass a filter, by their ids, with their numbers.
pub fn matches(conn: &mut Conn, filter: &Filter, lookup: &Lookup, reach: Reach) -> Result<Vec<(Id, i64)>> {
    if filter.is_void() {
        return Ok(Vec::new());
    }
    let is_filtered = filter.count() > 0 || filter.but.is_some();
    let (way, is_planned) = match conn {
        Conn::Sqlite(_) => (SQLITE, false),
        Conn::Postgres(_) if lookup.gathered => (GATHERED, true),
        Conn::Postgres(_) if is_filtered => (PLANNED, true),
        Conn::Postgres(_) => (WALKED, false),
    };
    let mut statement = Statement::<(Text, BigInt)>::new("SELECT ");
    if is_planned || filter.count() > COMMON_FILTERS {
        statement.rare();
    }
    if is_filtered {
        statement.sql("published_articles.copy_id, published_articles.number FROM (SELECT ");
    }
    statement.sql("published_articles.copy_id");
    if is_filtered {
        statement.sql(FILTERED_BY);
    }
    statement.sql(", ").sql(way.copies);
    where_live(&mut statement, way.live, reach.now);
    statement.sql(way.matches[0]).text(&*lookup.expression).sql(way.matches[1]);
    // No live copy is dated into the future: what waits for its hour is not walked through.
    let newest = filter.published_before.unwrap_or(reach.now).min(reach.now);
    let last = reach.behind.map_or(i64::MAX, |known| known.saturating_sub(1)).min(numbers_at(newest).1);
    statement.sql(" AND ").sql(way.number).sql(" <= ").sql(way.bound[0]).number(last).sql(way.bound[1]);
    if let Some(after) = filter.published_after {
        let first = numbers_at(after).0;
        statement.sql(" AND ").sql(way.number).sql(" >= ").sql(way.bound[0]).number(first).sql(way.bound[1]);
    }
    statement.sql(way.order);
    if is_filtered {
        statement.sql(" LIMIT ").fixed(MAX_FILTERED).sql(") AS published_articles WHERE 1 = 1");
        by_all(&mut statement, filter, reach.now);
    }
    statement.sql(" LIMIT ").fixed(reach.most);
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
