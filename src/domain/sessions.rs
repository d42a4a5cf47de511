//! Signing in and staying signed in. An access token lasts minutes; a refresh token is used once and followed by its
//! successor, and using one again ends the session, because then somebody else has it too.

use serde_json::json;

use super::{Actor, Cx, Op, events, policy, two_factor};
use crate::crypto::jwt::AccessClaims;
use crate::crypto::secret::Secret;
use crate::crypto::tokens;
use crate::error::{Code, Error, Result};
use crate::model::people::GivenToken;
use crate::model::{Email, Id};
use crate::store::sessions::{self, RefreshRow, SessionRow};
use crate::store::users::{self, UserRow};

/// How long an access token lasts, in seconds.
pub const ACCESS_SECONDS: i64 = 15 * 60;
/// How long a session lasts after its last refresh, in seconds.
pub const SESSION_SECONDS: i64 = 30 * 86_400;
/// Within so many seconds a refresh token that was used gives the same successor again.
pub const GRACE_SECONDS: i64 = 10;
/// Most sessions of one user; the oldest end first.
pub const MAX_SESSIONS: usize = 50;

/// Where somebody signs in from.
#[derive(Clone, Debug)]
pub struct Device {
    /// What the client calls itself.
    pub user_agent: String,
    /// The network that it comes from.
    pub network: String,
}

/// What a session goes on with.
#[derive(Clone, Debug)]
pub struct Issued {
    /// What the access token is to say.
    pub claims: AccessClaims,
    /// The refresh token.
    pub refresh_token: String,
}

/// The user who signs in, with the hash to compare the password with. `None` if nobody has this address.
///
/// # Errors
/// The database's.
pub fn candidate(cx: &mut Cx, email: &Email) -> Result<Option<UserRow>> {
    users::find_by_email(cx.conn, email.as_str())
}

/// What somebody brings who signs in.
pub struct Proof {
    /// The hash that the password was compared with, and found right.
    pub hash: String,
    /// The hash to be kept from now on.
    pub kept: String,
    /// The code of the second factor, if one was given.
    pub code: Option<GivenToken>,
}

/// Begins a session for a user whose password was found right. `secret` opens the second factor.
///
/// # Errors
/// [`Code::InvalidCredentials`] if the user changed in the meantime, or may not come in; [`Code::TotpRequired`] and
/// [`Code::InvalidTotpCode`] where the user has a second factor.
pub fn begin(cx: &mut Cx, user: Id, proof: &Proof, secret: &Secret, device: Device, actor: &Actor) -> Result<Issued> {
    let user = users::find(cx.conn, user)?.filter(|user| user.password_hash.as_ref() == Some(&proof.hash));
    let Some(user) = user.filter(|user| user.suspended_at.is_none()) else { return Err(invalid_credentials()) };
    match (&user.totp_since, &proof.code) {
        (None, _) => {}
        (Some(_), Some(code)) => two_factor::check(cx, &user, secret, code.as_str())?,
        (Some(_), None) => {
            return Err(Error::new(Code::TotpRequired, "This user has a second factor: send its code as totp_code."));
        }
    }
    users::note_login(cx.conn, user.id, &proof.kept, cx.now)?;
    end_oldest(cx, user.id)?;
    let session = add(cx, user.id, device)?;
    let actor = Actor { user: Some(user.id), name: user.name.clone(), role: user.role, ..actor.clone() };
    events::audit(cx, &actor, "login", "session", session.id, &json!({ "network": session.network }))?;
    first_tokens(cx, &user, session.id)
}

/// Begins a session for a user who came in by another way than the password.
pub(super) fn open(cx: &mut Cx, user: &UserRow, device: Device) -> Result<Issued> {
    let session = add(cx, user.id, device)?;
    first_tokens(cx, user, session.id)
}

fn add(cx: &mut Cx, user: Id, device: Device) -> Result<SessionRow> {
    let session = SessionRow {
        id: Id::new(),
        user_id: user,
        user_agent: device.user_agent,
        network: device.network,
        created_at: cx.now,
        last_used_at: cx.now,
        expires_at: cx.now.plus_seconds(SESSION_SECONDS),
        revoked_at: None,
    };
    sessions::insert(cx.conn, &session)?;
    Ok(session)
}

