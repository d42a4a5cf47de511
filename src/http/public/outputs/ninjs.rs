//! An article as IPTC ninjs 3.1, as other newsrooms take it in. Nothing stands in it that the standard does not know.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::jsonld::read;
use super::node::Node;
use crate::domain::reading::{self, Described};
use crate::error::Result;
use crate::http::public::cards::{Card, View};
use crate::http::public::media::PublicMedia;
use crate::http::public::refs::TagRef;
use crate::model::{Access, ArticleKind, Dateline, Id, MediaKind, Rights, Source, TagKind, Time};

const SCHEMA: &str = "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json";
const SOURCE_TYPES: &str = "http://cv.iptc.org/newscodes/digitalsourcetype";

/// A news item (IPTC ninjs 3.1). More members than these stand in it; what is not known is left out.
#[derive(Serialize, ToSchema)]
#[schema(as = NewsItem)]
pub struct Ninjs {
    /// Its identity, which stays when its address changes.
    #[schema(format = "uri")]
    pub uri: String,
    /// `text`, `video` or `composite`, by the article's `kind`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `full`, or `partial` where the body ends at a paywall.
    #[serde(rename = "representationType")]
    pub representation: String,
    /// When it was first public.
    #[serde(rename = "firstCreated")]
    #[schema(value_type = String, format = DateTime)]
    pub first_created: Time,
    /// When readers were last told something new.
    #[serde(rename = "versionCreated")]
    #[schema(value_type = String, format = DateTime)]
    pub version_created: Time,
    /// `usable`.
    #[serde(rename = "pubStatus")]
    pub status: String,
    /// Its language (BCP 47).
    pub language: String,
    /// Its title.
    pub title: String,
}

/// An article as an item of ninjs.
///
/// # Errors
/// A row is damaged.
pub fn document(view: View, article: &reading::Article, around: &Described) -> Result<Value> {
    let (copy, card) = (&article.story.copy, view.card(&article.story));
    let whole = copy.access == Access::Free;
    let node = Node::new()
        .with("uri", format!("{}/v1/articles/{}", view.urls.api, card.id))
        .with("standard", json!({ "name": "ninjs", "version": "3.1", "schema": SCHEMA }))
        .with("type", type_of(copy.kind))
        .with("representationType", if whole { "full" } else { "partial" })
        .with("firstCreated", copy.first_published_at.to_string())
        .with("versionCreated", copy.updated_at.to_string())
        .with("pubStatus", "usable")
        .with("urgency", card.breaking.then_some(1))
        .with("language", card.locale)
        .with("title", card.headline)
        .with("headlines", headlines(article, &card))
        .with("descriptions", card.standfirst.map(|text| vec![text_of("standfirst", text)]))
        .with("bodies", bodies(article, whole))
        .with("by", card.byline.as_deref())
        .with("altIds", vec![json!({ "role": "id", "value": card.id }), json!({ "role": "url", "value": card.url })])
        .with("genres", vec![json!({ "name": card.kind.as_str() })]);
    let node = subjects(node, &card, &around.tag_uris);
    let node = filed(node, article)?;
    Ok(node.with("trustIndicators", trust(view)).with("associations", associations(view, article)).into())
}

const fn type_of(kind: ArticleKind) -> &'static str {
    match kind {
        ArticleKind::Video => "video",
        ArticleKind::Gallery | ArticleKind::Live => "composite",
        _ => "text",
    }
}

fn text_of(role: &str, value: &str) -> Value {
    json!({ "role": role, "contentType": "text/plain", "value": value })
}

fn headlines(article: &reading::Article, card: &Card) -> Vec<Value> {
    let kicker = card.kicker.map(|text| text_of("kicker", text));
    let seo = article.seo.title.as_deref().map(|text| text_of("seo", text));
    std::iter::once(text_of("main", card.headline)).chain(kicker).chain(seo).collect()
}

/// The body in both forms. Words are counted where nothing of it is missing: else they would be those of another text.
fn bodies(article: &reading::Article, whole: bool) -> Vec<Value> {
    let words = article.story.copy.word_count;
    let body = |role: &str, content_type: &str, value: &str| -> Value {
        let node = Node::new().with("role", role).with("contentType", content_type);
        node.with("charCount", value.chars().count())
            .with("wordCount", whole.then_some(words))
            .with("value", Value::String(value.to_owned()))
            .into()
    };
    let forms = [("text", "text/plain", &article.body.body_text), ("html", "text/html", &article.body.body_html)];
    forms
        .into_iter()
        .filter(|(_, _, value)| !value.is_empty())
        .map(|(role, content_type, value)| body(role, content_type, value))
        .collect()
}

