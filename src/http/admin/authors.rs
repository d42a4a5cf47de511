//! Authors as editors see and change them.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::tags::{NameSort, signed_urls};
use crate::app::App;
use crate::domain::Cx;
use crate::domain::authors::{self, AuthorView};
use crate::error::Error;
use crate::http::answer::private;
use crate::http::extract::{Caller, IfMatch, JsonBody, JsonInput, MergePatch, NoParams, Query, path};
use crate::http::list::{Limit, Links, List, Meta, PageMeta, PageNumber};
use crate::http::once::{Once, Reply};
use crate::http::problem::Problem;
use crate::http::public::authors::Author;
use crate::model::faults::Faults;
use crate::model::{AuthorInput, Line, Time};
use crate::store::authors::AuthorFilter;
use crate::text::fold;

impl JsonInput for AuthorInput {}

/// An author as editors see them: the public members, and those of the newsroom.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AdminAuthor {
    /// The public members; the address of `avatar` works for an hour.
    #[serde(flatten)]
    pub author: Author,
    /// Counts the changes, from 1; the ETag is this in quotes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// The old slugs that lead to them.
    pub redirects: Vec<String>,
    /// When they were made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When they were last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// One author, editorially.
#[derive(Serialize, ToSchema)]
pub struct AdminAuthorAnswer {
    /// The author.
    pub data: AdminAuthor,
    /// About the answer.
    pub meta: Meta,
}

/// A part of the list of all authors.
#[derive(Serialize, ToSchema)]
pub struct AdminAuthorPage {
    /// The authors.
    pub data: Vec<AdminAuthor>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// What the list of all authors takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdminAuthorQuery {
    /// Only authors whose name contains this, whatever the accents and case.
    #[param(inline)]
    #[deserr(default)]
    q: Option<Line<100>>,
    /// The order.
    #[param(inline)]
    #[deserr(default)]
    sort: Option<NameSort>,
    /// How many authors to answer.
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

impl AdminAuthor {
    /// What editors see.
    #[must_use]
    pub fn of(view: AuthorView, app: &App) -> Self {
        let (version, redirects) = (view.row.version, view.redirects.clone());
        let (created_at, updated_at) = (view.row.created_at, view.row.updated_at);
        let author = Author::of(view, &signed_urls(app));
        Self { author, version, redirects, created_at, updated_at }
    }
}

/// Lists all authors, whether public or not.
///
/// Sorted by name, or by `sort`. Walk it by `cursor`, or by `page` with totals.
#[utoipa::path(get, path = "/v1/admin/authors", tag = "authors", params(AdminAuthorQuery), security(("bearer" = [])), responses(
    (status = 200, description = "A part of the list.", body = AdminAuthorPage),
))]
pub async fn list_admin_authors(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query = Query::<AdminAuthorQuery>::of(&request)?;
    let list = List::of(&request, &app.urls.api, query.limit, query.cursor.as_deref(), query.page)?;
    let (paging, order) = (list.paging().clone(), query.sort.unwrap_or_default().order());
    let name = query.q.map(|text| fold(text.as_str()));
    let filter = AuthorFilter { name };
    let found = app.read(move |cx| authors::list(cx, &actor, &filter, order, &paging)).await?;
    list.answer(
        &found.ends,
        found.rows.into_iter().map(|view| AdminAuthor::of(view, &app)).collect(),
        |data, meta, links| AdminAuthorPage { data, meta, links },
    )
}

/// Answers one author, whether public or not.
#[utoipa::path(get, path = "/v1/admin/authors/{id}", tag = "authors", params(
    ("id" = String, Path, description = "The author.", format = Uuid),
), security(("bearer" = [])), responses((status = 200, description = "The author.", body = AdminAuthorAnswer)))]
pub async fn get_admin_author(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = path::id(&path)?;
    let view = app.read(move |cx| authors::get(cx, &actor, id)).await?;
    one(StatusCode::OK, view, &app)
}

/// Makes an author.
///
/// Only `name` is needed; without `slug` one is made from it, with `-2`, `-3` … where it is taken. An explicit slug that
/// is taken is refused.
#[utoipa::path(post, path = "/v1/admin/authors", tag = "authors", request_body = AuthorInput, security(("bearer" = [])), responses(
    (status = 201, description = "Made; `Location` leads to it.", body = AdminAuthorAnswer),
))]
pub async fn create_author(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<AuthorInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let input = body.read()?;
    let once = Once::of(&request, &actor)?;
    let made_by = app.clone();
    let work = move |cx: &mut Cx| {
        let view = authors::create(cx, &actor, input)?;
        let location = format!("{}/v1/admin/authors/{}", made_by.urls.api, view.row.id);
        Ok(reply(StatusCode::CREATED, view, &made_by)?.at(location))
    };
    once.run(&app, work).await
}

/// Changes an author.
///
/// A JSON Merge Patch (RFC 7396). A new slug makes the old one lead to it. A patch that changes nothing leaves the
/// version as it is.
#[utoipa::path(patch, path = "/v1/admin/authors/{id}", tag = "authors", params(
    ("id" = String, Path, description = "The author.", format = Uuid),
), request_body(
    content = AuthorInput, content_type = "application/merge-patch+json",
), security(("bearer" = [])), responses((status = 200, description = "The author as it is now.", body = AdminAuthorAnswer)))]
pub async fn update_author(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: MergePatch<AuthorInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    input.check(false)?;
    let id = path::id(&path)?;
    let wanted = if_match.precondition();
    let view = app.write(move |cx| authors::update(cx, &actor, id, &wanted, input)).await?;
    one(StatusCode::OK, view, &app)
}

/// Deletes an author.
///
/// One that a working or published copy names is refused with 409 `in_use`;
/// `used_by` names up to 20 of its uses.
#[utoipa::path(delete, path = "/v1/admin/authors/{id}", tag = "authors", params(
    ("id" = String, Path, description = "The author.", format = Uuid),
), security(("bearer" = [])), responses((status = 204, description = "Deleted.")))]
pub async fn delete_author(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let id = path::id(&path)?;
    app.write(move |cx| authors::delete(cx, &actor, id, &wanted)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}

fn one(status: StatusCode, view: AuthorView, app: &App) -> Result<HttpResponse, Problem> {
    Ok(reply(status, view, app)?.into_response())
}

fn reply(status: StatusCode, view: AuthorView, app: &App) -> Result<Reply, Error> {
    let version = view.row.version;
    Reply::json(status, &AdminAuthorAnswer { data: AdminAuthor::of(view, app), meta: Meta {} }, Some(version))
}
