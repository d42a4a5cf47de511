//! An article in the words of schema.org, as search engines read it out of its page.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::node::Node;
use super::schema_media::{film, pictures};
use super::schema_people::{credits, publisher, signed, source, subjects};
use crate::domain::reading::{self, Described, Updates};
use crate::error::{Error, Result};
use crate::http::public::cards::{Card, View};
use crate::http::public::refs::PictureRef;
use crate::model::{Access, ArticleKind, Correction, Dateline, Rights, Source, Time};

/// The class that a page gives to what stands behind its paywall.
const PAYWALL: &str = ".paywall";

/// An article of schema.org: `NewsArticle` or what its kind makes of it. More members than these stand in it; what is not
/// known is left out.
#[derive(Serialize, ToSchema)]
#[schema(as = NewsArticle)]
pub struct JsonLd {
    /// The vocabulary: `https://schema.org`.
    #[serde(rename = "@context")]
    pub context: String,
    /// `NewsArticle`, `AnalysisNewsArticle`, `OpinionNewsArticle`, `BackgroundNewsArticle`, `ReviewNewsArticle`,
    /// `LiveBlogPosting` or `AdvertiserContentArticle`, by the article's `kind`.
    #[serde(rename = "@type")]
    pub kind: String,
    /// Its identity, which stays when its address changes.
    #[serde(rename = "@id")]
    #[schema(format = "uri")]
    pub id: String,
    /// Where readers find it.
    #[schema(format = "uri")]
    pub url: String,
    /// The headline.
    pub headline: String,
    /// When it was first public.
    #[serde(rename = "datePublished")]
    #[schema(value_type = String, format = DateTime)]
    pub published: Time,
    /// When readers were last told something new.
    #[serde(rename = "dateModified")]
    #[schema(value_type = String, format = DateTime)]
    pub modified: Time,
    /// Whether everybody may read all of it.
    #[serde(rename = "isAccessibleForFree")]
    pub free: bool,
}

/// An article as an object of schema.org.
///
/// # Errors
/// A row is damaged.
pub fn document(view: View, article: &reading::Article, around: &Described) -> Result<Value> {
    let (copy, card) = (&article.story.copy, view.card(&article.story));
    let node = Node::new()
        .with("@context", "https://schema.org")
        .with("@type", type_of(copy.kind))
        .with("@id", identity(view, &card))
        .with("identifier", card.id.to_string())
        .with("url", card.url.as_str())
        .with("mainEntityOfPage", page(view, article, &card))
        .with("headline", card.headline)
        .with("alternativeHeadline", article.seo.title.as_deref().filter(|title| *title != card.headline))
        .with("description", article.seo.description.as_deref().or(card.standfirst))
        .with("inLanguage", card.locale)
        .with("datePublished", copy.first_published_at.to_string())
        .with("dateModified", copy.updated_at.to_string());
    let node = credits(node, &card.authors, view).with("publisher", publisher(view, around));
    let node = illustrated(node, view, article, &card);
    let node = classified(node, &card, around);
    let node = accessible(node, article, copy.access);
    let node = filed(node, article, &card)?;
    let node = connected(node, view, article)?;
    Ok(match &around.updates {
        Some(updates) => live(node, view, &card, updates).into(),
        None => node.into(),
    })
}

/// The same as text that may stand in a `<script>` as it is: nothing in it ends the element or begins a comment.
///
/// # Errors
/// None in practice.
pub fn script(document: &Value) -> Result<String> {
    let json = serde_json::to_string(document).map_err(Error::internal)?;
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        match c {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    Ok(out)
}

const fn type_of(kind: ArticleKind) -> &'static str {
    match kind {
        ArticleKind::News | ArticleKind::Interview | ArticleKind::Video | ArticleKind::Gallery => "NewsArticle",
        ArticleKind::Analysis => "AnalysisNewsArticle",
        ArticleKind::Opinion => "OpinionNewsArticle",
        ArticleKind::Feature => "BackgroundNewsArticle",
        ArticleKind::Review => "ReviewNewsArticle",
        ArticleKind::Live => "LiveBlogPosting",
        ArticleKind::Sponsored => "AdvertiserContentArticle",
    }
}

/// What names the article for good: its slug may change, its id does not.
fn identity(view: View, card: &Card) -> String {
    format!("{}/v1/articles/{}", view.urls.api, card.id)
}

/// The page, with the way that leads to it.
fn page(view: View, article: &reading::Article, card: &Card) -> Node {
    let step = |position: i32, name: &str, url: &str| -> Value {
        Node::of_type("ListItem").with("position", position).with("name", name).with("item", url).into()
    };
    let mut steps = vec![step(1, &view.shelf.site.name, &view.urls.site)];
    if let Some(section) = &card.section {
        steps.push(step(2, &section.name, &section.url()));
    }
    let last = i32::try_from(steps.len()).unwrap_or(0) + 1;
    steps.push(step(last, card.headline, &card.url));
    let way = Node::of_type("BreadcrumbList").with("itemListElement", steps);
    Node::of_type("WebPage")
        .with("@id", article.seo.canonical_url.as_deref().unwrap_or(&card.url))
        .with("breadcrumb", way)
}

