//! Events and audit entries, as they are written, and events as they are read by their numbers. The numbers are given
//! after the commit, by `numbering`.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::numbering;
use super::schema::{audit_log, events};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// Who did what.
#[derive(Clone, Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_log)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct AuditRow {
    pub id: Id,
    pub at: Time,
    pub actor_id: Option<Id>,
    pub actor_name: String,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: Id,
    pub detail: String,
    pub request_id: String,
}

/// Appends an event; answers its id.
pub fn add_event(conn: &mut Conn, kind: &str, subject: Id, data: &str, at: Time) -> Result<Id> {
    let id = Id::new();
    let row = (
        events::id.eq(id),
        events::kind.eq(kind),
        events::subject_id.eq(subject),
        events::data.eq(data),
        events::at.eq(at),
    );
    on_db!(conn, |c| diesel::insert_into(events::table).values(row).execute(c))?;
    Ok(id)
}

/// The latest events that have no number yet: id, kind, subject, data; at most `most`.
pub fn unnumbered(conn: &mut Conn, most: i64) -> Result<Vec<(Id, String, Id, String)>> {
    on_db!(conn, |c| events::table
        .filter(events::seq.is_null())
        .order(events::id.desc())
        .limit(most)
        .select((events::id, events::kind, events::subject_id, events::data))
        .load(c))
}

/// Appends an audit entry.
pub fn add_audit(conn: &mut Conn, row: &AuditRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(audit_log::table).values(row).execute(c))?;
    Ok(())
}

/// The latest changes of a resource, the newest first: who made them, and their detail.
pub fn changes_of(conn: &mut Conn, subject: Id, most: i64) -> Result<Vec<(String, String)>> {
    on_db!(conn, |c| audit_log::table
        .filter(audit_log::subject_id.eq(subject))
        .order((audit_log::at.desc(), audit_log::id.desc()))
        .select((audit_log::actor_name, audit_log::detail))
        .limit(most)
        .load(c))
}

/// An event that has its number.
#[derive(Clone, Debug, Queryable)]
pub struct EventRow {
    /// Identity: the same however often it is delivered.
    pub id: Id,
    /// Its number: without gaps, in the order in which events became known.
    pub seq: i64,
    /// API.md's event type.
    pub kind: String,
    /// What it tells of.
    pub subject_id: Id,
    /// A JSON object, small and thin.
    pub data: String,
    /// When it happened.
    pub at: Time,
}

/// The events behind number `seq`, at most `most`, in order. A number that was seen is followed by none that is smaller.
pub fn events_after(conn: &mut Conn, seq: i64, most: i64) -> Result<Vec<EventRow>> {
    on_db!(conn, |c| events::table
        .filter(events::seq.gt(seq))
        .order(events::seq)
        .limit(most)
        .select((events::id, events::seq.assume_not_null(), events::kind, events::subject_id, events::data, events::at))
        .load(c))
}

/// The events behind number `seq` up to number `to`, of these kinds where some are named; at most `most`, in order.
pub fn events_between(conn: &mut Conn, seq: i64, to: i64, kinds: Option<&[&str]>, most: i64) -> Result<Vec<EventRow>> {
    let Some(kinds) = kinds else {
        let mut rows = events_after(conn, seq, most)?;
        rows.retain(|row| row.seq <= to);
        return Ok(rows);
    };
    on_db!(conn, |c| events::table
        .filter(events::seq.gt(seq).and(events::seq.le(to)))
        .filter(in_list(events::kind, kinds))
        .order(events::seq)
        .limit(most)
        .select((events::id, events::seq.assume_not_null(), events::kind, events::subject_id, events::data, events::at))
        .load(c))
}

/// The number of the latest event that has one; 0 before the first.
pub fn last_seq(conn: &mut Conn) -> Result<i64> {
    Ok(numbering::head(conn, numbering::EVENTS)?.last)
}

/// The number of the oldest event that is still kept.
pub fn first_seq(conn: &mut Conn) -> Result<Option<i64>> {
    on_db!(conn, |c| events::table
        .filter(events::seq.is_not_null())
        .order(events::seq)
        .select(events::seq.assume_not_null())
        .first(c)
        .optional())
}

/// Forgets numbered events that happened before `limit`, from the oldest on and without leaving a gap; at most `most`.
/// Answers how many went.
pub fn forget_events(conn: &mut Conn, limit: Time, most: i64) -> Result<usize> {
    let oldest: Vec<(i64, Time)> = on_db!(conn, |c| events::table
        .filter(events::seq.is_not_null())
        .order(events::seq)
        .limit(most)
        .select((events::seq.assume_not_null(), events::at))
        .load(c))?;
    let Some((last, _)) = oldest.into_iter().take_while(|(_, at)| *at < limit).last() else { return Ok(0) };
    on_db!(conn, |c| diesel::delete(events::table.filter(events::seq.le(last))).execute(c))
}
