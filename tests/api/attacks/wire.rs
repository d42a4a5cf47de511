//! What the attacks have in common: every route of the document with real ids in it, and requests by hand, byte by byte.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::writes::{filled, things};
use crate::support::{Answer, Client, Session, TestApp, pictures};

/// A query parameter, as the document has it.
pub struct Parameter {
    pub name: String,
    /// The words of a closed list, where it has one.
    pub words: Option<Vec<String>>,
    /// Whether any text may stand there.
    pub is_text: bool,
}

/// An operation of the document.
pub struct Operation {
    pub id: String,
    pub method: String,
    /// As in the document.
    pub pattern: String,
    /// With ids of real things.
    pub path: String,
    pub is_public: bool,
    pub parameters: Vec<Parameter>,
}

/// Every operation, with real things behind it.
pub struct Grounds {
    pub admin: Session,
    pub operations: Vec<Operation>,
    /// An id of each kind, by the kind's name in paths.
    pub ids: BTreeMap<&'static str, String>,
}

impl Grounds {
    pub fn new(app: &TestApp) -> Self {
        let document = slugline::http::openapi::document().unwrap();
        let admin = app.signed_in("admin");
        let ids = things(&admin);
        let live = front(app, &admin);
        let mut operations = Vec::new();
        for (pattern, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let Some(id) = operation["operationId"].as_str() else { continue };
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let parameters = parameters
                    .map(|parameter| resolved(&document, parameter))
                    .filter(|parameter| parameter["in"] == "query")
                    .map(|parameter| Parameter::read(&document, parameter))
                    .collect();
                let is_public = operation["x-public"] == true;
                let path = if is_public { public_path(pattern, &live) } else { filled(pattern, &ids) };
                let (id, method) = (id.to_owned(), method.to_uppercase());
                operations.push(Operation { id, method, pattern: pattern.clone(), path, is_public, parameters });
            }
        }
        assert!(operations.len() > 150, "only {} operations", operations.len());
        Self { admin, operations, ids }
    }

    /// The operations that read, but for streams that do not end.
    pub fn reads(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter().filter(|one| one.method == "GET" && !one.pattern.ends_with("/events"))
    }
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"].as_str().map_or(value, |name| document.pointer(&name[1..]).unwrap())
}

impl Parameter {
    fn read(document: &Value, parameter: &Value) -> Self {
        let schema = resolved(document, &parameter["schema"]);
        let inner = if schema["type"] == "array" { resolved(document, &schema["items"]) } else { schema };
        let words = inner["enum"].as_array();
        let words = words.map(|all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        let is_text = inner["type"] == "string" && words.is_none() && inner["format"] != "date-time";
        Self { name: parameter["name"].as_str().unwrap().to_owned(), words, is_text }
    }
}

/// A live article with everything that a public route can be asked for.
fn front(app: &TestApp, admin: &Session) -> Value {
    let (section, tag, author) =
        (admin.tag("Ground section", "section"), admin.tag("Ground", "topic"), admin.author("Ana Ground"));
    let hero = admin.upload("ground.jpg", &pictures::jpeg(78), &[("alt", "Ground")]).expect(201).data();
    let mut live = admin.published(&json!({ "headline": "Ground news", "slug": "ground-news", "kind": "live",
        "section": section["id"], "tags": [tag["id"]], "authors": [author["id"]], "hero": hero["id"], "body_markdown": "Words." }));
    let collection =
        admin.post("/v1/admin/collections", &json!({ "name": "Ground", "items": [{ "article": live["id"] }] }));
    let collection = collection.expect(201).data();
    let publish = format!("/v1/admin/collections/{}/publish", collection["id"].as_str().unwrap());
    let _ = admin.if_match(&collection["version"]).post(&publish, &json!({})).expect(200);
    let previews = format!("/v1/admin/articles/{}/preview-tokens", live["id"].as_str().unwrap());
    let preview = admin.post(&previews, &json!({})).expect(201).data();
    app.run_jobs();
    live["ground"] = json!({ "tag": tag["slug"], "author": author["slug"], "media": hero["id"], "file": hero["file_name"],
        "collection": collection["slug"], "preview": preview["token"] });
    live
}

fn public_path(pattern: &str, live: &Value) -> String {
    let ground = |name: &str| live["ground"][name].as_str().unwrap().to_owned();
    let own = |name: &str| live[name].as_str().unwrap().to_owned();
    let handle = match pattern {
        _ if pattern.starts_with("/v1/tags") => ground("tag"),
        _ if pattern.starts_with("/v1/authors") => ground("author"),
        _ if pattern.contains("/media") => ground("media"),
        _ if pattern.ends_with("/views") => own("id"),
        _ => own("slug"),
    };
    let path =
        pattern.replace("{slug_or_id}", &handle).replace("{id}", &handle).replace("{slug}", &ground("collection"));
    let path = path.replace("{token}", &ground("preview")).replace("{file_name}", &ground("file"));
    path.replace("{name}.{ext}", "w320.jpg").replace("{track_id}", &handle).replace("{number}", "1")
}

/// Sends these bytes on a connection of their own, and reads until the server closes or is silent for so long.
pub fn raw_within(app: &TestApp, bytes: &[u8], silence: Duration) -> (Vec<u8>, bool) {
    let mut stream = TcpStream::connect(&app.address).unwrap();
    stream.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.set_read_timeout(Some(silence)).unwrap();
    let _ = stream.write_all(bytes);
    let (mut told, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return (told, true),
            Ok(length) => told.extend_from_slice(&buffer[..length]),
            Err(error) => {
                let waits = matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
                return (told, !waits);
            }
        }
    }
}

