//! The variants of pictures. Whatever changes how they must look lets the picture wait for them, in the same
//! transaction ([`want`]); a job takes one picture at a time ([`claim`]), makes them without a transaction ([`make`]),
//! and writes them down ([`save`]). All variants of a picture change at once, and answers go on to show the old ones
//! until then. Making them again is harmless; two nodes don't make the same ones.

use serde_json::json;

use super::media_ingest::check_stored;
use super::{Cx, events, publishing};
use crate::error::{Code, Error, Result};
use crate::files::variants::{Focus, Format, Rendered, render};
use crate::files::{FileError, Staging, Storage};
use crate::model::variants::{self as notes, VariantNote, WIDEST};
use crate::model::{FocalPoint, Id, MediaKind, Time, Urls};
use crate::store::media::{self, MediaRow, PictureRow};
use crate::store::media_variants::{self, Glance, VariantRow};

/// Others keep away from a picture for so long. Seconds; a picture takes some at the most.
const CLAIMED_FOR: i64 = 300;
/// Times that making the variants of a picture is begun.
const TRIES: i32 = 5;
/// Bytes of a picture that are read, and of a variant that are written, at the most.
const MOST_BYTES: u64 = 128 * 1024 * 1024;

/// A picture whose variants are to be made.
#[derive(Clone, Debug)]
pub struct Task {
    /// The picture.
    pub media_id: Id,
    /// Until when it is ours.
    claimed_until: Time,
    mime: String,
    key: String,
    focus: Focus,
}

/// A variant in the file store.
#[derive(Clone, Debug)]
struct Stored {
    name: &'static str,
    extension: &'static str,
    width: i32,
    height: i32,
    bytes: i64,
    key: String,
}

/// What was made of a picture.
#[derive(Clone, Debug)]
pub struct Made {
    placeholder: String,
    dominant_color: Option<String>,
    files: Vec<Stored>,
}

impl Made {
    /// Where the bytes are.
    #[must_use]
    pub fn keys(&self) -> Vec<String> {
        self.files.iter().map(|file| file.key.clone()).collect()
    }
}

/// Lets a picture wait for its variants; a record of another kind has none.
///
/// # Errors
/// The database's.
pub fn want(cx: &mut Cx, row: &MediaRow) -> Result<()> {
    if row.kind == MediaKind::Image && row.public_key.is_some() {
        media_variants::want(cx.conn, row.id, cx.now)?;
    }
    Ok(())
}

/// Whether a picture waits for its variants.
///
/// # Errors
/// The database's.
pub fn is_due(cx: &mut Cx) -> Result<bool> {
    Ok(media_variants::next(cx.conn, cx.now)?.is_some())
}

/// Takes the picture that has been waiting longest. `None` where none waits, or somebody else was faster.
///
/// # Errors
/// The database's.
pub fn claim(cx: &mut Cx) -> Result<Option<Task>> {
    let Some(due) = media_variants::next(cx.conn, cx.now)? else { return Ok(None) };
    let until = cx.now.plus_seconds(CLAIMED_FOR);
    if !media_variants::claim(cx.conn, due, until)? {
        return Ok(None);
    }
    let row = media::find(cx.conn, due.media_id)?.filter(|_| due.tries < TRIES);
    let task = row.and_then(|row| {
        let focus = row.focal_point.as_deref().and_then(|json| serde_json::from_str::<FocalPoint>(json).ok());
        let focus = focus.map_or_else(Focus::default, |point| Focus { x: point.x, y: point.y });
        Some(Task { media_id: row.id, claimed_until: until, mime: row.mime?, key: row.public_key?, focus })
    });
    if task.is_none() {
        tracing::error!(media = %due.media_id, "gave up making the variants of a picture");
        media_variants::done(cx.conn, due.media_id, until)?;
    }
    Ok(task)
}

/// Makes the variants and puts them into the store, where nothing needs them yet. Blocks, and decodes.
///
/// # Errors
/// The disk's, or that the picture can't be decoded.
pub fn make(storage: &Storage, staging: &Staging, task: &Task) -> Result<Made> {
    let bytes = storage.read_all(&task.key, MOST_BYTES)?;
    let Rendered { placeholder, dominant_color, variants } = render(&task.mime, &bytes, task.focus)?;
    drop(bytes);
    let mut files = Vec::with_capacity(variants.len());
    for variant in variants {
        let key = put(storage, staging, &variant.bytes)?;
        files.push(Stored {
            name: variant.name,
            extension: variant.format.extension(),
            width: i32::try_from(variant.width).map_err(Error::internal)?,
            height: i32::try_from(variant.height).map_err(Error::internal)?,
            bytes: i64::try_from(variant.bytes.len()).map_err(Error::internal)?,
            key,
        });
    }
    Ok(Made { placeholder, dominant_color, files })
}

