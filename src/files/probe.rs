//! What a file is, by its content alone. A picture is taken only when it can be decoded to its end within limits.

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::Path;

use image::ImageFormat;

use super::error::Refused;
use super::source::Source;
use super::{audio, codecs, isobmff, pixels, webm};

/// A picture file has at most so many bytes: it is read into memory.
pub const MAX_IMAGE_BYTES: u64 = 64 * 1024 * 1024;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// A sound recording.
    Audio,
    /// A text to read or print.
    Document,
}

impl Kind {
    /// The name in the API and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
        }
    }
}

/// What a probe found out about a file that is taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Probed {
    /// What it is for.
    pub kind: Kind,
    /// Its media type (RFC 6838).
    pub mime: &'static str,
    /// The usual ending of its name, without a dot.
    pub extension: &'static str,
    /// Pixels across as shown, after any turn that the file asks for; pictures always have it, films mostly.
    pub width: Option<u32>,
    /// Pixels down as shown.
    pub height: Option<u32>,
    /// Seconds that a film or recording lasts, where its header says so.
    pub duration_seconds: Option<f64>,
    /// The codecs of a film or recording, as far as they are known, with commas between (RFC 6381).
    pub codecs: Option<String>,
}

impl Probed {
    const fn of(kind: Kind, mime: &'static str, extension: &'static str) -> Self {
        Self { kind, mime, extension, width: None, height: None, duration_seconds: None, codecs: None }
    }

    fn sized(mut self, size: Option<(u32, u32)>) -> Self {
        (self.width, self.height) = size.unzip();
        self
    }

    fn in_codecs(mut self, codecs: Option<String>) -> Self {
        self.codecs = codecs;
        self
    }

    fn lasting(mut self, seconds: Option<f64>) -> Self {
        self.duration_seconds = seconds;
        self
    }
}

enum Found {
    Image(ImageFormat),
    IsoMedia,
    Matroska,
    Mp3,
    Ogg,
    Wav,
    Pdf,
}

/// Finds out what a file is: JPEG, PNG, GIF, WebP; MP4, MOV, WebM; MP3, M4A, Ogg, WAV; PDF. Pictures have at most
/// 64 MiB, 20 000 pixels a side, 50 megapixels and 1 000 frames, which is checked before anything is decoded; then
/// the picture (of an animation, the first frame) is decoded, in up to 256 MiB of memory.
///
/// # Errors
/// [`Refused::Type`] for everything else (SVG, HTML, XML, programs …), [`Refused::Corrupt`] for a damaged file,
/// [`Refused::TooManyPixels`] and [`Refused::TooLarge`] beyond the limits.
pub fn probe(path: &Path) -> Result<Probed, Refused> {
    let mut source = Source::new(File::open(path)?)?;
    let head = source.some(0, 512)?;
    match sniff(&head)? {
        Found::Image(format) => image(format, &read_image(path)?),
        Found::IsoMedia => iso_media(&mut source, &head),
        Found::Matroska => matroska(&mut source),
        Found::Mp3 => {
            let probed = Probed::of(Kind::Audio, "audio/mpeg", "mp3").lasting(audio::mp3(&mut source)?);
            Ok(probed.in_codecs(Some("mp3".to_owned())))
        }
        Found::Ogg => match audio::ogg(&mut source)? {
            Some(ogg) => {
                let probed = Probed::of(Kind::Audio, "audio/ogg", "ogg").lasting(ogg.seconds);
                Ok(probed.in_codecs(Some(ogg.codec.to_owned())))
            }
            None => Err(Refused::Type("Of Ogg files, only sound in Vorbis, Opus or FLAC is taken.")),
        },
        Found::Wav => Ok(Probed::of(Kind::Audio, "audio/wav", "wav").lasting(audio::wav(&mut source)?)),
        Found::Pdf => pdf(&mut source),
    }
}

/// The bytes of a picture file.
pub(super) fn read_image(path: &Path) -> Result<Vec<u8>, Refused> {
    if fs::metadata(path)?.len() > MAX_IMAGE_BYTES {
        return Err(Refused::TooLarge("A picture may have 64 MiB at most."));
    }
    Ok(fs::read(path)?)
}

