//! Collections as editors see and change them.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use utoipa::IntoParams;

use super::collection_types::{AdminCollection, AdminCollectionAnswer, AdminCollectionPage};
use super::tags::NameSort;
use crate::app::App;
use crate::domain::collections::{self, CollectionView};
use crate::domain::{Actor, Cx, Precondition};
use crate::error::Result;
use crate::http::answer::{json_private, private, to_json};
use crate::http::carried::{Carried, Forms};
use crate::http::extract::{Caller, IfMatch, JsonBody, JsonInput, MergePatch, NoParams, Query, path};
use crate::http::list::{Limit, List, Meta, PageNumber};
use crate::http::once::{Once, Reply};
use crate::http::problem::Problem;
use crate::http::public::collections::CollectionAnswer;
use crate::model::actions::Nothing;
use crate::model::collection::{CollectionInput, CollectionStatus};
use crate::model::faults::Faults;
use crate::model::{Id, Line};
use crate::store::collections::CollectionFilter;
use crate::text::fold;

/// What a preview mostly comes to, in bytes.
const PREVIEW_BYTES: usize = 48 * 1024;

impl JsonInput for CollectionInput {}

/// What the list of all collections takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdminCollectionQuery {
    /// Only collections whose name contains this, whatever the accents and case.
    #[param(inline)]
    #[deserr(default)]
    q: Option<Line<100>>,
    /// Only those that readers see, or don't.
    #[param(inline)]
    #[deserr(default)]
    status: Option<CollectionStatus>,
    /// The order.
    #[param(inline)]
    #[deserr(default)]
    sort: Option<NameSort>,
    /// How many collections to answer.
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

fn reply(status: StatusCode, view: CollectionView) -> Result<Reply> {
    let version = view.row.version;
    Reply::json(status, &AdminCollectionAnswer { data: AdminCollection::of(view), meta: Meta {} }, Some(version))
}

/// Lists all collections, whether readers see them or not.
///
/// Sorted by name, or by `sort`. Walk it by `cursor`, or by `page` with totals.
#[utoipa::path(get, path = "/v1/admin/collections", tag = "collections", params(AdminCollectionQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "A part of the list.", body = AdminCollectionPage)))]
pub async fn list_admin_collections(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query = Query::<AdminCollectionQuery>::of(&request)?;
    let list = List::of(&request, &app.urls.api, query.limit, query.cursor.as_deref(), query.page)?;
    let (paging, order) = (list.paging().clone(), query.sort.unwrap_or_default().order());
    let filter = CollectionFilter { name: query.q.map(|text| fold(text.as_str())), status: query.status };
    let found = app.read(move |cx| collections::list(cx, &actor, &filter, order, &paging)).await?;
    list.answer(&found.ends, found.rows.into_iter().map(AdminCollection::of).collect(), |data, meta, links| {
        AdminCollectionPage { data, meta, links }
    })
}

/// Answers one collection: its working copy, whether readers see it or not.
#[utoipa::path(get, path = "/v1/admin/collections/{id}", tag = "collections", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The collection.")),
    responses((status = 200, description = "The collection.", body = AdminCollectionAnswer)))]
pub async fn get_admin_collection(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = path::id(&path)?;
    let view = app.read(move |cx| collections::get(cx, &actor, id)).await?;
    Ok(reply(StatusCode::OK, view)?.into_response())
}

/// Shows what readers would see of a collection if it were published now.
///
/// The working copy in the public shape, with the articles that are live now.
#[utoipa::path(get, path = "/v1/admin/collections/{id}/preview", tag = "collections", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The collection.")),
    responses((status = 200, description = "The collection as it would be.", body = CollectionAnswer)))]
pub async fn preview_collection(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = path::id(&path)?;
    let front = app.read(move |cx| collections::preview(cx, &actor, id)).await?;
    let plain = Carried { forms: Forms::default(), fields: None };
    let bytes = to_json(&CollectionAnswer::of(&front, &app.urls, &plain)?, PREVIEW_BYTES)?;
    Ok(json_private(StatusCode::OK, bytes, Some(front.collection.version)))
}

