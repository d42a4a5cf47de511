//! Holding something until the end of the transaction: a lock or `FOR UPDATE` on PostgreSQL; on SQLite a writing
//! transaction is alone anyway.

use diesel::prelude::*;

use crate::error::Result;
use crate::store::attempts::AttemptsRow;
use crate::store::conn::Conn;
use crate::store::database_error;
use crate::store::numbering::Head;
use crate::store::schema::{attempts, numbering};

/// Takes a lock of PostgreSQL by this statement; it is held until the transaction ends. SQLite has one writer anyway.
pub fn lock(conn: &mut Conn, statement: &'static str) -> Result<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(c) => diesel::sql_query(statement).execute(&mut **c).map(drop).map_err(database_error),
    }
}

/// Where this numbering stands; whoever else asks waits until this transaction is over.
pub fn locked_head(conn: &mut Conn, name: &str) -> Result<Head> {
    let row = numbering::table.find(name).select((numbering::last, numbering::hash));
    match conn {
        Conn::Sqlite(c) => row.first(&mut **c),
        Conn::Postgres(c) => row.for_update().first(&mut **c),
    }
    .map_err(database_error)
}

/// The attempts of this key, which must be there; whoever else asks waits until this transaction is over.
pub fn locked_attempts(conn: &mut Conn, key: &str) -> Result<AttemptsRow> {
    let row = attempts::table.find(key).select((attempts::key, attempts::times, attempts::ends_at));
    match conn {
        Conn::Sqlite(c) => row.first(&mut **c),
        Conn::Postgres(c) => row.for_update().first(&mut **c),
    }
    .map_err(database_error)
}
