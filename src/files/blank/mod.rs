//! The public copies of films and recordings: without where, when, by whom and with what they were made. Nothing is
//! encoded anew, and nothing is moved that something in the file points to: what tells too much is overwritten with
//! the filling that each format has ([`isobmff`], [`timed`], [`webm`], [`riff`], [`ogg`]); only the tags around an
//! MP3, to which nothing points, are left out.
//!
//! First the whole file is walked, header by header, and what is to be done is written down ([`patch`]); then it is
//! copied once, with a buffer of fixed size. Reads and patches are counted, and a file that needs more than a film
//! of many hours would is refused as damaged, however it came about.

mod isobmff;
mod ogg;
mod patch;
mod riff;
mod timed;
mod webm;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use self::patch::{Patch, Patches, What};
use super::audio;
use super::error::{FileError, Refused, UploadError};
use super::probe::{Probed, probe};
use super::source::Source;
use super::staging::{Staged, Staging, Upload};

/// A header each of the blocks of ten hours of live film; some seconds of work at the very most.
const MOST_READS: u32 = 4_000_000;

/// Bytes that are copied at once.
const BUFFER: usize = 64 * 1024;

/// Makes the public copy of a film or recording; `None` when there is nothing to take out, or when the file is of a
/// type that is not looked into here. The copy answers to [`probe`] as the original does.
///
/// # Errors
/// [`FileError::Refused`] when the file is damaged, or its parts contradict each other; [`FileError::Upload`] when
/// the copy can't be written.
pub(super) fn public_copy(path: &Path, probed: &Probed, staging: &Staging) -> Result<Option<Staged>, FileError> {
    let patches = find(path, probed.mime).map_err(Refused::from)?;
    if patches.is_empty() {
        return Ok(None);
    }
    let copy = copy(path, &patches, staging)?;
    if probe(copy.path())? != *probed {
        return Err(Refused::Corrupt("The parts of the file contradict each other.").into());
    }
    Ok(Some(copy))
}

/// What is to be done to a file of a type.
fn find(path: &Path, mime: &str) -> io::Result<Vec<Patch>> {
    let mut source = Source::with_reads(File::open(path)?, MOST_READS)?;
    let mut patches = Patches::default();
    match mime {
        "video/mp4" | "video/quicktime" | "audio/mp4" => isobmff::find(&mut source, &mut patches)?,
        "video/webm" | "audio/webm" => webm::find(&mut source, &mut patches)?,
        "audio/mpeg" => {
            let sound = audio::mp3_sound(&mut source)?;
            patches.leave_out(0, sound.at)?;
            patches.leave_out(sound.end, source.length())?;
        }
        "audio/wav" => riff::find(&mut source, &mut patches)?,
        "audio/ogg" => ogg::find(&mut source, &mut patches)?,
        _ => {}
    }
    patches.in_order()
}

/// Copies a file with its patches.
fn copy(path: &Path, patches: &[Patch], staging: &Staging) -> Result<Staged, FileError> {
    let mut original = File::open(path).map_err(Refused::from)?;
    let length = original.metadata().map_err(Refused::from)?.len();
    let mut upload = staging.begin(length).map_err(UploadError::from)?;
    let mut buffer = vec![0; BUFFER];
    let mut at = 0;
    for patch in patches {
        pass(&mut original, &mut upload, patch.at.saturating_sub(at), &mut buffer)?;
        match &patch.what {
            What::Zeros => pass(&mut io::repeat(0), &mut upload, patch.end.saturating_sub(patch.at), &mut buffer)?,
            What::Bytes(bytes) => upload.write(bytes)?,
            What::Nothing => {}
        }
        at = original.seek(SeekFrom::Start(patch.end)).map_err(Refused::from)?;
    }
    pass(&mut original, &mut upload, length.saturating_sub(at), &mut buffer)?;
    Ok(upload.finish()?)
}

/// Hands on so many bytes, a buffer at a time.
fn pass(from: &mut impl Read, to: &mut Upload, bytes: u64, buffer: &mut [u8]) -> Result<(), FileError> {
    let mut left = bytes;
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let Some(chunk) = buffer.get_mut(..most) else { break };
        from.read_exact(chunk).map_err(Refused::from)?;
        to.write(chunk)?;
        left -= most as u64;
    }
    Ok(())
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
