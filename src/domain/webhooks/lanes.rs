//! The steps of sending, each one transaction; the job runs them and carries the messages between.
//!
//! Each webhook has a lane: its deliveries go one after the other, on one node. Who sends holds the lane's claim, which
//! ends by itself after [`LEASE`] seconds of the App's clock. Every step first makes sure that its claim still holds the
//! lane, and writes nothing otherwise: a node that was frozen and wakes finds its claim gone. What it had sent may be
//! sent again by then; receivers know it by its `webhook-id`.

use serde_json::json;

use super::{deliveries, messages, unseal};
use crate::crypto::fill_random;
use crate::crypto::secret::Secret;
use crate::domain::{Actor, Cx, events};
use crate::error::{Code, Error, Result};
use crate::model::webhook_event::TEST;
use crate::model::{DeliveryStatus, EventKind, Id, Time};
use crate::store::outbox;
use crate::store::webhook_deliveries::{self as rows, AttemptRow, DeliveryRow};
use crate::store::webhooks::{self, WebhookRow};

/// Seconds before each attempt, from the one before; each is up to a tenth shorter or longer.
pub const RETRIES: [i64; 10] =
    [0, 5, 5 * 60, 30 * 60, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600];
/// How long a claim holds a lane unless it is renewed: longer than any exchange takes. Seconds.
pub const LEASE: i64 = 60;
/// Events that are looked at in one transaction.
const BATCH: i64 = 100;
/// What a receiver answers who is gone for good.
const GONE: u16 = 410;

/// The right to send what one webhook is told.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    webhook: Id,
    token: Id,
}

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    delivery: Id,
    /// Where to.
    pub url: String,
    /// The headers of the standard.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Vec<u8>,
}

/// How sending went.
#[derive(Clone, Debug)]
pub struct Sent {
    /// When it began.
    pub at: Time,
    /// How long it took.
    pub duration_ms: i32,
    /// The status code and the beginning of the answer, or why there was none.
    pub answer: std::result::Result<(u16, String), String>,
}

/// The webhooks with events that they have not looked at.
///
/// # Errors
/// The database's.
pub fn behind(cx: &mut Cx) -> Result<Vec<Id>> {
    let last = outbox::last_seq(cx.conn)?;
    webhooks::behind(cx.conn, last)
}

/// The webhooks with deliveries that are due, and whose lanes nobody holds.
///
/// # Errors
/// The database's.
pub fn due(cx: &mut Cx) -> Result<Vec<Id>> {
    webhooks::due(cx.conn, TEST, cx.now)
}

/// Turns the next events that these webhooks have not looked at into deliveries; answers whether there may be more.
///
/// # Errors
/// The database's.
pub fn enqueue(cx: &mut Cx, behind: &[Id]) -> Result<bool> {
    let mut more = false;
    for webhook in behind {
        more |= enqueue_one(cx, *webhook)?;
    }
    Ok(more)
}

fn enqueue_one(cx: &mut Cx, id: Id) -> Result<bool> {
    let Some(webhook) = webhooks::find(cx.conn, id)?.filter(|webhook| webhook.active) else { return Ok(false) };
    let found = outbox::events_after(cx.conn, webhook.position, BATCH)?;
    let Some(last) = found.last().map(|event| event.seq) else { return Ok(false) };
    // First the position: of two nodes that do this at once, one waits here and finds it moved.
    if !webhooks::advance(cx.conn, id, webhook.position, last)? {
        return Ok(false);
    }
    let more = i64::try_from(found.len()).is_ok_and(|found| found == BATCH);
    let wanted: Vec<EventKind> = serde_json::from_str(&webhook.events).map_err(Error::internal)?;
    let hears = |kind: &str| EventKind::parse(kind).is_some_and(|kind| messages::wants(webhook.trusted, &wanted, kind));
    let heard = found.into_iter().filter(|event| hears(&event.kind));
    let made: Vec<DeliveryRow> = heard.map(|event| deliveries::of_event(cx, id, event)).collect();
    rows::add(cx.conn, id, &made, cx.now)?;
    Ok(more)
}