fn put(storage: &Storage, staging: &Staging, bytes: &[u8]) -> Result<String, FileError> {
    let mut upload = staging.begin(MOST_BYTES).map_err(crate::files::UploadError::from)?;
    upload.write(bytes)?;
    Ok(storage.put(upload.finish()?)?)
}

/// Writes down what was made; answers the keys of bytes that may be needed no more. Its event says that the picture
/// looks otherwise, not that somebody changed what is said of it.
///
/// # Errors
/// 409 if bytes were removed in this very moment; then the picture goes on waiting.
pub fn save(cx: &mut Cx, storage: &Storage, task: &Task, made: &Made) -> Result<Vec<String>> {
    media::lock_files(cx.conn)?;
    let keys = made.keys();
    // What was made of a file that has been replaced since shows the old picture.
    if media::find(cx.conn, task.media_id)?.is_none_or(|row| row.public_key.as_ref() != Some(&task.key)) {
        media_variants::done(cx.conn, task.media_id, task.claimed_until)?;
        return Ok(keys);
    }
    check_stored(storage, keys.iter())?;
    let old = media_variants::keys(cx.conn, task.media_id)?;
    let row = |file: &Stored| VariantRow {
        media_id: task.media_id,
        name: file.name.to_owned(),
        extension: file.extension.to_owned(),
        width: file.width,
        height: file.height,
        bytes: file.bytes,
        storage_key: file.key.clone(),
        made_at: cx.now,
    };
    let rows: Vec<VariantRow> = made.files.iter().map(row).collect();
    let glance = Glance {
        placeholder: made.placeholder.clone(),
        dominant_color: made.dominant_color.clone(),
        notes: notes::write(made.files.iter().map(note)),
    };
    let is_there = media_variants::replace(cx.conn, task.media_id, &rows, &glance)?;
    media_variants::done(cx.conn, task.media_id, task.claimed_until)?;
    if !is_there {
        return Ok(keys);
    }
    // Bodies that were frozen before offer them too.
    if let Some(row) = media::find(cx.conn, task.media_id)? {
        publishing::refile::show_file(cx, &row)?;
    }
    events::emit(cx, "media.rendered", task.media_id, &json!({ "id": task.media_id }))?;
    Ok(old)
}

/// Lets a picture wait no longer whose variants can't be made.
///
/// # Errors
/// The database's.
pub fn give_up(cx: &mut Cx, task: &Task) -> Result<()> {
    media_variants::done(cx.conn, task.media_id, task.claimed_until)
}

/// Gives a try back that came to nothing because the store was away: that is no fault of the picture.
///
/// # Errors
/// The database's.
pub fn put_back(cx: &mut Cx, task: &Task) -> Result<()> {
    media_variants::untried(cx.conn, task.media_id, task.claimed_until)
}

/// Whether trying again can't help: the picture itself is refused.
#[must_use]
pub fn is_hopeless(error: &Error) -> bool {
    matches!(error.code(), Code::InvalidBody | Code::PayloadTooLarge | Code::UnsupportedFileType)
}

/// The media type of a variant.
#[must_use]
pub fn mime(row: &VariantRow) -> &'static str {
    Format::of(&row.extension).unwrap_or(Format::Jpeg).mime()
}

fn note(file: &Stored) -> VariantNote<'_> {
    let hash = file.key.rsplit('/').next().unwrap_or_default();
    let Stored { name, extension, width, height, bytes, .. } = *file;
    VariantNote { name, extension, width, height, bytes, hash }
}

/// The value of an HTML `srcset`: the whole picture in its widths as WebP, then the public file where it is wider than
/// those, but no wider than the widest that is made.
#[must_use]
pub fn srcset(row: &PictureRow, urls: &Urls) -> Option<String> {
    let (id, notes) = (row.id, row.variants.as_deref());
    let mut out = String::new();
    let mut widest = 0;
    let mut add = |url: &str, width: i32| {
        let between = if out.is_empty() { "" } else { ", " };
        [between, url, " ", &width.to_string(), "w"].into_iter().for_each(|part| out.push_str(part));
    };
    for note in notes::read(notes).take_while(VariantNote::is_candidate) {
        add(&urls.variant(id, &note), note.width);
        widest = note.width;
    }
    if let (Some(width), Some(name)) = (row.width, row.file_name.as_deref())
        && (1..width).contains(&widest)
        && width < WIDEST
    {
        add(&urls.media(id, name, row.replaced_at), width);
    }
    (!out.is_empty()).then_some(out)
}
