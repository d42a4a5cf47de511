//! Tags and authors as filters name them: by slug, present or former. Whether one is public shows in what the filter
//! finds.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::error::Result;
use crate::model::Id;
use crate::on_db;
use crate::store::conn::Conn;
use crate::store::dialect::in_list;
use crate::store::schema::{author_redirects, authors, tag_redirects, tags};

/// The tags that these slugs lead to; a present slug beats a former one.
pub fn tag_ids(conn: &mut Conn, slugs: &[String]) -> Result<HashMap<String, Id>> {
    let present: Vec<(String, Id)> =
        on_db!(conn, |c| tags::table.filter(in_list(tags::slug, slugs)).select((tags::slug, tags::id)).load(c))?;
    let mut found: HashMap<String, Id> = present.into_iter().collect();
    if found.len() < slugs.len() {
        let former: Vec<(String, Id)> = on_db!(conn, |c| tag_redirects::table
            .filter(in_list(tag_redirects::slug, slugs))
            .select((tag_redirects::slug, tag_redirects::tag_id))
            .load(c))?;
        former.into_iter().for_each(|(slug, id)| _ = found.entry(slug).or_insert(id));
    }
    Ok(found)
}

/// The authors that these slugs lead to; a present slug beats a former one.
pub fn author_ids(conn: &mut Conn, slugs: &[String]) -> Result<HashMap<String, Id>> {
    let present: Vec<(String, Id)> = on_db!(conn, |c| authors::table
        .filter(in_list(authors::slug, slugs))
        .select((authors::slug, authors::id))
        .load(c))?;
    let mut found: HashMap<String, Id> = present.into_iter().collect();
    if found.len() < slugs.len() {
        let former: Vec<(String, Id)> = on_db!(conn, |c| author_redirects::table
            .filter(in_list(author_redirects::slug, slugs))
            .select((author_redirects::slug, author_redirects::author_id))
            .load(c))?;
        former.into_iter().for_each(|(slug, id)| _ = found.entry(slug).or_insert(id));
    }
    Ok(found)
}
