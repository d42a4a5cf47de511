//! The keywords that a picture carries in itself: `dc:subject` of XMP (ISO 16684-1), and the data set 2:25 of IPTC-IIM
//! in a JPEG. They are words for editors; whatever is odd about them is left out without a word.

use std::path::Path;

use super::bytes::be16;
use super::error::Refused;
use super::probe::{Kind, Probed, read_image};

/// Most keywords that are read.
const MOST: usize = 50;
/// The longest keyword that is taken. Characters.
const LONGEST: usize = 100;
/// So much of a list of XMP is looked at. Bytes.
const LONGEST_LIST: usize = 64 * 1024;

/// The keywords of a file: one line each, none twice, at most 50 of at most 100 characters. Other files than pictures
/// have none.
///
/// # Errors
/// The file can't be read.
pub fn keywords(path: &Path, probed: &Probed) -> Result<Vec<String>, Refused> {
    if probed.kind != Kind::Image {
        return Ok(Vec::new());
    }
    let bytes = read_image(path)?;
    let mut all = Vec::new();
    for found in xmp(&bytes).into_iter().chain(iptc(&bytes)) {
        let word: String = found.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_fine = (1..=LONGEST).contains(&word.chars().count())
            && !word.chars().any(|c| c.is_control() || matches!(c, '\u{fffd}'..='\u{ffff}'));
        let folded = crate::text::fold(&word);
        if is_fine && all.len() < MOST && !all.iter().any(|known: &String| crate::text::fold(known) == folded) {
            all.push(word);
        }
    }
    Ok(all)
}

/// The entries of the first `dc:subject`.
fn xmp(bytes: &[u8]) -> Vec<String> {
    let Some(from) = find(bytes, b"<dc:subject>") else { return Vec::new() };
    let rest = bytes.get(from..).unwrap_or_default();
    let rest = rest.get(..LONGEST_LIST).unwrap_or(rest);
    let list = String::from_utf8_lossy(find(rest, b"</dc:subject>").and_then(|to| rest.get(..to)).unwrap_or_default());
    let entries = list.split("<rdf:li").skip(1);
    entries.filter_map(|entry| Some(unescaped(entry.split_once('>')?.1.split_once("</rdf:li>")?.0))).collect()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// The five entities of XML; others stay as they are.
fn unescaped(text: &str) -> String {
    let pairs = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    pairs.into_iter().fold(text.to_owned(), |text, (name, c)| text.replace(name, c))
}

/// The data sets 2:25 of a JPEG's first Photoshop segment with IPTC data.
fn iptc(jpeg: &[u8]) -> Vec<String> {
    let mut at = 2;
    while let (true, Some([0xFF, marker])) = (jpeg.starts_with(&[0xFF, 0xD8]), jpeg.get(at..at + 2)) {
        let Some(length) = be16(jpeg, at + 2).map(usize::from).filter(|length| *length >= 2) else { break };
        let body = jpeg.get(at + 4..at + 2 + length).unwrap_or_default();
        match marker {
            0xED => {
                if let Some(data) = body.strip_prefix(b"Photoshop 3.0\0").and_then(resource) {
                    return data_sets(data);
                }
            }
            0xDA => break,
            _ => {}
        }
        at += 2 + length;
    }
    Vec::new()
}

/// The image resource 0x0404 among Photoshop's.
fn resource(mut rest: &[u8]) -> Option<&[u8]> {
    while let Some(block) = rest.strip_prefix(b"8BIM") {
        let id = be16(block, 0)?;
        // The name is padded so that its length byte and itself are even.
        let name = (usize::from(*block.get(2)?) + 2) & !1;
        let size = u32::from(be16(block, 2 + name)?) << 16 | u32::from(be16(block, 4 + name)?);
        let size = usize::try_from(size).ok()?;
        let data = block.get(6 + name..)?.get(..size)?;
        if id == 0x0404 {
            return Some(data);
        }
        rest = block.get(6 + name + size + (size & 1)..)?;
    }
    None
}

/// The texts of the data sets 2:25: UTF-8, or else Latin-1.
fn data_sets(mut rest: &[u8]) -> Vec<String> {
    let mut all = Vec::new();
    while let [0x1C, record, set, high, low, tail @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        // The highest bit tells of a longer length, which no keyword has.
        let Some(data) = tail.get(..length).filter(|_| *high < 0x80) else { break };
        if (*record, *set) == (2, 25) {
            let text = std::str::from_utf8(data).map(str::to_owned);
            all.push(text.unwrap_or_else(|_| data.iter().copied().map(char::from).collect()));
        }
        rest = tail.get(length..).unwrap_or_default();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_kinds() {
        let packet = b"..<dc:subject><rdf:Bag><rdf:li>Ferry &amp; sea</rdf:li><rdf:li xml:lang='x'>dawn</rdf:li></rdf:Bag></dc:subject>";
        assert_eq!(xmp(packet), ["Ferry & sea", "dawn"]);
        assert_eq!(xmp(b"<dc:subject><rdf:li>cut off"), [""; 0]);
        let sets = b"\x1c\x02\x19\0\x05ferry\x1c\x02\x78\0\x01x\x1c\x02\x19\0\x04caf\xe9\x1c\x02\x19\0\xffcut";
        assert_eq!(data_sets(sets), ["ferry", "caf\u{e9}"]);
        let mut block = b"Photoshop 3.0\x008BIM\x04\x25\0\0\0\0\0\x01x\08BIM\x04\x04\0\0\0\0".to_vec();
        block.extend(u16::try_from(sets.len()).unwrap().to_be_bytes());
        block.extend(sets);
        let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xED];
        jpeg.extend((u16::try_from(block.len()).unwrap() + 2).to_be_bytes());
        jpeg.extend(&block);
        assert_eq!(iptc(&jpeg), ["ferry", "caf\u{e9}"]);
        for cut in 0..jpeg.len() {
            let _ = iptc(&jpeg[..cut]);
        }
    }
}
