//! Media records: pictures, films, recordings, documents, and videos of other sites.
//!
//! Bytes are put into the file store before the transaction that counts on them, and removed after the one that gave
//! them up ([`remove_unused`]). Both kinds of transaction take the same lock and look: a new record is written only
//! if its bytes are still there, and bytes are removed only if no record needs them.

use serde_json::Value;

use super::events::{self, Change};
pub use super::media_file::{check_replace, replace_file};
use super::media_ingest::check_stored;
pub use super::media_ingest::{NewFile, remove_unused};
use super::media_row::{blank, canonical, check_folder, check_poster, of_file, write};
pub use super::media_usage::{MAX_PER_KIND, Use, UseKind, UsePlace, usage};
use super::precondition::{changed_members, stale};
use super::search::index;
use super::{Actor, Cx, Op, Precondition, media_variants as variants, policy, publishing};
use crate::error::{Code, Error, Result};
use crate::files::Storage;
use crate::model::paging::{Key, Paged, Paging};
use crate::model::{Id, Key as Shown, MediaInput, MediaKind, Time, WebUrl};
use crate::store::media::{MediaFilter, MediaRow};
use crate::store::{media, media_folders, media_tracks, media_variants, published_media, users};

/// How many users of a record a refused deletion names.
const NAMED_USERS: usize = 20;

/// A record with what it refers to.
#[derive(Clone, Debug)]
pub struct MediaView {
    /// The record.
    pub row: MediaRow,
    /// The record of its poster.
    pub poster: Option<MediaRow>,
    /// The folder that it lies in: id and name.
    pub folder: Option<(Id, String)>,
    /// Who made the record: id and name.
    pub owner: Option<(Id, String)>,
}

/// What came of an upload.
#[derive(Clone, Debug)]
pub enum Saved {
    /// A new record.
    New(MediaView),
    /// The same bytes, or the same video, were here already.
    Known(MediaView),
}

impl Saved {
    /// The record, new or not.
    #[must_use]
    pub fn view(&self) -> &MediaView {
        match self {
            Self::New(view) | Self::Known(view) => view,
        }
    }
}

/// Makes the record of a file, unless the same bytes have one.
///
/// # Errors
/// 403; 409 if the bytes were removed in this very moment; 422 for a poster that can't be one.
pub fn create_from_file(
    cx: &mut Cx,
    actor: &Actor,
    storage: &Storage,
    file: NewFile,
    input: MediaInput,
) -> Result<Saved> {
    policy::check(actor, Op::CreateMedia)?;
    media::lock_files(cx.conn)?;
    if let Some(row) = media::by_sha256(cx.conn, &file.sha256)? {
        return Ok(Saved::Known(view(cx, row)?));
    }
    check_stored(storage, [&file.original_key, &file.public_key].into_iter())?;
    let sha256 = file.sha256.clone();
    let mut row = of_file(cx, actor, file)?;
    write(&mut row, input)?;
    save_new(cx, actor, row, |cx| media::by_sha256(cx.conn, &sha256))
}

/// Makes the record of a video of another site, unless it has one.
///
/// # Errors
/// 403; 422 for an address that no player is known for, or a poster that can't be one.
pub fn create_from_address(cx: &mut Cx, actor: &Actor, address: &WebUrl, input: MediaInput) -> Result<Saved> {
    let url = canonical(address)?;
    policy::check(actor, Op::CreateMedia)?;
    if let Some(row) = media::by_embed_url(cx.conn, &url)? {
        return Ok(Saved::Known(view(cx, row)?));
    }
    let mut row = blank(cx, actor, MediaKind::Video);
    row.embed_url = Some(url.clone());
    write(&mut row, input)?;
    save_new(cx, actor, row, |cx| media::by_embed_url(cx.conn, &url))
}

/// One record.
///
/// # Errors
/// 403, 404.
pub fn get(cx: &mut Cx, actor: &Actor, id: Id) -> Result<MediaView> {
    policy::check(actor, Op::GetAdminMedia)?;
    let row = media::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    view(cx, row)
}

