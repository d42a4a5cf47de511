//! The server as such: health, unknown paths, slow clients, stopping.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Database, TestApp};

fn app() -> TestApp {
    TestApp::start(Database::Sqlite).unwrap()
}

fn connect(app: &TestApp) -> TcpStream {
    let stream = TcpStream::connect(&app.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// Everything until the server closes.
fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn health_is_told() {
    let app = app();
    let client = app.anonymous();
    for path in ["/livez", "/readyz"] {
        let answer = client.get(path).expect(200);
        assert_eq!(answer.json(), json!({ "status": "ok" }));
        assert!(answer.header("cache-control").is_some() && answer.header("x-request-id").is_some());
        assert!(client.send("HEAD", path, None).expect(200).bytes.is_empty());
    }
    app.app.draining.store(true, std::sync::atomic::Ordering::Relaxed);
    let drained = client.get("/readyz").expect(503);
    assert_eq!((drained.json(), drained.header("connection")), (json!({ "status": "draining" }), Some("close")));
    let _ = client.get("/livez").expect(200);
}

#[test]
fn metrics_are_for_the_machine_itself() {
    let app = app();
    let client = app.anonymous();
    let _ = client.get("/v1/articles").expect(200);
    let _ = client.get("/v1/articles/nothing-at-all").expect(404);
    let guess = serde_json::json!({ "email": "nobody@news.example", "password": "some passphrase or other" });
    let _ = client.post("/v1/auth/login", &guess).problem(401, "invalid_credentials");
    let text = client.get("/metrics").expect(200).text();
    assert!(text.contains("/v1/articles/{slug_or_id}") && text.contains("404"), "{text}");
    assert!(text.contains("_bucket{") && text.contains("database_connections"), "{text}");
    assert!(text.contains("failed_logins_total 1"), "{text}");
    assert!(!text.contains("nothing-at-all") && !text.contains("nobody@"), "{text}");
}

#[test]
fn every_answer_names_its_request() {
    let app = app();
    let client = app.anonymous();
    let taken = client.with("X-Request-Id", "Desk-42").get("/v1/articles/none");
    assert_eq!(taken.header("x-request-id"), Some("Desk-42"));
    assert_eq!(taken.problem(404, "not_found")["instance"], "/requests/Desk-42");
    for bad in ["a b", "ü", "", &"x".repeat(65), "a/b", "<script>"] {
        let made = client.with("X-Request-Id", bad).get("/livez").expect(200);
        assert_ne!(made.header("x-request-id"), Some(bad));
        assert!(made.header("x-request-id").is_some_and(|id| id.len() >= 8));
    }
    let (a, b) = (client.get("/livez"), client.get("/livez"));
    assert_ne!(a.header("x-request-id"), b.header("x-request-id"));
}

#[test]
fn what_is_not_there_is_a_problem() {
    let app = app();
    let client = app.anonymous();
    let odd = [
        "/",
        "/v1",
        "/v1/",
        "/v1/nothing",
        "/v1/articles/",
        "/v1//articles",
        "/V1/articles",
        "/v1/articles/a/b/c",
        "/v1/admin",
        "/v1/articles/..%2f..%2fetc%2fpasswd",
        "/media/..%2f..%2fx/y",
        "/v1/articles/%00",
        "/v1/articles/%FF%FE",
        "/favicon.ico",
        "/.env",
        "/v1/articles;x=1",
        "/v1/tags/%F0%9F%98%80",
    ];
    for path in odd {
        for method in ["GET", "POST", "PATCH", "DELETE", "PUT"] {
            let answer = client.send(method, path, None);
            assert!(
                matches!(answer.status, 400 | 401 | 404 | 405),
                "{method} {path}: {} {}",
                answer.status,
                answer.text()
            );
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{method} {path}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{method} {path}");
            assert!(answer.header("cache-control").is_some(), "{method} {path}");
            assert!(!answer.text().contains("passwd"), "{path}");
            assert_eq!(answer.json()["status"], answer.status);
        }
    }
    for (method, path, allow) in [
        ("DELETE", "/v1/articles", "GET, HEAD, OPTIONS"),
        ("PUT", "/v1/admin/articles", "GET, HEAD, OPTIONS, POST"),
        ("GET", "/v1/auth/login", "OPTIONS, POST"),
        ("BREW", "/livez", "GET, HEAD, OPTIONS"),
    ] {
        let answer = client.send(method, path, None);
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
        let _ = answer.problem(405, "method_not_allowed");
    }
    let many = client.get(&format!("/v1/articles?{}", "x".repeat(2_000)));
    let _ = many.problem(400, "invalid_parameter");
    let suggested = client.get("/v1/articles?limt=3").problem(400, "invalid_parameter");
    assert_eq!(suggested["did_you_mean"], "limit");
}

#[test]
fn every_route_refuses_a_parameter_that_it_does_not_have() {
    let app = app();
    let admin = app.signed_in("admin");
    for route in slugline::http::ROUTES.iter().filter(|route| route.method == "get") {
        let id = "0197a000-0000-7000-8000-000000000000";
        let steps = route.path.split('/').map(|step| match step {
            "{name}.{ext}" => "w640.webp".to_owned(),
            _ if step.starts_with('{') => step.split_once('}').map_or(id.to_owned(), |(_, end)| format!("{id}{end}")),
            _ => step.to_owned(),
        });
        let path = steps.collect::<Vec<_>>().join("/");
        let answer = admin.get(&format!("{path}?no_such_parameter=1"));
        if ["get_full_article", "list_full_live_updates"].contains(&route.operation) {
            // Not for editors: who has no token of a reader hears of that first.
            let _ = answer.problem(401, "unauthenticated");
            continue;
        }
        let problem = answer.problem(400, "invalid_parameter");
        assert_eq!(problem["errors"][0]["parameter"], "no_such_parameter", "{}", route.path);
    }
}

#[test]
fn a_head_that_drips_is_cut_off() {
    let app = app();
    let mut stream = connect(&app);
    stream.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
    let start = Instant::now();
    let answer = rest(&mut stream);
    assert!(start.elapsed() < Duration::from_secs(20), "the head was waited for");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[test]
fn a_body_that_stops_is_told_so() {
    let app = app();
    let mut stream = connect(&app);
    let head = format!(
        "POST /v1/auth/login HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
        app.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    let start = Instant::now();
    let mut buffer = [0; 4096];
    let length = stream.read(&mut buffer).unwrap();
    let answer = String::from_utf8_lossy(&buffer[..length]);
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request_timeout"), "{answer}");
    assert!(start.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_request_in_flight_is_finished_before_the_server_stops() {
    let mut app = app();
    let editor = app.editor();
    let body = json!({ "headline": "In flight" }).to_string();
    let mut stream = connect(&app);
    let head = format!(
        "POST /v1/admin/articles HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        app.address,
        editor.bearer_token(),
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    app.begin_stop();
    std::thread::sleep(Duration::from_millis(200));
    stream.write_all(body.as_bytes()).unwrap();
    let answer = rest(&mut stream);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    app.stopped();
    assert!(TcpStream::connect(&app.address).is_err(), "nobody listens any more");
}
