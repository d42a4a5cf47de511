//! What articles show of their tags and authors. The caller has the ids from live copies.

use diesel::prelude::*;

use crate::error::Result;
use crate::model::{Id, TagKind};
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::dialect::in_list;
use crate::store::schema::{authors, tags};

/// A tag, as articles show it. `names` is a JSON object of locale to text.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = tags)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct TagName {
    pub id: Id,
    pub kind: TagKind,
    pub slug: String,
    pub name: String,
    pub names: String,
}

/// An author, as articles show them.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = authors)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct AuthorName {
    pub id: Id,
    pub slug: String,
    pub name: String,
}

/// The tags with these ids, in no order; unknown ids are left out.
pub fn tag_names(conn: &mut Conn, ids: &[Id]) -> Result<Vec<TagName>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| tags::table.filter(in_list(tags::id, ids)).select(TagName::as_select()).load(c))
}

/// The authors with these ids, in no order; unknown ids are left out.
pub fn author_names(conn: &mut Conn, ids: &[Id]) -> Result<Vec<AuthorName>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| authors::table.filter(in_list(authors::id, ids)).select(AuthorName::as_select()).load(c))
}
