//! Sound files: whether they are what they seem, and how long they last.

use std::io::{self, Read, Seek};

use super::bytes::{be16, be32, le16, le32};
use super::source::{Source, damaged, plausible_seconds};
use super::tags;

/// The sampling rate of every Opus granule position (RFC 7845).
const OPUS_RATE: u32 = 48_000;
/// No Ogg page is longer (RFC 3533: 27 + 255 + 255 × 255 bytes).
const LONGEST_PAGE: u64 = 65_307;

/// Kilobits a second of MPEG-1 and MPEG-2 layer III, by their index from 1.
const RATES_1: [u32; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const RATES_2: [u32; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

/// The header of an MP3 frame (ISO/IEC 11172-3 and 13818-3, layer III).
#[derive(Clone, Copy)]
pub(super) struct Mp3Frame {
    bit_rate: u32,
    sample_rate: u32,
    samples: u32,
    length: u64,
    /// Where a Xing header would stand, from the start of the frame.
    xing_at: usize,
    /// What all frames of a file have in common.
    kind: u32,
}

impl Mp3Frame {
    /// Reads a header of four bytes; `None` when it is none.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let header = be32(bytes, 0)?;
        let (version, layer) = (header >> 19 & 3, header >> 17 & 3);
        let rate = usize::try_from(header >> 12 & 15).ok()?.checked_sub(1)?;
        if header >> 21 != 0x7FF || version == 1 || layer != 1 {
            return None;
        }
        let first = version == 3;
        let bit_rate = 1000 * *(if first { RATES_1 } else { RATES_2 }).get(rate)?;
        let full_rate = *[44_100, 48_000, 32_000].get(usize::try_from(header >> 10 & 3).ok()?)?;
        let sample_rate = full_rate >> [2, 0, 1, 0].get(version as usize)?;
        let samples = if first { 1152 } else { 576 };
        let length = samples / 8 * bit_rate / sample_rate + (header >> 9 & 1);
        let xing_at = match (first, header >> 6 & 3 == 3) {
            (true, false) => 36,
            (true, true) | (false, false) => 21,
            (false, true) => 13,
        };
        Some(Self { bit_rate, sample_rate, samples, length: length.into(), xing_at, kind: header & 0xFFFE_0C00 })
    }
}

/// The frames of an MP3 file.
pub(super) struct Mp3Sound {
    /// Where the first frame begins.
    pub(super) at: u64,
    /// Where the last one ends, or what is left of it.
    pub(super) end: u64,
    first: Mp3Frame,
}

/// Seconds of an MP3 file; `None` when it does not say.
///
/// # Errors
/// As [`mp3_sound`].
pub(super) fn mp3<R: Read + Seek>(source: &mut Source<R>) -> io::Result<Option<f64>> {
    let sound = mp3_sound(source)?;
    mp3_seconds(source, &sound)
}

/// Finds the frames between the tags.
///
/// # Errors
/// `InvalidData` where no two frames follow each other.
pub(super) fn mp3_sound<R: Read + Seek>(source: &mut Source<R>) -> io::Result<Mp3Sound> {
    let start = tags::leading(source)?;
    let end = tags::trailing(source, start)?;
    let window = source.some(start, 4096)?;
    for offset in 0..window.len() {
        let Some(frame) = Mp3Frame::read(window.get(offset..).unwrap_or_default()) else { continue };
        let at = start + offset as u64;
        let next = at.saturating_add(frame.length);
        if next >= end {
            continue;
        }
        if Mp3Frame::read(&source.some(next, 4)?).is_some_and(|next| next.kind == frame.kind) {
            return Ok(Mp3Sound { at, end, first: frame });
        }
    }
    Err(damaged())
}

#[expect(clippy::cast_precision_loss, reason = "a file has fewer than 2^52 bytes")]
fn mp3_seconds<R: Read + Seek>(source: &mut Source<R>, sound: &Mp3Sound) -> io::Result<Option<f64>> {
    let Mp3Sound { at, end, first: frame } = *sound;
    let head = source.some(at, 64)?;
    let mark = head.get(frame.xing_at..).unwrap_or_default();
    let frames = be32(mark, 8).filter(|_| {
        (mark.starts_with(b"Xing") || mark.starts_with(b"Info")) && be32(mark, 4).is_some_and(|flags| flags & 1 == 1)
    });
    Ok(plausible_seconds(match frames {
        Some(frames) => f64::from(frames) * f64::from(frame.samples) / f64::from(frame.sample_rate),
        None => end.saturating_sub(at) as f64 * 8.0 / f64::from(frame.bit_rate),
    }))
}

/// Seconds of a WAV file (RIFF).
///
/// # Errors
/// `InvalidData` or `UnexpectedEof` where the format or the data are missing or cut off.
pub(super) fn wav<R: Read + Seek>(source: &mut Source<R>) -> io::Result<Option<f64>> {
    let (mut at, mut rate) = (12_u64, None);
    loop {
        let head: [u8; 8] = source.array(at)?;
        let length = le32(&head, 4).ok_or_else(damaged)?;
        match head.first_chunk() {
            Some(b"fmt ") => rate = le32(&source.some(at + 8, 16)?, 8).filter(|rate| *rate > 0),
            Some(b"data") => {
                let rate = rate.ok_or_else(damaged)?;
                let there = source.length() - (at + 8);
                // A recorder that could not go back to its header leaves the length at one of the extremes.
                let streamed = matches!(length, 0 | u32::MAX);
                if !streamed && u64::from(length) > there {
                    return Err(damaged());
                }
                let bytes = if streamed { u32::try_from(there).unwrap_or(u32::MAX) } else { length };
                return Ok(plausible_seconds(f64::from(bytes) / f64::from(rate)));
            }
            _ => {}
        }
        at += 8 + u64::from(length) + u64::from(length % 2);
    }
}

/// What is in an Ogg file.
#[derive(Debug, PartialEq)]
pub(super) struct OggSound {
    /// How long it lasts, where its last page says so.
    pub(super) seconds: Option<f64>,
    /// `vorbis`, `opus` or `flac`.
    pub(super) codec: &'static str,
}

/// An Ogg file with Vorbis, Opus or FLAC in it; `Ok(None)` when it holds something else (a film, say).
///
/// # Errors
/// `InvalidData` or `UnexpectedEof` where the first or last page is damaged.
pub(super) fn ogg<R: Read + Seek>(source: &mut Source<R>) -> io::Result<Option<OggSound>> {
    let head = source.some(0, 512)?;
    let serial = be32(&head, 14).ok_or_else(damaged)?;
    let segments = usize::from(*head.get(26).ok_or_else(damaged)?);
    let packet = head.get(27 + segments..).ok_or_else(damaged)?;
    let (codec, rate, skipped) = if packet.starts_with(b"\x01vorbis") {
        ("vorbis", le32(packet, 12), 0)
    } else if packet.starts_with(b"OpusHead") {
        ("opus", Some(OPUS_RATE), le16(packet, 10).unwrap_or(0))
    } else if packet.starts_with(b"\x7FFLAC") {
        ("flac", be32(packet, 27).map(|bits| bits >> 12), 0)
    } else {
        return Ok(None);
    };
    let rate = rate.filter(|rate| *rate > 0).ok_or_else(damaged)?;
    let last = last_granule(source, serial)?;
    let seconds = last.and_then(|granule| seconds(granule.saturating_sub(skipped.into()), rate));
    Ok(Some(OggSound { seconds, codec }))
}

#[expect(clippy::cast_precision_loss, reason = "a recording has fewer than 2^52 samples")]
fn seconds(samples: u64, rate: u32) -> Option<f64> {
    plausible_seconds(samples as f64 / f64::from(rate))
}

/// The position at the end of the last page of a stream.
fn last_granule<R: Read + Seek>(source: &mut Source<R>, serial: u32) -> io::Result<Option<u64>> {
    let tail = source.some(source.length().saturating_sub(LONGEST_PAGE), 65_307)?;
    let pages = (0..tail.len()).rev().filter_map(|at| tail.get(at..).filter(|page| page.starts_with(b"OggS")));
    for page in pages {
        let granule = page.get(6..).and_then(<[u8]>::first_chunk).map(|granule| u64::from_le_bytes(*granule));
        if be32(page, 14) == Some(serial) && granule.is_some_and(|granule| granule != u64::MAX) {
            return Ok(granule);
        }
    }
    Ok(None)
}

/// Whether the bytes begin an MP3 frame, and not a text that happens to begin with 0xFF.
pub(super) fn looks_like_mp3(head: &[u8]) -> bool {
    head.starts_with(b"ID3") || (be16(head, 0).is_some() && Mp3Frame::read(head).is_some())
}