/// A part of the list.
///
/// # Errors
/// 403.
pub fn list(cx: &mut Cx, actor: &Actor, filter: &MediaFilter, paging: &Paging) -> Result<Paged<MediaView>> {
    policy::check(actor, Op::ListAdminMedia)?;
    let rows = media::list(cx.conn, filter, paging, cx.now)?;
    let total = if paging.counts() { media::count(cx.conn, filter, cx.now)? } else { 0 };
    let paged = paging.page(rows, total, |row| (Key::from(row.created_at), row.id));
    let views = views(cx, paged.rows)?;
    Ok(Paged { rows: views, ends: paged.ends })
}

/// The records with these ids, for what refers to them; unknown ids are left out.
///
/// # Errors
/// The database's.
pub fn by_ids(cx: &mut Cx, ids: &[Id]) -> Result<Vec<MediaView>> {
    let rows = media::by_ids(cx.conn, ids)?;
    views(cx, rows)
}

/// Records with what they refer to, one query per relation.
fn views(cx: &mut Cx, rows: Vec<MediaRow>) -> Result<Vec<MediaView>> {
    let posters: Vec<Id> = rows.iter().filter_map(|row| row.poster_id).collect();
    let posters = media::by_ids(cx.conn, &posters)?;
    let owners: Vec<Id> = rows.iter().filter_map(|row| row.owner_id).collect();
    let owners = users::names(cx.conn, &owners)?;
    let mut folders: Vec<Id> = rows.iter().filter_map(|row| row.folder_id).collect();
    folders.dedup();
    let folders = media_folders::names(cx.conn, &folders)?;
    let with_relations = |row: MediaRow| MediaView {
        poster: posters.iter().find(|poster| Some(poster.id) == row.poster_id).cloned(),
        folder: folders.iter().find(|(id, _)| Some(*id) == row.folder_id).cloned(),
        owner: owners.iter().find(|(id, _)| Some(*id) == row.owner_id).cloned(),
        row,
    };
    Ok(rows.into_iter().map(with_relations).collect())
}

/// Changes what is said of a record. A change that changes nothing makes no version.
///
/// # Errors
/// 404, 403 (what is public needs an editor), 412, 422.
pub fn update(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: MediaInput) -> Result<MediaView> {
    let row = changeable(cx, actor, Op::UpdateMedia, id, wanted)?;
    let mut changed = row.clone();
    write(&mut changed, input)?;
    if changed == row {
        return view(cx, row);
    }
    if changed.poster_id != row.poster_id {
        check_poster(cx, &changed)?;
    }
    if changed.folder_id != row.folder_id {
        check_folder(cx, &changed)?;
    }
    let members = changed_members!(row, changed, {
        "title": title, "alt": alt, "caption": caption, "credit": credit, "creator": creator, "copyright": copyright,
        "license": license, "usage_terms": usage_terms, "digital_source_type": digital_source_type,
        "expires_at": expires_at, "taken_at": taken_at, "focal_point": focal_point, "poster": poster_id,
        "folder": folder_id, "keywords": keywords,
    });
    replace(cx, wanted, &mut changed)?;
    if changed.focal_point != row.focal_point {
        variants::want(cx, &changed)?;
    }
    if (changed.expires_at, changed.poster_id) != (row.expires_at, row.poster_id) {
        published_media::set_ends(cx.conn, id)?;
    }
    index::media_changed(cx, id, &members);
    let change = Change { action: "update_media", event: "media.updated", version: changed.version, fields: &members };
    events::record(cx, actor, id, change)?;
    view(cx, changed)
}

/// Writes the next version of a record.
pub(super) fn replace(cx: &mut Cx, wanted: &Precondition, changed: &mut MediaRow) -> Result<()> {
    let old = changed.version;
    changed.version += 1;
    changed.updated_at = cx.now;
    if media::replace(cx.conn, changed, old)? {
        return Ok(());
    }
    let now = media::find(cx.conn, changed.id)?.ok_or_else(Error::not_found)?;
    Err(stale(cx, wanted, changed.id, now.version, now.updated_at)?)
}

