//! The one error type of the domain and its table of codes. It knows no HTTP: `http::problem` maps a
//! [`Code`] to its status.
//!
//! Which error belongs where: the leaves (`model`, `text`, `files`, `crypto`) answer [`Fault`]s or small errors of
//! their own; `store` answers what the database said as [`Code::Unavailable`], [`Code::StorageFull`] or
//! [`Code::Internal`]; `domain` answers everything else.

mod codes;
mod fault;

use std::fmt;

use serde_json::{Map, Value};

pub use codes::{Code, FaultCode};
pub use fault::{Fault, Place};

/// The result of every use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How often something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// What clients know it by.
    pub name: &'static str,
    /// So often at the most.
    pub most: u32,
    /// Within so many seconds.
    pub seconds: u32,
}

/// What a use case answers when it can't do its work: a code, a sentence for people, the faults of the input, and
/// members that only this code has (`current_version`, `allowed_actions`, `used_by`, `notice` …).
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    code: Code,
    detail: String,
    faults: Vec<Fault>,
    extra: Map<String, Value>,
    retry_after: Option<u32>,
    quota: Option<Quota>,
}

impl Error {
    /// An error with a sentence for people.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self(Box::new(Inner { code, detail, faults: Vec::new(), extra: Map::new(), retry_after: None, quota: None }))
    }

    /// [`Code::NotFound`], always with the same words: an answer must not tell what exists.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing here.")
    }

    /// [`Code::Internal`]; `cause` goes to the log, never to the client.
    pub fn internal(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(Code::Internal, "Something broke on our side. The request id finds it in the log.")
    }

    /// [`Code::Internal`] for a panic; its message goes to the log, the client is not told.
    pub fn panicked(payload: &(dyn std::any::Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self::internal(format_args!("panic: {}", text.unwrap_or("without a message")))
    }

    /// [`Code::InvalidBody`] with all its faults.
    #[must_use]
    pub fn invalid(faults: Vec<Fault>) -> Self {
        Self::new(Code::InvalidBody, "The body breaks the rules listed in `errors`.").with_faults(faults)
    }

    /// [`Code::InvalidParameter`] with one fault.
    pub fn parameter(name: impl Into<String>, code: FaultCode, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::new(Code::InvalidParameter, detail.clone()).with_faults(vec![Fault::parameter(name, code, detail)])
    }

    /// Adds faults.
    #[must_use]
    pub fn with_faults(mut self, faults: Vec<Fault>) -> Self {
        self.0.faults.extend(faults);
        self
    }

    /// Adds a member to the problem document.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.extra.insert(name.to_owned(), value.into());
        self
    }

    /// Tells the client to wait so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// Says which quota is used up, and to wait so many seconds.
    #[must_use]
    pub fn over(mut self, quota: Quota, wait: u32) -> Self {
        self.0.quota = Some(quota);
        self.retry_after(wait)
    }

    /// What went wrong.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// A sentence for people.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The faults of the input.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.0.faults
    }

    /// Members that only this error has.
    #[must_use]
    pub fn extra(&self) -> &Map<String, Value> {
        &self.0.extra
    }

    /// The quota that is used up.
    #[must_use]
    pub fn quota(&self) -> Option<Quota> {
        self.0.quota
    }

    /// Seconds for `Retry-After`.
    #[must_use]
    pub fn wait_seconds(&self) -> Option<u32> {
        self.0.retry_after
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)?;
        for fault in &self.0.faults {
            write!(f, " [{:?} {}: {}]", fault.place, fault.code, fault.detail)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
