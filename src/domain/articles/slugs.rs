//! Slugs: unique per locale over the working and the published slugs of untrashed articles.

use crate::domain::Cx;
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::{Id, Locale, Slug};
use crate::store::articles;

/// How many numbers are tried before the id's end is taken.
const TRIES: u32 = 50;

/// A slug that a client asked for; taken ones are a fault.
///
/// # Errors
/// The database's.
pub fn claimed(cx: &mut Cx, locale: &Locale, slug: Slug, id: Id, faults: &mut Vec<Fault>) -> Result<Slug> {
    if articles::slug_is_taken(cx.conn, locale.as_str(), slug.as_str(), id, cx.now)? {
        faults.push(Fault::at("/slug", FaultCode::SlugTaken, "Another article has this slug."));
    }
    Ok(slug)
}

/// A free slug made from the headline: as it is, or with `-2`, `-3` … at its end.
///
/// # Errors
/// The database's.
pub fn made(cx: &mut Cx, locale: &Locale, headline: &str, id: Id) -> Result<Slug> {
    let wanted = Slug::make(headline, "article");
    if !articles::slug_is_taken(cx.conn, locale.as_str(), wanted.as_str(), id, cx.now)? {
        return Ok(wanted);
    }
    for n in 2..=TRIES {
        let slug = wanted.numbered(n);
        if !articles::slug_is_taken(cx.conn, locale.as_str(), slug.as_str(), id, cx.now)? {
            return Ok(slug);
        }
    }
    let digits = id.uuid().as_u128() as u32;
    let slug = wanted.numbered(digits | 0x8000_0000);
    if articles::slug_is_taken(cx.conn, locale.as_str(), slug.as_str(), id, cx.now)? {
        return Err(Error::internal("no free slug was found"));
    }
    Ok(slug)
}
