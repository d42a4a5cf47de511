//! One thread for all traffic with a store that is elsewhere, so that connections outlive whoever opened them: callers
//! wait for it, whether they are on a blocking thread or in a worker. And how long they wait, and what of.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use futures_core::Stream;
use hyper::body::Bytes;
use object_store::Error;
use tokio::runtime::{Builder, Handle};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::files::error::StoreError;

/// How long the store may let a reader wait for the next piece.
const STALLED: Duration = Duration::from_secs(30);
/// Characters of what a store said that are kept.
const SAID: usize = 600;

/// The thread. Dropped, it ends, and with it what still runs there.
pub(super) struct Background {
    runtime: Handle,
    _alive: oneshot::Sender<()>,
}

impl Background {
    pub(super) fn begin() -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (alive, ended) = oneshot::channel();
        std::thread::Builder::new().name("media-store".to_owned()).spawn(move || {
            // Only ever ends by the sender's being dropped.
            let _ = runtime.block_on(ended);
        })?;
        Ok(Self { runtime: handle, _alive: alive })
    }

    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.runtime.spawn(work));
    }

    /// Runs it there, and waits for it here.
    pub(super) fn wait<T, F>(&self, limit: Duration, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: Future<Output = object_store::Result<T>> + Send + 'static,
    {
        arrived(self.start(limit, work))
    }

    /// Runs it there; [`arrived`] waits for it.
    pub(super) fn start<T, F>(&self, limit: Duration, work: F) -> Receiver<Result<T, StoreError>>
    where
        T: Send + 'static,
        F: Future<Output = object_store::Result<T>> + Send + 'static,
    {
        let (done, outcome) = sync_channel(1);
        self.spawn(async move {
            // Whoever waited may be gone.
            let _ = done.send(in_time(limit, work).await);
        });
        outcome
    }
}

/// Waits for what was started.
pub(super) fn arrived<T>(outcome: Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
    outcome.recv().map_err(|_| ended())?
}

/// The thread is gone.
pub(super) fn ended() -> StoreError {
    StoreError::Away("this process is ending".to_owned())
}

pub(super) async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = object_store::Result<T>>,
) -> Result<T, StoreError> {
    let late = |_| StoreError::Away(format!("nothing came of it within {} s", limit.as_secs()));
    timeout(limit, work).await.map_err(late)?.map_err(failure)
}

/// Sends pieces on as fast as they are taken; what breaks off ends with an error, so that nobody takes it for whole.
pub(super) async fn send_on<S>(mut stream: S, pieces: mpsc::Sender<io::Result<Bytes>>)
where
    S: Stream<Item = object_store::Result<Bytes>> + Unpin,
{
    loop {
        let piece = match timeout(STALLED, next(&mut stream)).await {
            Ok(None) => return,
            Ok(Some(piece)) => piece.map_err(io::Error::other),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        let is_last = piece.is_err();
        if pieces.send(piece).await.is_err() || is_last {
            return;
        }
    }
}

pub(super) async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await
}

/// What became of a request. The errors of lists, and of some stores, tell it only by the code in what the store said
/// (the S3 reference, "Error responses").
pub(super) fn failure(error: Error) -> StoreError {
    let text = error.to_string();
    let said: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SAID).collect();
    let says = |codes: &[&str]| codes.iter().any(|code| text.contains(&format!("<Code>{code}</Code>")));
    if says(&["NoSuchBucket"]) {
        return StoreError::Away("there is no such bucket".to_owned());
    }
    let is_denied = matches!(error, Error::PermissionDenied { .. } | Error::Unauthenticated { .. });
    match error {
        _ if is_denied || says(&["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"]) => {
            StoreError::Denied(said)
        }
        Error::NotFound { .. } => StoreError::Missing,
        _ => StoreError::Away(said),
    }
}
