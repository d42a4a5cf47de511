//! Many changes of articles in one request.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::Cx;
use crate::domain::batch::{self, Outcome};
use crate::error::{Error, Result};
use crate::http::extract::{Caller, JsonBody, JsonInput, NoParams, Query};
use crate::http::list::Meta;
use crate::http::once::{Once, Reply};
use crate::http::problem::{Problem, status};
use crate::http::problem_schema::ProblemDocument;
use crate::model::Id;
use crate::model::batch::{BatchInput, BatchOp};

impl JsonInput for BatchInput {}

/// What came of a batch.
#[derive(Serialize, ToSchema)]
pub struct Batch {
    /// What came of each operation, in their order.
    #[schema(max_items = 100)]
    pub results: Vec<BatchResult>,
}

/// What came of one operation.
#[derive(Serialize, ToSchema)]
pub struct BatchResult {
    /// Its place in the batch, from 0.
    #[schema(minimum = 0, maximum = 99)]
    pub index: usize,
    /// What was to be done.
    pub op: BatchOp,
    /// The status that the single route would have answered.
    #[schema(minimum = 200, maximum = 599)]
    pub status: u16,
    /// The article; `null` where none was made.
    pub id: Option<Id>,
    /// The version that there is now; `null` where nothing was done, and of what went to the trash.
    #[schema(minimum = 1)]
    pub version: Option<i64>,
    /// Why nothing was done.
    #[schema(value_type = Option<ProblemDocument>)]
    pub error: Option<Value>,
}

/// The answer to a batch.
#[derive(Serialize, ToSchema)]
pub struct BatchAnswer {
    /// What came of it.
    pub data: Batch,
    /// About the answer.
    pub meta: Meta,
}

/// The status and the problem document of an operation that was refused.
pub(in crate::http::admin) fn refused(error: Error, request_id: &str) -> Result<(u16, Value)> {
    let status = status(error.code()).as_u16();
    let problem = Problem::from(error).document(request_id);
    Ok((status, serde_json::from_slice(&problem).map_err(Error::internal)?))
}

impl BatchResult {
    fn of(index: usize, outcome: Outcome<BatchOp>, request_id: &str) -> Result<Self> {
        let Outcome { op, id, result } = outcome;
        let done = match op {
            BatchOp::Create | BatchOp::Duplicate => StatusCode::CREATED,
            BatchOp::Delete => StatusCode::NO_CONTENT,
            _ => StatusCode::OK,
        };
        Ok(match result {
            Ok(version) => Self { index, op, status: done.as_u16(), id, version, error: None },
            Err(error) => {
                let (status, problem) = refused(error, request_id)?;
                Self { index, op, status, id, version: None, error: Some(problem) }
            }
        })
    }
}

/// Change many articles
///
/// 1 to 100 operations, in their order and in one transaction. Each does what the single route does, by the same rules
/// and permissions, and names the version that it is meant for. With `all_or_nothing` the first refusal is the answer:
/// 422 where it is one of the input, else 409 `batch_failed`; `index` names the operation, and nothing is written. With
/// `per_item` every operation stands for itself, and its refusal stands in `results`.
#[utoipa::path(post, path = "/v1/admin/articles/batch", tag = "articles", security(("bearer" = [])),
    request_body(content = BatchInput, description = "What is to be done."),
    responses((status = 200, description = "What came of each operation.", body = BatchAnswer)))]
pub async fn batch_articles(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<BatchInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (operations, mode) = body.read()?.sound()?;
    let once = Once::of(&request, &actor)?;
    let work = move |cx: &mut Cx| {
        let outcomes = batch::run(cx, &actor, operations, mode)?.into_iter().enumerate();
        let results = outcomes.map(|(index, outcome)| BatchResult::of(index, outcome, &actor.request_id));
        let data = Batch { results: results.collect::<Result<_>>()? };
        Reply::json(StatusCode::OK, &BatchAnswer { data, meta: Meta::default() }, None)
    };
    once.run(&app, work).await
}
