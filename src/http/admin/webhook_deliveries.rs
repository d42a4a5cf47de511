//! What webhooks were told, sending it again, and testing.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use utoipa::IntoParams;

use super::webhook_types::{WebhookDelivery, WebhookDeliveryAnswer, WebhookDeliveryDetail, WebhookDeliveryPage};
use crate::app::App;
use crate::domain::Cx;
use crate::domain::webhooks::deliveries::{self, Delivery};
use crate::error::Result;
use crate::http::extract::{Caller, JsonBody, JsonInput, NoParams, Query, path};
use crate::http::list::{Limit, List, Meta, PageNumber};
use crate::http::once::{Once, Reply};
use crate::http::problem::Problem;
use crate::model::DeliveryStatus;
use crate::model::actions::Nothing;
use crate::model::faults::Faults;
use crate::model::webhook::Redeliver;

impl JsonInput for Redeliver {}

/// The parameters of the list of deliveries.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListWebhookDeliveries {
    /// Only deliveries that stand like this.
    #[deserr(default)]
    #[param(inline)]
    status: Option<DeliveryStatus>,
    /// How many entries to answer.
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

/// Lists what a webhook was told and is to be told, the newest first.
///
/// Deliveries are kept for 30 days.
#[utoipa::path(get, path = "/v1/admin/webhooks/{id}/deliveries", tag = "webhooks", params(
    ("id" = String, Path, description = "The webhook.", format = Uuid), ListWebhookDeliveries,
), security(("bearer" = [])),
    responses((status = 200, description = "A part of the list.", body = WebhookDeliveryPage)))]
pub async fn list_webhook_deliveries(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let asked = Query::<ListWebhookDeliveries>::of(&request)?;
    let list = List::of(&request, &app.urls.api, asked.limit, asked.cursor.as_deref(), asked.page)?;
    let (paging, status) = (list.paging().clone(), asked.status);
    let id = path::id(&path)?;
    let found = app.read(move |cx| deliveries::list(cx, &actor, id, status, &paging)).await?;
    list.answer(&found.ends, found.rows.into_iter().map(WebhookDelivery::of).collect(), |data, meta, links| {
        WebhookDeliveryPage { data, meta, links }
    })
}

/// Answers one delivery with its attempts.
#[utoipa::path(get, path = "/v1/admin/webhooks/{id}/deliveries/{delivery_id}", tag = "webhooks", params(
    ("id" = String, Path, description = "The webhook.", format = Uuid),
    ("delivery_id" = String, Path, description = "The delivery.", format = Uuid),
), security(("bearer" = [])), responses((status = 200, description = "The delivery.", body = WebhookDeliveryAnswer)))]
pub async fn get_webhook_delivery(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (id, delivery) = path::ids(&path)?;
    let found = app.read(move |cx| deliveries::get(cx, &actor, id, delivery)).await?;
    Ok(one(StatusCode::OK, found)?.into_response())
}

/// Sends messages again.
///
/// One delivery, or with `since` everything that happened since then, as far as events are kept (30 days). Each message
/// keeps its `webhook-id`, so that a receiver knows what it has had already, and is made anew: it tells what the
/// webhook may hear now. The webhook must be active, else 409 `conflict`; `since` must not lie in the future.
#[utoipa::path(post, path = "/v1/admin/webhooks/{id}/redeliver", tag = "webhooks", params(
    ("id" = String, Path, description = "The webhook.", format = Uuid),
), request_body = Redeliver, security(("bearer" = [])), responses(
    (status = 202, description = "Sent as soon as may be; the list of deliveries tells."),
))]
pub async fn redeliver_webhook(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Redeliver>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let again = body.read()?.sound()?;
    let id = path::id(&path)?;
    let once = Once::of(&request, &actor)?;
    let work = move |cx: &mut Cx| {
        deliveries::redeliver(cx, &actor, id, again)?;
        Ok(Reply::empty(StatusCode::ACCEPTED))
    };
    once.run(&app, work).await
}

/// Sends a test.
///
/// A message of the type `webhook.test`, once, whether the webhook is active or not. The answer is its delivery, which
/// tells shortly afterwards how it fared.
#[utoipa::path(post, path = "/v1/admin/webhooks/{id}/test", tag = "webhooks", params(
    ("id" = String, Path, description = "The webhook.", format = Uuid),
), request_body = Nothing, security(("bearer" = [])), responses(
    (status = 202, description = "Sent as soon as may be.", body = WebhookDeliveryAnswer),
))]
pub async fn test_webhook(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Nothing>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    body.read()?;
    let id = path::id(&path)?;
    let once = Once::of(&request, &actor)?;
    once.run(&app, move |cx| one(StatusCode::ACCEPTED, deliveries::test(cx, &actor, id)?)).await
}

fn one(status: StatusCode, delivery: Delivery) -> Result<Reply> {
    let data = WebhookDeliveryDetail::of(delivery);
    Reply::json(status, &WebhookDeliveryAnswer { data, meta: Meta {} }, None)
}
