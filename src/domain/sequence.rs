//! Numbering what was committed. Changes write events and audit entries without any lock; afterwards one node at a time
//! numbers them, gap-free, in one short transaction that holds the row of the numbering. A number becomes visible with
//! that transaction's commit, so none appears before a smaller one.

use serde_json::json;

use super::Cx;
use crate::crypto;
use crate::error::Result;
use crate::model::Time;
use crate::store::numbering::{self, AUDIT, EVENTS, Head};
use crate::store::outbox::AuditRow;
use crate::store::{audit, outbox};

/// Rows of each kind that one transaction numbers at the most.
pub const BATCH: i64 = 200;

/// What waits for its number.
#[derive(Clone, Copy, Debug, Default)]
pub struct Waiting {
    /// Events, counted to [`BATCH`].
    pub events: usize,
    /// When the first of them happened.
    pub since: Option<Time>,
    /// Whether audit entries wait.
    pub audit: bool,
    /// The number of the latest event that has one.
    pub last: i64,
}

impl Waiting {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.events == 0 && !self.audit
    }
}

/// Looks what waits, without writing anything.
///
/// # Errors
/// The database's.
pub fn waiting(cx: &mut Cx) -> Result<Waiting> {
    let events = numbering::waiting_events(cx.conn, BATCH)?;
    Ok(Waiting {
        events: events.len(),
        since: events.first().map(|(_, at)| *at),
        audit: numbering::audit_waits(cx.conn)?,
        last: outbox::last_seq(cx.conn)?,
    })
}

/// Numbers what waits, at most [`BATCH`] of each kind; answers whether there may be more.
///
/// # Errors
/// The database's.
pub fn number(cx: &mut Cx) -> Result<bool> {
    let events = number_events(cx)?;
    let entries = number_audit(cx)?;
    Ok(events.max(entries) >= BATCH)
}

fn number_events(cx: &mut Cx) -> Result<i64> {
    let mut head = numbering::locked_head(cx.conn, EVENTS)?;
    let first = head.last;
    for (id, _) in numbering::waiting_events(cx.conn, BATCH)? {
        head.last += 1;
        numbering::number_event(cx.conn, id, head.last)?;
    }
    if head.last > first {
        numbering::set_head(cx.conn, EVENTS, &head)?;
    }
    Ok(head.last - first)
}

fn number_audit(cx: &mut Cx) -> Result<i64> {
    let mut head = numbering::locked_head(cx.conn, AUDIT)?;
    let first = head.last;
    for row in audit::waiting(cx.conn, BATCH)? {
        let seq = head.last + 1;
        head = Head { last: seq, hash: link(&head.hash, seq, &row) };
        numbering::number_audit(cx.conn, row.id, seq, &head.hash)?;
    }
    if head.last > first {
        numbering::set_head(cx.conn, AUDIT, &head)?;
    }
    Ok(head.last - first)
}

/// The hash of an audit entry: SHA-256, in hex, over the hash before it (empty before the first), a line feed, and the
/// columns of the row as a JSON list in a fixed order; the instant as microseconds since 1970.
#[must_use]
pub fn link(before: &str, seq: i64, row: &AuditRow) -> String {
    let columns = json!([
        seq,
        row.id,
        row.at.micros(),
        row.actor_id,
        row.actor_name,
        row.action,
        row.subject_kind,
        row.subject_id,
        row.detail,
        row.request_id,
    ]);
    crypto::sha256_hex(&format!("{before}\n{columns}"))
}

/// What verifying the audit log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chain {
    /// So many entries, each as it was written.
    Whole(i64),
    /// The first number at which an entry is missing, was put in, or is not as it was written.
    BrokenAt(i64),
}

/// A verification under way: how far it came, and the hash there.
#[derive(Clone, Debug, Default)]
pub struct Verifying {
    seq: i64,
    hash: String,
}

impl Verifying {
    /// Verifies the next part of the log; `None` while there is more. Each part is read by itself, so that a long log
    /// takes neither memory nor a long transaction.
    ///
    /// # Errors
    /// The database's.
    pub fn step(&mut self, conn: &mut crate::store::Conn, most: i64) -> Result<Option<Chain>> {
        let head = numbering::head(conn, AUDIT)?;
        let part = audit::after(conn, self.seq, most)?;
        if part.is_empty() {
            let complete = self.seq == head.last && self.hash == head.hash;
            return Ok(Some(if complete { Chain::Whole(self.seq) } else { Chain::BrokenAt(self.seq + 1) }));
        }
        for entry in part {
            let expected = self.seq + 1;
            let hash = link(&self.hash, expected, &entry.row);
            if entry.seq != Some(expected) || entry.hash.as_deref() != Some(hash.as_str()) {
                return Ok(Some(Chain::BrokenAt(expected)));
            }
            (self.seq, self.hash) = (expected, hash);
        }
        Ok(None)
    }
}
