//! `If-Match` of the editorial door: optimistic locking by version.

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::domain::Precondition;
use crate::error::{Code, Error, Fault, FaultCode, Place, Result};
use crate::http::conditional::EntityTags;

/// The versions that the caller is ready to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IfMatch<'a>(EntityTags<'a>);

impl<'a> IfMatch<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`Code::IfMatchRequired`] without one; [`Code::InvalidHeader`] if it is malformed or has a weak tag, which
    /// never matches here.
    pub fn from_request(request: &'a HttpRequest) -> Result<Self> {
        match EntityTags::of(request.headers(), &header::IF_MATCH) {
            Ok(None) => Err(Error::new(
                Code::IfMatchRequired,
                "Send the resource's ETag in If-Match, or `*` to change whatever version is there.",
            )),
            Ok(Some(EntityTags::List(tags))) if tags.iter().any(|tag| tag.weak) => Err(invalid()),
            Ok(Some(tags)) => Ok(Self(tags)),
            Err(_) => Err(invalid()),
        }
    }

    /// The same where it may be left out: what is there is changed then, whatever its version.
    ///
    /// # Errors
    /// As [`IfMatch::from_request`], but for a missing header.
    pub fn optional(request: &'a HttpRequest) -> Result<Self> {
        if request.headers().contains_key(header::IF_MATCH) {
            Self::from_request(request)
        } else {
            Ok(Self(EntityTags::Any))
        }
    }

    /// The same for the domain. Tags that no version can have match none.
    #[must_use]
    pub fn precondition(&self) -> Precondition {
        match &self.0 {
            EntityTags::Any => Precondition::Any,
            EntityTags::List(tags) => {
                let version = |opaque: &str| opaque.parse().ok().filter(|number: &i64| number.to_string() == opaque);
                Precondition::Versions(tags.iter().filter_map(|tag| version(tag.opaque)).collect())
            }
        }
    }
}

fn invalid() -> Error {
    let detail = "If-Match takes strong ETags such as \"7\", separated by commas, or `*`.";
    let fault = Fault { place: Place::Header("If-Match"), code: FaultCode::InvalidFormat, detail: detail.to_owned() };
    Error::new(Code::InvalidHeader, detail).with_faults(vec![fault])
}