fn end_oldest(cx: &mut Cx, user: Id) -> Result<()> {
    let open = sessions::of_user(cx.conn, user, cx.now)?;
    for session in open.iter().skip(MAX_SESSIONS - 1) {
        sessions::revoke(cx.conn, session.id, cx.now)?;
    }
    Ok(())
}

fn first_tokens(cx: &mut Cx, user: &UserRow, session: Id) -> Result<Issued> {
    let refresh_token = tokens::first_refresh();
    let hash = tokens::hash(&refresh_token);
    let row = RefreshRow { hash, session_id: session, counter: 0, used_at: None };
    sessions::insert_refresh_token(cx.conn, &row)?;
    Ok(Issued { claims: claims(cx, user, session), refresh_token })
}

fn claims(cx: &Cx, user: &UserRow, session: Id) -> AccessClaims {
    let now = cx.now.unix();
    AccessClaims {
        sub: user.id.uuid(),
        sid: session.uuid(),
        jti: Id::new().uuid(),
        iat: now,
        nbf: now,
        exp: now + ACCESS_SECONDS,
        role: user.role.as_str().to_owned(),
    }
}

/// Exchanges a refresh token. `Ok(None)`: it is unknown, its session has ended, or it was used before, in which case
/// the session ends now; the transaction must be kept then too.
///
/// # Errors
/// The database's.
pub fn refresh(cx: &mut Cx, server_key: &[u8; 32], presented: &str) -> Result<Option<Issued>> {
    if !tokens::looks_opaque(presented) {
        return Ok(None);
    }
    let hash = tokens::hash(presented);
    let Some((_, session)) = sessions::refresh_token(cx.conn, &hash)? else { return Ok(None) };
    if session.revoked_at.is_some() || session.expires_at <= cx.now {
        return Ok(None);
    }
    let Some(user) = users::find(cx.conn, session.user_id)?.filter(|user| user.suspended_at.is_none()) else {
        return Ok(None);
    };
    let first = sessions::use_refresh_token(cx.conn, &hash, cx.now)?;
    // Read again: another node may have used it while this one waited for the row.
    let Some((token, session)) = sessions::refresh_token(cx.conn, &hash)? else { return Ok(None) };
    let counter = token.counter.saturating_add(1);
    let successor = tokens::derive_refresh(server_key, session.id.uuid(), counter.unsigned_abs(), presented.as_bytes());
    if first {
        let row = RefreshRow { hash: tokens::hash(&successor), session_id: session.id, counter, used_at: None };
        sessions::insert_refresh_token(cx.conn, &row)?;
    } else if session.revoked_at.is_some() {
        return Ok(None);
    } else if token.used_at.is_none_or(|at| cx.now.seconds_since(at) > GRACE_SECONDS) {
        return reused(cx, &user, &session);
    }
    sessions::prolong(cx.conn, session.id, cx.now.plus_seconds(SESSION_SECONDS), cx.now)?;
    Ok(Some(Issued { claims: claims(cx, &user, session.id), refresh_token: successor }))
}

fn reused(cx: &mut Cx, user: &UserRow, session: &SessionRow) -> Result<Option<Issued>> {
    tracing::warn!(session = %session.id, "a refresh token came twice; its session ends");
    sessions::revoke(cx.conn, session.id, cx.now)?;
    let actor = Actor { user: Some(user.id), name: user.name.clone(), role: user.role, ..Actor::system() };
    events::audit(cx, &actor, "refresh_token_reused", "session", session.id, &json!({}))?;
    Ok(None)
}

/// Ends the session that a refresh token belongs to, if there is one.
///
/// # Errors
/// The database's.
pub fn end_by_token(cx: &mut Cx, presented: &str) -> Result<()> {
    match sessions::refresh_token(cx.conn, &tokens::hash(presented))? {
        Some((_, session)) => sessions::revoke(cx.conn, session.id, cx.now),
        None => Ok(()),
    }
}

