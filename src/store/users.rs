//! People, their sessions and their API tokens.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{api_tokens, sessions, users};
use crate::error::Result;
use crate::model::{Id, Role, Time};
use crate::on_db;

/// A person who may come in.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct UserRow {
    pub id: Id,
    pub version: i64,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password_hash: Option<String>,
    pub suspended_at: Option<Time>,
    pub tokens_valid_from: Time,
    pub last_login_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// The user with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<UserRow>> {
    on_db!(conn, |c| users::table.find(id).select(UserRow::as_select()).first(c).optional())
}

/// The user of a session that is neither ended nor expired.
pub fn of_session(conn: &mut Conn, session: Id, now: Time) -> Result<Option<UserRow>> {
    on_db!(conn, |c| sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(session))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .select(UserRow::as_select())
        .first(c)
        .optional())
}

/// The owner of an API token that has not expired, with the token's id and its scopes (a JSON list).
pub fn of_token(conn: &mut Conn, hash: &str, now: Time) -> Result<Option<(UserRow, Id, String)>> {
    on_db!(conn, |c| api_tokens::table
        .inner_join(users::table)
        .filter(api_tokens::hash.eq(hash))
        .filter(api_tokens::expires_at.is_null().or(api_tokens::expires_at.gt(now)))
        .select((UserRow::as_select(), api_tokens::id, api_tokens::scopes))
        .first(c)
        .optional())
}

/// The users with these ids, in no order.
pub fn by_ids(conn: &mut Conn, ids: &[Id]) -> Result<Vec<UserRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let condition = super::dialect::in_list(users::id, ids);
    on_db!(conn, |c| users::table.filter(condition).select(UserRow::as_select()).load(c))
}

/// The names of these users, in no order; unknown ids are left out.
pub fn names(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| users::table
        .filter(super::dialect::in_list(users::id, ids))
        .select((users::id, users::name))
        .load(c))
}
