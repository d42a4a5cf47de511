//! Tracks of films and recordings.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::media::{json, remove_unused};
use super::media_fetch::Arrived;
use super::media_types::signed_urls;
use super::media_upload::{only_form, room};
use super::users::with_header;
use crate::app::App;
use crate::domain::{Cx, media_tracks};
use crate::error::{Error, Result};
use crate::http::answer;
use crate::http::extract::form::{Form, Texts};
use crate::http::extract::{Caller, IfMatch, JsonInput, MergePatch, NoParams, Query, path};
use crate::http::list::Meta;
use crate::http::problem::Problem;
use crate::http::public::media::Track;
use crate::model::Id;
use crate::model::faults::Faults;
use crate::model::tracks::{TrackInput, TrackKind, TrackNote};

impl JsonInput for TrackInput {}

/// The texts of the form.
const TEXTS: Texts = Texts { plain: &["kind", "language", "label"], json: &["default"], lists: &[] };

/// A file of WebVTT with what is said of it.
#[derive(ToSchema)]
pub struct TrackUpload {
    /// The file: WebVTT in UTF-8, at most 1 MiB and 10 000 cues, without STYLE blocks.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
    /// What it is for: `subtitles`, `captions`, `descriptions` or `chapters`.
    #[schema(value_type = String, pattern = "^(subtitles|captions|descriptions|chapters)$", example = "captions")]
    pub kind: TrackKind,
    /// Its language (BCP 47).
    #[schema(max_length = 35, example = "es-MX")]
    pub language: String,
    /// What players call it.
    #[schema(max_length = 100, example = "Español (México)")]
    pub label: String,
    /// `true`: players show it unless readers chose another one.
    #[schema(nullable = false, example = true)]
    pub default: Option<bool>,
}

/// One track.
#[derive(Serialize, ToSchema)]
pub struct TrackAnswer {
    /// The track.
    pub data: Track,
    /// What belongs to the answer.
    pub meta: Meta,
}

/// The tracks of a record.
#[derive(Serialize, ToSchema)]
pub struct TrackList {
    /// The tracks, in the order in which they were added.
    #[schema(max_items = 50)]
    pub data: Vec<Track>,
    /// What belongs to the answer.
    pub meta: Meta,
}

fn shown(cx: &Cx, media: Id, note: TrackNote) -> Track {
    Track::of(media, note, &signed_urls(&cx.urls, cx.media_key, cx.now))
}

fn reply(status: StatusCode, (version, data): (i64, Track)) -> Result<HttpResponse> {
    Ok(answer::json_private(status, json(&TrackAnswer { data, meta: Meta::default() })?, Some(version)))
}

/// List the tracks of a film or recording
///
/// Subtitles, captions, descriptions and chapters. The ETag is that of the media record. Needs the scope `media:read`.
#[utoipa::path(get, path = "/v1/admin/media/{id}/tracks", tag = "media", params(("id" = String, Path, format = Uuid,
    description = "The record.")), security(("bearer" = [])),
    responses((status = 200, description = "All of them.", body = TrackList)))]
pub async fn list_media_tracks(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = path::id(&id)?;
    let (version, data) = app
        .read(move |cx| {
            let (version, notes) = media_tracks::list(cx, &actor, id)?;
            Ok((version, notes.into_iter().map(|note| shown(cx, id, note)).collect()))
        })
        .await?;
    let bytes = json(&TrackList { data, meta: Meta::default() })?;
    Ok(answer::json_private(StatusCode::OK, bytes, Some(version)))
}

/// Read a track
///
/// `url` leads to its file and works for an hour, public or not. The ETag is that of the media record. Needs the scope
/// `media:read`.
#[utoipa::path(get, path = "/v1/admin/media/{id}/tracks/{track_id}", tag = "media", params(
    ("id" = String, Path, format = Uuid, description = "The record."),
    ("track_id" = String, Path, format = Uuid, description = "The track.")), security(("bearer" = [])),
    responses((status = 200, description = "The track.", body = TrackAnswer)))]
pub async fn get_media_track(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    at: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (media, id) = path::ids(&at)?;
    let found = app
        .read(move |cx| {
            let (version, note) = media_tracks::get(cx, &actor, media, id)?;
            Ok((version, shown(cx, media, note)))
        })
        .await?;
    Ok(reply(StatusCode::OK, found)?)
}

