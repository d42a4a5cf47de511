//! A small file that is kept open, so that the system can send it from its own memory, and nothing is copied. It is one of
//! a disk, or bytes that were laid aside in a file without a name.

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

    /// These bytes in a file that is on no disk and has no name (Linux's memfd): it takes the system's memory until it is
    /// closed, and nobody can change it.
    ///
    /// # Errors
    /// The system has no such files; no more files may be open; no memory.
    #[cfg(target_os = "linux")]
    pub fn of_bytes(bytes: &[u8]) -> io::Result<Self> {
        use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create};
        use rustix::io::Errno;
        let create = |flags| memfd_create(c"slugline", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING | flags);
        let made = match create(MemfdFlags::NOEXEC_SEAL) {
            // Linux before 6.3 does not know it.
            Err(Errno::INVAL) => create(MemfdFlags::empty()),
            made => made,
        };
        let file = File::from(made?);
        file.write_all_at(bytes, 0)?;
        fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
        Ok(Self::new(file, bytes.len() as u64))
    }

    /// Other systems have no such files.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(target_os = "linux"))]
    pub fn of_bytes(_: &[u8]) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
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

    #[cfg(target_os = "linux")]
    #[test]
    fn bytes_are_laid_aside_as_they_are() {
        let bytes: Vec<u8> = (0..100_000_u32).map(|at| (at % 251) as u8).collect();
        let open = OpenFile::of_bytes(&bytes).unwrap();
        assert_eq!((open.length(), &open.piece(0, 200_000).unwrap()[..]), (100_000, &bytes[..]));
        assert_eq!(OpenFile::of_bytes(b"").unwrap().length(), 0);
        assert!(open.file.write_all_at(b"x", 0).is_err() && open.file.set_len(5).is_err());
    }
}
