//! The files of the demo newsroom: drawn, or made once and kept beside the code; put into the store, and written into
//! the library.

use std::sync::Arc;

use serde_json::json;

use super::fill::{Filling, Set, input, text};
use super::{Newsroom, Picture, Recording, pictures};
use crate::app::App;
use crate::domain::media::NewFile;
use crate::domain::media_tracks::{self, TrackFile};
use crate::domain::{Actor, Cx, media, media_ingest as ingest};
use crate::error::{Error, Result};
use crate::files::Staged;
use crate::model::tracks::TrackInput;

/// The license of everything that is ours here.
const LICENSE: &str = "CC0-1.0";

/// The files that are kept, by their name; `films/README.md` says how they were made.
const FILES: [(&str, &[u8]); 5] = [
    ("evening.webm", include_bytes!("films/evening.webm")),
    ("evening.jpg", include_bytes!("films/evening.jpg")),
    ("evening.en.vtt", include_bytes!("films/evening.en.vtt")),
    ("evening.es.vtt", include_bytes!("films/evening.es.vtt")),
    ("ferry-bell.ogg", include_bytes!("films/ferry-bell.ogg")),
];

/// A kept file; `None` for a name that none has.
pub(super) fn file(name: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes)
}

/// Everything that was put into the store, in the order of the newsroom's file.
pub(super) struct Stock {
    pictures: Vec<NewFile>,
    recordings: Vec<Recorded>,
}

struct Recorded {
    file: NewFile,
    poster: Option<NewFile>,
    tracks: Vec<TrackFile>,
}

/// Puts every file into the store, where nothing needs it yet.
pub(super) fn put(app: &Arc<App>, newsroom: &Newsroom) -> Result<Stock> {
    let recordings = newsroom.recordings.iter().map(|recording| recorded(app, recording)).collect::<Result<_>>()?;
    Ok(Stock { pictures: drawn(app, newsroom)?, recordings })
}

/// Draws every picture and puts it into the store, two at a time.
fn drawn(app: &Arc<App>, newsroom: &Newsroom) -> Result<Vec<NewFile>> {
    let mut drawn = Vec::with_capacity(newsroom.pictures.len());
    for pair in newsroom.pictures.chunks(2) {
        let files: Vec<Result<NewFile>> = std::thread::scope(|scope| {
            let store = |picture: &Picture| -> Result<NewFile> {
                let bytes = pictures::draw(&picture.key).ok_or_else(|| Error::internal("no such picture"))?;
                ingest::from_bytes(&app.storage, &app.staging, &picture.file_name, &bytes)
            };
            let handles: Vec<_> = pair.iter().map(|picture| scope.spawn(move || store(picture))).collect();
            handles.into_iter().map(|handle| handle.join().map_err(|_| Error::internal("drawing failed"))?).collect()
        });
        for file in files {
            drawn.push(file?);
        }
    }
    Ok(drawn)
}

fn recorded(app: &App, recording: &Recording) -> Result<Recorded> {
    let kept = |name: &str| file(name).ok_or_else(|| Error::internal("no such file"));
    let put = |name: &str, bytes| ingest::from_bytes(&app.storage, &app.staging, name, bytes);
    let tracks =
        recording.tracks.iter().map(|track| media_tracks::keep(&app.storage, staged(app, kept(&track.file)?)?));
    Ok(Recorded {
        file: put(&recording.file_name, kept(&recording.file)?)?,
        poster: recording.poster.as_ref().map(|poster| put(&poster.file, kept(&poster.file)?)).transpose()?,
        tracks: tracks.collect::<Result<_>>()?,
    })
}

fn staged(app: &App, bytes: &[u8]) -> Result<Staged> {
    let mut upload = app.staging.begin(bytes.len() as u64).map_err(Error::internal)?;
    upload.write(bytes).map_err(Error::from)?;
    upload.finish().map_err(Error::from)
}

impl<'a> Filling<'a> {
    /// Writes the library.
    pub(super) fn media(&mut self, cx: &mut Cx, editor: &Actor, stock: Stock) -> Result<()> {
        for (picture, file) in self.newsroom.pictures.iter().zip(stock.pictures) {
            let said = json!({
                "title": picture.title, "alt": picture.alt, "caption": picture.caption, "credit": picture.credit,
                "license": LICENSE, "focal_point": { "x": 0.5, "y": 0.5 },
            });
            let saved = media::create_from_file(cx, editor, &self.app.storage, file, input(said)?)?;
            self.ids.insert((Set::Picture, &picture.key), saved.view().row.id);
        }
        for (recording, files) in self.newsroom.recordings.iter().zip(stock.recordings) {
            self.recording(cx, editor, recording, files)?;
        }
        for video in &self.newsroom.videos {
            let said = json!({ "title": video.title, "caption": video.caption, "credit": video.credit });
            let address = text(&video.embed_url)?;
            let saved = media::create_from_address(cx, editor, &address, input(said)?)?;
            self.ids.insert((Set::Recording, &video.key), saved.view().row.id);
        }
        Ok(())
    }

    /// One film or recording with its poster and its tracks.
    fn recording(&mut self, cx: &mut Cx, editor: &Actor, recording: &'a Recording, files: Recorded) -> Result<()> {
        let storage = &self.app.storage;
        let mut said = json!({
            "title": recording.title, "caption": recording.caption, "credit": recording.credit, "license": LICENSE,
        });
        if let (Some(poster), Some(file)) = (&recording.poster, files.poster) {
            let of_poster = json!({
                "title": recording.title, "alt": poster.alt, "credit": recording.credit, "license": LICENSE,
            });
            said["poster"] =
                json!(media::create_from_file(cx, editor, storage, file, input(of_poster)?)?.view().row.id);
        }
        let id = media::create_from_file(cx, editor, storage, files.file, input(said)?)?.view().row.id;
        for (track, file) in recording.tracks.iter().zip(files.tracks) {
            let said = json!({
                "kind": track.kind, "language": track.language, "label": track.label, "default": track.default,
            });
            media_tracks::add(cx, editor, storage, id, file, input::<TrackInput>(said)?.sound()?)?;
        }
        self.ids.insert((Set::Recording, &recording.key), id);
        Ok(())
    }
}
