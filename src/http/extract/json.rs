//! JSON bodies. A handler asks for the checks in the order of the API: 400, 413 and 415; 428; 422.

use std::convert::Infallible;
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use deserr::Deserr;

use super::{IfMatch, body};
use crate::error::{Code, Error};
use crate::http::bounds::Bounds;
use crate::http::once;
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::json::Document;

type Result<T> = std::result::Result<T, Problem>;
type Extracting<T> = std::pin::Pin<Box<dyn Future<Output = std::result::Result<T, Infallible>>>>;

const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";
const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");
const ACCEPT_POST: HeaderName = HeaderName::from_static("accept-post");

/// A type that is read from a JSON body. The route's [`Bounds`] say how large it may be.
pub trait JsonInput: Deserr<Faults> {
    /// Does no body at all mean `{}`?
    const EMPTY_IS_OBJECT: bool = false;
}

/// The body of a POST or PUT: `application/json`.
pub struct JsonBody<T>(Received<T>);

/// The body of a PATCH: a JSON Merge Patch (RFC 7396), as `application/merge-patch+json` or `application/json`.
pub struct MergePatch<T>(Received<T>);

impl<T: JsonInput> JsonBody<T> {
    /// Reads the body; for routes without `If-Match`.
    ///
    /// # Errors
    /// 400, 413, 415 and 408 first, then 422 with every fault.
    pub fn read(self) -> Result<T> {
        self.0.syntax()?.read()
    }

    /// Reads `If-Match` and the body.
    ///
    /// # Errors
    /// 400, 413, 415 and 408 first, then 428, then 422 with every fault.
    pub fn read_if_match(self, request: &HttpRequest) -> Result<(IfMatch<'_>, T)> {
        self.0.read_if_match(request)
    }

    /// The checks before `If-Match`: size, media type and syntax.
    ///
    /// # Errors
    /// 400, 413, 415, 408.
    pub fn syntax(self) -> Result<Parsed<T>> {
        self.0.syntax()
    }
}

impl<T: JsonInput> MergePatch<T> {
    /// Reads the body; for routes where `If-Match` may be left out.
    ///
    /// # Errors
    /// 400, 413, 415 and 408 first, then 422 with every fault.
    pub fn read(self) -> Result<T> {
        self.0.syntax()?.read()
    }

    /// Reads `If-Match` and the body.
    ///
    /// # Errors
    /// 400, 413, 415 and 408 first, then 428, then 422 with every fault.
    pub fn read_if_match(self, request: &HttpRequest) -> Result<(IfMatch<'_>, T)> {
        self.0.read_if_match(request)
    }

    /// The checks before `If-Match`: size, media type and syntax.
    ///
    /// # Errors
    /// 400, 413, 415, 408.
    pub fn syntax(self) -> Result<Parsed<T>> {
        self.0.syntax()
    }
}

/// A well-formed body whose members have not been looked at.
#[derive(Debug)]
pub struct Parsed<T> {
    document: Document,
    bytes: Bytes,
    wanted: PhantomData<fn() -> T>,
}

impl<T: JsonInput> Parsed<T> {
    /// Looks at the members.
    ///
    /// # Errors
    /// 422 with every fault.
    pub fn read(self) -> Result<T> {
        self.document.read().map_err(Problem::from)
    }

    /// Reads `If-Match` and looks at the members.
    ///
    /// # Errors
    /// 428, then 422 with every fault.
    pub fn read_if_match(self, request: &HttpRequest) -> std::result::Result<(IfMatch<'_>, T), Error> {
        let if_match = IfMatch::from_request(request)?;
        Ok((if_match, self.document.read()?))
    }

    /// The bytes as they were sent (for the fingerprint of an Idempotency-Key).
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl<T: JsonInput + 'static> FromRequest for JsonBody<T> {
    type Error = Infallible;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let receiving = Received::new(request, payload, &[JSON], ACCEPT_POST);
        Box::pin(async { Ok(Self(receiving.await)) })
    }
}

impl<T: JsonInput + 'static> FromRequest for MergePatch<T> {
    type Error = Infallible;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let receiving = Received::new(request, payload, &[MERGE_PATCH, JSON], ACCEPT_PATCH);
        Box::pin(async { Ok(Self(receiving.await)) })
    }
}

/// What arrived: the bytes, or why they can't be taken.
struct Received<T> {
    bytes: Result<Bytes>,
    wanted: PhantomData<fn() -> T>,
}

impl<T: JsonInput> Received<T> {
    fn new(
        request: &HttpRequest,
        payload: &mut Payload,
        types: &'static [&'static str],
        accept: HeaderName,
    ) -> impl Future<Output = Self> + 'static {
        let request = request.clone();
        let mut payload = payload.take();
        async move {
            let bytes = Self::receive(&request, &mut payload, types, accept).await;
            once::note_body(&request, bytes.as_ref().map_or(&[], |bytes| bytes));
            Self { bytes, wanted: PhantomData }
        }
    }

    async fn receive(
        request: &HttpRequest,
        payload: &mut Payload,
        types: &'static [&'static str],
        accept: HeaderName,
    ) -> Result<Bytes> {
        let (headers, bounds) = (request.headers(), Bounds::of(request));
        let untyped = !headers.contains_key(header::CONTENT_TYPE);
        if !(takes(headers, types) || untyped && T::EMPTY_IS_OBJECT) {
            return Err(unsupported(types, accept));
        }
        let bytes = body::read(headers, payload, bounds).await?;
        if untyped && !bytes.is_empty() { Err(unsupported(types, accept)) } else { Ok(bytes) }
    }

    fn syntax(self) -> Result<Parsed<T>> {
        let bytes = self.bytes?;
        let document =
            if bytes.is_empty() && T::EMPTY_IS_OBJECT { Document::empty() } else { Document::parse(&bytes)? };
        Ok(Parsed { document, bytes, wanted: PhantomData })
    }

    fn read_if_match(self, request: &HttpRequest) -> Result<(IfMatch<'_>, T)> {
        Ok(self.syntax()?.read_if_match(request)?)
    }
}

/// JSON is UTF-8; a `charset` that says otherwise is refused with the type.
fn takes(headers: &HeaderMap, types: &[&str]) -> bool {
    let Some(line) = headers.get(header::CONTENT_TYPE).and_then(|line| line.to_str().ok()) else { return false };
    let mut parts = line.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let utf8 = |part: &str| match part.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    };
    types.iter().any(|name| essence.eq_ignore_ascii_case(name)) && parts.all(utf8)
}

fn unsupported(types: &'static [&'static str], accept: HeaderName) -> Problem {
    let list = types.join(", ");
    let error = Error::new(Code::UnsupportedMediaType, format!("This route takes a body of type {list}."));
    let value = HeaderValue::from_str(&list).unwrap_or_else(|_| HeaderValue::from_static(JSON));
    Problem::from(error).with_header(accept, value)
}
