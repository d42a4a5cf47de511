//! WebM (a profile of Matroska, RFC 9559, in EBML, RFC 8794): what tracks there are, and the size and duration where
//! the file says them before its first cluster.

use std::io::{self, Read, Seek};

use super::codecs;
use super::source::{Source, damaged, plausible_seconds};

const EBML: u32 = 0x1A45_DFA3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
pub(super) const INFO: u32 = 0x1549_A966;
pub(super) const TIMESTAMP_SCALE: u32 = 0x002A_D7B1;
pub(super) const DURATION: u32 = 0x4489;
pub(super) const TRACKS: u32 = 0x1654_AE6B;
pub(super) const TRACK_ENTRY: u32 = 0xAE;
const TRACK_TYPE: u32 = 0x83;
const CODEC_ID: u32 = 0x86;
const CODEC_PRIVATE: u32 = 0x63A2;
const VIDEO: u32 = 0xE0;
const PIXEL_WIDTH: u32 = 0xB0;
const PIXEL_HEIGHT: u32 = 0xBA;
pub(super) const CLUSTER: u32 = 0x1F43_B675;

/// What the header of a WebM file says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct WebM {
    pub(super) has_video: bool,
    pub(super) has_audio: bool,
    /// Pixels of the first video track.
    pub(super) size: Option<(u32, u32)>,
    pub(super) seconds: Option<f64>,
    /// Of pictures and sound, each once (RFC 6381).
    pub(super) codecs: Vec<String>,
}

/// Where an element lies.
pub(super) struct Element {
    pub(super) id: u32,
    /// Where its head begins: its number and its length.
    pub(super) at: u64,
    pub(super) body: u64,
    pub(super) end: u64,
    /// Whether its length is unknown, so that it reaches to the end of what is around it.
    pub(super) is_endless: bool,
}

/// Reads the header; `None` when it is Matroska of another kind than WebM.
///
/// # Errors
/// `InvalidData` or `UnexpectedEof` where an element reaches beyond the one around it, or the tracks are missing.
pub(super) fn read<R: Read + Seek>(source: &mut Source<R>) -> io::Result<Option<WebM>> {
    let header = element(source, 0, source.length())?;
    if header.id != EBML {
        return Err(damaged());
    }
    let mut is_webm = false;
    each(source, header.body, header.end, |source, part| {
        if part.id == DOC_TYPE {
            is_webm = source.some(part.body, 4)?.as_slice() == b"webm" && part.end >= part.body + 4;
        }
        Ok(true)
    })?;
    if !is_webm {
        return Ok(None);
    }
    let segment = element(source, header.end, source.length())?;
    if segment.id != SEGMENT {
        return Err(damaged());
    }
    let mut webm = WebM::default();
    each(source, segment.body, segment.end, |source, part| {
        match part.id {
            INFO => webm.seconds = seconds(source, &part)?,
            TRACKS => tracks(source, &part, &mut webm)?,
            _ => {}
        }
        Ok(part.id != CLUSTER)
    })?;
    if !webm.has_video && !webm.has_audio {
        return Err(damaged());
    }
    Ok(Some(webm))
}

/// Visits the elements that lie side by side between two places, until the visitor says `false`.
pub(super) fn each<R: Read + Seek>(
    source: &mut Source<R>,
    from: u64,
    to: u64,
    mut visit: impl FnMut(&mut Source<R>, Element) -> io::Result<bool>,
) -> io::Result<()> {
    let mut at = from;
    while at < to {
        let part = element(source, at, to)?;
        at = part.end;
        if !visit(source, part)? {
            break;
        }
    }
    Ok(())
}

/// The element at a place. One of unknown length reaches to the end of what is around it.
pub(super) fn element<R: Read + Seek>(source: &mut Source<R>, at: u64, to: u64) -> io::Result<Element> {
    let head = source.some(at, 12)?;
    let first = *head.first().ok_or_else(damaged)?;
    let width = first.leading_zeros() as usize + 1;
    if width > 4 {
        return Err(damaged());
    }
    let id = head.get(..width).ok_or_else(damaged)?.iter().fold(0_u32, |id, byte| id << 8 | u32::from(*byte));
    let (size, size_width) = size(head.get(width..).unwrap_or_default()).ok_or_else(damaged)?;
    let body = at + width as u64 + size_width;
    let end = match size {
        None => to,
        Some(size) => body.checked_add(size).ok_or_else(damaged)?,
    };
    if body > end || end > to {
        return Err(damaged());
    }
    Ok(Element { id, at, body, end, is_endless: size.is_none() })
}

