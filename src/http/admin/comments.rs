//! Comments of colleagues on an article.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::domain::{Cx, comments};
use crate::error::Result;
use crate::http::answer::private;
use crate::http::extract::params::Flag;
use crate::http::extract::{Caller, IfMatch, JsonBody, JsonInput, MergePatch, NoParams, Query, path};
use crate::http::list::{Limit, Links, List, Meta, PageMeta, PageNumber};
use crate::http::once::{Once, Reply};
use crate::http::problem::Problem;
use crate::model::comment::{BlockKey, CommentField, CommentInput, NewCommentInput};
use crate::model::faults::Faults;
use crate::model::{Id, Time};
use crate::store::comments::{CommentFilter, CommentRow};

impl JsonInput for NewCommentInput {}
impl JsonInput for CommentInput {}

/// Who wrote or settled a comment.
#[derive(Serialize, ToSchema)]
pub struct Colleague {
    /// The user; `null` once the account is gone.
    pub id: Option<Id>,
    /// The name at that time.
    pub name: String,
}

/// A comment on an article.
#[derive(Serialize, ToSchema)]
pub struct Comment {
    /// Identity.
    pub id: Id,
    /// Counts the changes, from 1; the ETag is this in quotes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Who wrote it.
    pub author: Colleague,
    /// What it says.
    #[schema(max_length = 5000)]
    pub text: String,
    /// The `_key` of the block that it is about; the block may have gone since.
    #[schema(max_length = 64)]
    pub block: Option<String>,
    /// The member of the article that it is about.
    pub field: Option<CommentField>,
    /// The passage that it is about.
    #[schema(max_length = 1000)]
    pub quote: Option<String>,
    /// The comment that it answers.
    pub reply_to: Option<Id>,
    /// Whether its thread is settled.
    pub resolved: bool,
    /// Who settled the thread.
    pub resolved_by: Option<Colleague>,
    /// When the thread was settled.
    pub resolved_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

/// One comment.
#[derive(Serialize, ToSchema)]
pub struct CommentAnswer {
    /// The comment.
    pub data: Comment,
    /// About the answer.
    pub meta: Meta,
}

/// A part of an article's comments.
#[derive(Serialize, ToSchema)]
pub struct CommentPage {
    /// The comments.
    pub data: Vec<Comment>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// What the list of comments takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CommentQuery {
    /// Those of settled threads, or the others.
    #[param(value_type = Option<bool>)]
    #[deserr(default)]
    resolved: Option<Flag>,
    /// Those about the block with this `_key`.
    #[param(inline)]
    #[deserr(default)]
    block: Option<BlockKey>,
    /// Those about this member of the article.
    #[param(inline)]
    #[deserr(default)]
    field: Option<CommentField>,
    /// How many comments to answer.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 20)]
    #[deserr(default)]
    limit: Option<Limit>,
    /// Where to go on: a `next_cursor` or `prev_cursor` of the same list. Not together with `page`.
    #[param(max_length = 4096)]
    #[deserr(default)]
    cursor: Option<String>,
    /// The number of the page, from 1. `page` × `limit` is at most 10 000.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 10_000)]
    #[deserr(default)]
    page: Option<PageNumber>,
}

impl Comment {
    fn of(row: CommentRow) -> Self {
        let resolved_at = row.resolved_at;
        let by = |name: String| Colleague { id: row.resolved_by, name };
        Self {
            id: row.id,
            version: row.version,
            author: Colleague { id: row.author_id, name: row.author_name },
            text: row.text,
            block: row.block,
            field: row.field.as_deref().and_then(CommentField::parse),
            quote: row.quote,
            reply_to: row.reply_to,
            resolved: resolved_at.is_some(),
            resolved_by: row.resolved_name.map(by),
            resolved_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn reply(status: StatusCode, row: CommentRow) -> Result<Reply> {
    let version = row.version;
    Reply::json(status, &CommentAnswer { data: Comment::of(row), meta: Meta {} }, Some(version))
}

/// List an article's comments
///
/// Oldest first. An answer stands where the comment stands that it answers, and is settled with it.
#[utoipa::path(get, path = "/v1/admin/articles/{id}/comments", tag = "comments", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article."), CommentQuery),
    responses((status = 200, description = "A part of the list.", body = CommentPage)))]
pub async fn list_comments(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let query = Query::<CommentQuery>::of(&request)?;
    let list = List::of(&request, &app.urls.api, query.limit, query.cursor.as_deref(), query.page)?;
    let id = path::id(&path)?;
    let filter = CommentFilter {
        resolved: query.resolved.map(|flag| flag.0),
        block: query.block.map(String::from),
        field: query.field.map(|field| field.as_str().to_owned()),
    };
    let paging = list.paging().clone();
    let found = app.read(move |cx| comments::list(cx, &actor, id, &filter, &paging)).await?;
    list.answer(&found.ends, found.rows.into_iter().map(Comment::of).collect(), |data, meta, links| CommentPage {
        data,
        meta,
        links,
    })
}

/// Get a comment
///
/// Whoever may read the article may read its comments.
#[utoipa::path(get, path = "/v1/admin/articles/{id}/comments/{comment_id}", tag = "comments",
    security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article."), ("comment_id" = Id, Path, description = "The comment.")),
    responses((status = 200, description = "The comment.", body = CommentAnswer)))]
