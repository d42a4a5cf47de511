//! The way to an S3-compatible store: connections that are kept open and shared, over the TLS of this process.
//!
//! `object_store` would bring a client of its own with a second TLS library; this one is made of what the process has
//! anyway.

use std::error::Error as _;
use std::future::Future;
use std::io::{Error as IoError, ErrorKind};
use std::pin::Pin;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::header::{HeaderValue, USER_AGENT};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, Error, connect::HttpConnector as Tcp};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse, HttpResponseBody,
    HttpService,
};
use tokio::time::timeout;

use crate::files::error::StoreError;
use crate::outbound::tls;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long an answer may take to begin, once the request is on its way; a part of a big file is in it.
const ANSWER: Duration = Duration::from_secs(60);
/// How long a connection that nobody needs stays open.
const IDLE: Duration = Duration::from_secs(30);

const AGENT: HeaderValue = HeaderValue::from_static(concat!("Slugline/", env!("CARGO_PKG_VERSION")));

/// Sends requests over connections that it keeps.
#[derive(Debug)]
struct Kept(Client<HttpsConnector<Tcp>, HttpRequestBody>);

/// Hands out the one client.
#[derive(Debug)]
pub(super) struct Connection(HttpClient);

impl Connection {
    /// Makes the client; connects to nothing yet.
    pub(super) fn new() -> Result<Self, StoreError> {
        let tls = tls::trusting().ok_or(StoreError::Setting("TLS is not available on this machine."))?;
        let mut tcp = Tcp::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT));
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector.wrap_connector(tcp));
        Ok(Self(HttpClient::new(Kept(client))))
    }
}

impl HttpConnector for Connection {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(self.0.clone())
    }
}

impl HttpService for Kept {
    fn call<'s, 'async_trait>(
        &'s self,
        mut request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'async_trait>>
    where
        's: 'async_trait,
        Self: 'async_trait,
    {
        request.headers_mut().insert(USER_AGENT, AGENT);
        let answering = self.0.request(request);
        Box::pin(async move {
            let late = |_| HttpError::new(HttpErrorKind::Timeout, IoError::from(ErrorKind::TimedOut));
            let answer = timeout(ANSWER, answering).await.map_err(late)?;
            let (head, body) = answer.map_err(|error| HttpError::new(kind(&error), error))?.into_parts();
            let body = body.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error));
            Ok(HttpResponse::from_parts(head, HttpResponseBody::new(body)))
        })
    }
}

/// Whether it is worth another try: where nothing was sent, or the connection had been closed, it is.
fn kind(error: &Error) -> HttpErrorKind {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<hyper::Error>());
    match cause {
        _ if error.is_connect() => HttpErrorKind::Connect,
        Some(cause) if cause.is_timeout() => HttpErrorKind::Timeout,
        Some(cause) if cause.is_user() => HttpErrorKind::Unknown,
        Some(_) => HttpErrorKind::Request,
        None => HttpErrorKind::Interrupted,
    }
}
