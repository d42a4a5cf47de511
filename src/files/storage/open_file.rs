//! Small files of a disk that are kept open, so that the system can send them from its page cache: nothing of them lies
//! in the memory of this process, and nothing is copied.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyper::body::Bytes;

/// So many are kept open at once at the most, of the 1 024 that a process may have open on many systems.
pub const MOST_OPEN: usize = 256;

static OPEN: AtomicUsize = AtomicUsize::new(0);

/// A whole file, which never changes, open.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    length: u64,
}

impl OpenFile {
    /// Keeps a file open of which `length` bytes are wanted, unless [`MOST_OPEN`] are.
    #[must_use]
    pub fn keep(file: File, length: u64) -> Option<Self> {
        has_room(&OPEN).then_some(Self { file, length })
    }

    /// How many bytes there are.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.length
    }

    /// Up to `most` bytes from `start` on. Reads from the disk what the page cache does not have.
    ///
    /// # Errors
    /// What the disk said; that the file ends before its length.
    pub fn piece(&self, start: u64, most: usize) -> io::Result<Bytes> {
        let left = usize::try_from(self.length.saturating_sub(start)).unwrap_or(usize::MAX);
        let mut piece = vec![0; left.min(most)];
        self.file.read_exact_at(&mut piece, start)?;
        Ok(Bytes::from(piece))
    }
}

/// Counts one more, if that may be.
fn has_room(open: &AtomicUsize) -> bool {
    let one_more = |open: usize| (open < MOST_OPEN).then_some(open + 1);
    open.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_ok()
}

impl AsFd for OpenFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn so_many_are_open_at_once_and_no_more() {
        let open = AtomicUsize::new(0);
        assert!((0..MOST_OPEN).all(|_| has_room(&open)));
        assert!(!has_room(&open));
        open.fetch_sub(1, Ordering::Relaxed);
        assert!(has_room(&open) && !has_room(&open));
    }

    #[test]
    fn pieces_end_with_the_file_and_a_file_that_shrank_is_an_error() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let open = OpenFile::keep(file.try_clone().unwrap(), 10).unwrap();
        let pieces = [0, 4, 8, 10].map(|start| open.piece(start, 4).unwrap());
        assert_eq!(pieces.each_ref().map(|piece| &piece[..]), [&b"0123"[..], b"4567", b"89", b""]);
        file.set_len(6).unwrap();
        assert_eq!(open.piece(4, 4).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
