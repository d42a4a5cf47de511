//! What the database tells about itself.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::conn::Conn;
use super::failure::database_error;
use crate::error::Result;
use crate::model::Time;

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
