//! Collections as editors see them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::collections::{CollectionView, ItemView};
use crate::http::list::{Links, Meta, PageMeta};
use crate::model::collection::{CollectionFill, CollectionStatus};
use crate::model::{ArticleAction, Id, Time};

/// A collection as editors see it: the working copy, and how it stands to what readers see.
#[derive(Serialize, ToSchema)]
pub struct AdminCollection {
    /// Identity.
    pub id: Id,
    /// Counts the changes, from 1; the ETag is this in quotes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// The last part of its address.
    #[schema(max_length = 96)]
    pub slug: String,
    /// What it is called.
    #[schema(max_length = 200)]
    pub name: String,
    /// What it is.
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// The language of its articles; `null` for any.
    #[schema(max_length = 12)]
    pub locale: Option<String>,
    /// How many articles readers see at the most.
    #[schema(minimum = 1, maximum = 100)]
    pub size: i64,
    /// The articles that were put there by hand, in order.
    pub items: Vec<AdminCollectionItem>,
    /// What takes the other places; `null`: nothing.
    pub fill: Option<CollectionFill>,
    /// Whether readers see it.
    pub status: CollectionStatus,
    /// The version that readers see; `null` where they see none.
    #[schema(minimum = 1)]
    pub published_version: Option<i64>,
    /// Whether the working copy was changed since.
    pub has_unpublished_changes: bool,
    /// The start of its present time in public; `null` where readers don't see it.
    pub published_at: Option<Time>,
    /// What the caller can do with it now.
    pub allowed_actions: Vec<ArticleAction>,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// An article that was put into a collection by hand.
#[derive(Serialize, ToSchema)]
pub struct AdminCollectionItem {
    /// The article.
    pub article: CollectionArticleRef,
    /// The place that it is pinned to, from 1; `null` where it flows.
    #[schema(minimum = 1, maximum = 100)]
    pub slot: Option<i64>,
    /// What stands above it here, instead of its headline.
    #[schema(max_length = 300)]
    pub headline: Option<String>,
    /// The paragraph under the headline here, instead of its own.
    #[schema(max_length = 600)]
    pub standfirst: Option<String>,
}

/// An article that a collection names. All but its id is `null` where it is not there any more, or where the caller may
/// not read it.
#[derive(Serialize, ToSchema)]
pub struct CollectionArticleRef {
    /// The article.
    pub id: Id,
    /// Its locale.
    pub locale: Option<String>,
    /// Its slug.
    pub slug: Option<String>,
    /// Its headline.
    pub headline: Option<String>,
    /// Whether readers see it now, so that it can stand in its place.
    pub live: bool,
}

/// One collection, editorially.
#[derive(Serialize, ToSchema)]
pub struct AdminCollectionAnswer {
    /// The collection.
    pub data: AdminCollection,
    /// About the answer.
    pub meta: Meta,
}

/// A part of the list of all collections.
#[derive(Serialize, ToSchema)]
pub struct AdminCollectionPage {
    /// The collections.
    pub data: Vec<AdminCollection>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

impl AdminCollection {
    /// What editors see.
    #[must_use]
    pub fn of(view: CollectionView) -> Self {
        let (status, has_unpublished_changes) = (view.status(), view.has_unpublished_changes());
        let CollectionView { row, items, fill, public, allowed } = view;
        Self {
            id: row.id,
            version: row.version,
            slug: row.slug,
            name: row.name,
            description: row.description,
            locale: row.locale,
            size: row.size,
            items: items.into_iter().map(AdminCollectionItem::of).collect(),
            fill,
            status,
            published_version: public.as_ref().map(|public| public.version),
            has_unpublished_changes,
            published_at: public.map(|public| public.published_at),
            allowed_actions: allowed,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl AdminCollectionItem {
    fn of(view: ItemView) -> Self {
        let ItemView { item, article, live } = view;
        let (locale, slug, headline) = match article {
            Some(named) => (Some(named.locale), Some(named.slug), Some(named.headline)),
            None => (None, None, None),
        };
        Self {
            article: CollectionArticleRef { id: item.article, locale, slug, headline, live },
            slot: item.slot.map(|slot| slot.0),
            headline: item.headline.map(String::from),
            standfirst: item.standfirst.map(String::from),
        }
    }
}