/// A request whose target is sent as it stands, without any client's tidying; with these header lines.
pub fn raw(app: &TestApp, method: &str, target: &[u8], lines: &[String]) -> Answer {
    let mut head = format!("{method} ").into_bytes();
    head.extend_from_slice(target);
    head.extend_from_slice(format!(" HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", app.address).as_bytes());
    for line in lines {
        head.extend_from_slice(format!("{line}\r\n").as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    let (bytes, _) = raw_within(app, &head, Duration::from_secs(20));
    parsed(&bytes)
}

/// The same as somebody who is signed in, with the body that an operation takes, if it takes one.
pub fn raw_as(app: &TestApp, who: &Client, method: &str, target: &str, body: Option<&(String, Vec<u8>)>) -> Answer {
    let bearer = who.bearer_token();
    let mut bytes = format!(
        "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nIf-Match: *\r\nAuthorization: Bearer {bearer}\r\n",
        app.address
    )
    .into_bytes();
    if let Some((media, body)) = body {
        bytes.extend_from_slice(format!("Content-Type: {media}\r\nContent-Length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body.map_or(&[][..], |(_, body)| body));
    parsed(&raw_within(app, &bytes, Duration::from_secs(20)).0)
}

fn parsed(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
    let Some(end) = end else { return Answer { status: 0, headers: Vec::new(), bytes: bytes.to_vec() } };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Answer { status, headers, bytes: bytes[end + 4..].to_vec() }
}

/// An answer as it is compared: without what is its own each time.
pub fn bare(answer: &Answer) -> (u16, String) {
    let id = answer.header("x-request-id").unwrap_or("no id at all");
    (answer.status, answer.text().replace(id, "…"))
}

/// Whether an answer lets nobody see the machinery: no error of a database, no source, no place on the disk.
#[track_caller]
pub fn assert_discreet(answer: &Answer, what: &str) {
    const TELLTALE: &[&str] = &[
        "sqlite",
        "postgres",
        "SQLSTATE",
        "diesel",
        "syntax error",
        "no such table",
        "no such column",
        "fts5",
        "tsquery",
        "panicked",
        ".rs:",
        "backtrace",
        "/tmp/",
        "unrecognized token",
        "malformed MATCH",
    ];
    assert!(answer.status < 500 && answer.status > 0, "{what}: {} {}", answer.status, answer.text());
    if answer.status >= 400 {
        let text = answer.text();
        let told = TELLTALE.iter().find(|word| text.contains(**word));
        assert!(told.is_none(), "{what} tells {told:?}: {text}");
    }
}
