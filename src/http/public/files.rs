//! The bytes of media. They never change under their address, and are sent from the store piece by piece; small
//! files of a disk are one piece, and stay open for who asks next.

use std::time::{Duration, SystemTime};

use actix_web::body::{BoxBody, SizedStream};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use deserr::Deserr;
use utoipa::IntoParams;

use super::media::shown_until;
use crate::app::App;
use crate::crypto::signed_url;
use crate::domain::{Cx, media as media_records};
use crate::error::{Code, Error, Result};
use crate::files::Storage;
use crate::files::storage::reading::{AtOnce, Reading};
use crate::http::answer::{self, CacheControl, Public, PublicBody};
use crate::http::conditional::{EntityTags, Wanted};
use crate::http::extract::Query;
use crate::http::extract::params::Int;
use crate::http::middleware::WithoutBody;
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::urls::encoded;
use crate::model::{Id, Line, MediaKind, Shows, Time, Urls};
use crate::store::media::{self, MediaRow};

/// Hex digits of the hash that make the entity tag: 128 bits.
const TAG_DIGITS: usize = 32;

const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
const CROSS_ORIGIN: HeaderValue = HeaderValue::from_static("cross-origin");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The parameters of a file's address.
#[derive(Debug, Default, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FileAddress {
    /// Until when the signature holds: seconds since 1970.
    #[deserr(default)]
    #[param(value_type = Option<i64>, minimum = 0)]
    exp: Option<Int<0, { i64::MAX }>>,
    /// The signature of an address that editors get.
    #[deserr(default)]
    #[param(value_type = Option<String>, min_length = 1, max_length = 64)]
    sig: Option<Line<64>>,
    /// Anything: sets one cached copy apart from another.
    #[deserr(default)]
    #[param(value_type = Option<String>, min_length = 1, max_length = 200)]
    pub v: Option<Line<200>>,
}

impl FileAddress {
    /// How long what is found at `path` may be kept: not at all by a signed address, and else as long as the record is
    /// public for sure.
    ///
    /// # Errors
    /// 404 where the address is not signed, and the record is not public.
    pub(super) fn grant(
        &self,
        cx: &mut Cx,
        id: Id,
        expires_at: Option<Time>,
        path: &str,
    ) -> Result<Option<CacheControl>> {
        if self.is_signed(cx, path) {
            return Ok(None);
        }
        let until = media_records::shown_until(cx, id, expires_at)?.ok_or_else(Error::not_found)?;
        Ok(Some(shown_until(until, cx.now)))
    }

    fn is_signed(&self, cx: &Cx, path: &str) -> bool {
        match (self.exp, self.sig.as_ref()) {
            (Some(Int(exp)), Some(sig)) => signed_url::verify(&cx.media_key, path, exp, sig.as_str(), cx.now.unix()),
            _ => false,
        }
    }
}

/// A file that may be sent, and how long it may be kept.
pub(super) struct Granted {
    /// Where its bytes are.
    pub(super) key: String,
    /// How many there are.
    pub(super) length: u64,
    /// Its media type.
    pub(super) mime: String,
    /// What a browser calls it.
    pub(super) name: String,
    /// Whether browsers should store it rather than show it.
    pub(super) is_download: bool,
    /// Since when there is this file.
    pub(super) modified: Time,
    /// How long it may be kept.
    pub(super) cache: Option<CacheControl>,
}

impl Granted {
    /// A file of this record.
    fn of(row: MediaRow, key: String, bytes: Option<i64>, cache: Option<CacheControl>) -> Self {
        Self {
            key,
            length: length(bytes.unwrap_or(0)),
            mime: row.mime.unwrap_or_else(|| "application/octet-stream".to_owned()),
            name: row.file_name.unwrap_or_default(),
            is_download: row.kind == MediaKind::Document,
            modified: row.replaced_at.unwrap_or(row.created_at),
            cache,
        }
    }
}

