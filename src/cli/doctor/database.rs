//! The database: its server, its settings, and what is kept in it.

use super::finding::{Finding, advice, bad, good};
use super::kept;
use crate::config::Config;
use crate::crypto::secret::Secret;
use crate::domain::keys;
use crate::model::Time;
use crate::store::{Access, Conn, DatabaseUrl, Store, about, migrate, users, webhooks};

/// The oldest PostgreSQL that Slugline is tested with.
const OLDEST_POSTGRES: u32 = 13;
/// Seconds by which two nodes' clocks may differ before a schedule is visibly early or late.
const CLOCK_TOLERANCE: i64 = 2;
/// One to look with, and one for what looks by itself.
const CONNECTIONS: u32 = 2;

/// What there is to say of the database and of what it keeps.
pub(super) fn look(config: &Config) -> Vec<Finding> {
    let url = &config.database.database_url;
    if let DatabaseUrl::Sqlite(path) = url
        && !path.exists()
    {
        let what = format!("SQLite database {}", path.display());
        let secret = config.files.secret_file();
        if config.database.secret.is_none() && secret.exists() {
            let kept = format!("{} belongs to a database, and none is here", secret.display());
            return vec![bad(what, format!("{kept}: check DATABASE_URL, or put the database back."))];
        }
        return vec![advice(what, "It is not there yet; `slugline serve` or `slugline migrate` makes it.")];
    }
    let store = match Store::open(url, CONNECTIONS) {
        Ok(store) => store,
        Err(error) => return vec![bad("database", error.detail())],
    };
    let mut conn = match store.checkout(Access::Read) {
        Ok(conn) => conn,
        Err(_) => return vec![bad("database", unreachable(url))],
    };
    let mut findings = vec![server(&mut conn), clock(&mut conn)];
    findings.extend(settings(config, &mut conn));
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
    findings.extend([latest(&mut conn), kept::audit_log(&mut conn), kept::media(config, &mut conn)]);
    findings.extend(webhooks(&mut conn));
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

/// Whether this machine's clock is behind what was written already.
fn latest(conn: &mut Conn) -> Finding {
    match about::latest(conn) {
        Ok(Some(latest)) if latest.seconds_since(Time::system()) > CLOCK_TOLERANCE => advice(
            format!("clock: the audit log has an entry of {latest}, which is still to come"),
            "This machine's clock is behind, or another node's is ahead; let all follow the same time server.",
        ),
        Ok(_) => good("clock is not behind what was written"),
        Err(error) => bad("clock", error.detail()),
    }
}

/// The settings that a durable and well-behaved database has.
fn settings(config: &Config, conn: &mut Conn) -> Vec<Finding> {
    let wanted = match conn {
        Conn::Sqlite(_) => SQLITE,
        Conn::Postgres(_) => POSTGRES,
    };
    let found = match about::settings(conn) {
        Ok(found) => found,
        Err(error) => return vec![bad("settings of the database", error.detail())],
    };
    let value = |name: &str| found.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let mut told: Vec<Finding> = wanted
        .iter()
        .filter(|(name, good, _)| !good.contains(&value(name)))
        .map(|(name, _, mend)| advice(format!("database: {name} is {}", value(name)), *mend))
        .collect();
    let most: u32 = value("max_connections").parse().unwrap_or(u32::MAX);
    if config.database.database_connections > most {
        let what =
            format!("database: SLUGLINE_DATABASE_CONNECTIONS asks for more than the server's {most} connections");
        told.push(advice(what, "Ask for fewer; all nodes together must leave some for others."));
    }
    if told.is_empty() {
        let names: Vec<&str> = wanted.iter().map(|(name, ..)| *name).collect();
        told.push(good(format!("database settings: {} are as they must be", names.join(", "))));
    }
    told
}

fn unreachable(url: &DatabaseUrl) -> &'static str {
    match url {
        DatabaseUrl::Sqlite(_) => {
            "It can't be opened; check that DATABASE_URL names a database of SQLite that this user may write."
        }
        DatabaseUrl::Postgres(_) => {
            "It can't be reached; check DATABASE_URL, that it is there, and that its server runs."
        }
    }
}

/// What to do where a setting is another one.
const ON_DISK: &str = "Keep the file on a local disk, where SQLite can set this by itself.";
const DURABLE: &str = "What was acknowledged can be lost when the power fails: set it in postgresql.conf.";
const OWN: &str = "Each connection sets this itself; a pooler in between must keep it: let it pool sessions.";

/// Each setting, the values that are well, and what to do where it has none of them.
type Wanted = (&'static str, &'static [&'static str], &'static str);
const SQLITE: &[Wanted] = &[
    ("journal_mode", &["wal"], ON_DISK),
    ("synchronous", &["2", "3"], ON_DISK),
    ("foreign_keys", &["1"], ON_DISK),
    ("busy_timeout", &["5000"], ON_DISK),
];
const POSTGRES: &[Wanted] = &[
    ("fsync", &["on"], DURABLE),
    ("full_page_writes", &["on"], DURABLE),
    ("synchronous_commit", &["on", "remote_apply", "remote_write", "local"], DURABLE),
    ("statement_timeout", &["30s"], OWN),
    ("lock_timeout", &["10s"], OWN),
    ("max_parallel_workers_per_gather", &["0"], OWN),
    ("jit", &["off"], OWN),
];

/// Webhooks whose messages travel without TLS.
fn webhooks(conn: &mut Conn) -> Option<Finding> {
    match webhooks::count_plain(conn) {
        Ok(0) => None,
        Ok(many) => Some(advice(
            format!("webhooks that are told without TLS: {many}"),
            "What they are told can be read on the way: give them https addresses.",
        )),
        Err(error) => Some(bad("webhooks", error.detail())),
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
