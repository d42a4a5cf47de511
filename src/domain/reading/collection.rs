//! Collections as readers see them: which of the articles stands where, decided at this instant.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::list::{self, ListRequest, Relations};
use super::shelf::Story;
use crate::domain::Cx;
use crate::domain::taxonomy::Found;
use crate::error::{Error, Result};
use crate::model::collection::{CollectionFill, CollectionItem};
use crate::model::paging::Paging;
use crate::model::{Handle, Id, Key};
use crate::store::collections::PublishedCollectionRow;
use crate::store::copies::CopyRow;
use crate::store::published::{self, Filter, Order};

/// A collection with its articles.
pub struct Front {
    /// What it is called.
    pub collection: PublishedCollectionRow,
    /// What stands in it.
    pub arranged: Arranged,
}

/// What stands in a collection now.
pub struct Arranged {
    /// The articles, in order.
    pub entries: Vec<Entry>,
    /// Their bodies, if they were wanted, and what they refer to.
    pub relations: Relations,
}

/// An article in its place.
pub struct Entry {
    /// The article.
    pub story: Story,
    /// Its place, from 1.
    pub slot: i64,
    /// What the newsroom said of it; nothing where it fills a place.
    pub item: Option<CollectionItem>,
}

/// What a collection asks for.
pub struct Plan {
    locale: Option<String>,
    size: usize,
    items: Vec<CollectionItem>,
    fill: Option<CollectionFill>,
}

impl Plan {
    /// Reads what rows keep.
    ///
    /// # Errors
    /// The row is damaged.
    pub fn of(locale: Option<String>, size: i64, items: &str, fill: Option<&str>) -> Result<Self> {
        Ok(Self {
            locale,
            size: usize::try_from(size).unwrap_or(0),
            items: serde_json::from_str(items).map_err(Error::internal)?,
            fill: fill.map(|fill| serde_json::from_str(fill).map_err(Error::internal)).transpose()?,
        })
    }
}

/// The collection at an address; an old one is followed.
///
/// # Errors
/// 404, also for one that is not published.
pub fn collection(cx: &mut Cx, slug: &str, bodies: bool) -> Result<Found<Front>> {
    let Some(row) = published::collection(cx.conn, slug)? else {
        let (id, present) = published::collection_moved(cx.conn, slug)?.ok_or_else(Error::not_found)?;
        cx.shows.note(Key::Collection(id));
        return Ok(Found::Moved(present));
    };
    cx.shows.note(Key::Collection(row.collection_id));
    let plan = Plan::of(row.locale.clone(), row.size, &row.items, row.fill.as_deref())?;
    let arranged = arranged(cx, &plan, bodies)?;
    Ok(Found::Here(Front { collection: row, arranged }))
}

/// Puts the live articles of a plan in their places: those by hand, each once, and then what the fill finds. A place
/// whose article is not live is taken by the next one, so that there is no gap.
///
/// # Errors
/// The database's.
pub fn arranged(cx: &mut Cx, plan: &Plan, bodies: bool) -> Result<Arranged> {
    let named: Vec<Id> = plan.items.iter().map(|item| item.article).collect();
    // Those that are not live, too: they come back by themselves.
    cx.shows.note_all(Key::Article, &named);
    let live = published::by_ids(cx.conn, &named, cx.now)?.into_iter();
    let of_locale = live.filter(|row| plan.locale.as_ref().is_none_or(|locale| *locale == row.locale));
    let mut live: HashMap<Id, CopyRow> = of_locale.map(|row| (row.article_id, row)).collect();
    let shown: HashSet<Id> = live.keys().copied().collect();
    let (mut pinned, mut flowing) = (BTreeMap::new(), Vec::new());
    for item in &plan.items {
        match (live.remove(&item.article), item.slot) {
            (Some(row), Some(slot)) => _ = pinned.insert(slot.0, (row, Some(item.clone()))),
            (Some(row), None) => flowing.push((row, Some(item.clone()))),
            (None, _) => {}
        }
    }
    if let Some(fill) = plan.fill.as_ref().filter(|_| shown.len() < plan.size) {
        let others = filling(cx, plan, fill)?.into_iter().filter(|row| !shown.contains(&row.article_id));
        flowing.extend(others.map(|row| (row, None)));
    }
    let mut flowing = flowing.into_iter();
    let mut entries = Vec::with_capacity(plan.size);
    for slot in (1..).take(plan.size) {
        let next = pinned.remove(&slot).or_else(|| flowing.next());
        // Nothing flows any more: the pinned ones close up.
        let Some((row, item)) = next.or_else(|| pinned.pop_first().map(|(_, entry)| entry)) else { break };
        entries.push(Entry { story: Story::of(row)?, slot, item });
    }
    let relations = Relations::of(cx, entries.iter().map(|entry| &entry.story), bodies)?;
    Ok(Arranged { entries, relations })
}

/// As many articles as there are places: those among them that were put there by hand leave enough for the rest.
fn filling(cx: &mut Cx, plan: &Plan, fill: &CollectionFill) -> Result<Vec<CopyRow>> {
    let named = |ids: &[Id]| (!ids.is_empty()).then(|| ids.iter().copied().map(Handle::Id).collect());
    let request = ListRequest {
        sections: named(&fill.section),
        tags: named(&fill.tag),
        all_tags: named(&fill.tag_all),
        no_tags: named(&fill.tag_not),
        authors: named(&fill.author),
        filter: Filter {
            kinds: fill.kind.clone(),
            access: fill.access.clone(),
            featured: fill.featured,
            breaking: fill.breaking,
            locale: plan.locale.clone(),
            published_after: fill.published_after,
            ..Filter::default()
        },
        order: Order::from(fill.sort),
        paging: Paging::Keyset { limit: i64::try_from(plan.size).unwrap_or(0), from: None },
        bodies: false,
        query: None,
    };
    let filter = list::resolved(cx, &request)?;
    Ok(published::list(cx.conn, &filter, request.order, &request.paging, cx.now)?.rows)
}
