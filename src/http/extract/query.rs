//! Query parameters: each at most once, none that the route does not declare, all faults at once as 400.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use deserr::{Deserr, IntoValue, Map, Value, ValueKind};
use percent_encoding::percent_decode;

use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::http::problem::Problem;
use crate::model::faults::{Faults, as_parameters};

/// More parameters than any route declares.
const MAX_PARAMETERS: usize = 64;

/// The query parameters of a public route. Editorial routes call [`Query::of`] in the handler, so that 401 comes
/// first.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// For routes that declare no parameter: any is refused.
#[derive(Clone, Copy, Debug, Default, Deserr)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct NoParams {}

impl<T: Deserr<Faults>> Query<T> {
    /// Reads the parameters of `request`.
    ///
    /// # Errors
    /// [`Code::InvalidParameter`] with every fault, and `did_you_mean` for an unknown name.
    pub fn of(request: &HttpRequest) -> Result<T> {
        read(request.query_string())
    }
}

impl<T: Deserr<Faults>> FromRequest for Query<T> {
    type Error = Problem;
    type Future = Ready<std::result::Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).map(Self).map_err(Problem::from))
    }
}

/// Reads a query string (`application/x-www-form-urlencoded`, in strict UTF-8).
///
/// # Errors
/// As [`Query::of`].
pub fn read<T: Deserr<Faults>>(query: &str) -> Result<T> {
    let pairs = parse(query)?;
    deserr::deserialize::<T, Pairs, Faults>(pairs).map_err(refused)
}

fn refused(faults: Faults) -> Error {
    let meant = faults.did_you_mean().map(str::to_owned);
    let error = invalid().with_faults(as_parameters(faults.into_list()));
    match meant {
        Some(name) => error.with("did_you_mean", name),
        None => error,
    }
}

fn invalid() -> Error {
    Error::new(Code::InvalidParameter, "The parameters listed in `errors` are not accepted.")
}

fn parse(query: &str) -> Result<Pairs> {
    let mut pairs: Vec<(String, Pairs)> = Vec::new();
    let mut faults = Vec::new();
    for (number, part) in query.split('&').filter(|part| !part.is_empty()).enumerate() {
        if number >= MAX_PARAMETERS {
            return Err(Error::new(Code::InvalidParameter, "There are too many parameters."));
        }
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = decode(name).ok_or_else(|| {
            Error::new(Code::InvalidParameter, "The name of a parameter is not percent-encoded UTF-8.")
        })?;
        if pairs.iter().any(|(known, _)| *known == name) {
            faults.push(Fault::parameter(name, FaultCode::Duplicate, "This parameter is given twice."));
            continue;
        }
        match decode(value) {
            Some(value) => pairs.push((name, Pairs::Text(value))),
            None => {
                let detail = "This is not percent-encoded UTF-8, or contains U+0000.";
                faults.push(Fault::parameter(name, FaultCode::InvalidFormat, detail));
            }
        }
    }
    if faults.is_empty() { Ok(Pairs::Members(pairs)) } else { Err(invalid().with_faults(faults)) }
}

/// `None` for a broken escape, bytes that are not UTF-8, and U+0000, which PostgreSQL can't store.
fn decode(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    parts.next();
    if !parts.all(|part| part.len() >= 2 && part.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())) {
        return None;
    }
    let spaced = if text.contains('+') { &text.replace('+', " ") } else { text };
    let decoded = percent_decode(spaced.as_bytes()).decode_utf8().ok()?.into_owned();
    (!decoded.contains('\0')).then_some(decoded)
}

/// A query as `deserr` sees it: one object of texts.
enum Pairs {
    Text(String),
    Members(Vec<(String, Pairs)>),
}

impl IntoValue for Pairs {
    type Sequence = Vec<Pairs>;
    type Map = Members;

    fn kind(&self) -> ValueKind {
        match self {
            Self::Text(_) => ValueKind::String,
            Self::Members(_) => ValueKind::Map,
        }
    }

    fn into_value(self) -> Value<Self> {
        match self {
            Self::Text(text) => Value::String(text),
            Self::Members(pairs) => Value::Map(Members(pairs)),
        }
    }
}

struct Members(Vec<(String, Pairs)>);

impl Map for Members {
    type Value = Pairs;
    type Iter = std::vec::IntoIter<(String, Pairs)>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn remove(&mut self, key: &str) -> Option<Pairs> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    fn into_iter(self) -> Self::Iter {
        self.0.into_iter()
    }
}
