//! The middleware before a real server on the loopback, spoken to in raw bytes.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_http::HttpService;
use actix_server::Server;
use actix_service::map_config;
use actix_web::dev::AppConfig;
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse};
use deserr::Deserr;
use serde_json::Value;

use super::cors::Cors;
use super::metrics::Metrics;
use super::{Edge, RequestId};
use crate::error::{Code, Error};
use crate::http::answer::{self, CacheControl};
use crate::http::bounds::{Bounded, Bounds};
use crate::http::extract::params::Int;
use crate::http::extract::{JsonBody, JsonInput, MergePatch, Query};
use crate::http::paths::{Paths, no_path};
use crate::http::problem::Problem;
use crate::model::faults::Faults;

#[derive(Default, Deserr)]
#[deserr(error = Faults, deny_unknown_fields)]
struct Note {
    #[deserr(default)]
    text: Option<String>,
}

impl JsonInput for Note {
    const EMPTY_IS_OBJECT: bool = true;
}

#[derive(Deserr)]
#[deserr(error = Faults, deny_unknown_fields)]
struct Show {
    #[deserr(default)]
    size: Option<Int<0, 100_000>>,
}

async fn show(request: HttpRequest, Query(query): Query<Show>) -> HttpResponse {
    let size = query.size.map_or(3, |size| size.0);
    let bytes = vec![b'x'; usize::try_from(size).unwrap()];
    answer::json_public(&request, bytes, CacheControl::PUBLIC)
}

async fn write(body: JsonBody<Note>) -> Result<HttpResponse, Problem> {
    let note = body.read()?;
    Ok(answer::json_private(StatusCode::OK, note.text.unwrap_or_default().into_bytes(), Some(7)))
}

async fn patch(request: HttpRequest, body: MergePatch<Note>) -> Result<HttpResponse, Problem> {
    let (if_match, _) = body.read_if_match(&request)?;
    if if_match.precondition().allows(7) {
        Ok(answer::private(StatusCode::NO_CONTENT))
    } else {
        Err(Error::new(Code::StaleVersion, "").into())
    }
}

async fn boom() -> HttpResponse {
    panic!("a secret")
}

async fn endless() -> HttpResponse {
    HttpResponse::Ok().content_type("text/event-stream").streaming(Silence)
}

/// A stream that never says anything, nor ends.
struct Silence;

impl futures_core::Stream for Silence {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Pending
    }
}

static NOTES: Bounds = Bounds::for_tests(100_000, Duration::from_secs(30));

fn serve() -> (SocketAddr, std::sync::Arc<Metrics>) {
    let metrics = Metrics::new();
    let edge = Edge::new(Cors::new(&["https://desk.example.org"]), metrics.clone());
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let application = || {
            App::new()
                .configure(|services| {
                    Paths::default()
                        .get("/v1/show/{id}", web::to(show))
                        .with(Method::POST, "/v1/admin/notes", web::to(write).wrap(Bounded::by(&NOTES)))
                        .with(Method::PATCH, "/v1/admin/notes", web::to(patch).wrap(Bounded::by(&NOTES)))
                        .register(services);
                })
                .route("/v1/boom", web::get().to(boom))
                .route("/v1/endless", web::get().to(endless))
                .route(
                    "/v1/id",
                    web::get().to(|request: HttpRequest| async move { RequestId::current(&request).to_string() }),
                )
                .default_service(web::to(no_path))
        };
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        send.send(listener.local_addr().unwrap()).unwrap();
        let server = Server::build().workers(1).disable_signals().listen("tests", listener, move || {
            let application = map_config(application(), |()| AppConfig::default());
            HttpService::build()
                .client_disconnect_timeout(Duration::from_secs(1))
                .finish(edge.clone().around(application))
                .tcp()
        });
        actix_web::rt::System::new().block_on(async { server.unwrap().run().await }).unwrap();
    });
    (receive.recv().unwrap(), metrics)
}

struct Reply {
    head: String,
    body: String,
}

impl Reply {
    #[track_caller]
    fn problem(&self, status: u16, code: &str) -> Value {
        assert!(self.head.starts_with(&format!("HTTP/1.1 {status} ")), "{}", self.head);
        assert!(self.head.contains("content-type: application/problem+json"), "{}", self.head);
        let problem: Value = serde_json::from_str(&self.body).unwrap();
        assert_eq!(problem["code"], code);
        assert!(self.head.contains(&format!("x-request-id: {}", problem["request_id"].as_str().unwrap())));
        problem
    }
}

/// Sends `request`, adding `Connection: close`, and reads to the end.
fn ask(server: SocketAddr, request: &str) -> Reply {
    let request = request.replacen("\r\n", "\r\nHost: x\r\nConnection: close\r\n", 1);
    send(server, request.as_bytes())
}

