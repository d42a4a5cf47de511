//! What a reader's token lets them read. Whoever sells subscriptions signs the tokens; the site knows the keys.

use super::Cx;
use super::site::{self, Site};
use crate::crypto::jwt::entitlement::{public_key, verify};
use crate::error::{Code, Error, Result};
use crate::model::{Access, Id, Time};
use crate::store::copies::CopyRow;

/// What a reader may read beyond what is free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    access: Access,
    articles: Option<Vec<Id>>,
}

impl Entitlement {
    /// What a token lets its reader read at `now`.
    ///
    /// # Errors
    /// [`Code::Unauthenticated`] for a token that no key of the site has signed, that is for others, or not for now;
    /// always in the same words.
    pub fn of(site: &Site, token: &str, now: Time) -> Result<Self> {
        let keys = site.entitlement_keys.iter();
        let keys: Vec<(&str, [u8; 32])> =
            keys.filter_map(|key| Some((key.kid.as_str(), public_key(&key.public_key)?))).collect();
        let claims = verify(token, &keys, now.unix()).map_err(|_| unauthenticated())?;
        let access = Access::parse(&claims.access).filter(|access| *access != Access::Free);
        let articles = claims.articles.map(|ids| ids.into_iter().map(Id::from).collect());
        Ok(Self { access: access.ok_or_else(unauthenticated)?, articles })
    }

    /// Lets the reader read this copy whole, or not. What is free is for everybody.
    ///
    /// # Errors
    /// [`Code::EntitlementRequired`] with the `access` that it takes.
    pub fn permit(&self, copy: &CopyRow) -> Result<()> {
        let is_enough = match copy.access {
            Access::Free => return Ok(()),
            Access::Registered => true,
            Access::Subscriber => self.access == Access::Subscriber,
        };
        let is_named = self.articles.as_ref().is_none_or(|ids| ids.contains(&copy.article_id));
        if is_enough && is_named {
            return Ok(());
        }
        let detail = if is_enough {
            "The reader's token is for other articles."
        } else {
            "The reader's token does not let them read what is for subscribers."
        };
        Err(Error::new(Code::EntitlementRequired, detail).with("access", copy.access.as_str()))
    }
}

/// The settings of the site, to check a token by.
///
/// # Errors
/// The database's.
pub fn keys(cx: &mut Cx) -> Result<Site> {
    site::load(cx)
}

/// What a request without a sound token of a reader is answered.
#[must_use]
pub fn unauthenticated() -> Error {
    Error::new(Code::Unauthenticated, "This needs a reader's valid entitlement token: `Authorization: Bearer …`.")
}
