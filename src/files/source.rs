//! Bounded reading of a file that may be hostile: every read names its place, and there is a number of reads after
//! which a file counts as damaged, so that a file made of a million empty boxes costs little.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

/// Enough for the fragments of a film of many hours.
const MOST_READS: u32 = 100_000;

/// Bytes that are looked through at once.
const PAGE: usize = 16 * 1024;

/// A file, or anything else that can be read at a place.
pub(super) struct Source<R> {
    inner: R,
    length: u64,
    reads_left: u32,
}

impl<R: Read + Seek> Source<R> {
    /// Finds out the length. Takes as many reads as a look at the headers needs.
    pub(super) fn new(inner: R) -> io::Result<Self> {
        Self::with_reads(inner, MOST_READS)
    }

    /// The same, for another number of reads.
    pub(super) fn with_reads(mut inner: R, reads: u32) -> io::Result<Self> {
        let length = inner.seek(SeekFrom::End(0))?;
        Ok(Self { inner, length, reads_left: reads })
    }

    /// Bytes in all.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Exactly `N` bytes at a place; [`ErrorKind::UnexpectedEof`] where there are fewer.
    pub(super) fn array<const N: usize>(&mut self, at: u64) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.go_to(at)?;
        self.inner.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// As many bytes as there are at a place, but `most` at most.
    pub(super) fn some(&mut self, at: u64, most: usize) -> io::Result<Vec<u8>> {
        self.go_to(at)?;
        let mut bytes = Vec::new();
        Read::by_ref(&mut self.inner).take(most as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Whether there is nothing but zeros between two places; also where there is nothing at all.
    pub(super) fn only_zeros(&mut self, from: u64, to: u64) -> io::Result<bool> {
        let mut at = from;
        while at < to {
            let most = usize::try_from(to - at).unwrap_or(PAGE).min(PAGE);
            let bytes = self.some(at, most)?;
            if bytes.is_empty() || bytes.iter().any(|byte| *byte != 0) {
                return Ok(bytes.is_empty());
            }
            at += bytes.len() as u64;
        }
        Ok(true)
    }

    fn go_to(&mut self, at: u64) -> io::Result<()> {
        self.reads_left = self.reads_left.checked_sub(1).ok_or_else(damaged)?;
        if at > self.length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.inner.seek(SeekFrom::Start(at)).map(drop)
    }
}

/// What a parser answers when it finds what can't be.
pub(super) fn damaged() -> io::Error {
    ErrorKind::InvalidData.into()
}

/// Seconds that a film or a recording may have; everything else is a wrong header.
pub(super) fn plausible_seconds(seconds: f64) -> Option<f64> {
    (seconds.is_finite() && seconds > 0.0 && seconds < 10_000_000.0).then_some(seconds)
}