fn send(server: SocketAddr, bytes: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(server).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut writer = stream.try_clone().unwrap();
    let bytes = bytes.to_vec();
    let sent = std::thread::spawn(move || writer.write_all(&bytes));
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).unwrap();
    let _ = sent.join();
    let text = String::from_utf8_lossy(&reply).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Reply { head: head.to_owned(), body: body.to_owned() }
}

#[test]
fn head_has_the_length_without_the_bytes() {
    let (server, _) = serve();
    let reply = ask(server, "HEAD /v1/show/1?size=5000 HTTP/1.1\r\n\r\n");
    assert!(reply.head.starts_with("HTTP/1.1 200") && reply.head.contains("content-length: 5000"), "{}", reply.head);
    assert_eq!(reply.body, "");
    let reply = ask(server, "HEAD /v1/endless HTTP/1.1\r\n\r\n");
    assert!(reply.head.starts_with("HTTP/1.1 200") && reply.body.is_empty(), "{}", reply.head);
    let pipelined =
        "HEAD /v1/show/1 HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/show/1 HTTP/1.1\r\nConnection: close\r\nHost: x\r\n\r\n";
    let reply = send(server, pipelined.as_bytes());
    assert!(reply.body.starts_with("HTTP/1.1 200") && reply.body.ends_with("xxx"), "{}", reply.body);
    let [get, head] = ["GET", "HEAD"].map(|method| format!("{method} /v1/show/1?size=9 HTTP/1.1\r\nHost: x\r\n\r\n"));
    let last = "GET /v1/show/1 HTTP/1.1\r\nConnection: close\r\nHost: x\r\n\r\n";
    let reply = send(server, [&get, &head, &head, &get, last].concat().as_bytes());
    let bodies: Vec<&str> =
        reply.body.split("HTTP/1.1 200 OK").map(|answer| answer.rsplit('\n').next().unwrap()).collect();
    assert_eq!(bodies, ["xxxxxxxxx", "", "", "xxxxxxxxx", "xxx"], "{}", reply.body);
}

#[test]
fn errors_are_problems() {
    let (server, metrics) = serve();
    let problem = ask(server, "GET /v1/none?secret=1 HTTP/1.1\r\n\r\n").problem(404, "not_found");
    assert_eq!(problem["type"], "/docs/errors/not_found");
    assert_eq!(problem["instance"], format!("/requests/{}", problem["request_id"].as_str().unwrap()));
    let reply = ask(server, "DELETE /v1/admin/notes HTTP/1.1\r\n\r\n");
    reply.problem(405, "method_not_allowed");
    assert!(reply.head.contains("allow: OPTIONS, PATCH, POST"), "{}", reply.head);
    let problem = ask(server, "GET /v1/show/1?sise=1 HTTP/1.1\r\n\r\n").problem(400, "invalid_parameter");
    assert_eq!((&problem["did_you_mean"], &problem["errors"][0]["parameter"]), (&"size".into(), &"sise".into()));
    let reply = ask(server, "GET /v1/boom HTTP/1.1\r\nX-Request-Id: mine-1\r\n\r\n");
    assert_eq!(reply.problem(500, "internal")["request_id"], "mine-1");
    assert!(!reply.body.contains("secret"));
    let reply = ask(server, &format!("GET /v1/show/1?{} HTTP/1.1\r\n\r\n", "x".repeat(9000)));
    reply.problem(400, "bad_request");
    ask(server, "OPTIONS /v1/none HTTP/1.1\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: GET\r\n\r\n");
    let text = metrics.render();
    for (route, status) in [("refused", 400), ("preflight", 204)] {
        assert!(text.contains(&format!("route=\"{route}\",status=\"{status}\"")), "{text}");
    }
    assert!(text.contains("slugline_requests_total{method=\"GET\",route=\"/v1/show/{id}\",status=\"400\"}"), "{text}");
    assert!(text.contains("route=\"unmatched\",status=\"404\"") && !text.contains("/v1/none"), "{text}");
}

#[test]
fn every_answer_has_its_headers() {
    let (server, _) = serve();
    let reply = ask(server, "GET /v1/id HTTP/1.1\r\nX-Request-Id: bad id\r\n\r\n");
    assert_eq!(reply.body.len(), 36);
    for header in [
        &format!("x-request-id: {}", reply.body),
        "x-content-type-options: nosniff",
        "cache-control: no-store",
        "access-control-allow-origin: *",
    ] {
        assert!(reply.head.contains(header), "{}", reply.head);
    }
    let preflight = |path: &str, origin: &str| {
        ask(
            server,
            &format!("OPTIONS {path} HTTP/1.1\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: GET\r\n\r\n"),
        )
        .head
    };
    assert!(preflight("/v1/show/1", "https://a.example").contains("access-control-allow-origin: *"));
    let desk = preflight("/v1/admin/notes", "https://desk.example.org");
    assert!(
        desk.contains("access-control-allow-origin: https://desk.example.org") && desk.contains("vary: Origin"),
        "{desk}"
    );
    assert!(!preflight("/v1/%61dmin/notes", "https://a.example").contains("access-control-allow"));
    assert!(ask(server, "OPTIONS /v1/show/1 HTTP/1.1\r\n\r\n").head.contains("allow: GET, HEAD, OPTIONS"));
}

