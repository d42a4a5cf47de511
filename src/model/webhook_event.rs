//! What webhooks tell: every kind of event, who may hear it, and what is said. Facts are thin: who wants more reads the
//! resource. This table is the only one; the document's `webhooks` section is made from it.

use serde::Serialize;
use utoipa::ToSchema;

use super::words::words;
use super::{Id, MediaKind, Status, Time};

words! {
    /// What happened.
    EventKind {
        /// A draft was made.
        ArticleCreated = "article.created",
        /// The working copy changed, or where it stands.
        ArticleUpdated = "article.updated",
        /// A draft was handed in.
        ArticleSubmitted = "article.submitted",
        /// A draft was approved.
        ArticleApproved = "article.approved",
        /// A copy waits for its time.
        ArticleScheduled = "article.scheduled",
        /// A copy went live, for the first time or anew.
        ArticlePublished = "article.published",
        /// The live copy ended.
        ArticleUnpublished = "article.unpublished",
        /// A public correction was added.
        ArticleCorrected = "article.corrected",
        /// The article was withdrawn.
        ArticleKilled = "article.killed",
        /// The article went to the trash.
        ArticleDeleted = "article.deleted",
        /// A media record was made.
        MediaCreated = "media.created",
        /// A media record changed.
        MediaUpdated = "media.updated",
        /// A media record was removed.
        MediaDeleted = "media.deleted",
        /// A tag was made.
        TagCreated = "tag.created",
        /// A tag changed.
        TagUpdated = "tag.updated",
        /// A tag went into another one.
        TagMerged = "tag.merged",
        /// A tag was removed.
        TagDeleted = "tag.deleted",
        /// An author was made.
        AuthorCreated = "author.created",
        /// An author changed.
        AuthorUpdated = "author.updated",
        /// An author was removed.
        AuthorDeleted = "author.deleted",
        /// A collection was made.
        CollectionCreated = "collection.created",
        /// The working copy of a collection changed.
        CollectionUpdated = "collection.updated",
        /// A collection was published, for the first time or anew.
        CollectionPublished = "collection.published",
        /// A collection was taken out of public.
        CollectionUnpublished = "collection.unpublished",
        /// A collection was removed.
        CollectionDeleted = "collection.deleted",
    }
}

/// The type of the message that tests an endpoint. Nobody subscribes to it.
pub const TEST: &str = "webhook.test";

/// Who may hear of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Every endpoint, of what is public or was.
    Everyone,
    /// Trusted endpoints only: it tells of what readers can't see.
    Trusted,
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An article.
    Article,
    /// A media record.
    Media,
    /// A tag.
    Tag,
    /// An author.
    Author,
    /// A collection.
    Collection,
}

impl EventKind {
    /// The table: what it is about, and who may hear of it.
    const fn rule(self) -> (Subject, Audience) {
        match self {
            Self::ArticleCreated
            | Self::ArticleUpdated
            | Self::ArticleSubmitted
            | Self::ArticleApproved
            | Self::ArticleScheduled
            | Self::ArticleDeleted => (Subject::Article, Audience::Trusted),
            Self::ArticlePublished | Self::ArticleUnpublished | Self::ArticleCorrected | Self::ArticleKilled => {
                (Subject::Article, Audience::Everyone)
            }
            Self::MediaCreated | Self::MediaUpdated | Self::MediaDeleted => (Subject::Media, Audience::Everyone),
            Self::TagCreated | Self::TagUpdated | Self::TagMerged | Self::TagDeleted => {
                (Subject::Tag, Audience::Everyone)
            }
            Self::AuthorCreated | Self::AuthorUpdated | Self::AuthorDeleted => (Subject::Author, Audience::Everyone),
            Self::CollectionPublished | Self::CollectionUnpublished => (Subject::Collection, Audience::Everyone),
            Self::CollectionCreated | Self::CollectionUpdated | Self::CollectionDeleted => {
                (Subject::Collection, Audience::Trusted)
            }
        }
    }

    /// What it is about.
    #[must_use]
    pub const fn subject(self) -> Subject {
        self.rule().0
    }

    /// Who may hear of it.
    #[must_use]
    pub const fn audience(self) -> Audience {
        self.rule().1
    }
}

/// What is told of an article. Endpoints that are not trusted get what readers see: `slug`, `headline`, `url` and
/// `published_at` of the live copy, `null` where there is none; and no `status`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ArticleEvent {
    /// The article.
    pub id: Id,
    /// The version that the event made.
    #[schema(minimum = 1)]
    pub version: i64,
    /// The language that it is in.
    #[schema(max_length = 12)]
    pub locale: Option<String>,
    /// Whether readers see it, when this message is sent.
    pub live: bool,
    /// Its status as editors see it; `null` unless the endpoint is trusted.
    pub status: Option<Status>,
    /// The last part of its address.
    #[schema(max_length = 96)]
    pub slug: Option<String>,
    /// What stands above it.
    #[schema(max_length = 300)]
    pub headline: Option<String>,
    /// Where readers find it; `null` where they don't.
    #[schema(format = "uri")]
    pub url: Option<String>,
    /// The start of its live period; `null` where it is not live.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Time>,
}

/// What is told of a tag. `slug`, `name` and `url` are told where readers see it, and the first two to trusted endpoints
/// always.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TagEvent {
    /// Identity.
    pub id: Id,
    /// The version that the event made.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Whether readers see it, when this message is sent.
    pub public: bool,
    /// The last part of its address.
    #[schema(max_length = 96)]
    pub slug: Option<String>,
    /// What it is called.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// Where readers find it; `null` where they don't.
    #[schema(format = "uri")]
    pub url: Option<String>,
    /// The tag that it went into, where it was merged.
    pub into: Option<Id>,
}

/// What is told of an author. `slug`, `name` and `url` are told where readers see it, and the first two to trusted endpoints
/// always.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuthorEvent {
    /// Identity.
    pub id: Id,
    /// The version that the event made.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Whether readers see it, when this message is sent.
    pub public: bool,
    /// The last part of its address.
    #[schema(max_length = 96)]
    pub slug: Option<String>,
    /// What it is called.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// Where readers find it; `null` where they don't.
    #[schema(format = "uri")]
    pub url: Option<String>,
}

/// What is told of a collection. Endpoints that are not trusted get what readers see; trusted ones get `slug`, `name` and
/// `locale` of the working copy.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CollectionEvent {
    /// Identity.
    pub id: Id,
    /// The version that the event made.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Whether readers see it, when this message is sent.
    pub public: bool,
    /// The last part of its address.
    #[schema(max_length = 96)]
    pub slug: Option<String>,
    /// What it is called.
    #[schema(max_length = 200)]
    pub name: Option<String>,
    /// The language of its articles; `null` for any.
    #[schema(max_length = 12)]
    pub locale: Option<String>,
}

/// What is told of a media record. `kind` is told where readers see it, and to trusted endpoints always.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MediaEvent {
    /// The record.
    pub id: Id,
    /// The version that the event made.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Whether readers see it, when this message is sent.
    pub public: bool,
    /// What it is.
    pub kind: Option<MediaKind>,
    /// Where readers find the file; `null` where they don't.
    #[schema(format = "uri")]
    pub url: Option<String>,
}

/// What a test tells.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TestEvent {
    /// The webhook that is tested.
    pub webhook: Id,
}

/// A whole message.
#[derive(Clone, Debug, Serialize)]
pub struct Message<D> {
    /// What happened.
    pub r#type: String,
    /// When it happened.
    pub timestamp: Time,
    /// Facts about its subject.
    pub data: D,
}
