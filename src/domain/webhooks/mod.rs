//! Webhooks: endpoints that are told what happens, by the Standard Webhooks specification. This file has what
//! administrators do with them; `deliveries` what was sent; `messages` who may hear what; `lanes` the sending, as a job
//! does it.

pub mod deliveries;
pub mod lanes;
pub mod messages;

use serde_json::json;

use super::precondition::{changed_members, stale};
use super::{Actor, Cx, Op, Precondition, events, policy};
use crate::crypto::secret::Secret;
use crate::crypto::webhook::WebhookSecret;
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::paging::{Key, Paged, Paging};
use crate::model::webhook::WebhookInput;
use crate::model::{EventKind, Field, Id};
use crate::store::webhooks::{self, WebhookRow};
use crate::store::{outbox, webhook_deliveries as rows};

/// Most webhooks that there can be.
pub const MAX_WEBHOOKS: i64 = 100;

/// A webhook with the kinds of events that it wants.
#[derive(Clone, Debug)]
pub struct Webhook {
    /// The row.
    pub row: WebhookRow,
    /// All that it may hear of where empty.
    pub events: Vec<EventKind>,
}

/// A part of the list of webhooks, oldest first.
///
/// # Errors
/// 403.
pub fn list(cx: &mut Cx, actor: &Actor, paging: &Paging) -> Result<Paged<Webhook>> {
    policy::check(actor, Op::ListWebhooks)?;
    let total = if paging.counts() { webhooks::count(cx.conn)? } else { 0 };
    let rows = webhooks::list(cx.conn, paging)?.into_iter().map(with_events).collect::<Result<Vec<_>>>()?;
    Ok(paging.page(rows, total, |webhook| (Key::Number(0), webhook.row.id)))
}

/// One webhook.
///
/// # Errors
/// 404, 403.
pub fn get(cx: &mut Cx, actor: &Actor, id: Id) -> Result<Webhook> {
    policy::check(actor, Op::GetWebhook)?;
    find(cx, id)
}

fn find(cx: &mut Cx, id: Id) -> Result<Webhook> {
    with_events(webhooks::find(cx.conn, id)?.ok_or_else(Error::not_found)?)
}

fn with_events(row: WebhookRow) -> Result<Webhook> {
    let events = serde_json::from_str(&row.events).map_err(Error::internal)?;
    Ok(Webhook { row, events })
}

/// Makes a webhook, which hears of what happens from now on; answers it with its secret, which is kept sealed and never
/// told again.
///
/// # Errors
/// 403; 422.
pub fn create(cx: &mut Cx, actor: &Actor, input: WebhookInput, secret: &Secret) -> Result<(Webhook, String)> {
    input.check(true)?;
    policy::check(actor, Op::CreateWebhook)?;
    if webhooks::count(cx.conn)? >= MAX_WEBHOOKS {
        let detail = format!("There can be at most {MAX_WEBHOOKS} webhooks.");
        return Err(Error::invalid(vec![Fault::at("", FaultCode::TooLong, detail)]));
    }
    let id = Id::new();
    let made = WebhookSecret::generate();
    let mut row = WebhookRow {
        id,
        version: 1,
        name: String::new(),
        url: String::new(),
        description: None,
        events: "[]".to_owned(),
        active: true,
        trusted: false,
        secret: seal(secret, id, &made)?,
        previous_secret: None,
        previous_until: None,
        position: outbox::last_seq(cx.conn)?,
        disabled_at: None,
        disabled_reason: None,
        last_status: None,
        last_at: None,
        created_at: cx.now,
        updated_at: cx.now,
    };
    apply(&mut row, input)?;
    if row.trusted {
        policy::check_in_person(actor)?;
    }
    webhooks::insert(cx.conn, &row)?;
    audit(cx, actor, "create_webhook", &row, &[])?;
    Ok((with_events(row)?, made.shown()))
}

