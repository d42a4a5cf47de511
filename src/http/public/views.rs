//! The view beacon.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::domain::views::Viewer;
use crate::http::answer;
use crate::http::bounds::Bounds;
use crate::http::extract::peer::client_address;
use crate::http::extract::{NoParams, Query, body, path};
use crate::http::problem::Problem;
use crate::model::Id;

/// Counts a view of an article.
///
/// Made for `navigator.sendBeacon`: the body may be of any type, is not looked at, and has at most 4096 bytes. The
/// answer is the same for every id, so that it tells nothing about what exists; only live articles are counted. A
/// reader (an address and what its browser calls itself) counts once a day for an article, crawlers and programs do not
/// count, nor do more than 100 views an hour of one article from one network, or 1000 from one /48 of IPv6. Nothing of this is stored.
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
    body::read(request.headers(), &mut payload.into_inner(), Bounds::of(&request)).await?;
    let id = path::id(&path)?;
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let address = client_address(&request, &app.config.server.trusted_proxies);
    app.views.count(id, Viewer { address, agent }, app.clock.now());
    Ok(answer::private(StatusCode::NO_CONTENT))
}
