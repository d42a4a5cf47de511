//! Subtitles.

use slugline::files::webvtt::{MAX_CUES, check};

/// A file is taken with its cues, or refused with the lines that are wrong.
pub fn run(data: &[u8]) {
    match check(data) {
        Ok(cues) => assert!((1..=MAX_CUES).contains(&cues)),
        Err(faults) => assert!((1..=20).contains(&faults.len()) && faults.iter().all(|fault| fault.line > 0)),
    }
}
