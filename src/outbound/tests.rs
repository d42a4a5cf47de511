//! The client against receivers of its own on the loopback.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::client::{Answer, Client, Failure, KEPT_CHARS};
use super::{Allowed, NoFile};

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

/// What stands in the table of targets, which the stories over HTTP go by too.
fn targets() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../../tests/api/attacks/targets.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with("# "))
}

#[tokio::test]
async fn no_target_of_the_table_is_sent_anything() {
    let client = Client::new(Vec::new());
    let mut count = 0;
    for url in targets() {
        let begun = std::time::Instant::now();
        let sent = post(&client, url).await;
        let forbidden = matches!(sent, Err(Failure::Forbidden | Failure::Unusable | Failure::Unresolved));
        assert!(forbidden, "{url}: {sent:?}");
        let fetched = client.get(url, Duration::from_secs(5)).await.map(|_| ()).err();
        let forbidden = [Failure::Forbidden, Failure::Unusable, Failure::Unresolved].map(NoFile::Failed);
        assert!(fetched.is_some_and(|why| forbidden.contains(&why)), "{url}: {fetched:?}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{url} took {:?}", begun.elapsed());
        count += 1;
    }
    assert!(count > 250, "{count} targets");
}

/// Two neighbours on one port: the first may be sent to, the second may not; how often somebody came to each.
fn neighbours() -> (Client, u16, [Arc<AtomicUsize>; 2]) {
    let visits: [Arc<AtomicUsize>; 2] = Default::default();
    let first = TcpListener::bind("127.0.0.2:0").unwrap();
    let port = first.local_addr().unwrap().port();
    let second = TcpListener::bind(("127.0.0.3", port)).unwrap();
    for (listener, count) in [first, second].into_iter().zip(visits.clone()) {
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                count.fetch_add(1, Ordering::Relaxed);
                let (mut stream, mut asked) = (stream.unwrap(), [0; 4096]);
                let _ = stream.read(&mut asked);
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            }
        });
    }
    (Client::new(vec![Allowed::parse("127.0.0.2").unwrap()]), port, visits)
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_the_second_time_leads_nobody_astray() {
    let (client, port, visits) = neighbours();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let client = client.knowing(move |_| {
        let is_first = count.fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
        vec![if is_first { [127, 0, 0, 2] } else { [127, 0, 0, 3] }.into()]
    });
    let url = format!("http://rebinding.example:{port}/");
    for turn in 1..=6 {
        let sent = post(&client, &url).await;
        // One look a connection, and the connection goes to what was looked at.
        assert_eq!(asked.load(Ordering::Relaxed), turn);
        assert_eq!(sent.map(|answer| answer.status), if turn % 2 == 1 { Ok(204) } else { Err(Failure::Forbidden) });
    }
    assert_eq!(visits.map(|count| count.load(Ordering::Relaxed)), [3, 0]);
}

#[tokio::test]
async fn one_forbidden_address_among_others_forbids_the_name() {
    let (client, port, visits) = neighbours();
    let client = client.knowing(|name| {
        let last = if name.starts_with("good") { [127, 0, 0, 2] } else { [127, 0, 0, 3] };
        vec![[127, 0, 0, 2].into(), last.into()]
    });
    assert_eq!(post(&client, &format!("http://good.example:{port}/")).await.unwrap().status, 204);
    for url in [format!("http://mixed.example:{port}/"), format!("https://mixed.example:{port}/")] {
        assert_eq!(post(&client, &url).await, Err(Failure::Forbidden));
    }
    let empty = Client::new(Vec::new()).knowing(|_| Vec::new());
    assert_eq!(post(&empty, "http://nothing.example/").await, Err(Failure::Unresolved));
    assert_eq!(visits.map(|count| count.load(Ordering::Relaxed)), [1, 0]);
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
