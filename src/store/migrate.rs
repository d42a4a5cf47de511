//! The embedded migrations, run under a lock so that several nodes may start at once.

use std::collections::BTreeSet;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::{Access, Conn};
use super::database::Store;
use crate::error::{Code, Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// The key of the advisory lock that migrating nodes take on PostgreSQL ("slug").
const LOCK: i64 = 0x736c_7567;

/// The names of the migrations that this binary knows and the database lacks, in order.
///
/// # Errors
/// The database is away, or its schema is newer than this binary knows.
pub fn pending(store: &Store) -> Result<Vec<String>> {
    let mut conn = store.checkout(Access::Write)?;
    refuse_newer(&mut conn)?;
    match &mut conn {
        Conn::Sqlite(c) => names(c.pending_migrations(SQLITE)),
        Conn::Postgres(c) => names(c.pending_migrations(POSTGRES)),
    }
}

/// Runs every pending migration; answers the names of those that it ran.
///
/// # Errors
/// As [`pending`]; a failed migration leaves the schema as it was.
pub fn run(store: &Store) -> Result<Vec<String>> {
    let mut conn = store.checkout(Access::Write)?;
    locked(&mut conn, |conn| {
        refuse_newer(conn)?;
        let ran = match conn {
            Conn::Sqlite(c) => c.run_pending_migrations(SQLITE).map(|ran| versions(&ran)),
            Conn::Postgres(c) => c.run_pending_migrations(POSTGRES).map(|ran| versions(&ran)),
        };
        ran.map_err(Error::internal)
    })
}

/// Takes every migration back, newest first. For tests of the migrations themselves.
///
/// # Errors
/// As [`run`].
pub fn revert_all(store: &Store) -> Result<()> {
    let mut conn = store.checkout(Access::Write)?;
    locked(&mut conn, |conn| {
        let reverted = match conn {
            Conn::Sqlite(c) => c.revert_all_migrations(SQLITE).map(|_| ()),
            Conn::Postgres(c) => c.revert_all_migrations(POSTGRES).map(|_| ()),
        };
        reverted.map_err(Error::internal)
    })
}

/// Holds the migration lock around `work`: an exclusive transaction on SQLite, an advisory lock on PostgreSQL.
fn locked<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    if matches!(conn, Conn::Sqlite(_)) {
        return conn.transaction(Access::Write, work);
    }
    execute(conn, &format!("SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock({LOCK})"))?;
    let result = work(conn);
    execute(conn, &format!("SELECT pg_advisory_unlock({LOCK}); RESET lock_timeout; RESET statement_timeout"))?;
    result
}

fn execute(conn: &mut Conn, sql: &str) -> Result<()> {
    crate::on_db!(conn, |c| c.batch_execute(sql))
}

fn refuse_newer(conn: &mut Conn) -> Result<()> {
    let (applied, known) = match conn {
        Conn::Sqlite(c) => (c.applied_migrations().map(|all| versions(&all)), known::<diesel::sqlite::Sqlite>(&SQLITE)),
        Conn::Postgres(c) => (c.applied_migrations().map(|all| versions(&all)), known::<diesel::pg::Pg>(&POSTGRES)),
    };
    let known: BTreeSet<String> = known?.into_iter().collect();
    match applied.map_err(Error::internal)?.iter().find(|version| !known.contains(*version)) {
        Some(version) => Err(Error::new(
            Code::Internal,
            format!(
                "the database's schema is newer than this binary: it has migration {version}. Run the newer release."
            ),
        )),
        None => Ok(()),
    }
}

fn known<DB: diesel::backend::Backend>(source: &EmbeddedMigrations) -> Result<Vec<String>>
where
    EmbeddedMigrations: MigrationSource<DB>,
{
    let all = MigrationSource::<DB>::migrations(source).map_err(Error::internal)?;
    Ok(all.iter().map(|migration| migration.name().version().to_string()).collect())
}

fn versions<V: ToString>(all: &[V]) -> Vec<String> {
    all.iter().map(ToString::to_string).collect()
}

type Pending<DB> = diesel::migration::Result<Vec<Box<dyn Migration<DB>>>>;

fn names<DB: diesel::backend::Backend>(pending: Pending<DB>) -> Result<Vec<String>> {
    Ok(pending.map_err(Error::internal)?.iter().map(|migration| migration.name().to_string()).collect())
}

/// The schema as the database tells it, one line per table, column and index, in order.
///
/// # Errors
/// The database's.
pub fn schema_text(conn: &mut Conn) -> Result<String> {
    use diesel::RunQueryDsl;
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        line: String,
    }
    let sqlite = "SELECT name || ' ' || coalesce(sql, '') AS line FROM sqlite_master \
                  WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE '__diesel%' ORDER BY name";
    let postgres = "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS line \
                    FROM information_schema.columns \
                    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%' \
                    UNION ALL SELECT indexdef FROM pg_indexes \
                    WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_diesel%' ORDER BY 1";
    let rows: Vec<Row> = match conn {
        Conn::Sqlite(c) => diesel::sql_query(sqlite).load(&mut **c),
        Conn::Postgres(c) => diesel::sql_query(postgres).load(&mut **c),
    }
    .map_err(super::database_error)?;
    Ok(rows.into_iter().map(|row| row.line).collect::<Vec<_>>().join("\n"))
}
