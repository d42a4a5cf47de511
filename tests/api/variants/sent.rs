//! Variants on their way out: from memory they are files that the system sends itself.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use super::{variant_path, with_variants, written};
use crate::both;
use crate::support::{Client, TestApp};

/// A picture that JPEG can't make small.
pub fn noise() -> RgbImage {
    let mut seed = 7_u32;
    RgbImage::from_fn(700, 500, |_, _| {
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        Rgb([next(), next(), next()])
    })
}

/// A live picture with its variants.
fn shown(app: &TestApp, editor: &Client) -> Value {
    let media = with_variants(app, editor, &written(&noise(), ImageFormat::Jpeg), &[]);
    let _ = editor.published(&json!({ "headline": "In the open", "hero": media["id"], "slug": "open" }));
    let text = json!({ "_type": "block", "children": [{ "_type": "span", "text": "At length. ".repeat(900) }] });
    let _ = editor.published(&json!({ "headline": "At length", "slug": "long", "body": [text] }));
    let text = json!({ "_type": "block", "children": [{ "_type": "span", "text": "Past the buffers. ".repeat(900) }] });
    let _ = editor.published(&json!({ "headline": "Past them", "slug": "past", "body": [text] }));
    media
}

/// What a server says to these requests on one connection, which the last of them closes.
fn said(app: &TestApp, requests: &str, pause: Duration) -> Vec<u8> {
    let mut stream = TcpStream::connect(&app.address).unwrap();
    stream.write_all(requests.as_bytes()).unwrap();
    let (mut all, mut some) = (Vec::new(), [0; 20_000]);
    loop {
        match stream.read(&mut some).unwrap() {
            0 => return all,
            count => all.extend_from_slice(&some[..count]),
        }
        std::thread::sleep(pause);
    }
}

/// So many answers one by one: their heads, and their bodies.
fn answers(mut said: &[u8], count: usize) -> Vec<(String, &[u8])> {
    let answers = (0..count).map(|_| {
        let end = said.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let head = String::from_utf8(said[..end].to_vec()).unwrap().to_lowercase();
        let length: usize =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
        let body = &said[end..end + length];
        said = &said[end + length..];
        (head, body)
    });
    let answers = answers.collect();
    assert!(said.is_empty(), "more than was asked for");
    answers
}

/// How many files of its folder this application has open.
#[cfg(target_os = "linux")]
fn open_files(app: &TestApp) -> usize {
    let staging = std::fs::canonicalize(app.app.storage.staging_dir()).unwrap();
    let place = staging.parent().unwrap();
    let open = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
    open.filter(|link| std::fs::read_link(link.path()).is_ok_and(|file| file.starts_with(place))).count()
}

#[cfg(target_os = "linux")]
both! {
    no_more_files_are_kept_open_than_may_be(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let most = app.app.config.server.open_files;
        let picture = |width: usize| RgbImage::new(u32::try_from(width).unwrap(), 8);
        let upload = |at: usize| editor.upload("a.png", &written(&picture(8 + at), ImageFormat::Png), &[]).expect(201).data();
        let media: Vec<Value> = (0..most + 20).map(upload).collect();
        let blocks: Vec<Value> = media.iter().map(|media| json!({ "_type": "image", "media": media["id"], "alt": "A" })).collect();
        let _ = editor.published(&json!({ "headline": "Many", "body": blocks }));
        let path = |media: &Value| format!("/media/{}/a.png", media["id"].as_str().unwrap());
        for _ in 0..2 {
            for media in &media {
                assert_eq!(reader.get(&path(media)).expect(200).bytes.len() as i64, media["bytes"].as_i64().unwrap());
            }
            let open = open_files(app);
            assert!(open > most / 2 && open <= most + 1, "{open}");
        }
    }
}

