//! Links that work once, as administrators make them for users, and second factors that are lost.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::tags::answer;
use super::user_types::UserAnswer;
use super::users::act;
use crate::app::App;
use crate::domain::accounts::{self, Handed};
use crate::domain::{Actor, Cx, two_factor};
use crate::error::Result;
use crate::http::extract::{Caller, JsonBody, NoParams, Query, path};
use crate::http::list::Meta;
use crate::http::problem::Problem;
use crate::model::actions::Nothing;
use crate::model::{Id, LinkPurpose, Time};

/// A link that works once, and how it reaches its user.
#[derive(Clone, Serialize, ToSchema)]
pub struct AccountLink {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The address that a letter with the link goes to; `null` where this server sends no mail, and whoever asked hands
    /// the link over.
    #[schema(format = "email", max_length = 254)]
    pub mailed_to: Option<String>,
    /// The token of the link, told this once; `null` where it goes by mail.
    #[schema(format = "password", max_length = 43)]
    pub token: Option<String>,
    /// The page of the frontend, with the token in its fragment; `null` where it goes by mail.
    #[schema(format = "uri")]
    pub url: Option<String>,
    /// When it ends; `null` where it goes by mail, and counts from there.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Time>,
}

/// A link, with what belongs to the answer.
#[derive(Serialize, ToSchema)]
pub struct AccountLinkAnswer {
    /// The link.
    pub data: AccountLink,
    /// About the answer.
    pub meta: Meta,
}

impl AccountLink {
    /// What is told of it.
    #[must_use]
    pub fn of(handed: Handed) -> Self {
        match handed {
            Handed::Mailed(purpose, to) => {
                Self { purpose, mailed_to: Some(to), token: None, url: None, expires_at: None }
            }
            Handed::Shown(link) => Self {
                purpose: link.purpose,
                mailed_to: None,
                token: Some(link.token),
                url: Some(link.url),
                expires_at: Some(link.expires_at),
            },
        }
    }
}

/// Invites a user again.
///
/// For users who have no password yet. The link works once, for 72 hours, and ends the last invitation. It is sent by
/// mail where the server has been given a mail server, else it is answered, this once.
#[utoipa::path(post, path = "/v1/admin/users/{id}/invite", tag = "users", params(
    ("id" = String, Path, description = "The user.", format = Uuid),
), request_body = Nothing, security(("bearer" = [])), responses(
    (status = 200, description = "The invitation.", body = AccountLinkAnswer),
))]
pub async fn invite_user(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Nothing>,
) -> Result<HttpResponse, Problem> {
    hand_over(&app, actor, &request, &path, body, accounts::invite).await
}

/// Makes a link by which a user chooses a new password.
///
/// The present password and all sessions stay until the link is used. The link works once, for an hour, and ends the
/// last one. It is sent by mail where the server has been given a mail server, else it is answered, this once.
#[utoipa::path(post, path = "/v1/admin/users/{id}/reset-password", tag = "users", params(
    ("id" = String, Path, description = "The user.", format = Uuid),
), request_body = Nothing, security(("bearer" = [])), responses(
    (status = 200, description = "The link.", body = AccountLinkAnswer),
))]
pub async fn reset_user_password(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Nothing>,
) -> Result<HttpResponse, Problem> {
    hand_over(&app, actor, &request, &path, body, accounts::reset_user_password).await
}

/// Turns a user's second factor off.
///
/// For users who have lost their authenticator and their recovery codes. Every session and access token of the user ends.
/// Nobody does it to themselves.
#[utoipa::path(post, path = "/v1/admin/users/{id}/reset-totp", tag = "users", params(
    ("id" = String, Path, description = "The user.", format = Uuid),
), request_body = Nothing, security(("bearer" = [])), responses(
    (status = 200, description = "The user as it is now.", body = UserAnswer),
))]
pub async fn reset_user_totp(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Nothing>,
) -> Result<HttpResponse, Problem> {
    act(&app, actor, &request, &path, body, two_factor::reset).await
}

/// A use case that hands a link over, by mail or in the answer.
type HandsOver = fn(&mut Cx, &Actor, Id, bool) -> Result<Handed>;

async fn hand_over(
    app: &App,
    actor: Actor,
    request: &HttpRequest,
    path: &str,
    body: JsonBody<Nothing>,
    make: HandsOver,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(request)?;
    body.read()?;
    let (id, by_mail) = (path::id(path)?, app.mailer.is_some());
    let handed = app.write(move |cx| make(cx, &actor, id, by_mail)).await?;
    answer(StatusCode::OK, &AccountLinkAnswer { data: AccountLink::of(handed), meta: Meta {} }, None)
}
