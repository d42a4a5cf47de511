//! The whole bodies of published copies that are not free, kept apart from all that is public: for readers who are
//! entitled to them.

use std::collections::HashMap;

use super::copy::json;
use super::freeze::{self, Frozen, asset};
use super::refile::Known;
use crate::domain::Cx;
use crate::domain::articles::stored_body;
use crate::error::{Error, Result};
use crate::model::{Id, Urls};
use crate::store::copies::{CopyBodyRow, CopyRow};
use crate::store::full_bodies::{self, FullBodyRow};
use crate::store::{media, revisions};
use crate::text::{Asset, Body};

/// How long the addresses of media work that only the whole body shows, in seconds.
const MEDIA_SECONDS: i64 = 3_600;

/// Keeps the whole body of a copy that is not free, frozen and rendered as the open one is. Where both are the same,
/// only that is noted.
///
/// # Errors
/// The database's.
pub fn keep(cx: &mut Cx, copy_id: Id, whole: &Body) -> Result<()> {
    let mut row = FullBodyRow {
        copy_id,
        body: None,
        body_html: None,
        body_text: None,
        body_markdown: None,
        article_refs: "[]".to_owned(),
        media_until: None,
    };
    if whole.cut_at_paywall() == *whole {
        return full_bodies::insert(cx.conn, &row, &[]);
    }
    let Frozen { body, media_until } = freeze::freeze(cx, whole)?;
    (row.body, row.body_html) = (Some(json(&body)?), Some(body.to_html()));
    (row.body_text, row.body_markdown) = (Some(body.to_plain()), Some(body.to_markdown()));
    (row.article_refs, row.media_until) = (json(&freeze::articles_of(&body))?, media_until);
    let mut media: Vec<Id> = body.media_refs().into_iter().map(|(_, id)| Id::from(id)).collect();
    media.sort();
    media.dedup();
    full_bodies::insert(cx.conn, &row, &media)
}

/// Keeps the whole body of a copy that was made before whole bodies were kept, from the revision that it was made of.
///
/// # Errors
/// The revision is gone, which is kept for good; the database's.
pub fn keep_late(cx: &mut Cx, copy: &CopyRow) -> Result<()> {
    let made_of = revisions::find(cx.conn, copy.article_id, copy.version)?;
    let made_of = made_of.ok_or_else(|| Error::internal("the revision of a published copy is gone"))?;
    keep(cx, copy.copy_id, &stored_body(&made_of.body)?)
}

/// Puts the whole body of a copy in the place of its open one. Says whether it is kept.
///
/// # Errors
/// The database's.
pub fn put(cx: &mut Cx, body: &mut CopyBodyRow) -> Result<bool> {
    let Some(row) = full_bodies::find(cx.conn, body.copy_id)? else { return Ok(false) };
    if let (Some(blocks), Some(html), Some(text), Some(markdown)) =
        (row.body, row.body_html, row.body_text, row.body_markdown)
    {
        (body.body, body.body_html, body.body_text, body.body_markdown) = (blocks, html, text, markdown);
        (body.article_refs, body.media_until) = (row.article_refs, row.media_until);
    }
    Ok(true)
}

/// Gives the media that a whole body shows, and the open one does not, addresses that work for an hour: their files are
/// not public.
///
/// # Errors
/// The database's.
pub fn let_in(cx: &mut Cx, body: &mut CopyBodyRow) -> Result<()> {
    let closed = full_bodies::closed_media(cx.conn, body.copy_id)?;
    let CopyBodyRow { body, body_html, body_text, body_markdown, .. } = body;
    sign(cx, &closed, [[body, body_html, body_text, body_markdown]])
}

/// A body as blocks, HTML, plain text and Markdown.
type Forms<'a> = [&'a mut String; 4];

/// Gives all media of bodies that are for entitled readers alone such addresses.
///
/// # Errors
/// The database's.
pub fn let_in_all<'a>(cx: &mut Cx, bodies: Vec<Forms<'a>>) -> Result<()> {
    let mut media: Vec<Id> = Vec::new();
    for [blocks, ..] in &bodies {
        media.extend(stored_body(blocks)?.media_refs().into_iter().map(|(_, id)| Id::from(id)));
    }
    media.sort_unstable();
    media.dedup();
    sign(cx, &media, bodies)
}

fn sign<'a>(cx: &mut Cx, media: &[Id], bodies: impl IntoIterator<Item = Forms<'a>>) -> Result<()> {
    if media.is_empty() {
        return Ok(());
    }
    let urls = cx.urls.signing(cx.media_key, cx.now.plus_seconds(MEDIA_SECONDS).unix());
    let rows = media::by_ids(cx.conn, media)?;
    let posters: Vec<Id> = rows.iter().filter_map(|row| row.poster_id).collect();
    let posters = media::by_ids(cx.conn, &posters)?.into_iter().map(|row| (row.id, row)).collect();
    for [blocks, html, text, markdown] in bodies {
        let mut known = Known::default();
        known.gather(&serde_json::from_str(blocks).map_err(Error::internal)?)?;
        for row in &rows {
            if let Some(frozen) = known.media.get_mut(&row.id.uuid()) {
                readdress(frozen, row, &posters, &urls);
            }
        }
        let whole = stored_body(blocks)?.freeze(&known);
        *blocks = json(&whole)?;
        (*html, *text, *markdown) = (whole.to_html(), whole.to_plain(), whole.to_markdown());
    }
    Ok(())
}

/// Sets the addresses of a frozen medium and leaves its words.
fn readdress(frozen: &mut Asset, row: &media::MediaRow, posters: &HashMap<Id, media::MediaRow>, urls: &Urls) {
    let Asset { url, srcset, tracks, poster, .. } = asset(row, posters, urls);
    *frozen = Asset { url, srcset, tracks, poster, ..frozen.clone() };
}
