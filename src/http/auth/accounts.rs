//! Ways into an account by links that work once, and what callers change of themselves.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::brakes::{self, settle};
use super::own::{Me, MeAnswer};
use super::{TokenAnswer, anonymous, device, tokens, verified};
use crate::app::App;
use crate::domain::logins::{self, Try};
use crate::domain::{Actor, Op, accounts, sessions, users};
use crate::error::{Code, Error, Result};
use crate::http::admin::user_types::User;
use crate::http::answer::{json_private, private};
use crate::http::extract::peer::client_address;
use crate::http::extract::{Caller, JsonBody, JsonInput, MergePatch, NoParams, Query};
use crate::http::list::Meta;
use crate::http::problem::Problem;
use crate::model::LinkPurpose;
use crate::model::account::{
    AcceptInvitation, ConfirmEmailChange, ConfirmPasswordReset, EmailChangeInput, PasswordResetInput, ProfileInput,
};
use crate::model::people::{GivenToken, NewPassword};

macro_rules! small {
    ($($input:ident)+) => { $(impl JsonInput for $input {})+ };
}
small! { AcceptInvitation ConfirmEmailChange ConfirmPasswordReset EmailChangeInput PasswordResetInput ProfileInput }

/// Accepts an invitation, and signs in.
///
/// The token is that of the link; it works once, for 72 hours. The password is the user's from now on. Tries with tokens
/// that do not work count as failed logins of the address that they come from.
#[utoipa::path(post, path = "/v1/auth/invitations/accept", tag = "auth", request_body = AcceptInvitation, responses(
    (status = 200, description = "Signed in.", body = TokenAnswer),
))]
pub async fn accept_invitation(
    app: web::Data<App>,
    request: HttpRequest,
    body: JsonBody<AcceptInvitation>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (token, name, password) = body.read()?.sound()?;
    let device = device(&app, &request);
    let tried = by_link(&app, &token, &device.network).await?;
    let actor = anonymous(&request);
    let outcome = match hashed(&app, LinkPurpose::Invitation, &token, password).await {
        Ok(hash) => {
            app.write(move |cx| accounts::accept_invitation(cx, &actor, token.as_str(), name, hash, device)).await
        }
        Err(error) => Err(error),
    };
    settle(&app, tried, &outcome).await;
    tokens(&app, outcome?).await
}

/// Asks for a link to a new password.
///
/// Whoever has this address gets a letter; the answer is the same whether anybody has, and comes as fast. The link works
/// once, for an hour, and ends the last one. A server without mail sends nothing: there an administrator makes the link.
#[utoipa::path(post, path = "/v1/auth/password-resets", tag = "auth", request_body = PasswordResetInput, responses(
    (status = 202, description = "Whoever has this address gets a letter."),
))]
pub async fn request_password_reset(
    app: web::Data<App>,
    request: HttpRequest,
    body: JsonBody<PasswordResetInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let email = body.read()?.sound()?;
    let network = logins::network(client_address(&request, &app.config.server.trusted_proxies));
    let wanted = brakes::may_send(&app, email.clone(), &network).await?;
    if wanted && app.mailer.is_some() {
        app.write(move |cx| accounts::request_password_reset(cx, &email)).await?;
    }
    Ok(private(StatusCode::ACCEPTED))
}

/// Chooses a new password by a link.
///
/// Every session and every older token of the user ends; sign in with the new password then. Tries with tokens that do
/// not work count as failed logins of the address that they come from.
#[utoipa::path(post, path = "/v1/auth/password-resets/confirm", tag = "auth", request_body = ConfirmPasswordReset,
    responses((status = 204, description = "Changed.")))]
pub async fn confirm_password_reset(
    app: web::Data<App>,
    request: HttpRequest,
    body: JsonBody<ConfirmPasswordReset>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (token, password) = body.read()?.sound()?;
    let tried = by_link(&app, &token, &device(&app, &request).network).await?;
    let actor = anonymous(&request);
    let outcome = match hashed(&app, LinkPurpose::PasswordReset, &token, password).await {
        Ok(hash) => app.write(move |cx| accounts::confirm_password_reset(cx, &actor, token.as_str(), hash)).await,
        Err(error) => Err(error),
    };
    settle(&app, tried, &outcome).await;
    outcome?;
    Ok(private(StatusCode::NO_CONTENT))
}

