//! The caller's second factor.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::brakes::guarded;
use super::verified;
use crate::app::App;
use crate::domain::{Op, two_factor};
use crate::error::{Error, Result};
use crate::http::answer::{json_private, private};
use crate::http::extract::{Caller, JsonBody, JsonInput, NoParams, Query};
use crate::http::list::Meta;
use crate::http::problem::Problem;
use crate::model::Time;
use crate::model::account::{StartTotp, TotpCodeInput, TotpProof};

macro_rules! small {
    ($($input:ident)+) => { $(impl JsonInput for $input {})+ };
}
small! { StartTotp TotpCodeInput TotpProof }

/// A secret that waits for its first code.
#[derive(Serialize, ToSchema)]
pub struct TotpStart {
    /// The secret, told this once: for who types it into an authenticator. Base32.
    #[schema(format = "password", max_length = 32)]
    pub secret: String,
    /// The same for who shows it as a QR code: an `otpauth:` address.
    #[schema(format = "password", max_length = 2000)]
    pub uri: String,
    /// Until when the first code must come.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Time,
}

/// A secret, with what belongs to the answer.
#[derive(Serialize, ToSchema)]
pub struct TotpStartAnswer {
    /// The secret.
    pub data: TotpStart,
    /// About the answer.
    pub meta: Meta,
}

/// Codes for who has lost the authenticator.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodeList)]
pub struct RecoveryCodes {
    /// The codes, told this once. Each is good once, in the place of a code of the authenticator.
    #[schema(min_items = 10, max_items = 10)]
    pub recovery_codes: Vec<String>,
}

/// Recovery codes, with what belongs to the answer.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodesAnswer {
    /// The codes.
    pub data: RecoveryCodes,
    /// About the answer.
    pub meta: Meta,
}

/// Begins to turn the second factor on.
///
/// Answers a secret for an authenticator (TOTP, RFC 6238: SHA-1, six digits, 30 seconds), this once; the second factor is
/// on once `POST /v1/auth/totp/confirm` brings its first code, within 15 minutes. Beginning anew makes another secret.
/// Give `current_password`, unless you signed in within the last 15 minutes.
#[utoipa::path(post, path = "/v1/auth/totp", tag = "auth", request_body = StartTotp, security(("bearer" = [])),
    responses((status = 200, description = "The secret.", body = TotpStartAnswer)))]
pub async fn start_totp(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<StartTotp>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let checked = match body.read()?.sound() {
        Some(password) => Some(verified(&app, &request, &actor, Op::StartTotp, password).await?.0),
        None => None,
    };
    let secret = app.keys.secret.clone();
    let started = app.write(move |cx| two_factor::start(cx, &actor, &secret, checked)).await?;
    let data = TotpStart { secret: started.secret, uri: started.uri, expires_at: started.expires_at };
    one(&TotpStartAnswer { data, meta: Meta {} })
}

/// Turns the second factor on by its first code.
///
/// From now on signing in takes a code beside the password. Answers ten recovery codes, this once.
#[utoipa::path(post, path = "/v1/auth/totp/confirm", tag = "auth", request_body = TotpCodeInput,
    security(("bearer" = [])), responses((status = 200, description = "On.", body = RecoveryCodesAnswer)))]
pub async fn confirm_totp(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<TotpCodeInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (code, secret, user) = (body.read()?.sound()?, app.keys.secret.clone(), actor.user);
    let work = app.write(move |cx| two_factor::confirm(cx, &actor, &secret, code.as_str()));
    codes(guarded(&app, user, work).await?)
}

/// Turns the second factor off.
///
/// Takes the password and a code, of the authenticator or for recovery. The recovery codes end too.
#[utoipa::path(post, path = "/v1/auth/totp/disable", tag = "auth", request_body = TotpProof,
    security(("bearer" = [])), responses((status = 204, description = "Off.")))]
pub async fn disable_totp(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<TotpProof>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (password, code) = body.read()?.sound()?;
    let (hash, _) = verified(&app, &request, &actor, Op::DisableTotp, password).await?;
    let (secret, user) = (app.keys.secret.clone(), actor.user);
    let work = app.write(move |cx| two_factor::disable(cx, &actor, &secret, &hash, code.as_str()));
    guarded(&app, user, work).await?;
    Ok(private(StatusCode::NO_CONTENT))
}

/// Makes new recovery codes.
///
/// Takes the password and a code, of the authenticator or for recovery. The ten codes of before end; the new ones are
/// told this once.
#[utoipa::path(post, path = "/v1/auth/totp/recovery-codes", tag = "auth", request_body = TotpProof,
    security(("bearer" = [])), responses((status = 200, description = "The codes.", body = RecoveryCodesAnswer)))]
pub async fn renew_recovery_codes(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<TotpProof>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (password, code) = body.read()?.sound()?;
    let (hash, _) = verified(&app, &request, &actor, Op::RenewRecoveryCodes, password).await?;
    let (secret, user) = (app.keys.secret.clone(), actor.user);
    let work = app.write(move |cx| two_factor::renew_codes(cx, &actor, &secret, &hash, code.as_str()));
    codes(guarded(&app, user, work).await?)
}

fn codes(recovery_codes: Vec<String>) -> Result<HttpResponse, Problem> {
    one(&RecoveryCodesAnswer { data: RecoveryCodes { recovery_codes }, meta: Meta {} })
}

fn one(answer: &impl Serialize) -> Result<HttpResponse, Problem> {
    Ok(json_private(StatusCode::OK, serde_json::to_vec(answer).map_err(Error::internal)?, None))
}
