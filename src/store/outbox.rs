//! Events and audit entries, as they are written. Their numbers come later.

use diesel::prelude::*;

use super::conn::Conn;
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

/// Appends an event.
pub fn add_event(conn: &mut Conn, kind: &str, subject: Id, data: &str, at: Time) -> Result<()> {
    let row = (
        events::id.eq(Id::new()),
        events::kind.eq(kind),
        events::subject_id.eq(subject),
        events::data.eq(data),
        events::at.eq(at),
    );
    on_db!(conn, |c| diesel::insert_into(events::table).values(row).execute(c))?;
    Ok(())
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
