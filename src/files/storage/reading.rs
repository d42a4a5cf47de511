//! Reading a stored file, as fast as the reader takes it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use hyper::body::Bytes;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinHandle;

use super::open_file::OpenFile;

/// Bytes that are read from a disk and sent at once. Handing a read to another thread costs as much as reading some
/// 50 kB.
const PIECE: u64 = 256 * 1024;

/// The bytes of a part of a file. Dropped, it reads no further.
#[derive(Debug)]
pub struct Reading(Source);

#[derive(Debug)]
enum Source {
    Nothing,
    Disk(Pieces),
    Far(Receiver<io::Result<Bytes>>),
}

impl Reading {
    /// No bytes, for who asks for none.
    #[must_use]
    pub const fn nothing() -> Self {
        Self(Source::Nothing)
    }

    /// A part of a file on a disk: opens it and reads the first piece on the way. Blocks.
    pub(super) fn disk(path: &Path, part: &Range<u64>) -> io::Result<Self> {
        let mut file = File::open(path)?;
        if part.start > 0 {
            file.seek(SeekFrom::Start(part.start))?;
        }
        let left = part.end.saturating_sub(part.start);
        let first = read_piece(&mut file, left.min(PIECE))?;
        Ok(Self(Source::Disk(Pieces { next: Next::Send(first, file), left })))
    }

    /// What comes over the network.
    pub(super) const fn far(pieces: Receiver<io::Result<Bytes>>) -> Self {
        Self(Source::Far(pieces))
    }

    /// All bytes, where they have been read already: those of a small file on a disk.
    ///
    /// # Errors
    /// The reading as it was, where there is more to read.
    pub fn at_once(self) -> Result<AtOnce, Self> {
        match self.0 {
            Source::Disk(Pieces { next: Next::Send(bytes, file), left }) if bytes.len() as u64 == left => {
                Ok(AtOnce { bytes, file })
            }
            source => Err(Self(source)),
        }
    }
}

/// All that was to be read, and the file that it is of.
#[derive(Debug)]
pub struct AtOnce {
    bytes: Bytes,
    file: File,
}

impl AtOnce {
    /// The bytes.
    #[must_use]
    pub fn bytes(self) -> Bytes {
        self.bytes
    }

    /// The file instead of the bytes, which must be all of it.
    #[must_use]
    pub fn kept_open(self) -> OpenFile {
        OpenFile::new(self.file, self.bytes.len() as u64)
    }
}

impl Stream for Reading {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Source::Nothing => Poll::Ready(None),
            Source::Disk(pieces) => pieces.poll_next(cx),
            Source::Far(pieces) => pieces.poll_recv(cx),
        }
    }
}

/// A part of a file, read on blocking threads one piece at a time.
#[derive(Debug)]
struct Pieces {
    next: Next,
    left: u64,
}

#[derive(Debug)]
enum Next {
    /// The next piece is there, and the file stands behind it.
    Send(Bytes, File),
    /// The file goes on where it stands.
    Read(File),
    Wait(JoinHandle<io::Result<(Bytes, File)>>),
    End,
}

impl Pieces {
    fn send(&mut self, piece: Bytes, file: File) -> Poll<Option<io::Result<Bytes>>> {
        self.left = self.left.saturating_sub(piece.len() as u64);
        self.next = Next::Read(file);
        Poll::Ready(Some(Ok(piece)))
    }

    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let length = self.left.min(PIECE);
        let mut waiting = match std::mem::replace(&mut self.next, Next::End) {
            Next::Send(piece, file) => return self.send(piece, file),
            Next::Wait(waiting) => waiting,
            Next::Read(mut file) if length > 0 => tokio::task::spawn_blocking(move || {
                let piece = read_piece(&mut file, length)?;
                Ok((piece, file))
            }),
            Next::Read(_) | Next::End => return Poll::Ready(None),
        };
        match Pin::new(&mut waiting).poll(cx) {
            Poll::Pending => {
                self.next = Next::Wait(waiting);
                Poll::Pending
            }
            Poll::Ready(Ok(Ok((piece, file)))) => self.send(piece, file),
            Poll::Ready(Ok(Err(error))) => Poll::Ready(Some(Err(error))),
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(io::Error::other(error)))),
        }
    }
}

/// Exactly `length` bytes from where the file stands: a stored file never shrinks.
fn read_piece(file: &mut File, length: u64) -> io::Result<Bytes> {
    let mut piece = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    file.take(length).read_to_end(&mut piece)?;
    if piece.len() as u64 == length { Ok(Bytes::from(piece)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
