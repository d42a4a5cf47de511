//! A small HTTP client that never follows redirects and never turns a status into an error.

use std::sync::OnceLock;

use serde_json::{Value, json};
use slugline::domain::users;
use slugline::model::people::NewUser;
use slugline::model::{Email, FromText, Line, Role};

use super::TestApp;

/// What came back.
#[must_use]
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{}: not JSON: {}", self.status, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Asserts the status, and answers itself.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// Asserts a problem document with this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{}", answer.text());
        let problem = answer.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(problem["type"], format!("/docs/errors/{code}"));
        assert_eq!(Some(problem["request_id"].as_str().unwrap()), answer.header("x-request-id"));
        problem
    }

    /// `data` of a success.
    #[track_caller]
    pub fn data(&self) -> Value {
        assert!(self.status < 300, "{}: {}", self.status, self.text());
        self.json()["data"].clone()
    }
}

/// Somebody who talks to the application.
#[derive(Clone, Debug)]
pub struct Client {
    agent: ureq::Agent,
    pub base: String,
    headers: Vec<(String, String)>,
}

impl Client {
    pub fn new(address: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .allow_non_standard_methods(true)
            .timeout_global(Some(std::time::Duration::from_secs(60)))
            .build();
        Self { agent: config.into(), base: format!("http://{address}"), headers: Vec::new() }
    }

    /// The same with one more header on every request.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    /// The same as this token's bearer.
    pub fn bearer(&self, token: &str) -> Self {
        self.with("Authorization", &format!("Bearer {token}"))
    }

    /// The token that this one goes by.
    pub fn bearer_token(&self) -> &str {
        let line = self.headers.iter().find(|(name, _)| name == "Authorization");
        line.and_then(|(_, value)| value.strip_prefix("Bearer ")).unwrap_or_default()
    }

    /// The same with `If-Match` of a version.
    pub fn if_match(&self, version: &Value) -> Self {
        self.with("If-Match", &format!("\"{version}\""))
    }

    pub fn send(&self, method: &str, path: &str, body: Option<&[u8]>) -> Answer {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let mut request = ureq::http::Request::builder().method(method).uri(url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let answer = match body {
            Some(body) => self.agent.run(request.body(body).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let mut answer = answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers: Vec<_> = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let endless = headers.iter().any(|(name, value)| name == "content-type" && value == "text/event-stream");
        let bytes = if endless && method != "HEAD" {
            // Of a stream that does not end, what comes first.
            let mut first = vec![0; 256 * 1024];
            let length = std::io::Read::read(&mut answer.body_mut().as_reader(), &mut first).unwrap();
            first.truncate(length);
            first
        } else {
            answer.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec().unwrap()
        };
        Answer { status: answer.status().as_u16(), headers, bytes }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.with("Content-Type", "application/json").send("POST", path, Some(body.to_string().as_bytes()))
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.with("Content-Type", "application/merge-patch+json").send("PATCH", path, Some(body.to_string().as_bytes()))
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None)
    }

    /// An upload with one file and text fields.
    pub fn upload(&self, file_name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Answer {
        self.form("/v1/admin/media", file_name, bytes, fields)
    }

    /// A new file for a media record.
    pub fn replace_file(&self, media: &Value, bytes: &[u8]) -> Answer {
        self.form(&format!("/v1/admin/media/{}/replace-file", media["id"].as_str().unwrap()), "new.bin", bytes, &[])
    }

    /// A form with one file and text fields.
    pub fn form(&self, path: &str, file_name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Answer {
        let boundary = "slugline-test-boundary";
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let form = format!("multipart/form-data; boundary={boundary}");
        self.with("Content-Type", &form).send("POST", path, Some(&body))
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    pub client: Client,
    pub email: String,
    pub password: String,
    pub user: String,
}

impl std::ops::Deref for Session {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// The hash of the one password of the tests; hashing takes a while.
fn hash(password: &str) -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| slugline::crypto::password::hash(password).unwrap()).clone()
}

/// Makes a user with this role and signs them in.
pub fn sign_in(app: &TestApp, role: &str) -> Session {
    let email = format!("{role}-{}@news.example", uuid::Uuid::now_v7().simple());
    let password = "correct horse battery staple".to_owned();
    let new = NewUser {
        email: Email::from_text(&email).unwrap(),
        name: Line::from_text(role).unwrap(),
        role: Role::parse(role).unwrap(),
    };
    let user = app.app.write_here(|cx, actor| users::create(cx, actor, new, hash(&password))).unwrap().id;
    let client = app.anonymous();
    let answer = client.post("/v1/auth/login", &json!({ "email": email, "password": password })).expect(200).json();
    let client = client.bearer(answer["access_token"].as_str().unwrap());
    Session { client, email, password, user: user.to_string() }
}

/// What makes stories short: the ways of an editor.
impl Client {
    /// A draft.
    #[track_caller]
    pub fn draft(&self, article: &Value) -> Value {
        self.post("/v1/admin/articles", article).expect(201).data()
    }

    /// An action on an article at its present version.
    #[track_caller]
    pub fn act(&self, article: &Value, action: &str, body: &Value) -> Answer {
        let path = format!("/v1/admin/articles/{}/{action}", article["id"].as_str().unwrap());
        self.if_match(&article["version"]).post(&path, body)
    }

    /// A change of an article at its present version.
    #[track_caller]
    pub fn revise(&self, article: &Value, change: &Value) -> Answer {
        let path = format!("/v1/admin/articles/{}", article["id"].as_str().unwrap());
        self.if_match(&article["version"]).patch(&path, change)
    }

    /// The article after a change.
    #[track_caller]
    pub fn revised(&self, article: &Value, change: &Value) -> Value {
        self.revise(article, change).expect(200).data()
    }

    /// A live article.
    #[track_caller]
    pub fn published(&self, article: &Value) -> Value {
        let draft = self.draft(article);
        self.act(&draft, "publish", &json!({})).expect(200).data()
    }

    /// A tag.
    #[track_caller]
    pub fn tag(&self, name: &str, kind: &str) -> Value {
        self.post("/v1/admin/tags", &json!({ "name": name, "kind": kind })).expect(201).data()
    }

    /// An author.
    #[track_caller]
    pub fn author(&self, name: &str) -> Value {
        self.post("/v1/admin/authors", &json!({ "name": name })).expect(201).data()
    }

    /// The article as editors see it now.
    #[track_caller]
    pub fn article(&self, id: &Value) -> Value {
        self.get(&format!("/v1/admin/articles/{}", id.as_str().unwrap())).expect(200).data()
    }
}
