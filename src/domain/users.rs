//! People: made, changed, suspended and removed by administrators. There is always an administrator who may come in,
//! and nobody takes the ladder away from under themselves.

use serde_json::json;

use super::precondition::{changed_members, stale};
use super::{Actor, Cx, Op, Precondition, events, policy};
use crate::crypto::password;
use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::model::paging::{Key, Paged, Paging};
use crate::model::people::{NewUser, UserChange};
use crate::model::{Email, FromText, Id, Line, Role};
use crate::store::account_links;
use crate::store::previews;
use crate::store::sessions;
use crate::store::users::{self, UserRow};

/// A password and its hash, made before the transaction begins, because hashing takes a while.
#[derive(Clone)]
pub struct Hashed {
    /// The password where we made it: to be shown once.
    pub made: Option<String>,
    /// Its hash.
    pub hash: String,
}

/// Hashes `given`, or a password of our own making, for the user with this address. Takes about 20 ms of one core.
///
/// # Errors
/// 422 at `/password` for one that says the address; memory or the random source is lacking.
pub fn hash_or_make(email: &str, given: Option<&password::Password>) -> Result<Hashed> {
    match given {
        Some(given) => Ok(Hashed { made: None, hash: hash_for(email, given, "/password")? }),
        None => {
            let made = password::generate();
            Ok(Hashed { hash: password::hash(&made).map_err(Error::internal)?, made: Some(made) })
        }
    }
}

/// Hashes a password for the user with this address; `pointer` leads to it in the body.
///
/// # Errors
/// 422 for one that says the address; memory or the random source is lacking.
pub fn hash_for(email: &str, password: &password::Password, pointer: &str) -> Result<String> {
    password.suits(email).map_err(|weak| Error::invalid(vec![weak.fault(pointer)]))?;
    password.hash().map_err(Error::internal)
}

/// Makes a user from plain texts, hashing on the calling thread: for the command line, the demo and tests.
///
/// # Errors
/// 422 for what is malformed, weak or taken.
pub fn make(cx: &mut Cx, actor: &Actor, email: &str, name: &str, role: Role, password: &str) -> Result<Id> {
    let fault = |pointer: &str, (code, detail)| Error::invalid(vec![Fault::at(pointer, code, detail)]);
    let email = Email::from_text(email).map_err(|wrong| fault("/email", wrong))?;
    let name = Line::from_text(name).map_err(|wrong| fault("/name", wrong))?;
    let password = password::Password::parse(password).map_err(|weak| Error::invalid(vec![weak.fault("/password")]))?;
    let hash = hash_for(email.as_str(), &password, "/password")?;
    create(cx, actor, NewUser { email, name, role }, hash).map(|row| row.id)
}

/// Whether there is nobody yet.
///
/// # Errors
/// The database's.
pub fn none_yet(cx: &mut Cx) -> Result<bool> {
    users::any(cx.conn).map(|any| !any)
}

/// The user with this address, for the command line.
///
/// # Errors
/// [`Code::NotFound`] with a sentence that says what to do.
pub fn by_email(cx: &mut Cx, email: &Email) -> Result<UserRow> {
    let found = users::find_by_email(cx.conn, email.as_str())?;
    found
        .ok_or_else(|| Error::new(Code::NotFound, "No user has this e-mail address; `slugline user create` makes one."))
}

/// A part of the list of users, oldest first.
///
/// # Errors
/// 403.
pub fn list(cx: &mut Cx, actor: &Actor, paging: &Paging) -> Result<Paged<UserRow>> {
    policy::check(actor, Op::ListUsers)?;
    let total = if paging.counts() { users::count(cx.conn)? } else { 0 };
    let rows = users::list(cx.conn, paging)?;
    Ok(paging.page(rows, total, |row| (Key::Number(0), row.id)))
}

/// One user.
///
/// # Errors
/// 404, 403.
pub fn get(cx: &mut Cx, actor: &Actor, id: Id) -> Result<UserRow> {
    policy::check(actor, Op::GetUser)?;
    find(cx, id)
}

fn find(cx: &mut Cx, id: Id) -> Result<UserRow> {
    users::find(cx.conn, id)?.ok_or_else(Error::not_found)
}

/// Makes a user.
///
/// # Errors
/// 403; 422 for an address that is taken.
pub fn create(cx: &mut Cx, actor: &Actor, new: NewUser, hash: String) -> Result<UserRow> {
    add(cx, actor, new, Some(hash))
}

/// Makes a user; without a hash, one who is to be invited.
pub(super) fn add(cx: &mut Cx, actor: &Actor, new: NewUser, password_hash: Option<String>) -> Result<UserRow> {
    policy::check(actor, Op::CreateUser)?;
    check_free(cx, new.email.as_str(), None)?;
    let row = UserRow {
        id: Id::new(),
        version: 1,
        email: new.email.into(),
        name: new.name.into(),
        role: new.role,
        password_hash,
        suspended_at: None,
        tokens_valid_from: cx.now,
        last_login_at: None,
        created_at: cx.now,
        updated_at: cx.now,
        totp_since: None,
    };
    users::insert(cx.conn, &row)?;
    audit(cx, actor, "create_user", &row, &[])?;
    Ok(row)
}

