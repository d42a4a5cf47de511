//! What was answered to requests with an `Idempotency-Key`.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::idempotency as table;
use crate::error::Result;
use crate::model::Time;
use crate::on_db;

/// Where an answer is kept.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Who asked.
    pub principal: &'a str,
    /// Of which route.
    pub route: &'a str,
    /// By which key.
    pub key: &'a str,
}

/// One request and its answer; a status of 0 has none yet.
#[derive(Clone, Debug, Queryable)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct AnswerRow {
    pub fingerprint: String,
    pub status: i32,
    pub body: String,
    pub version: Option<i64>,
    pub location: Option<String>,
}

/// Takes a place; says whether it was free. Waits for a transaction that has taken it and not ended.
pub fn reserve(conn: &mut Conn, place: &Place, fingerprint: &str, now: Time) -> Result<bool> {
    let row = (
        table::principal.eq(place.principal),
        table::route.eq(place.route),
        table::key.eq(place.key),
        table::fingerprint.eq(fingerprint),
        table::status.eq(0),
        table::body.eq(""),
        table::created_at.eq(now),
    );
    let added = on_db!(conn, |c| diesel::insert_into(table::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(added == 1)
}

/// What is kept at a place that was taken after `oldest`.
pub fn find(conn: &mut Conn, place: &Place, oldest: Time) -> Result<Option<AnswerRow>> {
    on_db!(conn, |c| table::table
        .find((place.principal, place.route, place.key))
        .filter(table::created_at.gt(oldest))
        .select((table::fingerprint, table::status, table::body, table::version, table::location))
        .first(c)
        .optional())
}

/// Writes the answer to a place that was taken.
pub fn complete(
    conn: &mut Conn,
    place: &Place,
    status: i32,
    body: &str,
    version: Option<i64>,
    location: Option<&str>,
) -> Result<()> {
    let values =
        (table::status.eq(status), table::body.eq(body), table::version.eq(version), table::location.eq(location));
    on_db!(conn, |c| diesel::update(table::table.find((place.principal, place.route, place.key)))
        .set(values)
        .execute(c))?;
    Ok(())
}

/// Frees a place that was taken at `oldest` or before.
pub fn forget(conn: &mut Conn, place: &Place, oldest: Time) -> Result<()> {
    on_db!(conn, |c| diesel::delete(
        table::table.find((place.principal, place.route, place.key)).filter(table::created_at.le(oldest))
    )
    .execute(c))?;
    Ok(())
}

/// Frees the places that were taken at `oldest` or before, at most about `most`; says how many.
pub fn sweep(conn: &mut Conn, oldest: Time, most: i64) -> Result<usize> {
    let last: Option<Time> = on_db!(conn, |c| table::table
        .filter(table::created_at.le(oldest))
        .order(table::created_at)
        .offset(most)
        .select(table::created_at)
        .first(c)
        .optional())?;
    let until = last.unwrap_or(oldest);
    on_db!(conn, |c| diesel::delete(table::table.filter(table::created_at.le(until))).execute(c))
}
