//! The keys that nodes share: rows of the database, wrapped by the operator's secret, made on the first start.
//!
//! Those that sign access tokens take turns. A new one is published [`LEAD_SECONDS`] before its turn, so that nodes and
//! whoever else verifies tokens know it in time; the one before verifies for another [`OVERLAP_SECONDS`], until the last
//! token that it signed has ended, and is then removed. Whose turn it is, is decided by the clock when a token is signed.

use std::sync::{Arc, PoisonError, RwLock};

use serde_json::json;

use super::sessions::ACCESS_SECONDS;
use super::{Actor, Cx, events};
use crate::crypto::jwt::{KeyPair, Keyring, LEEWAY_SECONDS};
use crate::crypto::{random_key, secret::Secret};
use crate::error::{Code, Error, Result};
use crate::model::{Id, Time};
use crate::store::Conn;
use crate::store::dialect::wake_others;
use crate::store::keys::{self, JWT, KeyRow};

/// How long a signing key is published before it signs, in seconds: twelve times as long as caches keep the key set.
pub const LEAD_SECONDS: i64 = 3_600;
/// How long a key verifies after the next one's turn began, in seconds: as long as its last token lasts, by clocks that
/// differ as far as they may.
pub const OVERLAP_SECONDS: i64 = ACCESS_SECONDS + 2 * LEEWAY_SECONDS;
const DAY: i64 = 86_400;

/// What signs.
pub struct Keys {
    /// Access tokens, with the keys that the database had when it was last looked at.
    ring: RwLock<Arc<Keyring>>,
    /// Derives the successors of refresh tokens.
    pub refresh: [u8; 32],
    /// Signs the media addresses that editors get.
    pub media_urls: [u8; 32],
    /// Seals the secrets of webhooks, as it does the keys.
    pub secret: Secret,
    /// Signs preview tokens.
    pub previews: [u8; 32],
}

impl Keys {
    /// What signs and verifies access tokens.
    #[must_use]
    pub fn ring(&self) -> Arc<Keyring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Goes on with these keys.
    pub fn replace_ring(&self, ring: Keyring) {
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring);
    }
}

/// Loads the keys, and makes those that are missing.
///
/// # Errors
/// The secret is not the one that wrapped them.
pub fn load(conn: &mut Conn, secret: &Secret, issuer: &str, now: Time) -> Result<Keys> {
    keys::lock(conn)?;
    let refresh = symmetric(conn, secret, "refresh", now)?;
    let media_urls = symmetric(conn, secret, "media-url", now)?;
    let previews = symmetric(conn, secret, "preview", now)?;
    let rows = keys::of(conn, JWT)?;
    if rows.is_empty() {
        add_signing(conn, secret, now, now)?;
    }
    // Those of earlier releases have no name yet.
    for row in rows.iter().filter(|row| row.public.is_none()) {
        keys::set_public(conn, row.id, pair(secret, row)?.kid())?;
    }
    let ring = RwLock::new(Arc::new(ring(&keys::of(conn, JWT)?, secret, issuer)?));
    Ok(Keys { ring, refresh, media_urls, previews, secret: secret.clone() })
}

/// The ring of the keys that the database has now, unless they are those of `known`.
///
/// # Errors
/// The secret is not the one that wrapped them; the database's.
pub fn newer(conn: &mut Conn, secret: &Secret, known: &Keyring) -> Result<Option<Keyring>> {
    let rows = keys::of(conn, JWT)?;
    if rows.iter().map(|row| row.public.as_deref().unwrap_or_default()).eq(known.kids()) {
        return Ok(None);
    }
    ring(&rows, secret, known.issuer()).map(Some)
}

fn ring(rows: &[KeyRow], secret: &Secret, issuer: &str) -> Result<Keyring> {
    let pairs = rows.iter().map(|row| Ok((pair(secret, row)?, row.signs_from.unix()))).collect::<Result<Vec<_>>>()?;
    Keyring::new(pairs, issuer).map_err(Error::internal)
}

fn pair(secret: &Secret, row: &KeyRow) -> Result<KeyPair> {
    KeyPair::from_pkcs8_der(&unwrap(secret, row)?).map_err(Error::internal)
}

/// How one signing key takes the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// With an overlap: nobody notices.
    Overlapping,
    /// At once, because the old key may be known to others: every access token ends, on every node, and the sessions go
    /// on with their refresh tokens.
    AtOnce,
}

/// Makes the next signing key.
///
/// # Errors
/// [`Code::Conflict`] while one waits for its turn already.
pub fn rotate(cx: &mut Cx, actor: &Actor, secret: &Secret, how: Rotation) -> Result<KeyRow> {
    keys::lock(cx.conn)?;
    let rows = keys::of(cx.conn, JWT)?;
    let signs_from = match how {
        Rotation::AtOnce => {
            for row in &rows {
                keys::delete(cx.conn, row.id)?;
            }
            cx.now
        }
        Rotation::Overlapping => {
            if let Some(waiting) = rows.first().filter(|row| row.signs_from > cx.now) {
                let detail = format!("A new key is published already; it signs from {} on.", waiting.signs_from);
                return Err(Error::new(Code::Conflict, detail));
            }
            cx.now.plus_seconds(LEAD_SECONDS)
        }
    };
    let row = add_signing(cx.conn, secret, cx.now, signs_from)?;
    let detail = json!({ "kid": row.public, "signs_from": signs_from, "at_once": how == Rotation::AtOnce });
    events::audit(cx, actor, "rotate_keys", "key", row.id, &detail)?;
    wake_others(cx.conn)?;
    Ok(row)
}

