//! What clients name a tag, an author or an article by.

use std::collections::HashMap;

use super::Id;
use super::read::{FromText, Wrong, from_text, wrong};
use crate::error::FaultCode;

/// An id or a slug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handle {
    /// An id.
    Id(Id),
    /// Anything else of at most 96 characters; what is no slug is simply not found.
    Slug(String),
}

impl Handle {
    /// The slug, if it is one.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        match self {
            Self::Id(_) => None,
            Self::Slug(slug) => Some(slug),
        }
    }

    /// The id that it stands for, among `known` slugs.
    #[must_use]
    pub fn id(&self, known: &HashMap<String, Id>) -> Option<Id> {
        match self {
            Self::Id(id) => Some(*id),
            Self::Slug(slug) => known.get(slug).copied(),
        }
    }
}

impl FromText for Handle {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        match Id::parse(text) {
            Some(id) => Ok(Self::Id(id)),
            None if text.len() > super::Slug::MAX => {
                Err(wrong(FaultCode::TooLong, "This must be an id or a slug of at most 96 characters."))
            }
            None => Ok(Self::Slug(text.to_owned())),
        }
    }
}
from_text!(Handle);
