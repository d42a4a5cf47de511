//! The database as this process has it open: its pools, and who reads and writes when.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, Pool};
use diesel::sqlite::SqliteConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::conn::{Access, Conn, Sqlite};
use super::failure::{database_error, unavailable};
use super::group::Group;
use super::pools::{PostgresSettings, SqliteSettings, pool};
use crate::error::{Error, Result};

/// How long a request waits for a free connection before it is told 503.
pub const CHECKOUT_TIMEOUT: Duration = Duration::from_secs(2);

/// The pools. Cheap to clone; one per process.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    reads: Arc<Semaphore>,
    writes: Writes,
    readers: u32,
}

/// Who may write when.
#[derive(Clone)]
enum Writes {
    /// One after the other.
    Grouped(Group),
    /// So many at once.
    AtOnce(Arc<Semaphore>),
}

#[derive(Clone)]
enum Pools {
    Sqlite { readers: Pool<ConnectionManager<SqliteConnection>>, writer: Pool<ConnectionManager<SqliteConnection>> },
    Postgres(Pool<ConnectionManager<PgConnection>>),
}

/// Which database a `DATABASE_URL` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://path/to/file`, relative to the working directory unless the path starts with `/`.
    Sqlite(std::path::PathBuf),
    /// `postgres://…` or `postgresql://…`, as libpq reads it.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads the scheme.
    ///
    /// # Errors
    /// A sentence that says which schemes there are.
    pub fn parse(url: &str) -> std::result::Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite://").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(path.into()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err("DATABASE_URL must be sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE".to_owned())
    }
}

impl Store {
    /// Opens the pools; no connection is made yet. `size` is the number of read connections (and on PostgreSQL of
    /// all connections).
    ///
    /// # Errors
    /// The folder of an SQLite file can't be made.
    pub fn open(url: &DatabaseUrl, size: u32) -> Result<Self> {
        let pools = match url {
            DatabaseUrl::Sqlite(path) => {
                if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                    std::fs::create_dir_all(folder).map_err(Error::internal)?;
                }
                private_file(path)?;
                let path = path.to_string_lossy();
                Pools::Sqlite {
                    readers: pool(ConnectionManager::new(&*path), size, SqliteSettings { read_only: true }),
                    writer: pool(ConnectionManager::new(&*path), 1, SqliteSettings { read_only: false }),
                }
            }
            DatabaseUrl::Postgres(url) => Pools::Postgres(pool(ConnectionManager::new(url), size, PostgresSettings)),
        };
        let (reads, writes) = match &pools {
            Pools::Sqlite { .. } => (Arc::new(permits(size)), Writes::Grouped(Group::new())),
            // Whoever writes needs a permit of both kinds: writers that wait for each other leave readers a quarter.
            Pools::Postgres(_) => (Arc::new(permits(size)), Writes::AtOnce(Arc::new(permits(size - size / 4)))),
        };
        Ok(Self { pools, reads, writes, readers: size })
    }

    /// Whether this is the embedded database.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    /// Read connections in use and in all, for `/metrics`.
    #[must_use]
    pub fn usage(&self) -> (u32, u32) {
        let free = u32::try_from(self.reads.available_permits()).unwrap_or(self.readers);
        (self.readers.saturating_sub(free), self.readers)
    }

    /// Runs `work` on a blocking thread in one read-only snapshot.
    ///
    /// # Errors
    /// [`Code::Unavailable`](crate::error::Code::Unavailable) when no connection is free within [`CHECKOUT_TIMEOUT`]; else what `work` answers.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.run(Access::Read, work).await
    }

    /// Runs `work`, which reads a handful of rows by their indexes, in one read-only snapshot: on the calling thread where
    /// the database is in this process and an open connection is free, for handing work to another thread and back costs as
    /// much as such a read; else as [`Store::read`].
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn read_briefly<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        if let Pools::Sqlite { readers, .. } = &self.pools
            && let Ok(_permit) = self.reads.try_acquire()
            && let Some(conn) = readers.try_get()
        {
            return Conn::Sqlite(Sqlite::new(conn)).transaction(Access::Read, work);
        }
        self.run(Access::Read, work).await
    }

    /// Runs `work` on a blocking thread in one writing transaction, which is durable when this returns. On SQLite the
    /// changes of others may stand in the same transaction; each of them stays or fails by itself.
    ///
    /// # Errors
    /// As [`Store::read`]; on any error nothing was written.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        match &self.writes {
            Writes::Grouped(group) => group.write(self, work).await,
            Writes::AtOnce(permits) => {
                let permit = permit(permits).await?;
                let done = self.run(Access::Write, work).await;
                drop(permit);
                done
            }
        }
    }

    async fn run<T, F>(&self, access: Access, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let permit = permit(&self.reads).await?;
        let store = self.clone();
        let span = tracing::Span::current();
        let done = tokio::task::spawn_blocking(move || {
            let result = span.in_scope(|| store.run_here(access, work));
            drop(permit);
            result
        });
        done.await.map_err(Error::internal)?
    }

    /// The same on the calling thread, for the command line and for workers that block anyway.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn run_here<T>(&self, access: Access, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        let mut conn = self.checkout(access)?;
        conn.transaction(access, work)
    }

    /// One connection, outside any transaction.
    ///
    /// # Errors
    /// [`Code::Unavailable`](crate::error::Code::Unavailable).
    pub fn checkout(&self, access: Access) -> Result<Conn> {
        let away = |cause: diesel::r2d2::PoolError| {
            tracing::error!(%cause, "no database connection");
            unavailable()
        };
        Ok(match (&self.pools, access) {
            (Pools::Sqlite { readers, .. }, Access::Read) => Conn::Sqlite(Sqlite::new(readers.get().map_err(away)?)),
            (Pools::Sqlite { writer, .. }, Access::Write) => Conn::Sqlite(Sqlite::new(writer.get().map_err(away)?)),
            (Pools::Postgres(pool), _) => Conn::Postgres(pool.get().map_err(away)?),
        })
    }

    /// Moves what SQLite keeps beside its file into the file. Nothing to do on PostgreSQL.
    ///
    /// # Errors
    /// The database's.
    pub fn checkpoint(&self) -> Result<()> {
        match self.checkout(Access::Write)? {
            Conn::Sqlite(mut c) => c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").map_err(database_error),
            Conn::Postgres(_) => Ok(()),
        }
    }
}

/// Makes the file of a new database readable for nobody else: it keeps the hashes of passwords. SQLite gives the files
/// beside it the same mode.
fn private_file(path: &Path) -> Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let made = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(cause) if cause.kind() != std::io::ErrorKind::AlreadyExists => Err(Error::internal(cause)),
        _ => Ok(()),
    }
}

fn permits(size: u32) -> Semaphore {
    Semaphore::new(usize::try_from(size).unwrap_or(1).max(1))
}

async fn permit(lane: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    if let Ok(permit) = Arc::clone(lane).try_acquire_owned() {
        return Ok(permit);
    }
    match tokio::time::timeout(CHECKOUT_TIMEOUT, Arc::clone(lane).acquire_owned()).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(unavailable()),
    }
}
