//! Forms with a file, as they arrive.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use futures_core::Stream;
use slugline::files::Staging;
use slugline::http::bounds::FileLimits;
use slugline::http::extract::body::Pace;
use slugline::http::extract::form::{Form, Texts};

const LIMITS: FileLimits = FileLimits { image: 1_000, other: 2_000 };
const TEXTS: Texts = Texts { plain: &["title", "alt"], json: &["focal_point"], lists: &["keywords"] };

/// A body in pieces.
struct Pieces(VecDeque<Bytes>);

impl Stream for Pieces {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

struct Desk {
    runtime: tokio::runtime::Runtime,
    staging: Staging,
    folder: tempfile::TempDir,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::new(Desk::new());
}

impl Desk {
    fn new() -> Self {
        let folder = super::films::folder();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        Self { runtime, staging: Staging::new(folder.path()).unwrap(), folder }
    }
}

/// A form arrives whole or is refused, and leaves nothing. The first line is its content type, the first byte behind
/// it the length of the pieces that it comes in.
pub fn run(data: &[u8]) {
    let Some(end) = data.iter().position(|byte| *byte == b'\n') else { return };
    let Ok(content_type) = HeaderValue::from_bytes(&data[..end]) else { return };
    let Some((length, body)) = data[end + 1..].split_first() else { return };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, content_type);
    let pieces = body.chunks(usize::from(*length).max(1)).map(Bytes::copy_from_slice).collect();
    DESK.with_borrow(|desk| {
        let stream: Pin<Box<dyn Stream<Item = Result<Bytes, PayloadError>>>> = Box::pin(Pieces(pieces));
        let received = desk.runtime.block_on(Form::receive(
            &headers,
            Payload::from(stream),
            &desk.staging,
            (LIMITS, Pace::UPLOAD),
            TEXTS,
        ));
        if let Ok(Form { file: Some((file, _)), .. }) = &received {
            assert!(file.bytes <= LIMITS.other);
        }
        drop(received);
        assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 0, "something is left");
    });
}
