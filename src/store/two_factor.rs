//! Second factors: sealed secrets, and the hashes of recovery codes.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{recovery_codes, user_totp};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// The secret that a user shares with an authenticator, wrapped by the operator's secret.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = user_totp)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct TotpRow {
    pub user_id: Id,
    pub sealed: String,
    pub last_step: i64,
    pub created_at: Time,
}

/// One recovery code. Of the code only its hash is kept.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = recovery_codes)]
struct RecoveryRow {
    hash: String,
    user_id: Id,
}

/// A user's secret, confirmed or not.
pub fn find(conn: &mut Conn, user: Id) -> Result<Option<TotpRow>> {
    on_db!(conn, |c| user_totp::table.find(user).select(TotpRow::as_select()).first(c).optional())
}

/// Keeps a secret in the place of the user's last one.
pub fn replace(conn: &mut Conn, row: &TotpRow) -> Result<()> {
    on_db!(&mut *conn, |c| diesel::delete(user_totp::table.find(row.user_id)).execute(c))?;
    on_db!(conn, |c| diesel::insert_into(user_totp::table).values(row).execute(c))?;
    Ok(())
}

/// Notes that the code of a step was used, unless it, or a later one, was already; says whether it was not.
pub fn use_step(conn: &mut Conn, user: Id, step: i64) -> Result<bool> {
    let used = on_db!(conn, |c| diesel::update(user_totp::table.find(user).filter(user_totp::last_step.lt(step)))
        .set(user_totp::last_step.eq(step))
        .execute(c))?;
    Ok(used == 1)
}

/// Takes a user's second factor away, with all recovery codes.
pub fn remove(conn: &mut Conn, user: Id) -> Result<()> {
    on_db!(&mut *conn, |c| diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(c))?;
    on_db!(conn, |c| diesel::delete(user_totp::table.find(user)).execute(c))?;
    Ok(())
}

/// Keeps these recovery codes (their hashes) in the place of the user's last ones.
pub fn replace_codes(conn: &mut Conn, user: Id, hashes: &[String]) -> Result<()> {
    on_db!(&mut *conn, |c| diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user))).execute(c))?;
    let rows: Vec<RecoveryRow> = hashes.iter().map(|hash| RecoveryRow { hash: hash.clone(), user_id: user }).collect();
    on_db!(conn, |c| diesel::insert_into(recovery_codes::table).values(&rows).execute(c))?;
    Ok(())
}

/// Uses a recovery code up; says whether it was there.
pub fn take_code(conn: &mut Conn, user: Id, hash: &str) -> Result<bool> {
    let taken =
        on_db!(conn, |c| diesel::delete(recovery_codes::table.find(hash).filter(recovery_codes::user_id.eq(user)))
            .execute(c))?;
    Ok(taken == 1)
}
