//! The rows of media records: how they are made, what clients may write into them, and what makes them wrong.

use super::media::NewFile;
use super::{Actor, Cx, taxonomy};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::files::safe_file_name;
use crate::model::media::{Caption, MOST_CAPTION};
use crate::model::{FromText, Id, Line, MediaInput, MediaKind, Time, WebUrl};
use crate::store::media::{self, MediaRow};
use crate::store::media_folders;
use crate::text::embed::embed;

/// The row of a new file, with what the file says of itself.
pub(super) fn of_file(cx: &Cx, actor: &Actor, file: NewFile) -> Result<MediaRow> {
    let mut row = blank(cx, actor, kind(file.probed.kind));
    row.file_name = Some(file.file_name.clone());
    let said = &file.described;
    row.caption = text::<Caption>(said.caption.as_deref(), MOST_CAPTION);
    row.credit = line::<300>(said.credit.as_deref());
    row.creator = line::<300>(said.creator.as_deref());
    row.copyright = line::<500>(said.copyright.as_deref());
    row.taken_at = said.taken_at.as_deref().and_then(Time::parse);
    row.keywords = serde_json::to_string(&said.keywords).map_err(Error::internal)?;
    put(&mut row, file);
    Ok(row)
}

/// A text of a file as clients may write it, cut where it is too long.
fn text<T: FromText + Into<String>>(text: Option<&str>, most: usize) -> Option<String> {
    let text: String = text?.chars().take(most).collect();
    T::from_text(&text).ok().map(Into::into)
}

fn line<const MOST: usize>(said: Option<&str>) -> Option<String> {
    let said = said?.split_whitespace().collect::<Vec<_>>().join(" ");
    text::<Line<MOST>>(Some(&said), MOST)
}

/// Puts a file into a row; its name stays.
fn put(row: &mut MediaRow, file: NewFile) {
    row.mime = Some(file.probed.mime.to_owned());
    row.bytes = i64::try_from(file.bytes).ok();
    row.public_bytes = i64::try_from(file.public_bytes).ok();
    row.width = file.probed.width.and_then(|pixels| i32::try_from(pixels).ok());
    row.height = file.probed.height.and_then(|pixels| i32::try_from(pixels).ok());
    row.duration_ms = file.probed.duration_seconds.map(millis);
    row.codecs = file.probed.codecs;
    row.sha256 = Some(file.sha256);
    row.original_key = Some(file.original_key);
    row.public_key = Some(file.public_key);
}

/// Puts a new file in the place of a row's old one. The name stays, but for its ending, which is that of the type.
///
/// # Errors
/// 422 for a file of another kind, and for a record that has none.
pub(super) fn put_in_place(cx: &Cx, row: &mut MediaRow, file: NewFile) -> Result<()> {
    let refused = |detail| Err(Error::invalid(vec![Fault::at("/file", FaultCode::WrongKind, detail)]));
    let Some(name) = &row.file_name else {
        return refused("This record is a video of another site, and has no file.");
    };
    if kind(file.probed.kind) != row.kind {
        return refused("The new file must be of the same kind as the old one.");
    }
    row.file_name = Some(safe_file_name(name, file.probed.extension));
    put(row, file);
    row.replaced_at = Some(cx.now);
    Ok(())
}

/// A new row of which nothing is said yet.
pub(super) fn blank(cx: &Cx, actor: &Actor, kind: MediaKind) -> MediaRow {
    MediaRow {
        id: Id::new(),
        version: 1,
        kind,
        title: None,
        file_name: None,
        mime: None,
        bytes: None,
        public_bytes: None,
        width: None,
        height: None,
        duration_ms: None,
        sha256: None,
        original_key: None,
        public_key: None,
        alt: None,
        caption: None,
        credit: None,
        creator: None,
        copyright: None,
        license: None,
        expires_at: None,
        usage_terms: None,
        digital_source_type: None,
        focal_point: None,
        placeholder: None,
        dominant_color: None,
        poster_id: None,
        embed_url: None,
        owner_id: actor.user,
        created_at: cx.now,
        updated_at: cx.now,
        variants: None,
        folder_id: None,
        keywords: "[]".to_owned(),
        replaced_at: None,
        tracks: None,
        codecs: None,
        taken_at: None,
    }
}

