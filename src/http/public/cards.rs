//! An article as lists show it.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::media::Picture;
use super::refs::{AuthorJson, AuthorRef, MediaRef, PictureRef, TagJson, TagRef};
use crate::domain::reading::{Reason, Shelf, Story, byline};
use crate::error::{Error, Result};
use crate::http::carried::Forms;
use crate::model::{Access, ArticleKind, Id, Time, Urls};
use crate::store::copies::CopyBodyRow;

/// An article as lists show it. Members other than `id` are left out only where `fields` did not ask for them, those
/// of the body also where neither `include` nor `formats` did.
#[derive(Serialize, ToSchema)]
pub struct Card<'a> {
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
    #[schema(value_type = Option<Picture>)]
    pub hero: Option<PictureRef<'a>>,
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
    /// Start of the present live period.
    #[schema(required = false, value_type = String, format = DateTime)]
    pub published_at: Time,
    /// When readers were last told something new.
    #[schema(required = false, value_type = String, format = DateTime)]
    pub updated_at: Time,
    /// Who may read the whole body.
    #[schema(required = false)]
    pub access: Access,
    /// For the front page.
    #[schema(required = false)]
    pub featured: bool,
    /// Breaking news.
    #[schema(required = false)]
    pub breaking: bool,
    /// Minutes to read it.
    #[schema(required = false, minimum = 0)]
    pub reading_minutes: i32,
    /// The body as Portable Text, cut at the paywall where the article is not free.
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
}

/// The body in the forms that were asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bodies<'a> {
    /// Portable Text.
    pub blocks: Option<&'a RawValue>,
    /// HTML.
    pub html: Option<&'a str>,
    /// Plain text.
    pub text: Option<&'a str>,
    /// CommonMark.
    pub markdown: Option<&'a str>,
}

/// A card of a list of related articles.
#[derive(Serialize, ToSchema)]
pub struct RelatedCard<'a> {
    /// The article.
    #[serde(flatten)]
    pub card: Card<'a>,
    /// Why it stands here.
    pub reason: Reason,
}

/// A card of a list of the most viewed articles.
#[derive(Serialize, ToSchema)]
pub struct PopularCard<'a> {
    /// The article.
    #[serde(flatten)]
    pub card: Card<'a>,
    /// Its place, from 1.
    #[schema(minimum = 1)]
    pub rank: u32,
}

/// What the stories of one answer are shown with.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// What they refer to.
    pub shelf: &'a Shelf,
    /// How addresses are made.
    pub urls: &'a Urls,
}

impl<'a> View<'a> {
    /// A card without a body.
    #[must_use]
    pub fn card(&self, story: &'a Story) -> Card<'a> {
        let copy = &story.copy;
        let authors = self.authors(story);
        Card {
            id: copy.article_id,
            slug: &copy.slug,
            url: self.url(&copy.locale, &copy.slug, copy.article_id),
            locale: &copy.locale,
            kind: copy.kind,
            kicker: copy.kicker.as_deref(),
            headline: &copy.headline,
            standfirst: copy.standfirst.as_deref(),
            hero: copy.hero_id.and_then(|id| self.picture(id)),
            section: copy.section_id.and_then(|id| self.tag(id, &copy.locale)),
            tags: story.tags.iter().filter_map(|id| self.tag(*id, &copy.locale)).collect(),
            byline: printed_byline(story, &authors),
            authors,
            published_at: copy.published_at,
            updated_at: copy.updated_at,
            access: copy.access,
            featured: copy.featured,
            breaking: copy.breaking,
            reading_minutes: copy.reading_minutes,
            body: None,
            body_html: None,
            body_text: None,
            body_markdown: None,
        }
    }

    /// A card with its body in these forms, where `bodies` has it.
    ///
    /// # Errors
    /// The row is damaged.
    pub fn card_with_body(
        &self,
        story: &'a Story,
        bodies: &'a HashMap<Id, CopyBodyRow>,
        forms: Forms,
    ) -> Result<Card<'a>> {
        let mut card = self.card(story);
        if let Some(body) = bodies.get(&story.copy.copy_id) {
            let forms = Bodies::of(body, forms)?;
            (card.body, card.body_html) = (forms.blocks, forms.html);
            (card.body_text, card.body_markdown) = (forms.text, forms.markdown);
        }
        Ok(card)
    }

    /// The reader's address of an article.
    #[must_use]
    pub fn url(&self, locale: &str, slug: &str, id: Id) -> String {
        self.urls.article(locale, self.shelf.site.default_locale.as_str(), slug, id)
    }

    /// A picture, if it is there.
    #[must_use]
    pub fn picture(&self, id: Id) -> Option<PictureRef<'a>> {
        self.shelf.picture(id).map(|row| PictureRef::of(row, self.urls))
    }

    /// A picture, film or recording that was fetched whole.
    #[must_use]
    pub fn media(&self, id: Id) -> Option<MediaRef<'a>> {
        let row = self.shelf.media.get(&id)?;
        let poster = row.poster_id.and_then(|id| self.picture(id));
        Some(MediaRef::of(row, poster, self.urls))
    }

    fn tag(&self, id: Id, locale: &str) -> Option<TagRef<'a>> {
        self.shelf.tags.get(&id).map(|row| TagRef::of(row, locale, self.urls))
    }

    fn authors(&self, story: &'a Story) -> Vec<AuthorRef<'a>> {
        let known = story.credits.iter().filter_map(|credit| Some((credit, self.shelf.authors.get(&credit.id)?)));
        known.map(|(credit, row)| AuthorRef::of(row, credit.role, self.urls)).collect()
    }
}

impl<'a> Bodies<'a> {
    /// The forms of a body that are wanted.
    ///
    /// # Errors
    /// The row is damaged.
    pub fn of(row: &'a CopyBodyRow, forms: Forms) -> Result<Self> {
        Ok(Self {
            blocks: if forms.blocks { Some(raw(&row.body)?) } else { None },
            html: forms.html.then_some(row.body_html.as_str()),
            text: forms.text.then_some(row.body_text.as_str()),
            markdown: forms.markdown.then_some(row.body_markdown.as_str()),
        })
    }
}

/// Stored JSON as it is.
///
/// # Errors
/// It is damaged.
pub fn raw(json: &str) -> Result<&RawValue> {
    serde_json::from_str(json).map_err(Error::internal)
}

fn printed_byline<'a>(story: &'a Story, authors: &[AuthorRef<'a>]) -> Option<Cow<'a, str>> {
    if let Some(byline) = &story.copy.byline {
        return Some(Cow::Borrowed(byline));
    }
    let names: Vec<&str> = authors.iter().map(|author| author.row.name.as_str()).collect();
    byline::joined(&names, &story.copy.locale).map(Cow::Owned)
}
