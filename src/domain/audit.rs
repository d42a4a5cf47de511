//! Reading who did what.

use super::{Actor, Cx, Op, policy};
use crate::error::Result;
use crate::model::paging::{Paged, Paging};
use crate::store::audit::{self, AuditFilter, Numbered};

/// A part of the audit log, newest first.
///
/// # Errors
/// 403.
pub fn list(cx: &mut Cx, actor: &Actor, filter: &AuditFilter, paging: &Paging) -> Result<Paged<Numbered>> {
    policy::check(actor, Op::ListAuditEntries)?;
    let total = if paging.counts() { audit::count(cx.conn, filter)? } else { 0 };
    let rows = audit::list(cx.conn, filter, paging)?;
    Ok(paging.page(rows, total, |entry| (entry.row.at.into(), entry.row.id)))
}
