//! The words around an article.

use serde::Serialize;
use utoipa::ToSchema;

/// The words that a page shows around an article, in its language.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Labels {
    /// The link to the content for keyboards and screen readers.
    pub skip_to_content: String,
    /// Above the recommended video.
    pub recommended_video: String,
    /// Above related articles.
    pub related: String,
    /// Before the links that share the article.
    pub share: String,
    /// Above the most popular articles.
    pub popular: String,
}

impl Labels {
    /// The words in a language of the site.
    #[must_use]
    pub fn of(_locale: &str) -> Self {
        Self {
            skip_to_content: "Skip to content".to_owned(),
            recommended_video: "Recommended video".to_owned(),
            related: "It may interest you".to_owned(),
            share: "Share this article".to_owned(),
            popular: "Most popular".to_owned(),
        }
    }
}
