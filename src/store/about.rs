//! What the database tells about itself.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::conn::Conn;
use super::failure::database_error;
use super::schema::audit_log;
use crate::error::Result;
use crate::model::Time;
use crate::on_db;

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct Micros {
    #[diesel(sql_type = BigInt)]
    micros: i64,
}

/// Its version, as numbers with dots.
pub fn version(conn: &mut Conn) -> Result<String> {
    let found: std::result::Result<Version, _> = match conn {
        Conn::Sqlite(c) => diesel::sql_query("SELECT sqlite_version() AS version").get_result(&mut **c),
        Conn::Postgres(c) => {
            diesel::sql_query("SELECT split_part(current_setting('server_version'), ' ', 1) AS version")
                .get_result(&mut **c)
        }
    };
    found.map(|row| row.version).map_err(database_error)
}

/// Its clock.
pub fn now(conn: &mut Conn) -> Result<Time> {
    let found: std::result::Result<Micros, _> = match conn {
        Conn::Sqlite(c) => {
            diesel::sql_query("SELECT CAST(unixepoch('subsec') * 1000000 AS INTEGER) AS micros").get_result(&mut **c)
        }
        Conn::Postgres(c) => {
            diesel::sql_query("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS micros")
                .get_result(&mut **c)
        }
    };
    found.map(|row| Time::from_micros(row.micros)).map_err(database_error)
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    value: String,
}

/// How this connection, and the server behind it, are set: name and value.
pub fn settings(conn: &mut Conn) -> Result<Vec<(String, String)>> {
    let found: std::result::Result<Vec<Setting>, _> = match conn {
        Conn::Sqlite(c) => diesel::sql_query(
            "SELECT 'journal_mode' AS name, journal_mode AS value FROM pragma_journal_mode \
             UNION ALL SELECT 'synchronous', CAST(synchronous AS TEXT) FROM pragma_synchronous \
             UNION ALL SELECT 'foreign_keys', CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys \
             UNION ALL SELECT 'busy_timeout', CAST(timeout AS TEXT) FROM pragma_busy_timeout",
        )
        .load(&mut **c),
        Conn::Postgres(c) => diesel::sql_query(
            "SELECT name::text AS name, current_setting(name) AS value FROM pg_settings WHERE name IN ('fsync', \
             'full_page_writes', 'synchronous_commit', 'statement_timeout', 'lock_timeout', 'max_connections', \
             'max_parallel_workers_per_gather', 'jit')",
        )
        .load(&mut **c),
    };
    let pairs = |rows: Vec<Setting>| rows.into_iter().map(|row| (row.name, row.value)).collect();
    found.map(pairs).map_err(database_error)
}

/// When the newest entry of the audit log was written, by the clock of the node that wrote it.
pub fn latest(conn: &mut Conn) -> Result<Option<Time>> {
    on_db!(conn, |c| audit_log::table.select(diesel::dsl::max(audit_log::at)).first(c))
}
