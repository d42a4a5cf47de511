//! Preview tokens: for showing an article before it is public.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::refs::UserRef;
use crate::app::App;
use crate::crypto::preview;
use crate::domain::previews::{self, Preview};
use crate::error::Result;
use crate::http::admin::plain_list::PlainListQuery;
use crate::http::admin::tags::answer;
use crate::http::admin::users::with_header;
use crate::http::answer::{private, with_link};
use crate::http::extract::{Caller, JsonBody, JsonInput, NoParams, Query, path};
use crate::http::list::{Links, Meta, PageMeta};
use crate::http::problem::Problem;
use crate::model::actions::NewPreviewToken;
use crate::model::{Id, Time};

impl JsonInput for NewPreviewToken {
    const EMPTY_IS_OBJECT: bool = true;
}

/// A preview token, without the token itself.
#[derive(Serialize, ToSchema)]
pub struct PreviewToken {
    /// Identity.
    pub id: Id,
    /// The article that it shows.
    pub article: Id,
    /// The version that it shows; `null`: the working copy as it is.
    #[schema(minimum = 1)]
    pub version: Option<i64>,
    /// Who made it.
    pub created_by: UserRef,
    /// When it was made.
    pub created_at: Time,
    /// When it ends.
    pub expires_at: Time,
}

/// A part of the list of preview tokens.
#[derive(Serialize, ToSchema)]
pub struct PreviewTokenPage {
    /// The tokens.
    pub data: Vec<PreviewToken>,
    /// Which part this is.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// A preview token that was made, with the token itself.
#[derive(Serialize, ToSchema)]
pub struct CreatedPreviewToken {
    /// The token's record.
    #[serde(flatten)]
    pub record: PreviewToken,
    /// The token itself, told only this once.
    #[schema(format = "password", min_length = 64, max_length = 64)]
    pub token: String,
    /// Where it shows the article.
    #[schema(format = "uri")]
    pub url: String,
}

/// A preview token that was made.
#[derive(Serialize, ToSchema)]
pub struct CreatedPreviewTokenAnswer {
    /// The record and the token.
    pub data: CreatedPreviewToken,
    /// Nothing yet.
    pub meta: Meta,
}

impl PreviewToken {
    fn of(preview: Preview) -> Self {
        let Preview { row, made_by } = preview;
        Self {
            id: row.id,
            article: row.article_id,
            version: row.version,
            created_by: UserRef { id: row.user_id, name: made_by },
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// List the preview tokens of an article.
///
/// Those that have not ended, the oldest first, without the tokens themselves.
#[utoipa::path(get, path = "/v1/admin/articles/{id}/preview-tokens", tag = "articles", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article."), PlainListQuery),
    responses((status = 200, description = "A part of the list.", body = PreviewTokenPage)))]
pub async fn list_preview_tokens(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let list = PlainListQuery::list(&request, &app)?;
    let (id, paging) = (path::id(&path)?, list.paging().clone());
    let found = app.read(move |cx| previews::list(cx, &actor, id, &paging)).await?;
    let (meta, links) = list.finish(&found.ends);
    let link = links.header();
    let data = found.rows.into_iter().map(PreviewToken::of).collect();
    Ok(with_link(answer(StatusCode::OK, &PreviewTokenPage { data, meta, links }, None)?, &link))
}

/// Create a preview token.
///
/// Whoever has the token sees the article at `/v1/preview/{token}` as readers would see it, without signing in: the
/// working copy as it is then, or the one `version` that is named. It works for an hour, or for `expires_in_seconds`,
/// and ends at once when it is revoked, when the article is killed or thrown away, or when its maker is suspended. The
/// token stands in `data.token`, this once. An article has 100 at the most.
#[utoipa::path(post, path = "/v1/admin/articles/{id}/preview-tokens", tag = "articles", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article.")),
    request_body(content = NewPreviewToken, description = "May be left out."),
    responses((status = 201, description = "Made.", body = CreatedPreviewTokenAnswer)))]
pub async fn create_preview_token(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<NewPreviewToken>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let input = body.read()?;
    let id = path::id(&path)?;
    let made = app.write(move |cx| previews::create(cx, &actor, id, input)).await?;
    let token = preview::token(&app.keys.previews, made.row.id.uuid());
    let location = format!("{}/v1/admin/articles/{id}/preview-tokens/{}", app.urls.api, made.row.id);
    let data = CreatedPreviewToken { record: PreviewToken::of(made), url: app.urls.preview(&token), token };
    let body = CreatedPreviewTokenAnswer { data, meta: Meta::default() };
    Ok(with_header(answer(StatusCode::CREATED, &body, None)?, header::LOCATION, &location))
}

/// Revoke a preview token.
///
/// It shows nothing any more from this moment on.
#[utoipa::path(delete, path = "/v1/admin/articles/{id}/preview-tokens/{token_id}", tag = "articles",
    security(("bearer" = [])),
    params(
        ("id" = Id, Path, description = "The article."),
        ("token_id" = Id, Path, description = "The token's record."),
    ),
    responses((status = 204, description = "Revoked.")))]
pub async fn delete_preview_token(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (id, token) = path::ids(&path)?;
    app.write(move |cx| previews::delete(cx, &actor, id, token)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}
