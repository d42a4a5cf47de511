//! MP4 and QuickTime films (ISO/IEC 14496-12): duration, size and what tracks there are, out of the `moov` box.

use std::io::{self, Read, Seek};

use super::bytes::{be32, be64};
use super::codecs;
use super::source::{Source, damaged, plausible_seconds};

/// What the header of a film says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Movie {
    pub(super) has_video: bool,
    pub(super) has_audio: bool,
    /// Pixels as shown, after turning, of the largest video track.
    pub(super) size: Option<(u32, u32)>,
    pub(super) seconds: Option<f64>,
    /// Of pictures and sound, each once (RFC 6381).
    pub(super) codecs: Vec<String>,
}

/// Where a box lies.
#[derive(Clone, Copy)]
pub(super) struct BoxAt {
    pub(super) kind: [u8; 4],
    /// Where its head begins: a length of four bytes, the kind, and maybe a longer length.
    pub(super) at: u64,
    pub(super) body: u64,
    pub(super) end: u64,
}

/// Reads the header of a film.
///
/// # Errors
/// `InvalidData` or `UnexpectedEof` where a box reaches beyond the one around it, or the header is missing.
pub(super) fn read<R: Read + Seek>(source: &mut Source<R>) -> io::Result<Movie> {
    let top = boxes(source, 0, source.length())?;
    let moov = top.iter().find(|found| &found.kind == b"moov").ok_or_else(damaged)?;
    let mut movie = Movie::default();
    let mut scale = None;
    for part in boxes(source, moov.body, moov.end)? {
        match &part.kind {
            b"mvhd" => {
                let (timescale, duration) = movie_header(&body(source, &part)?).ok_or_else(damaged)?;
                scale = Some(timescale);
                movie.seconds = seconds(duration, timescale);
            }
            b"trak" => track(source, &part, &mut movie)?,
            b"mvex" if movie.seconds.is_none() => {
                movie.seconds = fragments(source, &part)?.and_then(|duration| seconds(duration, scale?));
            }
            _ => {}
        }
    }
    if scale.is_none() {
        return Err(damaged());
    }
    Ok(movie)
}

/// The boxes that lie side by side between two places.
pub(super) fn boxes<R: Read + Seek>(source: &mut Source<R>, from: u64, to: u64) -> io::Result<Vec<BoxAt>> {
    let mut found = Vec::new();
    let mut at = from;
    while let Some(part) = next(source, at, to)? {
        at = part.end;
        found.push(part);
    }
    Ok(found)
}

/// The box at a place; `None` where there is no room for one.
pub(super) fn next<R: Read + Seek>(source: &mut Source<R>, at: u64, to: u64) -> io::Result<Option<BoxAt>> {
    // QuickTime ends some lists with four zero bytes.
    if to.saturating_sub(at) < 8 {
        return Ok(None);
    }
    let head: [u8; 8] = source.array(at)?;
    let [a, b, c, d, kind @ ..] = head;
    let (header, size) = match u32::from_be_bytes([a, b, c, d]) {
        0 => (8, to - at),
        1 => (16, u64::from_be_bytes(source.array(at + 8)?)),
        size => (8, u64::from(size)),
    };
    let end = at.checked_add(size).filter(|end| size >= header && *end <= to).ok_or_else(damaged)?;
    Ok(Some(BoxAt { kind, at, body: at + header, end }))
}

/// The beginning of a box's body; no box that is read here has more than 96 bytes that matter.
fn body<R: Read + Seek>(source: &mut Source<R>, at: &BoxAt) -> io::Result<Vec<u8>> {
    let length = at.end.saturating_sub(at.body).min(96);
    source.some(at.body, usize::try_from(length).unwrap_or(96))
}

/// Time units a second, and duration in them.
fn movie_header(mvhd: &[u8]) -> Option<(u32, u64)> {
    if *mvhd.first()? == 1 {
        Some((be32(mvhd, 20)?, be64(mvhd, 24)?))
    } else {
        Some((be32(mvhd, 12)?, short_duration(be32(mvhd, 16)?)))
    }
}

/// All bits set means unknown, in both widths.
fn short_duration(duration: u32) -> u64 {
    if duration == u32::MAX { u64::MAX } else { u64::from(duration) }
}

#[expect(clippy::cast_precision_loss, reason = "a duration needs no more than 52 bits")]
fn seconds(duration: u64, timescale: u32) -> Option<f64> {
    if duration == u64::MAX || timescale == 0 {
        return None;
    }
    plausible_seconds(duration as f64 / f64::from(timescale))
}

/// The duration of a film that comes in fragments stands in `mvex/mehd`, if anywhere.
fn fragments<R: Read + Seek>(source: &mut Source<R>, mvex: &BoxAt) -> io::Result<Option<u64>> {
    for part in boxes(source, mvex.body, mvex.end)? {
        if &part.kind == b"mehd" {
            let mehd = body(source, &part)?;
            let long = mehd.first() == Some(&1);
            return Ok(if long { be64(&mehd, 4) } else { be32(&mehd, 4).map(short_duration) });
        }
    }
    Ok(None)
}

fn track<R: Read + Seek>(source: &mut Source<R>, trak: &BoxAt, movie: &mut Movie) -> io::Result<()> {
    let mut size = None;
    for part in boxes(source, trak.body, trak.end)? {
        if &part.kind == b"tkhd" {
            size = track_size(&body(source, &part)?);
        }
    }
    match handler(source, trak)?.as_ref() {
        Some(b"vide") => {
            movie.has_video = true;
            codecs::add(&mut movie.codecs, codecs::of_track(source, trak, true)?);
            let pixels = |size: (u32, u32)| u64::from(size.0) * u64::from(size.1);
            movie.size = movie.size.into_iter().chain(size).max_by_key(|size| pixels(*size));
        }
        Some(b"soun") => {
            movie.has_audio = true;
            codecs::add(&mut movie.codecs, codecs::of_track(source, trak, false)?);
        }
        _ => {}
    }
    Ok(())
}

/// What a track is for: `vide`, `soun` and the like.
pub(super) fn handler<R: Read + Seek>(source: &mut Source<R>, trak: &BoxAt) -> io::Result<Option<[u8; 4]>> {
    let mut handler = None;
    for mdia in boxes(source, trak.body, trak.end)?.iter().filter(|part| &part.kind == b"mdia") {
        for hdlr in boxes(source, mdia.body, mdia.end)?.iter().filter(|part| &part.kind == b"hdlr") {
            handler = body(source, hdlr)?.get(8..).and_then(<[u8]>::first_chunk).copied();
        }
    }
    Ok(handler)
}

/// Width and height are 16.16 fixed-point numbers; a matrix without its diagonal lays the picture on its side.
fn track_size(tkhd: &[u8]) -> Option<(u32, u32)> {
    let matrix = if *tkhd.first()? == 1 { 52 } else { 40 };
    let (width, height) = (be32(tkhd, matrix + 36)? >> 16, be32(tkhd, matrix + 40)? >> 16);
    let on_its_side = be32(tkhd, matrix)? == 0 && be32(tkhd, matrix + 16)? == 0;
    let size = if on_its_side { (height, width) } else { (width, height) };
    (width > 0 && height > 0).then_some(size)
}