/// Add a track to a film or recording
///
/// A file of WebVTT as `multipart/form-data`, with its `kind`, `language` and `label`. What is wrong with the file is
/// told by its lines. STYLE blocks are refused: how cues look is said by the page that shows them. A new file for a
/// track is a new track. The version of the media record grows by one. Contributors and authors add tracks to their own
/// records as long as these are not public; editors to all. Takes no `Idempotency-Key`. Needs the scope `media:write`.
#[utoipa::path(post, path = "/v1/admin/media/{id}/tracks", tag = "media", params(("id" = String, Path, format = Uuid,
    description = "The record.")), security(("bearer" = [])),
    request_body(content = TrackUpload, content_type = "multipart/form-data", description = "The track."),
    responses((status = 201, description = "The new track; `Location` leads to it.", body = TrackAnswer)))]
pub async fn create_media_track(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    id: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    only_form(&request, "Send the track as multipart/form-data.")?;
    let media = path::id(&id)?;
    // Before the file is received: nobody sends one in vain.
    let may = actor.clone();
    app.read(move |cx| media_tracks::check_add(cx, &may, media).map(drop)).await?;
    let (file, note) = receive(&app, &request, payload).await?;
    let (key, storage) = (file.key.clone(), app.storage.clone());
    let added = app
        .write(move |cx| {
            let (version, note) = media_tracks::add(cx, &actor, &storage, media, file, note)?;
            Ok((version, shown(cx, media, note)))
        })
        .await;
    if added.is_err() {
        remove_unused(&app, vec![key]).await;
    }
    let added = added?;
    let location = format!("/v1/admin/media/{media}/tracks/{}", added.1.id);
    Ok(with_header(reply(StatusCode::CREATED, added)?, header::LOCATION, &location))
}

/// The form: what the track is to be, and its file, checked and in the store.
async fn receive(
    app: &App,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<(media_tracks::TrackFile, TrackNote)> {
    let form = Form::receive(request.headers(), payload.into_inner(), &app.staging, room(app, request), TEXTS).await?;
    let input = deserr::deserialize::<TrackInput, _, Faults>(serde_json::Value::Object(form.texts));
    let (arrived, input, mut faults) = Arrived::of(form.file, input, form.faults)?;
    // Before the file is stored, so that nothing is stored in vain.
    let note = input.map_err(|wrong| Error::invalid(wrong.into_list())).and_then(TrackInput::sound);
    match note {
        Ok(note) if faults.is_empty() => {
            let storage = app.storage.clone();
            Ok((app.decode(move || media_tracks::keep(&storage, arrived.staged)).await??, note))
        }
        wrong => {
            faults.extend(wrong.err().iter().flat_map(Error::faults).cloned());
            Err(Error::invalid(faults))
        }
    }
}

/// Change a track
///
/// Changes what is said of it, never its file. `If-Match` names the version of the media record, which grows by one.
/// Contributors and authors change tracks of their own records as long as these are not public; editors change all.
/// Needs the scope `media:write`.
#[utoipa::path(patch, path = "/v1/admin/media/{id}/tracks/{track_id}", tag = "media", params(
    ("id" = String, Path, format = Uuid, description = "The record."),
    ("track_id" = String, Path, format = Uuid, description = "The track.")),
    request_body(content = TrackInput, content_type = "application/merge-patch+json"), security(("bearer" = [])),
    responses((status = 200, description = "The track as it is now.", body = TrackAnswer)))]
pub async fn update_media_track(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    at: web::Path<(String, String)>,
    body: MergePatch<TrackInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    let (at, wanted) = (path::ids(&at)?, if_match.precondition());
    let changed = app
        .write(move |cx| {
            let (version, note) = media_tracks::update(cx, &actor, at, &wanted, input)?;
            Ok((version, shown(cx, at.0, note)))
        })
        .await?;
    Ok(reply(StatusCode::OK, changed)?)
}

/// Delete a track
///
/// With its file, for good. `If-Match` names the version of the media record, which grows by one. Contributors and
/// authors delete tracks of their own records as long as these are not public; editors delete all. Needs the scope
/// `media:write`.
#[utoipa::path(delete, path = "/v1/admin/media/{id}/tracks/{track_id}", tag = "media", params(
    ("id" = String, Path, format = Uuid, description = "The record."),
    ("track_id" = String, Path, format = Uuid, description = "The track.")), security(("bearer" = [])),
    responses((status = 204, description = "It is gone.")))]
pub async fn delete_media_track(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    at: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let at = path::ids(&at)?;
    let keys = app.write(move |cx| media_tracks::remove(cx, &actor, at, &wanted)).await?;
    remove_unused(&app, keys).await;
    Ok(answer::private(StatusCode::NO_CONTENT))
}
