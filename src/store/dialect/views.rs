//! View counts in one statement, whatever their number: rows and weights travel as one JSON text.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::error::{Error, Result};
use crate::model::Id;
use crate::store::conn::Conn;
use crate::store::database_error;

/// Adds views to hours: article, hour, views. They are added in one order on every node, so that no two wait for each
/// other.
pub fn add(conn: &mut Conn, rows: &[(Id, i64, i64)]) -> Result<usize> {
    let json = serde_json::to_string(rows).map_err(Error::internal)?;
    match conn {
        Conn::Sqlite(c) => diesel::sql_query(
            "INSERT INTO view_counts (article_id, hour, views) \
             SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true ORDER BY 1, 2 \
             ON CONFLICT (article_id, hour) DO UPDATE SET views = view_counts.views + excluded.views",
        )
        .bind::<Text, _>(json)
        .execute(&mut **c),
        Conn::Postgres(c) => diesel::sql_query(
            "INSERT INTO view_counts (article_id, hour, views) \
             SELECT listed ->> 0, CAST(listed ->> 1 AS BIGINT), CAST(listed ->> 2 AS BIGINT) \
             FROM jsonb_array_elements(CAST($1 AS jsonb)) AS listed ORDER BY 1, 2 \
             ON CONFLICT (article_id, hour) DO UPDATE SET views = view_counts.views + excluded.views",
        )
        .bind::<Text, _>(json)
        .execute(&mut **c),
    }
    .map_err(database_error)
}

/// The weight of each hour as rows `hour`, `weight`: the SQL around the first hour and the list of weights, which are
/// bound after the first and the second part.
#[must_use]
pub fn weights(conn: &Conn) -> [&'static str; 3] {
    match conn {
        Conn::Sqlite(_) => ["SELECT ", " + key AS hour, value AS weight FROM json_each(", ")"],
        Conn::Postgres(_) => [
            "SELECT ",
            " + place - 1 AS hour, CAST(weight AS BIGINT) AS weight FROM jsonb_array_elements_text(CAST(",
            " AS jsonb)) WITH ORDINALITY AS listed (weight, place)",
        ],
    }
}