/// A length of one to eight bytes, and how many those were; the length is `None` where all bits are set: unknown.
fn size(bytes: &[u8]) -> Option<(Option<u64>, u64)> {
    let first = *bytes.first()?;
    let width = first.leading_zeros() as usize + 1;
    let bytes = bytes.get(..width).filter(|_| width <= 8)?;
    let mask = (1_u64 << (7 * width)) - 1;
    let size = bytes.iter().fold(0_u64, |size, byte| size << 8 | u64::from(*byte)) & mask;
    Some(((size != mask).then_some(size), width as u64))
}

/// A whole number of up to eight bytes.
pub(super) fn unsigned<R: Read + Seek>(source: &mut Source<R>, part: &Element) -> io::Result<u64> {
    let length = usize::try_from(part.end - part.body).ok().filter(|length| *length <= 8).ok_or_else(damaged)?;
    Ok(source.some(part.body, length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// The first bytes of an element; no name of a codec is longer.
fn beginning<R: Read + Seek>(source: &mut Source<R>, part: &Element) -> io::Result<Vec<u8>> {
    let length = usize::try_from(part.end - part.body).unwrap_or(32).min(32);
    source.some(part.body, length)
}

fn float<R: Read + Seek>(source: &mut Source<R>, part: &Element) -> io::Result<Option<f64>> {
    Ok(match part.end - part.body {
        4 => Some(f64::from(f32::from_be_bytes(source.array(part.body)?))),
        8 => Some(f64::from_be_bytes(source.array(part.body)?)),
        _ => None,
    })
}

#[expect(clippy::cast_precision_loss, reason = "nanoseconds in a tick: a million as a rule")]
fn seconds<R: Read + Seek>(source: &mut Source<R>, info: &Element) -> io::Result<Option<f64>> {
    let (mut scale, mut ticks) = (1_000_000, None);
    each(source, info.body, info.end, |source, part| {
        match part.id {
            TIMESTAMP_SCALE => scale = unsigned(source, &part)?,
            DURATION => ticks = float(source, &part)?,
            _ => {}
        }
        Ok(true)
    })?;
    Ok(ticks.and_then(|ticks| plausible_seconds(ticks * scale as f64 / 1e9)))
}

fn tracks<R: Read + Seek>(source: &mut Source<R>, tracks: &Element, webm: &mut WebM) -> io::Result<()> {
    each(source, tracks.body, tracks.end, |source, entry| {
        if entry.id != TRACK_ENTRY {
            return Ok(true);
        }
        let (mut kind, mut width, mut height) = (0, 0, 0);
        let (mut codec, mut private) = (Vec::new(), Vec::new());
        each(source, entry.body, entry.end, |source, part| {
            match part.id {
                TRACK_TYPE => kind = unsigned(source, &part)?,
                CODEC_ID => codec = beginning(source, &part)?,
                CODEC_PRIVATE => private = beginning(source, &part)?,
                VIDEO => each(source, part.body, part.end, |source, part| {
                    match part.id {
                        PIXEL_WIDTH => width = unsigned(source, &part)?,
                        PIXEL_HEIGHT => height = unsigned(source, &part)?,
                        _ => {}
                    }
                    Ok(true)
                })?,
                _ => {}
            }
            Ok(true)
        })?;
        webm.has_video |= kind == 1;
        webm.has_audio |= kind == 2;
        if matches!(kind, 1 | 2) {
            codecs::add(&mut webm.codecs, codecs::of_matroska(&codec, &private));
        }
        if kind == 1 && webm.size.is_none() {
            webm.size = u16::try_from(width).ok().zip(u16::try_from(height).ok()).map(|(w, h)| (w.into(), h.into()));
            webm.size = webm.size.filter(|(width, height)| *width > 0 && *height > 0);
        }
        Ok(true)
    })
}
