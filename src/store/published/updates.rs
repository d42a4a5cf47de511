//! The updates of live blogs, of articles that are live.

use diesel::prelude::*;

use super::live;
use crate::error::Result;
use crate::model::paging::{Paged, Paging};
use crate::model::{Id, Time};
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::keyset::{boxed, part};
use crate::store::live_updates::ShownUpdateRow;
use crate::store::schema::{published_articles, published_live_updates};

/// Which updates of an article are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct UpdateFilter {
    /// Pinned ones, or the others.
    pub pinned: Option<bool>,
    /// Key events, or the others.
    pub key_event: Option<bool>,
    /// Changed at this instant or later.
    pub since: Option<Time>,
}

/// Of which copies these are: those that are live.
macro_rules! shown {
    ($article:expr, $now:expr) => {
        live($now)
            .inner_join(
                published_live_updates::table.on(published_live_updates::article_id.eq(published_articles::article_id)),
            )
            .filter(published_articles::article_id.eq($article))
    };
}

/// What narrows the list, on a boxed query.
macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        if let Some(pinned) = $filter.pinned {
            query = query.filter(published_live_updates::pinned.eq(pinned));
        }
        if let Some(key_event) = $filter.key_event {
            query = query.filter(published_live_updates::key_event.eq(key_event));
        }
        if let Some(since) = $filter.since {
            query = query.filter(published_live_updates::updated_at.ge(since));
        }
        query
    }};
}

/// One part of the updates of a live article, the newest first, with the total where the paging counts.
pub fn updates(
    conn: &mut Conn,
    article: Id,
    filter: UpdateFilter,
    paging: &Paging,
    now: Time,
) -> Result<Paged<ShownUpdateRow>> {
    let total = if paging.counts() {
        on_db!(conn, |c| narrowed!(boxed(shown!(article, now).count(), c), filter).get_result(c))?
    } else {
        0
    };
    let rows = on_db!(conn, |c| {
        let query = narrowed!(boxed(shown!(article, now).select(ShownUpdateRow::as_select()), c), filter);
        let (at, id) = (published_live_updates::at, published_live_updates::update_id);
        part!(query, paging, at, id, true, |from| from.key.time()).load(c)
    })?;
    Ok(paging.page(rows, total, |row: &ShownUpdateRow| (row.at.into(), row.update_id)))
}
