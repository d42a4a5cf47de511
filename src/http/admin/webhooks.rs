//! Webhooks, as administrators see and change them.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};

use super::plain_list::PlainListQuery;
use super::tags::answer;
use super::users::with_header;
use super::webhook_types::{Webhook, WebhookAnswer, WebhookPage, WebhookWithSecret, WebhookWithSecretAnswer};
use crate::app::App;
use crate::domain::webhooks;
use crate::http::answer::private;
use crate::http::extract::{Caller, IfMatch, JsonBody, JsonInput, MergePatch, NoParams, Query, path};
use crate::http::list::Meta;
use crate::http::problem::Problem;
use crate::model::webhook::{RotateSecret, WebhookInput};

impl JsonInput for WebhookInput {}

impl JsonInput for RotateSecret {
    const EMPTY_IS_OBJECT: bool = true;
}

/// Lists the webhooks, oldest first.
#[utoipa::path(get, path = "/v1/admin/webhooks", tag = "webhooks", params(PlainListQuery), security(("bearer" = [])),
    responses((status = 200, description = "A part of the list.", body = WebhookPage)))]
pub async fn list_webhooks(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let list = PlainListQuery::list(&request, &app)?;
    let (paging, now) = (list.paging().clone(), app.clock.now());
    let found = app.read(move |cx| webhooks::list(cx, &actor, &paging)).await?;
    list.answer(
        &found.ends,
        found.rows.into_iter().map(|webhook| Webhook::of(webhook, now)).collect(),
        |data, meta, links| WebhookPage { data, meta, links },
    )
}

/// Answers one webhook.
#[utoipa::path(get, path = "/v1/admin/webhooks/{id}", tag = "webhooks", params(
    ("id" = String, Path, description = "The webhook.", format = Uuid),
), security(("bearer" = [])), responses((status = 200, description = "The webhook.", body = WebhookAnswer)))]
pub async fn get_webhook(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = path::id(&path)?;
    let found = app.read(move |cx| webhooks::get(cx, &actor, id)).await?;
    one(&app, found)
}

/// Makes a webhook.
///
/// From now on it is told what happens: by the Standard Webhooks specification, at least once, in messages that the
/// section `webhooks` of this document describes. Its secret stands in `data.secret`, this once. There can be 100
/// webhooks.
///
/// **Who hears what.** A webhook that is not `trusted` hears of what readers see: `article.published`,
/// `article.unpublished`, `article.corrected` and `article.killed` of articles that were public, and events of tags,
/// authors and media, without the names of those that are not public. While `embargoed_until` of an article lies in the
/// future, it hears only what changes for readers. A trusted one hears of everything: drafts, schedules and articles under
/// embargo, with their headlines. Making a webhook trusted takes a person who signed in within the last 15 minutes.
#[utoipa::path(post, path = "/v1/admin/webhooks", tag = "webhooks", request_body = WebhookInput,
    security(("bearer" = [])),
    responses((status = 201, description = "Made; `Location` leads to it.", body = WebhookWithSecretAnswer)))]
pub async fn create_webhook(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<WebhookInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let input = body.read()?;
    let sealing = app.keys.secret.clone();
    let (webhook, secret) = app.write(move |cx| webhooks::create(cx, &actor, input, &sealing)).await?;
    let location = format!("{}/v1/admin/webhooks/{}", app.urls.api, webhook.row.id);
    Ok(with_header(with_secret(&app, StatusCode::CREATED, webhook, secret)?, header::LOCATION, &location))
}

/// Changes a webhook.
///
/// A JSON Merge Patch (RFC 7396). Turned off, it hears nothing; turned on again, it hears of what happens from then on,
/// and `redeliver` with `since` tells what it missed. A patch that changes nothing leaves the version as it is.
#[utoipa::path(patch, path = "/v1/admin/webhooks/{id}", tag = "webhooks", params(
    ("id" = String, Path, description = "The webhook.", format = Uuid),
), request_body(
    content = WebhookInput, content_type = "application/merge-patch+json",
), security(("bearer" = [])), responses((status = 200, description = "The webhook as it is now.", body = WebhookAnswer)))]
pub async fn update_webhook(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: MergePatch<WebhookInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    let id = path::id(&path)?;
    let wanted = if_match.precondition();
    let changed = app.write(move |cx| webhooks::update(cx, &actor, id, &wanted, input)).await?;
    one(&app, changed)
}

/// Ends a webhook.
///
/// What it was to be told is dropped, with the log of what it was told.
#[utoipa::path(delete, path = "/v1/admin/webhooks/{id}", tag = "webhooks", params(
    ("id" = String, Path, description = "The webhook.", format = Uuid),
), security(("bearer" = [])), responses((status = 204, description = "Ended.")))]
pub async fn delete_webhook(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let id = path::id(&path)?;
    app.write(move |cx| webhooks::delete(cx, &actor, id, &wanted)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}

/// Gives a webhook a new secret.
///
/// The secret stands in `data.secret`, this once. Until the overlap ends, messages carry signatures of the new and of
/// the old secret, so that a receiver can change over in between; `overlap_seconds` 0 ends the old one at once.
#[utoipa::path(post, path = "/v1/admin/webhooks/{id}/rotate-secret", tag = "webhooks", params(
    ("id" = String, Path, description = "The webhook.", format = Uuid),
), request_body = RotateSecret, security(("bearer" = [])), responses(
    (status = 200, description = "The webhook with its new secret.", body = WebhookWithSecretAnswer),
))]
pub async fn rotate_webhook_secret(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<RotateSecret>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    let overlap = input.sound()?;
    let id = path::id(&path)?;
    let (wanted, sealing) = (if_match.precondition(), app.keys.secret.clone());
    let rotated = app.write(move |cx| webhooks::rotate(cx, &actor, id, &wanted, overlap, &sealing)).await?;
    with_secret(&app, StatusCode::OK, rotated.0, rotated.1)
}

fn one(app: &App, webhook: webhooks::Webhook) -> Result<HttpResponse, Problem> {
    let version = webhook.row.version;
    let data = Webhook::of(webhook, app.clock.now());
    answer(StatusCode::OK, &WebhookAnswer { data, meta: Meta {} }, Some(version))
}

fn with_secret(
    app: &App,
    status: StatusCode,
    webhook: webhooks::Webhook,
    secret: String,
) -> Result<HttpResponse, Problem> {
    let version = webhook.row.version;
    let data = WebhookWithSecret { record: Webhook::of(webhook, app.clock.now()), secret };
    answer(status, &WebhookWithSecretAnswer { data, meta: Meta {} }, Some(version))
}
