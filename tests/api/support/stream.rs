//! Listens to Server-Sent Events over a bare socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// One event as a client sees it.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: i64,
    pub name: String,
    pub data: Value,
}

/// Somebody who listens.
pub struct Stream {
    lines: BufReader<TcpStream>,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// Everything that came so far.
    pub seen: String,
    /// The number that a client would come again with.
    pub last_id: i64,
    /// Whether the server ended the stream, as against the connection.
    pub complete: bool,
}

impl Stream {
    /// Begins to listen at a path; `headers` are whole lines.
    pub fn open(address: &str, path: &str, headers: &[String]) -> Self {
        let mut socket = TcpStream::connect(address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let more: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        write!(socket, "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept-Encoding: br, gzip\r\n{more}\r\n").unwrap();
        let mut lines = BufReader::new(socket);
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = Vec::new();
        loop {
            line.clear();
            lines.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.push((name.to_lowercase(), value.to_owned()));
        }
        Self { lines, status, headers, seen: String::new(), last_id: -1, complete: false }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The next chunk of the body; `None` at its end.
    fn chunk(&mut self) -> Option<String> {
        let mut size = String::new();
        self.lines.read_line(&mut size).expect("nothing came in time");
        self.complete = size.trim() == "0";
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 {
            return None;
        }
        let mut bytes = vec![0; size + 2];
        self.lines.read_exact(&mut bytes).unwrap();
        Some(String::from_utf8(bytes[..size].to_vec()).unwrap())
    }

    /// The events of the next chunk; `None` when the stream has ended.
    pub fn next_part(&mut self) -> Option<Vec<Event>> {
        let text = self.chunk()?;
        self.seen.push_str(&text);
        let mut events = Vec::new();
        for block in text.split("\n\n") {
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
            if let Some(id) = field("id") {
                self.last_id = id.parse().unwrap();
            }
            if let Some(data) = field("data") {
                let name = field("event").unwrap_or("message").to_owned();
                events.push(Event { id: self.last_id, name, data: serde_json::from_str(data).unwrap() });
            }
        }
        Some(events)
    }

    /// The next events, as many as are wanted or a few more.
    #[track_caller]
    pub fn take(&mut self, wanted: usize) -> Vec<Event> {
        let mut events = Vec::new();
        while events.len() < wanted {
            events.extend(self.next_part().expect("the stream ended"));
        }
        events
    }

    /// Waits until the stream ends; answers what still came.
    pub fn rest(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some(part) = self.next_part() {
            events.extend(part);
        }
        events
    }
}
