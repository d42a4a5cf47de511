//! What to take out of WebM files (RFC 9559): elements that playing does not need become `Void` elements of the same
//! length, filled with zeros. So go tags, attachments, title, date, the names of tracks and whatever we don't know;
//! of the names of programs, which must be there, the letters become zeros. Checksums of what is changed go, too,
//! and entries of the table of contents that lead to what is gone.
//!
//! What stays: chapters with their titles, and what lies between the frames in the clusters.

use std::io::{self, ErrorKind, Read, Seek};

use super::patch::Patches;
use crate::files::source::{Source, damaged};
use crate::files::webm::{
    CLUSTER, DURATION, Element, INFO, TIMESTAMP_SCALE, TRACK_ENTRY, TRACKS, each, element, unsigned,
};

const SEEK_HEAD: u32 = 0x114D_9B74;
const SEEK: u32 = 0x4DBB;
const SEEK_ID: u32 = 0x53AB;
const CUES: u32 = 0x1C53_BB6B;
const CHAPTERS: u32 = 0x1043_A770;
const MUXING_APP: u32 = 0x4D80;
const WRITING_APP: u32 = 0x5741;
const NAME: u32 = 0x536E;
const CODEC_NAME: u32 = 0x0025_8688;
const ATTACHMENT_LINK: u32 = 0x7446;
const VOID: u32 = 0xEC;
const CRC_32: u32 = 0xBF;

/// Elements with a number of four bytes lie in the segment only; so one of them ends a cluster of unknown length.
const FIRST_OF_SEGMENT: u32 = 0x1000_0000;

/// Writes down what to take out of a film or recording.
///
/// # Errors
/// `InvalidData` or `UnexpectedEof` where an element before the first cluster reaches beyond the one around it, or
/// there are too many.
pub(super) fn find<R: Read + Seek>(source: &mut Source<R>, patches: &mut Patches) -> io::Result<()> {
    let header = element(source, 0, source.length())?;
    let segment = element(source, header.end, source.length())?;
    patches.leave_out(segment.end, source.length())?;
    let (mut at, mut in_clusters) = (segment.body, false);
    while at < segment.end {
        let part = match element(source, at, segment.end) {
            Err(error) if in_clusters && error.kind() == ErrorKind::InvalidData => {
                return cut_off(source, at, segment.end, patches);
            }
            part => part?,
        };
        if part.is_endless && part.id != CLUSTER {
            return Err(damaged());
        }
        in_clusters |= part.id == CLUSTER;
        at = if part.id == CLUSTER && part.is_endless { end_of_cluster(source, &part)? } else { part.end };
        match part.id {
            SEEK_HEAD => seek_head(source, &part, patches)?,
            INFO => info(source, &part, patches)?,
            TRACKS => tracks(source, &part, patches)?,
            id if is_kept(id) => {}
            _ => blank(source, &part, patches)?,
        }
    }
    Ok(())
}

/// Whether an element of the segment is needed.
fn is_kept(id: u32) -> bool {
    matches!(id, SEEK_HEAD | INFO | TRACKS | CUES | CHAPTERS | CLUSTER)
}

/// A recording that was broken off ends in the midst of a cluster, which is played as far as it goes; anything else
/// that does not fit is none of the film.
fn cut_off<R: Read + Seek>(source: &mut Source<R>, at: u64, end: u64, patches: &mut Patches) -> io::Result<()> {
    if source.some(at, 4)? == CLUSTER.to_be_bytes() {
        return Ok(());
    }
    void(at, end, patches)
}

/// Where a cluster of unknown length ends: at the next element that can't lie in one.
fn end_of_cluster<R: Read + Seek>(source: &mut Source<R>, cluster: &Element) -> io::Result<u64> {
    let mut at = cluster.body;
    while at < cluster.end {
        match element(source, at, cluster.end) {
            Ok(part) if part.id >= FIRST_OF_SEGMENT => return Ok(at),
            Ok(part) => at = part.end,
            // Either the recording was broken off here, or the count of reads is used up: the next one tells.
            Err(_) => return source.some(at, 1).map(|_| cluster.end),
        }
    }
    Ok(at)
}

/// The table of contents: entries of elements that are voided go with them.
fn seek_head<R: Read + Seek>(source: &mut Source<R>, part: &Element, patches: &mut Patches) -> io::Result<()> {
    each(source, part.body, part.end, |source, entry| {
        let mut leads_to_kept = false;
        if entry.id == SEEK {
            each(source, entry.body, entry.end, |source, part| {
                if part.id == SEEK_ID {
                    leads_to_kept = u32::try_from(unsigned(source, &part)?).is_ok_and(is_kept);
                }
                Ok(true)
            })?;
        }
        if !leads_to_kept {
            blank(source, &entry, patches)?;
        }
        Ok(true)
    })
}

fn info<R: Read + Seek>(source: &mut Source<R>, part: &Element, patches: &mut Patches) -> io::Result<()> {
    each(source, part.body, part.end, |source, part| {
        match part.id {
            TIMESTAMP_SCALE | DURATION => {}
            MUXING_APP | WRITING_APP => patches.clear(source, part.body, part.end)?,
            _ => blank(source, &part, patches)?,
        }
        Ok(true)
    })
}

fn tracks<R: Read + Seek>(source: &mut Source<R>, part: &Element, patches: &mut Patches) -> io::Result<()> {
    each(source, part.body, part.end, |source, entry| {
        if entry.id != TRACK_ENTRY {
            blank(source, &entry, patches)?;
            return Ok(true);
        }
        each(source, entry.body, entry.end, |source, part| {
            if matches!(part.id, NAME | CODEC_NAME | ATTACHMENT_LINK | VOID | CRC_32) {
                blank(source, &part, patches)?;
            }
            Ok(true)
        })?;
        Ok(true)
    })
}

/// Voids an element, unless it is void already.
fn blank<R: Read + Seek>(source: &mut Source<R>, part: &Element, patches: &mut Patches) -> io::Result<()> {
    if part.id == VOID && source.only_zeros(part.body, part.end)? {
        return Ok(());
    }
    void(part.at, part.end, patches)
}

/// Makes a stretch one `Void` element. A single byte is too short for one.
fn void(at: u64, end: u64, patches: &mut Patches) -> io::Result<()> {
    let [void, ..] = VOID.to_le_bytes();
    let length = end.saturating_sub(at);
    // The length takes one byte, or all of the eight that it may take.
    let head = match (length, u8::try_from(length.saturating_sub(2))) {
        (0, _) => vec![],
        (1, _) => return patches.zeros(at, end),
        (_, Ok(short)) if short < 0x7F => vec![void, 0x80 | short],
        _ => [&[void][..], &(1 << 56 | (length - 9)).to_be_bytes()[..]].concat(),
    };
    patches.bytes(at, &head)?;
    patches.zeros(at.saturating_add(head.len() as u64), end)
}
