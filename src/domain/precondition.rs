//! `If-Match`: what a change demands of the stored version, and what the caller is told who comes too late.

use serde::Deserialize;

use super::Cx;
use crate::error::{Code, Error, Result};
use crate::model::{Id, Time};
use crate::store::outbox;

/// Changes looked at to say what is new; whoever is further behind is not told which members.
const MAX_CHANGES: i64 = 100;

/// What `If-Match` demands of the stored version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// `*`: any version.
    Any,
    /// One of these versions.
    Versions(Vec<i64>),
}

impl Precondition {
    /// Whether a resource of this version may be changed.
    #[must_use]
    pub fn allows(&self, version: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Versions(versions) => versions.contains(&version),
        }
    }

    /// The newest version before `version` that the caller knows.
    #[must_use]
    pub fn known_before(&self, version: i64) -> Option<i64> {
        match self {
            Self::Any => None,
            Self::Versions(versions) => versions.iter().copied().filter(|known| *known < version).max(),
        }
    }

    /// 412 unless the stored version is one of those asked for.
    ///
    /// # Errors
    /// [`Code::StaleVersion`], as [`stale`] makes it; the database's.
    pub fn check(&self, cx: &mut Cx, subject: Id, version: i64, updated_at: Time) -> Result<()> {
        if self.allows(version) { Ok(()) } else { Err(stale(cx, self, subject, version, updated_at)?) }
    }
}

/// What an audit entry says of a change.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    version: i64,
    #[serde(default)]
    fields: Vec<String>,
}

/// The 412 of a resource that has this version now: `current_version`, `updated_at`, `updated_by`, and, where the caller
/// named a version that there was, the `changed_fields` since.
///
/// # Errors
/// The database's.
pub fn stale(cx: &mut Cx, wanted: &Precondition, subject: Id, version: i64, updated_at: Time) -> Result<Error> {
    let changes = outbox::changes_of(cx.conn, subject, MAX_CHANGES)?;
    let mut error = came_too_late(version, updated_at);
    if let Some((by, _)) = changes.first() {
        error = error.with("updated_by", by.as_str());
    }
    if let Some(known) = wanted.known_before(version) {
        let told: Vec<Told> = changes.iter().filter_map(|(_, detail)| serde_json::from_str(detail).ok()).collect();
        // A part of the members would mislead whoever merges by them.
        let is_whole = told.iter().map(|told| told.version).min().is_some_and(|oldest| oldest <= known + 1);
        let since = told.into_iter().filter(|told| told.version > known);
        let mut fields: Vec<String> = since.flat_map(|told| told.fields).collect();
        fields.sort_unstable();
        fields.dedup();
        if is_whole {
            error = error.with("changed_fields", fields);
        }
    }
    Ok(error)
}

/// The 412 without who and what.
#[must_use]
pub fn came_too_late(version: i64, updated_at: Time) -> Error {
    Error::new(Code::StaleVersion, "The resource changed in the meantime. Read it again and repeat your change on it.")
        .with("current_version", version)
        .with("updated_at", updated_at.to_string())
}

/// The members of a resource, by their names on the wire, in which two rows differ.
macro_rules! changed_members {
    ($old:expr, $new:expr, { $($member:literal: $field:ident),+ $(,)? }) => {
        [$(($member, $old.$field != $new.$field)),+]
            .into_iter()
            .filter_map(|(member, differs)| differs.then_some(member))
            .collect::<Vec<&'static str>>()
    };
}
pub(crate) use changed_members;
