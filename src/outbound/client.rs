//! Sending one request and reading its answer, within bounds.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::Method;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, LOCATION, USER_AGENT};
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{Instant as Deadline, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

use super::tls::trusting;
use super::{Allowed, is_global};

/// How long finding, connecting and TLS may take together.
const CONNECT: Duration = Duration::from_secs(5);
/// How long the whole exchange may take.
const IN_ALL: Duration = Duration::from_secs(15);
/// Bytes of an answer that are read at the most, and of its head.
const MOST_BYTES: usize = 64 * 1024;
/// Characters of an answer that are kept.
pub(super) const KEPT_CHARS: usize = 1_000;
/// Addresses of one name that are tried at the most.
const MOST_ADDRESSES: usize = 4;
/// Ports of services that are no web servers, and that a request could be mistaken by; browsers refuse them too (the
/// Fetch standard's "bad ports").
const NEVER: &[u16] = &[19, 21, 22, 23, 25, 53, 110, 119, 139, 143, 389, 465, 514, 587, 636, 993, 995, 2049, 6667];

const AGENT: &str = concat!("Slugline/", env!("CARGO_PKG_VERSION"));

/// Why there was no answer. The words are for whoever reads the log of deliveries; they name no address that a name
/// leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It is no http or https address, or its port is not for the web.
    Unusable,
    /// It leads to where this server sends nothing.
    Forbidden,
    /// The name leads nowhere.
    Unresolved,
    /// Nobody listens there.
    Unreachable,
    /// TLS failed; most often the certificate is not trusted.
    Tls,
    /// It took too long.
    TimedOut,
    /// The answer was no HTTP, or ended early.
    Broken,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unusable => "The address is no web address that can be sent to.",
            Self::Forbidden => {
                "The address is not on the open internet, and SLUGLINE_OUTBOUND_ALLOW does not allow it."
            }
            Self::Unresolved => "The name of the host could not be found.",
            Self::Unreachable => "The host could not be reached.",
            Self::Tls => "No secure connection: the certificate is not trusted, or TLS is not spoken there.",
            Self::TimedOut => "The receiver took too long.",
            Self::Broken => "The receiver's answer was no HTTP answer, or broke off.",
        })
    }
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code. Redirects are not followed.
    pub status: u16,
    /// The beginning of the body as text, at most 1000 characters, without control characters.
    pub text: String,
}

/// How an exchange went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// How long it took.
    pub took: Duration,
    /// The answer, or why there was none.
    pub result: Result<Answer, Failure>,
}

/// The client.
pub struct Client {
    allow: Vec<Allowed>,
    names: Names,
    tls: OnceLock<Option<TlsConnector>>,
}

/// Who knows where names lead.
enum Names {
    /// The system's resolver.
    System,
    #[cfg(test)]
    Told(Told),
}

/// Names as a test tells them.
#[cfg(test)]
type Told = Box<dyn Fn(&str) -> Vec<std::net::IpAddr> + Send + Sync>;

impl Names {
    async fn of(&self, name: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((name, port)).await?.collect()),
            #[cfg(test)]
            Self::Told(tell) => Ok(tell(name).into_iter().map(|address| (address, port).into()).collect()),
        }
    }
}

/// Ends the task that keeps a connection going.
struct Going(JoinHandle<()>);

impl Drop for Going {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Client {
    /// A client that may also go where `allow` says.
    #[must_use]
    pub fn new(allow: Vec<Allowed>) -> Self {
        Self { allow, names: Names::System, tls: OnceLock::new() }
    }

    /// The same with names that lead where a test says.
    #[cfg(test)]
    pub(super) fn knowing(mut self, names: impl Fn(&str) -> Vec<std::net::IpAddr> + Send + Sync + 'static) -> Self {
        self.names = Names::Told(Box::new(names));
        self
    }