/// Changes a webhook. Turned on again, it hears of what happens from then on.
///
/// # Errors
/// 404, 403, 412, 422.
pub fn update(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: WebhookInput) -> Result<Webhook> {
    input.check(false)?;
    policy::check(actor, Op::UpdateWebhook)?;
    let before = find(cx, id)?;
    wanted.check(cx, id, before.row.version, before.row.updated_at)?;
    let (old, mut row) = (before.row.clone(), before.row.clone());
    apply(&mut row, input)?;
    if row.trusted && (!old.trusted || row.url != old.url) {
        policy::check_in_person(actor)?;
    }
    if row.active {
        (row.disabled_at, row.disabled_reason) = (None, None);
    }
    let fields = changed_members!(old, row, {
        "name": name, "url": url, "description": description, "events": events, "active": active, "trusted": trusted,
    });
    if fields.is_empty() {
        return Ok(before);
    }
    save(cx, wanted, &mut row)?;
    if old.active && !row.active {
        rows::give_up(cx.conn, id, cx.now)?;
    }
    if row.active && !old.active {
        let last = outbox::last_seq(cx.conn)?;
        webhooks::place(cx.conn, id, last)?;
    }
    audit(cx, actor, "update_webhook", &row, &fields)?;
    with_events(row)
}

/// Ends a webhook, with what it was to be told and what is known of that.
///
/// # Errors
/// 404, 403, 412.
pub fn delete(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<()> {
    policy::check(actor, Op::DeleteWebhook)?;
    let Webhook { row, .. } = find(cx, id)?;
    wanted.check(cx, id, row.version, row.updated_at)?;
    webhooks::remove(cx.conn, id)?;
    audit(cx, actor, "delete_webhook", &row, &[])
}

/// Gives a webhook a new secret, which is told this once. For `overlap` seconds messages carry signatures of both.
///
/// # Errors
/// 404, 403, 412.
pub fn rotate(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    wanted: &Precondition,
    overlap: i64,
    secret: &Secret,
) -> Result<(Webhook, String)> {
    policy::check(actor, Op::RotateWebhookSecret)?;
    let Webhook { mut row, .. } = find(cx, id)?;
    wanted.check(cx, id, row.version, row.updated_at)?;
    let made = WebhookSecret::generate();
    let old = std::mem::replace(&mut row.secret, seal(secret, id, &made)?);
    (row.previous_secret, row.previous_until) =
        if overlap > 0 { (Some(old), Some(cx.now.plus_seconds(overlap))) } else { (None, None) };
    save(cx, wanted, &mut row)?;
    audit(cx, actor, "rotate_webhook_secret", &row, &["secret"])?;
    Ok((with_events(row)?, made.shown()))
}

/// Saves the next version.
fn save(cx: &mut Cx, wanted: &Precondition, row: &mut WebhookRow) -> Result<()> {
    let expected = row.version;
    row.version += 1;
    row.updated_at = cx.now;
    if webhooks::replace(cx.conn, row, expected)? {
        return Ok(());
    }
    let now = webhooks::find(cx.conn, row.id)?.ok_or_else(Error::not_found)?;
    Err(stale(cx, wanted, row.id, now.version, now.updated_at)?)
}

/// Writes the input over `row`.
fn apply(row: &mut WebhookRow, input: WebhookInput) -> Result<()> {
    if let Field::Set(name) = input.name {
        row.name = name.into();
    }
    if let Field::Set(url) = input.url {
        row.url = url.into();
    }
    input.description.map(String::from).apply(&mut row.description);
    if let Field::Set(kinds) = input.events {
        row.events = serde_json::to_string(&kinds.0).map_err(Error::internal)?;
    }
    row.active = input.active.set().unwrap_or(row.active);
    row.trusted = input.trusted.set().unwrap_or(row.trusted);
    Ok(())
}

fn seal(secret: &Secret, id: Id, plain: &WebhookSecret) -> Result<String> {
    secret.seal(&purpose(id), plain.as_bytes()).map_err(Error::internal)
}

fn unseal(secret: &Secret, id: Id, sealed: &str) -> Result<WebhookSecret> {
    let plain = secret.open(&purpose(id), sealed).map_err(Error::internal)?;
    WebhookSecret::from_bytes(&plain).ok_or_else(|| Error::internal("the secret of a webhook is damaged"))
}

/// Ties a sealed secret to its webhook: copied to another row it does not open.
fn purpose(id: Id) -> String {
    format!("webhook {id}")
}

/// The address stays out of the audit log: receivers often have a token in it.
fn audit(cx: &mut Cx, actor: &Actor, action: &str, row: &WebhookRow, fields: &[&str]) -> Result<()> {
    let detail = json!({ "version": row.version, "fields": fields, "name": row.name, "trusted": row.trusted });
    events::audit(cx, actor, action, "webhook", row.id, &detail)
}
