//! Locking an article, so that colleagues see who works on it. Neither operation takes `If-Match` or makes a version.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::wire::AdminArticleAnswer;
use super::written;
use crate::app::App;
use crate::domain::articles::locks;
use crate::http::extract::{Caller, JsonBody, NoParams, Query, path};
use crate::http::once::Once;
use crate::http::problem::Problem;
use crate::model::Id;
use crate::model::actions::{Lock, Nothing};

/// Lock an article.
///
/// Tells colleagues that the caller works on it: `lock` of the article names the user. A lock holds for two minutes;
/// whoever holds it renews it by locking again, every minute or so, which keeps `since`. Somebody else gets 409
/// `locked`, unless `take_over` is true and a `reason` is given. A lock is advice: it keeps nobody from writing, and
/// `If-Match` alone guards against lost updates. It belongs to the user, whatever session or token they use.
#[utoipa::path(post, path = "/v1/admin/articles/{id}/lock", tag = "articles", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article.")),
    request_body(content = Lock, description = "May be left out."),
    responses((status = 200, description = "The article, locked by the caller.", body = AdminArticleAnswer)))]
pub async fn lock_article(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Lock>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let input = body.read()?;
    let (id, once) = (path::id(&path)?, Once::of(&request, &actor)?);
    written(&app, once, StatusCode::OK, move |cx| locks::lock(cx, &actor, id, input)).await
}

/// Unlock an article.
///
/// Takes the lock away, whoever holds it. An article that is not locked stays as it is.
#[utoipa::path(post, path = "/v1/admin/articles/{id}/unlock", tag = "articles", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article.")),
    request_body(content = Nothing, description = "May be left out."),
    responses((status = 200, description = "The article, which nobody has locked.", body = AdminArticleAnswer)))]
pub async fn unlock_article(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Nothing>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let _: Nothing = body.read()?;
    let (id, once) = (path::id(&path)?, Once::of(&request, &actor)?);
    written(&app, once, StatusCode::OK, move |cx| locks::unlock(cx, &actor, id)).await
}
