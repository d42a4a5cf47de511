//! JSON Feed 1.1.

use serde::Serialize;
use utoipa::ToSchema;

use super::feed::{Feed, Item};
use crate::http::public::refs::PictureRef;
use crate::model::Time;

/// A feed (JSON Feed 1.1).
#[derive(Serialize, ToSchema)]
pub struct JsonFeed<'a> {
    /// The version of the format.
    #[schema(format = "uri")]
    pub version: &'static str,
    /// What the feed is called.
    pub title: &'a str,
    /// The page that it belongs to.
    #[schema(format = "uri")]
    pub home_page_url: &'a str,
    /// Where the feed itself is.
    #[schema(format = "uri")]
    pub feed_url: &'a str,
    /// What it is.
    pub description: &'a str,
    /// Its language (BCP 47).
    pub language: &'a str,
    /// The articles, newest first.
    pub items: Vec<JsonFeedItem<'a>>,
}

/// An article in a feed. What it lacks is left out, as the format has it.
#[derive(Serialize, ToSchema)]
pub struct JsonFeedItem<'a> {
    /// Its identity, which stays when its address changes.
    pub id: String,
    /// Where readers find it.
    #[schema(format = "uri")]
    pub url: &'a str,
    /// The headline.
    pub title: &'a str,
    /// The standfirst.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub summary: Option<&'a str>,
    /// The body, with `content=full`; cut at the paywall where the article is not free.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub content_html: Option<&'a str>,
    /// The standfirst, else the headline, where there is no body: the format asks for one of the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub content_text: Option<&'a str>,
    /// The main picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri")]
    pub image: Option<String>,
    /// Start of the present live period.
    #[schema(value_type = String, format = DateTime)]
    pub date_published: Time,
    /// When readers were last told something new.
    #[schema(value_type = String, format = DateTime)]
    pub date_modified: Time,
    /// Who wrote it.
    pub authors: Vec<JsonFeedAuthor<'a>>,
    /// The names of its section and tags.
    pub tags: Vec<&'a str>,
    /// Its language (BCP 47).
    pub language: &'a str,
}

/// Who wrote an article.
#[derive(Serialize, ToSchema)]
pub struct JsonFeedAuthor<'a> {
    /// The name.
    pub name: &'a str,
    /// The page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uri")]
    pub url: Option<String>,
}

impl<'a> JsonFeed<'a> {
    /// The feed in this form.
    #[must_use]
    pub fn of(feed: &'a Feed) -> Self {
        Self {
            version: "https://jsonfeed.org/version/1.1",
            title: &feed.title,
            home_page_url: &feed.home,
            feed_url: &feed.this,
            description: &feed.description,
            language: &feed.locale,
            items: feed.items.iter().map(item).collect(),
        }
    }
}

fn item<'a>(item: &'a Item) -> JsonFeedItem<'a> {
    let card = &item.card;
    let instead = item.html.is_none().then(|| card.standfirst.unwrap_or(card.headline));
    JsonFeedItem {
        id: item.urn(),
        url: &card.url,
        title: card.headline,
        summary: card.standfirst,
        content_html: item.html.as_deref(),
        content_text: instead,
        image: card.hero.as_ref().and_then(PictureRef::url),
        date_published: card.published_at,
        date_modified: card.updated_at,
        authors: item.authors().into_iter().map(|(name, url)| JsonFeedAuthor { name, url }).collect(),
        tags: item.categories(),
        language: card.locale,
    }
}
