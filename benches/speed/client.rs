//! A small HTTP/1.1 client that costs little beside the server that it drives: keep-alive, one request at a time, answers
//! of a declared length only. It waits for its answers, or looks for them.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Result, Why};

/// Longer than any answer should take.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A kept connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Bytes of the answer that have come.
    filled: usize,
    /// Where its head ends and where it ends itself, once that is known.
    ends: Option<(usize, usize)>,
}

/// What came back.
pub struct Answer<'a> {
    /// The status code.
    pub status: u16,
    head: &'a [u8],
    /// The bytes after the head.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }

    /// All headers: their names in lower case, and their values.
    pub fn headers(&self) -> impl Iterator<Item = (String, &str)> {
        let lines = std::str::from_utf8(self.head).unwrap_or_default().split("\r\n").skip(1);
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
    }

    /// The body, if the status is the expected one.
    pub fn json(&self, status: u16) -> Result<Value> {
        if self.status != status {
            return Err(format!("{} where {status} was expected: {}", self.status, String::from_utf8_lossy(self.body)));
        }
        serde_json::from_slice(self.body).why("an answer is not JSON")
    }
}

impl Connection {
    /// Connects to `host:port`.
    pub fn open(address: &str) -> Result<Self> {
        let opened = TcpStream::connect(address).and_then(|stream| {
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            Ok(stream)
        });
        let stream = opened.why(format!("no connection to {address}"))?;
        Ok(Self { stream, buffer: vec![0; 64 * 1024], filled: 0, ends: None })
    }

    /// From now on [`Connection::look`] is to be asked, which does not wait.
    pub fn without_waiting(self) -> Result<Self> {
        self.stream.set_nonblocking(true).why("a connection can't be set")?;
        Ok(self)
    }

    /// Sends a piece of a request.
    pub fn write(&mut self, piece: &[u8]) -> Result<()> {
        let (mut left, since) = (piece, Instant::now());
        while !left.is_empty() && since.elapsed() < PATIENCE {
            match self.stream.write(left) {
                Ok(0) => break,
                Ok(written) => left = left.get(written..).unwrap_or_default(),
                Err(error) if is_passing(&error) => std::thread::yield_now(),
                Err(error) => return Err(error).why("a request could not be sent"),
            }
        }
        if left.is_empty() { Ok(()) } else { Err("a request could not be sent".to_owned()) }
    }

    /// Sends a whole request, or what is left of it, and reads the whole answer.
    pub fn send(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.write(request)?;
        let since = Instant::now();
        while !self.look()? {
            if since.elapsed() > PATIENCE {
                return Err("an answer did not come".to_owned());
            }
        }
        self.answer()
    }

    /// Reads what has come of an answer; tells whether it is all there.
    pub fn look(&mut self) -> Result<bool> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        let read = match self.stream.read(&mut self.buffer[self.filled..]) {
            Ok(0) => return Err("the server closed a connection".to_owned()),
            Ok(read) => read,
            Err(error) if is_passing(&error) => return Ok(false),
            Err(error) => return Err(error).why("an answer could not be read"),
        };
        let from = self.filled.saturating_sub(3);
        self.filled += read;
        if self.ends.is_none()
            && let Some(at) = self.buffer[from..self.filled].windows(4).position(|four| four == b"\r\n\r\n")
        {
            let head = from + at + 4;
            self.ends = Some((head, head + body_length(&self.buffer[..head])?));
        }
        Ok(self.ends.is_some_and(|(_, all)| self.filled >= all))
    }

    /// The answer that is all there.
    pub fn answer(&mut self) -> Result<Answer<'_>> {
        let (head, all) = self.ends.take().ok_or("there is no answer yet")?;
        let filled = std::mem::take(&mut self.filled);
        if filled != all {
            return Err(format!("an answer of {all} bytes is followed by others"));
        }
        let head_bytes = &self.buffer[..head];
        Ok(Answer { status: status(head_bytes)?, head: head_bytes, body: &self.buffer[head..all] })
    }

    /// GETs a path, for preparing.
    pub fn get(&mut self, path: &str) -> Result<Answer<'_>> {
        self.send(&get(path, ""))
    }
}

/// Whether nothing is wrong but that there is nothing yet, or no more room.
fn is_passing(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

/// A GET request; `headers` are whole lines, each with its line end.
pub fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: slugline-bench\r\n{headers}\r\n").into_bytes()
}

/// A POST request.
pub fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    post_bytes(path, headers, body.as_bytes())
}

/// A POST request with a body of any kind.
pub fn post_bytes(path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    [&post_head(path, headers, body.len()), body].concat()
}

/// The head of a POST request with a body of so many bytes.
pub fn post_head(path: &str, headers: &str, length: usize) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{headers}\r\n").into_bytes()
}

/// A form with one file: its header, and what stands before and after the bytes of the file.
pub fn file_form(name: &str) -> (String, String, String) {
    let boundary = "-----slugline-bench-----";
    let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    (
        format!("Content-Type: multipart/form-data; boundary={boundary}\r\n"),
        format!("--{boundary}\r\n{head}"),
        format!("\r\n--{boundary}--\r\n"),
    )
}

fn status(head: &[u8]) -> Result<u16> {
    let code = head.get(9..12).and_then(|code| std::str::from_utf8(code).ok()).and_then(|code| code.parse().ok());
    code.ok_or_else(|| "an answer has no status".to_owned())
}

fn body_length(head: &[u8]) -> Result<usize> {
    if matches!(status(head)?, 204 | 304) {
        return Ok(0);
    }
    header(head, "content-length")
        .and_then(|length| length.parse().ok())
        .ok_or_else(|| "an answer does not declare its length".to_owned())
}

fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let lines = std::str::from_utf8(head).ok()?.split("\r\n");
    lines
        .filter_map(|line| line.split_once(':'))
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.trim())
}
