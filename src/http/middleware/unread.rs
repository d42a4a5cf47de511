//! Chunked bodies that nobody read to the end.
//!
//! actix reads and forgets the rest of a chunked body once its payload is dropped, however long that takes, even after
//! `Connection: close`. As long as the payload lives it lingers for `client_disconnect_timeout` instead and closes,
//! which is what it does for bodies with a length. So the payload is kept alive until the answer has been sent.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_http::Request;
use actix_web::HttpResponse;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_core::Stream;

/// A share in the payload of a chunked request.
#[derive(Clone)]
pub(super) struct Unread(Rc<RefCell<Payload>>);

impl Unread {
    /// Takes a share in the payload, if the request is chunked.
    pub(super) fn share(request: &mut Request) -> Option<Self> {
        if !request.head().headers.contains_key(header::TRANSFER_ENCODING) {
            return None;
        }
        let shared = Self(Rc::new(RefCell::new(request.take_payload())));
        *request.payload() = Payload::Stream { payload: Box::pin(shared.clone()) };
        Some(shared)
    }

    /// Keeps the payload alive as long as the answer's body.
    pub(super) fn keep_with(&self, response: HttpResponse) -> HttpResponse {
        let unread = self.clone();
        response.map_body(|_, body| BoxBody::new(Keeping { body, _unread: unread }))
    }
}

impl Stream for Unread {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(cx)
    }
}

struct Keeping {
    body: BoxBody,
    _unread: Unread,
}

impl MessageBody for Keeping {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
