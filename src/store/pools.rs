//! How connections are made and kept.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::{CustomizeConnection, Pool};
use diesel::sqlite::SqliteConnection;

use super::database::CHECKOUT_TIMEOUT;

/// A pool of at most `size` connections; none is made before it is needed.
pub(super) fn pool<M: diesel::r2d2::ManageConnection>(
    manager: M,
    size: u32,
    settings: impl CustomizeConnection<M::Connection, M::Error>,
) -> Pool<M> {
    Pool::builder()
        .max_size(size.max(1))
        .min_idle(Some(0))
        .test_on_check_out(false)
        .connection_timeout(CHECKOUT_TIMEOUT)
        .connection_customizer(Box::new(settings))
        .build_unchecked(manager)
}

/// How connections to SQLite are set.
#[derive(Debug)]
pub(super) struct SqliteSettings {
    /// Refuses to write.
    pub(super) read_only: bool,
}

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for SqliteSettings {
    fn on_acquire(&self, conn: &mut SqliteConnection) -> std::result::Result<(), diesel::r2d2::Error> {
        // Pages that many changes write are moved into the file once for 8 MiB of log, not twice. Writers wait meanwhile, so
        // not for more.
        let settings = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                        PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; \
                        PRAGMA wal_autocheckpoint = 2000;";
        conn.batch_execute(settings).map_err(diesel::r2d2::Error::QueryError)?;
        if self.read_only {
            conn.batch_execute("PRAGMA query_only = ON;").map_err(diesel::r2d2::Error::QueryError)?;
        }
        Ok(())
    }
}

/// How connections to PostgreSQL are set.
#[derive(Debug)]
pub(super) struct PostgresSettings;

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for PostgresSettings {
    fn on_acquire(&self, conn: &mut PgConnection) -> std::result::Result<(), diesel::r2d2::Error> {
        // Every statement is short. In a large archive PostgreSQL takes a rare word for a common one, and starting workers or
        // compiling for it takes thirty times as long as finding it.
        let settings = "SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '30s'; \
                        SET lock_timeout = '10s'; SET max_parallel_workers_per_gather = 0; SET jit = off;";
        conn.batch_execute(settings).map_err(diesel::r2d2::Error::QueryError)
    }
}
