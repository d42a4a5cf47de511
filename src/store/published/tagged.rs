//! The newest live copies that share a tag with another one.

use diesel::prelude::*;

use super::where_live;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::copies::CopyRow;
use crate::store::statement::{CopySql, Statement};

/// Further tags of an article are not looked at.
const MAX_TAGS: usize = 8;

/// The newest live copies with one of `tags`, in the language of `copy` and without its article. Each tag is walked
/// from its newest article on, so that common tags cost no more than rare ones.
pub fn newest_tagged(conn: &mut Conn, copy: &CopyRow, tags: &[Id], most: i64, now: Time) -> Result<Vec<CopyRow>> {
    if tags.is_empty() {
        return Ok(Vec::new());
    }
    let mut statement = Statement::<CopySql>::new("SELECT ");
    statement.copies().sql(" FROM published_articles");
    where_live(&mut statement, now);
    statement.sql(" AND published_articles.copy_id IN (");
    for (index, tag) in tags.iter().take(MAX_TAGS).enumerate() {
        statement.sql(if index == 0 { "SELECT copy_id FROM (" } else { " UNION ALL SELECT copy_id FROM (" });
        newest_of(&mut statement, copy, *tag, most, now);
        statement.sql(") AS newest");
    }
    statement.sql(") ORDER BY published_articles.published_at DESC, published_articles.article_id DESC LIMIT ");
    statement.number(most);
    on_db!(conn, |c| statement.load(c))
}

fn newest_of(statement: &mut Statement<CopySql>, copy: &CopyRow, tag: Id, most: i64, now: Time) {
    statement.sql("SELECT walked.copy_id FROM published_tags AS walked");
    statement.sql(" JOIN published_articles ON published_articles.copy_id = walked.copy_id");
    where_live(statement, now);
    statement.sql(" AND walked.tag_id = ").id(tag);
    statement.sql(" AND published_articles.locale = ").text(&copy.locale);
    statement.sql(" AND published_articles.article_id <> ").id(copy.article_id);
    statement.sql(" ORDER BY walked.published_at DESC, walked.article_id DESC LIMIT ").number(most);
}