/// What time does to the signing keys: makes the next one so early that it signs when the present one has signed for
/// `days` (0: never), and removes those whose last token has ended. Any number of nodes may do it at once.
///
/// # Errors
/// The database's.
pub fn turn(cx: &mut Cx, secret: &Secret, days: u32) -> Result<()> {
    let (now, rows) = (cx.now, keys::of(cx.conn, JWT)?);
    if ended(now, &rows).next().is_none() && !is_due(now, &rows, days) {
        return Ok(());
    }
    // One node at a time: whoever waited here finds what the other one did.
    keys::lock(cx.conn)?;
    let rows = keys::of(cx.conn, JWT)?;
    for row in ended(now, &rows) {
        keys::delete(cx.conn, row.id)?;
    }
    if is_due(now, &rows, days) {
        let row = rotate(cx, &Actor::system(), secret, Rotation::Overlapping)?;
        tracing::info!(kid = row.public, signs_from = %row.signs_from, "made the next signing key");
    }
    Ok(())
}

/// The keys whose last token has ended.
fn ended(now: Time, rows: &[KeyRow]) -> impl Iterator<Item = &KeyRow> {
    let followed = rows.iter().zip(rows.iter().skip(1));
    followed.filter(move |(next, _)| next.signs_from.plus_seconds(OVERLAP_SECONDS) <= now).map(|(_, row)| row)
}

fn is_due(now: Time, rows: &[KeyRow], days: u32) -> bool {
    let lasts = i64::from(days) * DAY - LEAD_SECONDS;
    days > 0 && rows.first().is_some_and(|newest| newest.signs_from.plus_seconds(lasts) <= now)
}

/// A signing key, as the operator sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its name in the header of tokens and in the key set.
    pub kid: String,
    /// When it was made.
    pub created_at: Time,
    /// What it is good for now.
    pub turn: Turn,
}

/// What a signing key is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is published, and signs from this instant on.
    Waits(Time),
    /// It has signed since this instant.
    Signs(Time),
    /// It verifies what it signed, until this instant.
    Verifies(Time),
}

/// The signing keys, the one whose turn comes last first.
///
/// # Errors
/// The database's.
pub fn list(cx: &mut Cx) -> Result<Vec<Listed>> {
    let mut next: Option<Time> = None;
    let mut listed = Vec::new();
    for row in keys::of(cx.conn, JWT)? {
        let turn = match next.filter(|began| *began <= cx.now) {
            Some(began) => Turn::Verifies(began.plus_seconds(OVERLAP_SECONDS)),
            None if row.signs_from > cx.now => Turn::Waits(row.signs_from),
            None => Turn::Signs(row.signs_from),
        };
        next = Some(row.signs_from);
        listed.push(Listed { kid: row.public.unwrap_or_default(), created_at: row.created_at, turn });
    }
    Ok(listed)
}

/// What keys are for.
const PURPOSES: [&str; 4] = ["refresh", "media-url", "preview", JWT];

/// How many keys there are; this makes none.
///
/// # Errors
/// The database's.
pub fn count(conn: &mut Conn) -> Result<usize> {
    PURPOSES.iter().try_fold(0, |count, purpose| Ok(count + keys::of(conn, purpose)?.len()))
}

/// The same, of keys that this secret opens.
///
/// # Errors
/// The secret is not the one that wrapped them.
pub fn check(conn: &mut Conn, secret: &Secret) -> Result<usize> {
    let mut count = 0;
    for purpose in PURPOSES {
        for row in keys::of(conn, purpose)? {
            unwrap(secret, &row)?;
            count += 1;
        }
    }
    Ok(count)
}

fn symmetric(conn: &mut Conn, secret: &Secret, purpose: &str, now: Time) -> Result<[u8; 32]> {
    if let Some(row) = keys::of(conn, purpose)?.first() {
        return unwrap(secret, row)?.try_into().map_err(|_| Error::internal("a key in the database is damaged"));
    }
    let key = random_key();
    add(conn, secret, bare(purpose, now), &key)?;
    Ok(key)
}

fn add_signing(conn: &mut Conn, secret: &Secret, now: Time, signs_from: Time) -> Result<KeyRow> {
    let pair = KeyPair::generate().map_err(Error::internal)?;
    let kid = Some(pair.kid().to_owned());
    add(conn, secret, KeyRow { signs_from, public: kid, ..bare(JWT, now) }, pair.pkcs8_der())
}

/// Adds a key, sealed.
fn add(conn: &mut Conn, secret: &Secret, row: KeyRow, plain: &[u8]) -> Result<KeyRow> {
    let sealed = secret.seal(&row.purpose, plain).map_err(Error::internal)?;
    let row = KeyRow { sealed, ..row };
    keys::insert(conn, &row)?;
    Ok(row)
}

/// A new key without its bytes.
fn bare(purpose: &str, now: Time) -> KeyRow {
    let (id, purpose) = (Id::new(), purpose.to_owned());
    KeyRow { id, purpose, sealed: String::new(), public: None, created_at: now, signs_from: now }
}

fn unwrap(secret: &Secret, row: &KeyRow) -> Result<Vec<u8>> {
    secret.open(&row.purpose, &row.sealed).map_err(|_| {
        let detail = "SLUGLINE_SECRET is not the one that wrapped the keys of this database; start with that one";
        Error::new(Code::Internal, detail)
    })
}
