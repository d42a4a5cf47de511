//! Who comes after the door was shut: connections that the system had taken in before the listener closed, and that no
//! worker will serve. They are told 503 and may come again, instead of being cut off.

use std::net::TcpListener;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::middleware::request_id::RequestId;
use super::problem::{MEDIA_TYPE, Problem, wait_seconds};
use crate::error::{Code, Error};

/// How long one of them may take to send its request and to read the answer.
const PATIENCE: Duration = Duration::from_millis(500);
/// The most that is read of a request; what is left unread would cut the connection off before the answer arrives.
const HEAD: usize = 16 * 1024;

/// Answers every connection that comes to `door` while the server finishes its work (`stopped`) or waits there when it
/// has, and shuts the door. Ends half a second or so after `stopped`.
pub async fn turn_away(door: TcpListener, stopped: impl Future<Output = ()>) {
    let door = door.set_nonblocking(true).and_then(|()| tokio::net::TcpListener::from_std(door));
    let Ok(door) = door.inspect_err(|cause| tracing::warn!(%cause, "who waits at the door can't be answered")) else {
        return stopped.await;
    };
    let mut answers = tokio::task::JoinSet::new();
    let mut answer = |stream| drop(answers.spawn(tokio::time::timeout(PATIENCE, refuse(stream))));
    let mut stopped = std::pin::pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => break,
            accepted = door.accept() => match accepted {
                Ok((stream, _)) => answer(stream),
                // Such as too many open files: it may be over in a moment.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
        }
    }
    // Nobody within a moment means that nobody is there; some clients would come for ever.
    let end = tokio::time::Instant::now() + PATIENCE;
    while tokio::time::Instant::now() < end
        && let Ok(Ok((stream, _))) = tokio::time::timeout(Duration::from_millis(1), door.accept()).await
    {
        answer(stream);
    }
    drop(door);
    while answers.join_next().await.is_some() {}
}

async fn refuse(mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = vec![0; HEAD];
    let mut length = 0;
    while length < head.len() && !head[..length].windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut head[length..]).await? {
            0 => return Ok(()),
            read => length += read,
        }
    }
    stream.write_all(&answer()).await?;
    stream.shutdown().await?;
    while stream.read(&mut head).await? > 0 {}
    Ok(())
}

/// The whole answer, as HTTP/1.1 writes it.
fn answer() -> Vec<u8> {
    let error = Error::new(Code::Unavailable, "This server is stopping. Try again.").retry_after(1);
    let seconds = wait_seconds(&error).unwrap_or_default();
    let request_id = RequestId::new();
    let document = Problem::from(error).document(request_id.as_str());
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {}\r\nRetry-After: {seconds}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: {}\r\nConnection: close\r\n\r\n",
        document.len(),
        request_id.as_str(),
    );
    [head.into_bytes(), document].concat()
}
