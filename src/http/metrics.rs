//! Counters for whoever keeps the server running.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::crypto;
use crate::error::Error;
use crate::http::extract::peer::is_local;
use crate::http::extract::{NoParams, Query};
use crate::http::middleware::metrics::{MEDIA_TYPE, Metrics};
use crate::http::problem::Problem;

/// Answers counters and gauges.
///
/// In the text format of Prometheus (0.0.4), to callers on the same machine, or with the bearer of
/// `SLUGLINE_METRICS_TOKEN`; to everybody else there is nothing here.
#[utoipa::path(get, path = "/metrics", tag = "health", responses(
    (status = 200, description = "The counters.", body = String, content_type = "text/plain"),
))]
pub async fn get_metrics(
    app: web::Data<App>,
    metrics: web::Data<Metrics>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let token = app.config.server.metrics_token.as_deref().filter(|token| !token.is_empty());
    if !is_local(&request) && !token.is_some_and(|token| bears(&request, token)) {
        return Err(Error::not_found().into());
    }
    Query::<NoParams>::of(&request)?;
    let mut response = HttpResponse::Ok().body(metrics.render());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    Ok(response)
}

fn bears(request: &HttpRequest, token: &str) -> bool {
    let line = request.headers().get(header::AUTHORIZATION).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let given = line.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    given.is_some_and(|(_, given)| crypto::same(given.trim().as_bytes(), token.as_bytes()))
}