/// Makes a collection.
///
/// Readers don't see it before it is published. Only `name` is needed; without `slug` one is made from it, with `-2`,
/// `-3` … where it is taken. An explicit slug that is taken is refused.
#[utoipa::path(post, path = "/v1/admin/collections", tag = "collections", request_body = CollectionInput,
    security(("bearer" = [])),
    responses((status = 201, description = "Made; `Location` leads to it.", body = AdminCollectionAnswer)))]
pub async fn create_collection(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<CollectionInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let input = body.read()?;
    let once = Once::of(&request, &actor)?;
    let work = move |cx: &mut Cx| {
        let view = collections::create(cx, &actor, input)?;
        let location = format!("{}/v1/admin/collections/{}", cx.urls.api, view.row.id);
        Ok(reply(StatusCode::CREATED, view)?.at(location))
    };
    once.run(&app, work).await
}

/// Changes a collection.
///
/// A JSON Merge Patch (RFC 7396) of the working copy: `items` replaces, `fill` is merged. Readers see what was published
/// until it is published again. A patch that changes nothing leaves the version as it is.
#[utoipa::path(patch, path = "/v1/admin/collections/{id}", tag = "collections", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The collection.")),
    request_body(content = CollectionInput, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The collection as it is now.", body = AdminCollectionAnswer)))]
pub async fn update_collection(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: MergePatch<CollectionInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    input.check(false)?;
    let (id, wanted) = (path::id(&path)?, if_match.precondition());
    let view = app.write(move |cx| collections::update(cx, &actor, id, &wanted, input)).await?;
    Ok(reply(StatusCode::OK, view)?.into_response())
}

/// Deletes a collection.
///
/// One that readers see is refused with 409: unpublish it first. Its articles stay.
#[utoipa::path(delete, path = "/v1/admin/collections/{id}", tag = "collections", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The collection.")),
    responses((status = 204, description = "Deleted.")))]
pub async fn delete_collection(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let id = path::id(&path)?;
    app.write(move |cx| collections::delete(cx, &actor, id, &wanted)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}

/// Publishes a collection.
///
/// Readers see the working copy as it is now, at once. A slug that it had in public before leads to the present one.
#[utoipa::path(post, path = "/v1/admin/collections/{id}/publish", tag = "collections", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The collection.")),
    request_body(content = Nothing, description = "May be left out."),
    responses((status = 200, description = "The collection as it is now.", body = AdminCollectionAnswer)))]
pub async fn publish_collection(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Nothing>,
) -> Result<HttpResponse, Problem> {
    act((app, caller, request, path, body), collections::publish).await
}

/// Takes a collection out of public.
///
/// Its address answers 404 then. The working copy stays.
#[utoipa::path(post, path = "/v1/admin/collections/{id}/unpublish", tag = "collections", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The collection.")),
    request_body(content = Nothing, description = "May be left out."),
    responses((status = 200, description = "The collection as it is now.", body = AdminCollectionAnswer)))]
pub async fn unpublish_collection(
    app: web::Data<App>,
    caller: Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Nothing>,
) -> Result<HttpResponse, Problem> {
    act((app, caller, request, path, body), collections::unpublish).await
}

/// What both actions take in.
type Input = (web::Data<App>, Caller, HttpRequest, web::Path<String>, JsonBody<Nothing>);

async fn act(
    (app, Caller(actor), request, path, body): Input,
    verb: fn(&mut Cx, &Actor, Id, &Precondition) -> Result<CollectionView>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let asked = body.syntax()?.read_if_match(&request);
    let asked = asked.and_then(|(wanted, _)| Ok((path::id(&path)?, wanted.precondition())));
    let once = Once::of(&request, &actor)?;
    let work =
        move |cx: &mut Cx, (id, wanted): (Id, Precondition)| reply(StatusCode::OK, verb(cx, &actor, id, &wanted)?);
    once.run_with(&app, asked, work).await
}
