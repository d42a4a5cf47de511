//! Addresses inside: no webhook is sent and no file is fetched there, by whatever spelling, port, scheme or redirect, and
//! what is answered tells nobody what there is. Names that lead elsewhere the second time are tried beside the code
//! (`src/outbound/tests.rs`).

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{Client, Database, TestApp, origin};

/// The table, which the tests beside the code go by too.
fn targets() -> Vec<&'static str> {
    let lines = include_str!("targets.txt").lines();
    let all: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with("# ")).collect();
    assert!(all.len() > 250, "{} targets", all.len());
    all
}

/// Sentences that are the same for all that lies inside, whatever is there.
const SENTENCES: &[&str] = &[
    "Nothing on the open internet answers at this address.",
    "This is no web address that can be fetched from.",
    "The address leads on too often, or to no web address.",
    "This must be an absolute http or https URL without a user name",
    "This must be an absolute http or https URL without a user name.",
];

#[track_caller]
fn refused(client: &Client, url: &str) {
    let answer = client.post("/v1/admin/media", &json!({ "url": url }));
    assert_eq!(answer.status, 422, "{url}: {}", answer.text());
    let problem = answer.json();
    let fault = &problem["errors"][0];
    assert_eq!(fault["pointer"], "/url", "{url}: {problem}");
    assert!(SENTENCES.contains(&fault["detail"].as_str().unwrap()), "{url}: {problem}");
}

/// An application that may go to this one server on the loopback, and nowhere else inside.
fn app(database: Database, origin: &str) -> Option<TestApp> {
    TestApp::start_with(database, &["--outbound-allow", origin.strip_prefix("http://").unwrap()])
}

fn told(database: Database) {
    let onward: Arc<Mutex<&'static str>> = Arc::new(Mutex::new("/"));
    let now = Arc::clone(&onward);
    let origin = origin::start(move |_| {
        let to: &'static str = *now.lock().unwrap();
        (Box::leak(format!("302 Found\r\nLocation: {to}").into_boxed_str()), Vec::new())
    });
    let Some(app) = app(database, &origin) else { return };
    let (editor, admin) = (app.editor(), app.signed_in("admin"));
    for url in targets() {
        refused(&editor, url);
        // By a redirect from where it may go.
        *onward.lock().unwrap() = url;
        refused(&editor, &format!("{origin}/onward"));
    }
    webhooks(&app, &admin);
    assert_eq!(std::fs::read_dir(app.app.storage.staging_dir()).unwrap().count(), 0);
}

/// A webhook may be written down with any web address; nothing is ever sent to one inside.
fn webhooks(app: &TestApp, admin: &Client) {
    let made =
        admin.post("/v1/admin/webhooks", &json!({ "name": "T", "url": "https://thing.example/" })).expect(201).data();
    let path = format!("/v1/admin/webhooks/{}", made["id"].as_str().unwrap());
    let mut tested = 0;
    for url in targets().into_iter().step_by(2) {
        let written = admin.with("If-Match", "*").patch(&path, &json!({ "url": url }));
        if written.status == 422 {
            assert_eq!(written.json()["errors"][0]["pointer"], "/url", "{url}");
            continue;
        }
        let _ = written.expect(200);
        let tried = admin.post(&format!("{path}/test"), &json!({}));
        let text = tried.text();
        assert!(tried.status < 500, "{url}: {text}");
        app.run_jobs();
        let log = admin.get(&format!("{path}/deliveries?limit=1")).expect(200).data();
        let last = format!("{path}/deliveries/{}", log[0]["id"].as_str().unwrap());
        let last = admin.get(&last).expect(200).data();
        let attempts = last["attempts"].as_array().unwrap();
        let silent = |attempt: &Value| attempt["status_code"].is_null() && attempt["answer"].is_null();
        assert!(!attempts.is_empty() && attempts.iter().all(silent), "{url} was answered: {last}");
        tested += 1;
    }
    assert!(tested > 60, "{tested} were written down");
}

#[test]
fn nothing_inside_is_reached() {
    told(Database::Sqlite);
}

#[test]
fn nothing_inside_is_reached_on_postgres() {
    told(Database::Postgres);
}
