//! Articles at the editorial door: CRUD. The actions are in `actions`, the wire types in `wire`.

pub mod actions;
pub mod batch;
mod fields;
pub mod list;
pub mod locks;
pub mod previews;
pub mod refs;
mod relations;
pub mod revision_types;
pub mod revisions;
pub mod wire;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use utoipa::IntoParams;

use crate::app::App;
use crate::domain::Cx;
use crate::domain::articles::{self, ArticleView};
use crate::error::Result;
use crate::http::answer;
use crate::http::carried::Forms;
use crate::http::extract::params::Flag;
use crate::http::extract::{Caller, IfMatch, JsonBody, JsonInput, MergePatch, NoParams, Query, path};
use crate::http::list::Meta;
use crate::http::once::{Once, Reply};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::{ArticleInput, Id};
use wire::{AdminArticle, AdminArticleAnswer};

impl JsonInput for ArticleInput {}

/// How a change is saved.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SaveParams {
    /// Whether a tool saves by itself, without anybody asking.
    #[deserr(default)]
    #[param(value_type = bool, required = false)]
    autosave: Option<Flag>,
}

/// Runs a use case in one writing transaction and answers with the article as it is then.
async fn written<F>(app: &App, once: Once, status: StatusCode, work: F) -> Result<HttpResponse, Problem>
where
    F: FnOnce(&mut Cx) -> Result<ArticleView> + Send + 'static,
{
    once.run(app, move |cx| shown(work(cx)?, status, cx)).await
}

/// An article as it stands in this transaction, as an answer.
fn shown(view: ArticleView, status: StatusCode, cx: &Cx) -> Result<Reply> {
    reply(AdminArticle::of(view, Forms::ALL, cx), status)
}

/// The article as an answer.
fn reply(article: AdminArticle, status: StatusCode) -> Result<Reply> {
    let (version, location) = (article.version, format!("/v1/admin/articles/{}", article.id));
    let reply = Reply::json(status, &AdminArticleAnswer { data: article, meta: Meta::default() }, Some(version))?;
    Ok(if status == StatusCode::CREATED { reply.at(location) } else { reply })
}

/// Create an article.
///
/// Makes a draft that the caller owns. Only `headline` must be given; the slug is made from it where absent, the
/// locale is the site's default where absent. The body is given in one of its three forms. `translation_of` joins the
/// translation group of another article, which has one article per locale.
#[utoipa::path(post, path = "/v1/admin/articles", tag = "articles", security(("bearer" = [])),
    request_body(content = ArticleInput, description = "The article."),
    responses((status = 201, description = "The new draft.", body = AdminArticleAnswer)))]
pub async fn create_article(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<ArticleInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let input = body.read()?;
    let once = Once::of(&request, &actor)?;
    written(&app, once, StatusCode::CREATED, move |cx| articles::create(cx, &actor, input)).await
}

/// Get an article.
///
/// The working copy with its body in all four forms, its relations expanded, and where it stands in public. Media
/// addresses are signed for an hour. Contributors and authors see their own articles.
#[utoipa::path(get, path = "/v1/admin/articles/{id}", tag = "articles", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article.")),
    responses((status = 200, description = "The article.", body = AdminArticleAnswer)))]
pub async fn get_admin_article(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = path::id(&path)?;
    let article =
        app.read(move |cx| articles::get(cx, &actor, id).map(|view| AdminArticle::of(view, Forms::ALL, cx))).await?;
    Ok(reply(article, StatusCode::OK)?.into_response())
}

/// Change an article.
///
/// A JSON Merge Patch (RFC 7396) of the working copy: absent members stay, `null` clears, lists replace, objects
/// merge. Nothing changes in public until the article is published. A patch that changes nothing leaves the version
/// as it is. With `autosave=true` the versions of one author within a quarter of an hour are folded into one entry of
/// the history; each still has a version of its own, so that the next save names the last.
#[utoipa::path(patch, path = "/v1/admin/articles/{id}", tag = "articles", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article."), SaveParams),
    request_body(content = ArticleInput, content_type = "application/merge-patch+json",
        description = "What changes."),
    responses((status = 200, description = "The article as it is now.", body = AdminArticleAnswer)))]
pub async fn update_article(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: MergePatch<ArticleInput>,
) -> Result<HttpResponse, Problem> {
    let autosave = Query::<SaveParams>::of(&request)?.autosave.is_some_and(|flag| flag.0);
    let (wanted, input) = body.read_if_match(&request)?;
    let (id, wanted) = (path::id(&path)?, wanted.precondition());
    written(&app, Once::never(), StatusCode::OK, move |cx| articles::update(cx, &actor, id, &wanted, input, autosave))
        .await
}

/// Delete an article.
///
/// Moves it to the trash, from which `restore` takes it back within 30 days. A live or scheduled article must be
/// unpublished or unscheduled first.
#[utoipa::path(delete, path = "/v1/admin/articles/{id}", tag = "articles", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article.")),
    responses((status = 204, description = "It is in the trash.")))]
pub async fn delete_article(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let id = path::id(&path)?;
    app.write(move |cx| articles::delete(cx, &actor, id, &wanted)).await?;
    Ok(answer::private(StatusCode::NO_CONTENT))
}
