//! Many changes of media in one request.

use super::actions::required;
use super::batch::{BatchMode, IfVersion, MAX_OPERATIONS, sound_mode};
use super::field::FreeObject;
use super::read::{Many, input};
use super::words::words;
use super::{Field, Id};
use crate::error::{Error, Fault, FaultCode, Result};

words! {
    /// What an operation of a batch does with a media record.
    MediaBatchOp {
        /// Change what is said of it; `body` as of `PATCH`.
        Update = "update",
        /// Put it into a folder; `body` is `{folder}`, `null` for none.
        Move = "move",
        /// Delete it with its file; no `body`.
        Delete = "delete",
    }
}

input! {
    /// Many changes of media.
    pub struct MediaBatchInput {
        /// What is to be done, in this order; 1 to 100. Must be given.
        operations: Many<MediaBatchOperation, MAX_OPERATIONS>,
        /// What becomes of the others where one is refused; `all_or_nothing` where left out.
        mode: BatchMode,
    }

    /// One change of one media record.
    pub struct MediaBatchOperation {
        /// What to do. Must be given.
        op: MediaBatchOp,
        /// The record. Must be given.
        id: Id,
        /// As the header `If-Match`: a version such as `7`, or `*`. Must be given.
        if_match: IfVersion,
        /// What the single route takes; may be left out where nothing must be given.
        body: FreeObject,
    }

    /// What `move` takes.
    pub struct MoveMedia {
        /// The folder, or `null` for none. Must be given.
        folder: Id,
    }
}

/// An operation of which nothing is missing.
#[derive(Clone, Debug)]
pub struct MediaOperation {
    /// What to do.
    pub op: MediaBatchOp,
    /// With which record.
    pub id: Id,
    /// Which version of it.
    pub version: IfVersion,
    /// What the single route takes.
    pub body: FreeObject,
}

impl MediaBatchInput {
    /// The operations and the mode.
    ///
    /// # Errors
    /// 422 for what is missing.
    pub fn sound(self) -> Result<(Vec<MediaOperation>, BatchMode)> {
        let mut faults = Vec::new();
        let (given, mode) = sound_mode(self.operations, self.mode, &mut faults);
        let sound = given.into_iter().enumerate().filter_map(|(index, one)| one.sound(index, &mut faults)).collect();
        if faults.is_empty() { Ok((sound, mode)) } else { Err(Error::invalid(faults)) }
    }
}

impl MediaBatchOperation {
    fn sound(self, index: usize, faults: &mut Vec<Fault>) -> Option<MediaOperation> {
        let at = |member: &str| format!("/operations/{index}/{member}");
        let op = required(&at("op"), self.op, faults);
        let id = required(&at("id"), self.id, faults);
        let version = required(&at("if_match"), self.if_match, faults);
        if matches!(self.body, Field::Null) {
            faults.push(Fault::at(at("body"), FaultCode::NotNull, "This can't be null."));
        }
        Some(MediaOperation { op: op?, id: id?, version: version?, body: self.body.set().unwrap_or_default() })
    }
}
