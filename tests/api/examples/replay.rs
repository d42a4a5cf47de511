//! Sends a request as its example has it, and holds what comes back against the document.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value, json};
use slugline::http::ROUTES;

use crate::openapi;
use crate::support::{Answer, Client, Database, TestApp};

const REFRESH_TOKEN: &str = "slr_example-refresh-token";
const ACCESS_TOKEN: &str = "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJleGFtcGxlIjp0cnVlfQ.c2lnbmF0dXJl";
/// A preview token as the examples have it.
pub const PREVIEW_TOKEN: &str = "preview-token-preview-token-preview-token-preview-token-preview0";
/// A token of a link that works once, as the examples have it.
const LINK_TOKEN: &str = "bGluay10b2tlbi1saW5rLXRva2VuLWxpbmstdG9rZW4";
/// A secret, a code and the recovery codes of a second factor, as the examples have them.
const TOTP_SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
const TOTP_CODE: &str = "287082";
const API_TOKEN: &str = "sl_ExampleExampleExampleExampleExample123";
const WEBHOOK_SECRET: &str = "whsec_RXhhbXBsZUV4YW1wbGVFeGFtcGxlRXhhbXBsZUV4YW0=";

/// An id as the examples have it.
pub fn id(number: u32) -> String {
    format!("0193a6f0-4d1c-7a2b-8c3d-{number:012}")
}

/// A story that is being told.
pub struct Replay {
    document: Value,
    /// Who acts.
    pub client: Client,
    /// What the examples call it, and what it is called here.
    names: Vec<(String, String)>,
    /// The operations that were told.
    pub told: BTreeSet<String>,
    writing: bool,
}

impl Replay {
    pub fn new(app: &TestApp) -> Self {
        let writing = app.database == Database::Sqlite && std::env::var_os("SLUGLINE_WRITE_EXAMPLES").is_some();
        let client = app.signed_in("admin").client;
        Self { document: openapi::document(), client, names: Vec::new(), told: BTreeSet::new(), writing }
    }

    /// Says what the record of this answer is called in the examples.
    pub fn name(&mut self, number: u32, answer: &Value) {
        self.names.push((id(number), answer["data"]["id"].as_str().unwrap().to_owned()));
    }

    /// Says which refresh token the examples mean.
    pub fn refresh_token(&mut self, tokens: &Value) {
        self.names.push((REFRESH_TOKEN.to_owned(), tokens["refresh_token"].as_str().unwrap().to_owned()));
    }

    /// Says which token of a link the examples mean.
    pub fn link_token(&mut self, token: &str) {
        self.names.retain(|(example, _)| example != LINK_TOKEN);
        self.names.push((LINK_TOKEN.to_owned(), token.to_owned()));
    }

    /// Says which code of a second factor the examples mean.
    pub fn totp_code(&mut self, code: &str) {
        self.names.retain(|(example, _)| example != TOTP_CODE);
        self.names.push((TOTP_CODE.to_owned(), code.to_owned()));
    }

    /// The secrets of a second factor in an answer, as the examples have them.
    fn note_second_factor(&mut self, answer: &Value, operation: &str) {
        if let (Some(secret), "start_totp") = (answer["data"]["secret"].as_str(), operation) {
            self.names.push((TOTP_SECRET.to_owned(), secret.to_owned()));
        }
        for (place, code) in answer["data"]["recovery_codes"].as_array().into_iter().flatten().enumerate() {
            self.names.push((format!("examp-lecod-eexam-ple0{place}"), code.as_str().unwrap().to_owned()));
        }
    }

    /// The id that the examples call this.
    pub fn live(&self, number: u32) -> String {
        self.here(&id(number))
    }