/// The caller as it is kept.
///
/// # Errors
/// 403 for API tokens.
pub fn me(cx: &mut Cx, actor: &Actor) -> Result<UserRow> {
    policy::check(actor, Op::GetMe)?;
    own(cx, actor)
}

/// The caller's row, to check the present password with before `op`.
///
/// # Errors
/// 403 for API tokens.
pub fn own_for(cx: &mut Cx, actor: &Actor, op: Op) -> Result<UserRow> {
    policy::check(actor, op)?;
    own(cx, actor)
}

/// The same once the password was found right; `hash` is what it was compared with.
///
/// # Errors
/// [`Code::Conflict`] if the password changed in the meantime.
pub(super) fn own_checked(cx: &mut Cx, actor: &Actor, op: Op, hash: &str) -> Result<UserRow> {
    let row = own_for(cx, actor, op)?;
    if row.password_hash.as_deref() != Some(hash) {
        return Err(Error::new(Code::Conflict, "The password was changed in the meantime."));
    }
    Ok(row)
}

pub(super) fn own(cx: &mut Cx, actor: &Actor) -> Result<UserRow> {
    let user = match actor.user {
        Some(id) => users::find(cx.conn, id)?,
        None => None,
    };
    user.ok_or_else(Error::not_found)
}

/// Sets the caller's password after the present one was found right (`hash` is what it was compared with). Every
/// session and every older token ends, and a new session on the same device takes the place of the caller's.
///
/// # Errors
/// [`Code::Conflict`] if the password changed in the meantime.
pub fn change_password(cx: &mut Cx, actor: &Actor, hash: &str, new_hash: String) -> Result<Issued> {
    let row = own_checked(cx, actor, Op::ChangePassword, hash)?;
    let open = sessions::of_user(cx.conn, row.id, cx.now)?;
    let present = open.into_iter().find(|session| Some(session.id) == actor.session).ok_or_else(Error::not_found)?;
    let changed = UserRow { password_hash: Some(new_hash), ..row.clone() };
    let user = super::users::save(cx, actor, &row, changed, true, "change_password")?;
    let device = Device { user_agent: present.user_agent, network: present.network };
    let session = add(cx, user.id, device)?;
    first_tokens(cx, &user, session.id)
}

/// The caller's open sessions, newest first, at most [`MAX_SESSIONS`].
///
/// # Errors
/// 403 for API tokens.
pub fn list(cx: &mut Cx, actor: &Actor) -> Result<Vec<SessionRow>> {
    policy::check(actor, Op::ListSessions)?;
    match actor.user {
        Some(user) => sessions::of_user(cx.conn, user, cx.now),
        None => Ok(Vec::new()),
    }
}

/// Ends one of the caller's sessions.
///
/// # Errors
/// 403 for API tokens; 404 for one that is somebody else's, unknown or over.
pub fn end(cx: &mut Cx, actor: &Actor, session: Id) -> Result<()> {
    policy::check(actor, Op::DeleteSession)?;
    let user = actor.user.ok_or_else(Error::not_found)?;
    if !sessions::revoke_of(cx.conn, user, session, cx.now)? {
        return Err(Error::not_found());
    }
    events::audit(cx, actor, "delete_session", "session", session, &json!({}))
}

/// Ends the caller's sessions, but for the one that asks.
///
/// # Errors
/// 403 for API tokens.
pub fn end_others(cx: &mut Cx, actor: &Actor) -> Result<()> {
    policy::check(actor, Op::DeleteSessions)?;
    let user = actor.user.ok_or_else(Error::not_found)?;
    let open = sessions::of_user(cx.conn, user, cx.now)?;
    let others: Vec<Id> = open.into_iter().map(|session| session.id).filter(|id| Some(*id) != actor.session).collect();
    for session in &others {
        sessions::revoke(cx.conn, *session, cx.now)?;
    }
    events::audit(cx, actor, "delete_sessions", "user", user, &json!({ "sessions": others.len() }))
}

/// The answer to a wrong address, a wrong password and a suspended user alike.
#[must_use]
pub fn invalid_credentials() -> Error {
    Error::new(Code::InvalidCredentials, "The e-mail address and the password do not belong together.")
}
