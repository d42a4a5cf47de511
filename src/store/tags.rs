//! Tags. `names` is a JSON object of locale to text.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::tags;
use crate::error::Result;
use crate::model::{Id, TagKind, Time};
use crate::on_db;

/// One record, as it is kept.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = tags, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct TagRow {
    pub id: Id,
    pub version: i64,
    pub kind: TagKind,
    pub slug: String,
    pub name: String,
    pub sort_name: String,
    pub names: String,
    pub description: Option<String>,
    pub parent_id: Option<Id>,
    pub uri: Option<String>,
    pub image_id: Option<Id>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// The record with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<TagRow>> {
    on_db!(conn, |c| tags::table.find(id).select(TagRow::as_select()).first(c).optional())
}

/// The records with these ids, in no order; unknown ids are left out.
pub fn by_ids(conn: &mut Conn, ids: &[Id]) -> Result<Vec<TagRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| tags::table.filter(in_list(tags::id, ids)).select(TagRow::as_select()).load(c))
}
