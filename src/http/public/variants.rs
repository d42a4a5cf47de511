//! The bytes of variants of pictures. Only what is on a closed list was ever made, and is looked for.

use actix_web::{HttpRequest, HttpResponse, web};

use super::files::{FileAddress, Granted, length, send};
use crate::app::App;
use crate::domain::media_variants::mime;
use crate::error::{Error, Result};
use crate::files::variants::is_listed;
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::model::{Id, Urls};
use crate::store::media_variants;

/// Read a variant of a picture
///
/// One of the `variants` of a media record, under the same rules as its file: public as long as the record is, or by an
/// address that an editor got (`exp` and `sig`). Other names are 404. Answers `Range`, `If-Range` and `If-None-Match`.
/// A variant is made anew when the focal point of the picture changes; its address then carries another `v`.
#[utoipa::path(get, path = "/media/{id}/variants/{name}.{ext}", tag = "media", params(
    ("id" = String, Path, format = Uuid, description = "The media record."),
    ("name" = String, Path, description = "The variant's `name`.", max_length = 20),
    ("ext" = String, Path, description = "`webp` or `jpg`.", max_length = 4), FileAddress), responses(
    (status = 200, description = "The file.", content_type = "application/octet-stream", body = Vec<u8>),
    (status = 206, description = "A part of it.", content_type = "application/octet-stream", body = Vec<u8>)))]
pub async fn get_media_variant(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String, String)>,
    Query(address): Query<FileAddress>,
) -> Result<HttpResponse, Problem> {
    let (id, name, extension) = path.into_inner();
    let id = Id::parse(&id).ok_or_else(Error::not_found)?;
    if !is_listed(&name, &extension) {
        return Err(Error::not_found().into());
    }
    let (granted, shows) = app
        .show(true, move |cx| {
            let (row, expires_at) =
                media_variants::find(cx.conn, id, &name, &extension)?.ok_or_else(Error::not_found)?;
            let cache = address.grant(cx, id, expires_at, &Urls::variant_path(id, &name, &extension))?;
            let mime = mime(&row).to_owned();
            let name = format!("{name}.{extension}");
            let length = length(row.bytes);
            Ok(Granted { key: row.storage_key, length, mime, name, is_download: false, modified: row.made_at, cache })
        })
        .await?;
    send(&app.storage, &request, granted, shows).await
}
