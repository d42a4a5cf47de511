//! What to take out of MP4, QuickTime and M4A files (ISO/IEC 14496-12): every box that playing does not need becomes
//! a `free` box of the same length, filled with zeros. So go `udta`, `meta`, `uuid` and the boxes of camera makers,
//! and in the upper levels whatever we don't know. Times and names of tracks become zeros, and so does what other
//! programs left in `free` boxes.
//!
//! What stays: text and subtitle tracks, chapters in them, and timecodes, which viewers see; names of encoders in
//! sample descriptions; and in films that come in fragments, tracks of measurements.

use std::io::{self, Read, Seek};

use super::patch::Patches;
use super::timed;
use crate::files::isobmff::{BoxAt, boxes, handler, next};
use crate::files::source::Source;

/// The kind of what lies around the boxes of the top level.
const FILE: &[u8; 4] = b"\0\0\0\0";

/// Writes down what to take out of a film.
///
/// # Errors
/// `InvalidData` or `UnexpectedEof` where a box reaches beyond the one around it, or there are too many.
pub(super) fn find<R: Read + Seek>(source: &mut Source<R>, patches: &mut Patches) -> io::Result<()> {
    let end = source.length();
    let fragmented = is_fragmented(source)?;
    Walk { source, patches, fragmented }.inside(FILE, 0, end)
}

/// Whether the film goes on outside of its header.
fn is_fragmented<R: Read + Seek>(source: &mut Source<R>) -> io::Result<bool> {
    let mut at = 0;
    while let Some(part) = next(source, at, source.length())? {
        if &part.kind == b"moov" && boxes(source, part.body, part.end)?.iter().any(|part| &part.kind == b"mvex") {
            return Ok(true);
        }
        at = part.end;
    }
    Ok(false)
}

struct Walk<'a, R> {
    source: &'a mut Source<R>,
    patches: &'a mut Patches,
    fragmented: bool,
}

impl<R: Read + Seek> Walk<'_, R> {
    /// Goes through the boxes that lie in a box. [`is_walked`] names what goes deeper, so that there are six levels.
    fn inside(&mut self, around: &[u8; 4], from: u64, to: u64) -> io::Result<()> {
        let mut at = from;
        while let Some(part) = next(self.source, at, to)? {
            at = part.end;
            match &part.kind {
                b"free" | b"skip" | b"wide" => self.patches.clear(self.source, part.body, part.end)?,
                kind if !belongs(around, kind) => self.blank(&part)?,
                b"trak" if !self.fragmented && !self.is_shown(&part)? => {
                    timed::find(self.source, &part, self.patches)?;
                    self.blank(&part)?;
                }
                b"mvhd" | b"tkhd" | b"mdhd" => self.clear_times(&part)?,
                // Behind the kind of the track and three reserved fields stands a name.
                b"hdlr" => self.clear(&part, 24, u64::MAX)?,
                kind if is_walked(around, kind) => self.inside(kind, part.body, part.end)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Makes a box `free`. Its head and length stay, also where that has 64 bits or is "to the end".
    fn blank(&mut self, part: &BoxAt) -> io::Result<()> {
        self.patches.bytes(part.at.saturating_add(4), b"free")?;
        self.patches.zeros(part.body, part.end)
    }

    /// When it was made and when it was changed, in 32 or 64 bits each.
    fn clear_times(&mut self, part: &BoxAt) -> io::Result<()> {
        let version = self.source.some(part.body, 1)?;
        self.clear(part, 4, if version == [1] { 20 } else { 12 })
    }

    /// Overwrites a stretch of a box's body, as far as the box reaches.
    fn clear(&mut self, part: &BoxAt, from: u64, to: u64) -> io::Result<()> {
        let at = |place: u64| part.body.saturating_add(place).min(part.end);
        self.patches.clear(self.source, at(from), at(to))
    }

    /// Whether a track is for viewers, and not what a device measured while it recorded.
    fn is_shown(&mut self, trak: &BoxAt) -> io::Result<bool> {
        Ok(handler(self.source, trak)?.is_none_or(|handler| {
            matches!(
                &handler,
                b"vide"
                    | b"soun"
                    | b"text"
                    | b"sbtl"
                    | b"subt"
                    | b"subp"
                    | b"clcp"
                    | b"tmcd"
                    | b"hint"
                    | b"auxv"
                    | b"pict"
                    | b"sdsm"
                    | b"odsm"
            )
        }))
    }
}

/// Whether playing may need a box in the place where it is.
fn belongs(around: &[u8; 4], kind: &[u8; 4]) -> bool {
    match around {
        FILE => matches!(
            kind,
            b"ftyp" | b"styp" | b"moov" | b"moof" | b"mdat" | b"imda" | b"mfra" | b"sidx" | b"ssix" | b"pdin"
        ),
        b"moov" => matches!(kind, b"mvhd" | b"trak" | b"mvex" | b"iods" | b"pssh" | b"clip" | b"ctab"),
        b"trak" => matches!(
            kind,
            b"tkhd" | b"tref" | b"trgr" | b"edts" | b"load" | b"mdia" | b"tapt" | b"clip" | b"matt" | b"imap"
        ),
        b"mdia" => matches!(kind, b"mdhd" | b"hdlr" | b"elng" | b"minf"),
        b"moof" => matches!(kind, b"mfhd" | b"traf" | b"pssh"),
        b"traf" => matches!(
            kind,
            b"tfhd" | b"tfdt" | b"trun" | b"sdtp" | b"sbgp" | b"sgpd" | b"subs" | b"saiz" | b"saio" | b"senc"
        ),
        _ => !matches!(kind, b"udta" | b"meta" | b"uuid"),
    }
}

/// Whether a box is looked into.
fn is_walked(around: &[u8; 4], kind: &[u8; 4]) -> bool {
    matches!(
        (around, kind),
        (FILE, b"moov" | b"moof")
            | (b"moov", b"trak")
            | (b"trak", b"mdia")
            | (b"mdia", b"minf")
            | (b"minf", b"stbl")
            | (b"moof", b"traf")
    )
}
