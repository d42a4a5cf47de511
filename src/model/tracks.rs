//! Tracks: texts that run along with a film or recording (WebVTT). What is said of them stands with the media record,
//! so that no answer needs a query for them.

use serde::{Deserialize, Serialize};

use super::faults::not_null;
use super::{Field, Id, Line, Locale};
use crate::error::{Error, Fault, FaultCode, Result};

/// Most tracks of a record.
pub const MAX_TRACKS: usize = 50;

super::words::words! {
    /// What a track is for: the words of HTML.
    TrackKind {
        /// What is said, in another language.
        Subtitles = "subtitles",
        /// What is said and heard, for those who don't hear it.
        Captions = "captions",
        /// What is seen, for those who don't see it.
        Descriptions = "descriptions",
        /// The parts that one can go to.
        Chapters = "chapters",
    }
}

impl TrackKind {
    /// Whether a player shows only one of both at a time: of these, one at the most is the default.
    #[must_use]
    pub fn shares_default(self, other: Self) -> bool {
        let is_text = |kind| matches!(kind, Self::Subtitles | Self::Captions);
        self == other || is_text(self) && is_text(other)
    }
}

/// What is said of a track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrackNote {
    /// Identity; a part of the address of its file.
    pub id: Id,
    /// What it is for.
    pub kind: TrackKind,
    /// Its language.
    pub language: Locale,
    /// What players call it.
    pub label: String,
    /// Whether players show it unless readers chose another one.
    pub default: bool,
}

/// The tracks of a record, in the order in which they were added. What can't be read is left out.
#[must_use]
pub fn read(notes: Option<&str>) -> Vec<TrackNote> {
    notes.and_then(|notes| serde_json::from_str(notes).ok()).unwrap_or_default()
}

/// The tracks of a record, as it keeps them.
///
/// # Errors
/// None that is known.
pub fn write(notes: &[TrackNote]) -> Result<Option<String>> {
    if notes.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(notes).map(Some).map_err(Error::internal)
}

super::read::input! {
    /// What can be said of a track. Nothing can be cleared.
    pub struct TrackInput {
        /// What it is for.
        kind: TrackKind,
        /// Its language.
        language: Locale,
        /// What players call it.
        label: Line<100>,
        /// Whether players show it unless readers chose another one. Of subtitles and captions together, of
        /// descriptions and of chapters one at the most: what was the default before is none any more.
        default: bool,
    }
}

impl TrackInput {
    /// What a new track is to be, with an identity of its own.
    ///
    /// # Errors
    /// 422 for what is missing, and for `null`.
    pub fn sound(self) -> Result<TrackNote> {
        let mut faults = self.nulls();
        let missing = [
            ("/kind", self.kind.is_absent()),
            ("/language", self.language.is_absent()),
            ("/label", self.label.is_absent()),
        ];
        let missing = missing.into_iter().filter(|(_, is_missing)| *is_missing);
        faults.extend(missing.map(|(at, _)| Fault::at(at, FaultCode::Required, "This must be given.")));
        let default = matches!(self.default, Field::Set(true));
        match (self.kind, self.language, self.label) {
            (Field::Set(kind), Field::Set(language), Field::Set(label)) if faults.is_empty() => {
                Ok(TrackNote { id: Id::new(), kind, language, label: label.into(), default })
            }
            _ => Err(Error::invalid(faults)),
        }
    }

    /// Writes what is given into a track.
    ///
    /// # Errors
    /// 422 for `null`.
    pub fn apply(self, note: &mut TrackNote) -> Result<()> {
        let faults = self.nulls();
        if !faults.is_empty() {
            return Err(Error::invalid(faults));
        }
        if let Field::Set(kind) = self.kind {
            note.kind = kind;
        }
        if let Field::Set(language) = self.language {
            note.language = language;
        }
        if let Field::Set(label) = self.label {
            note.label = label.into();
        }
        if let Field::Set(default) = self.default {
            note.default = default;
        }
        Ok(())
    }

    fn nulls(&self) -> Vec<Fault> {
        not_null(&[
            ("/kind", self.kind.is_null()),
            ("/language", self.language.is_null()),
            ("/label", self.label.is_null()),
            ("/default", self.default.is_null()),
        ])
    }
}