/// Takes a webhook's lane, unless somebody else holds it.
///
/// # Errors
/// The database's.
pub fn claim(cx: &mut Cx, webhook: Id) -> Result<Option<Claim>> {
    let claim = Claim { webhook, token: Id::new() };
    let until = cx.now.plus_seconds(LEASE);
    Ok(webhooks::claim(cx.conn, webhook, claim.token, cx.now, until)?.then_some(claim))
}

/// Writes down how the last message went, and answers the next one that is due; where there is none, or `last` was the
/// last for now, the lane is given back.
///
/// # Errors
/// The database's; a secret that does not open.
pub fn step(
    cx: &mut Cx,
    claim: Claim,
    sent: Option<(Outgoing, Sent)>,
    last: bool,
    secret: &Secret,
) -> Result<Option<Outgoing>> {
    if !webhooks::keep_claim(cx.conn, claim.webhook, claim.token, cx.now.plus_seconds(LEASE))? {
        return Ok(None);
    }
    if let Some((outgoing, sent)) = sent {
        record(cx, claim.webhook, outgoing.delivery, sent)?;
    }
    let next = if last { None } else { next(cx, claim.webhook, secret)? };
    if next.is_none() {
        webhooks::release(cx.conn, claim.webhook, claim.token)?;
    }
    Ok(next)
}

