//! The bytes of tracks.

use actix_web::{HttpRequest, HttpResponse, web};

use super::files::{FileAddress, Granted, length, send};
use super::media::VTT;
use crate::app::App;
use crate::error::Error;
use crate::http::extract::{Query, path};
use crate::http::problem::Problem;
use crate::model::Urls;
use crate::store::media_tracks;

/// Read a track of a film or recording
///
/// WebVTT, under the same rules as the record's file: public as long as the record is, or by an address that an editor
/// got (`exp` and `sig`). Answers `Range`, `If-Range` and `If-None-Match`.
#[utoipa::path(get, path = "/media/{id}/tracks/{track_id}.vtt", tag = "media", params(
    ("id" = String, Path, format = Uuid, description = "The media record."),
    ("track_id" = String, Path, format = Uuid, description = "The track."), FileAddress), responses(
    (status = 200, description = "The file.", content_type = "text/vtt", body = String),
    (status = 206, description = "A part of it.", content_type = "text/vtt", body = String)))]
pub async fn get_media_track_file(
    app: web::Data<App>,
    request: HttpRequest,
    at: web::Path<(String, String)>,
    Query(address): Query<FileAddress>,
) -> Result<HttpResponse, Problem> {
    let (media, id) = path::ids(&at)?;
    let (granted, shows) = app
        .show(true, move |cx| {
            let (row, expires_at) = media_tracks::find(cx.conn, media, id)?.ok_or_else(Error::not_found)?;
            let cache = address.grant(cx, media, expires_at, &Urls::track_path(media, id))?;
            let (mime, name, length) = (format!("{VTT}; charset=utf-8"), format!("{id}.vtt"), length(row.bytes));
            Ok(Granted { key: row.storage_key, length, mime, name, is_download: false, modified: row.made_at, cache })
        })
        .await?;
    send(&app.storage, &request, granted, shows).await
}
