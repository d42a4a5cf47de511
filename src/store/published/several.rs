//! Lists of several tags or authors, in the order of publication.
//!
//! An index has the copies of one of them in that order. So each is walked by itself for as many rows as are wanted, and
//! the list is the first of all that was found: common ones do not make it read more of the archive. Several sections need
//! none of this, for a copy has one section.

use super::filter::{Filter, Order, OrderKey};
use super::list::{Walk, beyond, descends, in_order, limited, narrow};
use crate::model::paging::Paging;
use crate::model::{Id, Time};
use crate::store::statement::{CopySql, Statement};

/// So many are walked one by one at the most.
const MOST: usize = 16;
/// Rows that the walks read together at the most: deep in a numbered list it is cheaper to sort all that match.
const MOST_ROWS: i64 = 2_000;

/// The filters whose lists together are the list of a filter. None where walking them would not pay: where one walk does,
/// in another order, and beside filters that most copies may fail, for then a walk would go on for long.
pub(super) fn branches(filter: &Filter, order: Order, paging: &Paging) -> Vec<Filter> {
    let Filter {
        sections: None,
        all_tags: None,
        featured: None,
        breaking: None,
        fallback_locale: None,
        updated_after: None,
        ids: None,
        matching: None,
        ..
    } = filter
    else {
        return Vec::new();
    };
    let few = |ids: &Vec<Id>| {
        let rows = reach(paging).saturating_mul(i64::try_from(ids.len()).unwrap_or(i64::MAX));
        order.key == OrderKey::PublishedAt && (2..=MOST).contains(&ids.len()) && rows <= MOST_ROWS
    };
    match (&filter.tags, &filter.authors) {
        (Some(tags), None) if few(tags) => {
            tags.iter().map(|tag| Filter { tags: Some(vec![*tag]), ..filter.clone() }).collect()
        }
        (None, Some(authors)) if few(authors) => {
            authors.iter().map(|author| Filter { authors: Some(vec![*author]), ..filter.clone() }).collect()
        }
        _ => Vec::new(),
    }
}

/// How far each is walked.
fn reach(paging: &Paging) -> i64 {
    paging.offset().saturating_add(paging.fetch())
}

/// All that follows the columns: the copies that come first in the lists of these filters together.
pub(super) fn merged(
    statement: &mut Statement<CopySql>,
    branches: &[Filter],
    order: Order,
    paging: &Paging,
    now: Time,
) {
    for (at, filter) in branches.iter().enumerate() {
        let walk = Walk::of(filter, order);
        statement.sql(if at == 0 { " FROM (" } else { " UNION " });
        statement.sql(
            "SELECT copy_id, published_at, article_id FROM (\
             SELECT walked.copy_id, walked.published_at, walked.article_id",
        );
        narrow(statement, filter, walk, now);
        beyond(statement, walk, order, paging);
        in_order(statement, walk, order, paging);
        limited(statement, reach(paging), 0);
        statement.sql(") AS branch");
        if branches.len() > 2 || filter.count() > 1 {
            statement.rare();
        }
    }
    statement.sql(match descends(order, paging) {
        true => " ORDER BY published_at DESC, article_id DESC",
        false => " ORDER BY published_at, article_id",
    });
    limited(statement, paging.fetch(), paging.offset());
    // CROSS: SQLite takes the tables in the order in which they stand here.
    statement.sql(") AS chosen CROSS JOIN published_articles WHERE published_articles.copy_id = chosen.copy_id");
    in_order(statement, Walk::Copies, order, paging);
}
