//! What clients write of a collection: a curated, ordered list of articles such as a front page.

use std::collections::HashSet;

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::article::{Headline, Standfirst};
use super::faults::{Faults, not_null};
use super::lines::{Line, Locale, Prose, Slug};
use super::read::{Many, Whole, unknown_member};
use super::sort::ArticleSort;
use super::words::words;
use super::{Access, ArticleKind, Field, Id, Time};
use crate::error::{Error, Fault, FaultCode, Result};

/// Most places of a collection.
pub const MAX_SIZE: i64 = 100;
/// The places of a collection that says nothing of them.
pub const DEFAULT_SIZE: i64 = 20;
/// Most articles that are put into a collection by hand; those that find no place wait for one.
pub const MAX_ITEMS: usize = 100;
/// Most entries in each list of a fill.
pub const MAX_NAMED: usize = 100;

/// A place of a collection, from 1.
pub type Slot = Whole<1, MAX_SIZE>;

words! {
    /// Whether readers see a collection.
    CollectionStatus {
        /// They don't.
        Draft = "draft",
        /// They see it as it was when it was last published.
        Published = "published",
    }
}

/// An article that was put into a collection by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields = unknown_member)]
pub struct CollectionItem {
    /// The article. It shows while it is live, and its place is taken by what comes next while it is not.
    pub article: Id,
    /// The place that it is pinned to, from 1 to `size`. The others flow around the pinned ones, in their order.
    #[deserr(default)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub slot: Option<Slot>,
    /// What stands above it here, instead of its headline.
    #[deserr(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 300)]
    pub headline: Option<Headline>,
    /// The paragraph under the headline here, instead of its own.
    #[deserr(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 600)]
    pub standfirst: Option<Standfirst>,
}

/// Which live articles take the places that were not given by hand; empty lists and `null` do not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct CollectionFill {
    /// In one of these sections.
    pub section: Vec<Id>,
    /// With one of these tags.
    pub tag: Vec<Id>,
    /// With all of these tags.
    pub tag_all: Vec<Id>,
    /// With none of these tags.
    pub tag_not: Vec<Id>,
    /// By one of these authors.
    pub author: Vec<Id>,
    /// Of one of these kinds.
    pub kind: Vec<ArticleKind>,
    /// With one of these kinds of access.
    pub access: Vec<Access>,
    /// For the front page, or not.
    pub featured: Option<bool>,
    /// Breaking news, or not.
    pub breaking: Option<bool>,
    /// Published later than this.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_after: Option<Time>,
    /// In this order.
    pub sort: ArticleSort,
}

super::read::input! {
    /// Which live articles take the places that were not given by hand, by the filters of the list of articles. It is
    /// merged member by member; `null` and empty lists do not narrow it, so that `{}` takes the newest articles.
    pub struct CollectionFillInput {
        /// In one of these sections.
        section: Many<Id, MAX_NAMED>,
        /// With one of these tags.
        tag: Many<Id, MAX_NAMED>,
        /// With all of these tags.
        tag_all: Many<Id, MAX_NAMED>,
        /// With none of these tags.
        tag_not: Many<Id, MAX_NAMED>,
        /// By one of these authors.
        author: Many<Id, MAX_NAMED>,
        /// Of one of these kinds.
        kind: Many<ArticleKind, MAX_NAMED>,
        /// With one of these kinds of access.
        access: Many<Access, MAX_NAMED>,
        /// For the front page, or not.
        featured: bool,
        /// Breaking news, or not.
        breaking: bool,
        /// Published later than this.
        published_after: Time,
        /// The order; newest first where absent.
        sort: ArticleSort,
    }

    /// What a client may write of a collection. In a PATCH (RFC 7396) an absent member stays, `null` clears, lists
    /// replace, objects merge. Readers see none of it before it is published.
    pub struct CollectionInput {
        /// What it is called. The only member that a new collection needs.
        name: Line<200>,
        /// Address; made from the name where absent.
        slug: Slug,
        /// What it is.
        description: Prose<2000>,
        /// The language of its articles; `null` for any. Others are left out.
        locale: Locale,
        /// How many articles readers see at the most; 20 where absent.
        size: Slot,
        /// The articles that were put there by hand, in order; each once.
        items: Many<CollectionItem, MAX_ITEMS>,
        /// What takes the other places; `null`: nothing, and the list ends with the last of them.
        fill: CollectionFillInput,
    }
}

impl CollectionInput {
    /// The faults of shape that the types can't see.
    ///
    /// # Errors
    /// [`crate::error::Code::InvalidBody`] with all of them.
    pub fn check(&self, creating: bool) -> Result<()> {
        let nulls = [("/name", self.name.is_null()), ("/slug", self.slug.is_null()), ("/size", self.size.is_null())];
        let mut faults = not_null(&nulls);
        if creating && self.name.is_absent() {
            faults.push(Fault::at("/name", FaultCode::Required, "This member must be given."));
        }
        if let Field::Set(items) = &self.items {
            faults.extend(repeats("article", items.0.iter().map(|item| Some(item.article))));
            faults.extend(repeats("slot", items.0.iter().map(|item| item.slot.map(|slot| slot.0))));
        }
        if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
    }
}

/// The faults of values of the items that stand twice.
fn repeats<T: Eq + std::hash::Hash>(
    member: &str,
    values: impl Iterator<Item = Option<T>>,
) -> impl Iterator<Item = Fault> {
    let mut seen = HashSet::new();
    let again: Vec<usize> = values
        .enumerate()
        .filter_map(|(index, value)| value.is_some_and(|value| !seen.insert(value)).then_some(index))
        .collect();
    let fault = move |index| {
        Fault::at(format!("/items/{index}/{member}"), FaultCode::Duplicate, "This stands twice in the list.")
    };
    again.into_iter().map(fault)
}

impl CollectionFillInput {
    /// Writes the input over `fill`.
    pub fn apply(self, fill: &mut CollectionFill) {
        list(self.section, &mut fill.section);
        list(self.tag, &mut fill.tag);
        list(self.tag_all, &mut fill.tag_all);
        list(self.tag_not, &mut fill.tag_not);
        list(self.author, &mut fill.author);
        list(self.kind, &mut fill.kind);
        list(self.access, &mut fill.access);
        self.featured.apply(&mut fill.featured);
        self.breaking.apply(&mut fill.breaking);
        self.published_after.apply(&mut fill.published_after);
        if let Some(sort) = self.sort.given() {
            fill.sort = sort.unwrap_or_default();
        }
    }
}

/// Takes a list as it was given, or none.
fn list<T, const MAX: usize>(field: Field<Many<T, MAX>>, target: &mut Vec<T>) {
    if let Some(given) = field.given() {
        *target = given.map_or_else(Vec::new, |given| given.0);
    }
}
