//! Reading the audit log: as a list for administrators, and in order of its numbers for whoever verifies it.

use diesel::prelude::*;

use super::conn::Conn;
use super::keyset::{boxed, part};
use super::outbox::AuditRow;
use super::schema::audit_log;
use crate::error::Result;
use crate::model::paging::{MAX_COUNTED, Paging};
use crate::model::{Id, Time};
use crate::on_db;

/// An entry with its number and its hash, where it has them.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit_log)]
pub struct Numbered {
    /// The entry.
    #[diesel(embed)]
    pub row: AuditRow,
    /// Its number.
    pub seq: Option<i64>,
    /// The hash over it and over the hash before it.
    pub hash: Option<String>,
}

/// Which entries a list shows; `None` does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// By this user.
    pub actor: Option<Id>,
    /// Of this operation.
    pub action: Option<String>,
    /// About a resource of this kind.
    pub subject_kind: Option<String>,
    /// About this resource.
    pub subject: Option<Id>,
    /// Later than this.
    pub after: Option<Time>,
    /// Earlier than this.
    pub before: Option<Time>,
}

/// The conditions of a filter on a boxed query.
macro_rules! filtered {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        let filter: &AuditFilter = $filter;
        if let Some(actor) = filter.actor {
            query = query.filter(audit_log::actor_id.eq(actor));
        }
        if let Some(action) = &filter.action {
            query = query.filter(audit_log::action.eq(action.clone()));
        }
        if let Some(kind) = &filter.subject_kind {
            query = query.filter(audit_log::subject_kind.eq(kind.clone()));
        }
        if let Some(subject) = filter.subject {
            query = query.filter(audit_log::subject_id.eq(subject));
        }
        if let Some(after) = filter.after {
            query = query.filter(audit_log::at.gt(after));
        }
        if let Some(before) = filter.before {
            query = query.filter(audit_log::at.lt(before));
        }
        query
    }};
}

/// The part of the list that `paging` wants, newest first.
pub fn list(conn: &mut Conn, filter: &AuditFilter, paging: &Paging) -> Result<Vec<Numbered>> {
    on_db!(conn, |c| {
        let query = filtered!(boxed(audit_log::table.select(Numbered::as_select()), c), filter);
        part!(query, paging, audit_log::at, audit_log::id, true, |from| from.key.time()).load(c)
    })
}

/// How many entries pass the filter, counted a little beyond [`MAX_COUNTED`].
pub fn count(conn: &mut Conn, filter: &AuditFilter) -> Result<i64> {
    let found: Vec<Id> = on_db!(conn, |c| {
        let query = filtered!(boxed(audit_log::table.select(audit_log::id), c), filter);
        query.limit(MAX_COUNTED + 1).load(c)
    })?;
    Ok(i64::try_from(found.len()).unwrap_or(i64::MAX))
}

/// The entries behind number `seq`, at most `most`, in order.
pub fn after(conn: &mut Conn, seq: i64, most: i64) -> Result<Vec<Numbered>> {
    on_db!(conn, |c| audit_log::table
        .filter(audit_log::seq.gt(seq))
        .order(audit_log::seq)
        .limit(most)
        .select(Numbered::as_select())
        .load(c))
}

/// The entries without a number, the earliest made first; at most `most`.
pub fn waiting(conn: &mut Conn, most: i64) -> Result<Vec<AuditRow>> {
    on_db!(conn, |c| audit_log::table
        .filter(audit_log::seq.is_null())
        .order(audit_log::id)
        .limit(most)
        .select(AuditRow::as_select())
        .load(c))
}
