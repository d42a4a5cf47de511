//! What a webhook was told and is to be told: the log, sending again, and the test.

use serde_json::json;

use super::{audit, find};
use crate::domain::{Actor, Cx, Op, policy};
use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::model::paging::{Key, Paged, Paging};
use crate::model::webhook::Again;
use crate::model::webhook_event::TEST;
use crate::model::{DeliveryStatus, Id, Time};
use crate::store::outbox;
use crate::store::webhook_deliveries::{self as deliveries, AttemptRow, DeliveryRow};
use crate::store::webhooks;

/// Attempts of a delivery that are shown at the most.
const SHOWN_ATTEMPTS: i64 = 50;

/// A delivery with its attempts, the newest first.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The row.
    pub row: DeliveryRow,
    /// The latest 50.
    pub attempts: Vec<AttemptRow>,
}

/// A part of what a webhook was told, the newest first.
///
/// # Errors
/// 404, 403.
pub fn list(
    cx: &mut Cx,
    actor: &Actor,
    webhook: Id,
    status: Option<DeliveryStatus>,
    paging: &Paging,
) -> Result<Paged<DeliveryRow>> {
    policy::check(actor, Op::ListWebhookDeliveries)?;
    find(cx, webhook)?;
    let total = if paging.counts() { deliveries::count(cx.conn, webhook, status)? } else { 0 };
    let rows = deliveries::list(cx.conn, webhook, status, paging)?;
    Ok(paging.page(rows, total, |row| (Key::Number(0), row.id)))
}

/// One delivery with its attempts.
///
/// # Errors
/// 404, 403.
pub fn get(cx: &mut Cx, actor: &Actor, webhook: Id, id: Id) -> Result<Delivery> {
    policy::check(actor, Op::GetWebhookDelivery)?;
    let row = deliveries::find(cx.conn, webhook, id)?.ok_or_else(Error::not_found)?;
    let attempts = deliveries::attempts(cx.conn, id, SHOWN_ATTEMPTS)?;
    Ok(Delivery { row, attempts })
}

/// Sends again, with the same `webhook-id` and all retries: one delivery, or everything since an instant.
///
/// # Errors
/// 404, 403; 409 where the webhook is off; 422 where the delivery is not one of its, or the instant is still to come.
pub fn redeliver(cx: &mut Cx, actor: &Actor, webhook: Id, again: Again) -> Result<()> {
    policy::check(actor, Op::RedeliverWebhook)?;
    let found = find(cx, webhook)?;
    if !found.row.active {
        return Err(Error::new(Code::Conflict, "The webhook is not active; turn it on first."));
    }
    match again {
        Again::Delivery(id) => {
            if deliveries::find(cx.conn, webhook, id)?.is_none() {
                let detail = "The webhook has no delivery with this id.";
                return Err(Error::invalid(vec![Fault::at("/delivery_id", FaultCode::UnknownId, detail)]));
            }
            deliveries::begin_anew(cx.conn, id, cx.now)?;
        }
        Again::Since(since) if since > cx.now => {
            let detail = "This must not lie in the future.";
            return Err(Error::invalid(vec![Fault::at("/since", FaultCode::OutOfRange, detail)]));
        }
        Again::Since(since) => go_back(cx, webhook, since)?,
    }
    audit(cx, actor, "redeliver_webhook", &found.row, &[])
}

/// Lets the webhook look again at every event since then.
fn go_back(cx: &mut Cx, webhook: Id, since: Time) -> Result<()> {
    let Some(first) = deliveries::first_since(cx.conn, since)? else { return Ok(()) };
    let row = find(cx, webhook)?.row;
    // Where it is behind already it will get there by itself.
    webhooks::place(cx.conn, webhook, row.position.min(first - 1))
}

/// Sends a message of the type `webhook.test`, once, whether the webhook is active or not.
///
/// # Errors
/// 404, 403.
pub fn test(cx: &mut Cx, actor: &Actor, webhook: Id) -> Result<Delivery> {
    policy::check(actor, Op::TestWebhook)?;
    let found = find(cx, webhook)?;
    let row = DeliveryRow {
        data: json!({ "webhook": webhook }).to_string(),
        ..made(cx, webhook, Id::new(), TEST.to_owned(), webhook)
    };
    deliveries::add(cx.conn, webhook, std::slice::from_ref(&row), cx.now)?;
    audit(cx, actor, "test_webhook", &found.row, &[])?;
    Ok(Delivery { row, attempts: Vec::new() })
}

/// A new delivery, due now.
fn made(cx: &Cx, webhook: Id, event: Id, kind: String, subject: Id) -> DeliveryRow {
    DeliveryRow {
        id: Id::new(),
        webhook_id: webhook,
        event_id: event,
        kind,
        subject_id: subject,
        data: String::new(),
        happened_at: cx.now,
        status: DeliveryStatus::Pending,
        attempts: 0,
        tries: 0,
        next_at: cx.now,
        created_at: cx.now,
        finished_at: None,
    }
}

/// The delivery of an event.
pub(super) fn of_event(cx: &Cx, webhook: Id, event: outbox::EventRow) -> DeliveryRow {
    DeliveryRow { data: event.data, happened_at: event.at, ..made(cx, webhook, event.id, event.kind, event.subject_id) }
}
