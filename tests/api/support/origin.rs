//! A web server on the loopback that files are fetched from.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

/// What it answers: the head without its first line's protocol, and the body.
pub type Page = (&'static str, Vec<u8>);

/// A server that listens as long as the process lives; answers its address, without a slash at its end.
pub fn start(page: impl Fn(&str) -> Page + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let page = Arc::new(page);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, page) = (stream.unwrap(), Arc::clone(&page));
            std::thread::spawn(move || {
                let mut asked = Vec::new();
                let mut byte = [0];
                while !asked.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                    asked.push(byte[0]);
                }
                let asked = String::from_utf8_lossy(&asked).into_owned();
                let (head, body) = page(asked.split(' ').nth(1).unwrap_or_default());
                let head = format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n");
                let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
            });
        }
    });
    url
}
