//! `slugline doctor`: looks at everything that serving needs, and says what to do about what it finds. It writes no row;
//! it tries the folders with a file that it takes away again, and lets diesel make the table of its migrations.

use std::path::Path;

use anstyle::{AnsiColor, Style};

use super::{Outcome, log, print};
use crate::config::Config;
use crate::crypto::secret::Secret;
use crate::domain::keys;
use crate::domain::sequence::{Chain, Verifying};
use crate::files::Storage;
use crate::files::storage::check_writable;
use crate::model::Time;
use crate::store::{Access, Conn, DatabaseUrl, Store, about, migrate, users};

/// The oldest PostgreSQL that Slugline is tested with.
const OLDEST_POSTGRES: u32 = 13;
/// Seconds by which two nodes' clocks may differ before a schedule is visibly early or late.
const CLOCK_TOLERANCE: i64 = 2;

/// One to look with, and one for what looks by itself.
const CONNECTIONS: u32 = 2;

/// Entries of the audit log that are verified at once.
const AUDIT_PART: i64 = 1_000;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Good,
    Advice,
    Bad,
}

/// What was looked at, and what to do where it is not good.
struct Finding {
    level: Level,
    what: String,
    advice: Option<String>,
}

fn good(what: impl Into<String>) -> Finding {
    Finding { level: Level::Good, what: what.into(), advice: None }
}

fn advice(what: impl Into<String>, advice: impl Into<String>) -> Finding {
    Finding { level: Level::Advice, what: what.into(), advice: Some(advice.into()) }
}

fn bad(what: impl Into<String>, advice: impl Into<String>) -> Finding {
    Finding { level: Level::Bad, what: what.into(), advice: Some(advice.into()) }
}

/// Looks, and tells.
///
/// # Errors
/// Something that serving needs is not as it must be.
pub fn run(config: &Config) -> Outcome {
    log::quiet(&config.log)?;
    let mut findings =
        vec![environment(), data_folder(config), media_store(config), addresses(config), outbound(config)];
    findings.extend(database(config));
    for finding in &findings {
        let (color, word) = match finding.level {
            Level::Good => (AnsiColor::Green, "good"),
            Level::Advice => (AnsiColor::Yellow, "note"),
            Level::Bad => (AnsiColor::Red, "bad "),
        };
        let style = Style::new().fg_color(Some(color.into())).bold();
        let advice = finding.advice.iter().map(|advice| format!("\n      → {advice}")).collect::<String>();
        let line = format!("{style}{word}{style:#}  {}{advice}\n", finding.what);
        print(&mut anstream::stdout(), line.as_bytes())?;
    }
    match findings.iter().filter(|finding| finding.level == Level::Bad).count() {
        0 => Ok(()),
        1 => Err("one thing has to be mended before this can serve.".to_owned()),
        many => Err(format!("{many} things have to be mended before this can serve.")),
    }
}

fn environment() -> Finding {
    let version = env!("CARGO_PKG_VERSION");
    let file = if Path::new(".env").exists() { "with .env of this folder" } else { "without a .env in this folder" };
    good(format!("slugline {version}, {file}"))
}

fn data_folder(config: &Config) -> Finding {
    let folder = &config.files.data_dir;
    let what = format!("data folder {}", folder.display());
    match std::fs::metadata(folder) {
        Ok(found) if !found.is_dir() => bad(what, "This is no folder; choose another with --data-dir."),
        Ok(_) => match check_writable(folder) {
            Ok(()) => good(format!("{what}, writable")),
            Err(cause) => bad(what, format!("It can't be written ({cause}); give it to the user that serves.")),
        },
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => bad(what, format!("It can't be read: {cause}.")),
        Err(_) if !is_used(config) => good(format!("{what}, not there and not needed")),
        Err(_) => advice(what, "It is not there yet; `slugline serve` makes it."),
    }
}

/// Whether anything is kept in the data folder: the secret, the database or the media may all be elsewhere.
fn is_used(config: &Config) -> bool {
    let Config { database, files, .. } = config;
    let (rows, keeps_secret) = match &database.database_url {
        DatabaseUrl::Sqlite(path) => (Some(path.as_path()), database.secret.is_none()),
        DatabaseUrl::Postgres(_) => (None, false),
    };
    let media = files.media_store.strip_prefix("file://").map(Path::new);
    keeps_secret || [rows, media].into_iter().flatten().any(|path| path.starts_with(&files.data_dir))
}

fn media_store(config: &Config) -> Finding {
    let what = format!("media store {}", config.files.media_store);
    let folder = config.files.media_store.strip_prefix("file://").map(Path::new);
    if folder.is_some_and(|folder| !folder.exists()) {
        return advice(what, "It is not there yet; `slugline serve` makes it.");
    }
    match Storage::open(&config.storage()).and_then(|storage| storage.try_out()) {
        Ok(()) => good(format!("{what}, writable")),
        Err(cause) => bad(what, format!("It can't be used: {cause}.")),
    }
}

fn addresses(config: &Config) -> Finding {
    let urls = config.urls();
    let what = format!("addresses: API {}, readers {}", urls.api, urls.site);
    if config.server.bind.ip().is_loopback() || config.addresses.public_url.is_some() {
        return good(what);
    }
    advice(what, "Set SLUGLINE_PUBLIC_URL to where clients find this API: answers carry links to it.")
}

