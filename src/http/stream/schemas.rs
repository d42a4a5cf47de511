//! The `data` of every event that streams carry.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::events::InPublic;
use crate::domain::feed::{Collection, LiveArticle};
use crate::model::{ArticleKind, Id, Time};

/// `article.live` and `article.changed`: an article as it is live now.
#[derive(Serialize, ToSchema)]
pub struct ArticleShownEvent<'a> {
    /// Identity.
    pub id: Id,
    /// Last part of the address.
    pub slug: &'a str,
    /// Its language.
    pub locale: &'a str,
    /// Where readers find it.
    #[schema(format = "uri")]
    pub url: &'a str,
    /// The headline.
    pub headline: &'a str,
    /// What kind of text it is.
    pub kind: ArticleKind,
    /// When readers were last told something new.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// `article.gone`: an article that was live and is not any more.
#[derive(Serialize, ToSchema)]
pub struct ArticleGoneEvent<'a> {
    /// Identity.
    pub id: Id,
    /// Its language.
    pub locale: &'a str,
}

/// `live_update`: what happened to an update of a live blog.
#[derive(Serialize, ToSchema)]
pub struct LiveUpdateEvent<'a> {
    /// The update.
    pub id: Id,
    /// What happened to it.
    pub action: LiveUpdateAction,
    /// The live blog.
    pub article: ArticleShownEvent<'a>,
}

/// What happened to an update of a live blog.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiveUpdateAction {
    /// It is new.
    Created,
    /// It says something else.
    Updated,
    /// It is not there any more.
    Deleted,
}

/// `collection.live` and `collection.changed`: a collection as readers see it now. Which of its articles are live is told
/// by the events of those.
#[derive(Serialize, ToSchema)]
pub struct CollectionShownEvent<'a> {
    /// Identity.
    pub id: Id,
    /// Last part of the address.
    pub slug: &'a str,
    /// The language of its articles; `null` for any.
    pub locale: Option<&'a str>,
    /// What it is called.
    pub name: &'a str,
    /// When it was last published.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// `collection.gone`: a collection that readers saw and don't see any more.
#[derive(Serialize, ToSchema)]
pub struct CollectionGoneEvent {
    /// Identity.
    pub id: Id,
}

/// Any event, as editors hear of it; its name on the wire is its `type`.
#[derive(Serialize, ToSchema)]
pub struct AdminEvent<'a> {
    /// What happened: `article.updated`, `article.submitted`, `tag.merged` and so on, as webhooks have it.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: Time,
    /// Ids, and what little the event says of itself: `id`, mostly `version`; `article_id` where it is about something of
    /// an article.
    #[schema(value_type = Object, additional_properties)]
    pub data: &'a serde_json::Value,
}

impl<'a> ArticleShownEvent<'a> {
    /// As events tell of it.
    #[must_use]
    pub fn of(article: &'a LiveArticle) -> Self {
        Self {
            id: article.id,
            slug: &article.slug,
            locale: &article.locale,
            url: &article.url,
            headline: &article.headline,
            kind: article.kind,
            updated_at: article.updated_at,
        }
    }
}

impl<'a> CollectionShownEvent<'a> {
    /// As events tell of it.
    #[must_use]
    pub fn of(collection: &'a Collection) -> Self {
        Self {
            id: collection.id,
            slug: &collection.slug,
            locale: collection.locale.as_deref(),
            name: &collection.name,
            updated_at: collection.updated_at,
        }
    }
}

impl<'a> LiveUpdateEvent<'a> {
    /// As events tell of it.
    #[must_use]
    pub fn of(id: Id, means: InPublic, article: &'a LiveArticle) -> Self {
        let action = match means {
            InPublic::Live => LiveUpdateAction::Created,
            InPublic::Changed => LiveUpdateAction::Updated,
            InPublic::Gone => LiveUpdateAction::Deleted,
        };
        Self { id, action, article: ArticleShownEvent::of(article) }
    }
}
