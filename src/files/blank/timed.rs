//! Where the samples of a track lie, for tracks in which cameras write down while they film: places, heights,
//! speeds, faces. The track goes, so nothing leads to its samples any more, but they must go as well.

use std::io::{self, Read, Seek};

use super::patch::Patches;
use crate::files::bytes::be32;
use crate::files::isobmff::{BoxAt, boxes};
use crate::files::source::{Source, damaged};

/// Bytes of a table that are read at once.
const PAGE: usize = 4096;

/// Overwrites the samples of a track with zeros. Samples whose lengths stand in a compact table (`stz2`, which no
/// camera writes) are left.
///
/// # Errors
/// `InvalidData` where there are too many stretches of samples.
pub(super) fn find<R: Read + Seek>(source: &mut Source<R>, trak: &BoxAt, patches: &mut Patches) -> io::Result<()> {
    let Some(stbl) = sample_tables(source, trak)? else { return Ok(()) };
    let (mut runs, mut sizes, mut places) = (None, None, None);
    for part in boxes(source, stbl.body, stbl.end)? {
        match &part.kind {
            b"stsc" => runs = Some(Table::open(source, &part, 4, 3, 4)?),
            b"stsz" => sizes = Some((be32(&source.some(part.body, 8)?, 4), Table::open(source, &part, 8, 1, 4)?)),
            b"stco" => places = Some(Table::open(source, &part, 4, 1, 4)?),
            b"co64" => places = Some(Table::open(source, &part, 4, 1, 8)?),
            _ => {}
        }
    }
    let (Some(runs), Some((Some(same), sizes)), Some(mut places)) = (runs, sizes, places) else { return Ok(()) };
    let mut lengths = Lengths { runs, next: None, samples: 0, same: same.into(), sizes };
    let mut chunk = 0_u64;
    while let Some(at) = places.next(source)? {
        chunk += 1;
        let length = lengths.of(source, chunk)?;
        patches.zeros(at, at.saturating_add(length).min(source.length()))?;
    }
    Ok(())
}

fn sample_tables<R: Read + Seek>(source: &mut Source<R>, trak: &BoxAt) -> io::Result<Option<BoxAt>> {
    let mut found = *trak;
    for kind in [b"mdia", b"minf", b"stbl"] {
        let Some(part) = boxes(source, found.body, found.end)?.into_iter().find(|part| &part.kind == kind) else {
            return Ok(None);
        };
        found = part;
    }
    Ok(Some(found))
}

/// How long one chunk of samples after the other is.
struct Lengths {
    /// Triples: the first chunk of a run, the samples in each of its chunks, and how they are described.
    runs: Table,
    /// The run that comes next: its first chunk, and its samples a chunk.
    next: Option<(u64, u64)>,
    /// How many samples each chunk of the present run has.
    samples: u64,
    /// The length of every sample, or 0 where they differ.
    same: u64,
    /// The length of each sample, where they differ.
    sizes: Table,
}

impl Lengths {
    /// The length of the chunk of this number; to be asked for one after the other, from 1.
    fn of<R: Read + Seek>(&mut self, source: &mut Source<R>, chunk: u64) -> io::Result<u64> {
        while let Some((_, samples)) = self.next_run(source)?.filter(|(first, _)| *first <= chunk) {
            (self.samples, self.next) = (samples, None);
        }
        if self.same > 0 {
            return Ok(self.same.saturating_mul(self.samples));
        }
        let mut length = 0_u64;
        for _ in 0..self.samples {
            let Some(size) = self.sizes.next(source)? else { break };
            length = length.saturating_add(size);
        }
        Ok(length)
    }

    /// The run that comes next, without going on to it.
    fn next_run<R: Read + Seek>(&mut self, source: &mut Source<R>) -> io::Result<Option<(u64, u64)>> {
        if self.next.is_none() {
            let first = self.runs.next(source)?;
            let samples = self.runs.next(source)?;
            self.runs.next(source)?;
            self.next = first.zip(samples);
        }
        Ok(self.next)
    }
}

/// A table of numbers, read a page at a time. It never has more of them than its box has room for.
struct Table {
    at: u64,
    left: u64,
    width: usize,
    page: Vec<u8>,
    used: usize,
}

impl Table {
    /// `count_at`: where in the body the number of rows stands, right before the first; each row has `columns`
    /// numbers of `width` bytes.
    fn open<R: Read + Seek>(
        source: &mut Source<R>,
        part: &BoxAt,
        count_at: u64,
        columns: u64,
        width: usize,
    ) -> io::Result<Self> {
        let count = u32::from_be_bytes(source.array(part.body.saturating_add(count_at))?);
        let at = part.body.saturating_add(count_at + 4);
        let room = part.end.saturating_sub(at) / (width as u64).max(1);
        Ok(Self { at, left: (u64::from(count) * columns).min(room), width, page: Vec::new(), used: 0 })
    }

    fn next<R: Read + Seek>(&mut self, source: &mut Source<R>) -> io::Result<Option<u64>> {
        if self.left == 0 {
            return Ok(None);
        }
        if self.used >= self.page.len() {
            self.page = source.some(self.at, PAGE)?;
            self.at += self.page.len() as u64;
            self.used = 0;
        }
        let number = self.page.get(self.used..self.used + self.width).ok_or_else(damaged)?;
        self.used += self.width;
        self.left -= 1;
        Ok(Some(number.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))))
    }
}
