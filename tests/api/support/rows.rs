//! How much stands in every table, to see that something wrote nothing.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use slugline::on_db;
use slugline::store::{Access, Conn};

use super::TestApp;

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The rows of every table there is, and the sum of the versions of those that have one.
pub fn rows(app: &TestApp) -> BTreeMap<String, i64> {
    let counted = app.app.store.run_here(Access::Read, |conn| {
        let tables = match conn {
            Conn::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
            Conn::Postgres(_) => {
                "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = 'public'"
            }
        };
        let tables = on_db!(&mut *conn, |c| diesel::sql_query(tables).load::<Name>(c))?;
        let mut all = BTreeMap::new();
        for Name { name } in tables {
            let count = format!("SELECT count(*) AS n FROM \"{name}\"");
            let count = on_db!(&mut *conn, |c| diesel::sql_query(count).get_result::<Count>(c))?;
            all.insert(name, count.n);
        }
        for name in [
            "articles",
            "tags",
            "authors",
            "media",
            "users",
            "api_tokens",
            "site",
            "comments",
            "webhooks",
            "live_updates",
            "media_folders",
            "collections",
        ] {
            let sum = format!("SELECT CAST(coalesce(sum(version), 0) AS bigint) AS n FROM {name}");
            let sum = on_db!(&mut *conn, |c| diesel::sql_query(sum).get_result::<Count>(c))?;
            all.insert(format!("versions of {name}"), sum.n);
        }
        Ok(all)
    });
    counted.unwrap()
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Every column of every table, with the table's name.
pub fn columns(app: &TestApp) -> Vec<(String, String)> {
    let found = app.app.store.run_here(Access::Read, |conn| {
        let query = match conn {
            Conn::Sqlite(_) => {
                "SELECT m.name AS of, c.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c \
                 WHERE m.type = 'table'"
            }
            Conn::Postgres(_) => {
                "SELECT table_name::text AS of, column_name::text AS name FROM information_schema.columns \
                 WHERE table_schema = 'public'"
            }
        };
        on_db!(conn, |c| diesel::sql_query(query).load::<Column>(c))
    });
    found.unwrap().into_iter().map(|column| (column.of, column.name)).collect()
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    data: String,
}

/// What the outbox tells of a record, in order: kinds and data.
pub fn events(app: &TestApp, subject: &str) -> Vec<(String, serde_json::Value)> {
    let subject = uuid::Uuid::try_parse(subject).unwrap();
    let query = format!("SELECT kind, data FROM events WHERE subject_id = '{subject}' ORDER BY id");
    let told = app
        .app
        .store
        .run_here(Access::Read, |conn| on_db!(conn, |c| diesel::sql_query(query.as_str()).load::<Told>(c)));
    told.unwrap().into_iter().map(|row| (row.kind, serde_json::from_str(&row.data).unwrap())).collect()
}
