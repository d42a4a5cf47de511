//! Which live copies a list shows, and in which order.

use crate::model::paging::Key;
use crate::model::sort::ArticleSort;
use crate::model::{Access, ArticleKind, Id, Time};
use crate::store::copies::CopyRow;
use crate::store::search::Lookup;

/// Which live copies a list shows. `None` and empty lists do not narrow it; `Some` of an empty list lets nothing
/// through.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In one of these sections.
    pub sections: Option<Vec<Id>>,
    /// With one of these tags (or in one of these sections).
    pub tags: Option<Vec<Id>>,
    /// With all of these tags.
    pub all_tags: Option<Vec<Id>>,
    /// With none of these tags.
    pub no_tags: Vec<Id>,
    /// By one of these authors.
    pub authors: Option<Vec<Id>>,
    /// Of one of these kinds.
    pub kinds: Vec<ArticleKind>,
    /// With one of these kinds of access.
    pub access: Vec<Access>,
    /// For the front page, or not.
    pub featured: Option<bool>,
    /// Breaking, or not.
    pub breaking: Option<bool>,
    /// In this language.
    pub locale: Option<String>,
    /// Where a translation group has no live copy in `locale`: in this one.
    pub fallback_locale: Option<String>,
    /// Published later than this.
    pub published_after: Option<Time>,
    /// Published earlier than this.
    pub published_before: Option<Time>,
    /// Updated later than this.
    pub updated_after: Option<Time>,
    /// One of these articles.
    pub ids: Option<Vec<Id>>,
    /// Not this article.
    pub but: Option<Id>,
    /// What must stand in it.
    pub matching: Option<Lookup>,
}

impl Filter {
    /// Whether nothing can pass.
    pub(super) fn is_void(&self) -> bool {
        let unwanted = |tag: &Id| self.no_tags.contains(tag);
        [&self.sections, &self.authors, &self.ids].into_iter().flatten().any(Vec::is_empty)
            || self.tags.as_ref().is_some_and(|tags| tags.iter().all(unwanted))
            || self.all_tags.as_ref().is_some_and(|tags| tags.iter().any(unwanted))
    }

    /// How many filters a client has set.
    #[must_use]
    pub fn count(&self) -> usize {
        let given = [
            self.sections.is_some(),
            self.tags.is_some(),
            self.all_tags.is_some(),
            !self.no_tags.is_empty(),
            self.authors.is_some(),
            !self.kinds.is_empty(),
            !self.access.is_empty(),
            self.featured.is_some(),
            self.breaking.is_some(),
            self.locale.is_some(),
            self.fallback_locale.is_some(),
            self.published_after.is_some(),
            self.published_before.is_some(),
            self.updated_after.is_some(),
            self.ids.is_some(),
            self.matching.is_some(),
        ];
        given.into_iter().filter(|given| *given).count()
    }
}

/// What a list is ordered by; ties are broken by id in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The column.
    pub key: OrderKey,
    /// Last first.
    pub descending: bool,
}

/// A column that lists are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKey {
    /// The start of the present live period.
    PublishedAt,
    /// When readers were last told something new.
    UpdatedAt,
    /// The folded headline.
    Headline,
}

impl From<ArticleSort> for Order {
    fn from(sort: ArticleSort) -> Self {
        let (key, descending) = match sort {
            ArticleSort::Newest => (OrderKey::PublishedAt, true),
            ArticleSort::Oldest => (OrderKey::PublishedAt, false),
            ArticleSort::LastUpdated => (OrderKey::UpdatedAt, true),
            ArticleSort::FirstUpdated => (OrderKey::UpdatedAt, false),
            ArticleSort::Headline => (OrderKey::Headline, false),
        };
        Self { key, descending }
    }
}

impl Order {
    /// Newest first.
    pub const NEWEST: Self = Self { key: OrderKey::PublishedAt, descending: true };

    /// What `row` is ordered by.
    pub(super) fn key_of(self, row: &CopyRow) -> Key {
        match self.key {
            OrderKey::PublishedAt => row.published_at.into(),
            OrderKey::UpdatedAt => row.updated_at.into(),
            OrderKey::Headline => row.sort_headline.clone().into(),
        }
    }
}