/// Removes a record that nothing uses; answers the keys of bytes that may be needed no more, for [`remove_unused`].
///
/// # Errors
/// 404, 403, 412, 409 with `used_by`.
pub fn delete(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<Vec<String>> {
    let row = changeable(cx, actor, Op::DeleteMedia, id, wanted)?;
    let mut users = usage(cx, actor, &row)?;
    if !users.is_empty() {
        users.truncate(NAMED_USERS);
        let named = serde_json::to_value(users).unwrap_or(Value::Null);
        return Err(Error::new(Code::InUse, "This is still used; `used_by` says where.").with("used_by", named));
    }
    publishing::forget_using(cx, id)?;
    let mut keys = media_variants::keys(cx.conn, id)?;
    keys.extend(media_tracks::keys(cx.conn, id)?);
    media::delete(cx.conn, id)?;
    events::record(
        cx,
        actor,
        id,
        Change { action: "delete_media", event: "media.deleted", version: row.version, fields: &[] },
    )?;
    Ok(row.original_key.into_iter().chain(row.public_key).chain(keys).collect())
}

/// What uses a record.
///
/// # Errors
/// 403, 404.
pub fn usage_of(cx: &mut Cx, actor: &Actor, id: Id) -> Result<Vec<Use>> {
    policy::check(actor, Op::GetMediaUsage)?;
    let row = media::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    usage(cx, actor, &row)
}

/// A record and its poster as the public may see them, and until when at the least.
///
/// # Errors
/// 404 for everything that is not public.
pub fn public(cx: &mut Cx, id: Id) -> Result<(MediaRow, Option<MediaRow>, Time)> {
    let row = media::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    let until = shown_until(cx, id, row.expires_at)?.ok_or_else(Error::not_found)?;
    cx.shows.note_all(Shown::Media, &row.poster_id);
    let poster = poster_of(cx, &row)?.filter(|poster| !poster.is_over(cx.now));
    let poster_until = poster.as_ref().and_then(|poster| poster.expires_at).unwrap_or(Time::NEVER);
    Ok((row, poster, until.min(poster_until)))
}

/// Until when the public may see a record and its bytes, as [`published_media::shown_until`] says.
///
/// # Errors
/// The database's.
pub fn shown_until(cx: &mut Cx, id: Id, expires_at: Option<Time>) -> Result<Option<Time>> {
    [Shown::Media(id), Shown::UsesOf(id)].into_iter().for_each(|key| cx.shows.note(key));
    cx.shows.unnamed();
    let until = published_media::shown_until(cx.conn, id, expires_at, cx.now)?;
    if until.is_some() && !published_media::is_in_articles(cx.conn, id, cx.now)? {
        cx.shows.note(Shown::OtherUses);
    }
    Ok(until)
}

pub(super) fn changeable(cx: &mut Cx, actor: &Actor, op: Op, id: Id, wanted: &Precondition) -> Result<MediaRow> {
    let row = media::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    policy::check_owned(actor, op, row.owner_id)?;
    // Also what is hidden only because the right has ended: whoever prolongs it makes it public.
    let is_public = published_media::is_in_public_use(cx.conn, id, cx.now)?;
    policy::check_public(actor, op, is_public)?;
    wanted.check(cx, row.id, row.version, row.updated_at)?;
    Ok(row)
}

fn save_new(
    cx: &mut Cx,
    actor: &Actor,
    row: MediaRow,
    known: impl FnOnce(&mut Cx) -> Result<Option<MediaRow>>,
) -> Result<Saved> {
    check_poster(cx, &row)?;
    check_folder(cx, &row)?;
    if media::insert(cx.conn, &row)? {
        variants::want(cx, &row)?;
        events::record(
            cx,
            actor,
            row.id,
            Change { action: "create_media", event: "media.created", version: row.version, fields: &[] },
        )?;
        return Ok(Saved::New(view(cx, row)?));
    }
    // Somebody else sent the same at the same time.
    let row = known(cx)?.ok_or_else(|| Error::new(Code::Conflict, "Another change came in between. Try again."))?;
    Ok(Saved::Known(view(cx, row)?))
}

pub(super) fn view(cx: &mut Cx, row: MediaRow) -> Result<MediaView> {
    let poster = poster_of(cx, &row)?;
    let owners: Vec<Id> = row.owner_id.into_iter().collect();
    let owner = users::names(cx.conn, &owners)?.pop();
    let folders: Vec<Id> = row.folder_id.into_iter().collect();
    let folder = media_folders::names(cx.conn, &folders)?.pop();
    Ok(MediaView { row, poster, folder, owner })
}

fn poster_of(cx: &mut Cx, row: &MediaRow) -> Result<Option<MediaRow>> {
    row.poster_id.map_or(Ok(None), |id| media::find(cx.conn, id))
}
