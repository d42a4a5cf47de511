//! All faults of one input, collected while it is read, each with its JSON Pointer (RFC 6901).
//!
//! [`Faults`] is the error type of every `deserr` derive: `#[deserr(error = Faults, deny_unknown_fields)]`.
//! Its texts are its own: `deserr`'s messages repeat the input, which a problem document never does.

use std::ops::ControlFlow;

use deserr::{DeserializeError, ErrorKind, IntoValue, MergeWithError, Value, ValueKind, ValuePointerRef};

use crate::error::{Error, Fault, FaultCode, Place};

/// Collecting stops here: a body of a million unknown members must not make a problem of a million entries.
const MAX_FAULTS: usize = 100;

/// Longer names are not repeated in a pointer: the fault is then placed at the parent. Bytes.
const MAX_NAME: usize = 64;

/// The faults found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    list: Vec<Fault>,
    did_you_mean: Option<String>,
}

impl Faults {
    /// One fault at `location`.
    pub fn one(location: ValuePointerRef<'_>, code: FaultCode, detail: impl Into<String>) -> Self {
        Self { list: vec![Fault::at(pointer(location), code, detail)], did_you_mean: None }
    }

    /// The fault of the member `key` under `location`, which is not one of those `accepted`: read-only if it is one
    /// of `read_only`, else unknown.
    #[must_use]
    pub fn unknown_or_read_only(
        key: &str,
        accepted: &[&str],
        read_only: &[&str],
        location: ValuePointerRef<'_>,
    ) -> Self {
        if read_only.contains(&key) {
            let detail = "This member is set by the server and can't be written.";
            return Self::one(location.push_key(key), FaultCode::ReadOnly, detail);
        }
        if key.len() > MAX_NAME {
            return Self::one(location, FaultCode::UnknownField, "This object has a member that is not known here.");
        }
        let nearest = nearest(key, accepted);
        let detail = with_suggestion("There is no such member.", nearest);
        let mut faults = Self::one(location.push_key(key), FaultCode::UnknownField, detail);
        faults.did_you_mean = nearest.map(str::to_owned);
        faults
    }

    /// Adds a fault; says whether there is room for more.
    pub fn push(&mut self, fault: Fault) -> bool {
        if self.list.len() < MAX_FAULTS {
            self.list.push(fault);
        }
        self.list.len() < MAX_FAULTS
    }

    /// The faults, in the order of the input.
    #[must_use]
    pub fn into_list(self) -> Vec<Fault> {
        self.list
    }

    /// The known name that the first unknown one resembles.
    #[must_use]
    pub fn did_you_mean(&self) -> Option<&str> {
        self.did_you_mean.as_deref()
    }

    fn join(mut self, other: Self) -> ControlFlow<Self, Self> {
        let room = other.list.into_iter().all(|fault| self.push(fault));
        self.did_you_mean = self.did_you_mean.or(other.did_you_mean);
        if room { ControlFlow::Continue(self) } else { ControlFlow::Break(self) }
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        Self::invalid(faults.into_list())
    }
}

impl MergeWithError<Faults> for Faults {
    fn merge(first: Option<Self>, second: Faults, _: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        first.unwrap_or_default().join(second)
    }
}

/// What a value's own `parse` answers: the code and the sentence; the place is known here.
impl MergeWithError<(FaultCode, String)> for Faults {
    fn merge(
        first: Option<Self>,
        (code, detail): (FaultCode, String),
        at: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        first.unwrap_or_default().join(Self::one(at, code, detail))
    }
}

/// What a `validate` function answers, with pointers that start at the object it looked at.
impl MergeWithError<Vec<Fault>> for Faults {
    fn merge(first: Option<Self>, found: Vec<Fault>, at: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        let prefix = pointer(at);
        let list = found.into_iter().map(|fault| fault.under(&prefix)).collect();
        first.unwrap_or_default().join(Self { list, did_you_mean: None })
    }
}

impl DeserializeError for Faults {
    fn error<V: IntoValue>(
        first: Option<Self>,
        error: ErrorKind<'_, V>,
        at: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let found = match error {
            ErrorKind::IncorrectValueKind { actual: Value::Null, .. } => {
                Self::one(at, FaultCode::NotNull, "This can't be null.")
            }
            ErrorKind::IncorrectValueKind { accepted, .. } => {
                Self::one(at, FaultCode::WrongType, format!("This must be {}.", kinds(accepted)))
            }
            ErrorKind::MissingField { field } => {
                Self::one(at.push_key(field), FaultCode::Required, "This member must be given.")
            }
            ErrorKind::UnknownKey { key, accepted } => Self::unknown_or_read_only(key, accepted, &[], at),
            ErrorKind::UnknownValue { value, accepted } => {
                let nearest = nearest(value, accepted);
                let mut faults = Self::one(at, FaultCode::NotOneOf, one_of(accepted, nearest));
                faults.did_you_mean = nearest.map(str::to_owned);
                faults
            }
            ErrorKind::BadSequenceLen { expected, .. } => {
                Self::one(at, FaultCode::OutOfRange, format!("This list must have {expected} entries."))
            }
            ErrorKind::Unexpected { msg } => unexpected(&msg, at),
        };
        first.unwrap_or_default().join(found)
    }
}

