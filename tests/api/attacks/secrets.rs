//! No secret reaches the log: the program itself is run with its log at the finest, everything secret is used rightly and
//! wrongly, and then each of them is looked for in what was written.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use slugline::crypto::totp::{STEP_SECONDS, TotpSecret};

use crate::support::letters::MailServer;
use crate::support::receiver::Receiver;
use crate::support::{Answer, Client, moto, pictures, postgres};

const SECRET: &str = "canary-operator-3f1c9d27-of-the-server";
const SMTP: &str = "canary-smtp-5b8e2a";
const DATABASE: &str = "canary-database-91d0c4";
const METRICS: &str = "canary-metrics-7a44f0";
const PASSWORD: &str = "canary password of ana 8812";
const WRONG: &str = "canary password that is wrong 4417";
const NEXT: &str = "canary password that comes next 6620";
const EMAIL: &str = "ana@news.example";

/// The program in a folder of its own, with this much of it configured.
struct Program {
    child: Running,
    client: Client,
    log: std::path::PathBuf,
    folder: tempfile::TempDir,
    secrets: Vec<(String, String)>,
}

/// A server that ends with its test, also where that fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(folder: &Path, database: &str, mail: &MailServer) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slugline"));
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("DATABASE_URL", database).env("SLUGLINE_SECRET", SECRET).env("SLUGLINE_METRICS_TOKEN", METRICS);
    let smtp = mail.url.replace("smtp://", &format!("smtp://desk:{SMTP}@"));
    command.env("SLUGLINE_SMTP_URL", smtp).env("SLUGLINE_MAIL_FROM", "Desk <desk@news.example>");
    command.env("SLUGLINE_OUTBOUND_ALLOW", "127.0.0.0/8").env("SLUGLINE_BIND", "127.0.0.1:0");
    command.env("SLUGLINE_DRAIN_SECONDS", "0").env("SLUGLINE_WORKERS", "1").env("SLUGLINE_LOG_FORMAT", "json");
    let flags = moto::server().map(moto::Moto::flags).unwrap_or_default();
    for pair in flags.chunks(2) {
        command.env(
            pair[0].trim_start_matches("--").to_uppercase().replace('-', "_").replace("MEDIA_", "SLUGLINE_MEDIA_"),
            &pair[1],
        );
    }
    command
}

impl Program {
    fn start(database: &str, level: &str, mail: &MailServer) -> Self {
        let folder = tempfile::Builder::new().prefix("slugline-log-").tempdir().unwrap();
        let log = folder.path().join("log");
        let mut user = command(folder.path(), database, mail)
            .args(["user", "create", "--email", EMAIL, "--name", "Ana", "--role", "admin", "--password-stdin"])
            .env("SLUGLINE_LOG", level)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join("log-of-the-user")).unwrap())
            .spawn()
            .unwrap();
        user.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
        assert!(user.wait().unwrap().success(), "{}", told(&folder.path().join("log-of-the-user")));
        let child = command(folder.path(), database, mail)
            .arg("serve")
            .env("SLUGLINE_LOG", level)
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut child = Running(child);
        let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines().map_while(Result::ok);
        let line = lines.find(|line| line.starts_with("Slugline answers at "));
        let line = line.unwrap_or_else(|| panic!("it does not answer: {}", told(&log)));
        let client = Client::new(line.trim_start_matches("Slugline answers at http://"));
        let given = [("the operator's secret", SECRET), ("SMTP", SMTP), ("metrics", METRICS), ("S3", moto::SECRET)];
        let passwords = [
            ("a password", PASSWORD),
            ("a wrong password", WRONG),
            ("the next password", NEXT),
            ("the database", DATABASE),
        ];
        let secrets =
            given.into_iter().chain(passwords).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { child, client, log, folder, secrets }
    }

    fn keep(&mut self, name: &str, value: &Value) -> String {
        let value = value.as_str().unwrap_or_else(|| panic!("{name} is {value}")).to_owned();
        assert!(value.len() >= 6, "{name}: {value}");
        self.secrets.push((name.to_owned(), value.clone()));
        value
    }

    /// What was written, once the program has ended.
    fn end(self) -> (String, Vec<(String, String)>, tempfile::TempDir) {
        drop(self.child);
        let log = told(&self.log) + &told(&self.folder.path().join("log-of-the-user"));
        (log, self.secrets, self.folder)
    }
}

