//! How addresses and filters name a record.

use std::collections::HashMap;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::Id;
use super::read::{FromText, Wrong, from_text, wrong};
use crate::error::FaultCode;

/// A record's id, or its slug, present or former.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Handle {
    /// Its identity.
    Id(Id),
    /// Its address.
    Slug(String),
}

impl Handle {
    /// Longest handle, in characters.
    pub const MAX: usize = 96;
    /// The rule as a regular expression, for the document.
    pub const PATTERN: &'static str = "^[A-Za-z0-9-]+$";

    /// The slug, if it is one.
    #[must_use]
    pub fn slug(&self) -> Option<&str> {
        match self {
            Self::Slug(slug) => Some(slug),
            Self::Id(_) => None,
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
        if let Some(id) = Id::parse(text) {
            return Ok(Self::Id(id));
        }
        let fits = !text.is_empty() && text.len() <= Self::MAX;
        if fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Ok(Self::Slug(text.to_owned()));
        }
        Err(wrong(
            FaultCode::InvalidFormat,
            "This must be an id or a slug: letters a-z, digits and dashes, at most 96.",
        ))
    }
}
from_text!(Handle);

impl PartialSchema for Handle {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(Self::MAX));
        RefOr::T(text.pattern(Some(Self::PATTERN)).into())
    }
}

impl ToSchema for Handle {
    fn name() -> std::borrow::Cow<'static, str> {
        "Handle".into()
    }
}