fn outbound(config: &Config) -> Finding {
    let allowed = &config.outbound.outbound_allow;
    let everything = [[8, 8, 8, 8], [127, 0, 0, 1], [169, 254, 169, 254]].map(std::net::IpAddr::from);
    match allowed.len() {
        0 => good("webhooks go to the open internet only"),
        _ if everything.iter().all(|address| allowed.iter().any(|entry| entry.holds(*address))) => {
            advice("webhooks go everywhere", "Let SLUGLINE_OUTBOUND_ALLOW name the receivers, not all addresses.")
        }
        many => {
            good(format!("webhooks go to the open internet, and to {many} places that SLUGLINE_OUTBOUND_ALLOW names"))
        }
    }
}

/// What there is to say of the database and of what it keeps.
fn database(config: &Config) -> Vec<Finding> {
    let url = &config.database.database_url;
    if let DatabaseUrl::Sqlite(path) = url
        && !path.exists()
    {
        let what = format!("SQLite database {}", path.display());
        return vec![advice(what, "It is not there yet; `slugline serve` or `slugline migrate` makes it.")];
    }
    let store = match Store::open(url, CONNECTIONS) {
        Ok(store) => store,
        Err(error) => return vec![bad("database", error.detail())],
    };
    let mut conn = match store.checkout(Access::Read) {
        Ok(conn) => conn,
        Err(_) => return vec![bad("database", "It can't be reached; check DATABASE_URL, and that its server runs.")],
    };
    let mut findings = vec![server(&mut conn), clock(&mut conn)];
    match migrate::pending(&store) {
        Ok(pending) if pending.is_empty() => findings.extend([good("schema up to date"), secret(config, &mut conn)]),
        Ok(pending) => {
            let what = format!("schema: {} not run yet", pending.join(", "));
            findings.push(advice(what, "`slugline serve` runs them first, or run `slugline migrate` yourself."));
            return findings;
        }
        Err(error) => {
            findings.push(bad("schema", error.detail()));
            return findings;
        }
    }
    findings.push(match users::any(&mut conn) {
        Ok(true) => good("there are users"),
        Ok(false) => advice(
            "there are no users yet",
            "Make the first one: slugline user create --email you@example.org --name You --role admin",
        ),
        Err(error) => bad("users", error.detail()),
    });
    findings.push(audit_log(&mut conn));
    findings
}

fn server(conn: &mut Conn) -> Finding {
    match about::version(conn) {
        Ok(version) if matches!(conn, Conn::Sqlite(_)) => good(format!("SQLite {version}")),
        Ok(version) => {
            let major = version.split('.').next().and_then(|part| part.parse::<u32>().ok());
            let what = format!("PostgreSQL {version}");
            if major.is_some_and(|major| major < OLDEST_POSTGRES) {
                return bad(what, format!("Slugline needs PostgreSQL {OLDEST_POSTGRES} or newer."));
            }
            good(what)
        }
        Err(error) => bad("database", error.detail()),
    }
}

/// Whether every entry of the audit log is as it was written, part by part.
fn audit_log(conn: &mut Conn) -> Finding {
    let mut verifying = Verifying::default();
    let found = loop {
        match verifying.step(conn, AUDIT_PART) {
            Ok(None) => {}
            Ok(Some(found)) => break Ok(found),
            Err(error) => break Err(error),
        }
    };
    match found {
        Ok(Chain::Whole(entries)) => good(format!("audit log: {entries} entries, each as it was written")),
        Ok(Chain::BrokenAt(seq)) => bad(
            format!("audit log: entry {seq} is missing, or is not as it was written"),
            "Somebody changed the database past Slugline. Compare with a backup from before.",
        ),
        Err(error) => bad("audit log", error.detail()),
    }
}

fn clock(conn: &mut Conn) -> Finding {
    match about::now(conn) {
        Ok(theirs) => {
            let ahead = Time::system().seconds_since(theirs);
            if ahead.abs() > CLOCK_TOLERANCE {
                let what = format!("clock: {ahead} s ahead of the database's");
                return advice(what, "Schedules go by this machine's clock; let both follow the same time server.");
            }
            good("clock agrees with the database's")
        }
        Err(error) => bad("clock", error.detail()),
    }
}

fn secret(config: &Config, conn: &mut Conn) -> Finding {
    let path = config.files.secret_file();
    let text = match (&config.database.secret, &config.database.database_url) {
        (Some(text), _) => text.clone(),
        (None, DatabaseUrl::Postgres(_)) => {
            return bad("no SLUGLINE_SECRET", "Set it, the same on every node: 32 random characters or more.");
        }
        (None, DatabaseUrl::Sqlite(_)) => match std::fs::read_to_string(&path) {
            Ok(text) => text.trim().to_owned(),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return no_secret(conn),
            Err(cause) => return bad(format!("secret {}", path.display()), format!("It can't be read: {cause}.")),
        },
    };
    let secret = match Secret::parse(&text) {
        Ok(secret) => secret,
        Err(refused) => return bad("SLUGLINE_SECRET", refused.to_string()),
    };
    match keys::check(conn, &secret) {
        Ok(0) => good("secret; no keys yet"),
        Ok(count) => good(format!("secret opens the {count} keys of the database")),
        Err(error) => bad("secret", error.detail()),
    }
}

/// A first start, or a data folder that was not put back with its database.
fn no_secret(conn: &mut Conn) -> Finding {
    match keys::count(conn) {
        Ok(0) => advice("no secret yet", "`slugline serve` makes one, and keeps it in the data folder."),
        Ok(_) => bad("no secret, but the database has keys", "Put back the secret that belongs to this database."),
        Err(error) => bad("secret", error.detail()),
    }
}
