//! Which media are public. Like every public read this starts from [`live`]: a file is public as long as a copy that
//! is live uses it, or an update of its live blog, or a tag or an author that such a copy carries, or the site, or a
//! film that is public itself.

use diesel::dsl::max;
use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::published::live;
use super::schema::{
    authors, media, published_articles, published_authors, published_live_update_media, published_live_updates,
    published_media, published_tags, site, tags,
};
use crate::error::Result;
use crate::model::{Access, Id, Time};
use crate::on_db;

/// Tags are looked for this far below one with a picture.
const MAX_DEPTH: usize = 32;

/// Whether the public may see this record and its bytes at `now`.
pub fn is_public(conn: &mut Conn, id: Id, now: Time) -> Result<bool> {
    Ok(shown_until(conn, id, now)?.is_some())
}

/// Until when the public may see this record and its bytes, as far as that is known: at least until then, unless
/// somebody acts. [`Time::NEVER`] where no end is set, `None` where it is not public at `now`. An end that a waiting copy
/// makes is left out: it would tell when that one appears.
pub fn shown_until(conn: &mut Conn, id: Id, now: Time) -> Result<Option<Time>> {
    if let Some(until) = in_copies(conn, &[id], now)? {
        return Ok(Some(until));
    }
    let mut ids: Vec<Id> = on_db!(conn, |c| media::table.filter(media::poster_id.eq(id)).select(media::id).load(c))?;
    if let Some(until) = in_copies(conn, &ids, now)? {
        return Ok(Some(until));
    }
    ids.push(id);
    if is_logo(conn, &ids)? {
        return Ok(Some(Time::NEVER));
    }
    match as_avatar(conn, &ids, now)? {
        Some(until) => Ok(Some(until)),
        None => as_tag_image(conn, &ids, now),
    }
}

/// When the last live copy ends that uses one of these, or that an update shows one under.
fn in_copies(conn: &mut Conn, ids: &[Id], now: Time) -> Result<Option<Time>> {
    match in_bodies(conn, ids, now)? {
        Some(until) => Ok(Some(until)),
        None => in_updates(conn, ids, now),
    }
}

fn in_bodies(conn: &mut Conn, ids: &[Id], now: Time) -> Result<Option<Time>> {
    if ids.is_empty() {
        return Ok(None);
    }
    on_db!(conn, |c| live(now)
        .inner_join(published_media::table)
        .filter(in_list(published_media::media_id, ids))
        .select(max(published_articles::ends_at))
        .first(c))
}

/// The bodies of updates are for everybody only where their article is.
fn in_updates(conn: &mut Conn, ids: &[Id], now: Time) -> Result<Option<Time>> {
    if ids.is_empty() {
        return Ok(None);
    }
    let of_article = published_live_updates::article_id.eq(published_articles::article_id);
    on_db!(conn, |c| live(now)
        .inner_join(published_live_updates::table.on(of_article))
        .inner_join(
            published_live_update_media::table
                .on(published_live_update_media::update_id.eq(published_live_updates::update_id))
        )
        .filter(in_list(published_live_update_media::media_id, ids))
        .filter(published_articles::access.eq(Access::Free))
        .select(max(published_articles::ends_at))
        .first(c))
}

fn is_logo(conn: &mut Conn, ids: &[Id]) -> Result<bool> {
    let uses: i64 = on_db!(conn, |c| site::table.filter(in_list(site::logo_id, ids)).count().get_result(c))?;
    Ok(uses > 0)
}

/// When the last live copy ends that one of the authors with such a portrait stands in, or signs an update of.
fn as_avatar(conn: &mut Conn, ids: &[Id], now: Time) -> Result<Option<Time>> {
    let people: Vec<Id> =
        on_db!(conn, |c| authors::table.filter(in_list(authors::avatar_id, ids)).select(authors::id).load(c))?;
    if people.is_empty() {
        return Ok(None);
    }
    let in_bylines: Option<Time> = on_db!(conn, |c| live(now)
        .inner_join(published_authors::table)
        .filter(in_list(published_authors::author_id, &people))
        .select(max(published_articles::ends_at))
        .first(c))?;
    if in_bylines.is_some() {
        return Ok(in_bylines);
    }
    let of_article = published_live_updates::article_id.eq(published_articles::article_id);
    on_db!(conn, |c| live(now)
        .inner_join(published_live_updates::table.on(of_article))
        .filter(in_list(published_live_updates::author_id.assume_not_null(), &people))
        .select(max(published_articles::ends_at))
        .first(c))
}

/// When the last live copy ends that carries one of the tags with such a picture, or a tag below one.
fn as_tag_image(conn: &mut Conn, ids: &[Id], now: Time) -> Result<Option<Time>> {
    let mut level: Vec<Id> =
        on_db!(conn, |c| tags::table.filter(in_list(tags::image_id, ids)).select(tags::id).load(c))?;
    let mut all = level.clone();
    for _ in 0..MAX_DEPTH {
        if level.is_empty() {
            break;
        }
        let children: Vec<Id> =
            on_db!(conn, |c| tags::table.filter(in_list(tags::parent_id, &level)).select(tags::id).load(c))?;
        level = children.into_iter().filter(|child| !all.contains(child)).collect();
        all.extend(&level);
    }
    if all.is_empty() {
        return Ok(None);
    }
    on_db!(conn, |c| live(now)
        .inner_join(published_tags::table)
        .filter(in_list(published_tags::tag_id, &all))
        .select(max(published_articles::ends_at))
        .first(c))
}
