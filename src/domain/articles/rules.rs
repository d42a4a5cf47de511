//! The rules of a change that need the database: locale, slug, translation group, and what the content refers to.

use super::references::Before;
use super::{Loaded, input, slugs, translations};
use crate::domain::publishing::embargo;
use crate::domain::{Actor, Cx, policy, site};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::{Content, Id, Locale};
use crate::store::articles;
use crate::text::Body;

/// Whether the working copy of `article` may become this, and be in step with that version of its source.
///
/// # Errors
/// 403 for flags that take another role; 422 with every fault: of the locale, the slug, and what the content refers to.
pub fn check_rules(
    cx: &mut Cx,
    actor: &Actor,
    article: &Loaded,
    content: &Content,
    body: &Body,
    in_step: Option<i64>,
) -> Result<()> {
    let (id, before) = (article.row.id, &article.content);
    if flags(content) != flags(before) {
        policy::check_flags(actor)?;
    }
    let mut faults = Vec::new();
    if content.locale != before.locale {
        faults.extend(locale_change_faults(cx, article, &content.locale)?);
    }
    if content.slug != before.slug || content.locale != before.locale {
        slugs::claimed(cx, &content.locale, content.slug.clone(), id, &mut faults)?;
    }
    let already: Vec<Id> = before
        .related
        .iter()
        .copied()
        .chain(article.body.article_refs().into_iter().map(|(_, id)| Id::from(id)))
        .collect();
    let named = Before { named: &already, supersedes: before.supersedes };
    faults.extend(input::check_references(cx, actor, id, content, body, named)?);
    if let Some(version) = in_step {
        faults.extend(translations::version_fault(cx, &article.row, version)?);
    }
    faults.extend(embargo::change_fault(actor, article, content, cx.now));
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

/// Whether it is featured, and breaking: editors say so.
pub(super) fn flags(content: &Content) -> (bool, bool) {
    (content.featured, content.breaking)
}

/// A locale that is not the site's.
pub(in crate::domain) fn locale_faults(known: &[Locale], locale: &Locale) -> Vec<Fault> {
    if known.contains(locale) {
        return Vec::new();
    }
    let words: Vec<&str> = known.iter().map(Locale::as_str).collect();
    vec![Fault::at(
        "/locale",
        FaultCode::NotOneOf,
        format!("This must be one of the site's locales: {}.", words.join(", ")),
    )]
}

fn locale_change_faults(cx: &mut Cx, article: &Loaded, locale: &Locale) -> Result<Vec<Fault>> {
    if article.row.first_published_at.is_some() || !article.copies.is_empty() {
        let detail = "The locale is fixed once the article was published or scheduled.";
        return Ok(vec![Fault::at("/locale", FaultCode::Immutable, detail)]);
    }
    let mut faults = locale_faults(&site::load(cx)?.locales, locale);
    if articles::in_group(cx.conn, article.row.translation_group, locale.as_str())?
        .is_some_and(|id| id != article.row.id)
    {
        faults.push(Fault::at("/locale", FaultCode::Taken, "The translation group has an article in this locale."));
    }
    Ok(faults)
}
