//! What a picture says of itself, for the newsroom to begin with: IPTC's photo metadata in XMP ([`xmp`], ISO 16684-1)
//! and in IPTC-IIM ([`iptc`]), and what cameras write ([`exif`]). Where several say the same thing, they are asked in this
//! order. All of it is cut out of what the public gets; whatever is odd is left out without a word.

mod exif;
mod iptc;
mod parts;
mod xmp;

use std::path::Path;

use self::exif::Exif;
use self::iptc::Iptc;
use self::parts::Parts;
use self::xmp::Packet;
use super::error::Refused;
use super::probe::{Kind, Probed, read_image};

/// Most keywords that are read.
const MOST: usize = 50;
/// The longest keyword that is taken. Characters.
const LONGEST: usize = 100;
/// What cameras write as the description of every picture.
const NOISE: &[&str] = &["digital camera", "sony dsc", "exif_jpeg_picture", "dcim", "default", "untitled"];

/// What a picture says of itself. Texts may have several lines, and are as long as the file has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
    /// What is to be seen.
    pub caption: Option<String>,
    /// Whom to name beside it.
    pub credit: Option<String>,
    /// Who made it; several with commas between.
    pub creator: Option<String>,
    /// The copyright notice.
    pub copyright: Option<String>,
    /// When it was taken (RFC 3339). Where the file knows no offset, the camera's clock counts as UTC.
    pub taken_at: Option<String>,
    /// Words to find it by: one line each, none twice, at most 50 of at most 100 characters.
    pub keywords: Vec<String>,
}

/// Reads what a file says of itself. Other files than pictures say nothing.
///
/// # Errors
/// The file can't be read.
pub fn described(path: &Path, probed: &Probed) -> Result<Described, Refused> {
    if probed.kind != Kind::Image {
        return Ok(Described::default());
    }
    Ok(read(&read_image(path)?))
}

fn read(picture: &[u8]) -> Described {
    let parts = Parts::of(picture);
    let xmp = Packet::of(parts.xmp);
    let iptc = Iptc::of(parts.iptc);
    let exif = Exif::of(parts.exif);
    let first =
        |texts: [Option<String>; 3]| texts.into_iter().flatten().map(|text| tidy(&text)).find(|text| !text.is_empty());
    let instant = |times: [Option<String>; 5]| times.into_iter().flatten().find_map(|time| instant(&time));
    Described {
        caption: first([xmp.text("dc:description"), iptc.one(120), exif.description.filter(|text| !is_noise(text))]),
        credit: first([xmp.text("photoshop:Credit"), iptc.one(110), None]),
        creator: first([joined(&xmp.list("dc:creator")), joined(&iptc.all(80)), exif.artist]),
        copyright: first([xmp.text("dc:rights"), iptc.one(116), exif.copyright]),
        taken_at: instant([
            xmp.text("photoshop:DateCreated"),
            iptc.date(),
            exif.taken,
            xmp.text("exif:DateTimeOriginal"),
            xmp.text("xmp:CreateDate"),
        ]),
        keywords: keywords(xmp.list("dc:subject").into_iter().chain(iptc.all(25))),
    }
}

fn keywords(found: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in found.map(|word| line(&word)) {
        let is_fine = (1..=LONGEST).contains(&word.chars().count())
            && !word.chars().any(|c| c.is_control() || matches!(c, '\u{fffd}'..='\u{ffff}'));
        let folded = crate::text::fold(&word);
        if is_fine && all.len() < MOST && !all.iter().any(|known| crate::text::fold(known) == folded) {
            all.push(word);
        }
    }
    all
}

fn joined(names: &[String]) -> Option<String> {
    let names: Vec<String> = names.iter().map(|name| line(name)).filter(|name| !name.is_empty()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without control characters but line feeds, and without what can't be read.
fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = text.chars().filter(|c| *c == '\n' || !(c.is_control() || matches!(c, '\u{fffd}'..='\u{ffff}')));
    kept.collect::<String>().trim().to_owned()
}

fn is_noise(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    NOISE.iter().any(|noise| text.ends_with(noise))
}

/// An instant in RFC 3339 of a date or time as pictures have it: `2026:05:04 10:11:12`, `2026-05-04T10:11+02:00`,
/// `2026-05-04`.
fn instant(text: &str) -> Option<String> {
    let text = text.trim();
    let date = text.get(..10)?.replace(':', "-");
    let rest = text.get(10..)?.trim_start_matches(['T', ' ']);
    let cut = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (time, offset) = rest.split_at(cut);
    let time = match time.trim() {
        "" => "00:00:00".to_owned(),
        short if short.len() == 5 => format!("{short}:00"),
        whole => whole.to_owned(),
    };
    let offset = match offset.trim() {
        "" | "Z" | "z" => "Z".to_owned(),
        short if short.len() == 5 && !short.contains(':') => format!("{}:{}", short.get(..3)?, short.get(3..)?),
        whole => whole.to_owned(),
    };
    let at = format!("{date}T{time}{offset}");
    at.parse::<jiff::Timestamp>().is_ok().then_some(at)
}

#[cfg(test)]
mod tests;
