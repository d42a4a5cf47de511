//! Making a published copy: the working copy frozen, rendered, and cut at the paywall.

use std::collections::BTreeMap;

use serde::Serialize;

use super::due;
use super::freeze::{self, Frozen};
use super::whole;
use crate::domain::articles::{Loaded, save};
use crate::domain::{Cx, search};
use crate::error::{Error, Result};
use crate::model::{Access, Id, Time};
use crate::store::copies::{self, CopyBodyRow, CopyRow};
use crate::store::revisions;
use crate::text::{Body, reading_minutes};

/// The instants of a copy.
pub struct Times {
    /// When it appears.
    pub visible_from: Time,
    /// When it disappears by itself.
    pub ends_at: Time,
    /// Start of the live period, for readers.
    pub published_at: Time,
    /// When readers were last told something new.
    pub updated_at: Time,
    /// When the article was first public.
    pub first_published_at: Time,
}

/// A copy before it is written down.
pub struct Drawn {
    /// What lists show.
    pub row: CopyRow,
    /// The rest.
    pub texts: CopyBodyRow,
    /// The frozen body.
    pub body: Body,
}

/// What readers are to see of an article, with so much of its body as is `open`.
///
/// # Errors
/// The database's.
pub fn drawn(cx: &mut Cx, article: &Loaded, times: &Times, open: &Body) -> Result<Drawn> {
    let Frozen { body, media_until } = freeze::freeze(cx, open)?;
    let row = row(article, times, article.body.word_count())?;
    let texts = body_row(article, row.copy_id, &body, media_until)?;
    Ok(Drawn { row, texts, body })
}

/// Adds the copy.
///
/// # Errors
/// The database's.
pub fn make(cx: &mut Cx, article: &Loaded, times: &Times) -> Result<()> {
    let open = match article.content.access {
        Access::Free => article.body.clone(),
        Access::Registered | Access::Subscriber => article.body.cut_at_paywall(),
    };
    let Drawn { row: copy, texts, body } = drawn(cx, article, times, &open)?;
    let content = &article.content;
    let beside = save::media_of(content, &Body::default()).into_iter().map(|id| (id, false));
    let within = body.media_refs().into_iter().map(|(_, id)| (Id::from(id), true));
    let media: BTreeMap<Id, bool> = beside.chain(within).collect();
    let authors: Vec<Id> = content.authors.iter().map(|credit| credit.id).collect();
    copies::insert(cx.conn, &copy, &texts, &content.all_tags(), &authors, &media)?;
    if content.access != Access::Free {
        whole::keep(cx, copy.copy_id, &article.body)?;
    }
    search::index::copy(cx, &copy, &texts, &body)?;
    due::note(cx, &copy)?;
    revisions::set_public_from(cx.conn, copy.article_id, copy.version, Some(copy.visible_from))
}

/// Sets the flags that were given on every copy of the article.
///
/// # Errors
/// The database's.
pub fn flag(cx: &mut Cx, article: Id, featured: Option<bool>, breaking: Option<bool>) -> Result<()> {
    for copy in copies::flags(cx.conn, article, cx.now)? {
        let (featured, breaking) = (featured.unwrap_or(copy.1), breaking.unwrap_or(copy.2));
        copies::set_flags(cx.conn, copy.0, featured, breaking)?;
    }
    Ok(())
}

fn row(article: &Loaded, times: &Times, words: u32) -> Result<CopyRow> {
    let (content, working) = (&article.content, &article.row);
    Ok(CopyRow {
        copy_id: Id::new(),
        article_id: working.id,
        version: working.version,
        visible_from: times.visible_from,
        visible_until: times.ends_at,
        ends_at: times.ends_at,
        locale: content.locale.to_string(),
        slug: content.slug.to_string(),
        kind: content.kind,
        access: content.access,
        headline: content.headline.to_string(),
        sort_headline: working.sort_headline.clone(),
        kicker: content.kicker.as_ref().map(ToString::to_string),
        standfirst: content.standfirst.as_ref().map(ToString::to_string),
        section_id: content.section,
        hero_id: content.hero,
        video_id: content.recommended_video,
        tag_ids: json(&content.tags)?,
        authors: json(&content.authors)?,
        related_ids: json(&content.related)?,
        byline: content.byline.as_ref().map(ToString::to_string),
        featured: content.featured,
        breaking: content.breaking,
        published_at: times.published_at,
        updated_at: times.updated_at,
        first_published_at: times.first_published_at,
        word_count: i32::try_from(words).unwrap_or(i32::MAX),
        reading_minutes: i32::try_from(reading_minutes(words)).unwrap_or(i32::MAX),
        translation_group: working.translation_group,
        search_number: None,
    })
}

fn body_row(article: &Loaded, copy_id: Id, body: &Body, media_until: Option<Time>) -> Result<CopyBodyRow> {
    let content = &article.content;
    Ok(CopyBodyRow {
        copy_id,
        body: json(body)?,
        body_html: body.to_html(),
        body_text: body.to_plain(),
        body_markdown: body.to_markdown(),
        article_refs: json(&freeze::articles_of(body))?,
        media_until,
        dateline: content.dateline.as_ref().map(json).transpose()?,
        source: content.source.as_ref().map(json).transpose()?,
        seo: json(&content.seo)?,
        rights: json(&content.rights)?,
        custom: json(&content.custom)?,
        corrections: json(&content.corrections)?,
        supersedes_id: content.supersedes,
    })
}

pub(super) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}