fn illustrated(node: Node, view: View, article: &reading::Article, card: &Card) -> Node {
    let copy = &article.story.copy;
    let hero = copy.hero_id.and_then(|id| view.media(id)).map(|hero| hero.whole());
    let images = hero.as_ref().map(pictures).unwrap_or_default();
    let thumbnail = card.hero.as_ref().and_then(PictureRef::url);
    let instead = (card.headline, card.standfirst, thumbnail.as_deref());
    let video = copy.video_id.and_then(|id| view.media(id));
    let video = video.map(|video| film(&video.whole(), instead, copy.published_at));
    node.with("image", images).with("thumbnailUrl", thumbnail).with("video", video)
}

fn classified(node: Node, card: &Card, around: &Described) -> Node {
    let keywords: Vec<&str> = card.tags.iter().map(|tag| tag.name.as_ref()).collect();
    node.with("articleSection", card.section.as_ref().map(|section| section.name.as_ref()))
        .with("keywords", keywords)
        .with("genre", card.kind.as_str())
        .with("about", subjects(&card.tags, &around.tag_uris))
}

/// The body as far as it is open, and what search engines must know of the rest.
fn accessible(node: Node, article: &reading::Article, access: Access) -> Node {
    let free = access == Access::Free;
    let closed = Node::of_type("WebPageElement").with("isAccessibleForFree", false).with("cssSelector", PAYWALL);
    let closed: Option<Value> = (!free).then(|| closed.into());
    node.with("articleBody", article.body.body_text.as_str())
        .with("wordCount", article.story.copy.word_count)
        .with("isAccessibleForFree", free)
        .with("hasPart", closed)
}

/// Where it was filed, whose reporting and rights it carries. Blogs and advertisements have no dateline.
fn filed(node: Node, article: &reading::Article, card: &Card) -> Result<Node> {
    let body = &article.body;
    let dateline: Option<Dateline> = read(body.dateline.as_deref())?;
    let source_of: Option<Source> = read(body.source.as_deref())?;
    let rights: Rights = read(Some(&body.rights))?.unwrap_or_default();
    let printed = dateline.as_ref().and_then(|dateline| dateline.text.as_deref());
    let has_dateline = !matches!(card.kind, ArticleKind::Live | ArticleKind::Sponsored);
    let holder = rights.copyright_holder.as_deref();
    let holder: Option<Value> = holder.map(|name| Node::of_type("Organization").with("name", name).into());
    Ok(node
        .with("dateline", printed.filter(|_| has_dateline))
        .with("locationCreated", dateline.as_ref().and_then(place))
        .with("sourceOrganization", source_of.as_ref().and_then(source))
        .with("copyrightHolder", holder)
        .with("copyrightNotice", rights.notice.as_deref()))
}

fn place(dateline: &Dateline) -> Option<Value> {
    let name = dateline.city.as_deref().or(dateline.text.as_deref())?;
    let geo = dateline.latitude.zip(dateline.longitude).map(|(latitude, longitude)| -> Value {
        Node::of_type("GeoCoordinates").with("latitude", latitude).with("longitude", longitude).into()
    });
    let country = dateline.country.as_deref().map(|country| -> Value {
        Node::of_type("PostalAddress")
            .with("addressLocality", dateline.city.as_deref())
            .with("addressCountry", country)
            .into()
    });
    Some(Node::of_type("Place").with("name", name).with("address", country).with("geo", geo).into())
}

/// Corrections, other languages, and the article whose place it takes.
fn connected(node: Node, view: View, article: &reading::Article) -> Result<Node> {
    let corrections: Vec<Correction> = read(Some(&article.body.corrections))?.unwrap_or_default();
    let correction = |made: &Correction| -> Value {
        let node = Node::of_type("CorrectionComment").with("text", made.text.as_str());
        node.with("datePublished", made.at.to_string()).into()
    };
    let translation = |of: &crate::store::published::Companion| -> Value {
        let url = view.url(&of.locale, &of.slug, of.article_id);
        let id = format!("{}/v1/articles/{}", view.urls.api, of.article_id);
        Node::of_type("NewsArticle").with("@id", id).with("url", url).with("inLanguage", of.locale.as_str()).into()
    };
    let earlier =
        article.companions.supersedes.as_ref().map(|copy| view.url(&copy.locale, &copy.slug, copy.article_id));
    Ok(node
        .with("correction", corrections.iter().map(correction).collect::<Vec<_>>())
        .with("workTranslation", article.companions.translations.iter().map(translation).collect::<Vec<_>>())
        .with("isBasedOn", earlier))
}

fn live(node: Node, view: View, card: &Card, updates: &Updates) -> Node {
    let update = |row: &crate::store::live_updates::ShownUpdateRow| -> Value {
        let author = row.author_id.and_then(|id| updates.authors.get(&id));
        let author = author.map(|author| Value::from(signed(&author.name, &view.urls.author(&author.slug, author.id))));
        let url = format!("{}#{}", card.url, row.update_id);
        Node::of_type("BlogPosting")
            .with("@id", url.as_str())
            .with("url", url.as_str())
            .with("headline", row.headline.as_deref().unwrap_or(card.headline))
            .with("datePublished", row.at.to_string())
            .with("dateModified", row.updated_at.to_string())
            .with("author", author)
            .with("articleBody", row.body_text.as_str())
            .into()
    };
    node.with("coverageStartTime", card.published_at.to_string())
        .with("liveBlogUpdate", updates.rows.iter().map(update).collect::<Vec<_>>())
}

/// A stored object.
///
/// # Errors
/// It is damaged.
pub fn read<T: serde::de::DeserializeOwned>(json: Option<&str>) -> Result<Option<T>> {
    json.map(serde_json::from_str).transpose().map_err(Error::internal)
}
