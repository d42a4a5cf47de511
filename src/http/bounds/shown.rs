//! The table as people and programs read it.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::table::TABLE;
use super::{AtOnce, Bounds, File, HEAD_TIMEOUT, KEEP_ALIVE, WRITE_TIMEOUT};
use crate::app::{FILES_AT_ONCE, WAITING};
use crate::config::{self, MAX_FILE_MIB, MAX_IMAGE_MIB};
use crate::domain::logins;
use crate::error::Quota;
use crate::files::webvtt;
use crate::http::limits::Limited;
use crate::http::middleware::guard::MAX_TARGET;

/// The brakes on failures, and whom each counts.
const BRAKES: &[(Quota, &str)] = &[
    (logins::ACCOUNT_IN_NETWORK, "failed sign-ins, or uses of one link, of an account from a network"),
    (logins::NETWORK, "failed sign-ins and uses of links from a network"),
    (logins::ACCOUNT, "failed sign-ins of an account from everywhere, but for networks in which it is signed in"),
    (logins::CODES, "wrong codes of a user's second factor"),
    (logins::ASKED_FROM, "letters with a link to a new password that a network asks for"),
    (logins::ASKED_FOR, "such letters to an address; further ones are not sent, and nobody is told"),
];

/// All bounds as Markdown: by group of operations, then what holds for every request and for failures.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::from(
        "| Operations | Body | Time to send it | Time to answer | At once | In a minute |\n|---|---|---|---|---|---|\n",
    );
    for bounds in TABLE {
        let has_body = bounds.body > 0 || bounds.file != File::None;
        let pace = format!(
            "{}, {} a second after {}",
            time(bounds.pace.total),
            size(bounds.pace.rate),
            time(bounds.pace.grace)
        );
        let sending = if has_body { pace } else { "–".to_owned() };
        let (body, answer) = (body(bounds), time(bounds.answer));
        let _ = writeln!(
            out,
            "| {} | {body} | {sending} | {answer} | {} | {} |",
            bounds.group,
            at_once(bounds.at_once),
            limited(bounds)
        );
    }
    let _ = write!(
        out,
        "\nA request target has {} at the most, and its head {} to arrive; a compressed body is refused; a connection \
         that says nothing is closed after {}, and one whose client takes nothing of its answers after {}. No more than {WAITING} wait for a place to hash a password or to look \
         into a file.\n\n| Failures | At the most | Within | Policy |\n|---|---|---|---|\n",
        size(MAX_TARGET as u64),
        time(HEAD_TIMEOUT),
        time(KEEP_ALIVE),
        time(WRITE_TIMEOUT),
    );
    for (quota, what) in BRAKES {
        let within = time(Duration::from_secs(u64::from(quota.seconds)));
        let _ = writeln!(out, "| {what} | {} | {within} | `{}` |", quota.most, quota.name);
    }
    out
}

/// The bounds of an operation for programs: what stands at it in the OpenAPI document.
#[must_use]
pub fn extension(operation: &str) -> Value {
    let bounds = Bounds::of_operation(operation);
    let mut members = json!({ "answer_seconds": bounds.answer.as_secs() });
    if bounds.body > 0 {
        members["body_bytes"] = json!(bounds.body);
    }
    if bounds.body > 0 || bounds.file != File::None {
        members["receive_seconds"] = json!(bounds.pace.total.as_secs());
    }
    if let AtOnce::Requests(most) = bounds.at_once {
        members["at_once"] = json!(most);
    }
    if !bounds.limited.is_empty() {
        members["limits"] = bounds
            .limited
            .iter()
            .map(|limited| {
                json!({
                    "policy": limited.name(),
                    "by": limited.whom(),
                    "requests": limited.default_most(),
                    "seconds": 60,
                })
            })
            .collect();
    }
    members
}

fn body(bounds: &Bounds) -> String {
    let file = match bounds.file {
        File::None => None,
        File::Media => Some(format!(
            "a picture of {MAX_IMAGE_MIB} MiB (`SLUGLINE_MAX_IMAGE_MIB`), another file of {MAX_FILE_MIB} MiB \
             (`SLUGLINE_MAX_FILE_MIB`)"
        )),
        File::Track => Some(format!("a file of {}", size(webvtt::MAX_BYTES))),
    };
    let json = (bounds.body > 0).then(|| size(bounds.body));
    let all: Vec<String> = [json, file].into_iter().flatten().collect();
    if all.is_empty() { "–".to_owned() } else { all.join("; ") }
}

fn at_once(at_once: AtOnce) -> String {
    match at_once {
        AtOnce::Any => "–".to_owned(),
        AtOnce::Requests(most) => most.to_string(),
        AtOnce::Passwords => "a password per core".to_owned(),
        AtOnce::Files => format!("{FILES_AT_ONCE} files"),
        AtOnce::Listeners => format!("{} (`SLUGLINE_EVENT_LISTENERS`)", config::EVENT_LISTENERS),
    }
}

fn limited(bounds: &Bounds) -> String {
    let one =
        |limited: &Limited| format!("{} by {} (`{}`)", limited.default_most(), limited.whom(), limited.variable());
    let all: Vec<String> = bounds.limited.iter().map(one).collect();
    if all.is_empty() { "–".to_owned() } else { all.join("; ") }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{} MiB", bytes / super::MIB),
    }
}

fn time(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds > 0 && seconds % 3_600 == 0 => format!("{} h", seconds / 3_600),
        seconds if seconds > 60 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
