//! The view beacon.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::http::answer;
use crate::http::extract::{NoParams, Query, body, path};
use crate::http::problem::Problem;
use crate::model::Id;

/// The largest body of a beacon, in bytes; what it says is not looked at.
const BODY_LIMIT: usize = 4 * 1024;

/// Counts a view of an article.
///
/// Made for `navigator.sendBeacon`: the body may be of any type, is not looked at, and has at most 4096 bytes. The
/// answer is the same for every id, so that it tells nothing about what exists; only live articles are counted.
#[utoipa::path(post, path = "/v1/articles/{id}/views", tag = "articles",
    params(("id" = Id, Path, description = "The article's id.")),
    responses((status = 204, description = "Noted.")))]
pub async fn count_view(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
    payload: web::Payload,
    _: Query<NoParams>,
) -> Result<HttpResponse, Problem> {
    body::read(request.headers(), &mut payload.into_inner(), BODY_LIMIT).await?;
    let id = path::id(&path)?;
    app.views.count(id, app.clock.now());
    Ok(answer::private(StatusCode::NO_CONTENT))
}
