//! Lists of several tags, authors or sections, in the order of publication.
//!
//! An index has the copies of one of them in that order. So each is walked by itself for as many rows as are wanted, and
//! the list is the first of all that was found: neither common nor rare ones make it read more of the archive.

use super::filter::{Filter, Order, OrderKey};
use super::list::{Walk, beyond, in_order, limited, narrow};
use super::{Named, where_live};
use crate::model::paging::Paging;
use crate::model::{Id, Time};
use crate::store::statement::Statement;

/// So many are walked one by one at the most; of more, all that they have is gathered and sorted.
const MOST: usize = 16;

/// The filters whose lists together are the list of a filter; none where one walk finds its rows.
pub(super) fn branches(filter: &Filter, order: Order) -> Vec<Filter> {
    let is_walked = !matches!(Walk::of(filter, order), Walk::Copies);
    if order.key != OrderKey::PublishedAt || is_walked || filter.ids.is_some() {
        return Vec::new();
    }
    let several = |ids: &Option<Vec<Id>>| ids.as_ref().filter(|ids| (2..=MOST).contains(&ids.len())).cloned();
    let each = |ids: Vec<Id>, narrowed: fn(Filter, Option<Vec<Id>>) -> Filter| {
        ids.into_iter().map(|id| narrowed(filter.clone(), Some(vec![id]))).collect()
    };
    if let Some(tags) = several(&filter.tags) {
        each(tags, |filter, tags| Filter { tags, ..filter })
    } else if let Some(authors) = several(&filter.authors) {
        each(authors, |filter, authors| Filter { authors, ..filter })
    } else if let Some(sections) = several(&filter.sections) {
        each(sections, |filter, sections| Filter { sections, ..filter })
    } else {
        Vec::new()
    }
}

/// FROM and WHERE: the copies that come first in the list of one of these filters.
pub(super) fn among<ST>(statement: &mut Statement<ST>, branches: &[Filter], order: Order, paging: &Paging, now: Time) {
    for (at, filter) in branches.iter().enumerate() {
        let walk = Walk::of(filter, order);
        statement.sql(if at == 0 { " FROM (" } else { " UNION " });
        statement.sql("SELECT copy_id FROM (SELECT published_articles.copy_id");
        narrow(statement, filter, walk, now);
        beyond(statement, walk, order, paging);
        in_order(statement, walk, order, paging);
        limited(statement, paging.offset().saturating_add(paging.fetch()), 0);
        statement.sql(") AS first");
    }
    // CROSS: SQLite takes the tables in the order in which they stand here.
    statement.sql(") AS chosen CROSS JOIN published_articles");
    where_live(statement, Named::Walked, now);
    statement.sql(" AND published_articles.copy_id = chosen.copy_id");
    if branches.len() > 2 {
        statement.rare();
    }
}
