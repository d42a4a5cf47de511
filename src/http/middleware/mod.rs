//! The one middleware around the whole application. It is a single [`Transform`], so that its duties have one order
//! and cost one or two microseconds:
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

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::{Method, StatusCode, header};
use actix_web::{Error as ActixError, HttpMessage};

use cors::{Cors, Door};
use metrics::Metrics;
use recall::{Before, Recall};
use request_id::RequestId;
use unread::Unread;

use super::cache::Cache;
use super::problem::Problem;

type Answer = ServiceResponse<BoxBody>;

/// With a request that came as HEAD and is answered as GET: nobody will read the body.
#[derive(Clone, Copy, Debug)]
pub struct WithoutBody;

/// Wraps the application: `App::new().wrap(edge.clone())`, outermost. Made once, outside the app factory.
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
}

impl<S, B> Transform<S, ServiceRequest> for Edge
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ActixError> + 'static,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = ActixError;
    type Transform = EdgeService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(EdgeService { edge: Rc::new(self.clone()), inner: Rc::new(inner) }))
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

impl<S, B> Service<ServiceRequest> for EdgeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = ActixError> + 'static,
    S::Future: 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = ActixError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ActixError>>>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), ActixError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let visit = Visit::begin(&self.edge, &mut request);
        let in_flight = self.edge.metrics.enter();
        let early = match cors::preflight(&self.edge.cors, &request) {
            Some(answer) => Some(answer),
            None => guard::refusal(&request).map(actix_web::HttpResponse::from_error),
        };
        if let Some(answer) = early {
            let (request, _) = request.into_parts();
            let response = visit.finish(ServiceResponse::new(request, answer));
            return Box::pin(ready(Ok(response)));
        }
        let recall = match Recall::of(self.edge.cache.as_ref(), &request) {
            Recall::Known(answer, kept) => {
                return Box::pin(ready(Ok(visit.finish_kept(request, answer, &kept))));
            }
            Recall::Missing(missing) => Some(missing),
            Recall::Never => None,
        };
        request.extensions_mut().insert(visit.id.clone());
        if visit.method == Method::HEAD {
            request.head_mut().method = Method::GET;
            request.extensions_mut().insert(WithoutBody);
        }
        let inner = Rc::clone(&self.inner);
        let Some(missing) = recall else {
            let span = tracing::error_span!("request", request_id = %visit.id);
            let inside = panic::catch(&span, || inner.call(request));
            return Box::pin(async move {
                let answer = visit.outcome(inside, span, None).await;
                drop(in_flight);
                answer
            });
        };
        Box::pin(async move {
            let answer = missing.make(visit, request, &*inner).await;
            drop(in_flight);
            answer
        })
    }
}

impl Visit {
    fn begin(edge: &Rc<Edge>, request: &mut ServiceRequest) -> Self {
        let unread = Unread::share(request);
        let headers = request.headers();
        Self {
            edge: Rc::clone(edge),
            id: RequestId::of(headers),
            method: request.method().clone(),
            door: Door::of(request.match_info().as_str()),
            origin: headers.get(header::ORIGIN).cloned(),
            had_credentials: headers.contains_key(header::AUTHORIZATION),
            started: Instant::now(),
            unread,
        }
    }

    /// What came out of the application, finished; or what was true before, where that is that the database is away.
    async fn outcome<F, B>(
        self,
        inside: Result<F, Problem>,
        span: tracing::Span,
        before: Option<Before>,
    ) -> Result<Answer, ActixError>
    where
        F: Future<Output = Result<ServiceResponse<B>, ActixError>>,
        B: MessageBody + 'static,
    {
        let outcome = match inside {
            Ok(future) => panic::Caught::new(future, span).await,
            Err(panicked) => Err(panicked),
        };
        match outcome {
            Ok(Ok(response)) => {
                let unavailable = response.status() == StatusCode::SERVICE_UNAVAILABLE;
                match before.filter(|_| unavailable).and_then(Before::answer) {
                    Some(before) => Ok(self.finish(response.into_response(before))),
                    None => Ok(self.finish(response.map_into_boxed_body())),
                }
            }
            Ok(Err(error)) => Err(self.finish_lost(&error)),
            Err(panicked) => Err(self.finish_lost(&panicked.into())),
        }
    }
}

#[cfg(test)]
mod tests;
