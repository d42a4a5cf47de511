//! For whoever keeps the server running.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer;
use crate::app::App;
use crate::http::extract::{NoParams, Query};
use crate::http::problem::Problem;

/// How the server is.
#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`, `degraded` (the database is away) or `draining`.
    pub status: &'static str,
}

/// A database that takes longer to answer is away.
const ANSWERS_WITHIN: Duration = Duration::from_secs(1);

/// Is the process alive?
///
/// Answers 200 as long as the process takes requests. It asks nothing of the database.
#[utoipa::path(get, path = "/livez", tag = "health", responses((status = 200, description = "Alive.", body = Health)))]
pub async fn get_livez(_: Query<NoParams>) -> Result<HttpResponse, Problem> {
    health(StatusCode::OK, "ok")
}

/// May requests be sent here?
///
/// 503 only while the server starts, migrates or drains; 200 with `degraded` when the database is away or takes more than
/// a second to answer, because public answers may still come from memory.
#[utoipa::path(get, path = "/readyz", tag = "health", responses(
    (status = 200, description = "Ready, or degraded.", body = Health),
    (status = 503, description = "Draining.", body = Health),
))]
pub async fn get_readyz(app: web::Data<App>, _: Query<NoParams>) -> Result<HttpResponse, Problem> {
    if app.draining.load(std::sync::atomic::Ordering::Relaxed) {
        return health(StatusCode::SERVICE_UNAVAILABLE, "draining");
    }
    match tokio::time::timeout(ANSWERS_WITHIN, app.store.read(crate::store::ping)).await {
        Ok(Ok(())) => health(StatusCode::OK, "ok"),
        Ok(Err(_)) | Err(_) => health(StatusCode::OK, "degraded"),
    }
}

fn health(status: StatusCode, word: &'static str) -> Result<HttpResponse, Problem> {
    let bytes = serde_json::to_vec(&Health { status: word }).unwrap_or_default();
    let mut response = HttpResponse::new(status);
    response.headers_mut().insert(actix_web::http::header::CONTENT_TYPE, answer::JSON);
    Ok(response.set_body(actix_web::body::BoxBody::new(bytes)))
}
