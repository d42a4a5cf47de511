//! Where the parts of the sitemap begin. Only ids of articles stand here, and no answer shows one.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{published_articles, sitemap_parts};
use crate::error::Result;
use crate::model::Id;
use crate::on_db;

/// The numbers of the parts, in order, from 1.
pub fn numbers(conn: &mut Conn) -> Result<Vec<i64>> {
    on_db!(conn, |c| sitemap_parts::table.order(sitemap_parts::number).select(sitemap_parts::number).load(c))
}

/// The id that a part begins with, and that of the part behind it.
pub fn bounds(conn: &mut Conn, number: i64) -> Result<Option<(Id, Option<Id>)>> {
    let found: Vec<(i64, Id)> = on_db!(conn, |c| sitemap_parts::table
        .filter(sitemap_parts::number.eq_any([number, number.saturating_add(1)]))
        .order(sitemap_parts::number)
        .select((sitemap_parts::number, sitemap_parts::first_id))
        .load(c))?;
    let first = |wanted| found.iter().find(|(known, _)| *known == wanted).map(|(_, id)| *id);
    Ok(first(number).map(|id| (id, first(number.saturating_add(1)))))
}

/// The last part: its number and the id that it begins with.
pub fn last(conn: &mut Conn) -> Result<Option<(i64, Id)>> {
    on_db!(conn, |c| sitemap_parts::table
        .order(sitemap_parts::number.desc())
        .select((sitemap_parts::number, sitemap_parts::first_id))
        .first(c)
        .optional())
}

/// The id of the published copy that lies so many copies behind the first one of a part.
pub fn id_behind(conn: &mut Conn, first: Id, copies: i64) -> Result<Option<Id>> {
    on_db!(conn, |c| published_articles::table
        .filter(published_articles::article_id.ge(first))
        .order(published_articles::article_id)
        .offset(copies)
        .select(published_articles::article_id)
        .first(c)
        .optional())
}

/// Lets a new part begin, unless another node did.
pub fn begin(conn: &mut Conn, number: i64, first: Id) -> Result<()> {
    let row = (sitemap_parts::number.eq(number), sitemap_parts::first_id.eq(first));
    on_db!(conn, |c| diesel::insert_into(sitemap_parts::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}
