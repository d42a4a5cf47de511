//! People, their sessions and their API tokens.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::conn::Conn;
use super::dialect;
use super::keys::JWT;
use super::schema::{api_tokens, keys, sessions, site, users};
use crate::error::Result;
use crate::model::paging::Paging;
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
    pub totp_since: Option<Time>,
}

/// The user with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<UserRow>> {
    on_db!(conn, |c| users::table.find(id).select(UserRow::as_select()).first(c).optional())
}

/// A user who is signed in.
pub struct SignedIn {
    /// The user.
    pub user: UserRow,
    /// When the session began.
    pub since: Time,
    /// The roles that the site asks for a second factor: a JSON list.
    pub require_totp: String,
}

/// The user of a session that is neither ended nor expired, while the signing key with this `kid` is there.
pub fn of_session(conn: &mut Conn, session: Id, kid: &str, now: Time) -> Result<Option<SignedIn>> {
    let found: Option<(UserRow, Time, Option<String>)> = on_db!(conn, |c| sessions::table
        .inner_join(users::table)
        .filter(sessions::id.eq(session))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(now))
        .filter(exists(keys::table.filter(keys::purpose.eq(JWT)).filter(keys::public.eq(kid))))
        .select((
            UserRow::as_select(),
            sessions::created_at,
            site::table.filter(site::id.eq(1)).select(site::require_totp).single_value()
        ))
        .first(c)
        .optional())?;
    Ok(found.map(|(user, since, roles)| SignedIn { user, since, require_totp: roles.unwrap_or_default() }))
}

/// What an API token lets somebody do.
pub struct ByToken {
    /// Its owner.
    pub user: UserRow,
    /// Its record.
    pub token: Id,
    /// Its scopes: a JSON list.
    pub scopes: String,
    /// From where it may be used: a JSON list.
    pub networks: String,
}

/// The owner of an API token that has not expired, or of one that was rotated and goes on for a while.
pub fn of_token(conn: &mut Conn, hash: &str, now: Time) -> Result<Option<ByToken>> {
    let found: Option<(UserRow, Id, String, String)> = on_db!(conn, |c| api_tokens::table
        .inner_join(users::table)
        .filter(
            api_tokens::hash.eq(hash).or(api_tokens::previous_hash.eq(hash).and(api_tokens::previous_until.gt(now)))
        )
        .filter(api_tokens::expires_at.is_null().or(api_tokens::expires_at.gt(now)))
        .select((UserRow::as_select(), api_tokens::id, api_tokens::scopes, api_tokens::networks))
        .first(c)
        .optional())?;
    Ok(found.map(|(user, token, scopes, networks)| ByToken { user, token, scopes, networks }))
}

/// The user with this address (lower case).
pub fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<UserRow>> {
    on_db!(conn, |c| users::table.filter(users::email.eq(email)).select(UserRow::as_select()).first(c).optional())
}

/// Whether there is any user at all.
pub fn any(conn: &mut Conn) -> Result<bool> {
    let first: Option<Id> = on_db!(conn, |c| users::table.select(users::id).limit(1).first(c).optional())?;
    Ok(first.is_some())
}

/// The part of the list that `paging` wants, in the order in which they were made.
pub fn list(conn: &mut Conn, paging: &Paging) -> Result<Vec<UserRow>> {
    let from = paging.from().map(|from| from.id.to_string());
    if paging.is_backward() {
        let before = from.unwrap_or_default();
        return on_db!(conn, |c| users::table
            .filter(users::id.lt(&before))
            .order(users::id.desc())
            .limit(paging.fetch())
            .select(UserRow::as_select())
            .load(c));
    }
    let after = from.unwrap_or_default();
    on_db!(conn, |c| users::table
        .filter(users::id.gt(&after))
        .order(users::id)
        .limit(paging.fetch())
        .offset(paging.offset())
        .select(UserRow::as_select())
        .load(c))
}

/// How many there are.
pub fn count(conn: &mut Conn) -> Result<i64> {
    on_db!(conn, |c| users::table.count().get_result(c))
}

/// Adds a user.
pub fn insert(conn: &mut Conn, row: &UserRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(users::table).values(row).execute(c))?;
    Ok(())
}

/// Replaces a user if it still has the version `expected`; says whether it had.
pub fn replace(conn: &mut Conn, row: &UserRow, expected: i64) -> Result<bool> {
    let changed = on_db!(conn, |c| diesel::update(users::table.find(row.id).filter(users::version.eq(expected)))
        .set(row)
        .execute(c))?;
    Ok(changed == 1)
}

/// Notes a login, and the hash where it was made anew. The version stays: nothing that others edit changed.
pub fn note_login(conn: &mut Conn, id: Id, hash: &str, now: Time) -> Result<()> {
    on_db!(conn, |c| diesel::update(users::table.find(id))
        .set((users::last_login_at.eq(now), users::password_hash.eq(hash)))
        .execute(c))?;
    Ok(())
}

/// Removes a user with all sessions and tokens.
pub fn remove(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(users::table.find(id)).execute(c))?;
    Ok(())
}

/// Lets one transaction at a time take an administrator away, so that two can't take each other's last one.
pub fn lock(conn: &mut Conn) -> Result<()> {
    dialect::lock(conn, "LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE")
}

/// Administrators who may come in, but for one.
pub fn other_active_admins(conn: &mut Conn, but: Id) -> Result<i64> {
    on_db!(conn, |c| users::table
        .filter(users::role.eq(Role::Admin))
        .filter(users::suspended_at.is_null())
        .filter(users::id.ne(but))
        .count()
        .get_result(c))
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
