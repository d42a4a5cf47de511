//! The numbers of events and audit entries, given after their commit. Rows without a number are found by the index of
//! the numbers themselves.

use diesel::prelude::*;

use super::conn::Conn;
pub use super::dialect::locked_head;
use super::schema::{audit_log, events, numbering};
use super::statement::Statement;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// The numbering of the events.
pub const EVENTS: &str = "events";
/// The numbering of the audit log.
pub const AUDIT: &str = "audit";
/// How far the content network was told of the events; the hash says until when somebody is at it.
pub const PURGES: &str = "purges";

/// Where a numbering stands.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Head {
    /// The number given last; 0 before the first.
    pub last: i64,
    /// The hash of the audit entry with this number; empty before the first, and for events.
    pub hash: String,
}

/// Where this numbering stands.
pub fn head(conn: &mut Conn, name: &str) -> Result<Head> {
    on_db!(conn, |c| numbering::table.find(name).select((numbering::last, numbering::hash)).first(c))
}

/// Notes where this numbering stands now.
pub fn set_head(conn: &mut Conn, name: &str, head: &Head) -> Result<()> {
    let values = (numbering::last.eq(head.last), numbering::hash.eq(&head.hash));
    on_db!(conn, |c| diesel::update(numbering::table.find(name)).set(values).execute(c))?;
    Ok(())
}

/// The events without a number and when they happened, the earliest made first; at most `most`.
pub fn waiting_events(conn: &mut Conn, most: i64) -> Result<Vec<(Id, Time)>> {
    on_db!(conn, |c| events::table
        .filter(events::seq.is_null())
        .order(events::id)
        .limit(most)
        .select((events::id, events::at))
        .load(c))
}

/// Whether an audit entry waits for its number.
pub fn audit_waits(conn: &mut Conn) -> Result<bool> {
    let waiting: Option<Id> =
        on_db!(conn, |c| audit_log::table.filter(audit_log::seq.is_null()).select(audit_log::id).first(c).optional())?;
    Ok(waiting.is_some())
}

// The query builder would have an `UPDATE` prepared for each row: it does not remember those.

/// Gives an event its number.
pub fn number_event(conn: &mut Conn, id: Id, seq: i64) -> Result<()> {
    let mut update = Statement::<()>::new("UPDATE events SET seq = ");
    update.number(seq).sql(" WHERE id = ").id(id);
    on_db!(conn, |c| update.execute(c))?;
    Ok(())
}

/// Gives an audit entry its number and its hash.
pub fn number_audit(conn: &mut Conn, id: Id, seq: i64, hash: &str) -> Result<()> {
    let mut update = Statement::<()>::new("UPDATE audit_log SET seq = ");
    update.number(seq).sql(", hash = ").text(hash).sql(" WHERE id = ").id(id);
    on_db!(conn, |c| update.execute(c))?;
    Ok(())
}