/// Changes a user. Another role or password ends every session and access token. Role, address and password take a person
/// who signed in a short while ago.
///
/// # Errors
/// 404, 403, 412; 409 where no administrator would be left, or for one's own role; 422 for an address that is taken.
pub fn update(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    change: &UserChange,
    hash: Option<String>,
    precondition: &Precondition,
) -> Result<UserRow> {
    policy::check(actor, Op::UpdateUser)?;
    if change.role.is_some() || change.email.is_some() || hash.is_some() {
        policy::check_in_person(actor)?;
    }
    let before = open(cx, actor, Op::UpdateUser, id, precondition)?;
    let mut row = before.clone();
    if let Some(email) = &change.email {
        row.email = email.to_string();
    }
    if let Some(name) = &change.name {
        row.name = name.to_string();
    }
    row.role = change.role.unwrap_or(before.role);
    if row.role != before.role {
        check_ladder(cx, actor, &before)?;
    }
    if row.email != before.email {
        check_free(cx, &row.email, Some(id))?;
    }
    let ends_tokens = row.role != before.role || hash.is_some();
    if !ends_tokens && row.email == before.email && row.name == before.name {
        return Ok(before);
    }
    if hash.is_some() {
        row.password_hash = hash;
    }
    save(cx, actor, &before, row, ends_tokens, "update_user")
}

/// Sets a password from the command line, and ends every session.
///
/// # Errors
/// The database's.
pub fn reset_password(cx: &mut Cx, actor: &Actor, row: UserRow, hash: String) -> Result<UserRow> {
    save(cx, actor, &row, UserRow { password_hash: Some(hash), ..row.clone() }, true, "reset_password")
}

/// Keeps a user out until reactivated, and ends every session, access token and preview token; API tokens rest meanwhile.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn suspend(cx: &mut Cx, actor: &Actor, id: Id, precondition: &Precondition) -> Result<UserRow> {
    let row = open(cx, actor, Op::SuspendUser, id, precondition)?;
    if row.suspended_at.is_some() {
        return Err(illegal("This user is suspended already."));
    }
    check_ladder(cx, actor, &row)?;
    previews::end_of_maker(cx.conn, id)?;
    let now = cx.now;
    save(cx, actor, &row, UserRow { suspended_at: Some(now), ..row.clone() }, true, "suspend_user")
}

/// Lets a suspended user in again.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn reactivate(cx: &mut Cx, actor: &Actor, id: Id, precondition: &Precondition) -> Result<UserRow> {
    let row = open(cx, actor, Op::ReactivateUser, id, precondition)?;
    if row.suspended_at.is_none() {
        return Err(illegal("This user is not suspended."));
    }
    save(cx, actor, &row, UserRow { suspended_at: None, ..row.clone() }, false, "reactivate_user")
}

/// Removes a user with all sessions and API tokens. What the user wrote stays, without an owner.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn delete(cx: &mut Cx, actor: &Actor, id: Id, precondition: &Precondition) -> Result<()> {
    let row = open(cx, actor, Op::DeleteUser, id, precondition)?;
    check_ladder(cx, actor, &row)?;
    users::remove(cx.conn, id)?;
    audit(cx, actor, "delete_user", &row, &[])
}

/// The checks that every change begins with, in the order of the contract.
pub(super) fn open(cx: &mut Cx, actor: &Actor, op: Op, id: Id, precondition: &Precondition) -> Result<UserRow> {
    policy::check(actor, op)?;
    let row = find(cx, id)?;
    precondition.check(cx, id, row.version, row.updated_at)?;
    Ok(row)
}

/// May this user lose its rights?
fn check_ladder(cx: &mut Cx, actor: &Actor, row: &UserRow) -> Result<()> {
    if actor.owns(Some(row.id)) {
        return Err(illegal("You can't do this to yourself; ask another administrator."));
    }
    if row.role != Role::Admin || row.suspended_at.is_some() {
        return Ok(());
    }
    users::lock(cx.conn)?;
    match users::other_active_admins(cx.conn, row.id)? {
        0 => Err(illegal("This is the last active administrator; make another one first.")),
        _ => Ok(()),
    }
}

fn illegal(detail: &str) -> Error {
    Error::new(Code::Conflict, detail)
}

fn check_free(cx: &mut Cx, email: &str, but: Option<Id>) -> Result<()> {
    match users::find_by_email(cx.conn, email)? {
        Some(other) if Some(other.id) != but => {
            let detail = "Another user has this e-mail address.";
            Err(Error::invalid(vec![Fault::at("/email", FaultCode::Taken, detail)]))
        }
        _ => Ok(()),
    }
}

/// Saves the next version of `before`; `ends_tokens` ends every session and every access token. Links that were made
/// for another password or address, or before a suspension, end too.
pub(super) fn save(
    cx: &mut Cx,
    actor: &Actor,
    before: &UserRow,
    mut row: UserRow,
    ends_tokens: bool,
    action: &'static str,
) -> Result<UserRow> {
    let fields = changed_members!(before, row, {
        "email": email, "name": name, "role": role, "password": password_hash, "suspended_at": suspended_at,
        "totp": totp_since,
    });
    row.version += 1;
    row.updated_at = cx.now;
    if ends_tokens {
        row.tokens_valid_from = cx.now;
        sessions::revoke_all(cx.conn, row.id, cx.now)?;
    }
    if fields.iter().any(|field| matches!(*field, "email" | "password" | "suspended_at")) {
        account_links::end_all(cx.conn, row.id)?;
    }
    if !users::replace(cx.conn, &row, before.version)? {
        let present = find(cx, row.id)?;
        return Err(stale(cx, &Precondition::Any, row.id, present.version, present.updated_at)?);
    }
    audit(cx, actor, action, &row, &fields)?;
    Ok(row)
}

fn audit(cx: &mut Cx, actor: &Actor, action: &str, row: &UserRow, fields: &[&str]) -> Result<()> {
    let detail = json!({ "version": row.version, "fields": fields, "email": row.email, "role": row.role });
    events::audit(cx, actor, action, "user", row.id, &detail)
}
