//! `Idempotency-Key`: a POST that is sent again is answered again, and done once.
//!
//! A handler runs its work by `Once::of(&request, &actor)?.run(&app, |cx| …)` in place of `app.write(|cx| …)`; the work
//! answers a [`Reply`], which is kept in its own transaction. Replays carry `Idempotency-Replayed: true`. Nothing is kept
//! of what was refused: it wrote nothing, and may be tried again.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::answer::{json_private, private};
use super::problem::Problem;
use crate::app::App;
use crate::domain::idempotency::{self, Asked, Claim, Kept};
use crate::domain::{Actor, Cx};
use crate::error::{Code, Error, Fault, FaultCode, Place, Result};

/// The POSTs of `/v1/admin` that take no key: uploads, and those whose answer carries a secret, which is kept nowhere.
pub const WITHOUT_KEY: &[&str] = &[
    "create_media",
    "replace_media_file",
    "create_media_track",
    "create_user",
    "invite_user",
    "reset_user_password",
    "create_token",
    "rotate_token",
    "create_webhook",
    "rotate_webhook_secret",
    "create_preview_token",
];

/// The header's name.
pub const HEADER: &str = "Idempotency-Key";
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key, in characters.
pub const MAX_KEY: usize = 255;

/// The SHA-256 of a request's body, left with the request by whoever read it.
#[derive(Clone)]
struct BodyHash([u8; 32]);

/// Leaves the hash of the body with the request, where a key asks for it.
pub(super) fn note_body(request: &HttpRequest, body: &[u8]) {
    if request.headers().contains_key(&KEY) {
        request.extensions_mut().insert(BodyHash(Sha256::digest(body).into()));
    }
}

/// How often a request may be done: as often as it comes, or once by its key.
#[derive(Debug)]
#[must_use]
pub struct Once(Option<Asked>);

impl Once {
    /// By the request's `Idempotency-Key`, if it has one. The body must have been read.
    ///
    /// # Errors
    /// [`Code::InvalidHeader`] for what is no key.
    pub fn of(request: &HttpRequest, actor: &Actor) -> Result<Self> {
        let Some(key) = key_of(request.headers())? else { return Ok(Self(None)) };
        let route = request.match_pattern().unwrap_or_else(|| request.path().to_owned());
        let body = request.extensions().get::<BodyHash>().map_or([0; 32], |hash| hash.0);
        let mut hash = Sha256::new();
        for part in [request.method().as_str().as_bytes(), request.path().as_bytes(), &body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let fingerprint = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self(Some(Asked { principal: idempotency::principal(actor), route, key, fingerprint })))
    }

    /// As often as it comes: for PATCH, which `If-Match` guards.
    pub const fn never() -> Self {
        Self(None)
    }

    /// Runs `work` in one writing transaction and answers as it says; or answers as before, where the key was used.
    ///
    /// # Errors
    /// What `work` answers; [`Code::IdempotencyKeyReused`], [`Code::IdempotencyKeyInUse`].
    pub async fn run<F>(self, app: &App, work: F) -> Result<HttpResponse, Problem>
    where
        F: FnOnce(&mut Cx) -> Result<Reply> + Send + 'static,
    {
        let Some(asked) = self.0 else { return Ok(app.write(work).await?.into_response()) };
        let Some(_running) = app.running.begin(&asked) else { return Err(in_use().into()) };
        let done = app.write(move |cx| match idempotency::claim(cx, &asked)? {
            Claim::Done(kept) => Ok((Reply::of(kept)?, true)),
            Claim::New => {
                let reply = work(cx)?;
                idempotency::keep(cx, &asked, &reply.kept()?)?;
                Ok((reply, false))
            }
        });
        let (reply, replayed) = done.await?;
        Ok(if replayed { reply.into_replay() } else { reply.into_response() })
    }

    /// The same with what was read of `If-Match` and the body, which may be what is wrong with them. The key is looked up
    /// first: what was done is answered as before, whatever `If-Match` says now.
    ///
    /// # Errors
    /// As [`Once::run`]; what is wrong with the input, where the key is new or there is none.
    pub async fn run_with<T, F>(self, app: &App, input: Result<T>, work: F) -> Result<HttpResponse, Problem>
    where
        T: Send + 'static,
        F: FnOnce(&mut Cx, T) -> Result<Reply> + Send + 'static,
    {
        let wrong = match input {
            Ok(input) => return self.run(app, move |cx| work(cx, input)).await,
            Err(wrong) => wrong,
        };
        let Some(asked) = self.0 else { return Err(wrong.into()) };
        let Some(_running) = app.running.begin(&asked) else { return Err(in_use().into()) };
        match app.read_briefly(move |cx| idempotency::done(cx, &asked)).await? {
            Some(kept) => Ok(Reply::of(kept)?.into_replay()),
            None => Err(wrong.into()),
        }
    }
}

