//! The end of every answer: problem documents, the headers that all answers carry, counters and the access log.

use std::sync::atomic::Ordering;

use actix_http::Request;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ResponseHead, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{ConnectionType, Method};
use actix_web::web::Bytes;
use actix_web::{Error as ActixError, HttpMessage, HttpResponse};

use super::{Answer, Visit, request_id};
use crate::http::cache::Kept;
use crate::http::limits::{self, Standing};
use crate::http::middleware::metrics::Route;
use crate::http::problem::{MEDIA_TYPE, Problem};
use crate::http::wire::{self, NextFile};

const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const INVALID_TOKEN: &str = "Bearer realm=\"slugline\", error=\"invalid_token\"";

/// Stands for the route of a request that no route took, or whose route is lost, in counters and the log.
const UNMATCHED: &str = "unmatched";
/// Stands for the route of a preflight.
pub(super) const PREFLIGHT: &str = "preflight";
/// Stands for the route of a request that was refused before one was looked for.
pub(super) const REFUSED: &str = "refused";

impl Visit {
    /// Finishes an answer whose request is still at hand.
    pub(super) fn finish(self, response: ServiceResponse<BoxBody>) -> Answer {
        let (request, response) = response.into_parts();
        let mut response = self.dress(response);
        if let Some(standing) = request.extensions().get::<Standing>() {
            limits::mark(response.headers_mut(), standing);
        }
        let pattern = request.match_pattern();
        self.record(&self.edge.metrics.route(pattern.as_deref().unwrap_or(UNMATCHED)), &response);
        self.sent(request.conn_data(), response)
    }

    /// Finishes an answer from memory: the application has not seen the request.
    pub(super) fn finish_kept(self, request: &Request, answer: HttpResponse, kept: &Kept) -> Answer {
        let response = self.dress(answer);
        self.record(kept.route(&self.edge.metrics), &response);
        self.sent(request.conn_data(), response)
    }

    /// Finishes an answer that no route made: `instead` stands for it.
    pub(super) fn finish_early(self, instead: &str, answer: HttpResponse) -> Answer {
        let response = self.dress(answer);
        self.record(&self.edge.metrics.route(instead), &response);
        response.into()
    }

    /// Finishes an answer whose request is lost: an error from within a middleware, or a panic.
    pub(super) fn finish_lost(self, error: &ActixError) -> Answer {
        let response = match error.as_error::<Problem>() {
            Some(problem) => HttpResponse::from_error(problem.clone()),
            None => error.error_response(),
        };
        self.finish_early(UNMATCHED, response)
    }

    /// The answer on its way out. A request that was not read to its end is kept with the body that the answer has.
    fn sent(&self, next: Option<&NextFile>, response: HttpResponse) -> Answer {
        let next = next.filter(|_| self.method != Method::HEAD && self.unread.is_none());
        match next {
            Some(next) => wire::past_buffers(next, response).into(),
            None => response.into(),
        }
    }

    fn dress(&self, response: HttpResponse) -> HttpResponse {
        let mut response = self.with_document(response);
        let headers = response.headers_mut();
        headers.insert(request_id::HEADER, self.id.header_value());
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, NO_STORE);
        }
        self.edge.cors.mark(self.door, self.origin.as_ref(), headers);
        if self.edge.draining.load(Ordering::Relaxed) {
            response.head_mut().set_connection_type(ConnectionType::Close);
        }
        if self.method == Method::HEAD {
            response = response.map_body(without_body);
        }
        match &self.unread {
            Some(unread) => unread.keep_with(response),
            None => response,
        }
    }

    /// Writes the document of a [`Problem`], and turns bare errors of the framework into problems.
    fn with_document(&self, response: HttpResponse) -> HttpResponse {
        let status = response.status();
        if !(status.is_client_error() || status.is_server_error()) {
            return response;
        }
        if let Some(problem) = response.error().and_then(|error| error.as_error::<Problem>()).cloned() {
            return self.write_problem(&problem, response);
        }
        let made_by_framework = response.error().is_some() || response.body().size().is_eof();
        if made_by_framework && !is_problem(response.headers()) {
            let problem = Problem::of_status(status);
            let mut made = self.write_problem(&problem, HttpResponse::from_error(problem.clone()));
            *made.status_mut() = status;
            for (name, value) in response.headers().iter().filter(|(name, _)| **name != header::CONTENT_TYPE) {
                made.headers_mut().insert(name.clone(), value.clone());
            }
            return made;
        }
        response
    }

    fn write_problem(&self, problem: &Problem, mut response: HttpResponse) -> HttpResponse {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.remove(header::CONTENT_LENGTH);
        if self.had_credentials && problem.error().code() == crate::error::Code::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(INVALID_TOKEN));
        }
        response.set_body(BoxBody::new(problem.document(self.id.as_str())))
    }

    /// One line and one count per request. Never the query, a token or the path itself.
    fn record(&self, route: &Route, response: &HttpResponse) {
        let elapsed = self.started.elapsed();
        let status = response.status().as_u16();
        let bytes = match response.body().size() {
            BodySize::Sized(bytes) if self.method != Method::HEAD => bytes,
            _ => 0,
        };
        route.observe(&self.method, status, elapsed);
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(
            target: "access", method = %self.method, route = route.pattern(), status, micros, bytes,
            request_id = self.id.as_str(),
        );
    }
}

fn is_problem(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(MEDIA_TYPE.as_bytes()))
}

/// The body of an answer to HEAD, whose head tells its length: actix would read a whole file, or follow a stream of events
/// that never ends, only to send nothing. It is called a stream because actix knows of one connection only what the
/// request asked for that it read last, and would wait for the bytes of a length where that is no HEAD any more.
fn without_body(head: &mut ResponseHead, body: BoxBody) -> BoxBody {
    match body.size() {
        BodySize::None | BodySize::Sized(0) => return body,
        BodySize::Sized(length) => wire::uncounted(head, Some(length)),
        BodySize::Stream => wire::uncounted(head, None),
    }
    BoxBody::new(Bodiless)
}

struct Bodiless;

impl MessageBody for Bodiless {
    type Error = std::convert::Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<Bytes, Self::Error>>> {
        std::task::Poll::Ready(None)
    }
}
