//! What clients write of a folder of media.

use super::tag::check_required;
use super::{Id, Line};
use crate::error::Result;

/// How many levels of folders there are at the most, from one that stands in no other down.
pub const MAX_LEVELS: usize = 8;
/// Most folders of a newsroom.
pub const MAX_FOLDERS: i64 = 5_000;

super::read::input! {
    /// A folder of media. In a PATCH (RFC 7396) an absent member stays, and `null` clears.
    pub struct MediaFolderInput {
        /// What it is called; the only member that a new folder needs. Two folders in the same place have different
        /// names, whatever the accents and case.
        name: Line<100>,
        /// The folder that it stands in; at most 8 levels.
        parent: Id,
    }
}

impl MediaFolderInput {
    /// The faults of shape that the types can't see.
    ///
    /// # Errors
    /// [`crate::error::Code::InvalidBody`] with all of them.
    pub fn check(&self, creating: bool) -> Result<()> {
        check_required(creating && self.name.is_absent(), &[("/name", self.name.is_null())])
    }
}
