//! What to take out of Ogg files (RFC 3533): the comments of Vorbis, Opus (RFC 7845), Theora and FLAC (RFC 9639)
//! streams, also of those that follow one another in one file, and the pictures and the like of FLAC. A packet stays
//! as long as it is, but says nothing and ends in zeros; the checksums of its pages are reckoned anew.
//!
//! What stays: streams of other codecs beside the sound, and everything behind the first thing that is no page.

use std::io::{self, Read, Seek};
use std::ops::Range;

use super::patch::Patches;
use crate::files::bytes::be32;
use crate::files::source::{Source, damaged};

/// A page begins with so many bytes before the lengths of its segments.
const PAGE_HEAD: usize = 27;
/// Where in it the checksum stands.
const CHECKSUM: Range<usize> = 22..26;
/// How many streams may be at their headers at the same time.
const MOST_STREAMS: usize = 64;

#[derive(Clone, Copy)]
enum Codec {
    /// Its second packet holds the comments, and begins with these bytes.
    Commented(&'static [u8]),
    Flac,
}

impl Codec {
    /// The codec of a stream, by its first packet.
    fn of(packet: &[u8]) -> Option<Self> {
        match packet {
            [0x01, b'v', b'o', b'r', b'b', b'i', b's', ..] => Some(Self::Commented(b"\x03vorbis")),
            [0x80, b't', b'h', b'e', b'o', b'r', b'a', ..] => Some(Self::Commented(b"\x81theora")),
            [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', ..] => Some(Self::Commented(b"OpusTags")),
            [0x7F, b'F', b'L', b'A', b'C', ..] => Some(Self::Flac),
            _ => None,
        }
    }
}

/// A stream of which not all headers have passed yet.
struct Stream {
    serial: u32,
    codec: Codec,
    /// Packets that have passed.
    packets: u64,
    /// Bytes of the present packet that have passed.
    offset: u64,
    /// What the present packet begins with from now on, zeros following; `None` where it stays.
    instead: Option<Vec<u8>>,
    /// Whether the present packet is the last header that matters.
    is_last: bool,
}

impl Stream {
    fn new(serial: u32, codec: Codec) -> Self {
        Self { serial, codec, packets: 0, offset: 0, instead: None, is_last: false }
    }

    /// Judges a packet by its first bytes.
    fn begin(&mut self, packet: &[u8]) {
        (self.instead, self.is_last) = match (self.codec, packet) {
            _ if self.packets == 0 => (None, false),
            (Codec::Commented(mark), _) => {
                // No name of the encoder, no comments, and the bit that ends a Vorbis packet.
                let end: &[u8] = if mark == b"\x03vorbis" { &[1] } else { &[] };
                let empty = [mark, &[0; 8], end].concat();
                (packet.starts_with(mark).then_some(empty), true)
            }
            (Codec::Flac, [0xFF, ..]) => (None, true),
            (Codec::Flac, [head, a, b, c, ..]) => {
                let last = head & 0x80;
                let instead = match head & 0x7F {
                    // What the sound is, where to find places in it, and marks on a disc.
                    0 | 3 | 5 => None,
                    // Without an encoder and comments; there must be one such block.
                    4 => Some(vec![*head, *a, *b, *c]),
                    _ => Some(vec![last | 1, *a, *b, *c]),
                };
                (instead, last != 0)
            }
            (Codec::Flac, _) => (None, true),
        };
    }

