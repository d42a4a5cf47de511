//! The order of lists of articles.

use super::choices::choices;

choices! {
    /// The order of a list of articles; ties are broken by `id` in the same direction.
    ArticleSort {
        /// Newest first.
        Newest = "-published_at",
        /// Oldest first.
        Oldest = "published_at",
        /// Last updated first.
        LastUpdated = "-updated_at",
        /// First updated first.
        FirstUpdated = "updated_at",
        /// By headline, accents and case folded.
        Headline = "headline",
    }
}

#[expect(clippy::derivable_impls, reason = "a macro writes the enum, and knows no default")]
impl Default for ArticleSort {
    fn default() -> Self {
        Self::Newest
    }
}
