//! Authors. `links` is a JSON list of `{label, url}`.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::authors;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// One record, as it is kept.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = authors, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct AuthorRow {
    pub id: Id,
    pub version: i64,
    pub slug: String,
    pub name: String,
    pub sort_name: String,
    pub job_title: Option<String>,
    pub bio: Option<String>,
    pub avatar_id: Option<Id>,
    pub links: String,
    pub created_at: Time,
    pub updated_at: Time,
}

/// The record with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<AuthorRow>> {
    on_db!(conn, |c| authors::table.find(id).select(AuthorRow::as_select()).first(c).optional())
}

/// The records with these ids, in no order; unknown ids are left out.
pub fn by_ids(conn: &mut Conn, ids: &[Id]) -> Result<Vec<AuthorRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| authors::table.filter(in_list(authors::id, ids)).select(AuthorRow::as_select()).load(c))
}
