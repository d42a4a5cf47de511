//! The ways into an account without its password: invitations, new passwords, new addresses. Each is a link that works
//! once and for a while; a new one ends the last one for the same purpose.

use serde_json::json;

use super::mails::{self, MailKind};
use super::sessions::{self, Device, Issued};
use super::{Actor, Cx, Op, events, policy, users};
use crate::crypto::tokens::{self, OneTime};
use crate::error::{Code, Error, Result};
use crate::model::people::NewUser;
use crate::model::{Email, Id, Line, LinkPurpose, Time};
use crate::store::account_links::{self as links, LinkRow};
use crate::store::mails as mail_rows;
use crate::store::users::{self as rows, UserRow};

/// How long an invitation works, in seconds.
pub const INVITATION_SECONDS: i64 = 72 * 3_600;
/// How long the other links work, in seconds.
pub const LINK_SECONDS: i64 = 3_600;

/// A link that was made. It can't be printed.
#[derive(Clone)]
pub struct Link {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The token, which is kept nowhere.
    pub token: String,
    /// Where it leads, the token included.
    pub url: String,
    /// When it ends.
    pub expires_at: Time,
}

/// How a link reaches its user.
#[derive(Clone)]
pub enum Handed {
    /// By mail to this address.
    Mailed(LinkPurpose, String),
    /// By the administrator who asked for it.
    Shown(Link),
}

/// Whether this user has been invited and has not come yet.
#[must_use]
pub fn is_invited(user: &UserRow) -> bool {
    user.password_hash.is_none()
}

/// Makes a user without a password, who is to choose one by a link. `by_mail` says whether this server sends mail.
///
/// # Errors
/// 403; 422 for an address that is taken.
pub fn create_invited(cx: &mut Cx, actor: &Actor, new: NewUser, by_mail: bool) -> Result<(UserRow, Handed)> {
    let user = users::add(cx, actor, new, None)?;
    let handed = hand_over(cx, LinkPurpose::Invitation, &user, by_mail)?;
    Ok((user, handed))
}

/// Invites a user again who has not come yet; the last invitation ends.
///
/// # Errors
/// 403, 404; 409 for who has a password already, or is suspended.
pub fn invite(cx: &mut Cx, actor: &Actor, id: Id, by_mail: bool) -> Result<Handed> {
    policy::check(actor, Op::InviteUser)?;
    let user = open(cx, id)?;
    if !is_invited(&user) {
        return Err(Error::new(Code::Conflict, "This user has a password already; make a link to a new one instead."));
    }
    hand_over_audited(cx, actor, "invite_user", LinkPurpose::Invitation, &user, by_mail)
}

/// Makes a link by which a user chooses another password. The present one works until then.
///
/// # Errors
/// 403, 404; 409 for who has no password yet, or is suspended.
pub fn reset_user_password(cx: &mut Cx, actor: &Actor, id: Id, by_mail: bool) -> Result<Handed> {
    policy::check(actor, Op::ResetUserPassword)?;
    let user = open(cx, id)?;
    if is_invited(&user) {
        return Err(Error::new(Code::Conflict, "This user has no password yet; invite the user again instead."));
    }
    hand_over_audited(cx, actor, "reset_user_password", LinkPurpose::PasswordReset, &user, by_mail)
}

fn open(cx: &mut Cx, id: Id) -> Result<UserRow> {
    let user = rows::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    if user.suspended_at.is_some() {
        return Err(Error::new(Code::Conflict, "This user is suspended; reactivate the user first."));
    }
    Ok(user)
}

fn hand_over_audited(
    cx: &mut Cx,
    actor: &Actor,
    action: &str,
    purpose: LinkPurpose,
    user: &UserRow,
    by_mail: bool,
) -> Result<Handed> {
    let handed = hand_over(cx, purpose, user, by_mail)?;
    events::audit(cx, actor, action, "user", user.id, &json!({ "by_mail": by_mail }))?;
    Ok(handed)
}

fn hand_over(cx: &mut Cx, purpose: LinkPurpose, user: &UserRow, by_mail: bool) -> Result<Handed> {
    let kind = MailKind::Link(purpose);
    mail_rows::remove_of(cx.conn, user.id, kind.as_str())?;
    if by_mail {
        mails::add(cx, kind, user.id, &user.email)?;
        return Ok(Handed::Mailed(purpose, user.email.clone()));
    }
    make(cx, purpose, user.id, None).map(Handed::Shown)
}

/// Makes a link that ends the user's last one for this purpose.
fn make(cx: &mut Cx, purpose: LinkPurpose, user: Id, email: Option<String>) -> Result<Link> {
    let token = OneTime::generate();
    let seconds = if purpose == LinkPurpose::Invitation { INVITATION_SECONDS } else { LINK_SECONDS };
    let expires_at = cx.now.plus_seconds(seconds);
    let row = LinkRow {
        hash: token.hash,
        user_id: user,
        purpose: purpose.as_str().to_owned(),
        email,
        expires_at,
        created_at: cx.now,
    };
    links::replace(cx.conn, &row)?;
    let url = cx.urls.account_link(purpose, &token.plain);
    Ok(Link { purpose, token: token.plain, url, expires_at })
}

/// The link of a letter that is about to be sent; none where the user may not have it any more.
pub(super) fn link_to_mail(cx: &mut Cx, purpose: LinkPurpose, user: &UserRow, recipient: &str) -> Result<Option<Link>> {
    let is_taken = |other: Option<UserRow>| other.is_some_and(|other| other.id != user.id);
    let wanted = user.suspended_at.is_none()
        && match purpose {
            LinkPurpose::Invitation => is_invited(user) && user.email == recipient,
            LinkPurpose::PasswordReset => !is_invited(user) && user.email == recipient,
            LinkPurpose::EmailChange => !is_taken(rows::find_by_email(cx.conn, recipient)?),
        };
    if !wanted {
        return Ok(None);
    }
    let email = (purpose == LinkPurpose::EmailChange).then(|| recipient.to_owned());
    make(cx, purpose, user.id, email).map(Some)
}

