//! What will happen in public: copies that appear or disappear, and embargoes that end.

use diesel::prelude::*;

use super::conn::Conn;
use super::keyset::{boxed, part};
use super::schema::{articles, published_articles};
use crate::error::Result;
use crate::model::paging::{Key, Paged, Paging};
use crate::model::upcoming::UpcomingChange;
use crate::model::{ArticleState, Id, Time};
use crate::on_db;

/// What is wanted: strictly between two instants, of one owner or of all.
#[derive(Clone, Copy, Debug)]
pub struct Between {
    /// Later than this.
    pub after: Time,
    /// Earlier than this.
    pub before: Time,
    /// Only articles of this owner.
    pub owner: Option<Id>,
}

/// Something that will happen to an article.
#[derive(Clone, Debug)]
pub struct Upcoming {
    /// When.
    pub at: Time,
    /// What.
    pub change: UpcomingChange,
    /// The article, in the version that it happens to.
    pub article: Brief,
    /// The copy, or the article where there is none: what ties are broken by.
    key: Id,
}

/// An article in short.
#[derive(Clone, Debug, Queryable)]
#[expect(missing_docs, reason = "the columns of the tables")]
pub struct Brief {
    pub id: Id,
    pub version: i64,
    pub headline: String,
    pub slug: String,
    pub locale: String,
    pub owner_id: Option<Id>,
}

/// Copies by the instant in a column of theirs.
macro_rules! copies {
    ($conn:expr, $wanted:expr, $paging:expr, $column:expr, $condition:expr) => {
        on_db!($conn, |c| {
            let joined = published_articles::table.inner_join(articles::table).filter($condition);
            let mut query = boxed(joined, c).filter($column.gt($wanted.after)).filter($column.lt($wanted.before));
            if let Some(owner) = $wanted.owner {
                query = query.filter(articles::owner_id.eq(owner));
            }
            let query = part!(query, $paging, $column, published_articles::copy_id, false, |from| from.key.time());
            let brief = (
                published_articles::article_id,
                published_articles::version,
                published_articles::headline,
                published_articles::slug,
                published_articles::locale,
                articles::owner_id,
            );
            query.select(($column, published_articles::copy_id, brief)).load::<(Time, Id, Brief)>(c)
        })
    };
}

/// The part of what happens that `paging` wants, in the order of time.
pub fn list(conn: &mut Conn, wanted: &Between, paging: &Paging) -> Result<Paged<Upcoming>> {
    let appears = published_articles::visible_from;
    // A copy that makes way for another one does not end.
    let until = published_articles::visible_until;
    let starts = copies!(conn, wanted, paging, appears, appears.gt(wanted.after))?;
    let ends = copies!(conn, wanted, paging, until, until.eq(published_articles::ends_at))?;
    let embargoes = embargoes(conn, wanted, paging)?;
    let of = |change| move |(at, key, article)| Upcoming { at, change, article, key };
    let mut all: Vec<Upcoming> = starts.into_iter().map(of(UpcomingChange::GoesLive)).collect();
    all.extend(ends.into_iter().map(of(UpcomingChange::Ends)));
    all.extend(embargoes.into_iter().map(of(UpcomingChange::EmbargoEnds)));
    all.sort_by_key(|one| (one.at, one.key));
    if paging.is_backward() {
        all.reverse();
    }
    all.truncate(usize::try_from(paging.fetch()).unwrap_or(usize::MAX));
    Ok(paging.page(all, 0, |one| (Key::from(one.at), one.key)))
}

fn embargoes(conn: &mut Conn, wanted: &Between, paging: &Paging) -> Result<Vec<(Time, Id, Brief)>> {
    on_db!(conn, |c| {
        let until = articles::embargoed_until.assume_not_null();
        // Few articles have an embargo, and most are active: SQLite would walk these.
        let active = articles::table.filter(articles::state.concat("").eq(ArticleState::Active));
        let mut query = boxed(active, c).filter(until.gt(wanted.after)).filter(until.lt(wanted.before));
        if let Some(owner) = wanted.owner {
            query = query.filter(articles::owner_id.eq(owner));
        }
        let query = part!(query, paging, until, articles::id, false, |from| from.key.time());
        let brief =
            (articles::id, articles::version, articles::headline, articles::slug, articles::locale, articles::owner_id);
        query.select((until, articles::id, brief)).load(c)
    })
}
