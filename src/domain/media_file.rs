//! A new file under an old record: everything that shows the record shows the new file at once.

use super::events::{self, Change};
use super::media::{MediaView, NewFile, changeable, replace, view};
use super::media_ingest::check_stored;
use super::media_row::put_in_place;
use super::precondition::changed_members;
use super::{Actor, Cx, Op, Precondition, media_variants as variants, publishing};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::files::Storage;
use crate::model::Id;
use crate::store::{media, media_variants};

/// Whether the file of a record may be replaced: before it is received.
///
/// # Errors
/// 404, 403 (what is public needs an editor), 412.
pub fn check_replace(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<()> {
    changeable(cx, actor, Op::ReplaceMediaFile, id, wanted).map(drop)
}

/// Puts a new file in the place of a record's old one; answers also the keys of bytes that may be needed no more, for
/// [`remove_unused`](super::media::remove_unused). The same bytes make no version. Variants are made anew, and until then there are none: nobody
/// is shown the old picture any more.
///
/// # Errors
/// 404, 403, 412; 409 if the bytes were removed in this very moment; 422 for a file of another kind, and for one that
/// another record has.
pub fn replace_file(
    cx: &mut Cx,
    actor: &Actor,
    storage: &Storage,
    id: Id,
    wanted: &Precondition,
    file: NewFile,
) -> Result<(MediaView, Vec<String>)> {
    media::lock_files(cx.conn)?;
    let row = changeable(cx, actor, Op::ReplaceMediaFile, id, wanted)?;
    check_stored(storage, [&file.original_key, &file.public_key].into_iter())?;
    match media::by_sha256(cx.conn, &file.sha256)? {
        Some(same) if same.id == id => return Ok((view(cx, row)?, vec![file.original_key, file.public_key])),
        Some(_) => {
            let detail = "Another media record has this file.";
            return Err(Error::invalid(vec![Fault::at("/file", FaultCode::Taken, detail)]));
        }
        None => {}
    }
    let mut changed = row.clone();
    put_in_place(cx, &mut changed, file)?;
    let members = changed_members!(row, changed, {
        "url": replaced_at, "file_name": file_name, "mime": mime, "bytes": public_bytes, "sha256": sha256,
        "width": width, "height": height, "duration_seconds": duration_ms, "codecs": codecs,
    });
    replace(cx, wanted, &mut changed)?;
    let keys = media_variants::forget(cx.conn, id)?;
    (changed.placeholder, changed.dominant_color, changed.variants) = (None, None, None);
    variants::want(cx, &changed)?;
    publishing::refile::show_file(cx, &changed)?;
    events::record(
        cx,
        actor,
        id,
        Change { action: "replace_media_file", event: "media.updated", version: changed.version, fields: &members },
    )?;
    let keys = row.original_key.into_iter().chain(row.public_key).chain(keys).collect();
    Ok((view(cx, changed)?, keys))
}
