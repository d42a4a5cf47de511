//! A collection with what it names, as editors see it.

use std::collections::{HashMap, HashSet};

use super::rules::{fill_of, items_of};
use crate::domain::{Actor, Cx, Op, policy};
use crate::error::{Error, Result};
use crate::model::collection::{CollectionFill, CollectionItem, CollectionStatus};
use crate::model::{ArticleAction, Id};
use crate::store::articles;
use crate::store::collections::{CollectionRow, PublishedCollectionRow};
use crate::store::published;

/// A collection and its surroundings.
pub struct CollectionView {
    /// The working copy.
    pub row: CollectionRow,
    /// The articles that were put there by hand, in order.
    pub items: Vec<ItemView>,
    /// What takes the other places.
    pub fill: Option<CollectionFill>,
    /// What readers see.
    pub public: Option<PublishedCollectionRow>,
    /// What the caller can do with it now.
    pub allowed: Vec<ArticleAction>,
}

/// An article that was put there by hand.
pub struct ItemView {
    /// What the collection says of it.
    pub item: CollectionItem,
    /// The article: its working copy where the caller may read that, else what readers see of it.
    pub article: Option<Named>,
    /// Whether readers see it now.
    pub live: bool,
}

/// An article as a list names it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "as the article has them")]
pub struct Named {
    pub locale: String,
    pub slug: String,
    pub headline: String,
}

impl CollectionView {
    /// Whether readers see it.
    #[must_use]
    pub const fn status(&self) -> CollectionStatus {
        if self.public.is_some() { CollectionStatus::Published } else { CollectionStatus::Draft }
    }

    /// Whether readers see another version than this one.
    #[must_use]
    pub fn has_unpublished_changes(&self) -> bool {
        self.public.as_ref().is_some_and(|public| public.version < self.row.version)
    }
}

/// Looks the surroundings of one collection up.
///
/// # Errors
/// The database's.
pub fn one(cx: &mut Cx, actor: &Actor, row: CollectionRow) -> Result<CollectionView> {
    many(cx, actor, vec![row])?.pop().ok_or_else(|| Error::internal("one view of one collection"))
}

/// The same for many, one query per relation.
///
/// # Errors
/// The database's.
pub fn many(cx: &mut Cx, actor: &Actor, rows: Vec<CollectionRow>) -> Result<Vec<CollectionView>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let mut public: HashMap<Id, _> =
        published::collections_among(cx.conn, &ids)?.into_iter().map(|row| (row.collection_id, row)).collect();
    let items: Vec<Vec<CollectionItem>> = rows.iter().map(items_of).collect::<Result<_>>()?;
    let mut named: Vec<Id> = items.iter().flatten().map(|item| item.article).collect();
    named.sort_unstable();
    named.dedup();
    let links = published::links(cx.conn, &named, cx.now)?;
    let live: HashSet<Id> = links.iter().map(|link| link.article_id).collect();
    let public_names = links
        .into_iter()
        .map(|link| (link.article_id, Named { locale: link.locale, slug: link.slug, headline: link.headline }));
    let mut known: HashMap<Id, Named> = public_names.collect();
    let working = articles::find_many(cx.conn, &named)?.into_iter();
    let readable = working.filter(|row| policy::reads_article(actor, row.owner_id));
    known.extend(readable.map(|row| (row.id, Named { locale: row.locale, slug: row.slug, headline: row.headline })));
    let item = |item: CollectionItem| {
        let (article, live) = (known.get(&item.article).cloned(), live.contains(&item.article));
        ItemView { item, article, live }
    };
    let view = |(row, items): (CollectionRow, Vec<CollectionItem>)| {
        let public = public.remove(&row.id);
        Ok(CollectionView {
            items: items.into_iter().map(item).collect(),
            fill: fill_of(&row)?,
            allowed: allowed(actor, public.is_some()),
            public,
            row,
        })
    };
    rows.into_iter().zip(items).map(view).collect()
}

/// What this actor can do with a collection that readers see, or don't.
pub fn allowed(actor: &Actor, is_public: bool) -> Vec<ArticleAction> {
    let table = [
        (ArticleAction::Edit, Op::UpdateCollection, true),
        (ArticleAction::Publish, Op::PublishCollection, true),
        (ArticleAction::Unpublish, Op::UnpublishCollection, is_public),
        (ArticleAction::Delete, Op::DeleteCollection, !is_public),
    ];
    let possible = table.into_iter().filter(|(_, op, possible)| *possible && policy::check(actor, *op).is_ok());
    possible.map(|(action, ..)| action).collect()
}
