//! What readers see of what events are about.

use std::collections::HashMap;

use super::{Means, Read};
use crate::domain::{Cx, site};
use crate::error::Result;
use crate::model::{ArticleKind, Id, Time};
use crate::store::collections::PublishedCollectionRow;
use crate::store::published;

/// What is public of what events are about.
pub(super) struct Shown {
    pub(super) articles: HashMap<Id, LiveArticle>,
    pub(super) collections: HashMap<Id, Collection>,
}

impl Shown {
    /// Looks up what readers are to be told of.
    pub(super) fn of(cx: &mut Cx, events: &[Read]) -> Result<Self> {
        Ok(Self { articles: live_articles(cx, events)?, collections: collections(cx, events)? })
    }
}

/// A live article, as news name it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "as the card has them")]
pub struct LiveArticle {
    pub id: Id,
    pub slug: String,
    pub locale: String,
    pub url: String,
    pub headline: String,
    pub kind: ArticleKind,
    pub updated_at: Time,
}

/// A collection that readers see, as news name it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "as the collection has them")]
pub struct Collection {
    pub id: Id,
    pub slug: String,
    pub locale: Option<String>,
    pub name: String,
    pub updated_at: Time,
}

/// The articles that readers are to be told of, as far as they are live. Where the clock of another node is ahead, its
/// instant counts: it has published by then.
fn live_articles(cx: &mut Cx, events: &[Read]) -> Result<HashMap<Id, LiveArticle>> {
    let told: Vec<&Read> = events.iter().filter(|event| event.in_public().is_some()).collect();
    let ids: Vec<Id> = told.iter().filter_map(|event| event.article).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let now = told.iter().map(|event| event.row.at).fold(cx.now, Time::max);
    let default_locale = site::load(cx)?.default_locale;
    let urls = std::sync::Arc::clone(&cx.urls);
    let copies = published::by_ids(cx.conn, &ids, now)?;
    let article = |copy: crate::store::copies::CopyRow| {
        let url = urls.article(&copy.locale, default_locale.as_str(), &copy.slug, copy.article_id);
        let article = LiveArticle {
            id: copy.article_id,
            slug: copy.slug,
            locale: copy.locale,
            url,
            headline: copy.headline,
            kind: copy.kind,
            updated_at: copy.updated_at,
        };
        (article.id, article)
    };
    Ok(copies.into_iter().map(article).collect())
}

/// The collections that readers are to be told of, as far as they see them.
fn collections(cx: &mut Cx, events: &[Read]) -> Result<HashMap<Id, Collection>> {
    let told = events.iter().filter(|event| event.means == Some(Means::Collection) && event.in_public().is_some());
    let ids: Vec<Id> = told.map(|event| event.row.subject_id).collect();
    let collection = |row: PublishedCollectionRow| Collection {
        id: row.collection_id,
        slug: row.slug,
        locale: row.locale,
        name: row.name,
        updated_at: row.updated_at,
    };
    let rows = published::collections_among(cx.conn, &ids)?.into_iter();
    Ok(rows.map(collection).map(|collection| (collection.id, collection)).collect())
}
