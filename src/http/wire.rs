//! The connection that answers go out on, with a way for files past the buffers of the process.
//!
//! actix copies each body into a buffer of its own, from which the kernel copies it again. What is in a file that is
//! open goes out by `sendfile`: from the page cache, copied by nobody. The body of such an answer waits until actix has
//! written everything that comes before it, lets the [`Wire`] send the file, and ends. It says of itself that it is a
//! stream, with a `Content-Length` of its own, for actix would count its bytes.

use std::cell::RefCell;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::ResponseHead;
use actix_web::http::header::{self, HeaderValue};
use actix_web::rt::net::TcpStream;
use actix_web::web::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

use crate::files::storage::OpenFile;

/// Bytes of a file that are read at once where it goes through the buffers.
const PIECE: usize = 64 * 1024;

/// A connection.
pub struct Wire {
    stream: TcpStream,
    next: NextFile,
}

/// The file that is to go out on a connection when all that was written before has gone.
#[derive(Clone, Default)]
pub struct NextFile(Rc<RefCell<Turn>>);

/// Whose turn it is to write.
#[derive(Default)]
enum Turn {
    /// actix has it.
    #[default]
    Buffers,
    /// A file has, from so many bytes on; actix writes what comes before it.
    File(Arc<OpenFile>, u64),
    /// Nobody: a file was given up in the middle, and nothing may follow it.
    Nobody,
}

impl Wire {
    /// On this stream.
    #[must_use]
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, next: NextFile::default() }
    }

    /// Where the answers of this connection leave their files.
    #[must_use]
    pub fn next_file(&self) -> NextFile {
        self.next.clone()
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Self { stream, next } = &mut *self;
        match &*next.0.borrow() {
            Turn::Buffers => Pin::new(stream).poll_write(cx, bytes),
            Turn::File(..) => poll_send(stream, cx, |stream| send_before_more(stream, bytes)),
            Turn::Nobody => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    /// actix has written all that it had: now the file goes, if there is one.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, next } = &mut *self;
        let mut turn = next.0.borrow_mut();
        if let Turn::File(file, sent) = &mut *turn {
            while *sent < file.length() {
                ready!(poll_send(stream, cx, |stream| send_file(stream, file, sent)))?;
            }
            *turn = Turn::Buffers;
            // Its body waits for the news.
            cx.waker().wake_by_ref();
        }
        drop(turn);
        Pin::new(stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Sends something when the connection takes it.
fn poll_send<T>(
    stream: &TcpStream,
    cx: &mut Context<'_>,
    mut send: impl FnMut(&TcpStream) -> io::Result<T>,
) -> Poll<io::Result<T>> {
    loop {
        ready!(stream.poll_write_ready(cx))?;
        match stream.try_io(Interest::WRITABLE, || send(stream)) {
            Err(full) if full.kind() == io::ErrorKind::WouldBlock => {}
            done => return Poll::Ready(done),
        }
    }
}

/// Sends what a file follows, so that a head does not travel alone.
fn send_before_more(stream: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
    #[cfg(target_os = "linux")]
    return Ok(rustix::net::send(stream, bytes, rustix::net::SendFlags::MORE | rustix::net::SendFlags::NOSIGNAL)?);
    #[cfg(not(target_os = "linux"))]
    stream.try_write(bytes)
}

/// Sends as much of a file as the connection takes.
fn send_file(stream: &TcpStream, file: &OpenFile, sent: &mut u64) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::io::Errno;
        let left = usize::try_from(file.length() - *sent).unwrap_or(usize::MAX);
        match rustix::fs::sendfile(stream, file, Some(sent), left) {
            // A stored file never shrinks; who waits for the rest of one that did would wait for ever.
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            // Some file systems can't.
            Err(Errno::INVAL | Errno::NOSYS) => {}
            done => return Ok(done.map(drop)?),
        }
    }
    copy_file(stream, file, sent)
}

/// The same through a buffer.
fn copy_file(stream: &TcpStream, file: &OpenFile, sent: &mut u64) -> io::Result<()> {
    *sent += stream.try_write(&file.piece(*sent, PIECE)?)? as u64;
    Ok(())
}

/// The answer with a file as its body.
#[must_use]
pub fn with_file(mut response: HttpResponse, file: Arc<OpenFile>) -> HttpResponse {
    response.extensions_mut().insert(Arc::clone(&file));
    response.set_body(BoxBody::new(Buffered { file, read: 0 }))
}

/// Lets a file that is the body of an answer go past the buffers of the connection that the request came on. For answers
/// that are finished, and are sent with their body.
#[must_use]
pub fn past_buffers(next: &NextFile, mut response: HttpResponse) -> HttpResponse {
    let Some(file) = response.extensions_mut().remove::<Arc<OpenFile>>() else { return response };
    uncounted(response.head_mut(), Some(file.length()));
    response.set_body(BoxBody::new(Direct { next: next.clone(), file: Some(file) }))
}

/// Lets actix not count the bytes of an answer whose body calls itself a stream: its length, if it has one, is told here.
pub fn uncounted(head: &mut ResponseHead, length: Option<u64>) {
    if let Some(length) = length {
        head.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    head.no_chunking(true);
}

/// A file that goes through the buffers like any other body.
struct Buffered {
    file: Arc<OpenFile>,
    read: u64,
}

impl MessageBody for Buffered {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.file.length())
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.read == self.file.length() {
            return Poll::Ready(None);
        }
        let piece = self.file.piece(self.read, PIECE);
        self.read += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Poll::Ready(Some(piece))
    }
}

/// A file that goes past them.
struct Direct {
    next: NextFile,
    /// Until it has been left with the connection.
    file: Option<Arc<OpenFile>>,
}

impl MessageBody for Direct {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    /// Whenever a body has nothing to say yet, actix flushes what it has written: then the file is sent.
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let Self { next, file } = &mut *self;
        let mut turn = next.0.borrow_mut();
        if matches!(*turn, Turn::Buffers) {
            match file.take() {
                Some(file) => *turn = Turn::File(file, 0),
                None => return Poll::Ready(None),
            }
        }
        Poll::Pending
    }
}

impl Drop for Direct {
    fn drop(&mut self) {
        let mut turn = self.next.0.borrow_mut();
        if self.file.is_none() && matches!(*turn, Turn::File(..)) {
            *turn = Turn::Nobody;
        }
    }
}

#[cfg(test)]
mod tests;
