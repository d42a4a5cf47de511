//! Writing what search reads: documents of published and working copies, and what has yet to be indexed of what was
//! there before search was. Reading the published ones is `published`'s alone.

use diesel::prelude::*;

use super::conn::Conn;
use super::copies::{CopyBodyRow, CopyRow};
use super::dialect::document::Document;
use super::dialect::{self, full_text, in_list};
use super::schema::{articles, authors, published_articles, published_bodies, published_media, search_arrears, tags};
use crate::error::{Code, Error, Result};
use crate::model::{Id, Time};
use crate::on_db;

pub use super::dialect::document::Mark;
pub use full_text::{
    Index, Leaf, Lookup, Matching, forget_using, is_gathered, put_working, tidy, unite, working_matches,
};

/// Numbers that the copies of one millisecond share.
const SLOTS: i64 = 1 << 20;
/// The milliseconds that numbers tell apart lie within this of 1970: two and a half centuries.
const LAST_MILLISECOND: i64 = (1 << 42) - 1;
/// Numbers tried for one copy.
const MAX_TRIES: i64 = 64;

/// The numbers of the copies that were published in the same millisecond: the first and the last.
#[must_use]
pub fn numbers_at(at: Time) -> (i64, i64) {
    let millisecond = at.micros().div_euclid(1_000).clamp(-LAST_MILLISECOND, LAST_MILLISECOND);
    (millisecond * SLOTS, millisecond * SLOTS + SLOTS - 1)
}

/// Adds a copy to the index, in the order of `published_at`.
pub fn index_copy(conn: &mut Conn, copy: Id, published_at: Time, document: &Document) -> Result<()> {
    use published_articles::dsl;
    let number = free_number(conn, copy, published_at)?;
    full_text::add_copy(conn, copy, number, document)?;
    on_db!(conn, |c| diesel::update(dsl::published_articles.find(copy)).set(dsl::search_number.eq(number)).execute(c))?;
    Ok(())
}

/// A number that no other copy has. It begins anywhere among those of its millisecond, so that two nodes hardly ever
/// want the same.
fn free_number(conn: &mut Conn, copy: Id, at: Time) -> Result<i64> {
    use published_articles::dsl;
    let (first, _) = numbers_at(at);
    let anywhere = i64::try_from(copy.uuid().as_u128() & 0xF_FFFF).unwrap_or(0);
    for step in 0..MAX_TRIES {
        let number = first + (anywhere + step * (2 * step + 1)) % SLOTS;
        let taken: Option<Id> = on_db!(conn, |c| dsl::published_articles
            .filter(dsl::search_number.eq(number))
            .select(dsl::copy_id)
            .first(c)
            .optional())?;
        if taken.is_none() {
            return Ok(number);
        }
    }
    Err(Error::new(Code::Conflict, "Too many articles are published at this very instant. Retry, or change the time."))
}

/// The newest copies that are not indexed yet, at most `most`.
pub fn unindexed(conn: &mut Conn, most: i64) -> Result<Vec<(CopyRow, CopyBodyRow)>> {
    on_db!(conn, |c| published_articles::table
        .inner_join(published_bodies::table)
        .filter(published_articles::search_number.is_null())
        .order(published_articles::copy_id.desc())
        .limit(most)
        .select((CopyRow::as_select(), CopyBodyRow::as_select()))
        .load(c))
}

/// Whether a copy uses one of these media records.
pub fn is_used(conn: &mut Conn, media: &[Id]) -> Result<bool> {
    let used: Option<Id> = on_db!(conn, |c| published_media::table
        .filter(in_list(published_media::media_id, media))
        .select(published_media::copy_id)
        .first(c)
        .optional())?;
    Ok(used.is_some())
}

/// The newest copies that use these media records, are live or wait, and are not indexed; at most `most`.
pub fn unindexed_using(conn: &mut Conn, media: &[Id], now: Time, most: i64) -> Result<Vec<(CopyRow, CopyBodyRow)>> {
    let using =
        published_media::table.filter(in_list(published_media::media_id, media)).select(published_media::copy_id);
    on_db!(conn, |c| published_articles::table
        .inner_join(published_bodies::table)
        .filter(published_articles::copy_id.eq_any(using))
        .filter(published_articles::search_number.is_null())
        .filter(published_articles::visible_until.gt(now))
        .order(published_articles::copy_id.desc())
        .limit(most)
        .select((CopyRow::as_select(), CopyBodyRow::as_select()))
        .load(c))
}

/// Waits until nobody else indexes copies that were there before; until this transaction ends nobody does. SQLite has one
/// writer anyway.
pub fn be_alone(conn: &mut Conn) -> Result<()> {
    dialect::lock(conn, "SELECT pg_advisory_xact_lock(7310584, 14)")
}

/// Whether nobody else is; if so, until this transaction ends nobody does.
pub fn is_alone(conn: &mut Conn) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Taken {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        taken: bool,
    }
    match conn {
        Conn::Sqlite(_) => Ok(true),
        Conn::Postgres(c) => diesel::sql_query("SELECT pg_try_advisory_xact_lock(7310584, 14) AS taken")
            .get_result::<Taken>(&mut **c)
            .map(|row| row.taken)
            .map_err(super::database_error),
    }
}

/// Whether anything waits to be indexed.
pub fn is_behind(conn: &mut Conn) -> Result<bool> {
    let waiting: Option<Id> = on_db!(conn, |c| published_articles::table
        .filter(published_articles::search_number.is_null())
        .select(published_articles::copy_id)
        .first(c)
        .optional())?;
    if waiting.is_some() {
        return Ok(true);
    }
    let arrears: i64 = on_db!(conn, |c| search_arrears::table.count().get_result(c))?;
    Ok(arrears > 0)
}

/// Something that was there before search was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrears {
    /// Names of tags.
    Tags,
    /// Names of authors.
    Authors,
    /// Working copies.
    Articles,
}

impl Arrears {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tags, Self::Authors, Self::Articles];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Authors => "authors",
            Self::Articles => "articles",
        }
    }
}

/// Takes the next of these that are to be indexed, at most `most`, in the order of their ids, and notes that they are.
/// Another node that asks for the same waits, and gets those behind.
pub fn take_arrears(conn: &mut Conn, what: Arrears, most: i64) -> Result<Vec<Id>> {
    use search_arrears::dsl;
    let row = dsl::search_arrears.find(what.as_str()).select(dsl::done_to);
    let done_to: Option<String> = match conn {
        Conn::Sqlite(c) => row.first(&mut **c).optional(),
        Conn::Postgres(c) => row.for_update().first(&mut **c).optional(),
    }
    .map_err(super::database_error)?;
    let Some(done_to) = done_to else { return Ok(Vec::new()) };
    macro_rules! next {
        ($table:ident) => {
            on_db!(conn, |c| $table::table
                .filter($table::id.gt(&done_to))
                .order($table::id)
                .limit(most)
                .select($table::id)
                .load(c))?
        };
    }
    let next: Vec<Id> = match what {
        Arrears::Tags => next!(tags),
        Arrears::Authors => next!(authors),
        Arrears::Articles => next!(articles),
    };
    match next.last() {
        Some(last) => on_db!(conn, |c| diesel::update(dsl::search_arrears.find(what.as_str()))
            .set(dsl::done_to.eq(last.to_string()))
            .execute(c))?,
        None => on_db!(conn, |c| diesel::delete(dsl::search_arrears.find(what.as_str())).execute(c))?,
    };
    Ok(next)
}
