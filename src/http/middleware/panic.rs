//! A panic of a handler becomes a 500 problem. Without this actix closes the connection without an answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use tracing::Span;

use crate::error::Error;
use crate::http::problem::Problem;

/// A future whose panics are caught, run inside a span.
pub(super) struct Caught<F> {
    future: F,
    span: Span,
}

impl<F: Future + Unpin> Caught<F> {
    pub(super) const fn new(future: F, span: Span) -> Self {
        Self { future, span }
    }
}

impl<F: Future + Unpin> Future for Caught<F> {
    type Output = Result<F::Output, Problem>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        match catch(&this.span, || Pin::new(&mut this.future).poll(cx)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(problem) => Poll::Ready(Err(problem)),
        }
    }
}

/// Runs `work` inside `span`. What a panic left half done belongs to this request alone: state that workers share is
/// behind locks that notice.
pub(super) fn catch<T>(span: &Span, work: impl FnOnce() -> T) -> Result<T, Problem> {
    let _entered = span.enter();
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| Error::panicked(&*payload).into())
}