/// Writes what a client says of a record.
pub(super) fn write(row: &mut MediaRow, input: MediaInput) -> Result<()> {
    input.title.map(String::from).apply(&mut row.title);
    input.alt.map(String::from).apply(&mut row.alt);
    input.caption.map(String::from).apply(&mut row.caption);
    input.credit.map(String::from).apply(&mut row.credit);
    input.creator.map(String::from).apply(&mut row.creator);
    input.copyright.map(String::from).apply(&mut row.copyright);
    input.license.map(String::from).apply(&mut row.license);
    input.usage_terms.map(String::from).apply(&mut row.usage_terms);
    input.digital_source_type.apply(&mut row.digital_source_type);
    input.expires_at.apply(&mut row.expires_at);
    input.taken_at.apply(&mut row.taken_at);
    input.poster.apply(&mut row.poster_id);
    input.folder.apply(&mut row.folder_id);
    if let Some(keywords) = input.keywords.given() {
        let keywords: Vec<String> = keywords.into_iter().flat_map(|list| list.0).map(String::from).collect();
        let faults = taxonomy::twice("/keywords", &keywords);
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        row.keywords = serde_json::to_string(&keywords).map_err(Error::internal)?;
    }
    if let Some(point) = input.focal_point.given() {
        row.focal_point = point.map(|point| serde_json::to_string(&point)).transpose().map_err(Error::internal)?;
    }
    Ok(())
}

/// A poster is a picture, and pictures have none: so there are no circles.
pub(super) fn check_poster(cx: &mut Cx, row: &MediaRow) -> Result<()> {
    let refused = |code, detail| Err(Error::invalid(vec![Fault::at("/poster", code, detail)]));
    let Some(poster) = row.poster_id else { return Ok(()) };
    if row.kind == MediaKind::Image {
        return refused(FaultCode::Inconsistent, "A picture has no poster.");
    }
    match media::find(cx.conn, poster)? {
        None => refused(FaultCode::UnknownId, "There is no media record with this id."),
        Some(poster) if poster.kind != MediaKind::Image => {
            refused(FaultCode::WrongKind, "A poster must be media of kind image.")
        }
        Some(_) => Ok(()),
    }
}

/// A record lies in a folder that there is. Nobody removes that until the transaction ends.
pub(super) fn check_folder(cx: &mut Cx, row: &MediaRow) -> Result<()> {
    let Some(folder) = row.folder_id else { return Ok(()) };
    media_folders::lock_shared(cx.conn)?;
    match media_folders::find(cx.conn, folder)? {
        Some(_) => Ok(()),
        None => {
            let detail = "There is no folder with this id.";
            Err(Error::invalid(vec![Fault::at("/folder", FaultCode::UnknownId, detail)]))
        }
    }
}

/// The one form of a video's address, whichever way it is written.
pub(super) fn canonical(url: &WebUrl) -> Result<String> {
    embed(url.as_str()).map(|info| info.url).ok_or_else(|| {
        let detail = "This must be the address of a video on YouTube, Vimeo or Dailymotion.";
        Error::invalid(vec![Fault::at("/embed_url", FaultCode::InvalidFormat, detail)])
    })
}

const fn kind(kind: crate::files::Kind) -> MediaKind {
    match kind {
        crate::files::Kind::Image => MediaKind::Image,
        crate::files::Kind::Video => MediaKind::Video,
        crate::files::Kind::Audio => MediaKind::Audio,
        crate::files::Kind::Document => MediaKind::Document,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a probe answers some months at the most")]
fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}
