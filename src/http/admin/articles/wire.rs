//! An article as editors see it.

use serde::Serialize;
use utoipa::ToSchema;

use super::refs::{
    AdminArticleRef, AdminAuthorRef, AdminSeo, AdminTagRef, AdminTranslation, AdminTranslationSource, ArticleLock,
    UserRef,
};
use super::relations;
use crate::domain::Cx;
use crate::domain::articles::ArticleView;
use crate::domain::share::Share;
use crate::http::admin::media::Media;
use crate::http::carried::Forms;
use crate::http::list::{Links, Meta, PageMeta};
use crate::model::{
    Access, ArticleAction, ArticleKind, Correction, Dateline, Id, Review, Rights, Source, Status, Time,
};
use crate::store::users::UserRow;
use crate::text::{Body, reading_minutes};

/// An article as editors see it: the working copy, and where it stands in public.
#[derive(Serialize, ToSchema)]
pub struct AdminArticle {
    /// The article.
    pub id: Id,
    /// Counts saves and actions, from 1; also the ETag.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Where it stands, derived when read.
    pub status: Status,
    /// How far the review of the working copy has come.
    pub review: Review,
    /// The version that was approved, if nothing of the text was saved since.
    #[schema(minimum = 1)]
    pub approved_version: Option<i64>,
    /// Who approved it.
    pub approved_by: Option<UserRef>,
    /// How many threads of comments are open.
    #[schema(minimum = 0)]
    pub open_comments: i64,
    /// Whether a copy is live now.
    pub live: bool,
    /// The version that is live.
    pub live_version: Option<i64>,
    /// The version that waits.
    pub scheduled_version: Option<i64>,
    /// Whether the working copy was saved after what is live.
    pub has_unpublished_changes: bool,
    /// When what waits appears.
    pub publish_at: Option<Time>,
    /// When what is live, or else what waits, disappears by itself.
    pub unpublish_at: Option<Time>,
    /// No trace in public before this.
    pub embargoed_until: Option<Time>,
    /// Who made it.
    pub owner: Option<UserRef>,
    /// The newsroom's handle.
    pub slugline: Option<String>,
    /// For colleagues, never public.
    pub editor_note: Option<String>,
    /// What readers are told about a killed article.
    pub notice: Option<String>,
    /// Ties the translations of one article together.
    pub translation_group: Id,
    /// What the caller can do now.
    pub allowed_actions: Vec<ArticleAction>,
    /// Who works on it now.
    pub lock: Option<ArticleLock>,
    /// When it was made.
    pub created_at: Time,
    /// When it was saved last.
    pub updated_at: Time,
    /// Start of the present live period.
    pub published_at: Option<Time>,
    /// When it was first public.
    pub first_published_at: Option<Time>,
    /// Language.
    pub locale: String,
    /// Address.
    pub slug: String,
    /// The address for readers once it is published.
    #[schema(format = "uri")]
    pub url: String,
    /// Kind of journalism.
    pub kind: ArticleKind,
    /// Who may read the whole.
    pub access: Access,
    /// Line above the headline.
    pub kicker: Option<String>,
    /// Main line.
    pub headline: String,
    /// Paragraph under the headline.
    pub standfirst: Option<String>,
    /// The byline as printed.
    pub byline: Option<String>,
    /// Main picture.
    pub hero: Option<Media>,
    /// The section.
    pub section: Option<AdminTagRef>,
    /// Tags, in order.
    pub tags: Vec<AdminTagRef>,
    /// Byline, in order.
    pub authors: Vec<AdminAuthorRef>,
    /// RECOMMENDED VIDEO.
    pub recommended_video: Option<Media>,
    /// The curated related articles, in order.
    pub related: Vec<AdminArticleRef>,
    /// The article whose place this one takes.
    pub supersedes: Option<AdminArticleRef>,
    /// The other articles of the translation group.
    pub translations: Vec<AdminTranslation>,
    /// What it was translated from; `null` where it is no translation, or where that is not known.
    pub translation_source: Option<AdminTranslationSource>,
    /// For sharing, once it is published.
    pub share: Share<'static>,
    /// For the front page.
    pub featured: bool,
    /// Breaking news.
    pub breaking: bool,
    /// Where filed.
    pub dateline: Option<Dateline>,
    /// Whose reporting.
    pub source: Option<Source>,
    /// For search engines.
    pub seo: AdminSeo,
    /// Rights in the text.
    pub rights: Rights,
    /// The newsroom's own members.
    #[schema(value_type = Object, additional_properties)]
    pub custom: serde_json::Map<String, serde_json::Value>,
    /// Public corrections, newest first.
    pub corrections: Vec<Correction>,
    /// Words of the body.
    #[schema(minimum = 0)]
    pub word_count: u32,
    /// Minutes to read it.
    #[schema(minimum = 0)]
    pub reading_minutes: u32,
    /// The body as Portable Text; lists have it and its other forms only where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body: Option<Body>,
    /// The body as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body_html: Option<String>,
    /// The body as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body_text: Option<String>,
    /// The body as CommonMark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body_markdown: Option<String>,
}

