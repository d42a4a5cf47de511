//! What each operation takes at the most: bytes, time, requests at once, requests in a minute. The one table of it
//! (`table`) is what the extractors and the middleware go by, and what the documentation shows.

mod enforce;
mod shown;
mod table;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpMessage, HttpRequest};
use tokio::sync::Semaphore;

use super::extract::body::Pace;
use super::limits::Limited;
use super::{ROUTES, Route};
use crate::config;
use crate::files::webvtt;

pub use enforce::Bounded;
pub use shown::{extension, markdown};
use table::{TABLE, WRITES};

/// How long a client may take to send the head of a request.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take nothing of its answers (on Linux, where the system counts it).
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long an idle connection is kept.
pub const KEEP_ALIVE: Duration = Duration::from_secs(75);

/// Bytes in a MiB.
const MIB: u64 = 1024 * 1024;

/// What a group of operations is bounded by.
#[derive(Debug)]
pub struct Bounds {
    /// What the group is called.
    pub group: &'static str,
    /// Which operations belong to it, unless an earlier group has them.
    holds: fn(&Route) -> bool,
    /// Bytes of a body that is read into memory; 0: none is read.
    pub body: u64,
    /// The file that a form may have.
    pub file: File,
    /// How fast the body must arrive.
    pub pace: Pace,
    /// From the end of the body, or of the head where there is none, to the head of the answer.
    pub answer: Duration,
    /// How many are worked on at once.
    pub at_once: AtOnce,
    /// How often one client may ask.
    pub limited: &'static [Limited],
}

/// The file that a form may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    /// None.
    None,
    /// A picture, film, recording or document, as large as the operator chose.
    Media,
    /// Subtitles or chapters.
    Track,
}

/// How large a file may be, in bytes, by what its first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileLimits {
    /// A picture.
    pub image: u64,
    /// Anything else.
    pub other: u64,
}

impl File {
    /// How large it may be.
    #[must_use]
    pub const fn limits(self, files: &config::Files) -> FileLimits {
        match self {
            Self::None => FileLimits { image: 0, other: 0 },
            Self::Media => FileLimits { image: files.max_image_mib * MIB, other: files.max_file_mib * MIB },
            Self::Track => FileLimits { image: webvtt::MAX_BYTES, other: webvtt::MAX_BYTES },
        }
    }
}

/// How many requests are worked on at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtOnce {
    /// As many as come; the database has places of its own.
    Any,
    /// So many of the group.
    Requests(usize),
    /// As many passwords as there are cores.
    Passwords,
    /// Two files are looked into.
    Files,
    /// As many listeners as the operator chose.
    Listeners,
}

impl Bounds {
    /// The bounds of an operation.
    #[must_use]
    pub fn of_operation(operation: &str) -> &'static Self {
        let route = ROUTES.iter().find(|route| route.operation == operation);
        let held = route.and_then(|route| TABLE.iter().find(|bounds| (bounds.holds)(route)));
        held.copied().unwrap_or(&WRITES)
    }

    /// The bounds of the operation that a request asks for.
    #[must_use]
    pub fn of(request: &HttpRequest) -> &'static Self {
        request.extensions().get::<&'static Self>().copied().unwrap_or(&WRITES)
    }

    /// How long a request may take in all, until the head of its answer.
    #[must_use]
    pub fn in_all(&self) -> Duration {
        let receiving = if self.body > 0 || self.file != File::None { self.pace.total } else { Duration::ZERO };
        self.answer + receiving
    }
}

/// The places of the groups that have few of them; one for all workers.
#[derive(Debug)]
pub struct Places(HashMap<&'static str, Arc<Semaphore>>);

impl Default for Places {
    fn default() -> Self {
        let places = TABLE.iter().filter_map(|bounds| match bounds.at_once {
            AtOnce::Requests(most) => Some((bounds.group, Arc::new(Semaphore::new(most)))),
            _ => None,
        });
        Self(places.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_bounds_and_every_group_operations() {
        for route in ROUTES {
            assert!(TABLE.iter().any(|bounds| (bounds.holds)(route)), "{}", route.operation);
        }
        for bounds in TABLE {
            let own = ROUTES.iter().filter(|route| std::ptr::eq(Bounds::of_operation(route.operation), *bounds));
            assert!(own.count() > 0, "{} is empty", bounds.group);
            assert!(bounds.answer > Duration::ZERO);
        }
    }
}
