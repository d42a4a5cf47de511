//! Many changes of media in one request.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::articles::batch::refused;
use super::media::remove_unused;
use crate::app::App;
use crate::domain::Cx;
use crate::domain::batch::Outcome;
use crate::domain::media_batch::{self, Freed};
use crate::error::Result;
use crate::http::extract::{Caller, JsonBody, JsonInput, NoParams, Query};
use crate::http::list::Meta;
use crate::http::once::{Once, Reply};
use crate::http::problem::Problem;
use crate::http::problem_schema::ProblemDocument;
use crate::model::Id;
use crate::model::media_batch::{MediaBatchInput, MediaBatchOp};

impl JsonInput for MediaBatchInput {}

/// What came of a batch.
#[derive(Serialize, ToSchema)]
pub struct MediaBatch {
    /// What came of each operation, in their order.
    #[schema(max_items = 100)]
    pub results: Vec<MediaBatchResult>,
}

/// What came of one operation.
#[derive(Serialize, ToSchema)]
pub struct MediaBatchResult {
    /// Its place in the batch, from 0.
    #[schema(minimum = 0, maximum = 99)]
    pub index: usize,
    /// What was to be done.
    pub op: MediaBatchOp,
    /// The status that the single route would have answered.
    #[schema(minimum = 200, maximum = 599)]
    pub status: u16,
    /// The record.
    pub id: Option<Id>,
    /// The version that there is now; `null` where nothing was done, and of what was deleted.
    #[schema(minimum = 1)]
    pub version: Option<i64>,
    /// Why nothing was done.
    #[schema(value_type = Option<ProblemDocument>)]
    pub error: Option<Value>,
}

/// The answer to a batch.
#[derive(Serialize, ToSchema)]
pub struct MediaBatchAnswer {
    /// What came of it.
    pub data: MediaBatch,
    /// About the answer.
    pub meta: Meta,
}

impl MediaBatchResult {
    fn of(index: usize, outcome: Outcome<MediaBatchOp>, request_id: &str) -> Result<Self> {
        let Outcome { op, id, result } = outcome;
        let done = if op == MediaBatchOp::Delete { StatusCode::NO_CONTENT } else { StatusCode::OK };
        let (status, version, error) = match result {
            Ok(version) => (done.as_u16(), version, None),
            Err(error) => {
                let (status, problem) = refused(error, request_id)?;
                (status, None, Some(problem))
            }
        };
        Ok(Self { index, op, status, id, version, error })
    }
}

/// Change many media records
///
/// 1 to 100 operations, in their order and in one transaction: `update`, `move` into a folder, `delete`. Each does what
/// the single route does, by the same rules and permissions, and names the version that it is meant for. With
/// `all_or_nothing` the first refusal is the answer: 422 where it is one of the input, else 409 `batch_failed`; `index`
/// names the operation, and nothing is written. With `per_item` every operation stands for itself, and its refusal
/// stands in `results`. Each operation needs its own permission too.
#[utoipa::path(post, path = "/v1/admin/media/batch", tag = "media", security(("bearer" = [])),
    request_body(content = MediaBatchInput, description = "What is to be done."),
    responses((status = 200, description = "What came of each operation.", body = MediaBatchAnswer)))]
pub async fn batch_media(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<MediaBatchInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (operations, mode) = body.read()?.sound()?;
    let once = Once::of(&request, &actor)?;
    let freed = Freed::default();
    let freeing = freed.clone();
    let work = move |cx: &mut Cx| {
        let outcomes = media_batch::run(cx, &actor, operations, mode, &freeing)?.into_iter().enumerate();
        let results = outcomes.map(|(index, outcome)| MediaBatchResult::of(index, outcome, &actor.request_id));
        let data = MediaBatch { results: results.collect::<Result<_>>()? };
        Reply::json(StatusCode::OK, &MediaBatchAnswer { data, meta: Meta::default() }, None)
    };
    let response = once.run(&app, work).await?;
    remove_unused(&app, freed.take()).await;
    Ok(response)
}
