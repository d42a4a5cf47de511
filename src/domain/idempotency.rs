//! What was answered to a request that carried an `Idempotency-Key`, so that the same request again is answered the
//! same. The answer is written in the transaction of the work: what was done has its answer, and what was not has none.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use super::{Actor, Cx};
use crate::error::{Code, Error, Result};
use crate::model::Scope;
use crate::store::idempotency as store;

/// How long an answer is kept, in seconds: a day.
const KEPT_SECONDS: i64 = 86_400;

/// A request that is to be done once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    /// Who asks, as [`principal`] says.
    pub principal: String,
    /// The route's pattern.
    pub route: String,
    /// The key.
    pub key: String,
    /// What is asked: a hash of method, path and body.
    pub fingerprint: String,
}

/// An answer as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The HTTP status.
    pub status: i32,
    /// The JSON; may be empty.
    pub body: String,
    /// The version that the ETag tells.
    pub version: Option<i64>,
    /// The `Location`.
    pub location: Option<String>,
}

/// Whether a request is new.
pub enum Claim {
    /// It is: do it, and [`keep`] the answer.
    New,
    /// It was done, with this answer.
    Done(Kept),
}

/// Who a key belongs to: a person, or tokens of a person that may do the same.
#[must_use]
pub fn principal(actor: &Actor) -> String {
    let user = actor.user.map_or_else(String::new, |user| user.to_string());
    match &actor.scopes {
        None => user,
        Some(scopes) => {
            let mut words: Vec<&str> = scopes.iter().map(|scope: &Scope| scope.as_str()).collect();
            words.sort_unstable();
            format!("{user} {}", words.join(","))
        }
    }
}

/// Takes the key for this request. Another node that has taken it holds this one up until it is done.
///
/// # Errors
/// [`Code::IdempotencyKeyReused`] where the key was used for another request.
pub fn claim(cx: &mut Cx, asked: &Asked) -> Result<Claim> {
    let oldest = cx.now.plus_seconds(-KEPT_SECONDS);
    let place = store::Place { principal: &asked.principal, route: &asked.route, key: &asked.key };
    store::forget(cx.conn, &place, oldest)?;
    if store::reserve(cx.conn, &place, &asked.fingerprint, cx.now)? {
        return Ok(Claim::New);
    }
    done(cx, asked)?.map(Claim::Done).ok_or_else(|| Error::internal("a taken key is not there"))
}

/// What was answered to this request in the last 24 hours, if it was done.
///
/// # Errors
/// [`Code::IdempotencyKeyReused`] where the key was used for another request.
pub fn done(cx: &mut Cx, asked: &Asked) -> Result<Option<Kept>> {
    let oldest = cx.now.plus_seconds(-KEPT_SECONDS);
    let place = store::Place { principal: &asked.principal, route: &asked.route, key: &asked.key };
    let Some(found) = store::find(cx.conn, &place, oldest)? else { return Ok(None) };
    if found.fingerprint != asked.fingerprint {
        let detail = "This key was used for another request in the last 24 hours. Make a new key for each request.";
        return Err(Error::new(Code::IdempotencyKeyReused, detail));
    }
    Ok(Some(Kept { status: found.status, body: found.body, version: found.version, location: found.location }))
}

/// Keeps the answer of a request that was claimed.
///
/// # Errors
/// The database's.
pub fn keep(cx: &mut Cx, asked: &Asked, kept: &Kept) -> Result<()> {
    let place = store::Place { principal: &asked.principal, route: &asked.route, key: &asked.key };
    store::complete(cx.conn, &place, kept.status, &kept.body, kept.version, kept.location.as_deref())
}

/// Forgets what has been kept for a day, at most `most` answers; says how many.
///
/// # Errors
/// The database's.
pub fn sweep(cx: &mut Cx, most: i64) -> Result<usize> {
    store::sweep(cx.conn, cx.now.plus_seconds(-KEPT_SECONDS), most)
}

/// The requests with a key that this process is working on.
#[derive(Debug, Default)]
pub struct Running(Mutex<HashSet<(String, String, String)>>);

/// One of them, until it is dropped.
pub struct Run<'a> {
    all: &'a Running,
    place: (String, String, String),
}

impl Running {
    /// Begins a request, unless one with its key is being worked on.
    #[must_use]
    pub fn begin(&self, asked: &Asked) -> Option<Run<'_>> {
        let place = (asked.principal.clone(), asked.route.clone(), asked.key.clone());
        let new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place.clone());
        new.then(|| Run { all: self, place })
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.place);
    }
}