/// Read a public file
///
/// The file of a media record that is public, or of any record by an address that an editor got (`exp` and `sig`).
/// Answers `Range`, `If-Range` and `If-None-Match`.
#[utoipa::path(get, path = "/media/{id}/{file_name}", tag = "media", params(
    ("id" = String, Path, format = Uuid, description = "The media record."),
    ("file_name" = String, Path, description = "The record's `file_name`.", max_length = 100), FileAddress), responses(
    (status = 200, description = "The file.", content_type = "application/octet-stream", body = Vec<u8>),
    (status = 206, description = "A part of it.", content_type = "application/octet-stream", body = Vec<u8>)))]
pub async fn get_media_file(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    Query(address): Query<FileAddress>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let id = Id::parse(&id).ok_or_else(Error::not_found)?;
    let (granted, shows) = app
        .show(true, move |cx| {
            let row = named(cx, id, &name)?;
            let cache = address.grant(cx, id, row.expires_at, &Urls::media_path(id, &name))?;
            let key = row.public_key.clone().ok_or_else(Error::not_found)?;
            let bytes = row.public_bytes;
            Ok(Granted::of(row, key, bytes, cache))
        })
        .await?;
    send(&app.storage, &request, granted, shows).await
}

/// Read a file as it was uploaded
///
/// For editors: only by the `original_url` of a media record, which works for an hour.
#[utoipa::path(get, path = "/media/{id}/original/{file_name}", tag = "media", params(
    ("id" = String, Path, format = Uuid, description = "The media record."),
    ("file_name" = String, Path, description = "The record's `file_name`.", max_length = 100), FileAddress), responses(
    (status = 200, description = "The file.", content_type = "application/octet-stream", body = Vec<u8>),
    (status = 206, description = "A part of it.", content_type = "application/octet-stream", body = Vec<u8>)))]
pub async fn get_original_file(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    Query(address): Query<FileAddress>,
) -> Result<HttpResponse, Problem> {
    let (id, name) = path.into_inner();
    let id = Id::parse(&id).ok_or_else(Error::not_found)?;
    let granted = app
        .read_briefly(move |cx| {
            if !address.is_signed(cx, &Urls::original_path(id, &name)) {
                return Err(Error::not_found());
            }
            let row = named(cx, id, &name)?;
            let key = row.original_key.clone().ok_or_else(Error::not_found)?;
            let bytes = row.bytes;
            Ok(Granted::of(row, key, bytes, None))
        })
        .await?;
    send(&app.storage, &request, granted, Shows::default()).await
}

/// The record, if its file has this name. The ending may be that of a file that this one took the place of, so that
/// addresses which are out in the world lead to the new file.
fn named(cx: &mut Cx, id: Id, name: &str) -> Result<MediaRow> {
    let stem = |name: &str| name.rsplit_once('.').map_or_else(|| name.to_owned(), |(stem, _)| stem.to_owned());
    let row = media::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    let is_it = row
        .file_name
        .as_deref()
        .is_some_and(|known| known == name || row.replaced_at.is_some() && stem(known) == stem(name));
    if is_it { Ok(row) } else { Err(Error::not_found()) }
}

