//! Bounded reading of a file that may be hostile: every read names its place, and there is a number of reads after
//! which a file counts as damaged, so that a file made of a million empty boxes costs little. Reads that follow closely
//! on each other are made of one.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

/// Enough for the fragments of a film of many hours.
const MOST_READS: u32 = 100_000;

/// Bytes that are looked through at once.
const PAGE: usize = 16 * 1024;

/// A read that begins so few bytes behind the last one is close to it: more of the same are to come.
const CLOSE: u64 = 1024;

/// Bytes that are read ahead then.
const AHEAD: usize = 32 * 1024;

/// A file, or anything else that can be read at a place.
pub(super) struct Source<R> {
    inner: R,
    length: u64,
    reads_left: u32,
    /// Where the last read began.
    last: u64,
    /// What was read ahead, and where it stands.
    ahead: Vec<u8>,
    ahead_at: u64,
}

impl<R: Read + Seek> Source<R> {
    /// Finds out the length. Takes as many reads as a look at the headers needs.
    pub(super) fn new(inner: R) -> io::Result<Self> {
        Self::with_reads(inner, MOST_READS)
    }

    /// The same, for another number of reads.
    pub(super) fn with_reads(mut inner: R, reads: u32) -> io::Result<Self> {
        let length = inner.seek(SeekFrom::End(0))?;
        Ok(Self { inner, length, reads_left: reads, last: u64::MAX, ahead: Vec::new(), ahead_at: 0 })
    }

    /// Bytes in all.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// Exactly `N` bytes at a place; [`ErrorKind::UnexpectedEof`] where there are fewer.
    pub(super) fn array<const N: usize>(&mut self, at: u64) -> io::Result<[u8; N]> {
        let bytes = self.some(at, N)?;
        <[u8; N]>::try_from(bytes).map_err(|_| ErrorKind::UnexpectedEof.into())
    }

    /// As many bytes as there are at a place, but `most` at most.
    pub(super) fn some(&mut self, at: u64, most: usize) -> io::Result<Vec<u8>> {
        self.reads_left = self.reads_left.checked_sub(1).ok_or_else(damaged)?;
        let there = self.length.checked_sub(at).ok_or(ErrorKind::UnexpectedEof)?;
        let most = usize::try_from(there).unwrap_or(most).min(most);
        let is_close = at.checked_sub(self.last).is_some_and(|between| between < CLOSE);
        self.last = at;
        if let Some(bytes) = self.known(at, most) {
            return Ok(bytes.to_vec());
        }
        if is_close && most <= AHEAD {
            (self.ahead, self.ahead_at) = (self.read(at, AHEAD)?, at);
            return Ok(self.known(at, most).unwrap_or(&self.ahead).to_vec());
        }
        self.read(at, most)
    }

    /// Bytes that were read ahead.
    fn known(&self, at: u64, most: usize) -> Option<&[u8]> {
        let from = usize::try_from(at.checked_sub(self.ahead_at)?).ok()?;
        self.ahead.get(from..from.checked_add(most)?)
    }

    fn read(&mut self, at: u64, most: usize) -> io::Result<Vec<u8>> {
        self.inner.seek(SeekFrom::Start(at))?;
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
}

/// What a parser answers when it finds what can't be.
pub(super) fn damaged() -> io::Error {
    ErrorKind::InvalidData.into()
}

/// Seconds that a film or a recording may have; everything else is a wrong header.
pub(super) fn plausible_seconds(seconds: f64) -> Option<f64> {
    (seconds.is_finite() && seconds > 0.0 && seconds < 10_000_000.0).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    struct Counted {
        inner: Cursor<Vec<u8>>,
        seeks: usize,
    }

    impl Read for Counted {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            self.inner.read(to)
        }
    }

    impl Seek for Counted {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.seeks += 1;
            self.inner.seek(to)
        }
    }

    #[test]
    fn reads_that_are_close_are_made_of_one_and_all_are_counted() {
        let bytes: Vec<u8> = (0..100_000_u32).map(|at| (at / 7) as u8).collect();
        let inner = Counted { inner: Cursor::new(bytes.clone()), seeks: 0 };
        let mut source = Source::with_reads(inner, 12_000).unwrap();
        for at in (0..99_990).step_by(10) {
            assert_eq!(source.array::<10>(at as u64).unwrap(), bytes[at..at + 10]);
        }
        assert!(source.inner.seeks < 10, "{}", source.inner.seeks);
        for (at, most) in [(0, 5), (50_000, 40_000), (50_001, 3), (10, 7), (99_995, 100), (99_999, 0), (100_000, 4)] {
            assert_eq!(source.some(at as u64, most).unwrap(), bytes[at..(at + most).min(bytes.len())], "{at}");
        }
        assert_eq!(source.some(100_001, 0).unwrap_err().kind(), ErrorKind::UnexpectedEof);
        assert_eq!(source.array::<8>(99_995).unwrap_err().kind(), ErrorKind::UnexpectedEof);
        let far = source.inner.seeks;
        for at in (0..99_000).step_by(2_000) {
            let _ = source.some(at, 16).unwrap();
        }
        assert!(source.inner.seeks > far + 40, "places that lie apart are gone to one by one");
        let refused = (0..12_000).find_map(|at| source.some(at, 1).err()).unwrap();
        assert_eq!(refused.kind(), ErrorKind::InvalidData);
    }
}
