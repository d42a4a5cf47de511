//! What uses a media record, as editors are told.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Actor, Cx, Op, policy};
use crate::error::Result;
use crate::model::Id;
use crate::store::media::MediaRow;
use crate::store::media_usage::{self, ArticleUse};

/// At most so many users of each kind are named.
pub const MAX_PER_KIND: i64 = 100;

/// What uses a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MediaUseKind)]
pub enum UseKind {
    /// An article.
    Article,
    /// A tag.
    Tag,
    /// An author.
    Author,
    /// Another media record.
    Media,
    /// The site.
    Site,
}

/// Where in its user a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MediaUsePlace)]
pub enum UsePlace {
    /// In an article's working copy.
    WorkingCopy,
    /// In a copy that is live or waits.
    PublishedCopy,
    /// In an update of an article's live blog.
    LiveUpdate,
    /// As a tag's picture.
    Image,
    /// As an author's portrait.
    Avatar,
    /// As the poster of a film or recording.
    Poster,
    /// As the site's logo.
    Logo,
}

/// One user of a record.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MediaUse)]
pub struct Use {
    /// What it is.
    pub kind: UseKind,
    /// Its identity; `null` for the site, and for an article that the caller may not read.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub id: Option<Id>,
    /// Its headline, name or title; `null` where it has none, and for an article that the caller may not read.
    pub title: Option<String>,
    /// Where it uses the record.
    #[serde(rename = "where")]
    pub places: Vec<UsePlace>,
}

/// What uses a record, at most [`MAX_PER_KIND`] of each kind.
///
/// # Errors
/// The database's.
pub fn usage(cx: &mut Cx, actor: &Actor, row: &MediaRow) -> Result<Vec<Use>> {
    let mut uses = Vec::new();
    for article in media_usage::articles(cx.conn, row.id, cx.now, MAX_PER_KIND)? {
        uses.push(of_article(actor, article));
    }
    let one = |kind, id, title, place| Use { kind, id: Some(id), title, places: vec![place] };
    for (id, name) in media_usage::tags(cx.conn, row.id, MAX_PER_KIND)? {
        uses.push(one(UseKind::Tag, id, Some(name), UsePlace::Image));
    }
    for (id, name) in media_usage::authors(cx.conn, row.id, MAX_PER_KIND)? {
        uses.push(one(UseKind::Author, id, Some(name), UsePlace::Avatar));
    }
    for (id, title) in media_usage::films(cx.conn, row.id, MAX_PER_KIND)? {
        uses.push(one(UseKind::Media, id, title, UsePlace::Poster));
    }
    if let Some(name) = media_usage::site(cx.conn, row.id)? {
        uses.push(Use { kind: UseKind::Site, id: None, title: Some(name), places: vec![UsePlace::Logo] });
    }
    Ok(uses)
}

fn of_article(actor: &Actor, article: ArticleUse) -> Use {
    let readable = policy::check_owned(actor, Op::GetAdminArticle, article.owner_id).is_ok();
    let places = [
        (article.working, UsePlace::WorkingCopy),
        (article.published, UsePlace::PublishedCopy),
        (article.updates, UsePlace::LiveUpdate),
    ];
    Use {
        kind: UseKind::Article,
        id: readable.then_some(article.id),
        title: readable.then_some(article.headline),
        places: places.into_iter().filter(|(used, _)| *used).map(|(_, place)| place).collect(),
    }
}
