//! What the actions on an article take.

use super::faults::not_null;
use super::read::{Whole, Wrong, input};
use super::{CorrectionKind, Field, Line, Locale, Prose, Time};
use crate::error::{Error, Fault, FaultCode, Result};

input! {
    /// What `publish` takes.
    pub struct Publish {
        /// The start of the live period, not in the future: for articles that come from elsewhere. Now where absent,
        /// or the present start when the article is live already.
        published_at: Time,
        /// When the article disappears by itself.
        unpublish_at: Time,
        /// Keeps `updated_at`: nothing changed that readers should know of.
        minor_edit: bool,
        /// Lets it start within its embargo; administrators alone may, and give the `reason`.
        override_embargo: bool,
        /// Why, for colleagues.
        reason: Line<500>,
    }

    /// What `schedule` takes.
    pub struct Schedule {
        /// When the article appears, in the future. Must be given.
        publish_at: Time,
        /// When it disappears by itself.
        unpublish_at: Time,
        /// Lets it start within its embargo; administrators alone may, and give the `reason`.
        override_embargo: bool,
        /// Why, for colleagues.
        reason: Line<500>,
    }

    /// What `unpublish` takes.
    pub struct Unpublish {
        /// Why, for colleagues.
        reason: Line<500>,
    }

    /// What `kill` takes.
    pub struct Kill {
        /// What readers are told at the article's address.
        notice: Prose<2000>,
        /// Why, for colleagues.
        reason: Line<500>,
    }

    /// What `correct` takes; both must be given.
    pub struct Correct {
        /// What it is.
        kind: CorrectionKind,
        /// What readers are told.
        text: Prose<2000>,
    }

    /// What `flag` takes; at least one must be given.
    pub struct Flag {
        /// For the front page.
        featured: bool,
        /// Breaking news.
        breaking: bool,
    }

    /// What `duplicate` takes.
    pub struct Duplicate {
        /// The locale of the copy; another one makes it a translation.
        locale: Locale,
    }

    /// What `submit` takes.
    pub struct Submit {
        /// What the reviewer should know.
        note: Prose<2000>,
    }

    /// What `request-changes` takes.
    pub struct RequestChanges {
        /// What is to be changed, and why. Must be given.
        reason: Prose<2000>,
    }

    /// What `lock` takes.
    pub struct Lock {
        /// Why, for colleagues. Must be given to take a lock over; `null` clears the reason of one's own.
        reason: Line<500>,
        /// Takes the lock from whoever holds it.
        take_over: bool,
    }

    /// What the restoring of a revision takes.
    pub struct RestoreRevision {
        /// Why, for colleagues.
        reason: Line<500>,
    }

    /// What a preview token is made from.
    pub struct NewPreviewToken {
        /// The version to show, for good; the working copy as it is where left out.
        version: Whole<1, 2_147_483_647>,
        /// How long the token works, in seconds: an hour where left out, a day at the most.
        expires_in_seconds: Whole<1, 86_400>,
    }

    /// What actions without input take: an empty object.
    pub struct Nothing {}
}

/// The value of a member that must be given.
pub fn required<T>(pointer: &str, field: Field<T>, faults: &mut Vec<Fault>) -> Option<T> {
    let (code, detail): Wrong = match field {
        Field::Set(value) => return Some(value),
        Field::Null => (FaultCode::NotNull, "This can't be null.".to_owned()),
        Field::Absent => (FaultCode::Required, "This member must be given.".to_owned()),
    };
    faults.push(Fault::at(pointer, code, detail));
    None
}

/// Whether an embargo is to be overridden, and the reason that was given.
///
/// # Errors
/// 422 for overriding without a reason.
pub fn why(override_embargo: Field<bool>, reason: Field<Line<500>>) -> Result<(bool, Option<String>)> {
    let (overridden, reason) = (override_embargo.set().unwrap_or(false), reason.map(String::from).set());
    if overridden && reason.is_none() {
        let detail = "Overriding an embargo needs a reason.";
        return Err(Error::invalid(vec![Fault::at("/reason", FaultCode::Required, detail)]));
    }
    Ok((overridden, reason))
}

impl Correct {
    /// Kind and text.
    ///
    /// # Errors
    /// 422 for what is missing.
    pub fn sound(self) -> Result<(CorrectionKind, String)> {
        let mut faults = Vec::new();
        let kind = required("/kind", self.kind, &mut faults);
        let text = required("/text", self.text, &mut faults);
        kind.zip(text).map(|(kind, text)| (kind, text.into())).ok_or_else(|| Error::invalid(faults))
    }
}

impl RequestChanges {
    /// The reason.
    ///
    /// # Errors
    /// 422 where there is none.
    pub fn sound(self) -> Result<String> {
        let mut faults = Vec::new();
        required("/reason", self.reason, &mut faults).map(String::from).ok_or_else(|| Error::invalid(faults))
    }
}

impl Schedule {
    /// Start and end.
    ///
    /// # Errors
    /// 422 for a missing start.
    pub fn sound(self) -> Result<(Time, Option<Time>)> {
        let mut faults = Vec::new();
        let start = required("/publish_at", self.publish_at, &mut faults);
        start.map(|start| (start, self.unpublish_at.set())).ok_or_else(|| Error::invalid(faults))
    }
}

impl Lock {
    /// The reason, and whether a lock is to be taken over.
    ///
    /// # Errors
    /// 422 for taking over without a reason, or for `null`.
    pub fn sound(self) -> Result<(Field<Line<500>>, bool)> {
        let mut faults = Vec::new();
        if self.take_over.is_null() {
            faults.push(Fault::at("/take_over", FaultCode::NotNull, "This can't be null."));
        }
        let take_over = self.take_over.set().unwrap_or(false);
        if take_over && self.reason.as_ref().set().is_none() {
            faults.push(Fault::at("/reason", FaultCode::Required, "Say why the lock is taken over."));
        }
        if faults.is_empty() { Ok((self.reason, take_over)) } else { Err(Error::invalid(faults)) }
    }
}

impl NewPreviewToken {
    /// The version, if one is named, and how long the token works, in seconds.
    ///
    /// # Errors
    /// 422 for `null`.
    pub fn sound(self) -> Result<(Option<i64>, i64)> {
        let nulls = [("/version", self.version.is_null()), ("/expires_in_seconds", self.expires_in_seconds.is_null())];
        let faults = not_null(&nulls);
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        Ok((self.version.set().map(|whole| whole.0), self.expires_in_seconds.set().map_or(3_600, |whole| whole.0)))
    }
}

impl Flag {
    /// The flags that were given.
    ///
    /// # Errors
    /// 422 when there is none, or for `null`.
    pub fn sound(self) -> Result<(Option<bool>, Option<bool>)> {
        let mut faults = not_null(&[("/featured", self.featured.is_null()), ("/breaking", self.breaking.is_null())]);
        if self.featured.is_absent() && self.breaking.is_absent() {
            faults.push(Fault::at("", FaultCode::Required, "Give featured, breaking or both."));
        }
        if faults.is_empty() { Ok((self.featured.set(), self.breaking.set())) } else { Err(Error::invalid(faults)) }
    }
}
