//! What clients write of an author.

use deserr::Deserr;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Id;
use super::faults::Faults;
use super::lines::{Line, Prose, Slug, WebUrl};
use super::read::{Many, unknown_member};
use super::tag::check_required;
use crate::error::Result;

/// Most links of an author.
pub const MAX_LINKS: usize = 20;

/// Where else an author is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields = unknown_member)]
pub struct AuthorLink {
    /// What to call it.
    #[schema(value_type = String, min_length = 1, max_length = 100)]
    pub label: Line<100>,
    /// Where it leads.
    #[schema(value_type = String, format = "uri", max_length = 2048, pattern = "^https?://")]
    pub url: WebUrl,
}

super::read::input! {
    /// What a client may write of an author. In a PATCH (RFC 7396) an absent member stays, `null` clears, lists
    /// replace.
    pub struct AuthorInput {
        /// As it stands in a byline. The only member that a new author needs.
        name: Line<200>,
        /// Address; made from the name where absent.
        slug: Slug,
        /// What they do.
        job_title: Line<200>,
        /// Who they are.
        bio: Prose<5000>,
        /// Media of kind image.
        avatar: Id,
        /// Where else they are found, in order.
        links: Many<AuthorLink, MAX_LINKS>,
    }
}

impl AuthorInput {
    /// The faults of shape that the types can't see.
    ///
    /// # Errors
    /// [`crate::error::Code::InvalidBody`] with all of them.
    pub fn check(&self, creating: bool) -> Result<()> {
        let nulls = [("/name", self.name.is_null()), ("/slug", self.slug.is_null())];
        check_required(creating && self.name.is_absent(), &nulls)
    }
}