/// The type that the first bytes name.
fn sniff(head: &[u8]) -> Result<Found, Refused> {
    Ok(match head {
        [] => return Err(Refused::Corrupt("The file is empty.")),
        [0xFF, 0xD8, 0xFF, ..] => Found::Image(ImageFormat::Jpeg),
        [0x89, b'P', b'N', b'G', ..] => Found::Image(ImageFormat::Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Found::Image(ImageFormat::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Found::Image(ImageFormat::WebP),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Found::Wav,
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Found::IsoMedia,
        [0x1A, 0x45, 0xDF, 0xA3, ..] => Found::Matroska,
        [b'O', b'g', b'g', b'S', ..] => Found::Ogg,
        [b'%', b'P', b'D', b'F', b'-', ..] => Found::Pdf,
        _ if audio::looks_like_mp3(head) => Found::Mp3,
        _ => return Err(Refused::Type(why_not(head))),
    })
}

/// A sentence for a file that is not taken.
fn why_not(head: &[u8]) -> &'static str {
    let text = String::from_utf8_lossy(head).trim_start_matches('\u{FEFF}').trim_start().to_ascii_lowercase();
    let is_markup = text.starts_with('<');
    if is_markup && text.contains("<svg") {
        "SVG files are not taken, because they can carry scripts. Export the picture as PNG or WebP."
    } else if is_markup && (text.contains("<html") || text.contains("<!doctype html") || text.contains("<script")) {
        "HTML files are not taken."
    } else if is_markup {
        "XML files are not taken."
    } else if text.starts_with("#!") || head.starts_with(b"MZ") || head.starts_with(b"\x7FELF") {
        "Programs are not taken."
    } else {
        "Files of this type are not taken. JPEG, PNG, GIF, WebP, MP4, MOV, WebM, MP3, M4A, Ogg, WAV and PDF are."
    }
}

/// Checks the limits on what the header says, then decodes.
pub(super) fn image(format: ImageFormat, bytes: &[u8]) -> Result<Probed, Refused> {
    let anatomy = pixels::anatomy(format, bytes)?;
    pixels::decode(format, &anatomy)?;
    let (mime, extension) = match format {
        ImageFormat::Png => ("image/png", "png"),
        ImageFormat::Gif => ("image/gif", "gif"),
        ImageFormat::WebP => ("image/webp", "webp"),
        _ => ("image/jpeg", "jpg"),
    };
    Ok(Probed::of(Kind::Image, mime, extension).sized(Some(anatomy.shown_size())))
}

fn iso_media<R: Read + Seek>(source: &mut Source<R>, head: &[u8]) -> Result<Probed, Refused> {
    let taken = brand(head).ok_or(Refused::Type(
        "Of this family of files, only MP4, MOV and M4A are taken. Export HEIC and AVIF pictures as JPEG or WebP.",
    ))?;
    let movie = isobmff::read(source)?;
    let probed = match taken {
        Brand::QuickTime if movie.has_video => Probed::of(Kind::Video, "video/quicktime", "mov"),
        _ if movie.has_video => Probed::of(Kind::Video, "video/mp4", "mp4"),
        _ if movie.has_audio => Probed::of(Kind::Audio, "audio/mp4", "m4a"),
        _ => return Err(Refused::Corrupt("The file holds neither pictures nor sound.")),
    };
    Ok(probed.sized(movie.size).lasting(movie.seconds).in_codecs(codecs::joined(&movie.codecs)))
}

enum Brand {
    Mp4,
    QuickTime,
}

/// The first brand of the `ftyp` box that is taken: the major one, or one that the file is compatible with. Still
/// pictures in the same container, whose major brand says so, are not.
fn brand(head: &[u8]) -> Option<Brand> {
    let length = head.first_chunk().map(|length| u32::from_be_bytes(*length))?;
    let brands = head.get(8..head.len().min(usize::try_from(length).ok()?))?.chunks_exact(4);
    for (place, brand) in brands.enumerate() {
        match brand {
            b"heic" | b"heix" | b"heim" | b"hevc" | b"mif1" | b"msf1" | b"avif" | b"avis" | b"crx " => return None,
            b"qt  " => return Some(Brand::QuickTime),
            b"isom" | b"mp41" | b"mp42" | b"avc1" | b"dash" | b"mmp4" | b"MSNV" | b"M4V " | b"M4A " | b"M4B " => {
                return Some(Brand::Mp4);
            }
            // The second number is a version, whatever it spells.
            _ if place != 1 && brand.starts_with(b"iso") => return Some(Brand::Mp4),
            _ => {}
        }
    }
    None
}

fn matroska<R: Read + Seek>(source: &mut Source<R>) -> Result<Probed, Refused> {
    let Some(webm) = webm::read(source)? else {
        return Err(Refused::Type("Of Matroska files, only WebM is taken."));
    };
    let probed = if webm.has_video {
        Probed::of(Kind::Video, "video/webm", "webm")
    } else {
        Probed::of(Kind::Audio, "audio/webm", "weba")
    };
    Ok(probed.sized(webm.size).lasting(webm.seconds).in_codecs(codecs::joined(&webm.codecs)))
}

/// A whole PDF (ISO 32000) ends with a mark, near its end at least.
fn pdf<R: Read + Seek>(source: &mut Source<R>) -> Result<Probed, Refused> {
    let tail = source.some(source.length().saturating_sub(2048), 2048)?;
    if tail.windows(5).any(|window| window == b"%%EOF") {
        Ok(Probed::of(Kind::Document, "application/pdf", "pdf"))
    } else {
        Err(Refused::Corrupt("The PDF is cut off."))
    }
}
