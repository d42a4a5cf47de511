//! One connection type over SQLite and PostgreSQL, and its transactions. Every query is written once and run through
//! [`on_db!`](crate::on_db), which pastes it into both arms.

use std::num::NonZeroU32;
use std::ops::{Deref, DerefMut};

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, PooledConnection};
use diesel::sqlite::SqliteConnection;

use super::failure::{database_error, unavailable};
use super::statement::Statement;
use crate::error::Result;

/// A pooled connection to one of the two databases.
pub enum Conn {
    /// The embedded database.
    Sqlite(Sqlite),
    /// A PostgreSQL server, version 13 or newer.
    Postgres(PooledConnection<ConnectionManager<PgConnection>>),
}

/// A connection to the embedded database, and what its transaction has yet to write.
pub struct Sqlite {
    pooled: PooledConnection<ConnectionManager<SqliteConnection>>,
    put_off: Vec<Statement<()>>,
    /// So many of `put_off` have run.
    ran: usize,
    /// Whether SQLite has ended the transaction by itself, as it does where a disk is full: what is written now would stand
    /// in none, or in one of its own.
    is_lost: bool,
}

impl Sqlite {
    pub(super) fn new(pooled: PooledConnection<ConnectionManager<SqliteConnection>>) -> Self {
        Self { pooled, put_off: Vec::new(), ran: 0, is_lost: false }
    }

    /// Runs a statement just before the transaction is committed, after those that were put off before it; where it fails, the
    /// transaction does. FTS5 gathers what is written to an index and writes it out at each savepoint, so that changes which
    /// share a transaction had better write there when all savepoints are behind them.
    pub(super) fn put_off(&mut self, statement: Statement<()>) {
        self.put_off.push(statement);
    }
}

impl Deref for Sqlite {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.pooled
    }
}

impl DerefMut for Sqlite {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.pooled
    }
}

/// A state of an open transaction to which it can go back.
#[derive(Debug, Default)]
pub(super) struct Savepoint {
    /// Transactions around it, one in the other.
    depth: u32,
    put_off: usize,
    ran: usize,
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
        let done = work(self).and_then(|value| self.catch_up().map(|()| value));
        match done {
            Ok(value) => {
                on_db!(self, |c| AnsiTransactionManager::commit_transaction(c))?;
                Ok(value)
            }
            Err(error) => {
                if let Err(cause) = self.go_back(&Savepoint::default()) {
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
        let before = self.set_savepoint()?;
        let result = work(self);
        match &result {
            Ok(_) => self.release_savepoint(&before)?,
            Err(_) => {
                if let Err(cause) = self.go_back(&before) {
                    tracing::error!(%cause, "rolling back to a savepoint failed");
                }
            }
        }
        result
    }

    /// Sets a savepoint within the open transaction.
    ///
    /// # Errors
    /// The database's; 503 where it has ended the transaction.
    pub(super) fn set_savepoint(&mut self) -> Result<Savepoint> {
        self.is_held()?;
        let depth = self.depth()?;
        on_db!(&mut *self, |c| AnsiTransactionManager::begin_transaction(c))?;
        Ok(match self {
            Self::Sqlite(c) => Savepoint { depth, put_off: c.put_off.len(), ran: c.ran },
            Self::Postgres(_) => Savepoint { depth, ..Savepoint::default() },
        })
    }

    /// Lets what was done since `before`, the last savepoint, stand.
    ///
    /// # Errors
    /// The database's: nothing of it stands.
    pub(super) fn release_savepoint(&mut self, before: &Savepoint) -> Result<()> {
        let released = on_db!(&mut *self, |c| AnsiTransactionManager::commit_transaction(c));
        if released.is_err() {
            self.go_back(before)?;
        }
        released
    }

    /// Undoes what was done since `before`, also where it was left in the midst of savepoints of its own.
    ///
    /// # Errors
    /// The database's: it has ended the transaction.
    pub(super) fn go_back(&mut self, before: &Savepoint) -> Result<()> {
        if let Self::Sqlite(c) = self {
            c.put_off.truncate(before.put_off);
            c.ran = c.ran.min(before.ran);
        }
        while self.depth()? > before.depth {
            let undone = on_db!(&mut *self, |c| AnsiTransactionManager::rollback_transaction(c));
            if let (Self::Sqlite(c), Err(_)) = (&mut *self, &undone) {
                c.is_lost = true;
            }
            undone?;
        }
        Ok(())
    }

    /// Runs the statements that were put off.
    ///
    /// # Errors
    /// The database's; 503 where it has ended the transaction.
    pub(super) fn catch_up(&mut self) -> Result<()> {
        self.is_held()?;
        let Self::Sqlite(Sqlite { pooled, put_off, ran, .. }) = self else { return Ok(()) };
        while let Some(statement) = put_off.get(*ran) {
            diesel::RunQueryDsl::execute(statement, &mut **pooled).map_err(database_error)?;
            *ran += 1;
        }
        Ok(())
    }

    /// Refuses to go on in a transaction that SQLite has ended.
    fn is_held(&self) -> Result<()> {
        match self {
            Self::Sqlite(c) if c.is_lost => Err(unavailable()),
            _ => Ok(()),
        }
    }

    fn depth(&mut self) -> Result<u32> {
        let depth = on_db!(self, |c| AnsiTransactionManager::transaction_manager_status_mut(c).transaction_depth())?;
        Ok(depth.map_or(0, NonZeroU32::get))
    }

    fn begin(&mut self, access: Access) -> Result<()> {
        if let Self::Sqlite(c) = self {
            c.put_off.clear();
            (c.ran, c.is_lost) = (0, false);
        }
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
