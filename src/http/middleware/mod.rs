//! What stands around the whole application. It lies outside of actix-web's own layers, right behind the parser, so that
//! an answer from memory costs nothing of these; and it is one service, so that its duties have one order and cost one
//! or two microseconds:
//!
//! 1. [`request_id`]: every request has an id, in the log and in the answer;
//! 2. [`cors`] answers preflights; [`guard`] refuses what no route takes;
//! 3. [`recall`] answers from memory, or lets one request make what several ask for; HEAD is turned into GET;
//! 4. [`mod@panic`] turns a panic of what lies inside into a problem;
//! 5. [`finish`] writes problem documents and the headers of every answer;
//! 6. [`metrics`] counts, and the access log gets its line;
//! 7. a chunked body that nobody read ends its connection instead of being read for ever.

pub mod cors;
pub mod finish;
pub mod guard;
pub mod metrics;
pub mod panic;
pub mod recall;
pub mod request_id;
mod unread;

use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_http::{Request, Response};
use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceFactory, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::{Error as ActixError, HttpMessage, HttpResponse};

use cors::{Cors, Door};
use finish::{PREFLIGHT, REFUSED};
use metrics::Metrics;
use recall::{Before, Recall};
use request_id::RequestId;
use unread::Unread;

use super::cache::Cache;

/// An answer as it is sent.
type Answer = Response<BoxBody>;

/// With a request that came as HEAD and is answered as GET: nobody will read the body.
#[derive(Clone, Copy, Debug)]
pub struct WithoutBody;

/// What all workers do around their applications. Made once.
#[derive(Clone)]
pub struct Edge {
    cors: Arc<Cors>,
    metrics: Arc<Metrics>,
    draining: Arc<AtomicBool>,
    cache: Option<Arc<Cache>>,
}

impl Edge {
    /// With the origins that may use the editorial door, and the counters of all workers.
    #[must_use]
    pub fn new(cors: Cors, metrics: Arc<Metrics>) -> Self {
        Self { cors: Arc::new(cors), metrics, draining: Arc::default(), cache: None }
    }

    /// Ends each connection after its next answer while this is set, so that clients turn to another node.
    #[must_use]
    pub fn closing_while(self, draining: Arc<AtomicBool>) -> Self {
        Self { draining, ..self }
    }

    /// Answers readers from memory where it can.
    #[must_use]
    pub fn with_cache(self, cache: Option<Arc<Cache>>) -> Self {
        Self { cache, ..self }
    }

    /// Puts itself around the application of a worker.
    #[must_use]
    pub const fn around<F>(self, application: F) -> Around<F> {
        Around { edge: self, application }
    }
}

/// Makes the [`EdgeService`] of a worker.
pub struct Around<F> {
    edge: Edge,
    application: F,
}

impl<F> ServiceFactory<Request> for Around<F>
where
    F: ServiceFactory<Request, Config = (), Response = ServiceResponse<BoxBody>, Error = ActixError>,
    F::Service: 'static,
    F::Future: 'static,
    <F::Service as Service<Request>>::Future: Unpin + 'static,
{
    type Response = Answer;
    type Error = Answer;
    type Config = ();
    type Service = EdgeService<F::Service>;
    type InitError = F::InitError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Service, Self::InitError>>>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let (edge, inner) = (Rc::new(self.edge.clone()), self.application.new_service(()));
        Box::pin(async move { Ok(EdgeService { edge, inner: Rc::new(inner.await?) }) })
    }
}

/// [`Edge`] around a worker's application.
pub struct EdgeService<S> {
    edge: Rc<Edge>,
    inner: Rc<S>,
}

/// What is known of a request from its start to its end.
pub(crate) struct Visit {
    edge: Rc<Edge>,
    id: RequestId,
    method: Method,
    door: Door,
    origin: Option<header::HeaderValue>,
    had_credentials: bool,
    started: Instant,
    unread: Option<Unread>,
}

/// An answer that is there, or one that is being made.
pub enum Answering {
    /// From memory, or a refusal.
    AtOnce(Ready<Result<Answer, Answer>>),
    /// By the application.
    Later(Pin<Box<dyn Future<Output = Answer>>>),
}

impl Future for Answering {
    type Output = Result<Answer, Answer>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::AtOnce(answer) => Pin::new(answer).poll(cx),
            Self::Later(answer) => answer.as_mut().poll(cx).map(Ok),
        }
    }
}

impl From<Answer> for Answering {
    fn from(answer: Answer) -> Self {
        Self::AtOnce(ready(Ok(answer)))
    }
}

impl<S> Service<Request> for EdgeService<S>
where
    S: Service<Request, Response = ServiceResponse<BoxBody>, Error = ActixError> + 'static,
    S::Future: Unpin + 'static,
{
    type Response = Answer;
    /// Errors are answers by then; the application is always ready.
    type Error = Answer;
    type Future = Answering;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Answer>> {
        self.inner.poll_ready(cx).map_err(|error| error.error_response().into())
    }

    fn call(&self, mut request: Request) -> Answering {
        let visit = Visit::begin(&self.edge, &mut request);
        if let Some(answer) = cors::preflight(&self.edge.cors, visit.door, request.head()) {
            return visit.finish_early(PREFLIGHT, answer).into();
        }
        if let Some(problem) = guard::refusal(request.head()) {
            return visit.finish_early(REFUSED, HttpResponse::from_error(problem)).into();
        }
        let recall = match Recall::of(self.edge.cache.as_ref(), request.head()) {
            Recall::Known(answer, kept) => return visit.finish_kept(&request, answer, &kept).into(),
            Recall::Missing(missing) => Some(missing),
            Recall::Never => None,
        };
        let in_flight = self.edge.metrics.enter();
        request.extensions_mut().insert(visit.id.clone());
        if visit.method == Method::HEAD {
            request.head_mut().method = Method::GET;
            request.extensions_mut().insert(WithoutBody);
        }
        let inner = Rc::clone(&self.inner);
        Answering::Later(Box::pin(async move {
            let answer = match recall {
                Some(missing) => missing.make(visit, request, &*inner).await,
                None => visit.made(request, &*inner, None).await,
            };
            drop(in_flight);
            answer
        }))
    }
}

impl Visit {
    fn begin(edge: &Rc<Edge>, request: &mut Request) -> Self {
        let unread = Unread::share(request);
        let head = request.head();
        Self {
            edge: Rc::clone(edge),
            id: RequestId::of(&head.headers),
            method: head.method.clone(),
            door: Door::of(&head.uri),
            origin: head.headers.get(header::ORIGIN).cloned(),
            had_credentials: head.headers.contains_key(header::AUTHORIZATION),
            started: Instant::now(),
            unread,
        }
    }

    /// What the application answers, finished; or what was true before, where that is that the database is away.
    async fn made<S>(self, request: Request, inner: &S, before: Option<Before>) -> Answer
    where
        S: Service<Request, Response = ServiceResponse<BoxBody>, Error = ActixError>,
        S::Future: Unpin,
    {
        let span = tracing::error_span!("request", request_id = %self.id);
        let outcome = match panic::catch(&span, || inner.call(request)) {
            Ok(future) => panic::Caught::new(future, span).await,
            Err(panicked) => Err(panicked),
        };
        match outcome {
            Ok(Ok(response)) => {
                let unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
                match before.filter(|_| unavailable).and_then(Before::answer) {
                    Some(before) => self.finish(response.into_response(before)),
                    None => self.finish(response),
                }
            }
            Ok(Err(error)) => self.finish_lost(&error),
            Err(panicked) => self.finish_lost(&panicked.into()),
        }
    }
}

#[cfg(test)]
mod tests;
