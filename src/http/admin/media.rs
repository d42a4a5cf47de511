//! Media in the editorial door. Uploading stands in [`super::media_upload`].

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::IntoParams;

pub use super::media_types::{Media, MediaAnswer, MediaPage, MediaUsageAnswer, UploadAnswer, UploadMeta};
use crate::app::App;
use crate::domain::{Actor, Cx, media, media_folders};
use crate::error::{Error, FaultCode, Result};
use crate::http::answer;
use crate::http::extract::params::Flag;
use crate::http::extract::{Caller, IfMatch, JsonInput, MergePatch, NoParams, Query};
use crate::http::list::{Limit, List, Meta, PageNumber};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::media::Keyword;
use crate::model::{Id, MediaByAddress, MediaInput, MediaKind, Orientation, Time};
use crate::store::media::MediaFilter;

/// More words than this are not searched for.
const MAX_WORDS: usize = 8;
/// The longest search. Characters.
const MAX_SEARCH: usize = 200;

impl JsonInput for MediaInput {}
impl JsonInput for MediaByAddress {}

/// The parameters of the list of media.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListMedia {
    /// Only media of this kind.
    #[deserr(default)]
    #[param(inline)]
    kind: Option<MediaKind>,
    /// Only media with all of these words in their title, file name, alternative text, caption, credit, creator,
    /// copyright notice or keywords. Case and accents don't count.
    #[deserr(default)]
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only pictures and films of this shape.
    #[deserr(default)]
    #[param(inline)]
    orientation: Option<Orientation>,
    /// Only what this user uploaded: an id, or `me`.
    #[deserr(default)]
    #[param(value_type = String, required = false, max_length = 36, pattern = "^(me|[0-9A-Fa-f-]{36})$")]
    uploader: Option<String>,
    /// Only what was uploaded later than this.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    created_after: Option<Time>,
    /// Only what was uploaded earlier than this.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    created_before: Option<Time>,
    /// Only what may be used no longer than until an instant before this one: what has expired, and what will.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    expires_before: Option<Time>,
    /// Only what has this keyword. Case and accents don't count.
    #[deserr(default)]
    #[param(inline)]
    keyword: Option<Keyword>,
    /// Only what lies in this folder: an id, or `none` for what lies in no folder.
    #[deserr(default)]
    #[param(value_type = String, required = false, max_length = 36, pattern = "^(none|[0-9A-Fa-f-]{36})$")]
    folder: Option<String>,
    /// `true`: also what lies in the folders below `folder`.
    #[deserr(default)]
    #[param(value_type = Option<bool>)]
    include_subfolders: Option<Flag>,
    /// `true`: only what nothing uses (see its usage); `false`: only what something uses.
    #[deserr(default)]
    #[param(value_type = Option<bool>)]
    unused: Option<Flag>,
    /// The order: `-created_at` (newest first, the default) or `created_at`.
    #[deserr(default)]
    #[param(inline)]
    sort: Option<MediaSort>,
    /// Entries at the most.
    #[deserr(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<Limit>,
    /// Where to go on: `next_cursor` or `prev_cursor` of an answer with the same filters and order.
    #[deserr(default)]
    #[param(max_length = 4096)]
    cursor: Option<String>,
    /// The number of a page, from 1, instead of a cursor; `page × limit` is at most 10 000.
    #[deserr(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 10_000)]
    page: Option<PageNumber>,
}

/// The order of the list of media.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserr, utoipa::ToSchema)]
#[deserr(error = Faults)]
pub enum MediaSort {
    /// Newest first.
    #[deserr(rename = "-created_at")]
    #[schema(rename = "-created_at")]
    Newest,
    /// Oldest first.
    #[deserr(rename = "created_at")]
    #[schema(rename = "created_at")]
    Oldest,
}

impl ListMedia {
    /// Nobody has the nil id: a token without a user has uploaded nothing.
    fn uploader(&self, actor: &Actor) -> Result<Option<Id>> {
        let wrong = || Error::parameter("uploader", FaultCode::InvalidFormat, "This must be a user's id, or `me`.");
        match self.uploader.as_deref() {
            None => Ok(None),
            Some("me") => Ok(Some(actor.user.unwrap_or(Id::from(uuid::Uuid::nil())))),
            Some(id) => Id::parse(id).map(Some).ok_or_else(wrong),
        }
    }

    /// The folder that was asked for, if one was; `Some(None)` is that of what lies in none.
    fn folder(&self) -> Result<Option<Option<Id>>> {
        let wrong = || Error::parameter("folder", FaultCode::InvalidFormat, "This must be a folder's id, or `none`.");
        match self.folder.as_deref() {
            None => Ok(None),
            Some("none") => Ok(Some(None)),
            Some(id) => Id::parse(id).map(|id| Some(Some(id))).ok_or_else(wrong),
        }
    }