#[test]
fn bodies_are_checked_in_the_order_of_the_contract() {
    let (server, _) = serve();
    let post = |headers: &str, body: &str| {
        ask(server, &format!("POST /v1/admin/notes HTTP/1.1\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len()))
    };
    assert!(post("", "").head.starts_with("HTTP/1.1 200"));
    let reply = post("Content-Type: application/json; charset=utf-8\r\n", "{\"text\":\"hi\"}");
    assert!(reply.body == "hi" && reply.head.contains("etag: \"7\"") && reply.head.contains("private, no-store"));
    post("", "{}").problem(415, "unsupported_media_type");
    post("Content-Type: text/plain\r\n", "{}").problem(415, "unsupported_media_type");
    post("Content-Type: application/json\r\nContent-Encoding: gzip\r\n", "{}")
        .problem(415, "unsupported_content_encoding");
    post("Content-Type: application/json\r\n", "{\"text\":1,\"x\":2}").problem(422, "invalid_body");
    let patch = |headers: &str, body: &str| {
        ask(server, &format!("PATCH /v1/admin/notes HTTP/1.1\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len()))
    };
    let merge = "Content-Type: application/merge-patch+json\r\n";
    let reply = patch("Content-Type: text/plain\r\n", "{}");
    reply.problem(415, "unsupported_media_type");
    assert!(reply.head.contains("accept-patch: application/merge-patch+json, application/json"), "{}", reply.head);
    patch(merge, "{\"x\":1,\"x\":1}").problem(400, "duplicate_key");
    patch(merge, "{\"x\":1}").problem(428, "if_match_required");
    patch(&format!("{merge}If-Match: \"7\"\r\n"), "{\"x\":1}").problem(422, "invalid_body");
    patch(&format!("{merge}If-Match: \"6\"\r\n"), "{}").problem(412, "stale_version");
    assert!(patch(&format!("{merge}If-Match: \"7\"\r\n"), "{}").head.starts_with("HTTP/1.1 204"));
}

#[test]
fn a_body_that_is_too_large_is_answered_readably() {
    let (server, _) = serve();
    let big = "x".repeat(20_000_000);
    let head = "POST /v1/admin/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let reply = send(server, format!("{head}Content-Length: {}\r\n\r\n{big}", big.len()).as_bytes());
    assert_eq!(reply.problem(413, "payload_too_large")["limit_bytes"], 100_000);
    let chunk = format!("{:x}\r\n{}\r\n", 1_000_000, "x".repeat(1_000_000));
    let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(20));
    send(server, chunked.as_bytes()).problem(413, "payload_too_large");
}

#[test]
fn a_body_that_drips_is_given_up() {
    let (server, _) = serve();
    let mut stream = TcpStream::connect(server).unwrap();
    let head =
        "POST /v1/admin/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let started = Instant::now();
    let mut drip = stream.try_clone().unwrap();
    std::thread::spawn(move || {
        while drip.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(500))
        }
    });
    let mut reply = String::new();
    let _ = stream.read_to_string(&mut reply);
    assert!(reply.starts_with("HTTP/1.1 408") && reply.contains("\"request_timeout\""), "{reply}");
    assert!((4..9).contains(&started.elapsed().as_secs()));
}

#[test]
fn a_refused_body_without_end_loses_its_connection() {
    let (server, _) = serve();
    for (kind, status) in [("application/json", "413"), ("text/plain", "415")] {
        let mut stream = TcpStream::connect(server).unwrap();
        let head = "POST /v1/admin/notes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: ";
        stream.write_all(format!("{head}{kind}\r\n\r\n").as_bytes()).unwrap();
        let mut reader = stream.try_clone().unwrap();
        let reply = std::thread::spawn(move || {
            let mut first = [0; 12];
            reader.read_exact(&mut first).map(|()| String::from_utf8_lossy(&first).into_owned())
        });
        let chunk = format!("2710\r\n{}\r\n", "x".repeat(10_000));
        let started = Instant::now();
        while stream.write_all(chunk.as_bytes()).is_ok() {
            assert!(started.elapsed() < Duration::from_secs(12), "{status}: still read");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(reply.join().unwrap().unwrap(), format!("HTTP/1.1 {status}"));
    }
}
