//! The keys that nodes share: rows of the database, wrapped by the operator's secret, made on the first start.

use crate::crypto::jwt::{KeyPair, Keyring};
use crate::crypto::{random_key, secret::Secret};
use crate::error::{Code, Error, Result};
use crate::model::{Id, Time};
use crate::store::Conn;
use crate::store::keys::{self, KeyRow};

/// What signs.
pub struct Keys {
    /// Access tokens; the newest key signs, all verify.
    pub ring: Keyring,
    /// Derives the successors of refresh tokens.
    pub refresh: [u8; 32],
    /// Signs the media addresses that editors get.
    pub media_urls: [u8; 32],
    /// Seals the secrets of webhooks, as it does the keys.
    pub secret: Secret,
    /// Signs preview tokens.
    pub previews: [u8; 32],
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
    let mut pairs = Vec::new();
    for row in keys::of(conn, "jwt")? {
        let der = unwrap(secret, &row)?;
        pairs.push(KeyPair::from_pkcs8_der(&der).map_err(Error::internal)?);
    }
    if pairs.is_empty() {
        let pair = KeyPair::generate().map_err(Error::internal)?;
        add(conn, secret, "jwt", pair.pkcs8_der(), now)?;
        pairs.push(pair);
    }
    let ring = Keyring::new(pairs, issuer).map_err(Error::internal)?;
    Ok(Keys { ring, refresh, media_urls, previews, secret: secret.clone() })
}

/// What keys are for.
const PURPOSES: [&str; 4] = ["refresh", "media-url", "preview", "jwt"];

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
    add(conn, secret, purpose, &key, now)?;
    Ok(key)
}

fn add(conn: &mut Conn, secret: &Secret, purpose: &str, plain: &[u8], now: Time) -> Result<()> {
    let sealed = secret.seal(purpose, plain).map_err(Error::internal)?;
    keys::insert(conn, &KeyRow { id: Id::new(), purpose: purpose.to_owned(), sealed, public: None, created_at: now })
}

fn unwrap(secret: &Secret, row: &KeyRow) -> Result<Vec<u8>> {
    secret.open(&row.purpose, &row.sealed).map_err(|_| {
        let detail = "SLUGLINE_SECRET is not the one that wrapped the keys of this database; start with that one";
        Error::new(Code::Internal, detail)
    })
}