    /// Posts JSON, within 15 s in all.
    pub async fn post_json(&self, url: &str, headers: &[(&'static str, String)], body: Vec<u8>) -> Exchange {
        self.within(|| self.answering(url, headers, body)).await
    }

    /// Tells a cache what to forget (PURGE, as Varnish has it), within 15 s in all.
    pub async fn purge(&self, url: &str, headers: &[(&'static str, String)]) -> Exchange {
        self.within(|| async {
            let url = Url::parse(url).map_err(|_| Failure::Unusable)?;
            let method = Method::from_bytes(b"PURGE").map_err(|_| Failure::Unusable)?;
            self.send(method, &url, headers, Vec::new()).await
        })
        .await
    }

    async fn within<F>(&self, answering: impl FnOnce() -> F) -> Exchange
    where
        F: Future<Output = Result<Answering, Failure>>,
    {
        let (begun, deadline) = (Instant::now(), Deadline::now() + IN_ALL);
        let result = match timeout_at(deadline, answering()).await.unwrap_or(Err(Failure::TimedOut)) {
            Ok(answering) => Ok(answering.read(deadline).await),
            Err(failure) => Err(failure),
        };
        Exchange { took: begun.elapsed(), result }
    }

    /// Sends, until the head of the answer is there.
    async fn answering(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<Answering, Failure> {
        let url = Url::parse(url).map_err(|_| Failure::Unusable)?;
        let json = (CONTENT_TYPE.as_str(), "application/json".to_owned());
        let headers: Vec<(&str, String)> = headers.iter().cloned().chain([json]).collect();
        self.send(Method::POST, &url, &headers, body).await
    }

    /// Sends a request, until the head of the answer is there.
    pub(super) async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Result<Answering, Failure> {
        let host = url.host_str().ok_or(Failure::Unusable)?;
        let port = url.port_or_known_default().filter(|port| !NEVER.contains(port)).ok_or(Failure::Unusable)?;
        let authority = if url.port().is_some() { format!("{host}:{port}") } else { host.to_owned() };
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let has_body = method == Method::POST || !body.is_empty();
        let mut request =
            hyper::Request::builder().method(method).uri(target).header(HOST, authority).header(USER_AGENT, AGENT);
        if has_body {
            request = request.header(CONTENT_LENGTH, body.len());
        }
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(|_| Failure::Unusable)?;
        let late = |_| Failure::TimedOut;
        match url.scheme() {
            "http" => talk(timeout(CONNECT, self.connect(url, port)).await.map_err(late)??, request).await,
            "https" => talk(timeout(CONNECT, self.connect_tls(url, port)).await.map_err(late)??, request).await,
            _ => Err(Failure::Unusable),
        }
    }

    async fn connect_tls(&self, url: &Url, port: u16) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Failure> {
        let tls =
            self.tls.get_or_init(|| Some(TlsConnector::from(Arc::new(trusting()?)))).as_ref().ok_or(Failure::Tls)?;
        let name = match url.host() {
            Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).map_err(|_| Failure::Unusable)?,
            Some(Host::Ipv4(address)) => ServerName::from(std::net::IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => ServerName::from(std::net::IpAddr::V6(address)),
            None => return Err(Failure::Unusable),
        };
        let stream = self.connect(url, port).await?;
        tls.connect(name, stream).await.map_err(|_| Failure::Tls)
    }

    /// Connects to what the name leads to now, and to nothing that was not looked at.
    async fn connect(&self, url: &Url, port: u16) -> Result<TcpStream, Failure> {
        let addresses = self.addresses(url, port).await?;
        let each = CONNECT / u32::try_from(addresses.len()).unwrap_or(1).max(1);
        for address in addresses {
            if let Ok(Ok(stream)) = timeout(each, TcpStream::connect(address)).await {
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
        }
        Err(Failure::Unreachable)
    }

    /// Every address of the host; none where one of them is not allowed.
    async fn addresses(&self, url: &Url, port: u16) -> Result<Vec<SocketAddr>, Failure> {
        let (found, name): (Vec<SocketAddr>, String) = match url.host() {
            Some(Host::Ipv4(address)) => (vec![(address, port).into()], address.to_string()),
            Some(Host::Ipv6(address)) => (vec![(address, port).into()], address.to_string()),
            Some(Host::Domain(name)) => {
                let found = self.names.of(name, port).await.map_err(|_| Failure::Unresolved)?;
                (found, name.to_owned())
            }
            None => return Err(Failure::Unusable),
        };
        if found.is_empty() {
            return Err(Failure::Unresolved);
        }
        let named = self.allow.iter().any(|allowed| allowed.names(&name, port));
        let fine = |address: &SocketAddr| {
            is_global(address.ip()) || self.allow.iter().any(|allowed| allowed.holds(address.ip()))
        };
        if !named && !found.iter().all(fine) {
            return Err(Failure::Forbidden);
        }
        Ok(found.into_iter().take(MOST_ADDRESSES).collect())
    }
}

/// Speaks HTTP/1.1 on a connection that is open.
async fn talk<I>(stream: I, request: hyper::Request<Full<Bytes>>) -> Result<Answering, Failure>
where
    I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    TokioIo<I>: Read + Write,
{
    let broken = |_: hyper::Error| Failure::Broken;
    let mut http = http1::Builder::new();
    let (mut sender, connection) =
        http.max_buf_size(MOST_BYTES).handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let going = Going(tokio::spawn(async move {
        let _ = connection.await;
    }));
    let answer = sender.send_request(request).await.map_err(broken)?;
    let location = answer.headers().get(LOCATION).and_then(|line| line.to_str().ok()).map(str::to_owned);
    Ok(Answering { status: answer.status().as_u16(), location, body: answer.into_body(), _going: going })
}

/// An answer whose head has arrived.
pub(super) struct Answering {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) body: Incoming,
    _going: Going,
}

impl Answering {
    /// The beginning of the body. Whatever goes wrong on the way, the status has arrived.
    async fn read(mut self, deadline: Deadline) -> Answer {
        let (mut kept, mut read) = (Vec::new(), 0);
        while let Ok(Some(Ok(frame))) = timeout_at(deadline, self.body.frame()).await {
            let Some(data) = frame.data_ref() else { continue };
            read += data.len();
            kept.extend(data.iter().take((4 * KEPT_CHARS).saturating_sub(kept.len())));
            if read >= MOST_BYTES {
                break;
            }
        }
        let text = String::from_utf8_lossy(&kept);
        let text = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(KEPT_CHARS).collect();
        Answer { status: self.status, text }
    }
}
