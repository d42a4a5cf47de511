//! Requests that one machine reads as one and another as two (RFC 9112, 11.2): what can be read in two ways is answered
//! once, and its connection ends, so that nothing behind it is ever taken for a request.

use std::time::Duration;

use super::wire::raw_within;
use crate::both;

/// What is hidden behind the first request.
const HIDDEN: &str = "GET /livez HTTP/1.1\r\nHost: x\r\nX-Request-Id: hidden-one\r\nConnection: close\r\n\r\n";

/// A request with a body whose framing is these lines and bytes.
fn post(lines: &str, body: &str) -> Vec<u8> {
    let head =
        "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nX-Request-Id: first-one\r\nContent-Type: application/json\r\n";
    format!("{head}{lines}\r\n{body}{HIDDEN}").into_bytes()
}

/// A request without a body, from its first line on.
fn get(lines: &str) -> Vec<u8> {
    format!("{lines}{HIDDEN}").into_bytes()
}

/// A body in chunks, as it stands.
fn chunked(body: &str) -> Vec<u8> {
    post("Transfer-Encoding: chunked\r\n", body)
}

/// What can be read in two ways.
fn ambiguous() -> Vec<(&'static str, Vec<u8>)> {
    let long = "a".repeat(300_000);
    vec![
        ("both framings", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        ("both, the other way round", post("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", "0\r\n\r\nX")),
        (
            "both, the shorter first",
            post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"),
        ),
        ("an unknown coding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
        ("an unknown coding and a length", post("Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n", "")),
        ("chunked not last", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")),
        ("another coding first", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
        ("identity and a length", post("Transfer-Encoding: identity\r\nContent-Length: 2\r\n", "{}")),
        ("two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")),
        ("one coding twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        ("a space before the colon", post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
        ("a vertical tab", post("Transfer-Encoding: \x0bchunked\r\n", "0\r\n\r\n")),
        ("quotes", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")),
        ("an empty coding", post("Transfer-Encoding:\r\nContent-Length: 2\r\n", "{}")),
        ("a folded coding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
        ("a coding in HTTP/1.0", chunked("0\r\n\r\n").replace_first("HTTP/1.1\r\n", "HTTP/1.0\r\n")),
        ("a length twice", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")),
        ("two lengths", post("Content-Length: 2\r\nContent-Length: 70\r\n", "{}")),
        ("a list of lengths", post("Content-Length: 2, 2\r\n", "{}")),
        ("a plus", post("Content-Length: +2\r\n", "{}")),
        ("a minus", post("Content-Length: -2\r\n", "{}")),
        ("hexadecimal", post("Content-Length: 0x2\r\n", "{}")),
        ("a space in the length", post("Content-Length: 0 2\r\n", "{}")),
        ("a fraction", post("Content-Length: 2.0\r\n", "{}")),
        ("beyond 64 bits", post("Content-Length: 18446744073709551618\r\n", "{}")),
        ("an empty length", post("Content-Length:\r\n", "{}")),
        ("a folded length", post("Content-Length:\r\n 2\r\n", "{}")),
        ("a length with a letter", post("Content-Length: 2a\r\n", "{}")),
        ("a chunk beyond 64 bits", chunked("10000000000000002\r\n{}\r\n0\r\n\r\n")),
        ("a chunk of less than nothing", chunked("-2\r\n{}\r\n0\r\n\r\n")),
        ("a chunk with a plus", chunked("+2\r\n{}\r\n0\r\n\r\n")),
        ("a chunk in 0x", chunked("0x2\r\n{}\r\n0\r\n\r\n")),
        ("a space before the size", chunked(" 2\r\n{}\r\n0\r\n\r\n")),
        ("no size", chunked("\r\n{}\r\n0\r\n\r\n")),
        ("line feeds between chunks", chunked("2\n{}\n0\n\n")),
        ("no line end behind a chunk", chunked("2\r\n{}0\r\n\r\n")),
        ("something else behind a chunk", chunked("2\r\n{}XX0\r\n\r\n")),
        ("a line feed in an extension", chunked("2;a\nb\r\n{}\r\n0\r\n\r\n")),
        ("a carriage return in an extension", chunked("2;a\rb\r\n{}\r\n0\r\n\r\n")),
        ("NUL in a name", post("X\0: y\r\nContent-Length: 2\r\n", "{}")),
        ("NUL in a value", post("X: y\0z\r\nContent-Length: 2\r\n", "{}")),
        ("a carriage return in a value", post("X: y\rContent-Length: 9\r\nContent-Length: 2\r\n", "{}")),
        ("a line without a colon", post("Nothing here\r\nContent-Length: 2\r\n", "{}")),
        ("an empty name", post(": y\r\nContent-Length: 2\r\n", "{}")),
        ("a name with a space", post("X Y: z\r\nContent-Length: 2\r\n", "{}")),
        ("a first header that is folded", get("GET /livez HTTP/1.1\r\n Host: x\r\n\r\n")),
        ("a folded header", get("GET /livez HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n")),
        ("no host", get("GET /livez HTTP/1.1\r\nX: a\r\n\r\n")),
        ("two hosts", get("GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")),
        ("carriage returns alone", get("GET /livez HTTP/1.1\rHost: x\r\r")),
        ("HTTP/0.9", get("GET /livez\r\n")),
        ("HTTP/2.0 in words", get("GET /livez HTTP/2.0\r\nHost: x\r\n\r\n")),
        ("HTTP/1.2", get("GET /livez HTTP/1.2\r\nHost: x\r\n\r\n")),
        ("HTTP/1.10", get("GET /livez HTTP/1.10\r\nHost: x\r\n\r\n")),
        ("http in lower case", get("GET /livez http/1.1\r\nHost: x\r\n\r\n")),
        ("two spaces", get("GET  /livez HTTP/1.1\r\nHost: x\r\n\r\n")),
        ("a tab", get("GET\t/livez HTTP/1.1\r\nHost: x\r\n\r\n")),
        ("a space behind the version", get("GET /livez HTTP/1.1 \r\nHost: x\r\n\r\n")),
        ("a space in the target", get("GET /livez /x HTTP/1.1\r\nHost: x\r\n\r\n")),
        ("NUL in the target", get("GET /livez\0 HTTP/1.1\r\nHost: x\r\n\r\n")),
        ("a huge header", get(&format!("GET /livez HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"))),
        ("two thousand headers", get(&format!("GET /livez HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: a\r\n".repeat(2_000)))),
        ("a huge target", get(&format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"))),
        ("a huge method", get(&format!("{long} /livez HTTP/1.1\r\nHost: x\r\n\r\n"))),
        ("a body with GET, and its length", get("GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n")),
        ("TLS", [&[0x16, 3, 1, 0, 0xC8, 1, 0, 0, 0xC4, 3, 3][..], &[0; 200], HIDDEN.as_bytes()].concat()),
        ("every byte", (0..=255).cycle().take(2_048).chain(HIDDEN.bytes()).collect()),
    ]
}

/// What looks odd, and can be read in one way only.
fn sound() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("an extension of a chunk", chunked("2;a=\"b\"\r\n{}\r\n0\r\n\r\n")),
        ("upper case", post("TRANSFER-ENCODING: CHUNKED\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        ("a trailer with a length", chunked("2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n")),
        ("zeros before a length", post("Content-Length: 0002\r\n", "{}")),
        ("another name", post("Content_Length: 70\r\nContent-Length: 2\r\n", "{}")),
        ("hop by hop", post("Connection: Transfer-Encoding, Content-Length\r\nContent-Length: 2\r\n", "{}")),
        ("an absolute target", get("GET http://evil.example/livez HTTP/1.1\r\nHost: x\r\n\r\n")),
        ("the server as a whole", get("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")),
        ("an empty line first", get("\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n")),
        (
            "an upgrade that is not taken",
            get("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
        ),
        // A line may end with a line feed alone (RFC 9112, 2.2); whoever stands in front must not read it otherwise.
        ("line feeds alone", get("GET /livez HTTP/1.1\nHost: x\n\n")),
    ]
}

trait ReplaceFirst {
    fn replace_first(self, from: &str, to: &str) -> Self;
}

impl ReplaceFirst for Vec<u8> {
    fn replace_first(self, from: &str, to: &str) -> Self {
        String::from_utf8(self).unwrap().replacen(from, to, 1).into_bytes()
    }
}

fn answers(told: &str) -> usize {
    told.matches("HTTP/1.1 ").count()
}

both! {
    what_can_be_read_in_two_ways_is_answered_once_and_ends(app) {
        for (what, bytes) in ambiguous() {
            let (told, closed) = raw_within(app, &bytes, Duration::from_secs(5));
            let told = String::from_utf8_lossy(&told).into_owned();
            assert!(closed, "{what}: the connection stays open: {told}");
            assert!(!told.contains("hidden-one"), "{what}: what is hidden was answered: {told}");
            // Where the kernel tells of the end before the answer is read, there may be none to see.
            let refused = ["HTTP/1.1 400", "HTTP/1.1 413", "HTTP/1.1 431", "HTTP/1.1 200"].iter().any(|line| told.starts_with(line));
            assert!(answers(&told) <= 1 && (refused || told.is_empty()), "{what}: {told}");
            assert!(what.contains("GET") || !told.starts_with("HTTP/1.1 200"), "{what}: {told}");
            // Whoever comes next gets what they ask for.
            let (next, _) = raw_within(app, HIDDEN.as_bytes(), Duration::from_secs(5));
            let next = String::from_utf8_lossy(&next).into_owned();
            assert!(next.starts_with("HTTP/1.1 200") && next.contains("x-request-id: hidden-one"), "{what}: then {next}");
        }
    }

    what_can_be_read_in_one_way_is_answered_in_order(app) {
        for (what, bytes) in sound() {
            let (told, closed) = raw_within(app, &bytes, Duration::from_secs(5));
            let told = String::from_utf8_lossy(&told).into_owned();
            assert!(closed && answers(&told) == 2, "{what}: {told}");
            let (first, second) = told.split_once("}HTTP/1.1 ").or_else(|| told.split_once("\r\n\r\nHTTP/1.1 ")).unwrap();
            assert!(!first.contains("hidden-one") && second.contains("x-request-id: hidden-one"), "{what}: {told}");
        }
    }
}