both! {
    files_keep_their_place_among_other_answers(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let media = shown(app, &editor);
        let paths = [variant_path(&media, "w640.jpg"), "/v1/articles/open".to_owned(), variant_path(&media, "w640.webp"),
            "/v1/articles/long".to_owned(), variant_path(&media, "w320.jpg"), "/v1/articles/past".to_owned(), "/v1/articles/open".to_owned(), variant_path(&media, "w640.jpg")];
        let alone: Vec<Vec<u8>> = paths.iter().map(|path| reader.get(path).expect(200).bytes).collect();
        assert!(alone[0].len() > 100_000 && alone[5].len() > 20_000, "{} {}", alone[0].len(), alone[5].len());
        let ask = |closing: bool| -> String {
            let last = paths.len() - 1;
            let request = |(at, path): (usize, &String)| {
                let close = if closing && at == last { "connection: close\r\n" } else { "" };
                format!("GET {path} HTTP/1.1\r\nhost: news\r\n{close}\r\n")
            };
            paths.iter().enumerate().map(request).collect()
        };
        for pause in [Duration::ZERO, Duration::from_millis(2)] {
            // More than once on one connection, which must be as it was before a file went.
            let said = said(app, &(ask(false) + &ask(false) + &ask(true)), pause);
            let answers = answers(&said, 3 * paths.len());
            for (number, (head, body)) in answers.iter().enumerate() {
                let at = number % paths.len();
                assert!(head.starts_with("http/1.1 200 ok") && !head.contains("transfer-encoding"), "{head}");
                assert_eq!(head.matches("content-length").count(), 1, "{head}");
                assert!(*body == alone[at], "{number}: {head}");
            }
        }
    }

    a_long_answer_is_the_same_however_it_goes_out(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let _ = shown(app, &editor);
        let path = "/v1/articles/past";
        let first = reader.get(path).expect(200);
        let sent = |name: &str, value: &str| reader.with(name, value).get(path);
        for (name, value) in [("Accept", "*/*"), ("Range", "bytes=0-9"), ("Accept-Encoding", "identity")] {
            let again = sent(name, value).expect(200);
            assert!(again.bytes == first.bytes && again.header("etag") == first.header("etag"));
            assert_eq!(again.header("vary"), first.header("vary"));
            assert_eq!(again.header("content-length"), Some(first.bytes.len().to_string().as_str()));
        }
        let packed = sent("Accept-Encoding", "br").expect(200);
        assert!(packed.header("content-encoding") == Some("br") && packed.bytes.len() < first.bytes.len() / 4);
        let _ = sent("If-None-Match", first.header("etag").unwrap()).expect(304);
        let head = said(app, &format!("HEAD {path} HTTP/1.1\r\nhost: news\r\nconnection: close\r\n\r\n"), Duration::ZERO);
        let head = String::from_utf8(head).unwrap().to_lowercase();
        assert!(head.contains(&format!("content-length: {}\r\n", first.bytes.len())) && head.ends_with("\r\n\r\n"), "{head}");
        let _ = editor.published(&json!({ "headline": "Another", "slug": "another" }));
        assert!(reader.get(path).expect(200).bytes == first.bytes);
    }

    old_clients_and_those_who_leave_harm_nobody(app) {
        let (editor, reader) = (app.editor(), app.anonymous());
        let media = shown(app, &editor);
        let path = variant_path(&media, "w640.jpg");
        let whole = reader.get(&path).expect(200).bytes;
        let old = said(app, &format!("GET {path} HTTP/1.0\r\nhost: news\r\n\r\n"), Duration::ZERO);
        let old = answers(&old, 1);
        assert!(old[0].1 == whole, "{}", old[0].0);
        for taken in [1, 300, 5_000, 90_000] {
            let mut stream = TcpStream::connect(&app.address).unwrap();
            write!(stream, "GET {path} HTTP/1.1\r\nhost: news\r\n\r\nGET {path} HTTP/1.1\r\nhost: news\r\n\r\n").unwrap();
            stream.read_exact(&mut vec![0; taken]).unwrap();
            drop(stream);
            assert!(reader.get(&path).expect(200).bytes == whole);
        }
        // A request with a body that nobody reads.
        let unread = format!("GET {path} HTTP/1.1\r\nhost: news\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        let unread = said(app, &unread, Duration::ZERO);
        assert!(answers(&unread, 1)[0].1 == whole);
    }
}