fn told(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

fn login(client: &Client, body: &Value) -> Answer {
    client.post("/v1/auth/login", body)
}

/// Signs in, and uses every kind of token where it belongs and where it doesn't.
fn tokens(program: &mut Program) -> Client {
    let client = program.client.clone();
    let _ = login(&client, &json!({ "email": EMAIL, "password": WRONG })).expect(401);
    let _ = login(&client, &json!({ "email": EMAIL, "passwort": PASSWORD })).expect(422);
    let _ = client
        .with("Content-Type", "application/json")
        .send("POST", "/v1/auth/login", Some(format!("{{\"password\":\"{PASSWORD}").as_bytes()))
        .expect(400);
    let signed = login(&client, &json!({ "email": EMAIL, "password": PASSWORD })).expect(200).json();
    let access = program.keep("an access token", &signed["access_token"]);
    let refresh = program.keep("a refresh token", &signed["refresh_token"]);
    let renewed = client.post("/v1/auth/refresh", &json!({ "refresh_token": refresh })).expect(200).json();
    let _ = program.keep("the next refresh token", &renewed["refresh_token"]);
    let access_next = program.keep("the next access token", &renewed["access_token"]);
    let admin = client.bearer(&access_next);
    let made = admin.post("/v1/admin/tokens", &json!({ "name": "T", "scopes": ["articles:read"] })).expect(201).data();
    let machine = program.keep("an API token", &made["token"]);
    let _ = client.bearer(&machine).get("/v1/admin/articles").expect(200);
    let _ = client.bearer(&machine).get("/v1/admin/users").expect(403);
    for token in [&access, &refresh, &machine] {
        let _ = client.get(&format!("/v1/articles?access_token={token}")).expect(400);
        let _ = client.get(&format!("/v1/nothing/{token}")).expect(404);
        let _ = client.get(&format!("/v1/preview/{token}"));
        let _ = client.with("Cookie", &format!("token={token}")).get("/v1/auth/me").expect(401);
        let _ = client.bearer(&format!("{token}x")).get("/v1/auth/me").expect(401);
        let _ = client.post("/v1/auth/refresh", &json!({ "refresh_token": format!("{token}x") }));
        let _ = admin
            .with("Idempotency-Key", token)
            .post("/v1/admin/tags", &json!({ "name": token, "kind": "nothing" }))
            .expect(422);
    }
    let basic = STANDARD.encode(format!("{EMAIL}:{PASSWORD}"));
    program.secrets.push(("basic credentials".to_owned(), basic.clone()));
    let _ = client.with("Authorization", &format!("Basic {basic}")).get("/v1/auth/me").expect(401);
    let _ = client.bearer(METRICS).get("/metrics").expect(200);
    let _ = client.bearer(&format!("{METRICS}x")).get("/metrics");
    admin
}

/// The second factor, and ways in by links.
fn accounts(program: &mut Program, admin: &Client) {
    let client = program.client.clone();
    let started = admin.post("/v1/auth/totp", &json!({})).expect(200).data();
    let shown = program.keep("the secret of the second factor", &started["secret"]);
    let _ = program.keep("its address", &started["uri"]);
    let secret = TotpSecret::from_shown(&shown).unwrap();
    let step =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64 / STEP_SECONDS;
    let _ = admin.post("/v1/auth/totp/confirm", &json!({ "code": "canary-totp-wrong" }));
    program.secrets.push(("a wrong code".to_owned(), "canary-totp-wrong".to_owned()));
    let confirmed = admin.post("/v1/auth/totp/confirm", &json!({ "code": secret.code(step) })).expect(200).data();
    let codes = confirmed["recovery_codes"].as_array().unwrap().clone();
    codes.iter().for_each(|code| _ = program.keep("a recovery code", code));
    let with = |code: &Value| json!({ "email": EMAIL, "password": PASSWORD, "totp_code": code });
    let _ = login(&client, &with(&json!("canary-totp-wrong")));
    let signed = login(&client, &with(&codes[0])).expect(200).json();
    let _ = program.keep("a token by a recovery code", &signed["access_token"]);
    let new = json!({ "email": "ben@news.example", "name": "Ben", "role": "author" });
    let made = admin.post("/v1/admin/users", &new).expect(201);
    let password = program.keep("a password that was made", &made.json()["meta"]["password"]);
    let _ = login(&client, &json!({ "email": "ben@news.example", "password": password })).expect(200);
    let _ = client.post("/v1/auth/password-resets", &json!({ "email": "ben@news.example" })).expect(202);
    let forged = "canaryLinkThatNobodyMade0000000000000000000";
    program.secrets.push(("a forged link".to_owned(), forged.to_owned()));
    let _ = client.post("/v1/auth/password-resets/confirm", &json!({ "token": forged, "password": NEXT })).expect(401);
    let change = json!({ "current_password": WRONG, "new_password": NEXT });
    let _ = admin.post("/v1/auth/password", &change).expect(422);
}

/// Links of letters: this one is let through, once there is a way.
fn letters(program: &mut Program, mail: &MailServer) {
    for _ in 0..40 {
        let found = mail.take();
        for letter in &found {
            let token = letter.token();
            program.secrets.push(("the link of a letter".to_owned(), token.clone()));
            let body = json!({ "token": token, "password": NEXT });
            let _ = program.client.post("/v1/auth/password-resets/confirm", &body).expect(204);
        }
        if !found.is_empty() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// Secrets of webhooks, previews and files.
fn content(program: &mut Program, admin: &Client) {
    let receiver = Receiver::start();
    let made = admin.post("/v1/admin/webhooks", &json!({ "name": "T", "url": receiver.url })).expect(201).data();
    let secret = program.keep("the secret of a webhook", &made["secret"]);
    program.secrets.push(("its bytes".to_owned(), secret.trim_start_matches("whsec_").to_owned()));
    program.secrets.push(("what its address holds".to_owned(), "in-the-address".to_owned()));
    let path = format!("/v1/admin/webhooks/{}", made["id"].as_str().unwrap());
    let _ = admin.post(&format!("{path}/test"), &json!({})).expect(202);
    let rotated =
        admin.if_match(&made["version"]).post(&format!("{path}/rotate-secret"), &json!({})).expect(200).data();
    let _ = program.keep("the next secret of a webhook", &rotated["secret"]);
    let draft = admin.draft(&json!({ "headline": "Canary headline", "editor_note": "canary-note-2290" }));
    program.secrets.push(("a note between editors".to_owned(), "canary-note-2290".to_owned()));
    let previews = format!("/v1/admin/articles/{}/preview-tokens", draft["id"].as_str().unwrap());
    let preview = admin.post(&previews, &json!({})).expect(201).data();
    let token = program.keep("a preview token", &preview["token"]);
    let _ = program.client.get(&format!("/v1/preview/{token}")).expect(200);
    let _ = program.client.get(&format!("/v1/preview/{token}?fields=nothing")).expect(400);
    let media = admin.upload("a.jpg", &pictures::jpeg(94), &[]).expect(201).data();
    let url = media["original_url"].as_str().unwrap().to_owned();
    let signature = url.split("sig=").nth(1).unwrap().to_owned();
    program.secrets.push(("the signature of a file".to_owned(), signature));
    let _ = program.client.get(&url).expect(200);
    let _ = program.client.get(&format!("{url}x"));
    for _ in 0..40 {
        if !receiver.take().is_empty() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

/// Each secret as it stands and as others write it.
fn looked_for(log: &str, secrets: &[(String, String)]) {
    for (name, value) in secrets {
        let spellings = [
            value.clone(),
            STANDARD.encode(value),
            URL_SAFE_NO_PAD.encode(value),
            slugline::model::urls::encoded(value),
            value.bytes().map(|byte| format!("{byte:02x}")).collect(),
            format!("{:?}", value.as_bytes()),
        ];
        for spelling in spellings {
            if let Some(at) = log.find(&spelling) {
                let line = log[..at].rfind('\n').map_or(0, |start| start + 1);
                let line: String = log[line..].chars().take_while(|c| *c != '\n').take(600).collect();
                panic!("{name} is in the log: {line}");
            }
        }
    }
}

fn told_nothing(database: &str, level: &str) {
    let mail = MailServer::start();
    let mut program = Program::start(database, level, &mail);
    let admin = tokens(&mut program);
    accounts(&mut program, &admin);
    content(&mut program, &admin);
    letters(&mut program, &mail);
    let (log, secrets, _folder) = program.end();
    assert!(secrets.len() > 30, "{}", secrets.len());
    assert!(log.lines().count() > 60 && log.contains("\"target\":\"access\""), "{log}");
    looked_for(&log, &secrets);
}

#[test]
fn no_secret_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    told_nothing(&format!("sqlite://{}", folder.path().join("slugline.db").display()), "trace");
}

#[test]
fn no_secret_is_logged_with_postgres() {
    let Some(cluster) = postgres::cluster() else { return };
    let url = cluster.empty_database().replace("slugline@", &format!("slugline:{DATABASE}@"));
    told_nothing(&url, "debug,slugline=trace");
}

/// A server that can't start says why, and not with which secrets.
#[test]
fn a_start_that_fails_tells_no_secret() {
    let mail = MailServer::start();
    let folder = tempfile::tempdir().unwrap();
    let nowhere = format!("postgres://slugline:{DATABASE}@127.0.0.1:1/none?application_name={DATABASE}");
    let nowhere = nowhere.as_str();
    for (arguments, database) in [
        (vec!["serve"], nowhere),
        (vec!["migrate"], nowhere),
        (vec!["doctor"], nowhere),
        (vec!["user", "create", "--email", "nobody", "--name", "N", "--role", "king"], "sqlite://x.db"),
        (vec!["serve", "--smtp-url", "smtp://desk:canary-smtp-5b8e2a@", "--no-such-flag"], "sqlite://x.db"),
        (vec!["serve", "--bind", "203.0.113.1:1"], "sqlite://x.db"),
        (vec!["serve", "--help"], nowhere),
        (vec!["serve"], "mysql://slugline:canary-database-91d0c4@127.0.0.1/x"),
    ] {
        let done =
            command(folder.path(), database, &mail).args(&arguments).env("SLUGLINE_LOG", "trace").output().unwrap();
        let told = [done.stdout, done.stderr].concat();
        let told = String::from_utf8_lossy(&told).into_owned();
        assert!(!told.is_empty(), "{arguments:?}");
        let secrets = [SECRET, SMTP, DATABASE, METRICS, moto::SECRET];
        // What is written on the command line is the caller's own to see.
        let given = arguments.iter().any(|argument| argument.contains(SMTP));
        for secret in secrets.iter().filter(|secret| !(given && **secret == SMTP)) {
            assert!(!told.contains(secret), "{arguments:?} with {database} tells {secret}: {told}");
        }
    }
}
