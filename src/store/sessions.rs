//! Sessions and the refresh tokens that carry them on. Of a token only its hash is kept.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{refresh_tokens, sessions, users};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// A device that somebody signed in on.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct SessionRow {
    pub id: Id,
    pub user_id: Id,
    pub user_agent: String,
    pub network: String,
    pub created_at: Time,
    pub last_used_at: Time,
    pub expires_at: Time,
    pub revoked_at: Option<Time>,
}

/// One link of a session's chain of refresh tokens.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = refresh_tokens)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct RefreshRow {
    pub hash: String,
    pub session_id: Id,
    pub counter: i32,
    pub used_at: Option<Time>,
}

/// Adds a session.
pub fn insert(conn: &mut Conn, row: &SessionRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(sessions::table).values(row).execute(c))?;
    Ok(())
}

/// The user's sessions that are neither ended nor expired, newest first.
pub fn of_user(conn: &mut Conn, user: Id, now: Time) -> Result<Vec<SessionRow>> {
    on_db!(conn, |c| sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select(SessionRow::as_select())
        .load(c))
}

/// Whether whoever has this e-mail address is signed in somewhere in this network.
pub fn is_open_from(conn: &mut Conn, email: &str, network: &str, now: Time) -> Result<bool> {
    let open: Option<Id> = on_db!(conn, |c| sessions::table
        .inner_join(users::table)
        .filter(users::email.eq(email))
        .filter(sessions::network.eq(network))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .select(sessions::id)
        .limit(1)
        .first(c)
        .optional())?;
    Ok(open.is_some())
}

/// Ends a session of this user; says whether there was one.
pub fn revoke_of(conn: &mut Conn, user: Id, session: Id, now: Time) -> Result<bool> {
    let ended = on_db!(conn, |c| diesel::update(
        sessions::table.find(session).filter(sessions::user_id.eq(user)).filter(sessions::revoked_at.is_null())
    )
    .set(sessions::revoked_at.eq(now))
    .execute(c))?;
    Ok(ended == 1)
}

/// Ends a session, whoever's it is.
pub fn revoke(conn: &mut Conn, session: Id, now: Time) -> Result<()> {
    on_db!(conn, |c| diesel::update(sessions::table.find(session).filter(sessions::revoked_at.is_null()))
        .set(sessions::revoked_at.eq(now))
        .execute(c))?;
    Ok(())
}

/// Ends every session of a user.
pub fn revoke_all(conn: &mut Conn, user: Id, now: Time) -> Result<()> {
    on_db!(conn, |c| diesel::update(
        sessions::table.filter(sessions::user_id.eq(user)).filter(sessions::revoked_at.is_null())
    )
    .set(sessions::revoked_at.eq(now))
    .execute(c))?;
    Ok(())
}

/// Notes that a session goes on until `expires_at`.
pub fn prolong(conn: &mut Conn, session: Id, expires_at: Time, now: Time) -> Result<()> {
    on_db!(conn, |c| diesel::update(sessions::table.find(session))
        .set((sessions::last_used_at.eq(now), sessions::expires_at.eq(expires_at)))
        .execute(c))?;
    Ok(())
}

/// The refresh token with this hash, and its session.
pub fn refresh_token(conn: &mut Conn, hash: &str) -> Result<Option<(RefreshRow, SessionRow)>> {
    on_db!(conn, |c| refresh_tokens::table
        .inner_join(sessions::table)
        .filter(refresh_tokens::hash.eq(hash))
        .select((RefreshRow::as_select(), SessionRow::as_select()))
        .first(c)
        .optional())
}

/// Marks a refresh token as used, unless somebody else was first; says whether this was the first use.
pub fn use_refresh_token(conn: &mut Conn, hash: &str, now: Time) -> Result<bool> {
    let marked =
        on_db!(conn, |c| diesel::update(refresh_tokens::table.find(hash).filter(refresh_tokens::used_at.is_null()))
            .set(refresh_tokens::used_at.eq(now))
            .execute(c))?;
    Ok(marked == 1)
}

/// Adds a refresh token.
pub fn insert_refresh_token(conn: &mut Conn, row: &RefreshRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(refresh_tokens::table).values(row).execute(c))?;
    Ok(())
}

/// Removes at most `most` sessions that expired before `limit`, and as many used refresh tokens that are older.
/// Answers how many sessions there were.
pub fn sweep(conn: &mut Conn, limit: Time, used_before: Time, most: i64) -> Result<usize> {
    let ended: Vec<Id> = on_db!(conn, |c| sessions::table
        .filter(sessions::expires_at.lt(limit))
        .limit(most)
        .select(sessions::id)
        .load(c))?;
    let used: Vec<String> = on_db!(conn, |c| refresh_tokens::table
        .filter(refresh_tokens::used_at.lt(used_before))
        .limit(most)
        .select(refresh_tokens::hash)
        .load(c))?;
    if !used.is_empty() {
        let condition = in_list(refresh_tokens::hash, &used);
        on_db!(conn, |c| diesel::delete(refresh_tokens::table.filter(condition)).execute(c))?;
    }
    if ended.is_empty() {
        return Ok(0);
    }
    let condition = in_list(sessions::id, &ended);
    on_db!(conn, |c| diesel::delete(sessions::table.filter(condition)).execute(c))
}
