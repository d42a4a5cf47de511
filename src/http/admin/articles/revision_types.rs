//! The history of an article on the wire.

use serde::Serialize;
use utoipa::ToSchema;

use super::refs::{AdminArticleRef, AdminAuthorRef, AdminSeo, AdminTagRef};
use super::wire::AdminArticle;
use crate::domain::revisions::{Diff, FieldChange, Revision};
use crate::http::admin::media::Media;
use crate::http::list::{Links, Meta, PageMeta};
use crate::model::{Access, ArticleKind, Correction, Dateline, Id, Rights, Source, Time};
use crate::text::{BlockChange, Body};

/// Who made a version.
#[derive(Serialize, ToSchema)]
pub struct RevisionAuthor {
    /// The user; `null` for the server itself.
    pub id: Option<Id>,
    /// The name that they had then.
    pub name: String,
}

/// A version of an article, without its content.
#[derive(Serialize, ToSchema)]
pub struct ArticleRevision {
    /// The version.
    #[schema(minimum = 1)]
    pub version: i64,
    /// When it was saved.
    pub at: Time,
    /// Who saved it.
    pub author: RevisionAuthor,
    /// The operation that made it, such as `update_article` or `publish_article`.
    pub action: String,
    /// Why, in the editor's words.
    pub reason: Option<String>,
    /// The members that it changed; empty where it made the article, or only moved it.
    pub changed_fields: Vec<String>,
    /// Whether it was saved by `autosave=true`; autosaves that follow each other closely are one version.
    pub autosave: bool,
    /// Whether readers ever saw it.
    pub published: bool,
    /// Whether readers see it now.
    pub live: bool,
}

/// A part of the history of an article.
#[derive(Serialize, ToSchema)]
pub struct ArticleRevisionPage {
    /// The versions, the newest first.
    pub data: Vec<ArticleRevision>,
    /// Which part this is.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// What an article said in one version, its relations as they are now; those that are gone are left out.
#[derive(Serialize, ToSchema)]
pub struct RevisionContent {
    /// The article.
    pub id: Id,
    /// Language.
    pub locale: String,
    /// Address.
    pub slug: String,
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
    /// The newsroom's handle.
    pub slugline: Option<String>,
    /// For colleagues, never public.
    pub editor_note: Option<String>,
    /// No trace in public before this.
    pub embargoed_until: Option<Time>,
    /// Words of the body.
    #[schema(minimum = 0)]
    pub word_count: u32,
    /// Minutes to read it.
    #[schema(minimum = 0)]
    pub reading_minutes: u32,
    /// The body as Portable Text.
    pub body: Body,
    /// The body as HTML.
    pub body_html: String,
    /// The body as plain text.
    pub body_text: String,
    /// The body as CommonMark.
    pub body_markdown: String,
}

/// A version of an article with all that it says.
#[derive(Serialize, ToSchema)]
pub struct WholeRevision {
    /// Which version it is.
    #[serde(flatten)]
    pub revision: ArticleRevision,
    /// What it says.
    #[serde(flatten)]
    pub content: RevisionContent,
}

/// One version of an article.
#[derive(Serialize, ToSchema)]
pub struct WholeRevisionAnswer {
    /// The version.
    pub data: WholeRevision,
    /// Nothing yet.
    pub meta: Meta,
}

/// What leads from one version to another.
#[derive(Serialize, ToSchema)]
pub struct RevisionDiff {
    /// The later version.
    #[schema(minimum = 1)]
    pub version: i64,
    /// The version that it is compared with; `null` where nothing was before.
    #[schema(minimum = 1)]
    pub against: Option<i64>,
    /// The members that differ, but for the body.
    pub fields: Vec<FieldChange>,
    /// The blocks of the body that differ, in the order of the later version.
    pub blocks: Vec<BlockChange>,
}

/// What leads from one version to another.
#[derive(Serialize, ToSchema)]
pub struct RevisionDiffAnswer {
    /// The differences.
    pub data: RevisionDiff,
    /// Nothing yet.
    pub meta: Meta,
}

impl ArticleRevision {
    /// A version as it is kept.
    #[must_use]
    pub fn of(revision: Revision) -> Self {
        let Revision { head, changed_fields, published, live } = revision;
        Self {
            version: head.version,
            at: head.at,
            author: RevisionAuthor { id: head.actor_id, name: head.actor_name },
            action: head.action,
            reason: head.reason,
            changed_fields,
            autosave: head.autosave,
            published,
            live,
        }
    }
}

impl RevisionDiff {
    /// The differences of `version`.
    #[must_use]
    pub fn of(version: i64, diff: Diff) -> Self {
        Self { version, against: diff.against, fields: diff.fields, blocks: diff.blocks }
    }
}

impl RevisionContent {
    /// The content of an article, which is given whole.
    #[must_use]
    pub fn of(article: AdminArticle) -> Self {
        Self {
            id: article.id,
            locale: article.locale,
            slug: article.slug,
            kind: article.kind,
            access: article.access,
            kicker: article.kicker,
            headline: article.headline,
            standfirst: article.standfirst,
            byline: article.byline,
            hero: article.hero,
            section: article.section,
            tags: article.tags,
            authors: article.authors,
            recommended_video: article.recommended_video,
            related: article.related,
            featured: article.featured,
            breaking: article.breaking,
            dateline: article.dateline,
            source: article.source,
            seo: article.seo,
            rights: article.rights,
            custom: article.custom,
            corrections: article.corrections,
            slugline: article.slugline,
            editor_note: article.editor_note,
            embargoed_until: article.embargoed_until,
            word_count: article.word_count,
            reading_minutes: article.reading_minutes,
            body: article.body.unwrap_or_default(),
            body_html: article.body_html.unwrap_or_default(),
            body_text: article.body_text.unwrap_or_default(),
            body_markdown: article.body_markdown.unwrap_or_default(),
        }
    }
}
