//! What endpoints are told, one row per endpoint and event, and the attempts. `data` is the event's own: what is sent is
//! made of it at each attempt.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{events, webhook_attempts, webhook_deliveries as deliveries};
use crate::error::Result;
use crate::model::paging::{MAX_COUNTED, Paging};
use crate::model::{DeliveryStatus, Id, Time};
use crate::on_db;

/// One delivery.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = deliveries)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct DeliveryRow {
    pub id: Id,
    pub webhook_id: Id,
    pub event_id: Id,
    pub kind: String,
    pub subject_id: Id,
    pub data: String,
    pub happened_at: Time,
    pub status: DeliveryStatus,
    pub attempts: i32,
    pub tries: i32,
    pub next_at: Time,
    pub created_at: Time,
    pub finished_at: Option<Time>,
}

/// One attempt.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_attempts)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct AttemptRow {
    pub delivery_id: Id,
    pub number: i32,
    pub at: Time,
    pub status_code: Option<i32>,
    pub duration_ms: i32,
    pub error: Option<String>,
    pub answer: Option<String>,
}

/// Adds deliveries; those of an event that the endpoint has one of already are begun anew unless they wait.
pub fn add(conn: &mut Conn, webhook: Id, rows: &[DeliveryRow], now: Time) -> Result<()> {
    let events: Vec<Id> = rows.iter().map(|row| row.event_id).collect();
    let known: Vec<(Id, Id)> = on_db!(conn, |c| deliveries::table
        .filter(deliveries::webhook_id.eq(webhook))
        .filter(in_list(deliveries::event_id, &events))
        .select((deliveries::event_id, deliveries::id))
        .load(c))?;
    for row in rows {
        match known.iter().find(|(event, _)| *event == row.event_id) {
            Some((_, id)) => begin_anew(conn, *id, now)?,
            None => {
                on_db!(conn, |c| diesel::insert_into(deliveries::table).values(row).execute(c))?;
            }
        }
    }
    Ok(())
}

/// Lets a delivery be sent at once, with all its retries before it.
pub fn begin_anew(conn: &mut Conn, id: Id, now: Time) -> Result<()> {
    let values = (
        deliveries::status.eq(DeliveryStatus::Pending),
        deliveries::tries.eq(0),
        deliveries::next_at.eq(now),
        deliveries::finished_at.eq(None::<i64>),
    );
    on_db!(conn, |c| diesel::update(deliveries::table.find(id)).set(values).execute(c))?;
    Ok(())
}

/// The delivery of a webhook with this id.
pub fn find(conn: &mut Conn, webhook: Id, id: Id) -> Result<Option<DeliveryRow>> {
    on_db!(conn, |c| deliveries::table
        .find(id)
        .filter(deliveries::webhook_id.eq(webhook))
        .select(DeliveryRow::as_select())
        .first(c)
        .optional())
}

/// The part of a webhook's list that `paging` wants, the newest first.
pub fn list(conn: &mut Conn, webhook: Id, status: Option<DeliveryStatus>, paging: &Paging) -> Result<Vec<DeliveryRow>> {
    on_db!(conn, |c| {
        let mut query =
            deliveries::table.filter(deliveries::webhook_id.eq(webhook)).select(DeliveryRow::as_select()).into_boxed();
        if let Some(status) = status {
            query = query.filter(deliveries::status.eq(status));
        }
        query = match paging.from().map(|from| from.id) {
            Some(from) if paging.is_backward() => query.filter(deliveries::id.gt(from)).order(deliveries::id.asc()),
            Some(from) => query.filter(deliveries::id.lt(from)).order(deliveries::id.desc()),
            None => query.order(deliveries::id.desc()),
        };
        query.limit(paging.fetch()).offset(paging.offset()).load(c)
    })
}

/// How many there are of a webhook's, counted to one more than [`MAX_COUNTED`].
pub fn count(conn: &mut Conn, webhook: Id, status: Option<DeliveryStatus>) -> Result<i64> {
    let found: Vec<Id> = on_db!(conn, |c| {
        let mut query =
            deliveries::table.filter(deliveries::webhook_id.eq(webhook)).select(deliveries::id).into_boxed();
        if let Some(status) = status {
            query = query.filter(deliveries::status.eq(status));
        }
        query.limit(MAX_COUNTED + 1).load(c)
    })?;
    Ok(i64::try_from(found.len()).unwrap_or(i64::MAX))
}

/// The next delivery of a lane that is due, of any kind or of this one only; of several the one whose event came first.
pub fn next(conn: &mut Conn, webhook: Id, only: Option<&str>, now: Time) -> Result<Option<DeliveryRow>> {
    on_db!(conn, |c| {
        let mut query = deliveries::table
            .filter(deliveries::webhook_id.eq(webhook))
            .filter(deliveries::status.eq(DeliveryStatus::Pending))
            .filter(deliveries::next_at.le(now))
            .select(DeliveryRow::as_select())
            .into_boxed();
        if let Some(kind) = only {
            query = query.filter(deliveries::kind.eq(kind));
        }
        query.order((deliveries::next_at, deliveries::event_id)).first(c).optional()
    })
}

/// Writes down how a delivery stands after an attempt, or that it was withheld.
pub fn update(conn: &mut Conn, row: &DeliveryRow) -> Result<()> {
    let values = (
        deliveries::status.eq(row.status),
        deliveries::attempts.eq(row.attempts),
        deliveries::tries.eq(row.tries),
        deliveries::next_at.eq(row.next_at),
        deliveries::finished_at.eq(row.finished_at),
    );
    on_db!(conn, |c| diesel::update(deliveries::table.find(row.id)).set(values).execute(c))?;
    Ok(())
}

/// Gives up what still waits of a webhook's.
pub fn give_up(conn: &mut Conn, webhook: Id, now: Time) -> Result<usize> {
    let waiting = deliveries::table
        .filter(deliveries::webhook_id.eq(webhook))
        .filter(deliveries::status.eq(DeliveryStatus::Pending));
    let values = (deliveries::status.eq(DeliveryStatus::Failed), deliveries::finished_at.eq(now));
    on_db!(conn, |c| diesel::update(waiting).set(values).execute(c))
}

/// Adds an attempt.
pub fn add_attempt(conn: &mut Conn, row: &AttemptRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(webhook_attempts::table).values(row).execute(c))?;
    Ok(())
}

/// The latest attempts of a delivery, the newest first.
pub fn attempts(conn: &mut Conn, delivery: Id, most: i64) -> Result<Vec<AttemptRow>> {
    on_db!(conn, |c| webhook_attempts::table
        .filter(webhook_attempts::delivery_id.eq(delivery))
        .order(webhook_attempts::number.desc())
        .select(AttemptRow::as_select())
        .limit(most)
        .load(c))
}

/// The number of the first event since then, among those that have one.
pub fn first_since(conn: &mut Conn, since: Time) -> Result<Option<i64>> {
    on_db!(conn, |c| events::table.filter(events::at.ge(since)).select(diesel::dsl::min(events::seq)).first(c))
}

/// Removes deliveries that were made before `limit`; answers how many went.
pub fn prune(conn: &mut Conn, limit: Time, most: i64) -> Result<usize> {
    let old: Vec<Id> = on_db!(conn, |c| deliveries::table
        .filter(deliveries::created_at.lt(limit))
        .order(deliveries::created_at)
        .select(deliveries::id)
        .limit(most)
        .load(c))?;
    if old.is_empty() {
        return Ok(0);
    }
    on_db!(conn, |c| diesel::delete(deliveries::table.filter(in_list(deliveries::id, &old))).execute(c))
}