    fn filter(&self, actor: &Actor) -> Result<MediaFilter> {
        let q = self.q.as_deref().unwrap_or_default();
        if q.chars().count() > MAX_SEARCH {
            return Err(Error::parameter("q", FaultCode::TooLong, "This must be at most 200 characters."));
        }
        let words = crate::text::fold(q).split_whitespace().take(MAX_WORDS).map(str::to_owned).collect();
        Ok(MediaFilter {
            kind: self.kind,
            words,
            orientation: self.orientation,
            uploader: self.uploader(actor)?,
            created_after: self.created_after,
            created_before: self.created_before,
            expires_before: self.expires_before,
            keyword: self.keyword.as_ref().map(|keyword| crate::text::fold(keyword.as_str())),
            folder: None,
            unused: self.unused.map(|flag| flag.0),
            oldest_first: self.sort == Some(MediaSort::Oldest),
        })
    }
}

/// List media
///
/// Every media record, used or not. Addresses of files work for an hour.
#[utoipa::path(get, path = "/v1/admin/media", tag = "media", params(ListMedia), security(("bearer" = [])),
    responses((status = 200, description = "A part of the list.", body = MediaPage)))]
pub async fn list_admin_media(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked = Query::<ListMedia>::of(&request)?;
    let mut filter = asked.filter(&actor)?;
    let (folder, below) = (asked.folder()?, asked.include_subfolders.is_some_and(|flag| flag.0));
    let list = List::of(&request, &app.urls.api, asked.limit, asked.cursor.as_deref(), asked.page)?;
    let paging = list.paging().clone();
    let paged = app
        .read(move |cx| {
            filter.folder = folder.map(|folder| media_folders::place(cx, folder, below)).transpose()?;
            let paged = media::list(cx, &actor, &filter, &paging)?;
            Ok(paged.with(|views| views.iter().map(|view| Media::of(view, cx)).collect::<Vec<_>>()))
        })
        .await?;
    list.answer(&paged.ends, paged.rows, |data, meta, links| MediaPage { data, meta, links })
}

/// Read a media record
///
/// `url` leads to the file that the public gets, `original_url` to the bytes as they were uploaded; both work for an
/// hour, public or not.
#[utoipa::path(get, path = "/v1/admin/media/{id}", tag = "media", params(("id" = String, Path, format = Uuid,
    description = "The record.")), security(("bearer" = [])),
    responses((status = 200, description = "The record.", body = MediaAnswer)))]
pub async fn get_admin_media(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = parse(&id)?;
    let data = app.read(move |cx| Ok(Media::of(&media::get(cx, &actor, id)?, cx))).await?;
    answer_with(data)
}

/// Change a media record
///
/// Changes what is said of it, and where it lies; never its file.
#[utoipa::path(patch, path = "/v1/admin/media/{id}", tag = "media", params(("id" = String, Path, format = Uuid,
    description = "The record.")), request_body(content = MediaInput, content_type = "application/merge-patch+json"), security(("bearer" = [])),
    responses((status = 200, description = "The record as it is now.", body = MediaAnswer)))]
pub async fn update_media(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    id: web::Path<String>,
    body: MergePatch<MediaInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    let (id, wanted) = (parse(&id)?, if_match.precondition());
    let data = app
        .write(move |cx| {
            let view = media::update(cx, &actor, id, &wanted, input)?;
            Ok(Media::of(&view, cx))
        })
        .await?;
    answer_with(data)
}

/// Delete a media record
///
/// With its file, for good. Refused with `in_use` and its users (at most 20 of them) while an article's working or
/// published copy, a tag, an author, the site or another record uses it.
#[utoipa::path(delete, path = "/v1/admin/media/{id}", tag = "media", params(("id" = String, Path, format = Uuid,
    description = "The record.")), security(("bearer" = [])),
    responses((status = 204, description = "It is gone.")))]
pub async fn delete_media(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let id = parse(&id)?;
    let keys = app.write(move |cx| media::delete(cx, &actor, id, &wanted)).await?;
    remove_unused(&app, keys).await;
    Ok(answer::private(StatusCode::NO_CONTENT))
}

/// See what uses a media record
///
/// Articles in their working copy and in copies that are live or wait, tags, authors, other records and the site: at
/// most 100 of each. Articles that the caller may not read stand there without id and title.
#[utoipa::path(get, path = "/v1/admin/media/{id}/usage", tag = "media", params(("id" = String, Path, format = Uuid,
    description = "The record.")), security(("bearer" = [])),
    responses((status = 200, description = "What uses it.", body = MediaUsageAnswer)))]
pub async fn get_media_usage(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = parse(&id)?;
    let data = app.read(move |cx| media::usage_of(cx, &actor, id)).await?;
    Ok(answer::json_private(StatusCode::OK, json(&MediaUsageAnswer { data, meta: Meta::default() })?, None))
}

/// Removes bytes that no record needs any more. That some could not be removed concerns nobody but the log.
pub(super) async fn remove_unused(app: &App, keys: Vec<String>) {
    let storage = app.storage.clone();
    let removed = app.write(move |cx: &mut Cx| media::remove_unused(cx, &storage, &keys)).await;
    if let Err(error) = removed {
        tracing::warn!(%error, "files that nothing needs were left in the store");
    }
}

pub(super) fn answer_with(data: Media) -> Result<HttpResponse, Problem> {
    let version = data.version;
    Ok(answer::json_private(StatusCode::OK, json(&MediaAnswer { data, meta: Meta::default() })?, Some(version)))
}

pub(super) fn json(answer: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(answer).map_err(Error::internal)
}

pub(super) fn parse(id: &str) -> Result<Id> {
    Id::parse(id).ok_or_else(Error::not_found)
}
