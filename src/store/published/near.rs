//! Live copies that could stand beside another one: found by a tag, by the section, or because they are new. Of each
//! the newest are looked at, by its index, so that common tags and large archives cost no more than rare and small ones.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::{Named, where_live};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::copies::CopyRow;
use crate::store::statement::Statement;

/// Copies that are looked at of one tag, and of the section.
pub const LOOKED_AT: i64 = 100;
/// Further tags of an article are not looked at.
pub const MAX_TAGS: usize = 8;
/// Copies of a tag are counted to here.
pub const MAX_COUNTED: i64 = 2_000;

/// Where a copy was found: tags by their place among those that were looked for, then these.
const SECTION: i64 = 100;
const NEWEST: i64 = 101;

/// How a live copy is near to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// It carries the tag at this place.
    Tag(usize),
    /// It stands in the same section.
    Section,
    /// It is one of the newest in the language.
    Newest,
}

/// A live copy that is near to another one.
#[derive(Clone, Copy, Debug)]
pub struct Near {
    /// Its article.
    pub article: Id,
    /// How it is near.
    pub by: By,
    /// The start of its live period.
    pub published_at: Time,
    /// Whether it is in the same language.
    pub same_language: bool,
}

/// What a row of the statement is.
type NearSql = (BigInt, Text, BigInt, Bool);

/// The live copies near to `copy`, without its article: of each of `tags` and of its section the newest in any language,
/// and the `newest` ones in its own. The same may be among them several times.
pub fn near(conn: &mut Conn, copy: &CopyRow, tags: &[Id], newest: i64, now: Time) -> Result<Vec<Near>> {
    let mut statement = Statement::<NearSql>::new("");
    for (place, tag) in (0_i64..).zip(tags.iter().take(MAX_TAGS)) {
        statement.sql("SELECT * FROM (SELECT ").number(place).sql(" AS place, ");
        statement.sql("walked.article_id, walked.published_at, published_articles.locale = ").text(&*copy.locale);
        statement.sql(" AS same_language FROM published_tags AS walked");
        statement.sql(" JOIN published_articles ON published_articles.copy_id = walked.copy_id");
        where_live(&mut statement, Named::Walked, now);
        statement.sql(" AND walked.tag_id = ").id(*tag).sql(" AND walked.article_id <> ").id(copy.article_id);
        statement.sql(" ORDER BY walked.published_at DESC, walked.article_id DESC LIMIT ").number(LOOKED_AT);
        statement.sql(") AS tagged UNION ALL ");
    }
    if let Some(section) = copy.section_id {
        begin(&mut statement, SECTION, copy, now);
        statement.sql(" AND published_articles.section_id = ").id(section);
        end(&mut statement, LOOKED_AT);
        statement.sql(" UNION ALL ");
    }
    begin(&mut statement, NEWEST, copy, now);
    statement.sql(" AND published_articles.locale = ").text(&*copy.locale);
    end(&mut statement, newest);
    let rows: Vec<(i64, Id, Time, bool)> = on_db!(conn, |c| statement.load(c))?;
    let near = |(place, article, published_at, same_language): (i64, Id, Time, bool)| {
        let by = match place {
            SECTION => By::Section,
            NEWEST => By::Newest,
            tag => By::Tag(usize::try_from(tag).unwrap_or(usize::MAX)),
        };
        Near { article, by, published_at, same_language }
    };
    Ok(rows.into_iter().map(near).collect())
}

fn begin(statement: &mut Statement<NearSql>, place: i64, copy: &CopyRow, now: Time) {
    statement.sql("SELECT * FROM (SELECT ").number(place).sql(" AS place, published_articles.article_id, ");
    statement.sql("published_articles.published_at, published_articles.locale = ").text(&*copy.locale);
    statement.sql(" AS same_language FROM published_articles");
    where_live(statement, Named::Walked, now);
    statement.sql(" AND published_articles.article_id <> ").id(copy.article_id);
}

fn end(statement: &mut Statement<NearSql>, most: i64) {
    statement.sql(" ORDER BY published_articles.published_at DESC, published_articles.article_id DESC LIMIT ");
    statement.number(most).sql(") AS found");
}

/// How many copies carry each of these tags, about, counted to [`MAX_COUNTED`] by the index alone.
pub fn tag_counts(conn: &mut Conn, tags: &[Id], now: Time) -> Result<Vec<(Id, i64)>> {
    if tags.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::<(Text, BigInt)>::new("");
    for (place, tag) in tags.iter().take(MAX_TAGS).enumerate() {
        statement.sql(if place == 0 { "SELECT " } else { " UNION ALL SELECT " }).id(*tag);
        statement.sql(", (SELECT count(*) FROM (SELECT 1 FROM published_tags WHERE tag_id = ").id(*tag);
        statement.sql(" AND published_at <= ").time(now).sql(" LIMIT ").number(MAX_COUNTED).sql(") AS counted)");
    }
    on_db!(conn, |c| statement.load(c))
}