/// One article.
#[derive(Serialize, ToSchema)]
pub struct AdminArticleAnswer {
    /// The article.
    pub data: AdminArticle,
    /// Nothing yet.
    pub meta: Meta,
}

/// A part of the list of articles.
#[derive(Serialize, ToSchema)]
pub struct AdminArticlePage {
    /// The articles.
    pub data: Vec<AdminArticle>,
    /// Which part this is.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

impl AdminArticle {
    /// The article with these forms of its body.
    #[must_use]
    pub fn of(view: ArticleView, forms: Forms, cx: &Cx) -> Self {
        let mut article = Self::listed(&view, cx);
        let body = view.article.body;
        article.body_html = forms.html.then(|| body.to_html());
        article.body_text = forms.text.then(|| body.to_plain());
        article.body_markdown = forms.markdown.then(|| body.to_markdown());
        article.body = forms.blocks.then_some(body);
        article
    }

    /// The article without its body.
    fn listed(view: &ArticleView, cx: &Cx) -> Self {
        let (row, content) = (&view.article.row, view.content());
        let (live, waiting) = (view.article.live(), view.article.waiting());
        let words = view.article.body.word_count();
        let user = |user: &UserRow| UserRef { id: user.id, name: user.name.clone() };
        let media = |id: Option<Id>| relations::media(view, id, cx);
        Self {
            id: row.id,
            version: row.version,
            status: view.article.standing.status(),
            review: row.review,
            approved_version: row.approved_version.filter(|_| view.article.is_approved()),
            approved_by: view.approver.as_ref().map(user),
            open_comments: view.open_comments,
            live: live.is_some(),
            live_version: live.map(|copy| copy.version),
            scheduled_version: waiting.map(|copy| copy.version),
            has_unpublished_changes: live.is_some_and(|copy| copy.version < row.content_version),
            publish_at: waiting.map(|copy| copy.visible_from),
            unpublish_at: live.or(waiting).and_then(|copy| copy.ends_at.some()),
            embargoed_until: content.embargoed_until,
            owner: view.owner.as_ref().map(user),
            slugline: content.slugline.as_ref().map(ToString::to_string),
            editor_note: content.editor_note.as_ref().map(ToString::to_string),
            notice: row.notice.clone(),
            translation_group: row.translation_group,
            allowed_actions: view.allowed.clone(),
            lock: view.article.lock.as_ref().map(ArticleLock::of),
            created_at: row.created_at,
            updated_at: row.updated_at,
            published_at: live.map(|copy| copy.published_at),
            first_published_at: row.first_published_at,
            locale: content.locale.to_string(),
            slug: content.slug.to_string(),
            url: relations::reader_url(view, cx, content.locale.as_str(), content.slug.as_str(), row.id),
            kind: content.kind,
            access: content.access,
            kicker: content.kicker.as_ref().map(ToString::to_string),
            headline: content.headline.to_string(),
            standfirst: content.standfirst.as_ref().map(ToString::to_string),
            byline: content.byline.as_ref().map(ToString::to_string),
            hero: media(content.hero),
            section: content.section.and_then(|id| relations::tag(view, id, cx)),
            tags: content.tags.iter().filter_map(|id| relations::tag(view, *id, cx)).collect(),
            authors: relations::authors(view, cx),
            recommended_video: media(content.recommended_video),
            related: relations::related(view, cx),
            supersedes: relations::supersedes(view, cx),
            translations: relations::translations(view, cx),
            translation_source: relations::translation_source(view),
            share: relations::share(view, cx),
            featured: content.featured,
            breaking: content.breaking,
            dateline: content.dateline.clone(),
            source: content.source.clone(),
            seo: relations::seo(content, media(content.seo.image)),
            rights: content.rights.clone(),
            custom: content.custom.clone(),
            corrections: content.corrections.clone(),
            word_count: words,
            reading_minutes: reading_minutes(words),
            body: None,
            body_html: None,
            body_text: None,
            body_markdown: None,
        }
    }
}
