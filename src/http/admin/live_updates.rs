//! The updates of live blogs, as editors see and change them.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::tags::answer;
use crate::app::App;
use crate::domain::Cx;
use crate::domain::live_updates::{self, UpdateView};
use crate::error::Result;
use crate::http::answer::{private, with_link};
use crate::http::extract::params::Flag;
use crate::http::extract::{Caller, IfMatch, JsonBody, JsonInput, MergePatch, NoParams, Query, path};
use crate::http::list::{Limit, Links, List, Meta, PageMeta, PageNumber};
use crate::http::once::{Once, Reply};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::{Id, LiveUpdateInput, Time};
use crate::text::Body;

impl JsonInput for LiveUpdateInput {}

/// An update of a live blog as editors see it.
#[derive(Serialize, ToSchema)]
pub struct AdminLiveUpdate {
    /// The update.
    pub id: Id,
    /// The article that it belongs to.
    pub article_id: Id,
    /// Counts the changes, from 1; the ETag is this in quotes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Its main line.
    pub headline: Option<String>,
    /// When it happened, as readers are told.
    pub at: Time,
    /// Kept at the top of the page.
    pub pinned: bool,
    /// One of the turning points of the story.
    pub key_event: bool,
    /// Held back; the others are public while their article is live.
    pub draft: bool,
    /// Who signs it.
    pub author: Option<AdminUpdateAuthor>,
    /// The body as Portable Text.
    pub body: Body,
    /// The body as HTML.
    pub body_html: String,
    /// The body as plain text.
    pub body_text: String,
    /// The body as CommonMark.
    pub body_markdown: String,
    /// When it was written.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// Who signs an update.
#[derive(Serialize, ToSchema)]
pub struct AdminUpdateAuthor {
    /// The author.
    pub id: Id,
    /// The author's slug.
    pub slug: String,
    /// The author's name.
    pub name: String,
    /// Their page for readers.
    #[schema(format = "uri")]
    pub url: String,
}

/// One update, editorially.
#[derive(Serialize, ToSchema)]
pub struct AdminLiveUpdateAnswer {
    /// The update.
    pub data: AdminLiveUpdate,
    /// About the answer.
    pub meta: Meta,
}

/// A part of the updates of an article.
#[derive(Serialize, ToSchema)]
pub struct AdminLiveUpdatePage {
    /// The updates, the newest first.
    pub data: Vec<AdminLiveUpdate>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// What the list of updates takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdminLiveUpdateQuery {
    /// Only what is held back, or only the rest.
    #[deserr(default)]
    #[param(value_type = bool, required = false)]
    draft: Option<Flag>,
    /// How many updates to answer.
    #[deserr(default)]
    #[param(value_type = i64, required = false, minimum = 1, maximum = 100, default = 20)]
    limit: Option<Limit>,
    /// Where to go on: a `next_cursor` or `prev_cursor` of the same list. Not together with `page`.
    #[deserr(default)]
    #[param(value_type = String, required = false, max_length = 4096)]
    cursor: Option<String>,
    /// The number of the page, from 1. `page` × `limit` is at most 10 000.
    #[deserr(default)]
    #[param(value_type = i64, required = false, minimum = 1, maximum = 10_000)]
    page: Option<PageNumber>,
}

impl AdminLiveUpdate {
    fn of(view: UpdateView, cx: &Cx) -> Self {
        let UpdateView { row, body, author } = view;
        Self {
            id: row.id,
            article_id: row.article_id,
            version: row.version,
            headline: row.headline,
            at: row.at,
            pinned: row.pinned,
            key_event: row.key_event,
            draft: row.draft,
            author: author.map(|author| AdminUpdateAuthor {
                url: cx.urls.author(&author.slug, author.id),
                id: author.id,
                slug: author.slug,
                name: author.name,
            }),
            body_html: body.to_html(),
            body_text: body.to_plain(),
            body_markdown: body.to_markdown(),
            body,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn one(status: StatusCode, data: AdminLiveUpdate) -> Result<HttpResponse, Problem> {
    Ok(reply(status, data)?.into_response())
}

fn reply(status: StatusCode, data: AdminLiveUpdate) -> Result<Reply> {
    let version = data.version;
    Reply::json(status, &AdminLiveUpdateAnswer { data, meta: Meta {} }, Some(version))
}

/// List the updates of an article.
///
/// All of them, drafts too, the newest first.
#[utoipa::path(get, path = "/v1/admin/articles/{id}/live-updates", tag = "articles", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article."), AdminLiveUpdateQuery),
    responses((status = 200, description = "A part of the list.", body = AdminLiveUpdatePage)))]
pub async fn list_admin_live_updates(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let query = Query::<AdminLiveUpdateQuery>::of(&request)?;
    let list = List::of(&request, &app.urls.api, query.limit, query.cursor.as_deref(), query.page)?;
    let (article, paging, draft) = (path::id(&path)?, list.paging().clone(), query.draft.map(|flag| flag.0));
    let found = app.read(move |cx| {
        let (views, ends) = live_updates::list(cx, &actor, article, draft, &paging)?;
        Ok((views.into_iter().map(|view| AdminLiveUpdate::of(view, cx)).collect(), ends))
    });
    let (data, ends) = found.await?;
    let (meta, links) = list.finish(&ends);
    let header = links.header();
    Ok(with_link(answer(StatusCode::OK, &AdminLiveUpdatePage { data, meta, links }, None)?, &header))
}

/// Write an update.
///
/// It is public as soon as it is written if its article is live; `draft` holds it back. It has a headline, a body or
/// both; the body is given in one of its three forms. What it names (media, articles) is frozen into it. It takes whoever
/// may publish the article. Where the article itself stands (in review, approved) makes no difference: updates are
/// published by themselves and pass no review.
#[utoipa::path(post, path = "/v1/admin/articles/{id}/live-updates", tag = "articles", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article.")),
    request_body(content = LiveUpdateInput, description = "The update."),
    responses((status = 201, description = "Written; `Location` leads to it.", body = AdminLiveUpdateAnswer)))]