    /// Goes on by a piece of the present packet, and writes it anew where it tells too much; answers what the piece
    /// begins with then, before zeros.
    fn pass(&mut self, piece: &mut [u8], is_whole: bool) -> Option<Vec<u8>> {
        if self.offset == 0 {
            self.begin(piece);
        }
        let passed = usize::try_from(self.offset).unwrap_or(usize::MAX);
        let head = self.instead.as_ref().map(|instead| {
            let left = instead.get(passed..).unwrap_or_default();
            let head = left.get(..piece.len()).unwrap_or(left).to_vec();
            piece.fill(0);
            piece.iter_mut().zip(&head).for_each(|(byte, new)| *byte = *new);
            head
        });
        self.offset = if is_whole { 0 } else { self.offset + piece.len() as u64 };
        self.packets += u64::from(is_whole);
        head
    }
}

/// Writes down what to take out of a recording.
///
/// # Errors
/// `InvalidData` where there are too many pages.
pub(super) fn find<R: Read + Seek>(source: &mut Source<R>, patches: &mut Patches) -> io::Result<()> {
    let mut streams: Vec<Stream> = Vec::new();
    let mut at = 0;
    while let Some(page) = Page::read(source, at)? {
        at = page.end;
        if page.is_first {
            streams.retain(|stream| stream.serial != page.serial);
            if let Some(codec) = Codec::of(&source.some(page.body(), 8)?) {
                streams.push(Stream::new(page.serial, codec));
            }
        }
        if streams.len() > MOST_STREAMS {
            return Err(damaged());
        }
        let Some(place) = streams.iter().position(|stream| stream.serial == page.serial) else { continue };
        if let Some(stream) = streams.get_mut(place)
            && blank(source, &page, stream, patches)?
        {
            streams.swap_remove(place);
        }
    }
    Ok(())
}

struct Page {
    at: u64,
    end: u64,
    serial: u32,
    is_first: bool,
    /// The lengths of its segments. One of 255 goes on in the next.
    lacing: Vec<u8>,
}

impl Page {
    /// The page at a place; `None` when there is none, or not all of it.
    fn read<R: Read + Seek>(source: &mut Source<R>, at: u64) -> io::Result<Option<Self>> {
        if at >= source.length() {
            return Ok(None);
        }
        let head = source.some(at, PAGE_HEAD + 255)?;
        let (Some(serial), Some(segments)) = (be32(&head, 14), head.get(PAGE_HEAD - 1)) else { return Ok(None) };
        let lacing = head.get(PAGE_HEAD..PAGE_HEAD + usize::from(*segments)).unwrap_or_default().to_vec();
        let length = lacing.iter().map(|length| u64::from(*length)).sum::<u64>();
        let end = at + PAGE_HEAD as u64 + u64::from(*segments) + length;
        if !head.starts_with(b"OggS") || end > source.length() {
            return Ok(None);
        }
        let is_first = head.get(5).is_some_and(|flags| flags & 2 != 0);
        Ok(Some(Self { at, end, serial, is_first, lacing }))
    }

    fn body(&self) -> u64 {
        self.at + (PAGE_HEAD + self.lacing.len()) as u64
    }
}

/// Blanks what a page has of a stream's comments; answers whether nothing of the kind can follow.
fn blank<R: Read + Seek>(
    source: &mut Source<R>,
    page: &Page,
    stream: &mut Stream,
    patches: &mut Patches,
) -> io::Result<bool> {
    let original = source.some(page.at, usize::try_from(page.end - page.at).map_err(|_| damaged())?)?;
    let (mut clean, mut replaced) = (original.clone(), Vec::new());
    let (mut from, mut is_done) = (PAGE_HEAD + page.lacing.len(), false);
    let mut to = from;
    for (place, length) in page.lacing.iter().enumerate() {
        to += usize::from(*length);
        let is_whole = *length < 255;
        if is_done || (!is_whole && place + 1 < page.lacing.len()) {
            continue;
        }
        let piece = clean.get_mut(from..to).ok_or_else(damaged)?;
        if let Some(head) = stream.pass(piece, is_whole) {
            replaced.push((page.at + from as u64, page.at + to as u64, head));
        }
        is_done = is_whole && stream.is_last;
        from = to;
    }
    if clean != original {
        patches.bytes(page.at + CHECKSUM.start as u64, &seal(&mut clean))?;
        for (at, end, head) in replaced {
            patches.bytes(at, &head)?;
            patches.zeros(at + head.len() as u64, end)?;
        }
    }
    Ok(is_done)
}

/// Puts the checksum into a page, that of its bytes with zeros in the checksum's place, and answers it.
fn seal(page: &mut [u8]) -> [u8; 4] {
    if let Some(place) = page.get_mut(CHECKSUM) {
        place.fill(0);
    }
    let sum = page.iter().fold(0_u32, |sum, byte| {
        let [top, ..] = sum.to_be_bytes();
        sum << 8 ^ SUMS.get(usize::from(top ^ byte)).copied().unwrap_or(0)
    });
    if let Some(place) = page.get_mut(CHECKSUM) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
    sum.to_le_bytes()
}

/// The checksums of all bytes, by the polynomial of RFC 3533.
const SUMS: [u32; 256] = {
    let mut sums = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum >> 31 == 1 { sum << 1 ^ 0x04C1_1DB7 } else { sum << 1 };
            bit += 1;
        }
        sums[byte] = sum;
        byte += 1;
    }
    sums
};
