//! Folders of media.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::domain::Cx;
use crate::domain::media_folders::{self as folders, FolderView};
use crate::error::{Error, FaultCode, Result};
use crate::http::answer::private;
use crate::http::extract::{Caller, IfMatch, JsonBody, JsonInput, MergePatch, NoParams, Query, path};
use crate::http::list::{Limit, Links, List, Meta, PageMeta, PageNumber};
use crate::http::once::{Once, Reply};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::media_folder::MediaFolderInput;
use crate::model::{Id, Time};
use crate::store::media_folders::Below;

impl JsonInput for MediaFolderInput {}

/// A folder of media.
#[derive(Serialize, ToSchema)]
pub struct MediaFolder {
    /// Identity.
    pub id: Id,
    /// Counts the changes, from 1; the ETag is this in quotes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// What it is called.
    #[schema(max_length = 100)]
    pub name: String,
    /// The folder that it stands in; `null` for one that stands in no other.
    pub parent: Option<Id>,
    /// Records right in it.
    #[schema(minimum = 0)]
    pub media_count: i64,
    /// Folders right in it.
    #[schema(minimum = 0)]
    pub folder_count: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// One folder.
#[derive(Serialize, ToSchema)]
pub struct MediaFolderAnswer {
    /// The folder.
    pub data: MediaFolder,
    /// About the answer.
    pub meta: Meta,
}

/// A part of the list of folders.
#[derive(Serialize, ToSchema)]
pub struct MediaFolderPage {
    /// The folders.
    pub data: Vec<MediaFolder>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// What the list of folders takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MediaFolderQuery {
    /// Only folders right in this one: an id, or `none` for those that stand in no other.
    #[param(value_type = String, required = false, max_length = 36, pattern = "^(none|[0-9A-Fa-f-]{36})$")]
    #[deserr(default)]
    parent: Option<String>,
    /// How many folders to answer.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 20)]
    #[deserr(default)]
    limit: Option<Limit>,
    /// Where to go on: a `next_cursor` or `prev_cursor` of the same list. Not together with `page`.
    #[param(max_length = 4096)]
    #[deserr(default)]
    cursor: Option<String>,
    /// The number of the page, from 1. `page` × `limit` is at most 10 000.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 10_000)]
    #[deserr(default)]
    page: Option<PageNumber>,
}

impl MediaFolderQuery {
    fn below(&self) -> Result<Below> {
        let wrong = || Error::parameter("parent", FaultCode::InvalidFormat, "This must be a folder's id, or `none`.");
        match self.parent.as_deref() {
            None => Ok(Below::Anywhere),
            Some("none") => Ok(Below::Nothing),
            Some(id) => Id::parse(id).map(Below::Folder).ok_or_else(wrong),
        }
    }
}

impl MediaFolder {
    fn of(view: FolderView) -> Self {
        let FolderView { row, media, folders } = view;
        Self {
            id: row.id,
            version: row.version,
            name: row.name,
            parent: row.parent_id,
            media_count: media,
            folder_count: folders,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn reply(status: StatusCode, view: FolderView) -> Result<Reply> {
    let version = view.row.version;
    Reply::json(status, &MediaFolderAnswer { data: MediaFolder::of(view), meta: Meta {} }, Some(version))
}

/// List folders of media
///
/// By name.
#[utoipa::path(get, path = "/v1/admin/media-folders", tag = "media", params(MediaFolderQuery),
    security(("bearer" = [])), responses((status = 200, description = "A part of the list.", body = MediaFolderPage)))]
pub async fn list_media_folders(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query = Query::<MediaFolderQuery>::of(&request)?;
    let list = List::of(&request, &app.urls.api, query.limit, query.cursor.as_deref(), query.page)?;
    let (below, paging) = (query.below()?, list.paging().clone());
    let found = app.read(move |cx| folders::list(cx, &actor, below, &paging)).await?;
    list.answer(&found.ends, found.rows.into_iter().map(MediaFolder::of).collect(), |data, meta, links| {
        MediaFolderPage { data, meta, links }
    })
}

/// Get a folder of media
///
/// What lies in it is in the list of media: `folder={id}`.
#[utoipa::path(get, path = "/v1/admin/media-folders/{id}", tag = "media", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The folder.")),
    responses((status = 200, description = "The folder.", body = MediaFolderAnswer)))]
pub async fn get_media_folder(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = path::id(&path)?;
    let view = app.read(move |cx| folders::get(cx, &actor, id)).await?;
    Ok(reply(StatusCode::OK, view)?.into_response())
}

/// Make a folder of media
///
/// Readers never hear of folders. A newsroom has at most 5 000 of them, on at most 8 levels.
#[utoipa::path(post, path = "/v1/admin/media-folders", tag = "media", request_body = MediaFolderInput,
    security(("bearer" = [])),
    responses((status = 201, description = "Made; `Location` leads to it.", body = MediaFolderAnswer)))]
pub async fn create_media_folder(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<MediaFolderInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let input = body.read()?;
    let once = Once::of(&request, &actor)?;
    let work = move |cx: &mut Cx| {
        let view = folders::create(cx, &actor, input)?;
        let location = format!("/v1/admin/media-folders/{}", view.row.id);
        Ok(reply(StatusCode::CREATED, view)?.at(location))
    };
    once.run(&app, work).await
}

/// Rename or move a folder of media
///
/// A JSON Merge Patch (RFC 7396). What is in it goes with it. A folder never stands in itself, nor in one below it. A
/// patch that changes nothing leaves the version as it is.
#[utoipa::path(patch, path = "/v1/admin/media-folders/{id}", tag = "media", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The folder.")),
    request_body(content = MediaFolderInput, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The folder as it is now.", body = MediaFolderAnswer)))]
pub async fn update_media_folder(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: MergePatch<MediaFolderInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    input.check(false)?;
    let (id, wanted) = (path::id(&path)?, if_match.precondition());
    let view = app.write(move |cx| folders::update(cx, &actor, id, &wanted, input)).await?;
    Ok(reply(StatusCode::OK, view)?.into_response())
}

/// Delete a folder of media
///
/// Refused with 409 `in_use` while a record or a folder is in it; `used_by` names up to 20 of them.
#[utoipa::path(delete, path = "/v1/admin/media-folders/{id}", tag = "media", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The folder.")),
    responses((status = 204, description = "Deleted.")))]
pub async fn delete_media_folder(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let id = path::id(&path)?;
    app.write(move |cx| folders::delete(cx, &actor, id, &wanted)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}
