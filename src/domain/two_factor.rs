//! The second factor: codes of an authenticator (TOTP), and recovery codes for who has lost it.

use super::precondition::Precondition;
use super::{Actor, Cx, Op, policy, sessions, site, users};
use crate::crypto::secret::Secret;
use crate::crypto::totp::TotpSecret;
use crate::crypto::{password, tokens};
use crate::error::{Code, Error, Result};
use crate::model::urls::encoded;
use crate::model::{Id, Time};
use crate::store::two_factor::{self as rows, TotpRow};
use crate::store::users::UserRow;

/// How long a secret waits for its first code, in seconds.
pub const PENDING_SECONDS: i64 = 15 * 60;
/// Recovery codes that a user gets at once.
pub const RECOVERY_CODES: usize = 10;

/// A secret that waits for its first code.
#[derive(Clone)]
pub struct Started {
    /// For who types it into an authenticator.
    pub secret: String,
    /// For who shows it as a QR code.
    pub uri: String,
    /// Until when the first code must come.
    pub expires_at: Time,
}

/// The password that a caller gave beside what is asked, as it was found right; or none, which takes a fresh login.
pub type Checked = Option<String>;

/// Begins to turn the second factor on: makes a secret. It counts from its first code on.
///
/// # Errors
/// 403 for API tokens, and for who gave no password and signed in long ago; 409 where it is on already.
pub fn start(cx: &mut Cx, actor: &Actor, secret: &Secret, checked: Checked) -> Result<Started> {
    let user = match checked {
        Some(hash) => sessions::own_checked(cx, actor, Op::StartTotp, &hash)?,
        None => {
            policy::check_in_person(actor)?;
            sessions::own_for(cx, actor, Op::StartTotp)?
        }
    };
    if user.totp_since.is_some() {
        return Err(conflict("The second factor is on already; turn it off first."));
    }
    let made = TotpSecret::generate();
    let sealed = secret.seal(&purpose(user.id), made.as_bytes()).map_err(Error::internal)?;
    rows::replace(cx.conn, &TotpRow { user_id: user.id, sealed, last_step: 0, created_at: cx.now })?;
    let issuer = encoded(&site::load(cx)?.name);
    let (email, shown) = (encoded(&user.email), made.shown());
    let uri = format!("otpauth://totp/{issuer}:{email}?secret={shown}&issuer={issuer}");
    Ok(Started { secret: shown, uri, expires_at: cx.now.plus_seconds(PENDING_SECONDS) })
}

/// Turns the second factor on by its first code; answers the recovery codes, which are kept as hashes only.
///
/// # Errors
/// 403 for API tokens; 409 where it was not begun; [`Code::InvalidTotpCode`].
pub fn confirm(cx: &mut Cx, actor: &Actor, secret: &Secret, code: &str) -> Result<Vec<String>> {
    let user = sessions::own_for(cx, actor, Op::ConfirmTotp)?;
    let pending = rows::find(cx.conn, user.id)?.filter(|row| row.created_at.plus_seconds(PENDING_SECONDS) > cx.now);
    let Some(pending) = pending.filter(|_| user.totp_since.is_none()) else {
        return Err(conflict("Nothing waits to be confirmed; begin with POST /v1/auth/totp."));
    };
    use_code(cx, &pending, secret, code)?;
    let now = cx.now;
    let on = UserRow { totp_since: Some(now), ..user.clone() };
    let user = users::save(cx, actor, &user, on, false, "enable_totp")?;
    new_codes(cx, user.id)
}

/// Turns the caller's second factor off. `hash` is what the password was compared with; a recovery code is as good as
/// one of the authenticator.
///
/// # Errors
/// 403 for API tokens; 409 where it is off; [`Code::InvalidTotpCode`].
pub fn disable(cx: &mut Cx, actor: &Actor, secret: &Secret, hash: &str, code: &str) -> Result<()> {
    let user = sessions::own_checked(cx, actor, Op::DisableTotp, hash)?;
    check(cx, &user, secret, code)?;
    turn_off(cx, actor, &user, false, "disable_totp").map(drop)
}

/// Makes new recovery codes in the place of the last ones.
///
/// # Errors
/// As [`disable`].
pub fn renew_codes(cx: &mut Cx, actor: &Actor, secret: &Secret, hash: &str, code: &str) -> Result<Vec<String>> {
    let user = sessions::own_checked(cx, actor, Op::RenewRecoveryCodes, hash)?;
    check(cx, &user, secret, code)?;
    super::audit(cx, actor, "renew_recovery_codes", "user", user.id, &serde_json::json!({}))?;
    new_codes(cx, user.id)
}

/// Turns a user's second factor off who has lost it, and ends their sessions.
///
/// # Errors
/// 403, 404, 412; 409 where it is off, and for one's own.
pub fn reset(cx: &mut Cx, actor: &Actor, id: Id, precondition: &Precondition) -> Result<UserRow> {
    let user = users::open(cx, actor, Op::ResetUserTotp, id, precondition)?;
    if actor.owns(Some(id)) {
        return Err(conflict("You can't do this to yourself; ask another administrator."));
    }
    if user.totp_since.is_none() {
        return Err(off());
    }
    turn_off(cx, actor, &user, true, "reset_user_totp")
}

fn turn_off(cx: &mut Cx, actor: &Actor, user: &UserRow, ends: bool, action: &'static str) -> Result<UserRow> {
    rows::remove(cx.conn, user.id)?;
    users::save(cx, actor, user, UserRow { totp_since: None, ..user.clone() }, ends, action)
}

/// Whether `code` is good for this user now; it is used up then. It is one of the authenticator, or a recovery code.
///
/// # Errors
/// [`Code::InvalidTotpCode`]; 409 where the second factor is off.
pub(super) fn check(cx: &mut Cx, user: &UserRow, secret: &Secret, code: &str) -> Result<()> {
    let row = rows::find(cx.conn, user.id)?.filter(|_| user.totp_since.is_some()).ok_or_else(off)?;
    let code: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_lowercase();
    let is_of_authenticator = code.len() <= crate::crypto::totp::DIGITS;
    if is_of_authenticator {
        return use_code(cx, &row, secret, &code);
    }
    if rows::take_code(cx.conn, user.id, &tokens::hash(&code))? { Ok(()) } else { Err(invalid()) }
}

fn use_code(cx: &mut Cx, row: &TotpRow, secret: &Secret, code: &str) -> Result<()> {
    let shared = secret.open(&purpose(row.user_id), &row.sealed).ok().and_then(|bytes| TotpSecret::from_bytes(&bytes));
    let shared = shared.ok_or_else(|| Error::internal("SLUGLINE_SECRET does not open a user's second factor"))?;
    let step = shared.step_of(code, cx.now.unix(), row.last_step).ok_or_else(invalid)?;
    if rows::use_step(cx.conn, row.user_id, step)? { Ok(()) } else { Err(invalid()) }
}

fn new_codes(cx: &mut Cx, user: Id) -> Result<Vec<String>> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| password::recovery_code()).collect();
    let hashes: Vec<String> = codes.iter().map(|code| tokens::hash(&code.replace('-', ""))).collect();
    rows::replace_codes(cx.conn, user, &hashes)?;
    Ok(codes)
}

/// What a secret is sealed for: one user's does not open as another's.
fn purpose(user: Id) -> String {
    format!("totp {user}")
}

fn conflict(detail: &str) -> Error {
    Error::new(Code::Conflict, detail)
}

fn off() -> Error {
    conflict("The second factor is off.")
}

fn invalid() -> Error {
    Error::new(Code::InvalidTotpCode, "This code is not good: it is wrong, too old, or was used before.")
}
