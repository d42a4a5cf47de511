//! What to take out of WAV files (RIFF): chunks that playing does not need become `JUNK` chunks of the same length,
//! filled with zeros. So go `LIST`, `id3 `, `bext`, `iXML`, `_PMX` and whatever else there may be, and what hangs
//! behind the last chunk. Behind sound of a length that the recorder never wrote, nothing can be told from sound.

use std::io::{self, Read, Seek};

use super::patch::Patches;
use crate::files::bytes::le32;
use crate::files::source::Source;

/// Writes down what to take out of a recording.
///
/// # Errors
/// `InvalidData` where there are too many chunks.
pub(super) fn find<R: Read + Seek>(source: &mut Source<R>, patches: &mut Patches) -> io::Result<()> {
    let file_end = source.length();
    let (mut at, mut past_sound) = (12, false);
    while at < file_end {
        let head = source.some(at, 8)?;
        let (Some(kind), Some(length)) = (head.first_chunk::<4>(), le32(&head, 4)) else {
            return patches.clear(source, at, file_end);
        };
        if kind == b"data" && matches!(length, 0 | u32::MAX) {
            return Ok(());
        }
        let body = at + 8;
        let end = body + u64::from(length);
        let is_named = kind.iter().all(|letter| matches!(letter, b' '..=b'~'));
        if end > file_end || (past_sound && !is_named) {
            return rest(source, at, patches);
        }
        past_sound |= kind == b"data";
        // Chunks begin at even places.
        let end = (end + u64::from(length % 2)).min(file_end);
        match kind {
            b"fmt " | b"data" | b"fact" | b"cue " | b"plst" | b"smpl" | b"inst" => {}
            b"JUNK" | b"junk" | b"PAD " | b"FLLR" => patches.clear(source, body, end)?,
            _ => {
                patches.bytes(at, b"JUNK")?;
                patches.zeros(body, end)?;
            }
        }
        at = end;
    }
    Ok(())
}

/// What is no chunk, from here to the end, becomes one.
fn rest<R: Read + Seek>(source: &mut Source<R>, at: u64, patches: &mut Patches) -> io::Result<()> {
    let end = source.length();
    let length = u32::try_from(end.saturating_sub(at + 8)).unwrap_or(u32::MAX);
    if source.only_zeros(at, end)? {
        return Ok(());
    }
    patches.bytes(at, &[&b"JUNK"[..], &length.to_le_bytes()].concat())?;
    patches.zeros(at + 8, end)
}