/// The next message of a lane; what the endpoint may not hear of any more is passed over.
fn next(cx: &mut Cx, webhook: Id, secret: &Secret) -> Result<Option<Outgoing>> {
    let Some(webhook) = webhooks::find(cx.conn, webhook)? else { return Ok(None) };
    let only = (!webhook.active).then_some(TEST);
    for _ in 0..BATCH {
        let Some(mut row) = rows::next(cx.conn, webhook.id, only, cx.now)? else { return Ok(None) };
        match cx.attempt(|cx| made(cx, &webhook, &row, secret)) {
            Ok(Some(outgoing)) => return Ok(Some(outgoing)),
            Ok(None) => {
                row.status = DeliveryStatus::Withheld;
                row.finished_at = Some(cx.now);
                rows::update(cx.conn, &row)?;
            }
            Err(error) if error.code() == Code::Internal => {
                cannot_be_made(cx, &row, &error)?;
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// The message of a delivery; none where the endpoint may not hear of it.
fn made(cx: &mut Cx, webhook: &WebhookRow, row: &DeliveryRow, secret: &Secret) -> Result<Option<Outgoing>> {
    let Some(body) = messages::body(cx, webhook.trusted, row)? else { return Ok(None) };
    outgoing(cx, webhook, row, body, secret).map(Some)
}

/// Counts as an attempt, so that a damaged message is tried again later and given up in the end. As an error of the
/// whole step it would also undo what is written down of the message before, which would be sent again.
fn cannot_be_made(cx: &mut Cx, row: &DeliveryRow, error: &Error) -> Result<()> {
    tracing::error!(delivery = %row.id, %error, "a message can't be made");
    let answer = Err("The server could not make the message.".to_owned());
    record(cx, row.webhook_id, row.id, Sent { at: cx.now, duration_ms: 0, answer })
}

fn outgoing(cx: &Cx, webhook: &WebhookRow, row: &DeliveryRow, body: Vec<u8>, secret: &Secret) -> Result<Outgoing> {
    let (id, now) = (row.event_id.to_string(), cx.now.unix());
    let previous = webhook.previous_secret.as_ref().filter(|_| webhook.previous_until.is_some_and(|end| end > cx.now));
    let mut signatures = Vec::new();
    for sealed in [Some(&webhook.secret), previous].into_iter().flatten() {
        signatures.push(unseal(secret, webhook.id, sealed)?.sign(&id, now, &body));
    }
    let headers =
        vec![("webhook-id", id), ("webhook-timestamp", now.to_string()), ("webhook-signature", signatures.join(" "))];
    Ok(Outgoing { delivery: row.id, url: webhook.url.clone(), headers, body })
}

/// Writes down an attempt, and what follows from it.
fn record(cx: &mut Cx, webhook: Id, delivery: Id, sent: Sent) -> Result<()> {
    let Some(mut row) = rows::find(cx.conn, webhook, delivery)? else { return Ok(()) };
    let (code, error, answer) = match sent.answer {
        Ok((code, text)) => (Some(code), fault_of(code), Some(text).filter(|text| !text.is_empty())),
        Err(error) => (None, Some(error), None),
    };
    let taken = error.is_none();
    row.attempts += 1;
    row.tries += 1;
    let attempt = AttemptRow {
        delivery_id: delivery,
        number: row.attempts,
        at: sent.at,
        status_code: code.map(i32::from),
        duration_ms: sent.duration_ms,
        error,
        answer,
    };
    rows::add_attempt(cx.conn, &attempt)?;
    let wait = usize::try_from(row.tries).ok().and_then(|tries| RETRIES.get(tries)).filter(|_| row.kind != TEST);
    (row.status, row.next_at) = match wait {
        _ if taken => (DeliveryStatus::Delivered, row.next_at),
        Some(wait) if code != Some(GONE) => (DeliveryStatus::Pending, cx.now.plus_seconds(jittered(*wait))),
        _ => (DeliveryStatus::Failed, row.next_at),
    };
    row.finished_at = (row.status != DeliveryStatus::Pending).then_some(cx.now);
    rows::update(cx.conn, &row)?;
    let told = if taken { DeliveryStatus::Delivered } else { DeliveryStatus::Failed };
    webhooks::note_delivery(cx.conn, webhook, told, cx.now)?;
    match row.status {
        DeliveryStatus::Failed if code == Some(GONE) => disable(cx, webhook, "The receiver answered 410 Gone."),
        DeliveryStatus::Failed if row.kind != TEST => {
            disable(cx, webhook, "A message was not taken, however often it was sent.")
        }
        _ => Ok(()),
    }
}

/// What is wrong with a status code; nothing where the message was taken.
fn fault_of(code: u16) -> Option<String> {
    match code {
        200..=299 => None,
        300..=399 => Some("The receiver redirects, which is not followed.".to_owned()),
        GONE => Some("The receiver is gone.".to_owned()),
        _ => Some("The receiver did not take the message.".to_owned()),
    }
}

/// Turns a webhook off until an administrator turns it on again, and gives up what waits.
fn disable(cx: &mut Cx, webhook: Id, reason: &str) -> Result<()> {
    let version = webhooks::disable(cx.conn, webhook, reason, cx.now)?;
    rows::give_up(cx.conn, webhook, cx.now)?;
    tracing::warn!(%webhook, reason, "a webhook was disabled");
    let detail = json!({ "version": version, "fields": ["active"], "reason": reason });
    events::audit(cx, &Actor::system(), "disable_webhook", "webhook", webhook, &detail)
}

/// Up to a tenth shorter or longer, so that receivers that come back are not all asked at once.
fn jittered(seconds: i64) -> i64 {
    let mut random = [0; 2];
    fill_random(&mut random);
    let share = i64::from(u16::from_le_bytes(random)) - i64::from(u16::MAX / 2);
    seconds + seconds * share / (10 * i64::from(u16::MAX / 2 + 1))
}

#[cfg(test)]
mod tests {
    use super::{RETRIES, jittered};

    #[test]
    fn jitter_stays_within_a_tenth() {
        for wait in RETRIES {
            for _ in 0..200 {
                let jittered = jittered(wait);
                assert!((jittered - wait).abs() <= wait / 10, "{wait} {jittered}");
            }
        }
    }
}