/// Sends a file, or the part of it that was asked for. A small one that everybody may see is kept for who asks next.
pub(super) async fn send(
    storage: &Storage,
    request: &HttpRequest,
    granted: Granted,
    shows: Shows,
) -> Result<HttpResponse, Problem> {
    let tag = entity_tag(&granted.key);
    let modified = system_time(granted.modified);
    let known = EntityTags::of(request.headers(), &header::IF_NONE_MATCH).ok().flatten();
    if known.is_some_and(|tags| tags.matches_weakly(|opaque| opaque == tag)) {
        let mut response = HttpResponse::new(StatusCode::NOT_MODIFIED);
        let headers = response.headers_mut();
        common_headers(&granted, modified).for_each(|(name, value)| _ = headers.insert(name, value));
        insert(headers, header::ETAG, &format!("\"{tag}\""));
        return Ok(finished(response, request, &granted, shows));
    }
    let length = granted.length;
    let (status, start, end) = match Wanted::of(request.headers(), length, &tag, Some(modified)) {
        Wanted::Whole => (StatusCode::OK, 0, length),
        Wanted::Part { start, end } => (StatusCode::PARTIAL_CONTENT, start, end.saturating_add(1)),
        Wanted::Unsatisfiable => return Err(unsatisfiable(length)),
    };
    let is_head = request.extensions().get::<WithoutBody>().is_some();
    let bytes =
        if is_head { Reading::nothing() } else { storage.read(&granted.key, start..end).await.map_err(Error::from)? };
    let media_type = HeaderValue::from_str(&granted.mime).map_err(Error::internal)?;
    let name = encoded(&granted.name);
    let how = if granted.is_download { "attachment" } else { "inline" };
    let disposition = format!("{how}; filename*=UTF-8''{name}");
    let bytes = match (bytes.at_once(), granted.cache) {
        (Ok(all), Some(cache)) if status == StatusCode::OK && !is_head => {
            let answer = Public::of(media_type, cache).header(header::CONTENT_DISPOSITION, &disposition);
            let common = common_headers(&granted, modified).filter(|(name, _)| *name != header::CACHE_CONTROL);
            let answer = common.fold(answer, |answer, (name, value)| answer.with(name, value));
            return Ok(answer.show(request, PublicBody::file(all.kept_open(), &tag), shows));
        }
        (bytes, _) => bytes.map(AtOnce::bytes),
    };
    let mut response = HttpResponse::new(status);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, media_type);
    insert(headers, header::CONTENT_DISPOSITION, &disposition);
    common_headers(&granted, modified).for_each(|(name, value)| _ = headers.insert(name, value));
    insert(headers, header::ETAG, &format!("\"{tag}\""));
    if status == StatusCode::PARTIAL_CONTENT {
        insert(headers, header::CONTENT_RANGE, &format!("bytes {start}-{}/{length}", end.saturating_sub(1)));
    }
    let response = match bytes {
        Ok(bytes) => response.set_body(BoxBody::new(bytes)),
        Err(bytes) => response.set_body(BoxBody::new(SizedStream::new(end - start, bytes))),
    };
    Ok(finished(response, request, &granted, shows))
}

/// An answer that is not kept; a content network may keep it, unless it is for editors.
fn finished(response: HttpResponse, request: &HttpRequest, granted: &Granted, shows: Shows) -> HttpResponse {
    if granted.cache.is_some() { answer::named(response, request, shows) } else { response }
}

/// The headers that every answer about a file has, but for its tag.
fn common_headers(granted: &Granted, modified: SystemTime) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let modified = HeaderValue::from_str(&httpdate::fmt_http_date(modified)).ok();
    [
        (header::CACHE_CONTROL, granted.cache.map_or(PRIVATE, CacheControl::header_value)),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (RESOURCE_POLICY, CROSS_ORIGIN),
    ]
    .into_iter()
    .chain(modified.map(|modified| (header::LAST_MODIFIED, modified)))
}

/// A length as a row has it.
pub(super) fn length(bytes: i64) -> u64 {
    u64::try_from(bytes).unwrap_or(0)
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A key ends with the hash of its bytes.
fn entity_tag(key: &str) -> String {
    key.rsplit('/').next().unwrap_or_default().chars().take(TAG_DIGITS).collect()
}

fn system_time(time: Time) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(time.unix()).unwrap_or(0))
}

fn unsatisfiable(length: u64) -> Problem {
    let problem = Problem::from(Error::new(Code::RangeNotSatisfiable, "The range lies outside the file."));
    match HeaderValue::from_str(&format!("bytes */{length}")) {
        Ok(value) => problem.with_header(header::CONTENT_RANGE, value),
        Err(_) => problem,
    }
}
