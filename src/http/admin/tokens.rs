//! API tokens, as administrators see and change them.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::plain_list::PlainListQuery;
use super::tags::answer;
use super::users::with_header;
use crate::app::App;
use crate::domain::tokens::{self, Token};
use crate::http::answer::private;
use crate::http::extract::{Caller, IfMatch, JsonBody, JsonInput, MergePatch, NoParams, Query, path};
use crate::http::list::{Links, Meta, PageMeta};
use crate::http::problem::Problem;
use crate::model::token::{NewTokenInput, RotateToken, TokenInput};
use crate::model::{Id, Network, Scope, Time};

impl JsonInput for NewTokenInput {}
impl JsonInput for TokenInput {}
impl JsonInput for RotateToken {
    const EMPTY_IS_OBJECT: bool = true;
}

/// An API token, without the token itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiToken {
    /// Identity.
    pub id: Id,
    /// Counts the changes, from 1; the ETag is this in quotes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// What it is for.
    #[schema(max_length = 100)]
    pub name: String,
    /// Its first characters, by which people tell their tokens apart.
    #[schema(max_length = 16)]
    pub prefix: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// On whose behalf it acts.
    pub user: Id,
    /// When it ends; never where `null`.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Time>,
    /// From where it may be used; from everywhere where empty.
    pub networks: Vec<Network>,
    /// Until when the token works that this one took the place of.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub previous_until: Option<Time>,
    /// When it was used last, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Time>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// One API token.
#[derive(Serialize, ToSchema)]
pub struct ApiTokenAnswer {
    /// The token's record.
    pub data: ApiToken,
    /// About the answer.
    pub meta: Meta,
}

/// An API token that was made, with the token itself.
#[derive(Serialize, ToSchema)]
pub struct CreatedApiToken {
    /// The token's record.
    #[serde(flatten)]
    pub record: ApiToken,
    /// The token itself, told only this once: for `Authorization: Bearer`.
    #[schema(format = "password", min_length = 41, max_length = 41)]
    pub token: String,
}

/// An API token that was made.
#[derive(Serialize, ToSchema)]
pub struct CreatedApiTokenAnswer {
    /// The record and the token.
    pub data: CreatedApiToken,
    /// About the answer.
    pub meta: Meta,
}

/// A part of the list of API tokens.
#[derive(Serialize, ToSchema)]
pub struct ApiTokenPage {
    /// The records.
    pub data: Vec<ApiToken>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

impl ApiToken {
    fn of(token: Token) -> Self {
        let Token { row, scopes, networks } = token;
        Self {
            id: row.id,
            version: row.version,
            name: row.name,
            prefix: row.prefix,
            scopes,
            user: row.user_id,
            expires_at: row.expires_at,
            networks,
            previous_until: row.previous_until,
            last_used_at: row.last_used_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Lists the API tokens, oldest first.
#[utoipa::path(get, path = "/v1/admin/tokens", tag = "tokens", params(PlainListQuery), security(("bearer" = [])),
    responses((status = 200, description = "A part of the list.", body = ApiTokenPage)))]
pub async fn list_tokens(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let list = PlainListQuery::list(&request, &app)?;
    let paging = list.paging().clone();
    let found = app.read(move |cx| tokens::list(cx, &actor, &paging)).await?;
    list.answer(&found.ends, found.rows.into_iter().map(ApiToken::of).collect(), |data, meta, links| ApiTokenPage {
        data,
        meta,
        links,
    })
}

/// Answers one API token's record.
#[utoipa::path(get, path = "/v1/admin/tokens/{id}", tag = "tokens", params(
    ("id" = String, Path, description = "The token's record.", format = Uuid),
), security(("bearer" = [])), responses((status = 200, description = "The record.", body = ApiTokenAnswer)))]
pub async fn get_token(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = path::id(&path)?;
    one(app.read(move |cx| tokens::get(cx, &actor, id)).await?)
}

/// Makes an API token.
///
/// It acts on behalf of `user`, within `scopes`, which can't go beyond what the user's role allows. The token stands in
/// `data.token`, this once.
#[utoipa::path(post, path = "/v1/admin/tokens", tag = "tokens", request_body = NewTokenInput, security(("bearer" = [])),
    responses((status = 201, description = "Made; `Location` leads to its record.", body = CreatedApiTokenAnswer)))]
pub async fn create_token(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<NewTokenInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let new = body.read()?.sound_new()?;
    let made = app.write(move |cx| tokens::create(cx, &actor, new)).await?;
    let location = format!("{}/v1/admin/tokens/{}", app.urls.api, made.0.row.id);
    Ok(with_header(with_token(StatusCode::CREATED, made)?, header::LOCATION, &location))
}

/// Gives an API token's record a new token.
///
/// It stands in `data.token`, this once. The old one works beside it until the overlap ends, so that programs can change
/// over in between; `overlap_seconds` 0 ends it at once.
#[utoipa::path(post, path = "/v1/admin/tokens/{id}/rotate", tag = "tokens", params(
    ("id" = String, Path, description = "The token's record.", format = Uuid),
), request_body = RotateToken, security(("bearer" = [])), responses(
    (status = 200, description = "The record with its new token.", body = CreatedApiTokenAnswer),
))]
pub async fn rotate_token(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<RotateToken>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    let (overlap, id, wanted) = (input.sound()?, path::id(&path)?, if_match.precondition());
    with_token(StatusCode::OK, app.write(move |cx| tokens::rotate(cx, &actor, id, overlap, &wanted)).await?)
}

fn with_token(status: StatusCode, (token, plain): (Token, String)) -> Result<HttpResponse, Problem> {
    let version = token.row.version;
    let data = CreatedApiToken { record: ApiToken::of(token), token: plain };
    answer(status, &CreatedApiTokenAnswer { data, meta: Meta {} }, Some(version))
}

/// Changes name, scopes, networks or end of an API token.
///
/// A JSON Merge Patch (RFC 7396). A patch that changes nothing leaves the version as it is.
#[utoipa::path(patch, path = "/v1/admin/tokens/{id}", tag = "tokens", params(
    ("id" = String, Path, description = "The token's record.", format = Uuid),
), request_body(
    content = TokenInput, content_type = "application/merge-patch+json",
), security(("bearer" = [])), responses((status = 200, description = "The record as it is now.", body = ApiTokenAnswer)))]
pub async fn update_token(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: MergePatch<TokenInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    let change = input.sound_change()?;
    let id = path::id(&path)?;
    let wanted = if_match.precondition();
    one(app.write(move |cx| tokens::update(cx, &actor, id, change, &wanted)).await?)
}

/// Ends an API token.
#[utoipa::path(delete, path = "/v1/admin/tokens/{id}", tag = "tokens", params(
    ("id" = String, Path, description = "The token's record.", format = Uuid),
), security(("bearer" = [])), responses((status = 204, description = "Ended.")))]
pub async fn delete_token(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let id = path::id(&path)?;
    app.write(move |cx| tokens::delete(cx, &actor, id, &wanted)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}

fn one(token: Token) -> Result<HttpResponse, Problem> {
    let version = token.row.version;
    answer(StatusCode::OK, &ApiTokenAnswer { data: ApiToken::of(token), meta: Meta {} }, Some(version))
}