pub async fn get_comment(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (article, id) = path::ids(&path)?;
    let row = app.read(move |cx| comments::get(cx, &actor, article, id)).await?;
    Ok(reply(StatusCode::OK, row)?.into_response())
}

/// Comment on an article
///
/// On a block of the working copy's body, on a member, or on the whole; or in answer to a comment that answers none
/// itself. Readers never see it.
#[utoipa::path(post, path = "/v1/admin/articles/{id}/comments", tag = "comments", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article.")), request_body = NewCommentInput,
    responses((status = 201, description = "Made; `Location` leads to it.", body = CommentAnswer)))]
pub async fn create_comment(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<NewCommentInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let new = body.read()?.sound_new()?;
    let id = path::id(&path)?;
    let once = Once::of(&request, &actor)?;
    let work = move |cx: &mut Cx| {
        let row = comments::create(cx, &actor, id, new)?;
        let location = format!("/v1/admin/articles/{id}/comments/{}", row.id);
        Ok(reply(StatusCode::CREATED, row)?.at(location))
    };
    once.run(&app, work).await
}

/// Change or settle a comment
///
/// A JSON Merge Patch (RFC 7396). Only its author changes the text; whoever may read the article settles a thread by
/// `resolved`, or opens it again. A patch that changes nothing leaves the version as it is. `If-Match` may be sent.
#[utoipa::path(patch, path = "/v1/admin/articles/{id}/comments/{comment_id}", tag = "comments",
    security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article."), ("comment_id" = Id, Path, description = "The comment.")),
    request_body(content = CommentInput, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The comment as it is now.", body = CommentAnswer)))]
pub async fn update_comment(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: MergePatch<CommentInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let if_match = IfMatch::optional(&request)?;
    let change = body.read()?.sound_change()?;
    let ((article, id), wanted) = (path::ids(&path)?, if_match.precondition());
    let row = app.write(move |cx| comments::update(cx, &actor, article, id, &wanted, change)).await?;
    Ok(reply(StatusCode::OK, row)?.into_response())
}

/// Delete a comment
///
/// With its answers. Its author may, as long as nobody else has answered; editors may always. `If-Match` may be sent.
#[utoipa::path(delete, path = "/v1/admin/articles/{id}/comments/{comment_id}", tag = "comments",
    security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article."), ("comment_id" = Id, Path, description = "The comment.")),
    responses((status = 204, description = "Deleted.")))]
pub async fn delete_comment(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::optional(&request)?.precondition();
    let (article, id) = path::ids(&path)?;
    app.write(move |cx| comments::delete(cx, &actor, article, id, &wanted)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}
