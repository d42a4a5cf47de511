//! A live article with its whole body, for a reader who is entitled to it.

use super::article::{Article, Beside, Found, elsewhere, find, whole};
use super::shelf;
use crate::domain::Cx;
use crate::domain::entitlements::Entitlement;
use crate::domain::publishing::whole as bodies;
use crate::error::Result;
use crate::model::Handle;

/// The live article at an address with its whole body; `None` where it is not kept yet, which [`full_late`] mends.
///
/// # Errors
/// As [`article`](super::article()), and [`Code::EntitlementRequired`](crate::error::Code::EntitlementRequired).
pub fn full(
    cx: &mut Cx,
    at: &Handle,
    locale: Option<&str>,
    beside: Beside,
    reader: &Entitlement,
) -> Result<Option<Found<Box<Article>>>> {
    read(cx, at, locale, beside, reader, false)
}

/// The same where the whole body of a copy that an older release made may have to be kept first.
///
/// # Errors
/// As [`full`].
pub fn full_late(
    cx: &mut Cx,
    at: &Handle,
    locale: Option<&str>,
    beside: Beside,
    reader: &Entitlement,
) -> Result<Option<Found<Box<Article>>>> {
    read(cx, at, locale, beside, reader, true)
}

fn read(
    cx: &mut Cx,
    at: &Handle,
    locale: Option<&str>,
    beside: Beside,
    reader: &Entitlement,
    may_keep: bool,
) -> Result<Option<Found<Box<Article>>>> {
    let site = shelf::site(cx)?;
    let Some((copy, mut body)) = find(cx, &site, at, locale)? else {
        return elsewhere(cx, &site, at, locale).map(|moved| Some(Found::Moved(moved)));
    };
    reader.permit(&copy)?;
    if copy.access == crate::model::Access::Free {
        return whole(cx, site, copy, body, beside).map(|article| Some(Found::Here(Box::new(article))));
    }
    if !bodies::put(cx, &mut body)? {
        if !may_keep {
            return Ok(None);
        }
        bodies::keep_late(cx, &copy)?;
        bodies::put(cx, &mut body)?;
    }
    let mut article = whole(cx, site, copy, body, beside)?;
    bodies::let_in(cx, &mut article.body)?;
    Ok(Some(Found::Here(Box::new(article))))
}
