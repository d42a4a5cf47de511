//! A receiver of webhooks on the loopback: keeps every message, and answers as the test says.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use slugline::crypto::webhook::WebhookSecret;

/// A message as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// Whether one of the signatures is this secret's.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let bytes = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let seconds = self.header("webhook-timestamp").parse().unwrap();
        let expected = WebhookSecret::from_bytes(&bytes).unwrap().sign(self.header("webhook-id"), seconds, &self.body);
        self.header("webhook-signature").split(' ').any(|signature| signature == expected)
    }
}

type Answering = dyn Fn(&Received) -> (u16, String) + Send + Sync;

/// A receiver that listens as long as the process lives.
pub struct Receiver {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    status: Arc<Mutex<u16>>,
}

impl Receiver {
    /// One that takes everything, until told otherwise.
    pub fn start() -> Self {
        let status = Arc::new(Mutex::new(200));
        let now = Arc::clone(&status);
        Self::answering(status, move |_| (*now.lock().unwrap(), String::new()))
    }

    /// One that answers what `answer` says, which may take its time.
    pub fn with(answer: impl Fn(&Received) -> (u16, String) + Send + Sync + 'static) -> Self {
        Self::answering(Arc::default(), answer)
    }

    fn answering(status: Arc<Mutex<u16>>, answer: impl Fn(&Received) -> (u16, String) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hooks?key=in-the-address", listener.local_addr().unwrap());
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let (keeping, answer): (_, Arc<Answering>) = (Arc::clone(&received), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (keeping, answer) = (Arc::clone(&keeping), Arc::clone(&answer));
                std::thread::spawn(move || serve(&mut stream.unwrap(), &keeping, &*answer));
            }
        });
        Self { url, received, status }
    }

    /// What it answers from now on.
    pub fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    /// Everything that arrived since this was last asked.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut *self.received.lock().unwrap())
    }

    /// The types of it.
    pub fn take_kinds(&self) -> Vec<String> {
        self.take().iter().map(Received::kind).collect()
    }
}

fn serve(stream: &mut TcpStream, keeping: &Mutex<Vec<Received>>, answer: &Answering) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let message = loop {
        let length = stream.read(&mut buffer).unwrap();
        if length == 0 {
            return;
        }
        bytes.extend_from_slice(&buffer[..length]);
        if let Some(message) = parsed(&bytes) {
            break message;
        }
    };
    keeping.lock().unwrap().push(message.clone());
    let (status, body) = answer(&message);
    let head =
        format!("HTTP/1.1 {status} Status\r\nContent-Length: {}\r\nLocation: http://127.0.0.1:1/\r\n\r\n", body.len());
    let _ = stream.write_all((head + &body).as_bytes());
}

/// The message, once it is there as a whole.
fn parsed(bytes: &[u8]) -> Option<Received> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let message = Received { path, headers, body: bytes[end + 4..].to_vec() };
    let length: usize = message.header("content-length").parse().unwrap();
    (message.body.len() == length).then_some(message)
}