/// The tags by their kinds; the section and topics are subjects.
fn subjects(node: Node, card: &Card, uris: &HashMap<Id, String>) -> Node {
    let of = |kinds: &[TagKind]| -> Vec<Value> {
        let tags = card.tags.iter().filter(|tag| kinds.contains(&tag.row.kind));
        tags.map(|tag| concept(tag, "about", uris)).collect()
    };
    let people = of(&[TagKind::Person]);
    let authors =
        card.authors.iter().map(|author| json!({ "name": author.row.name, "rel": author.role, "uri": author.url() }));
    let section = card.section.as_ref().map(|section| concept(section, "section", uris));
    let topics = of(&[TagKind::Section, TagKind::Topic, TagKind::Series]);
    node.with("subjects", section.into_iter().chain(topics).collect::<Vec<_>>())
        .with("people", authors.chain(people).collect::<Vec<_>>())
        .with("organisations", of(&[TagKind::Organization]))
        .with("places", of(&[TagKind::Place]))
        .with("events", of(&[TagKind::Event]))
}

fn concept(tag: &TagRef, rel: &str, uris: &HashMap<Id, String>) -> Value {
    let uri = uris.get(&tag.row.id).cloned().unwrap_or_else(|| tag.url());
    json!({ "name": tag.name, "rel": rel, "uri": uri, "literal": tag.row.slug })
}

/// Where it was filed, whose reporting and rights it carries.
fn filed(node: Node, article: &reading::Article) -> Result<Node> {
    let body = &article.body;
    let dateline: Dateline = read(body.dateline.as_deref())?.unwrap_or_default();
    let source: Source = read(body.source.as_deref())?.unwrap_or_default();
    let rights: Rights = read(Some(&body.rights))?.unwrap_or_default();
    let from = source.name.as_deref().map(|name| -> Vec<Value> {
        vec![Node::new().with("name", name).with("role", "source").with("uri", source.url.as_deref()).into()]
    });
    let located = dateline.text.as_deref().or(dateline.city.as_deref());
    Ok(node
        .with("located", located)
        .with("infoSources", from)
        .with("copyrightHolder", rights.copyright_holder.as_deref())
        .with("copyrightNotice", rights.notice.as_deref())
        .with("usageTerms", rights.usage_terms.as_deref()))
}

fn trust(view: View) -> Vec<Value> {
    let principles = view.shelf.site.principles.iter();
    principles.map(|principle| json!({ "title": principle.title, "href": principle.url })).collect()
}

fn associations(view: View, article: &reading::Article) -> Vec<Value> {
    let copy = &article.story.copy;
    let named = [("hero", copy.hero_id), ("recommended_video", copy.video_id)];
    let whole = named.into_iter().filter_map(|(name, id)| Some((name, view.media(id?)?.whole())));
    whole.map(|(name, media)| association(view, name, &media)).collect()
}

fn association(view: View, name: &str, media: &PublicMedia) -> Value {
    let kind = match media.kind {
        MediaKind::Image => "picture",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
        MediaKind::Document => "text",
    };
    let made =
        media.digital_source_type.map(|of| json!({ "name": of, "uri": format!("{SOURCE_TYPES}/{}", of.as_str()) }));
    let texts = [("caption", &media.caption), ("alt", &media.alt)];
    let texts = texts.into_iter().filter_map(|(role, text)| Some(text_of(role, text.as_deref()?)));
    Node::new()
        .with("name", name)
        .with("uri", format!("{}/v1/media/{}", view.urls.api, media.id))
        .with("type", kind)
        .with("title", media.title.as_deref())
        .with("descriptions", texts.collect::<Vec<_>>())
        .with("by", media.creator.as_deref().or(media.credit.as_deref()))
        .with("copyrightNotice", media.copyright.as_deref())
        .with("usageTerms", media.usage_terms.as_deref())
        .with("digitalSourceType", made)
        .with("renditions", renditions(media))
        .into()
}

fn renditions(media: &PublicMedia) -> Vec<Value> {
    let href = media.url.as_deref().or(media.embed.as_ref().map(|embed| embed.url.as_str()));
    let main = Node::new()
        .with("name", "main")
        .with("href", href)
        .with("contentType", media.mime.as_deref())
        .with("width", media.width)
        .with("height", media.height)
        .with("sizeInBytes", media.bytes)
        .with("duration", media.duration_seconds);
    let variants = media.variants.iter().map(|variant| -> Value {
        json!({ "name": format!("{}-{}", variant.name, variant.mime.trim_start_matches("image/")), "href": variant.url,
            "contentType": variant.mime, "width": variant.width, "height": variant.height, "sizeInBytes": variant.bytes })
    });
    std::iter::once(main.into()).chain(variants).collect()
}
