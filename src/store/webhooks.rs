//! Webhooks. `events` is a JSON list; `secret` and `previous_secret` are sealed; `position` is the number of the last
//! event that was looked at. A lane is one endpoint's deliveries, one at a time: who holds its `claim` sends.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{webhook_deliveries, webhooks};
use crate::error::Result;
use crate::model::paging::Paging;
use crate::model::{DeliveryStatus, Id, Time};
use crate::on_db;

/// One webhook, as it is kept; without the claim on its lane.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhooks)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct WebhookRow {
    pub id: Id,
    pub version: i64,
    pub name: String,
    pub url: String,
    pub description: Option<String>,
    pub events: String,
    pub active: bool,
    pub trusted: bool,
    pub secret: String,
    pub previous_secret: Option<String>,
    pub previous_until: Option<Time>,
    pub position: i64,
    pub disabled_at: Option<Time>,
    pub disabled_reason: Option<String>,
    pub last_status: Option<DeliveryStatus>,
    pub last_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// The webhook with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<WebhookRow>> {
    on_db!(conn, |c| webhooks::table.find(id).select(WebhookRow::as_select()).first(c).optional())
}

/// The part of the list that `paging` wants, in the order in which they were made.
pub fn list(conn: &mut Conn, paging: &Paging) -> Result<Vec<WebhookRow>> {
    let from = paging.from().map(|from| from.id.to_string()).unwrap_or_default();
    if paging.is_backward() {
        return on_db!(conn, |c| webhooks::table
            .filter(webhooks::id.lt(&from))
            .order(webhooks::id.desc())
            .limit(paging.fetch())
            .select(WebhookRow::as_select())
            .load(c));
    }
    on_db!(conn, |c| webhooks::table
        .filter(webhooks::id.gt(&from))
        .order(webhooks::id)
        .limit(paging.fetch())
        .offset(paging.offset())
        .select(WebhookRow::as_select())
        .load(c))
}

/// How many there are.
pub fn count(conn: &mut Conn) -> Result<i64> {
    on_db!(conn, |c| webhooks::table.count().get_result(c))
}

/// How many of those that are told have an address without TLS.
pub fn count_plain(conn: &mut Conn) -> Result<i64> {
    on_db!(conn, |c| webhooks::table
        .filter(webhooks::active.eq(true))
        .filter(webhooks::url.like("http://%"))
        .count()
        .get_result(c))
}

/// Adds a webhook.
pub fn insert(conn: &mut Conn, row: &WebhookRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(webhooks::table).values(row).execute(c))?;
    Ok(())
}

/// Replaces what can be changed of a webhook if it still has the version `expected`; says whether it had. Neither its
/// position nor the state of its lane.
pub fn replace(conn: &mut Conn, row: &WebhookRow, expected: i64) -> Result<bool> {
    let values = (
        webhooks::version.eq(row.version),
        webhooks::name.eq(&row.name),
        webhooks::url.eq(&row.url),
        webhooks::description.eq(&row.description),
        webhooks::events.eq(&row.events),
        webhooks::active.eq(row.active),
        webhooks::trusted.eq(row.trusted),
        webhooks::secret.eq(&row.secret),
        webhooks::previous_secret.eq(&row.previous_secret),
        webhooks::previous_until.eq(row.previous_until),
        webhooks::disabled_at.eq(row.disabled_at),
        webhooks::disabled_reason.eq(&row.disabled_reason),
        webhooks::updated_at.eq(row.updated_at),
    );
    let changed =
        on_db!(conn, |c| diesel::update(webhooks::table.find(row.id).filter(webhooks::version.eq(expected)))
            .set(values)
            .execute(c))?;
    Ok(changed == 1)
}

/// Removes a webhook with its deliveries.
pub fn remove(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(webhooks::table.find(id)).execute(c))?;
    Ok(())
}