fn in_use() -> Error {
    Error::new(Code::IdempotencyKeyInUse, "A request with this key is being worked on. Send it again in a moment.")
}

/// An editorial answer in the making: all of it that a replay repeats.
#[derive(Clone, Debug)]
pub struct Reply {
    status: StatusCode,
    body: Vec<u8>,
    version: Option<i64>,
    location: Option<String>,
}

impl Reply {
    /// An answer with JSON, and with the version as its ETag where the resource has one.
    ///
    /// # Errors
    /// The body can't be written as JSON.
    pub fn json(status: StatusCode, body: &impl Serialize, version: Option<i64>) -> Result<Self> {
        let body = serde_json::to_vec(body).map_err(Error::internal)?;
        Ok(Self { status, body, version, location: None })
    }

    /// An answer without a body.
    #[must_use]
    pub const fn empty(status: StatusCode) -> Self {
        Self { status, body: Vec::new(), version: None, location: None }
    }

    /// The same with `Location`.
    #[must_use]
    pub fn at(mut self, location: String) -> Self {
        self.location = Some(location);
        self
    }

    /// The answer itself.
    #[must_use]
    pub fn into_response(self) -> HttpResponse {
        let mut response = match self.body.is_empty() {
            true => private(self.status),
            false => json_private(self.status, self.body, self.version),
        };
        if let Some(location) = self.location.and_then(|location| HeaderValue::from_str(&location).ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }

    /// The answer again.
    fn into_replay(self) -> HttpResponse {
        let mut response = self.into_response();
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
        response
    }

    fn kept(&self) -> Result<Kept> {
        let body = String::from_utf8(self.body.clone()).map_err(Error::internal)?;
        let status = i32::from(self.status.as_u16());
        Ok(Kept { status, body, version: self.version, location: self.location.clone() })
    }

    fn of(kept: Kept) -> Result<Self> {
        let status = u16::try_from(kept.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        let status = status.ok_or_else(|| Error::internal("a kept answer has no status"))?;
        Ok(Self { status, body: kept.body.into_bytes(), version: kept.version, location: kept.location })
    }
}

/// The key of a request: 1 to 255 visible ASCII characters, as they are or as a string of RFC 8941 (in quotes).
fn key_of(headers: &HeaderMap) -> Result<Option<String>> {
    let mut lines = headers.get_all(&KEY);
    let Some(line) = lines.next() else { return Ok(None) };
    let text = line.to_str().ok().filter(|_| lines.next().is_none()).map(str::trim);
    let key = text.and_then(|text| if text.starts_with('"') { unquoted(text) } else { Some(text.to_owned()) });
    let is_key = |key: &String| (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    key.filter(is_key).map(Some).ok_or_else(|| {
        let detail = format!("{HEADER} takes 1 to {MAX_KEY} visible ASCII characters, with or without double quotes.");
        let fault = Fault { place: Place::Header(HEADER), code: FaultCode::InvalidFormat, detail: detail.clone() };
        Error::new(Code::InvalidHeader, detail).with_faults(vec![fault])
    })
}

/// What stands between the quotes of a string (RFC 8941, 3.3.3).
fn unquoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"').filter(|_| text.len() > 1)?;
    let mut key = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => key.push(chars.next().filter(|c| matches!(c, '"' | '\\'))?),
            '"' => return None,
            c => key.push(c),
        }
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(KEY, HeaderValue::from_str(value).unwrap());
        key_of(&headers).unwrap_or_default()
    }

    #[test]
    fn keys_are_visible_ascii_with_or_without_quotes() {
        let long = "k".repeat(255);
        for (value, key) in
            [("a", "a"), ("\"a\"", "a"), (r#""a\"b\\""#, "a\"b\\"), (" a ", "a"), (long.as_str(), &long)]
        {
            assert_eq!(read(value).as_deref(), Some(key), "{value}");
        }
        for wrong in ["", " ", "\"", "\"\"", "a b", "\"a b\"", "\"a", "\"a\"b\"", r#""a\b""#, &"k".repeat(256)] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
