//! The frozen bodies that show media, for when the file of one is replaced.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{
    published_articles, published_bodies, published_full_bodies, published_full_media, published_live_update_media,
    published_live_updates, published_media,
};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// Where a frozen body stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this published copy.
    Copy(Id),
    /// Behind the paywall of this published copy, and before it.
    Whole(Id),
    /// In this update of a live blog.
    Update(Id),
}

/// A body in its forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forms {
    /// Blocks as JSON.
    pub blocks: String,
    /// HTML.
    pub html: String,
    /// Plain text.
    pub text: String,
    /// Markdown.
    pub markdown: String,
}

/// Where bodies stand that show one of these records, or may, as was not noted once: in copies that are live or wait, and
/// in updates.
pub fn showing(conn: &mut Conn, media: &[Id], now: Time) -> Result<Vec<Place>> {
    let copies: Vec<Id> = on_db!(conn, |c| published_media::table
        .inner_join(published_articles::table)
        .filter(in_list(published_media::media_id, media))
        .filter(published_media::in_body)
        .filter(published_articles::visible_until.gt(now))
        .select(published_media::copy_id)
        .distinct()
        .load(c))?;
    let wholes: Vec<Id> = on_db!(conn, |c| published_full_media::table
        .inner_join(published_articles::table)
        .filter(in_list(published_full_media::media_id, media))
        .filter(published_articles::visible_until.gt(now))
        .select(published_full_media::copy_id)
        .distinct()
        .load(c))?;
    let updates: Vec<Id> = on_db!(conn, |c| published_live_update_media::table
        .filter(in_list(published_live_update_media::media_id, media))
        .select(published_live_update_media::update_id)
        .distinct()
        .load(c))?;
    let copies = copies.into_iter().map(Place::Copy).chain(wholes.into_iter().map(Place::Whole));
    Ok(copies.chain(updates.into_iter().map(Place::Update)).collect())
}

/// Notes that the body of this copy shows none of these records, so that it is not looked at again.
pub fn note_unshown(conn: &mut Conn, copy: Id, media: &[Id]) -> Result<()> {
    on_db!(conn, |c| diesel::update(published_media::table)
        .filter(published_media::copy_id.eq(copy))
        .filter(in_list(published_media::media_id, media))
        .set(published_media::in_body.eq(false))
        .execute(c))?;
    Ok(())
}

/// The blocks of a frozen body, as JSON; none where it has gone.
pub fn blocks(conn: &mut Conn, place: Place) -> Result<Option<String>> {
    match place {
        Place::Copy(id) => {
            on_db!(conn, |c| published_bodies::table.find(id).select(published_bodies::body).first(c).optional())
        }
        Place::Whole(id) => {
            let body: Option<Option<String>> = on_db!(conn, |c| published_full_bodies::table
                .find(id)
                .select(published_full_bodies::body)
                .first(c)
                .optional())?;
            Ok(body.flatten())
        }
        Place::Update(id) => on_db!(conn, |c| published_live_updates::table
            .find(id)
            .select(published_live_updates::body)
            .first(c)
            .optional()),
    }
}

/// Writes a frozen body anew.
pub fn rewrite(conn: &mut Conn, place: Place, forms: &Forms) -> Result<()> {
    let Forms { blocks, html, text, markdown } = forms;
    match place {
        Place::Copy(id) => on_db!(conn, |c| diesel::update(published_bodies::table.find(id))
            .set((
                published_bodies::body.eq(blocks),
                published_bodies::body_html.eq(html),
                published_bodies::body_text.eq(text),
                published_bodies::body_markdown.eq(markdown),
            ))
            .execute(c)),
        Place::Whole(id) => on_db!(conn, |c| diesel::update(published_full_bodies::table.find(id))
            .set((
                published_full_bodies::body.eq(blocks),
                published_full_bodies::body_html.eq(html),
                published_full_bodies::body_text.eq(text),
                published_full_bodies::body_markdown.eq(markdown),
            ))
            .execute(c)),
        Place::Update(id) => on_db!(conn, |c| diesel::update(published_live_updates::table.find(id))
            .set((
                published_live_updates::body.eq(blocks),
                published_live_updates::body_html.eq(html),
                published_live_updates::body_text.eq(text),
                published_live_updates::body_markdown.eq(markdown),
            ))
            .execute(c)),
    }?;
    Ok(())
}
