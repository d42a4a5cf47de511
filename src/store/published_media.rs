//! Which media are public. Like every public read this starts from [`live`]: a file is public as long as a copy that
//! is live uses it, or an update of its live blog, or a tag or an author that such a copy carries, or the site, or a
//! film that is public itself; and as long as the newsroom may use it.

use diesel::dsl::max;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::conn::Conn;
use super::dialect::in_list;
use super::full_bodies;
use super::media::is_over;
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

/// Whether the public may see this record and its bytes at `now`. `expires_at` is the record's.
pub fn is_public(conn: &mut Conn, id: Id, expires_at: Option<Time>, now: Time) -> Result<bool> {
    Ok(shown_until(conn, id, expires_at, now)?.is_some())
}

/// Until when the public may see this record and its bytes, as far as that is known: at least until then, unless
/// somebody acts. [`Time::NEVER`] where no end is set, `None` where it is not public at `now`. An end that a waiting copy
/// makes is left out: it would tell when that one appears.
pub fn shown_until(conn: &mut Conn, id: Id, expires_at: Option<Time>, now: Time) -> Result<Option<Time>> {
    if is_over(expires_at, now) {
        return Ok(None);
    }
    let films: Vec<(Id, Option<Time>)> = films_with_poster(conn, id)?;
    let usable = films.into_iter().filter(|(_, end)| !is_over(*end, now));
    let (films, ends): (Vec<Id>, Vec<Option<Time>>) = usable.unzip();
    let rights_end = ends.into_iter().flatten().chain(expires_at).min().unwrap_or(Time::NEVER);
    Ok(used_until(conn, id, films, now)?.map(|until| until.min(rights_end)))
}

/// Whether a live article itself uses this record at `now`.
pub fn is_in_articles(conn: &mut Conn, id: Id, now: Time) -> Result<bool> {
    Ok(in_bodies(conn, &[id], now)?.is_some())
}

/// Whether something public uses this record at `now`, whatever the rights in it are; what stands behind a paywall
/// counts too.
pub fn is_in_public_use(conn: &mut Conn, id: Id, now: Time) -> Result<bool> {
    let films: Vec<Id> = films_with_poster(conn, id)?.into_iter().map(|(film, _)| film).collect();
    let all: Vec<Id> = films.iter().copied().chain([id]).collect();
    Ok(used_until(conn, id, films, now)?.is_some() || full_bodies::uses(conn, &all, now)?)
}

/// The films whose poster this is, with the ends of the rights in them.
fn films_with_poster(conn: &mut Conn, id: Id) -> Result<Vec<(Id, Option<Time>)>> {
    on_db!(conn, |c| media::table.filter(media::poster_id.eq(id)).select((media::id, media::expires_at)).load(c))
}

/// Until when something public uses the record, or one of the films whose poster it is.
fn used_until(conn: &mut Conn, id: Id, films: Vec<Id>, now: Time) -> Result<Option<Time>> {
    if let Some(until) = in_copies(conn, &[id], now)? {
        return Ok(Some(until));
    }
    let mut ids = films;
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

/// Writes down anew until when the frozen bodies hold that show this record, or a film whose poster it is: after the
/// right in it, or a poster, has changed.
pub fn set_ends(conn: &mut Conn, id: Id) -> Result<()> {
    const COPIES: &str = "UPDATE published_bodies SET media_until = (\
        SELECT MIN(shown.expires_at) FROM published_media \
        JOIN media AS used ON used.id = published_media.media_id \
        JOIN media AS shown ON shown.id IN (used.id, used.poster_id) \
        WHERE published_media.copy_id = published_bodies.copy_id) \
        WHERE copy_id IN (\
        SELECT published_media.copy_id FROM published_media JOIN media AS used ON used.id = published_media.media_id \
        WHERE used.id = $1 OR used.poster_id = $1)";
    const WHOLES: &str = "UPDATE published_full_bodies SET media_until = (\
        SELECT MIN(shown.expires_at) FROM published_full_media \
        JOIN media AS used ON used.id = published_full_media.media_id \
        JOIN media AS shown ON shown.id IN (used.id, used.poster_id) \
        WHERE published_full_media.copy_id = published_full_bodies.copy_id) \
        WHERE copy_id IN (\
        SELECT published_full_media.copy_id FROM published_full_media \
        JOIN media AS used ON used.id = published_full_media.media_id \
        WHERE used.id = $1 OR used.poster_id = $1)";
    const UPDATES: &str = "UPDATE published_live_updates SET media_until = (\
        SELECT MIN(shown.expires_at) FROM published_live_update_media \
        JOIN media AS used ON used.id = published_live_update_media.media_id \
        JOIN media AS shown ON shown.id IN (used.id, used.poster_id) \
        WHERE published_live_update_media.update_id = published_live_updates.update_id) \
        WHERE update_id IN (\
        SELECT published_live_update_media.update_id FROM published_live_update_media \
        JOIN media AS used ON used.id = published_live_update_media.media_id \
        WHERE used.id = $1 OR used.poster_id = $1)";
    for statement in [COPIES, WHOLES, UPDATES] {
        on_db!(conn, |c| diesel::sql_query(statement).bind::<Text, _>(id).execute(c))?;
    }
    Ok(())
}