/// Begins a try with a link: those with tokens of no use are counted by the address that they come from.
async fn by_link(app: &App, token: &GivenToken, network: &str) -> Result<Try> {
    brakes::begin(app, Try::link(token.as_str(), network, app.clock.now())).await
}

/// Hashes a password for the user of a link, which is looked at first: a hash costs much more.
async fn hashed(app: &App, purpose: LinkPurpose, token: &GivenToken, password: NewPassword) -> Result<String> {
    let looked_at = token.clone();
    let email = app.read_briefly(move |cx| accounts::address(cx, purpose, looked_at.as_str())).await?;
    app.hash(move || users::hash_for(&email, &password.0, "/password")).await?
}

/// Asks that the caller's e-mail address be another one.
///
/// A letter with a link goes to the new address; the address changes once that link is used, and the old address is told.
/// The link works once, for an hour. On a server without mail an administrator changes addresses. Wrong passwords count
/// as failed logins do.
#[utoipa::path(post, path = "/v1/auth/email", tag = "auth", request_body = EmailChangeInput,
    security(("bearer" = [])), responses((status = 202, description = "The new address gets a letter.")))]
pub async fn request_email_change(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<EmailChangeInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (email, password) = body.read()?.sound()?;
    let (hash, _) = verified(&app, &request, &actor, Op::RequestEmailChange, password).await?;
    if app.mailer.is_none() {
        let detail = "This server sends no mail; ask an administrator to change the address.";
        return Err(Error::new(Code::Conflict, detail).into());
    }
    app.write(move |cx| accounts::request_email_change(cx, &actor, &email, &hash)).await?;
    Ok(private(StatusCode::ACCEPTED))
}

/// Confirms an e-mail address by the link that was sent to it.
///
/// From now on the user signs in with it. Whoever has the link may use it: nobody needs to be signed in.
#[utoipa::path(post, path = "/v1/auth/email/confirm", tag = "auth", request_body = ConfirmEmailChange, responses(
    (status = 204, description = "The address is the user's."),
))]
pub async fn confirm_email_change(
    app: web::Data<App>,
    request: HttpRequest,
    body: JsonBody<ConfirmEmailChange>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let token = body.read()?.sound()?;
    let tried = by_link(&app, &token, &device(&app, &request).network).await?;
    let actor: Actor = anonymous(&request);
    let outcome = app.write(move |cx| accounts::confirm_email_change(cx, &actor, token.as_str())).await;
    settle(&app, tried, &outcome).await;
    outcome?;
    Ok(private(StatusCode::NO_CONTENT))
}

/// Changes what callers may of themselves: the name.
///
/// A JSON Merge Patch (RFC 7396). The address changes by `POST /v1/auth/email`, the password by `POST /v1/auth/password`,
/// the role by an administrator alone.
#[utoipa::path(patch, path = "/v1/auth/me", tag = "auth", request_body(
    content = ProfileInput, content_type = "application/merge-patch+json",
), security(("bearer" = [])), responses((status = 200, description = "The caller as they are now.", body = MeAnswer)))]
pub async fn update_me(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: MergePatch<ProfileInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let name = body.read()?.sound()?;
    let session = actor.session;
    let row = app.write(move |cx| accounts::update_me(cx, &actor, name)).await?;
    let answer = MeAnswer { data: Me { user: User::of(row), session }, meta: Meta {} };
    Ok(json_private(StatusCode::OK, serde_json::to_vec(&answer).map_err(Error::internal)?, None))
}

/// Ends the caller's other sessions, with all their tokens.
///
/// The session that asks goes on; `POST /v1/auth/logout` ends it.
#[utoipa::path(delete, path = "/v1/auth/sessions", tag = "auth", security(("bearer" = [])), responses(
    (status = 204, description = "Ended."),
))]
pub async fn delete_sessions(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    app.write(move |cx| sessions::end_others(cx, &actor)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}