    fn here(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (example, live)| text.replace(example, live))
    }

    /// Every operation that must have an example.
    pub fn with_examples(&self) -> BTreeSet<String> {
        let is_json = |described: &Value| described["content"].to_string().contains("json\":");
        openapi::operations(&self.document)
            .into_iter()
            .map(|(_, _, operation)| operation)
            .filter(|operation| openapi::id(operation) != "get_openapi")
            .filter(|operation| {
                let responses = &operation["responses"];
                is_json(&operation["requestBody"]) || is_json(&responses["200"]) || is_json(&responses["201"])
            })
            .map(|operation| openapi::id(operation).to_owned())
            .collect()
    }

    /// Sends the request of an operation's example, at these parameters of the path; answers the JSON that came.
    #[track_caller]
    pub fn tell(&mut self, operation: &str, parameters: &[(&str, String)]) -> Value {
        self.run(operation, parameters, None)
    }

    /// The same for what makes a record, which the examples call by this number from now on.
    #[track_caller]
    pub fn make(&mut self, operation: &str, number: u32) -> Value {
        self.run(operation, &[], Some(number))
    }

    /// The same at these parameters of the path.
    #[track_caller]
    pub fn make_at(&mut self, operation: &str, parameters: &[(&str, String)], number: u32) -> Value {
        self.run(operation, parameters, Some(number))
    }

    #[track_caller]
    fn run(&mut self, operation: &str, parameters: &[(&str, String)], made: Option<u32>) -> Value {
        let route = ROUTES.iter().find(|route| route.operation == operation).unwrap();
        let described = self.document["paths"][route.path][route.method].clone();
        let path = parameters.iter().fold(route.path.to_owned(), |path, (name, value)| {
            let (place, value) = (format!("{{{name}}}"), self.here(value));
            if path.contains(&place) { path.replace(&place, &value) } else { format!("{path}?{name}={value}") }
        });
        let mut client = self.client.with("If-Match", "*");
        let mut body = None;
        if let Some((media_type, content)) = json_content(&described["requestBody"]) {
            client = client.with("Content-Type", media_type);
            if file(operation, "request.simple").exists() {
                let simple = read(operation, "request.simple");
                self.hold(&simple, &content["schema"], &format!("{operation}.request.simple.json"));
                let sent = simple.to_string().into_bytes();
                let answer = client.send(&route.method.to_uppercase(), &path, Some(&sent));
                assert!(answer.status < 300, "{operation}, simple: {} {}", answer.status, answer.text());
            }
            let example = read(operation, "request");
            self.hold(&example, &content["schema"], &format!("{operation}.request.json"));
            body = Some(self.here(&example.to_string()).into_bytes());
        }
        let parameters = described["parameters"].as_array().into_iter().flatten();
        let takes_key = parameters.into_iter().any(|parameter| parameter["name"] == "Idempotency-Key");
        if takes_key {
            client = client.with("Idempotency-Key", &uuid::Uuid::now_v7().to_string());
        }
        let answer = client.send(&route.method.to_uppercase(), &path, body.as_deref());
        assert!(answer.status < 300, "{operation}: {} {}", answer.status, answer.text());
        if takes_key {
            let again = client.send(&route.method.to_uppercase(), &path, body.as_deref());
            assert_eq!(
                again.header("idempotency-replayed"),
                Some("true"),
                "{operation} is done again: {}",
                again.text()
            );
            let told = |answer: &Answer| {
                [answer.header("etag"), answer.header("location")].map(|text| text.map(str::to_owned))
            };
            assert_eq!(
                (again.status, again.text(), told(&again)),
                (answer.status, answer.text(), told(&answer)),
                "{operation}"
            );
        }
        self.heard(operation, &described, &answer, made)
    }

    /// An answer to a request that is no JSON, and stands in no example.
    #[track_caller]
    pub fn told_by(&mut self, operation: &str, answer: &Answer) {
        let route = ROUTES.iter().find(|route| route.operation == operation).unwrap();
        let described = self.document["paths"][route.path][route.method].clone();
        assert!(answer.status < 300, "{operation}: {} {}", answer.status, answer.text());
        let _ = self.heard(operation, &described, answer, None);
    }

    #[track_caller]
    fn heard(&mut self, operation: &str, described: &Value, answer: &Answer, made: Option<u32>) -> Value {
        self.told.insert(operation.to_owned());
        let status = answer.status.to_string();
        let Some((_, content)) = json_content(&described["responses"][&status]) else { return Value::Null };
        let live = answer.json();
        if let Some(number) = made {
            self.name(number, &live);
        }
        if let (Some(token), "create_preview_token") = (live["data"]["token"].as_str(), operation) {
            self.names.push((PREVIEW_TOKEN.to_owned(), token.to_owned()));
        }
        if let (Some(token), "invite_user" | "reset_user_password") = (live["data"]["token"].as_str(), operation) {
            self.link_token(token);
        }
        self.note_second_factor(&live, operation);
        self.hold(&live, &content["schema"], &format!("the answer of {operation}"));
        if self.writing {
            write(operation, &status, &self.as_example(&live, &self.client.base.clone()));
        }
        let example = read(operation, &status);
        self.hold(&example, &content["schema"], &format!("{operation}.{status}.json"));
        live
    }

    /// Asserts that a value is of its schema.
    #[track_caller]
    fn hold(&self, value: &Value, schema: &Value, what: &str) {
        let mut whole = schema.clone();
        whole["components"] = self.document["components"].clone();
        let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&whole).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{what}: {faults:#?}");
    }

    /// An answer with the names of the examples, and without secrets.
    fn as_example(&mut self, live: &Value, base: &str) -> Value {
        let text = live.to_string().replace(base, "https://api.news.example");
        let mut text = self.names.iter().fold(text, |text, (example, live)| text.replace(live, example));
        for found in uuids(&text) {
            if !found.starts_with(&id(0)[..24]) {
                let example = id(100 + u32::try_from(self.names.len()).unwrap());
                text = text.replace(&found, &example);
                self.names.push((example, found));
            }
        }
        let mut example: Value = serde_json::from_str(&text).unwrap();
        for (member, value) in [
            ("access_token", ACCESS_TOKEN),
            ("refresh_token", REFRESH_TOKEN),
            ("token", API_TOKEN),
            ("secret", WEBHOOK_SECRET),
        ] {
            for place in [String::new(), "/data".to_owned()] {
                let place = example.pointer_mut(&place).and_then(|place| place.get_mut(member));
                if let Some(place) = place.filter(|place| {
                    place.is_string() && ![PREVIEW_TOKEN, LINK_TOKEN, TOTP_SECRET].iter().any(|token| *place == *token)
                }) {
                    *place = json!(value);
                }
            }
        }
        example
    }
}

/// The first JSON content of a body or a response.
fn json_content(described: &Value) -> Option<(&str, &Value)> {
    let mut all = described["content"].as_object()?.iter();
    all.find(|(name, _)| name.ends_with("json")).map(|(name, content)| (name.as_str(), content))
}

fn file(operation: &str, what: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("openapi/examples/{operation}.{what}.json"))
}

#[track_caller]
fn read(operation: &str, what: &str) -> Value {
    let file = file(operation, what);
    let text = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_slice(&text).unwrap()
}

fn write(operation: &str, what: &str, example: &Value) {
    std::fs::write(file(operation, what), serde_json::to_string_pretty(example).unwrap() + "\n").unwrap();
}

/// Everything in a text that looks like an id.
fn uuids(text: &str) -> BTreeSet<String> {
    let is_uuid = |window: &[u8]| {
        window.iter().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase(),
        })
    };
    let found = text.as_bytes().windows(36).filter(|window| is_uuid(window));
    found.filter_map(|window| String::from_utf8(window.to_vec()).ok()).collect()
}
