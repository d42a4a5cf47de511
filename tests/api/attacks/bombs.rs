//! Small requests that mean much work, and clients who are slow or silent: all of them end within their bounds, and
//! nobody else waits.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::json;

use super::wire::{assert_discreet, raw};
use crate::both;
use crate::support::rows::rows;
use crate::support::{Database, TestApp};

/// What one request may take in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

fn bodies() -> Vec<(&'static str, String)> {
    let many = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
    let id = "01900000-0000-7000-8000-000000000000";
    let block = r#"{"_type":"block","children":[{"_type":"span","text":"x"}]}"#;
    let deep = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    let spans = r#"{"_type":"span","text":"x","marks":["em","strong","em"]}"#;
    vec![
        ("an array of 20 000 ids", format!(r#"{{"tags":[{}]}}"#, many(20_000, &|_| format!("\"{id}\"")))),
        ("an array of 400 000 numbers", format!(r#"{{"tags":[{}]}}"#, many(400_000, &|_| "1".into()))),
        ("100 000 empty arrays", format!(r#"{{"custom":{{"a":[{}]}}}}"#, many(100_000, &|_| "[]".into()))),
        ("50 000 members", format!(r#"{{"custom":{{{}}}}}"#, many(50_000, &|n| format!("\"m{n}\":1")))),
        ("50 000 unknown members", format!("{{{}}}", many(50_000, &|n| format!("\"m{n}\":1")))),
        ("members alike", format!(r#"{{"custom":{{{}}}}}"#, many(20_000, &|n| format!("\"{}{n}\":1", "a".repeat(30))))),
        ("a number of 900 000 digits", format!(r#"{{"headline":{}}}"#, "9".repeat(900_000))),
        ("a fraction of 900 000 digits", format!(r#"{{"headline":0.{}}}"#, "9".repeat(900_000))),
        ("an exponent of 900 000 digits", format!(r#"{{"headline":1e{}}}"#, "9".repeat(900_000))),
        ("escapes", format!(r#"{{"headline":"{}"}}"#, r"\u0041".repeat(150_000))),
        ("accents", format!(r#"{{"headline":"{}"}}"#, "e\u{301}".repeat(300_000))),
        ("one letter with 300 000 accents", format!(r#"{{"headline":"e{}"}}"#, "\u{301}".repeat(300_000))),
        ("turned words", format!(r#"{{"standfirst":"{}"}}"#, "\u{202e}".repeat(300_000))),
        ("a member of 900 000 letters", format!(r#"{{"{}":1}}"#, "m".repeat(900_000))),
        ("as deep as may be", format!(r#"{{"headline":"x","custom":{}}}"#, deep(97))),
        ("deeper", format!(r#"{{"headline":"x","custom":{}}}"#, deep(5_000))),
        ("15 000 blocks", format!(r#"{{"headline":"x","body":[{}]}}"#, many(15_000, &|_| block.into()))),
        (
            "16 000 spans",
            format!(
                r#"{{"headline":"x","body":[{{"_type":"block","children":[{}]}}]}}"#,
                many(16_000, &|_| spans.into())
            ),
        ),
        (
            "a table of 200 000 cells",
            format!(
                r#"{{"headline":"x","body":[{{"_type":"table","rows":[{{"cells":[{}]}}]}}]}}"#,
                many(200_000, &|_| "\"\"".into())
            ),
        ),
        ("deep HTML", json!({ "headline": "x", "body_html": "<div>".repeat(150_000) }).to_string()),
        ("open HTML", json!({ "headline": "x", "body_html": "<b><p><a href=x>".repeat(50_000) }).to_string()),
        ("deep Markdown", json!({ "headline": "x", "body_markdown": "> ".repeat(300_000) }).to_string()),
        ("brackets", json!({ "headline": "x", "body_markdown": "[".repeat(700_000) }).to_string()),
        ("stars", json!({ "headline": "x", "body_markdown": "**a *b ".repeat(100_000) }).to_string()),
    ]
}

/// Headers and targets that ask for much.
fn heads() -> Vec<(&'static str, &'static str, String, String)> {
    let list = |item: &str, count: usize| vec![item; count].join(",");
    let ranges: Vec<String> = (0..2_000).map(|n| format!("{n}-{n}")).collect();
    let header = |what, name, value: String| (what, name, value, "/v1/articles".to_owned());
    vec![
        ("two thousand ranges", "Range", format!("bytes={}", ranges.join(",")), "/media".to_owned()),
        ("a range of everything many times", "Range", format!("bytes={}", list("0-", 5_000)), "/media".to_owned()),
        header("ten thousand tags", "If-None-Match", list("\"abcdef\"", 10_000)),
        header("codings", "Accept-Encoding", list("gzip;q=0.001", 5_000)),
        header("languages", "Accept-Language", list("en-x-a;q=0.5", 5_000)),
        header("types", "Accept", list("application/json;q=0.1", 3_000)),
        header("hops", "X-Forwarded-For", list("203.0.113.1", 5_000)),
        header("cookies", "Cookie", list("a=b", 10_000)),
        header("an id", "X-Request-Id", "x".repeat(60_000)),
        header("an event", "Last-Event-ID", "9".repeat(60_000)),
        ("parameters", "X", "y".to_owned(), format!("/v1/articles?{}", list("a=b", 1_000).replace(',', "&"))),
        ("one list of parameters", "X", "y".to_owned(), format!("/v1/articles?tag={}", list("a", 2_000))),
        ("a long word", "X", "y".to_owned(), format!("/v1/search?q={}", "a".repeat(7_000))),
        ("stars in words", "X", "y".to_owned(), format!("/v1/search?q={}", "a*".repeat(90))),
        ("a page far behind", "X", "y".to_owned(), "/v1/articles?page=9223372036854775807&limit=100".to_owned()),
        ("a long target", "X", "y".to_owned(), format!("/v1/articles/{}", "a".repeat(60_000))),
    ]
}

fn timed(what: &str, ask: impl FnOnce() -> crate::support::Answer) -> crate::support::Answer {
    let start = Instant::now();
    let answer = ask();
    assert!(start.elapsed() < PATIENCE, "{what} took {:?}", start.elapsed());
    assert_discreet(&answer, what);
    answer
}

both! {
    small_requests_for_much_work_are_answered_soon(app) {
        let editor = app.editor();
        let draft = editor.draft(&json!({ "headline": "Kept" }));
        let path = format!("/v1/admin/articles/{}", draft["id"].as_str().unwrap());
        let any = editor.with("If-Match", "*").with("Content-Type", "application/json");
        for (what, body) in bodies() {
            assert!(body.len() < 1_100_000, "{what} is {} bytes", body.len());
            let answer = timed(what, || any.send("PATCH", &path, Some(body.as_bytes())));
            assert!(answer.bytes.len() < 2 * body.len() + 64 * 1024, "{what}: {} bytes", answer.bytes.len());
        }
        let _ = editor.get(&path).expect(200);
        let picture = editor.upload("a.jpg", &crate::support::pictures::jpeg(93), &[]).expect(201).data();
        let file = picture["url"].as_str().unwrap().to_owned();
        for (what, name, value, target) in heads() {
            let target = if target == "/media" { &file } else { &target };
            let lines = [format!("{name}: {value}")];
            let target = target.strip_prefix(&editor.base).unwrap_or(target);
            let answer = timed(what, || raw(app, "GET", target.as_bytes(), &lines));
            assert!(answer.bytes.len() < 64 * 1024, "{what}: {} bytes", answer.bytes.len());
        }
    }

    slow_and_silent_clients_end_and_nobody_waits_for_them(app) {
        let before = rows(app);
        let slow = |bytes: Vec<u8>, drip: &'static [u8], most: u64| {
            let address = app.address.clone();
            std::thread::spawn(move || dripped(&address, &bytes, drip, Duration::from_secs(most)))
        };
        let post = |lines: &str| {
            format!("POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{lines}\r\n").into_bytes()
        };
        let chunked = |more: &str| [post("Transfer-Encoding: chunked\r\n"), more.as_bytes().to_vec()].concat();
        let all = [
            ("a silent connection", slow(Vec::new(), b"", 14)),
            ("a method that drips", slow(b"G".to_vec(), b"E", 14)),
            ("a header that drips", slow(b"GET /livez HTTP/1.1\r\nHost: x\r\nX: ".to_vec(), b"a", 14)),
            ("headers that drip", slow(b"GET /livez HTTP/1.1\r\nHost: x\r\n".to_vec(), b"X: a\r\n", 14)),
            ("a body that drips", slow(post("Content-Length: 9000\r\n"), b" ", 14)),
            ("chunks that drip", slow(chunked(""), b"1\r\n \r\n", 14)),
            ("a size that drips", slow(chunked(""), b"0", 14)),
            ("an extension that drips", slow(chunked("2;"), b"a", 14)),
            ("a trailer that drips", slow(chunked("2\r\n{}\r\n0\r\nX: "), b"a", 14)),
            ("a chunk of 2^64-1 bytes", slow(chunked("ffffffffffffffff\r\n{"), b" ", 14)),
        ];
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(3) {
            let asked = Instant::now();
            let _ = app.anonymous().get("/v1/articles").expect(200);
            assert!(asked.elapsed() < Duration::from_secs(2), "others waited {:?}", asked.elapsed());
            std::thread::sleep(Duration::from_millis(200));
        }
        for (what, client) in all {
            let told = client.join().unwrap();
            let told = told.unwrap_or_else(|| panic!("{what} is never ended"));
            let known = ["", "HTTP/1.1 408", "HTTP/1.1 400", "HTTP/1.1 422", "HTTP/1.1 413"];
            assert!(known.iter().any(|line| if line.is_empty() { told.is_empty() } else { told.starts_with(line) }), "{what}: {told}");
        }
        assert_eq!(rows(app), before);
    }
}

/// The system counts how long a client takes nothing, and that is not for tests to shorten.
#[test]
#[cfg(target_os = "linux")]
fn who_reads_nothing_is_given_up() {
    let Some(app) = TestApp::start(Database::Sqlite) else { return };
    let mut stream = TcpStream::connect(&app.address).unwrap();
    stream.set_nonblocking(true).unwrap();
    let request = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
    let (start, mut ended) = (Instant::now(), false);
    while !ended && start.elapsed() < Duration::from_secs(75) {
        ended = stream.write(&request).is_err_and(|error| error.kind() != std::io::ErrorKind::WouldBlock);
        std::thread::sleep(Duration::from_millis(250));
    }
    assert!(ended, "still there after {:?}", start.elapsed());
    let _ = app.anonymous().get("/livez").expect(200);
}

/// Sends a beginning, and then a little every quarter of a second; what was answered until the server closed, or nothing
/// if it never did.
fn dripped(address: &str, bytes: &[u8], drip: &[u8], most: Duration) -> Option<String> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(250))).unwrap();
    stream.write_all(bytes).unwrap();
    let (start, mut told, mut buffer) = (Instant::now(), Vec::new(), [0; 4096]);
    while start.elapsed() < most {
        match stream.read(&mut buffer) {
            Ok(0) => return Some(String::from_utf8_lossy(&told).into_owned()),
            Ok(length) => told.extend_from_slice(&buffer[..length]),
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(_) => return Some(String::from_utf8_lossy(&told).into_owned()),
        }
        let _ = stream.write_all(drip);
    }
    // Once it was answered, the connection may be kept a little for what is still to come.
    (!told.is_empty()).then(|| String::from_utf8_lossy(&told).into_owned())
}
