//! Signing in, staying signed in, and signing out. The answers with tokens are flat, as OAuth 2.0 (RFC 6749, 5.1) has
//! them.

pub mod accounts;
mod brakes;
pub mod own;
pub mod two_factor;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::crypto::password;
use crate::domain::logins::{self, Try};
use crate::domain::sessions::{self, ACCESS_SECONDS, Device, Issued, Proof};
use crate::domain::{Actor, Op, users};
use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::http::answer::{json_private, private};
use crate::http::extract::peer::client_address;
use crate::http::extract::{Caller, JsonBody, JsonInput, NoParams, Query};
use crate::http::middleware::request_id::RequestId;
use crate::http::problem::Problem;
use crate::model::Email;
use crate::model::people::{GivenPassword, GivenToken, LoginInput, PasswordInput, RefreshInput};
use brakes::{guarded, settle};

/// Characters that are kept of what a client calls itself.
const MAX_USER_AGENT: usize = 200;

impl JsonInput for LoginInput {}

impl JsonInput for RefreshInput {}

impl JsonInput for PasswordInput {}

/// The tokens to go on with.
#[derive(Serialize, ToSchema)]
pub struct TokenAnswer {
    /// A JWT for `Authorization: Bearer`, good for `expires_in` seconds.
    #[schema(max_length = 4096)]
    pub access_token: String,
    /// How to use it.
    pub token_type: TokenType,
    /// Seconds that the access token lasts.
    #[schema(minimum = 1, maximum = 900)]
    pub expires_in: i64,
    /// Gets the next tokens; good once, for 30 days.
    #[schema(max_length = 200)]
    pub refresh_token: String,
}

/// How an access token is used (RFC 6750).
#[derive(Clone, Copy, Serialize, ToSchema)]
pub enum TokenType {
    /// In `Authorization: Bearer`.
    Bearer,
}

/// Signs in with e-mail address and password.
///
/// Who has a second factor sends its code in `totp_code` too; without it the answer is 401 `totp_required`, once the
/// password was found right. A wrong address, a wrong password and a suspended user get the same answer. After five
/// failures of one account from one network in 15 minutes, twenty from one address in a minute, or ten wrong codes of
/// one user in 15 minutes, further tries are refused with 429 and `Retry-After`.
#[utoipa::path(post, path = "/v1/auth/login", tag = "auth", request_body = LoginInput, responses(
    (status = 200, description = "Signed in.", body = TokenAnswer),
))]
pub async fn login(
    app: web::Data<App>,
    request: HttpRequest,
    body: JsonBody<LoginInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (email, password, code) = body.read()?.sound()?;
    let device = device(&app, &request);
    let tried = Try::password(email.as_str(), &device.network, app.clock.now());
    let tried = brakes::begin(&app, tried).await?;
    let actor = anonymous(&request);
    let outcome = sign_in(&app, email, (password, code), device, actor).await;
    settle(&app, tried, &outcome).await;
    tokens(&app, outcome?).await
}

/// Whoever asks without having signed in.
fn anonymous(request: &HttpRequest) -> Actor {
    Actor { request_id: RequestId::current(request).to_string(), ..Actor::system() }
}

async fn sign_in(
    app: &App,
    email: Email,
    (password, code): (GivenPassword, Option<GivenToken>),
    device: Device,
    actor: Actor,
) -> Result<Issued> {
    let user = app.read(move |cx| sessions::candidate(cx, &email)).await?;
    let known = user.as_ref().and_then(|user| user.password_hash.clone());
    let hash = known.clone();
    let kept = app.hash(move || check(&password, hash.as_deref())).await??;
    let (Some(user), Some(hash), Some(kept)) = (user, known, kept) else {
        return Err(sessions::invalid_credentials());
    };
    let guarded_user = code.is_some().then_some(user.id).filter(|_| user.totp_since.is_some());
    let (proof, secret) = (Proof { hash, kept, code }, app.keys.secret.clone());
    let work = app.write(move |cx| sessions::begin(cx, user.id, &proof, &secret, device, &actor));
    guarded(app, guarded_user, work).await
}

/// The hash to be kept from now on, if the password is right: the same, or a new one where ours got better. Takes as
/// long for somebody unknown.
fn check(password: &GivenPassword, hash: Option<&str>) -> Result<Option<String>> {
    let right = hash
        .map_or_else(|| password::verify_dummy(password.as_str()), |hash| password::verify(password.as_str(), hash));
    let Some(hash) = hash.filter(|_| right) else { return Ok(None) };
    if password::needs_rehash(hash) {
        return password::hash(password.as_str()).map(Some).map_err(Error::internal);
    }
    Ok(Some(hash.to_owned()))
}

