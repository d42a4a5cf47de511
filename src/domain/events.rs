//! The outbox and the audit log. Both are written in the transaction of the change that they tell of, without any
//! lock; the sequencer numbers the rows after the commit.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::shown::Told;
use super::{Actor, Cx};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::store::outbox;

/// Tells the world what happened. `kind` is one of API.md's event types; `data` is small and thin.
///
/// # Errors
/// The database's.
pub fn emit(cx: &mut Cx, kind: &str, subject: Id, data: &Value) -> Result<()> {
    emit_at(cx, kind, subject, data, cx.now)
}

/// The same of what happened at `at`, by the clock.
///
/// # Errors
/// The database's.
pub fn emit_at(cx: &mut Cx, kind: &str, subject: Id, data: &Value, at: Time) -> Result<()> {
    let data = data.to_string();
    let id = outbox::add_event(cx.conn, kind, subject, &data, at)?;
    cx.told.push(Told { id, kind: kind.to_owned(), subject, data });
    Ok(())
}

/// What a change of an article means to readers. It stands in the event's data as `public`, and is left out where
/// readers see no difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InPublic {
    /// It was not live before, and is now.
    Live,
    /// It was live before, and is now, with something new.
    Changed,
    /// It was live before, and is not now.
    Gone,
}

/// Writes down who did what: `action` is the operation's name, `subject_kind` the resource's.
///
/// # Errors
/// The database's.
pub fn audit(cx: &mut Cx, actor: &Actor, action: &str, subject_kind: &str, subject: Id, detail: &Value) -> Result<()> {
    audit_at(cx, actor, action, subject_kind, subject, detail, cx.now)
}

/// The same of what happened at `at`, by the clock.
///
/// # Errors
/// The database's.
pub fn audit_at(
    cx: &mut Cx,
    actor: &Actor,
    action: &str,
    subject_kind: &str,
    subject: Id,
    detail: &Value,
    at: Time,
) -> Result<()> {
    let entry = outbox::AuditRow {
        id: Id::new(),
        at,
        actor_id: actor.user,
        actor_name: actor.name.clone(),
        action: action.to_owned(),
        subject_kind: subject_kind.to_owned(),
        subject_id: subject,
        detail: detail.to_string(),
        request_id: actor.request_id.clone(),
    };
    outbox::add_audit(cx.conn, &entry)
}

/// A change of a resource that outsiders may hear of.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The operation's name.
    pub action: &'a str,
    /// API.md's event type.
    pub event: &'a str,
    /// The version that the change made.
    pub version: i64,
    /// The members that it changed, by their names on the wire; none where it made or removed the whole.
    pub fields: &'a [&'a str],
}

/// Both at once: the event carries the id and the version, the audit entry the members too.
///
/// # Errors
/// The database's.
pub fn record(cx: &mut Cx, actor: &Actor, subject: Id, change: Change) -> Result<()> {
    let kind = change.event.split('.').next().unwrap_or_default();
    emit(cx, change.event, subject, &json!({ "id": subject, "version": change.version }))?;
    let detail = json!({ "version": change.version, "fields": change.fields });
    audit(cx, actor, change.action, kind, subject, &detail)
}
