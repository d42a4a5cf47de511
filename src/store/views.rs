//! View counts by article and hour; hours count from 1970.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::conn::Conn;
pub use super::dialect::views::add;
use crate::error::Result;
use crate::on_db;

/// Forgets what is older than an hour, so many rows at the most, the oldest first.
pub fn forget_before(conn: &mut Conn, hour: i64, most: i64) -> Result<usize> {
    const OLD: &str = "DELETE FROM view_counts WHERE (article_id, hour) IN (\
        SELECT article_id, hour FROM view_counts WHERE hour < $1 ORDER BY hour LIMIT $2)";
    on_db!(conn, |c| diesel::sql_query(OLD).bind::<BigInt, _>(hour).bind::<BigInt, _>(most).execute(c))
}
