//! View counts by article and hour.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::upsert::excluded;

use super::conn::Conn;
use super::schema::view_counts;
use crate::error::Result;
use crate::model::Id;
use crate::on_db;

/// Adds views to an hour; `hour` counts from 1970.
pub fn add(conn: &mut Conn, article: Id, hour: i64, views: i64) -> Result<()> {
    use view_counts::dsl;
    let row = (dsl::article_id.eq(article), dsl::hour.eq(hour), dsl::views.eq(views));
    on_db!(conn, |c| diesel::insert_into(dsl::view_counts)
        .values(row)
        .on_conflict((dsl::article_id, dsl::hour))
        .do_update()
        .set(dsl::views.eq(dsl::views + excluded(dsl::views)))
        .execute(c))?;
    Ok(())
}

/// The most viewed articles since an hour, live or not, most viewed first.
pub fn top(conn: &mut Conn, since: i64, most: i64) -> Result<Vec<(Id, i64)>> {
    use view_counts::dsl;
    // PostgreSQL adds up BIGINT as NUMERIC.
    let sum = || diesel::dsl::sql::<BigInt>("CAST(SUM(views) AS BIGINT)");
    on_db!(conn, |c| dsl::view_counts
        .filter(dsl::hour.ge(since))
        .group_by(dsl::article_id)
        .select((dsl::article_id, sum()))
        .order((sum().desc(), dsl::article_id.desc()))
        .limit(most)
        .load(c))
}

/// Forgets what is older than an hour.
pub fn forget_before(conn: &mut Conn, hour: i64) -> Result<usize> {
    on_db!(conn, |c| diesel::delete(view_counts::table.filter(view_counts::hour.lt(hour))).execute(c))
}