/// The address of the user of a link that works now, before work is put into its use.
///
/// # Errors
/// [`Code::InvalidLink`].
pub fn address(cx: &mut Cx, purpose: LinkPurpose, token: &str) -> Result<String> {
    find(cx, purpose, token).map(|(_, user)| user.email)
}

fn find(cx: &mut Cx, purpose: LinkPurpose, token: &str) -> Result<(LinkRow, UserRow)> {
    if !tokens::looks_opaque(token) {
        return Err(invalid_link());
    }
    let link = links::find(cx.conn, &tokens::hash(token), purpose, cx.now)?.ok_or_else(invalid_link)?;
    let user = rows::find(cx.conn, link.user_id)?.filter(|user| user.suspended_at.is_none());
    Ok((link, user.ok_or_else(invalid_link)?))
}

/// Uses a link up.
fn take(cx: &mut Cx, purpose: LinkPurpose, token: &str) -> Result<(LinkRow, UserRow)> {
    let (link, user) = find(cx, purpose, token)?;
    if !links::take(cx.conn, &link.hash)? {
        return Err(invalid_link());
    }
    mail_rows::remove_of(cx.conn, user.id, purpose.as_str())?;
    Ok((link, user))
}

/// The user of a link, who acts by it.
fn holder(user: &UserRow, actor: &Actor) -> Actor {
    Actor { user: Some(user.id), name: user.name.clone(), role: user.role, ..actor.clone() }
}

/// Accepts an invitation: the user has this password from now on, and is signed in on this device.
///
/// # Errors
/// [`Code::InvalidLink`].
pub fn accept_invitation(
    cx: &mut Cx,
    actor: &Actor,
    token: &str,
    name: Option<Line<200>>,
    hash: String,
    device: Device,
) -> Result<Issued> {
    let (_, user) = take(cx, LinkPurpose::Invitation, token)?;
    if !is_invited(&user) {
        return Err(invalid_link());
    }
    let name = name.map_or_else(|| user.name.clone(), String::from);
    let after = UserRow { name, password_hash: Some(hash), last_login_at: Some(cx.now), ..user.clone() };
    let user = users::save(cx, &holder(&user, actor), &user, after, true, "accept_invitation")?;
    sessions::open(cx, &user, device)
}

/// Sets the password of whoever has the link. Every session and every older token ends.
///
/// # Errors
/// [`Code::InvalidLink`].
pub fn confirm_password_reset(cx: &mut Cx, actor: &Actor, token: &str, hash: String) -> Result<()> {
    let (_, user) = take(cx, LinkPurpose::PasswordReset, token)?;
    let after = UserRow { password_hash: Some(hash), ..user.clone() };
    users::save(cx, &holder(&user, actor), &user, after, true, "reset_password").map(drop)
}

/// Asks that a link to a new password be sent to whoever has this address.
///
/// # Errors
/// The database's.
pub fn request_password_reset(cx: &mut Cx, email: &Email) -> Result<()> {
    mails::request(cx, MailKind::Link(LinkPurpose::PasswordReset), email)
}

/// Asks that the caller's address be another one, once that confirms it. `hash` is what the password was compared with.
///
/// # Errors
/// 403 for API tokens; [`Code::Conflict`] if the password changed in the meantime.
pub fn request_email_change(cx: &mut Cx, actor: &Actor, email: &Email, hash: &str) -> Result<()> {
    let user = sessions::own_checked(cx, actor, Op::RequestEmailChange, hash)?;
    let kind = MailKind::Link(LinkPurpose::EmailChange);
    mail_rows::remove_of(cx.conn, user.id, kind.as_str())?;
    mails::add(cx, kind, user.id, email.as_str())?;
    events::audit(cx, actor, "request_email_change", "user", user.id, &json!({ "email": email.as_str() }))
}

/// Gives the user of a link the address that it was sent to, and tells the old one.
///
/// # Errors
/// [`Code::InvalidLink`]; [`Code::Conflict`] where somebody else has the address by now.
pub fn confirm_email_change(cx: &mut Cx, actor: &Actor, token: &str) -> Result<()> {
    let (link, user) = take(cx, LinkPurpose::EmailChange, token)?;
    let email = link.email.ok_or_else(invalid_link)?;
    if rows::find_by_email(cx.conn, &email)?.is_some_and(|other| other.id != user.id) {
        return Err(Error::new(Code::Conflict, "Another user has this e-mail address by now."));
    }
    let old = user.email.clone();
    let after = UserRow { email, ..user.clone() };
    users::save(cx, &holder(&user, actor), &user, after, false, "change_email")?;
    mails::add(cx, MailKind::EmailChanged, user.id, &old)
}

/// Changes what callers may of themselves.
///
/// # Errors
/// 403 for API tokens.
pub fn update_me(cx: &mut Cx, actor: &Actor, name: Option<Line<200>>) -> Result<UserRow> {
    policy::check(actor, Op::UpdateMe)?;
    let user = sessions::own(cx, actor)?;
    let name = name.map_or_else(|| user.name.clone(), String::from);
    if name == user.name {
        return Ok(user);
    }
    users::save(cx, actor, &user, UserRow { name, ..user.clone() }, false, "update_me")
}

fn invalid_link() -> Error {
    Error::new(Code::InvalidLink, "This link does not work: it was used, has ended, or a newer one took its place.")
}
