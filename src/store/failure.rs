//! What a failed query means to the client.

use crate::error::{Code, Error};

/// 503: no connection, or no database behind it.
pub(super) fn unavailable() -> Error {
    Error::new(Code::Unavailable, "The service is busy or its database is away. Try again shortly.").retry_after(2)
}

/// What a failed query means to the client: a lost race is a conflict, a full disk 507, a lost connection 503, all
/// else 500.
pub fn database_error(cause: diesel::result::Error) -> Error {
    use diesel::result::{DatabaseErrorKind as Kind, Error as Diesel};
    match cause {
        Diesel::DatabaseError(Kind::UniqueViolation | Kind::ForeignKeyViolation, info) => {
            tracing::info!(cause = info.message(), "a write met a constraint");
            Error::new(Code::Conflict, "Another change came in between. Read the resource again and retry.")
        }
        Diesel::DatabaseError(Kind::SerializationFailure, _) => unavailable(),
        Diesel::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, _) => unavailable(),
        Diesel::DatabaseError(_, info) => by_message(info.message()),
        Diesel::BrokenTransactionManager => unavailable(),
        other => Error::internal(other),
    }
}

/// Causes that diesel gives no kind of its own.
fn by_message(message: &str) -> Error {
    let says = |part: &str| message.contains(part);
    if says("disk is full") || says("No space left on device") {
        return Error::new(Code::StorageFull, "The disk is full; nothing was stored.");
    }
    let away =
        ["database is locked", "readonly database", "read-only", "disk I/O error", "server closed the connection"];
    let away_on_postgres =
        ["terminating connection", "connection to server", "lock timeout", "statement timeout", "deadlock"];
    if away.iter().chain(&away_on_postgres).any(|part| says(part)) {
        tracing::error!(message, "the database is away");
        return unavailable();
    }
    Error::internal(message)
}