/// Moves a webhook from one event's number to another's; says whether it stood at the first.
pub fn advance(conn: &mut Conn, id: Id, from: i64, to: i64) -> Result<bool> {
    let changed = on_db!(conn, |c| diesel::update(webhooks::table.find(id).filter(webhooks::position.eq(from)))
        .set(webhooks::position.eq(to))
        .execute(c))?;
    Ok(changed == 1)
}

/// Lets a webhook go on from an event's number, wherever it stands.
pub fn place(conn: &mut Conn, id: Id, at: i64) -> Result<()> {
    on_db!(conn, |c| diesel::update(webhooks::table.find(id)).set(webhooks::position.eq(at)).execute(c))?;
    Ok(())
}

/// The active webhooks that have not looked at the event of this number yet.
pub fn behind(conn: &mut Conn, seq: i64) -> Result<Vec<Id>> {
    on_db!(conn, |c| webhooks::table
        .filter(webhooks::active.eq(true))
        .filter(webhooks::position.lt(seq))
        .order(webhooks::id)
        .select(webhooks::id)
        .load(c))
}

/// The webhooks that have something to send at `now`, and whose lanes nobody holds. A message of the kind `test` is sent
/// by those too that are not active.
pub fn due(conn: &mut Conn, test: &str, now: Time) -> Result<Vec<Id>> {
    on_db!(conn, |c| webhooks::table
        .inner_join(webhook_deliveries::table)
        .filter(webhook_deliveries::status.eq(DeliveryStatus::Pending))
        .filter(webhook_deliveries::next_at.le(now))
        .filter(webhooks::active.eq(true).or(webhook_deliveries::kind.eq(test)))
        .filter(webhooks::claimed_until.is_null().or(webhooks::claimed_until.le(now)))
        .select(webhooks::id)
        .distinct()
        .order(webhooks::id)
        .load(c))
}

/// Takes a lane that nobody holds at `now`; says whether it could.
pub fn claim(conn: &mut Conn, id: Id, claim: Id, now: Time, until: Time) -> Result<bool> {
    let free = webhooks::table.find(id).filter(webhooks::claimed_until.is_null().or(webhooks::claimed_until.le(now)));
    let taken = on_db!(conn, |c| diesel::update(free)
        .set((webhooks::claim.eq(claim), webhooks::claimed_until.eq(until)))
        .execute(c))?;
    Ok(taken == 1)
}

/// Keeps a lane; says whether this claim is still the one that holds it. No other node can take it until this
/// transaction ends.
pub fn keep_claim(conn: &mut Conn, id: Id, claim: Id, until: Time) -> Result<bool> {
    let kept = on_db!(conn, |c| diesel::update(webhooks::table.find(id).filter(webhooks::claim.eq(claim)))
        .set(webhooks::claimed_until.eq(until))
        .execute(c))?;
    Ok(kept == 1)
}

/// Gives a lane back.
pub fn release(conn: &mut Conn, id: Id, claim: Id) -> Result<()> {
    let nobody = (webhooks::claim.eq(None::<String>), webhooks::claimed_until.eq(None::<i64>));
    on_db!(conn, |c| diesel::update(webhooks::table.find(id).filter(webhooks::claim.eq(claim)))
        .set(nobody)
        .execute(c))?;
    Ok(())
}

/// Notes how the last message fared.
pub fn note_delivery(conn: &mut Conn, id: Id, status: DeliveryStatus, at: Time) -> Result<()> {
    let values = (webhooks::last_status.eq(status), webhooks::last_at.eq(at));
    on_db!(conn, |c| diesel::update(webhooks::table.find(id)).set(values).execute(c))?;
    Ok(())
}

/// Turns a webhook off, as the server does; answers its version.
pub fn disable(conn: &mut Conn, id: Id, reason: &str, at: Time) -> Result<i64> {
    let values = (
        webhooks::version.eq(webhooks::version + 1),
        webhooks::active.eq(false),
        webhooks::disabled_at.eq(at),
        webhooks::disabled_reason.eq(reason),
        webhooks::updated_at.eq(at),
    );
    on_db!(conn, |c| diesel::update(webhooks::table.find(id)).set(values).returning(webhooks::version).get_result(c))
}
