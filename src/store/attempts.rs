//! What was tried in vain, a row for each key: when, and when the last of it stops to count.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::{in_list, locked_attempts};
use super::schema::attempts;
use crate::error::Result;
use crate::model::Time;
use crate::on_db;

/// The attempts of one key.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = attempts)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct AttemptsRow {
    pub key: String,
    /// The instants as a JSON list of microseconds, the oldest first.
    pub times: String,
    pub ends_at: Time,
}

/// The row of a key, made where there is none, and held until the end of the transaction: two that count at once count
/// two.
pub fn hold(conn: &mut Conn, key: &str, now: Time) -> Result<AttemptsRow> {
    let empty = AttemptsRow { key: key.to_owned(), times: "[]".to_owned(), ends_at: now };
    on_db!(&mut *conn, |c| diesel::insert_into(attempts::table).values(&empty).on_conflict_do_nothing().execute(c))?;
    locked_attempts(conn, key)
}

/// Writes what a row says from now on.
pub fn update(conn: &mut Conn, row: &AttemptsRow) -> Result<()> {
    on_db!(conn, |c| diesel::update(attempts::table.find(&row.key))
        .set((attempts::times.eq(&row.times), attempts::ends_at.eq(row.ends_at)))
        .execute(c))?;
    Ok(())
}

/// Forgets a key.
pub fn remove(conn: &mut Conn, key: &str) -> Result<()> {
    on_db!(conn, |c| diesel::delete(attempts::table.find(key)).execute(c))?;
    Ok(())
}

/// Removes at most `most` rows that stopped to count before `limit`; answers how many.
pub fn sweep(conn: &mut Conn, limit: Time, most: i64) -> Result<usize> {
    let ended: Vec<String> = on_db!(&mut *conn, |c| attempts::table
        .filter(attempts::ends_at.lt(limit))
        .limit(most)
        .select(attempts::key)
        .load(c))?;
    let condition = in_list(attempts::key, &ended);
    on_db!(conn, |c| diesel::delete(attempts::table.filter(attempts::ends_at.lt(limit)).filter(condition)).execute(c))
}