pub async fn create_live_update(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<LiveUpdateInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let input = body.read()?;
    let article = path::id(&path)?;
    let once = Once::of(&request, &actor)?;
    let work = move |cx: &mut Cx| {
        let view = live_updates::create(cx, &actor, article, input)?;
        let made = AdminLiveUpdate::of(view, cx);
        let location = format!("/v1/admin/articles/{article}/live-updates/{}", made.id);
        Ok(reply(StatusCode::CREATED, made)?.at(location))
    };
    once.run(&app, work).await
}

/// Get an update.
///
/// Its body comes in all four forms.
#[utoipa::path(get, path = "/v1/admin/articles/{id}/live-updates/{update_id}", tag = "articles",
    security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article."), ("update_id" = Id, Path, description = "The update.")),
    responses((status = 200, description = "The update.", body = AdminLiveUpdateAnswer)))]
pub async fn get_admin_live_update(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (article, id) = path::ids(&path)?;
    let found = app.read(move |cx| Ok(AdminLiveUpdate::of(live_updates::get(cx, &actor, article, id)?, cx))).await?;
    one(StatusCode::OK, found)
}

/// Change an update.
///
/// A JSON Merge Patch (RFC 7396), public at once, without a review, wherever the article itself stands. `draft: true` takes the update back, `draft: false` shows it. A
/// patch that changes nothing leaves the version as it is.
#[utoipa::path(patch, path = "/v1/admin/articles/{id}/live-updates/{update_id}", tag = "articles",
    security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article."), ("update_id" = Id, Path, description = "The update.")),
    request_body(content = LiveUpdateInput, content_type = "application/merge-patch+json",
        description = "What changes."),
    responses((status = 200, description = "The update as it is now.", body = AdminLiveUpdateAnswer)))]
pub async fn update_live_update(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: MergePatch<LiveUpdateInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (wanted, input) = body.read_if_match(&request)?;
    let ((article, id), wanted) = (path::ids(&path)?, wanted.precondition());
    let work = move |cx: &mut Cx| {
        let view = live_updates::update(cx, &actor, article, id, &wanted, input)?;
        Ok(AdminLiveUpdate::of(view, cx))
    };
    one(StatusCode::OK, app.write(work).await?)
}

/// Delete an update.
///
/// For good: there is no trash for updates. Readers that follow the blog see it gone when they read the list anew.
#[utoipa::path(delete, path = "/v1/admin/articles/{id}/live-updates/{update_id}", tag = "articles",
    security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article."), ("update_id" = Id, Path, description = "The update.")),
    responses((status = 204, description = "Deleted.")))]
pub async fn delete_live_update(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let (article, id) = path::ids(&path)?;
    app.write(move |cx| live_updates::delete(cx, &actor, article, id, &wanted)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}
