//! Letters to users. A use case adds one in its transaction; the job sends it after the commit. The link of a letter is
//! made when it is sent, so that no token ever lies in the database; a letter that is sent again has a new one, which
//! ends the one before.

use super::{Cx, accounts, site};
use crate::error::Result;
use crate::model::{Email, Id, LinkPurpose, Time};
use crate::store::mails::{self, MailRow};
use crate::store::users::{self, UserRow};

/// Seconds after each attempt until the next one; after the last the letter is given up. The first is longer than
/// sending may take: it also keeps other nodes from sending the letter meanwhile.
pub const RETRIES: [i64; 6] = [60, 300, 1_800, 7_200, 21_600, 21_600];
/// Letters that may wait; what anybody can ask for is not taken beyond them.
pub const MAX_WAITING: i64 = 10_000;

/// What a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// With a link that works once.
    Link(LinkPurpose),
    /// Tells the old address that another one took its place.
    EmailChanged,
}

const EMAIL_CHANGED: &str = "email_changed";

impl MailKind {
    /// The word that it is kept by.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Link(purpose) => purpose.as_str(),
            Self::EmailChanged => EMAIL_CHANGED,
        }
    }

    fn parse(word: &str) -> Option<Self> {
        if word == EMAIL_CHANGED { Some(Self::EmailChanged) } else { LinkPurpose::parse(word).map(Self::Link) }
    }
}

/// A letter to be sent. It can't be printed: it may hold a link.
#[derive(Clone)]
pub struct Outgoing {
    /// The row to remove once it was sent.
    pub id: Id,
    /// Whom it goes to.
    pub to: String,
    /// What stands above it.
    pub subject: String,
    /// What stands in it.
    pub text: String,
}

/// Adds a letter to a user.
///
/// # Errors
/// The database's.
pub fn add(cx: &mut Cx, kind: MailKind, user: Id, recipient: &str) -> Result<()> {
    insert(cx, kind, Some(user), recipient)
}

/// Adds a letter to whoever has this address, if anybody has. It does not look, so that it takes as long for nobody.
///
/// # Errors
/// The database's.
pub fn request(cx: &mut Cx, kind: MailKind, email: &Email) -> Result<()> {
    if mails::count(cx.conn)? >= MAX_WAITING {
        tracing::warn!("too many letters wait; a new one was not taken");
        return Ok(());
    }
    insert(cx, kind, None, email.as_str())
}

fn insert(cx: &mut Cx, kind: MailKind, user_id: Option<Id>, recipient: &str) -> Result<()> {
    let row = MailRow {
        id: Id::new(),
        kind: kind.as_str().to_owned(),
        user_id,
        recipient: recipient.to_owned(),
        attempts: 0,
        next_at: cx.now,
        created_at: cx.now,
    };
    mails::add(cx.conn, &row)
}

/// The letters whose time has come.
///
/// # Errors
/// The database's.
pub fn due(cx: &mut Cx, most: i64) -> Result<Vec<Id>> {
    mails::due(cx.conn, cx.now, most)
}

/// The letter as it is to be sent now, if it still is: counts the attempt, and makes the link.
///
/// # Errors
/// The database's.
pub fn prepare(cx: &mut Cx, id: Id) -> Result<Option<Outgoing>> {
    let Some(row) = mails::find_due(cx.conn, id, cx.now)? else { return Ok(None) };
    let wait = usize::try_from(row.attempts).ok().and_then(|attempts| RETRIES.get(attempts));
    let Some(wait) = wait else {
        tracing::warn!(mail = %id, kind = row.kind, "a letter could not be sent, however often it was tried");
        mails::remove(cx.conn, id)?;
        return Ok(None);
    };
    if !mails::put_off(cx.conn, &row, cx.now.plus_seconds(*wait))? {
        return Ok(None);
    }
    let outgoing = match (MailKind::parse(&row.kind), addressee(cx, &row)?) {
        (Some(kind), Some(user)) => written(cx, kind, &row, &user)?,
        _ => None,
    };
    if outgoing.is_none() {
        mails::remove(cx.conn, id)?;
    }
    Ok(outgoing)
}

/// Notes that a letter was sent.
///
/// # Errors
/// The database's.
pub fn sent(cx: &mut Cx, id: Id) -> Result<()> {
    mails::remove(cx.conn, id)
}

fn addressee(cx: &mut Cx, row: &MailRow) -> Result<Option<UserRow>> {
    match row.user_id {
        Some(user) => users::find(cx.conn, user),
        None => users::find_by_email(cx.conn, &row.recipient),
    }
}

/// The letter; none where there is nothing to tell any more.
fn written(cx: &mut Cx, kind: MailKind, row: &MailRow, user: &UserRow) -> Result<Option<Outgoing>> {
    let site = site::load(cx)?.name;
    let (subject, text) = match kind {
        MailKind::EmailChanged => (format!("Your address at {site} was changed"), changed(&site, user)),
        MailKind::Link(purpose) => {
            let Some(link) = accounts::link_to_mail(cx, purpose, user, &row.recipient)? else { return Ok(None) };
            (subject(purpose, &site), with_link(purpose, &site, &user.name, &link.url, link.expires_at))
        }
    };
    Ok(Some(Outgoing { id: row.id, to: row.recipient.clone(), subject, text }))
}

fn subject(purpose: LinkPurpose, site: &str) -> String {
    match purpose {
        LinkPurpose::Invitation => format!("Your invitation to {site}"),
        LinkPurpose::PasswordReset => format!("A new password for {site}"),
        LinkPurpose::EmailChange => format!("Confirm your address for {site}"),
    }
}

fn with_link(purpose: LinkPurpose, site: &str, name: &str, url: &str, expires_at: Time) -> String {
    let what = match purpose {
        LinkPurpose::Invitation => format!("You are invited to {site}. Choose your password here:"),
        LinkPurpose::PasswordReset => format!("A new password for {site} was asked for. Choose it here:"),
        LinkPurpose::EmailChange => format!("This address is to be yours at {site}. Confirm it here:"),
    };
    format!(
        "Hello {name},\n\n{what}\n\n{url}\n\nThe link works once, until {expires_at}; a newer one ends it. If you did \
         not expect this letter, do nothing.\n"
    )
}

fn changed(site: &str, user: &UserRow) -> String {
    let name = &user.name;
    format!(
        "Hello {name},\n\nanother e-mail address has taken the place of this one at {site}. If that was not you, tell \
         an administrator at once.\n"
    )
}
