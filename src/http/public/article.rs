//! A whole article as the public sees it.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::cards::{Bodies, Card, PopularCard, RelatedCard, View, raw};
use super::media::{Picture, PublicMedia};
use super::outputs::jsonld::{self, JsonLd};
use super::refs::{AuthorJson, AuthorRef, MediaRef, PictureRef, TagJson, TagRef};
use crate::domain::labels::Labels;
use crate::domain::reading;
use crate::domain::share::Share;
use crate::error::Result;
use crate::http::carried::Forms;
use crate::model::{Access, ArticleKind, Correction, Dateline, Id, Rights, Source, Time};
use crate::store::published::Companion;

/// An article. Members other than `id` are left out only where `fields`, `formats` or `include` did not ask for them.
#[derive(Serialize, ToSchema)]
#[schema(as = Article)]
pub struct PublicArticle<'a> {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Last part of the address.
    #[schema(required = false)]
    pub slug: &'a str,
    /// Where readers find it.
    #[schema(required = false, format = "uri")]
    pub url: String,
    /// Language (BCP 47).
    #[schema(required = false)]
    pub locale: &'a str,
    /// Kind of journalism.
    #[schema(required = false)]
    pub kind: ArticleKind,
    /// Line above the headline.
    pub kicker: Option<&'a str>,
    /// Main line.
    #[schema(required = false)]
    pub headline: &'a str,
    /// Paragraph under the headline.
    pub standfirst: Option<&'a str>,
    /// Main picture.
    #[schema(value_type = Option<PublicMedia>)]
    pub hero: Option<MediaRef<'a>>,
    /// The tag of kind section.
    #[schema(value_type = Option<TagJson>)]
    pub section: Option<TagRef<'a>>,
    /// Tags, in order.
    #[schema(required = false, value_type = Vec<TagJson>)]
    pub tags: Vec<TagRef<'a>>,
    /// People of the byline, in order.
    #[schema(required = false, value_type = Vec<AuthorJson>)]
    pub authors: Vec<AuthorRef<'a>>,
    /// The byline as printed: the newsroom's own words, else the names.
    #[schema(value_type = Option<String>)]
    pub byline: Option<Cow<'a, str>>,
    /// Start of the present live period, kept on republishing.
    #[schema(required = false, value_type = String, format = DateTime)]
    pub published_at: Time,
    /// When readers were last told something new.
    #[schema(required = false, value_type = String, format = DateTime)]
    pub updated_at: Time,
    /// When the article was first public.
    #[schema(required = false, value_type = String, format = DateTime)]
    pub first_published_at: Time,
    /// Who may read the whole body.
    #[schema(required = false)]
    pub access: Access,
    /// For the front page.
    #[schema(required = false)]
    pub featured: bool,
    /// Breaking news.
    #[schema(required = false)]
    pub breaking: bool,
    /// Words in the whole body.
    #[schema(required = false, minimum = 0)]
    pub word_count: i32,
    /// Minutes to read it.
    #[schema(required = false, minimum = 0)]
    pub reading_minutes: i32,
    /// The body as Portable Text; of an article that is not free cut at the paywall, but for `…/full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = crate::text::Body, required = false)]
    pub body: Option<&'a RawValue>,
    /// The body as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub body_html: Option<&'a str>,
    /// The body as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub body_text: Option<&'a str>,
    /// The body as CommonMark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub body_markdown: Option<&'a str>,
    /// Where and when it was filed.
    #[schema(value_type = Option<Dateline>)]
    pub dateline: Option<&'a RawValue>,
    /// Whose reporting it carries.
    #[schema(value_type = Option<Source>)]
    pub source: Option<&'a RawValue>,
    /// A film to watch.
    #[schema(value_type = Option<PublicMedia>)]
    pub recommended_video: Option<MediaRef<'a>>,
    /// What changed after publication, newest first.
    #[schema(value_type = Vec<Correction>, required = false)]
    pub corrections: &'a RawValue,
    /// The same article in other languages.
    #[schema(required = false)]
    pub translations: Vec<TranslationLink<'a>>,
    /// The article whose place this one takes, as long as it is live.
    pub supersedes: Option<StoryLink<'a>>,
    /// The article that takes the place of this one, once it is live.
    pub superseded_by: Option<StoryLink<'a>>,
    /// For sharing.
    #[schema(required = false)]
    pub share: Share<'a>,
    /// For search engines.
    #[schema(required = false)]
    pub seo: PublicSeo<'a>,
    /// Rights in the text.
    #[schema(value_type = Rights, required = false)]
    pub rights: &'a RawValue,
    /// The newsroom's own members.
    #[schema(value_type = crate::model::FreeObject, required = false)]
    pub custom: &'a RawValue,
    /// Related articles; only with `include=related`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<RelatedCard>, required = false)]
    pub related: Option<Vec<RelatedCard<'a>>>,
    /// The most viewed articles of the last 24 hours; only with `include=popular`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Vec<PopularCard>, required = false)]
    pub popular: Option<Vec<PopularCard<'a>>>,
    /// The article in the words of schema.org; only with `include=jsonld`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = JsonLd, required = false)]
    pub jsonld: Option<Value>,
}

/// The same article in another language.
#[derive(Serialize, ToSchema)]
pub struct TranslationLink<'a> {
    /// Language (BCP 47).
    pub locale: &'a str,
    /// Last part of its address.
    pub slug: &'a str,
    /// Where readers find it.
    #[schema(format = "uri")]
    pub url: String,
}

