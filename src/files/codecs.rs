//! What a player must know to play a file: the codecs of its tracks, as the parameter `codecs` of a media type has them
//! (RFC 6381, and the registrations of each codec).

use std::io::{self, Read, Seek};

use super::bytes::be32;
use super::isobmff::{BoxAt, boxes, next};
use super::source::Source;

/// Most codecs of a file that are named.
const MOST: usize = 8;

/// Adds a codec, if it is known and not there yet.
pub(super) fn add(codecs: &mut Vec<String>, codec: Option<String>) {
    if let Some(codec) = codec.filter(|codec| !codecs.contains(codec))
        && codecs.len() < MOST
    {
        codecs.push(codec);
    }
}

/// The codecs as one text; `None` without any.
pub(super) fn joined(codecs: &[String]) -> Option<String> {
    (!codecs.is_empty()).then(|| codecs.join(","))
}

/// The codec of a track of a film of the ISO base media family: the first entry of its `stsd`.
pub(super) fn of_track<R: Read + Seek>(
    source: &mut Source<R>,
    trak: &BoxAt,
    is_video: bool,
) -> io::Result<Option<String>> {
    let mut at = *trak;
    for kind in [b"mdia", b"minf", b"stbl", b"stsd"] {
        let Some(part) = boxes(source, at.body, at.end)?.into_iter().find(|part| &part.kind == kind) else {
            return Ok(None);
        };
        at = part;
    }
    // The version, and the number of entries.
    let Some(entry) = next(source, at.body.saturating_add(8), at.end)? else { return Ok(None) };
    let name = String::from_utf8_lossy(&entry.kind).trim_end().to_owned();
    let fixed = match &entry.kind {
        b"Opus" => return Ok(Some("opus".to_owned())),
        b"fLaC" => return Ok(Some("flac".to_owned())),
        b".mp3" => return Ok(Some("mp3".to_owned())),
        b"ac-3" | b"ec-3" | b"vp08" => return Ok(Some(name)),
        _ if is_video => 78,
        b"mp4a" => 28 + sound_extra(source, &entry)?,
        _ => return Ok(None),
    };
    let parts = match entry.body.checked_add(fixed).filter(|from| *from < entry.end) {
        Some(from) => boxes(source, from, entry.end)?,
        None => return Ok(None),
    };
    for part in parts {
        let length = usize::try_from(part.end.saturating_sub(part.body)).unwrap_or(96).min(96);
        let body = source.some(part.body, length)?;
        let codec = match &part.kind {
            b"avcC" => avc(&name, &body),
            b"hvcC" => hevc(&name, &body),
            b"vpcC" => vp(&name, body.get(4..).unwrap_or_default()),
            b"av1C" => av1(&body),
            b"esds" => mpeg4(&name, body.get(4..).unwrap_or_default()),
            _ => None,
        };
        if codec.is_some() {
            return Ok(codec);
        }
    }
    Ok(None)
}

/// QuickTime has longer sample entries of sound, in two more versions.
fn sound_extra<R: Read + Seek>(source: &mut Source<R>, entry: &BoxAt) -> io::Result<u64> {
    Ok(match source.some(entry.body.saturating_add(8), 2)?.as_slice() {
        [0, 1] => 16,
        [0, 2] => 36,
        _ => 0,
    })
}

fn avc(name: &str, body: &[u8]) -> Option<String> {
    let [_, profile, constraints, level, ..] = body else { return None };
    matches!(name, "avc1" | "avc3").then(|| format!("{name}.{profile:02x}{constraints:02x}{level:02x}"))
}

fn hevc(name: &str, body: &[u8]) -> Option<String> {
    let (first, level) = (*body.get(1)?, *body.get(12)?);
    let space = ["", "A", "B", "C"].get(usize::from(first >> 6))?;
    let tier = if first & 0x20 == 0 { 'L' } else { 'H' };
    let flags = be32(body, 2)?.reverse_bits();
    let constraints = body.get(6..12)?;
    let used = constraints.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let constraints: String = constraints.iter().take(used).map(|byte| format!(".{byte:X}")).collect();
    matches!(name, "hvc1" | "hev1")
        .then(|| format!("{name}.{space}{}.{flags:X}.{tier}{level}{constraints}", first & 0x1F))
}

