//! A small file of a disk that is kept open, so that the system can send it from its page cache: nothing of it lies in the
//! memory of this process, and nothing is copied.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;

use hyper::body::Bytes;

/// A whole file, which never changes, open.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    length: u64,
}

impl OpenFile {
    /// An open file of which `length` bytes are wanted.
    #[must_use]
    pub const fn new(file: File, length: u64) -> Self {
        Self { file, length }
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

impl AsFd for OpenFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn pieces_end_with_the_file_and_a_file_that_shrank_is_an_error() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"0123456789").unwrap();
        let open = OpenFile::new(file.try_clone().unwrap(), 10);
        let pieces = [0, 4, 8, 10].map(|start| open.piece(start, 4).unwrap());
        assert_eq!(pieces.each_ref().map(|piece| &piece[..]), [&b"0123"[..], b"4567", b"89", b""]);
        file.set_len(6).unwrap();
        assert_eq!(open.piece(4, 4).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