/// An earlier or a later article of the same story.
#[derive(Serialize, ToSchema)]
pub struct StoryLink<'a> {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Last part of its address.
    pub slug: &'a str,
    /// Main line.
    pub headline: &'a str,
    /// Where readers find it.
    #[schema(format = "uri")]
    pub url: String,
}

/// What search engines and link previews are told; `null` stands for the article's own headline, standfirst, address
/// and hero.
#[derive(Serialize, ToSchema)]
#[schema(as = Seo)]
pub struct PublicSeo<'a> {
    /// Instead of the headline.
    pub title: Option<&'a str>,
    /// Instead of the standfirst.
    pub description: Option<&'a str>,
    /// The address that search engines should keep.
    #[schema(format = "uri")]
    pub canonical_url: Option<&'a str>,
    /// Instead of the hero.
    #[schema(value_type = Option<Picture>)]
    pub image: Option<PictureRef<'a>>,
    /// Keeps the article out of search engines.
    pub no_index: bool,
}

/// One article.
#[derive(Serialize, ToSchema)]
pub struct ArticleAnswer<'a> {
    /// The article.
    pub data: PublicArticle<'a>,
    /// The words around it.
    pub meta: ArticleMeta,
}

/// What belongs to the page of an article, not to the article.
#[derive(Serialize, ToSchema)]
pub struct ArticleMeta {
    /// The words around it, in its language.
    pub labels: Labels,
}

impl<'a> ArticleAnswer<'a> {
    /// What the public gets of an article.
    ///
    /// # Errors
    /// A row is damaged.
    pub fn of(view: View<'a>, article: &'a reading::Article, forms: Forms) -> Result<Self> {
        let labels = view.shelf.site.labels(&article.story.copy.locale);
        Ok(Self { data: whole(view, article, forms)?, meta: ArticleMeta { labels } })
    }
}

fn whole<'a>(view: View<'a>, article: &'a reading::Article, forms: Forms) -> Result<PublicArticle<'a>> {
    let (copy, body) = (&article.story.copy, &article.body);
    let card = view.card(&article.story);
    let seo = seo(view, article);
    let preview = seo.image.as_ref().or(card.hero.as_ref()).and_then(PictureRef::url);
    let share = Share::new(card.url.clone(), card.headline, card.standfirst, preview);
    let Card { id, slug, url, locale, kind, kicker, headline, standfirst, section, tags, authors, byline, .. } = card;
    let forms = Bodies::of(body, forms)?;
    Ok(PublicArticle {
        id,
        slug,
        url,
        locale,
        kind,
        kicker,
        headline,
        standfirst,
        hero: copy.hero_id.and_then(|id| view.media(id)),
        section,
        tags,
        authors,
        byline,
        published_at: copy.published_at,
        updated_at: copy.updated_at,
        first_published_at: copy.first_published_at,
        access: copy.access,
        featured: copy.featured,
        breaking: copy.breaking,
        word_count: copy.word_count,
        reading_minutes: copy.reading_minutes,
        body: forms.blocks,
        body_html: forms.html,
        body_text: forms.text,
        body_markdown: forms.markdown,
        dateline: body.dateline.as_deref().map(raw).transpose()?,
        source: body.source.as_deref().map(raw).transpose()?,
        recommended_video: copy.video_id.and_then(|id| view.media(id)),
        corrections: raw(&body.corrections)?,
        translations: translations(view, article),
        supersedes: article.companions.supersedes.as_ref().map(|other| story_link(view, other)),
        superseded_by: article.companions.superseded_by.as_ref().map(|other| story_link(view, other)),
        share,
        seo,
        rights: raw(&body.rights)?,
        custom: raw(&body.custom)?,
        related: article.related.as_deref().map(|list| related_cards(view, list)),
        popular: article.popular.as_deref().map(|list| popular_cards(view, list)),
        jsonld: article.described.as_ref().map(|around| jsonld::document(view, article, around)).transpose()?,
    })
}

/// The cards of related articles.
#[must_use]
pub fn related_cards<'a>(view: View<'a>, list: &'a [reading::Related]) -> Vec<RelatedCard<'a>> {
    list.iter().map(|related| RelatedCard { card: view.card(&related.story), reason: related.reason }).collect()
}

/// The cards of popular articles.
#[must_use]
pub fn popular_cards<'a>(view: View<'a>, list: &'a [reading::Popular]) -> Vec<PopularCard<'a>> {
    list.iter().map(|popular| PopularCard { card: view.card(&popular.story), rank: popular.rank }).collect()
}

fn translations<'a>(view: View<'a>, article: &'a reading::Article) -> Vec<TranslationLink<'a>> {
    let link = |of: &'a Companion| TranslationLink {
        locale: &of.locale,
        slug: &of.slug,
        url: view.url(&of.locale, &of.slug, of.article_id),
    };
    article.companions.translations.iter().map(link).collect()
}

fn story_link<'a>(view: View<'a>, other: &'a Companion) -> StoryLink<'a> {
    let (id, slug) = (other.article_id, other.slug.as_str());
    StoryLink { id, slug, headline: &other.headline, url: view.url(&other.locale, slug, id) }
}

fn seo<'a>(view: View<'a>, article: &'a reading::Article) -> PublicSeo<'a> {
    let seo = &article.seo;
    PublicSeo {
        title: seo.title.as_deref(),
        description: seo.description.as_deref(),
        canonical_url: seo.canonical_url.as_deref(),
        image: seo.image.and_then(|id| view.picture(id)),
        no_index: seo.no_index,
    }
}
