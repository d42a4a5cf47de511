//! Noticing that another process committed something: on SQLite the file says so, on PostgreSQL a notification that is
//! sent with the commit.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::sqlite::SqliteConnection;

use crate::error::Result;
use crate::store::failure::{database_error, unavailable};
use crate::store::{Conn, DatabaseUrl};

/// The channel of the notifications. They carry nothing: what happened stands in the outbox.
const LISTEN: &str = "LISTEN slugline_changed";
const NOTIFY: &str = "NOTIFY slugline_changed";

/// Lets other processes know, with the commit of this transaction, that there is something to look at.
pub fn wake_others(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(c) => c.batch_execute(NOTIFY).map_err(database_error),
    }
}

/// A connection of its own that notices commits of other connections.
pub enum Watcher {
    /// With the version of the file that was seen last.
    Sqlite(SqliteConnection, i64),
    /// Listens.
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = BigInt)]
    data_version: i64,
}

impl Watcher {
    /// Connects. From then on nothing is missed.
    ///
    /// # Errors
    /// [`Code::Unavailable`](crate::error::Code::Unavailable).
    pub fn connect(url: &DatabaseUrl) -> Result<Self> {
        let away = |cause: diesel::ConnectionError| {
            tracing::debug!(%cause, "the database can't be watched");
            unavailable()
        };
        match url {
            DatabaseUrl::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(away)?;
                conn.batch_execute("PRAGMA busy_timeout = 1000; PRAGMA query_only = ON;").map_err(database_error)?;
                Ok(Self::Sqlite(conn, 0))
            }
            DatabaseUrl::Postgres(url) => {
                let mut conn = PgConnection::establish(url).map_err(away)?;
                conn.batch_execute(LISTEN).map_err(database_error)?;
                Ok(Self::Postgres(conn))
            }
        }
    }

    /// Whether something was committed since the last look; asks without waiting.
    ///
    /// # Errors
    /// The database's.
    pub fn has_news(&mut self) -> Result<bool> {
        match self {
            Self::Sqlite(conn, seen) => {
                let version: Version =
                    diesel::sql_query("PRAGMA data_version").get_result(conn).map_err(database_error)?;
                let is_news = version.data_version != *seen;
                *seen = version.data_version;
                Ok(is_news)
            }
            Self::Postgres(conn) => {
                let mut is_news = false;
                for notification in conn.notifications_iter() {
                    notification.map_err(database_error)?;
                    is_news = true;
                }
                Ok(is_news)
            }
        }
    }
}
