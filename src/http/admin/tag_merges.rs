//! Merging tags.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::tags::{AdminTagAnswer, reply};
use crate::app::App;
use crate::domain::tags::merge;
use crate::domain::{Cx, Precondition};
use crate::http::extract::{Caller, JsonBody, JsonInput, NoParams, Query, path};
use crate::http::once::Once;
use crate::http::problem::Problem;
use crate::model::Id;
use crate::model::tag::MergeTag;

impl JsonInput for MergeTag {}

/// Merges a tag into another one of the same kind.
///
/// Whatever carries the tag carries the other one from then on, in public at once, and the tags below it stand below the
/// other one. Its slugs and its id lead there, and its name becomes a synonym. Articles keep their versions; what their
/// revisions call by the old id is followed. This can't be taken back. Answers the tag that stays.
#[utoipa::path(post, path = "/v1/admin/tags/{id}/merge", tag = "tags", params(
    ("id" = String, Path, description = "The tag that goes.", format = Uuid),
), request_body = MergeTag, security(("bearer" = [])), responses(
    (status = 200, description = "The tag that stays.", body = AdminTagAnswer),
))]
pub async fn merge_tag(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<MergeTag>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let asked = body.syntax()?.read_if_match(&request);
    let asked = asked.and_then(|(wanted, input)| Ok((path::id(&path)?, wanted.precondition(), input)));
    let (once, here) = (Once::of(&request, &actor)?, app.clone());
    let work = move |cx: &mut Cx, (id, wanted, input): (Id, Precondition, MergeTag)| {
        reply(StatusCode::OK, merge::merge(cx, &actor, id, &wanted, input)?, &here)
    };
    once.run_with(&app, asked, work).await
}