/// Exchanges a refresh token for the next tokens.
///
/// A refresh token is good once. Sent again within ten seconds (because the answer got lost) it gives the same
/// successor; later it ends the session, because then somebody else has it too.
#[utoipa::path(post, path = "/v1/auth/refresh", tag = "auth", request_body = RefreshInput, responses(
    (status = 200, description = "The next tokens.", body = TokenAnswer),
))]
pub async fn refresh_token(
    app: web::Data<App>,
    request: HttpRequest,
    body: JsonBody<RefreshInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let presented = body.read()?.sound()?;
    let key = app.keys.refresh;
    let issued = app.write(move |cx| sessions::refresh(cx, &key, presented.as_str())).await?;
    let refused = || Error::new(Code::InvalidCredentials, "This refresh token is not good any more; sign in again.");
    tokens(&app, issued.ok_or_else(refused)?).await
}

/// Ends the session of a refresh token.
///
/// Every token of the session ends at once. The answer is the same for a token that is unknown or over.
#[utoipa::path(post, path = "/v1/auth/logout", tag = "auth", request_body = RefreshInput, responses(
    (status = 204, description = "Signed out."),
))]
pub async fn logout(
    app: web::Data<App>,
    request: HttpRequest,
    body: JsonBody<RefreshInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let presented = body.read()?.sound()?;
    app.write(move |cx| sessions::end_by_token(cx, presented.as_str())).await?;
    Ok(private(StatusCode::NO_CONTENT))
}

/// Changes the caller's password.
///
/// Every session ends, and every older token with it; go on with the tokens of the answer, which belong to a new
/// session. Wrong present passwords count as failed logins do.
#[utoipa::path(post, path = "/v1/auth/password", tag = "auth", request_body = PasswordInput,
    security(("bearer" = [])), responses((status = 200, description = "Changed.", body = TokenAnswer)))]
pub async fn change_password(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<PasswordInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (current, new) = body.read()?.sound()?;
    let (old, email) = verified(&app, &request, &actor, Op::ChangePassword, current).await?;
    let hash = app.hash(move || users::hash_for(&email, &new.0, "/new_password")).await??;
    let issued = app.write(move |cx| sessions::change_password(cx, &actor, &old, hash)).await?;
    tokens(&app, issued).await
}

/// The hash of the caller's password, once that was found right before `op`, and the caller's address. Wrong ones count as
/// failed logins do.
///
/// # Errors
/// 422 at `/current_password`: the caller is who they are, and another sign-in would not help.
async fn verified(
    app: &App,
    request: &HttpRequest,
    actor: &Actor,
    op: Op,
    password: GivenPassword,
) -> Result<(String, String)> {
    let asking = actor.clone();
    let user = app.read(move |cx| sessions::own_for(cx, &asking, op)).await?;
    let tried = Try::password(&user.email, &device(app, request).network, app.clock.now());
    let tried = brakes::begin(app, tried).await?;
    let hash = user.password_hash.unwrap_or_default();
    let known = hash.clone();
    let right = app.hash(move || password::verify(password.as_str(), &known)).await;
    let outcome = right.and_then(|right| right.then_some(hash).ok_or_else(sessions::invalid_credentials));
    settle(app, tried, &outcome).await;
    match outcome {
        Ok(hash) => Ok((hash, user.email)),
        Err(error) if error.code() == Code::InvalidCredentials => {
            let detail = "This is not the present password.";
            Err(Error::invalid(vec![Fault::at("/current_password", FaultCode::Incorrect, detail)]))
        }
        Err(error) => Err(error),
    }
}

/// Answers tokens, signed with a key that is still there.
async fn tokens(app: &App, issued: Issued) -> Result<HttpResponse, Problem> {
    app.follow_keys().await?;
    let access_token = app.keys.ring().sign_access(&issued.claims).map_err(Error::internal)?;
    let answer = TokenAnswer {
        access_token,
        token_type: TokenType::Bearer,
        expires_in: ACCESS_SECONDS,
        refresh_token: issued.refresh_token,
    };
    Ok(json_private(StatusCode::OK, serde_json::to_vec(&answer).map_err(Error::internal)?, None))
}

fn device(app: &App, request: &HttpRequest) -> Device {
    let line = request.headers().get(header::USER_AGENT).and_then(|line| line.to_str().ok()).unwrap_or_default();
    Device {
        user_agent: line.chars().take(MAX_USER_AGENT).collect(),
        network: logins::network(client_address(request, &app.config.server.trusted_proxies)),
    }
}
