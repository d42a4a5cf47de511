//! What an article refers to, as editors see it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::admin::media::Media;
use crate::model::{BylineRole, Id, Status, TagKind, Time};
use crate::store::locks::LockRow;

/// A tag that an article carries.
#[derive(Serialize, ToSchema)]
pub struct AdminTagRef {
    /// The tag.
    pub id: Id,
    /// Its slug.
    pub slug: String,
    /// Its name in the article's locale.
    pub name: String,
    /// What it names.
    pub kind: TagKind,
    /// Its page for readers.
    pub url: String,
}

/// One person of the byline.
#[derive(Serialize, ToSchema)]
pub struct AdminAuthorRef {
    /// The author.
    pub id: Id,
    /// The author's slug.
    pub slug: String,
    /// The author's name.
    pub name: String,
    /// What they did.
    pub role: BylineRole,
    /// Their page for readers.
    pub url: String,
}

/// Another article of the newsroom.
#[derive(Serialize, ToSchema)]
pub struct AdminArticleRef {
    /// The article.
    pub id: Id,
    /// Its locale.
    pub locale: String,
    /// Its slug.
    pub slug: String,
    /// Its headline.
    pub headline: Option<String>,
    /// Its address for readers.
    pub url: String,
}

/// Another article of the translation group.
#[derive(Serialize, ToSchema)]
pub struct AdminTranslation {
    /// The article.
    pub id: Id,
    /// Its locale.
    pub locale: String,
    /// Its slug.
    pub slug: String,
    /// Its headline; `null` where the caller may not read the article.
    pub headline: Option<String>,
    /// Its address for readers.
    pub url: String,
    /// Where it stands.
    pub status: Status,
    /// Its version.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Whether the article at hand was translated from it.
    pub source: bool,
    /// Whether its source says something else now than when it was translated.
    pub behind: bool,
}

/// What an article was translated from.
#[derive(Serialize, ToSchema)]
pub struct AdminTranslationSource {
    /// The article.
    pub id: Id,
    /// The version that the translation says the same as; `translated_version` sets it.
    #[schema(minimum = 1)]
    pub version: i64,
    /// The present version of the source; `null` once that is deleted.
    pub current_version: Option<i64>,
    /// Whether the source says something else by now.
    pub behind: bool,
}

/// A user, in short.
#[derive(Serialize, ToSchema)]
pub struct UserRef {
    /// The user.
    pub id: Id,
    /// The user's name.
    pub name: String,
}

/// Who works on an article. Locks are advice: they keep nobody from writing.
#[derive(Serialize, ToSchema)]
pub struct ArticleLock {
    /// Who holds it.
    pub user: UserRef,
    /// Since when.
    pub since: Time,
    /// When it ends, unless it is renewed.
    pub expires_at: Time,
    /// Why, in the holder's words.
    pub reason: Option<String>,
}

impl ArticleLock {
    /// The lock as it is kept.
    #[must_use]
    pub fn of(row: &LockRow) -> Self {
        let user = UserRef { id: row.user_id, name: row.user_name.clone() };
        Self { user, since: row.since, expires_at: row.expires_at, reason: row.reason.clone() }
    }
}

/// What search engines are told.
#[derive(Serialize, ToSchema)]
pub struct AdminSeo {
    /// Instead of the headline.
    pub title: Option<String>,
    /// Instead of the standfirst.
    pub description: Option<String>,
    /// The address that search engines should keep.
    #[schema(format = "uri")]
    pub canonical_url: Option<String>,
    /// Instead of the hero.
    pub image: Option<Media>,
    /// Keeps the article out of search engines.
    pub no_index: bool,
}
