//! The client against receivers of its own on the loopback.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::OnceLock;

use super::Allowed;
use super::client::{Answer, Client, Failure, KEPT_CHARS};

async fn post(client: &Client, url: &str) -> Result<Answer, Failure> {
    client.post_json(url, &[("webhook-id", "x".to_owned())], b"{}".to_vec()).await.result
}

/// Answers one request with these bytes, and gives back what it was.
fn answering(bytes: &'static [u8]) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/in?a=b#c", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        let mut byte = [0];
        // Until the body is there, or the first byte of a TLS handshake.
        while !asked.ends_with(b"{}") && asked != [22] && stream.read(&mut byte).unwrap() == 1 {
            asked.push(byte[0]);
        }
        let _ = stream.write_all(bytes);
        String::from_utf8_lossy(&asked).into_owned()
    });
    (url, thread)
}

fn here() -> Client {
    Client::new(vec![Allowed::parse("127.0.0.0/8").unwrap()])
}

#[tokio::test]
async fn nothing_is_sent_to_where_it_must_not_go() {
    let cases = [
        ("http://127.0.0.1:8080/", Failure::Forbidden),
        ("http://localhost/", Failure::Forbidden),
        ("http://[::1]/", Failure::Forbidden),
        ("https://[::ffff:127.0.0.1]/", Failure::Forbidden),
        ("http://2130706433/", Failure::Forbidden),
        ("http://0x7f.1/", Failure::Forbidden),
        ("http://0177.0.0.1/", Failure::Forbidden),
        ("http://169.254.169.254/latest/meta-data/", Failure::Forbidden),
        ("http://[64:ff9b::a9fe:a9fe]/", Failure::Forbidden),
        ("http://1.1.1.1:25/", Failure::Unusable),
        ("http://1.1.1.1:22/", Failure::Unusable),
        ("ftp://1.1.1.1/", Failure::Unusable),
        ("file:///etc/passwd", Failure::Unusable),
        ("nonsense", Failure::Unusable),
    ];
    let client = Client::new(Vec::new());
    for (url, failure) in cases {
        assert_eq!(post(&client, url).await, Err(failure), "{url}");
    }
}

#[tokio::test]
async fn a_name_with_its_port_can_be_allowed() {
    let (url, thread) = answering(b"HTTP/1.1 204 No Content\r\n\r\n");
    let url = url.replace("127.0.0.1", "LOCALHOST");
    let port = url.split(':').nth(2).unwrap().split('/').next().unwrap();
    let client = Client::new(vec![Allowed::parse(&format!("localhost:{port}")).unwrap()]);
    assert_eq!(post(&client, &url).await.unwrap().status, 204);
    assert_eq!(post(&client, "http://localhost:1/").await, Err(Failure::Forbidden));
    thread.join().unwrap();
}

#[tokio::test]
async fn an_answer_is_read_within_bounds_and_no_redirect_is_followed() {
    let (url, thread) =
        answering(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 5\r\n\r\na\0b\xff\n");
    let answer = post(&here(), &url).await.unwrap();
    assert_eq!(answer, Answer { status: 302, text: "ab\u{fffd}\n".to_owned() });
    let asked = thread.join().unwrap().to_lowercase();
    assert!(asked.starts_with("post /in?a=b http/1.1\r\nhost: 127.0.0.1:"), "{asked}");
    for line in
        ["user-agent: slugline/", "webhook-id: x\r\n", "content-length: 2\r\n", "content-type: application/json\r\n"]
    {
        assert!(asked.contains(line), "{asked}");
    }
    let (url, thread) = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut");
    assert_eq!(post(&here(), &url).await, Ok(Answer { status: 200, text: "cut".to_owned() }));
    thread.join().unwrap();
    static LONG: OnceLock<Vec<u8>> = OnceLock::new();
    let long = LONG.get_or_init(|| [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &[b'x'; 300_000]].concat());
    let (url, thread) = answering(long);
    let answer = post(&here(), &url).await.unwrap();
    assert_eq!((answer.status, answer.text.len()), (200, KEPT_CHARS));
    drop(thread);
}

#[tokio::test]
async fn what_is_no_http_breaks_and_a_shut_door_is_unreachable() {
    let (url, thread) = answering(b"SSH-2.0-OpenSSH\r\n\r\n");
    assert_eq!(post(&here(), &url).await, Err(Failure::Broken));
    thread.join().unwrap();
    assert_eq!(post(&here(), &url).await, Err(Failure::Unreachable));
    let (url, thread) = answering(b"HTTP/1.1 200 OK\r\n\r\n");
    drop(thread);
    assert_eq!(post(&here(), &url.replace("http:", "https:")).await, Err(Failure::Tls));
}
