//! What articles show of their tags and authors. The caller has the ids from live copies.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use crate::error::Result;
use crate::model::{Id, TagKind};
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::schema::{authors, tags};
use crate::store::statement::Statement;

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

impl TagName {
    /// Whether it is called the same in every language.
    #[must_use]
    pub fn is_named_once(&self) -> bool {
        self.names == "{}"
    }
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

/// Tags and authors, in no order.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names of the tables")]
pub struct Names {
    pub tags: Vec<TagName>,
    pub authors: Vec<AuthorName>,
}

/// Id, kind of tag (none for an author), slug, name, names.
type NameSql = (Text, Nullable<Text>, Text, Text, Text);

/// The tags and the authors with these ids, by one statement; unknown ids are left out.
pub fn names(conn: &mut Conn, tags: &[Id], authors: &[Id]) -> Result<Names> {
    let mut found = Names::default();
    if tags.is_empty() && authors.is_empty() {
        return Ok(found);
    }
    let mut statement = Statement::<NameSql>::new("");
    if !tags.is_empty() {
        statement.sql("SELECT id, kind, slug, name, names FROM tags WHERE ").among("id", tags);
    }
    if !authors.is_empty() {
        statement.sql(if tags.is_empty() { "SELECT" } else { " UNION ALL SELECT" });
        statement.sql(" id, CAST(NULL AS TEXT) AS kind, slug, name, '' AS names FROM authors WHERE ");
        statement.among("id", authors);
    }
    let rows: Vec<(Id, Option<TagKind>, String, String, String)> = on_db!(conn, |c| statement.load(c))?;
    for (id, kind, slug, name, names) in rows {
        match kind {
            Some(kind) => found.tags.push(TagName { id, kind, slug, name, names }),
            None => found.authors.push(AuthorName { id, slug, name }),
        }
    }
    Ok(found)
}
