//! Every public read. All of them start from [`live`], and none names a working table of articles: tags, authors and
//! media are reached only by join from a copy that is live.

mod collections;
mod filter;
mod find;
pub mod handles;
mod list;
mod names;
pub mod near;
mod outputs;
mod search;
mod several;
mod updates;
mod viewed;

pub use self::collections::{collection, collection_moved, collections_among};
pub use filter::{Filter, Order, OrderKey};
pub use find::{
    Companion, Companions, Tombstone, bodies, by_id, by_ids, by_slug, card_by_id, cards_by_slug, companions, redirects,
    tombstone, tombstones_by_slug,
};
pub use handles::{author_ids, tag_ids};
pub use list::{count, list, part};
pub use names::{AuthorName, Names, TagName, names};
pub use outputs::{ListedRow, listed_between, listed_in_groups, seos, tag_uris};
pub use search::{Candidate, Reach, candidates, matches, texts};
pub use updates::{UpdateFilter, updates};
pub use viewed::{ViewedRow, most_viewed};

use diesel::dsl;
use diesel::helper_types::{And, Gt, LtEq, Or};
use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::published_articles;
use super::statement::Statement;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// The condition that makes a copy visible: `visible_from <= now < visible_until`.
pub type Live = And<LtEq<published_articles::visible_from, Time>, Gt<published_articles::visible_until, Time>>;

/// The opposite of [`Live`].
pub type NotLive = Or<Gt<published_articles::visible_from, Time>, LtEq<published_articles::visible_until, Time>>;

/// The copies that the public may see at `now`: the one visibility predicate of Slugline.
#[must_use]
pub fn live(now: Time) -> dsl::Filter<published_articles::table, Live> {
    published_articles::table
        .filter(published_articles::visible_from.le(now).and(published_articles::visible_until.gt(now)))
}

/// What [`live`] leaves out: copies that wait, and those that have ended and were not swept yet. Few, and found by their
/// indexes.
#[must_use]
pub fn not_live(now: Time) -> dsl::Filter<published_articles::table, NotLive> {
    published_articles::table
        .filter(published_articles::visible_from.gt(now).or(published_articles::visible_until.le(now)))
}

/// How a statement that is put together names the copies of which it wants the live ones.
#[derive(Clone, Copy)]
enum Named {
    /// `published_articles`, walked in the order of a list: the plus signs keep the planner of SQLite from walking the
    /// intervals instead, and that of PostgreSQL from planning anew for each instant.
    Walked,
    /// `published_articles`, for what PostgreSQL plans with statistics: it must see that nearly every copy is live, and
    /// the plus signs would hide it.
    Estimated,
    /// `published_articles` of which few were sought out by other conditions: PostgreSQL is to take these first, and does
    /// where it expects few to be live.
    Sought,
    /// `published_articles AS other`, a copy beside the one that is looked at.
    Other,
}

/// [`live`] of a table with this name, as SQL, said the other way round.
macro_rules! live_sql {
    ($table:literal) => {
        [
            concat!(" WHERE (", $table, ".visible_from > "),
            concat!(") IS NOT TRUE AND (", $table, ".visible_until <= "),
            ") IS NOT TRUE",
        ]
    };
}

/// [`live`] for statements that are put together. PostgreSQL takes an instant that it does not know to divide the copies one to
/// two. Said the other way round, it expects that most of what it walks is live; else it would read all of a tag and sort it.
fn where_live<ST>(statement: &mut Statement<ST>, copies: Named, now: Time) {
    let [from, until, end] = match copies {
        Named::Walked => live_sql!("+published_articles"),
        Named::Estimated => live_sql!("published_articles"),
        Named::Sought => {
            [" WHERE +published_articles.visible_from <= ", " AND +published_articles.visible_until > ", ""]
        }
        Named::Other => live_sql!("+other"),
    };
    statement.sql(from).time(now).sql(until).time(now).sql(end);
}

/// Which of these articles are live, and when each disappears by itself.
pub fn ends_among(conn: &mut Conn, ids: &[Id], now: Time) -> Result<Vec<(Id, Time)>> {
    use published_articles::dsl;
    on_db!(conn, |c| live(now).filter(in_list(dsl::article_id, ids)).select((dsl::article_id, dsl::ends_at)).load(c))
}

/// Which of these articles are live.
pub fn live_among(conn: &mut Conn, ids: &[Id], now: Time) -> Result<Vec<Id>> {
    on_db!(conn, |c| live(now)
        .filter(in_list(published_articles::article_id, ids))
        .select(published_articles::article_id)
        .load(c))
}

/// A live article as a link names it.
#[derive(Clone, Debug, Queryable)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct LiveLink {
    pub article_id: Id,
    pub locale: String,
    pub slug: String,
    pub headline: String,
}

/// What links to these articles need, of those that are live.
pub fn links(conn: &mut Conn, ids: &[Id], now: Time) -> Result<Vec<LiveLink>> {
    use published_articles::dsl;
    on_db!(conn, |c| live(now)
        .filter(in_list(dsl::article_id, ids))
        .select((dsl::article_id, dsl::locale, dsl::slug, dsl::headline))
        .load(c))
}

/// When the first of the live copies disappears by itself, if one does. An end that a waiting copy of the same article
/// makes is left out: it would tell when that one appears.
pub fn next_end(conn: &mut Conn, now: Time) -> Result<Option<Time>> {
    use published_articles::dsl;
    on_db!(conn, |c| live(now)
        .filter(dsl::visible_until.lt(Time::NEVER))
        .filter(dsl::visible_until.eq(dsl::ends_at))
        .order(dsl::visible_until)
        .select(dsl::visible_until)
        .first(c)
        .optional())
}