/// The sentence that lists what is allowed, with a suggestion.
#[must_use]
pub fn one_of(accepted: &[&str], nearest: Option<&str>) -> String {
    let names: Vec<String> = accepted.iter().map(|name| format!("`{name}`")).collect();
    with_suggestion(&format!("This must be one of {}.", names.join(", ")), nearest)
}

/// The known name that `name` most resembles, if any does.
#[must_use]
pub fn nearest<'a>(name: &str, accepted: &[&'a str]) -> Option<&'a str> {
    const ALIKE: f64 = 0.7;
    if name.len() > MAX_NAME {
        return None;
    }
    let name = name.to_lowercase();
    accepted
        .iter()
        .map(|known| (strsim::normalized_damerau_levenshtein(&name, known), *known))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

/// The JSON Pointer (RFC 6901) of a place in the input.
#[must_use]
pub fn pointer(location: ValuePointerRef<'_>) -> String {
    fn write(location: ValuePointerRef<'_>, out: &mut String) {
        match location {
            ValuePointerRef::Origin => {}
            ValuePointerRef::Key { key, prev } => {
                write(*prev, out);
                push_token(out, key);
            }
            ValuePointerRef::Index { index, prev } => {
                write(*prev, out);
                push_token(out, &index.to_string());
            }
        }
    }
    let mut out = String::new();
    write(location, &mut out);
    out
}

/// Adds `/token` to a JSON Pointer, escaped.
pub fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// Turns faults of a query, whose pointers are `/name`, into faults of parameters.
#[must_use]
pub fn as_parameters(faults: Vec<Fault>) -> Vec<Fault> {
    let rename = |fault: Fault| match fault.place {
        Place::Pointer(pointer) => {
            let name = pointer.split('/').nth(1).unwrap_or_default().replace("~1", "/").replace("~0", "~");
            match fault.code {
                FaultCode::UnknownField => {
                    let detail = fault.detail.replace("member", "parameter");
                    Fault::parameter(name, FaultCode::UnknownParameter, detail)
                }
                code => Fault::parameter(name, code, fault.detail),
            }
        }
        _ => fault,
    };
    faults.into_iter().map(rename).collect()
}

/// `deserr` reports numbers that don't fit, and tags that it does not know, by a message that repeats them.
fn unexpected(message: &str, at: ValuePointerRef<'_>) -> Faults {
    let bound = message.rsplit("authorized is `").next().and_then(|rest| rest.strip_suffix('`'));
    match bound {
        Some(bound) if message.contains("is too large") => {
            Faults::one(at, FaultCode::OutOfRange, format!("This must be at most {bound}."))
        }
        Some(bound) if message.contains("is too small") => {
            Faults::one(at, FaultCode::OutOfRange, format!("This must be at least {bound}."))
        }
        _ => Faults::one(at, FaultCode::InvalidFormat, "This does not have the form that is asked for."),
    }
}

fn with_suggestion(sentence: &str, nearest: Option<&str>) -> String {
    match nearest {
        Some(name) => format!("{sentence} Did you mean `{name}`?"),
        None => sentence.to_owned(),
    }
}

fn kinds(accepted: &[ValueKind]) -> String {
    if accepted.contains(&ValueKind::Float) {
        return "a number".to_owned();
    }
    let mut names: Vec<&str> = accepted.iter().map(|kind| kind_name(*kind)).collect();
    names.dedup();
    names.join(" or ")
}

const fn kind_name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Null => "null",
        ValueKind::Boolean => "true or false",
        ValueKind::Integer | ValueKind::NegativeInteger => "an integer",
        ValueKind::Float => "a number",
        ValueKind::String => "a string",
        ValueKind::Sequence => "an array",
        ValueKind::Map => "an object",
    }
}

/// A fault for every member that is `null` and can't be: their pointers, and whether they are.
#[must_use]
pub fn not_null(members: &[(&str, bool)]) -> Vec<Fault> {
    let nulls = members.iter().filter(|(_, is_null)| *is_null);
    nulls.map(|(pointer, _)| Fault::at(*pointer, FaultCode::NotNull, "This can't be null.")).collect()
}
