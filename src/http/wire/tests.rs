use std::future::poll_fn;
use std::io::{Read, Write};
use std::net::TcpListener;

use super::*;

/// More than a connection takes whose client reads nothing.
const LENGTH: usize = 3_000_000;

fn bytes() -> Vec<u8> {
    (0..LENGTH).map(|at| (at % 251) as u8).collect()
}

fn file() -> Arc<OpenFile> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes()).unwrap();
    Arc::new(OpenFile::new(file, LENGTH as u64))
}

/// A connection with room for little, and its client.
fn connected() -> (Wire, std::net::TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    rustix::net::sockopt::set_socket_send_buffer_size(&stream, 20_000).unwrap();
    stream.set_nonblocking(true).unwrap();
    (Wire::new(TcpStream::from_std(stream).unwrap()), client)
}

/// A body that has left its file with the connection.
async fn waiting(wire: &Wire) -> Direct {
    let mut body = Direct { next: wire.next_file(), file: Some(file()) };
    assert!(poll_fn(|cx| Poll::Ready(Pin::new(&mut body).poll_next(cx).is_pending())).await);
    body
}

async fn written(wire: &mut Wire, bytes: &[u8]) -> io::Result<usize> {
    poll_fn(|cx| Pin::new(&mut *wire).poll_write(cx, bytes)).await
}

#[actix_web::test]
async fn a_file_follows_what_was_written_and_waits_for_its_client() {
    let (mut wire, mut client) = connected();
    let mut body = waiting(&wire).await;
    assert_eq!(written(&mut wire, b"head").await.unwrap(), 4);
    let mut flush = async || poll_fn(|cx| Poll::Ready(Pin::new(&mut wire).poll_flush(cx).is_pending())).await;
    assert!(flush().await && flush().await, "nobody reads");
    let reading = std::thread::spawn(move || {
        let mut all = vec![0; 4 + LENGTH + 4];
        client.read_exact(&mut all).unwrap();
        all
    });
    poll_fn(|cx| Pin::new(&mut wire).poll_flush(cx)).await.unwrap();
    let end = poll_fn(|cx| Pin::new(&mut body).poll_next(cx)).await;
    assert!(end.is_none());
    drop(body);
    assert_eq!(written(&mut wire, b"next").await.unwrap(), 4);
    assert!(reading.join().unwrap() == [b"head", &bytes()[..], b"next"].concat());
}

#[actix_web::test]
async fn what_the_system_can_not_send_is_copied() {
    let (wire, mut client) = connected();
    let reading = std::thread::spawn(move || {
        let mut all = vec![0; LENGTH];
        client.read_exact(&mut all).unwrap();
        all
    });
    let (file, mut sent) = (file(), 0);
    while sent < file.length() {
        poll_fn(|cx| poll_send(&wire.stream, cx, |stream| copy_file(stream, &file, &mut sent))).await.unwrap();
    }
    assert!(reading.join().unwrap() == bytes());
}

#[actix_web::test]
async fn nothing_follows_a_file_that_was_given_up() {
    let (mut wire, _client) = connected();
    let body = waiting(&wire).await;
    assert_eq!(written(&mut wire, b"head").await.unwrap(), 4);
    drop(body);
    assert_eq!(written(&mut wire, b"next").await.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
}

#[actix_web::test]
async fn a_file_that_shrank_ends_the_connection() {
    let (mut wire, _client) = connected();
    let short = OpenFile::new(tempfile::tempfile().unwrap(), 10);
    let mut body = Direct { next: wire.next_file(), file: Some(Arc::new(short)) };
    assert!(poll_fn(|cx| Poll::Ready(Pin::new(&mut body).poll_next(cx).is_pending())).await);
    let flushed = poll_fn(|cx| Pin::new(&mut wire).poll_flush(cx)).await;
    assert_eq!(flushed.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

#[actix_web::test]
async fn through_the_buffers_a_file_goes_like_any_body() {
    let response = with_file(HttpResponse::Ok().finish(), file());
    assert_eq!(response.body().size(), BodySize::Sized(LENGTH as u64));
    assert!(actix_web::body::to_bytes(response.into_body()).await.unwrap() == bytes());
}

#[actix_web::test]
async fn a_second_file_waits_for_the_first() {
    let (mut wire, mut client) = connected();
    let (mut first, mut second) = (waiting(&wire).await, Direct { next: wire.next_file(), file: Some(file()) });
    let polled = async |body: &mut Direct| poll_fn(|cx| Poll::Ready(Pin::new(&mut *body).poll_next(cx))).await;
    assert!(polled(&mut second).await.is_pending() && polled(&mut first).await.is_pending());
    let reading = std::thread::spawn(move || {
        let mut all = vec![0; 2 * LENGTH];
        client.read_exact(&mut all).unwrap();
        all
    });
    for body in [&mut first, &mut second] {
        assert!(polled(body).await.is_pending());
        poll_fn(|cx| Pin::new(&mut wire).poll_flush(cx)).await.unwrap();
        assert!(matches!(polled(body).await, Poll::Ready(None)));
    }
    assert!(reading.join().unwrap() == [bytes(), bytes()].concat());
}
