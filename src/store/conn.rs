//! One connection type over SQLite and PostgreSQL, and its transactions. Every query is written once and run through
//! [`on_db!`](crate::on_db), which pastes it into both arms.

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, PooledConnection};
use diesel::sqlite::SqliteConnection;

use super::failure::database_error;
use crate::error::Result;

/// A pooled connection to one of the two databases.
pub enum Conn {
    /// The embedded database.
    Sqlite(PooledConnection<ConnectionManager<SqliteConnection>>),
    /// A PostgreSQL server, version 13 or newer.
    Postgres(PooledConnection<ConnectionManager<PgConnection>>),
}

/// Runs one diesel expression on whichever database the connection is for, and turns diesel's error into ours:
/// `on_db!(conn, |c| tags::table.find(id).first::<TagRow>(c).optional())?`.
#[macro_export]
macro_rules! on_db {
    ($conn:expr, |$c:ident| $query:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite(pooled) => {
                let $c: &mut diesel::sqlite::SqliteConnection = &mut *pooled;
                $query
            }
            $crate::store::Conn::Postgres(pooled) => {
                let $c: &mut diesel::pg::PgConnection = &mut *pooled;
                $query
            }
        }
        .map_err($crate::store::database_error)
    };
}

/// Adds rows to a table: `insert_all!(conn, tags::table, rows)`. One statement a row on SQLite, where it stays prepared and a
/// larger one would open a savepoint; one statement for all on PostgreSQL, where each is a trip.
#[macro_export]
macro_rules! insert_all {
    ($conn:expr, $table:expr, $rows:expr) => {{
        let rows: Vec<_> = $rows.collect();
        match $conn {
            $crate::store::Conn::Sqlite(c) => {
                rows.into_iter().try_for_each(|row| diesel::insert_into($table).values(row).execute(&mut **c).map(drop))
            }
            $crate::store::Conn::Postgres(_) if rows.is_empty() => Ok(()),
            $crate::store::Conn::Postgres(c) => diesel::insert_into($table).values(rows).execute(&mut **c).map(drop),
        }
        .map_err($crate::store::database_error)
    }};
}

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A snapshot, read only.
    Read,
    /// Reads and writes; on SQLite the write lock is taken at once.
    Write,
}

impl Conn {
    /// Runs `work` between BEGIN and COMMIT; rolls back when it fails.
    ///
    /// # Errors
    /// What `work` answers, or the database's refusal to begin or commit.
    pub fn transaction<T>(&mut self, access: Access, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.begin(access)?;
        match work(self) {
            Ok(value) => {
                on_db!(self, |c| AnsiTransactionManager::commit_transaction(c))?;
                Ok(value)
            }
            Err(error) => {
                if let Err(cause) = on_db!(self, |c| AnsiTransactionManager::rollback_transaction(c)) {
                    tracing::error!(%cause, "rollback failed");
                }
                Err(error)
            }
        }
    }

    /// Runs `work` within the open transaction, so that nothing of it stays when it fails and the rest does.
    ///
    /// # Errors
    /// As [`Conn::transaction`].
    pub fn savepoint<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        on_db!(self, |c| AnsiTransactionManager::begin_transaction(&mut *c))?;
        let result = work(self);
        match &result {
            Ok(_) => on_db!(self, |c| AnsiTransactionManager::commit_transaction(&mut *c))?,
            Err(_) => {
                if let Err(cause) = on_db!(self, |c| AnsiTransactionManager::rollback_transaction(&mut *c)) {
                    tracing::error!(%cause, "rolling back to a savepoint failed");
                }
            }
        }
        result
    }

    fn begin(&mut self, access: Access) -> Result<()> {
        let begun = match (&mut *self, access) {
            (Self::Sqlite(c), Access::Read) => AnsiTransactionManager::begin_transaction_sql(&mut **c, "BEGIN"),
            (Self::Sqlite(c), Access::Write) => {
                AnsiTransactionManager::begin_transaction_sql(&mut **c, "BEGIN IMMEDIATE")
            }
            (Self::Postgres(c), Access::Read) => AnsiTransactionManager::begin_transaction_sql(
                &mut **c,
                "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
            ),
            (Self::Postgres(c), Access::Write) => AnsiTransactionManager::begin_transaction_sql(&mut **c, "BEGIN"),
        };
        begun.map_err(database_error)
    }
}

/// Asks the database for nothing, to see whether it answers.
///
/// # Errors
/// [`Code::Unavailable`](crate::error::Code::Unavailable).
pub fn ping(conn: &mut Conn) -> Result<()> {
    on_db!(conn, |c| c.batch_execute("SELECT 1"))
}