fn vp(name: &str, body: &[u8]) -> Option<String> {
    let [profile, level, depth, ..] = body else { return None };
    (name == "vp09").then(|| format!("vp09.{profile:02}.{level:02}.{:02}", depth >> 4))
}

/// AV1, from the record that MP4 and WebM have alike.
fn av1(body: &[u8]) -> Option<String> {
    let [0x81, first, second, ..] = body else { return None };
    let tier = if second & 0x80 == 0 { 'M' } else { 'H' };
    let depth = match (second & 0x40 != 0, second & 0x20 != 0) {
        (false, _) => 8,
        (true, false) => 10,
        (true, true) => 12,
    };
    Some(format!("av01.{}.{:02}{tier}.{depth:02}", first >> 5, first & 0x1F))
}

/// MPEG-4 sound, from its descriptors (ISO/IEC 14496-1).
fn mpeg4(name: &str, body: &[u8]) -> Option<String> {
    let (tag, stream) = descriptor(body)?;
    let flags = *stream.get(2)?;
    let skipped = 3 + if flags & 0x80 == 0 { 0 } else { 2 } + if flags & 0x20 == 0 { 0 } else { 2 };
    if tag != 3 || flags & 0x40 != 0 || name != "mp4a" {
        return None;
    }
    let (tag, decoder) = descriptor(stream.get(skipped..)?)?;
    let kind = *decoder.first().filter(|_| tag == 4)?;
    match kind {
        0x40 => {
            let (tag, info) = descriptor(decoder.get(13..)?)?;
            let first = *info.first().filter(|_| tag == 5)?;
            let object = match first >> 3 {
                31 => 32 + ((first & 7) << 3 | info.get(1)? >> 5),
                object => object,
            };
            Some(format!("mp4a.40.{object}"))
        }
        0x69 | 0x6B => Some("mp3".to_owned()),
        0x66..=0x68 => Some(format!("mp4a.{kind:02x}")),
        _ => None,
    }
}

/// A descriptor: its tag, and what follows its length of up to four bytes.
fn descriptor(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let (tag, mut rest) = bytes.split_first()?;
    for _ in 0..4 {
        let (byte, after) = rest.split_first()?;
        rest = after;
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some((*tag, rest))
}

/// The codec that a track of a WebM file names, with what the codec wrote about itself.
pub(super) fn of_matroska(id: &[u8], private: &[u8]) -> Option<String> {
    let name = match id {
        b"V_VP8" => "vp8",
        b"V_VP9" => "vp9",
        b"V_AV1" => return av1(private),
        b"A_OPUS" => "opus",
        b"A_VORBIS" => "vorbis",
        _ => return None,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codecs_are_written_as_registered() {
        assert_eq!(avc("avc1", &[1, 0x64, 0, 0x1F, 0xFF]).unwrap(), "avc1.64001f");
        let mut main = [0; 13];
        (main[1], main[2], main[6], main[12]) = (1, 0x60, 0xB0, 93);
        assert_eq!(hevc("hvc1", &main).unwrap(), "hvc1.1.6.L93.B0");
        assert_eq!(vp("vp09", &[0, 10, 0x82]).unwrap(), "vp09.00.10.08");
        assert_eq!(av1(&[0x81, 0x04, 0x0C, 0]).unwrap(), "av01.0.04M.08");
        let aac = [3, 25, 0, 1, 0, 4, 17, 0x40, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 2, 0x12, 0x10, 6, 1, 2];
        assert_eq!(mpeg4("mp4a", &aac).unwrap(), "mp4a.40.2");
        assert_eq!(of_matroska(b"V_VP9", b"").unwrap(), "vp9");
        assert_eq!(of_matroska(b"V_UNKNOWN", b""), None);
        assert_eq!(mpeg4("mp4a", &[3, 0x80, 0x80, 0x80]), None);
    }

    #[test]
    fn each_is_named_once() {
        let mut codecs = Vec::new();
        for codec in ["vp9", "opus", "opus"] {
            add(&mut codecs, Some(codec.to_owned()));
        }
        assert_eq!(joined(&codecs).unwrap(), "vp9,opus");
        assert_eq!(joined(&[]), None);
    }
}
