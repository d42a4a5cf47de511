//! Tracks of films and recordings: subtitles, captions, descriptions, chapters. A change of a track is a change of its
//! media record, and what shows the record shows it at once.

use super::events::{self, Change};
use super::media::{changeable, replace};
use super::media_ingest::check_stored;
use super::{Actor, Cx, Op, Precondition, policy, publishing};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::files::{Staged, Storage, webvtt};
use crate::model::tracks::{self, MAX_TRACKS, TrackInput, TrackNote};
use crate::model::{Id, MediaKind};
use crate::store::media::{self, MediaRow};
use crate::store::media_tracks::{self, TrackRow};

/// A checked file in the store, which no record names yet.
#[derive(Clone, Debug)]
pub struct TrackFile {
    /// Where its bytes are.
    pub key: String,
    /// How many there are.
    pub bytes: u64,
}

/// Checks a file and puts it into the store. Blocks.
///
/// # Errors
/// 422 with the lines that are wrong; the store's.
pub fn keep(storage: &Storage, staged: Staged) -> Result<TrackFile> {
    let text = std::fs::read(staged.path()).map_err(Error::internal)?;
    if let Err(faults) = webvtt::check(&text) {
        let fault = |fault: webvtt::LineFault| {
            Fault::at("/file", FaultCode::InvalidFormat, format!("Line {}: {}", fault.line, fault.detail))
        };
        return Err(Error::invalid(faults.into_iter().map(fault).collect()));
    }
    let bytes = staged.bytes;
    Ok(TrackFile { key: storage.put(staged)?, bytes })
}

/// The tracks of a record, and its version.
///
/// # Errors
/// 403, 404.
pub fn list(cx: &mut Cx, actor: &Actor, media_id: Id) -> Result<(i64, Vec<TrackNote>)> {
    policy::check(actor, Op::ListMediaTracks)?;
    let row = media::find(cx.conn, media_id)?.ok_or_else(Error::not_found)?;
    Ok((row.version, tracks::read(row.tracks.as_deref())))
}

/// One track, and the version of its record.
///
/// # Errors
/// 403, 404.
pub fn get(cx: &mut Cx, actor: &Actor, media_id: Id, id: Id) -> Result<(i64, TrackNote)> {
    policy::check(actor, Op::GetMediaTrack)?;
    let row = media::find(cx.conn, media_id)?.ok_or_else(Error::not_found)?;
    let note = tracks::read(row.tracks.as_deref()).into_iter().find(|note| note.id == id);
    Ok((row.version, note.ok_or_else(Error::not_found)?))
}

/// Whether a track may be added to a record: before its file is received.
///
/// # Errors
/// 404, 403 (what is public needs an editor); 422 for what has no tracks, and for too many.
pub fn check_add(cx: &mut Cx, actor: &Actor, media_id: Id) -> Result<MediaRow> {
    let row = changeable(cx, actor, Op::CreateMediaTrack, media_id, &Precondition::Any)?;
    let refused = |code, detail| Err(Error::invalid(vec![Fault::at("/file", code, detail)]));
    if !matches!(row.kind, MediaKind::Video | MediaKind::Audio) || row.public_key.is_none() {
        return refused(FaultCode::WrongKind, "Only a film or recording of ours has tracks.");
    }
    if tracks::read(row.tracks.as_deref()).len() >= MAX_TRACKS {
        return refused(FaultCode::TooLong, "A record can have at most 50 tracks.");
    }
    Ok(row)
}

/// Adds a track; answers also the new version of the record.
///
/// # Errors
/// As [`check_add`]; 409 if the bytes were removed in this very moment; 422 for a second track of the same kind,
/// language and label.
pub fn add(
    cx: &mut Cx,
    actor: &Actor,
    storage: &Storage,
    media_id: Id,
    file: TrackFile,
    note: TrackNote,
) -> Result<(i64, TrackNote)> {
    media::lock_files(cx.conn)?;
    let row = check_add(cx, actor, media_id)?;
    check_stored(storage, [&file.key].into_iter())?;
    let mut notes = tracks::read(row.tracks.as_deref());
    put(&mut notes, note.clone())?;
    let bytes = i64::try_from(file.bytes).map_err(Error::internal)?;
    let file = TrackRow { id: note.id, media_id, bytes, storage_key: file.key, made_at: cx.now };
    media_tracks::insert(cx.conn, &file)?;
    let version = save(cx, actor, &Precondition::Any, row, &notes, "create_media_track")?;
    Ok((version, note))
}

/// Changes what is said of a track; answers also the version of the record. A change that changes nothing makes none.
///
/// # Errors
/// 404, 403, 412, 422.
pub fn update(
    cx: &mut Cx,
    actor: &Actor,
    (media_id, id): (Id, Id),
    wanted: &Precondition,
    input: TrackInput,
) -> Result<(i64, TrackNote)> {
    let row = changeable(cx, actor, Op::UpdateMediaTrack, media_id, wanted)?;
    let old = tracks::read(row.tracks.as_deref());
    let mut note = old.iter().find(|note| note.id == id).cloned().ok_or_else(Error::not_found)?;
    input.apply(&mut note)?;
    let mut notes = old.clone();
    put(&mut notes, note.clone())?;
    if notes == old {
        return Ok((row.version, note));
    }
    let version = save(cx, actor, wanted, row, &notes, "update_media_track")?;
    Ok((version, note))
}

/// Takes a track away; answers the keys of bytes that may be needed no more, for
/// [`remove_unused`](super::media::remove_unused).
///
/// # Errors
/// 404, 403, 412.
pub fn remove(cx: &mut Cx, actor: &Actor, (media_id, id): (Id, Id), wanted: &Precondition) -> Result<Vec<String>> {
    let row = changeable(cx, actor, Op::DeleteMediaTrack, media_id, wanted)?;
    let mut notes = tracks::read(row.tracks.as_deref());
    let (file, _) = media_tracks::find(cx.conn, media_id, id)?.ok_or_else(Error::not_found)?;
    notes.retain(|note| note.id != id);
    media_tracks::delete(cx.conn, id)?;
    save(cx, actor, wanted, row, &notes, "delete_media_track")?;
    Ok(vec![file.storage_key])
}

/// Puts a track among the others, in its place if it has one. It takes the default from those it shares that with.
fn put(notes: &mut Vec<TrackNote>, note: TrackNote) -> Result<()> {
    let is_same = |other: &TrackNote| {
        (other.kind, &other.language, &other.label) == (note.kind, &note.language, &note.label) && other.id != note.id
    };
    if notes.iter().any(is_same) {
        let detail = "The record has a track of this kind and language with this label.";
        return Err(Error::invalid(vec![Fault::at("/label", FaultCode::Taken, detail)]));
    }
    if note.default {
        for other in notes.iter_mut().filter(|other| other.kind.shares_default(note.kind)) {
            other.default = false;
        }
    }
    match notes.iter_mut().find(|other| other.id == note.id) {
        Some(place) => *place = note,
        None => notes.push(note),
    }
    Ok(())
}

/// Writes the next version of the record, and shows it wherever a body was frozen with it.
fn save(
    cx: &mut Cx,
    actor: &Actor,
    wanted: &Precondition,
    mut row: MediaRow,
    notes: &[TrackNote],
    action: &'static str,
) -> Result<i64> {
    row.tracks = tracks::write(notes)?;
    replace(cx, wanted, &mut row)?;
    publishing::refile::show_file(cx, &row)?;
    let change = Change { action, event: "media.updated", version: row.version, fields: &["tracks"] };
    events::record(cx, actor, row.id, change)?;
    Ok(row.version)
}
