//! The tags around the frames of an MP3 file: ID3 (versions 1 and 2), APE (versions 1 and 2) and Lyrics3, in any
//! order, and more than one of a kind. They are only measured here, not read.

use std::io::{self, Read, Seek};

use super::bytes::le32;
use super::source::{Source, damaged};

/// More tags than this at one end of a file are made to tire us.
const MOST_TAGS: u32 = 64;

/// An APE tag has a head and a foot of so many bytes, mostly both.
const APE_HEAD: u64 = 32;
/// An ID3v2 tag has a head, and maybe a foot, of so many bytes.
const ID3_HEAD: u64 = 10;
/// The text of an old Lyrics3 tag is no longer.
const LONGEST_LYRICS: u64 = 5100;

/// Where the tags at the beginning end.
///
/// # Errors
/// `InvalidData` where there are too many; `UnexpectedEof` where one is longer than the file.
pub(super) fn leading<R: Read + Seek>(source: &mut Source<R>) -> io::Result<u64> {
    let mut at = 0;
    for _ in 0..MOST_TAGS {
        let head = source.some(at, 32)?;
        at += match id3_length(&head, b"ID3").or_else(|| ape_length(&head)) {
            Some(length) => length,
            None => return Ok(at),
        };
    }
    Err(damaged())
}

/// Where the tags at the end begin, but not before `floor`.
///
/// # Errors
/// `InvalidData` where there are too many.
pub(super) fn trailing<R: Read + Seek>(source: &mut Source<R>, floor: u64) -> io::Result<u64> {
    let mut end = source.length();
    for _ in 0..MOST_TAGS {
        let room = end.saturating_sub(floor);
        match last_tag(source, end, room)? {
            Some(length) if length > 0 && length <= room => end -= length,
            _ => return Ok(end),
        }
    }
    Err(damaged())
}

/// The length of an ID3v2 tag, from its head or foot, with both. It has seven bits a byte.
fn id3_length(head: &[u8], mark: &[u8; 3]) -> Option<u64> {
    let flags = *head.get(5).filter(|_| head.starts_with(mark))?;
    let size = head.get(6..10)?.iter().fold(0_u64, |size, byte| size << 7 | u64::from(byte & 0x7F));
    let has_foot = flags & 0x10 != 0 || mark == b"3DI";
    Some(size + ID3_HEAD + if has_foot { ID3_HEAD } else { 0 })
}

/// The length of an APE tag, from its head or foot. The length that it states is without its head.
fn ape_length(head: &[u8]) -> Option<u64> {
    let flags = le32(head, 20).filter(|_| head.starts_with(b"APETAGEX"))?;
    let has_head = flags >> 29 != 0;
    Some(u64::from(le32(head, 12)?) + if has_head { APE_HEAD } else { 0 })
}

/// The length of the tag that ends at a place, where there are so many bytes before it.
fn last_tag<R: Read + Seek>(source: &mut Source<R>, end: u64, room: u64) -> io::Result<Option<u64>> {
    let length = room.min(355);
    let tail = source.some(end.saturating_sub(length), usize::try_from(length).unwrap_or(355))?;
    let last = |bytes: usize| tail.len().checked_sub(bytes).and_then(|from| tail.get(from..)).unwrap_or_default();
    if last(128).starts_with(b"TAG") {
        return Ok(Some(if last(355).starts_with(b"TAG+") { 355 } else { 128 }));
    }
    if let Some(length) = ape_length(last(32)) {
        return Ok(Some(length));
    }
    if let Some(length) = id3_length(last(10), b"3DI") {
        let is_there = length <= room && source.some(end - length, 3)? == b"ID3";
        return Ok(is_there.then_some(length));
    }
    match last(9) {
        b"LYRICS200" => {
            let digits = last(15).get(..6).unwrap_or_default();
            let size: Option<u64> = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
            Ok(size.map(|size| size + 15))
        }
        b"LYRICSEND" => {
            let length = room.min(LONGEST_LYRICS + 20);
            let text = source.some(end - length, usize::try_from(length).unwrap_or(0))?;
            Ok(text.windows(11).position(|mark| mark == b"LYRICSBEGIN").map(|at| length - at as u64))
        }
        _ => Ok(None),
    }
}
