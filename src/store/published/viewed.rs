//! The most viewed live copies.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::{Named, where_live};
use crate::error::{Error, Result};
use crate::model::{Id, Time};
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::dialect::views::weights;
use crate::store::statement::Statement;

/// Places of one section in one language.
const MAX_OF_KIND: i64 = 120;
/// Places in all.
const MAX_PLACES: i64 = 50_000;

/// A live copy that was viewed: where it stands, and in which language.
#[derive(Clone, Debug, Queryable)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct ViewedRow {
    pub article_id: Id,
    pub section_id: Option<Id>,
    pub locale: String,
}

/// The live copies that were viewed since an hour, by the sum of their views times the weight of each hour, from that
/// hour on. Of every section in every language the first `MAX_OF_KIND` are among them, so that no filter by either
/// comes up short; `MAX_PLACES` in all.
pub fn most_viewed(conn: &mut Conn, since: i64, by_hour: &[i64], now: Time) -> Result<Vec<ViewedRow>> {
    let [before, between, after] = weights(conn);
    let by_hour = serde_json::to_string(by_hour).map_err(Error::internal)?;
    let mut statement = Statement::<(Text, Nullable<Text>, Text)>::new("WITH scored AS (SELECT counted.article_id, ");
    statement.sql("CAST(SUM(counted.views * weighing.weight) AS BIGINT) AS score FROM (");
    statement.sql(before).number(since).sql(between).text(by_hour).sql(after);
    // In this order on SQLite: hour by hour, each by the index.
    statement.sql(") AS weighing CROSS JOIN view_counts AS counted WHERE counted.hour = weighing.hour");
    statement.sql(" AND counted.hour >= ").number(since);
    statement.sql(" GROUP BY counted.article_id), placed AS (SELECT published_articles.article_id, ");
    statement.sql("published_articles.section_id, published_articles.locale, scored.score, row_number() OVER (");
    statement.sql("PARTITION BY published_articles.locale, published_articles.section_id ");
    statement.sql("ORDER BY scored.score DESC, scored.article_id DESC) AS place FROM scored ");
    statement.sql("JOIN published_articles ON published_articles.article_id = scored.article_id");
    where_live(&mut statement, Named::Walked, now);
    statement.sql(") SELECT article_id, section_id, locale FROM placed WHERE place <= ").number(MAX_OF_KIND);
    statement.sql(" ORDER BY score DESC, article_id DESC LIMIT ").number(MAX_PLACES);
    on_db!(conn, |c| statement.load(c))
}
