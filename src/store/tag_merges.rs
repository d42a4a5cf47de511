//! Tags that were merged into others: what became of each, and moving all that carries one. A merge takes a fixed number
//! of statements, however many articles carry the tag.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::conn::Conn;
use super::dialect::{self, in_list};
use super::schema::{article_tags, articles, merged_tags, published_articles, published_tags, tag_redirects, tags};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

diesel::define_sql_function! {
    /// `text` with `to` in every place of `from`.
    fn replace(text: Text, from: Text, to: Text) -> Text;
}

/// Lets no article be written, and no other tag, until this transaction ends. SQLite has one writer anyway.
pub fn lock(conn: &mut Conn) -> Result<()> {
    dialect::lock(conn, "SELECT pg_advisory_xact_lock(7310584, 2)")
}

/// Lets no tag be written until this transaction ends, so that what it reads of tags stays true. For whoever writes
/// articles, many at a time; before anything else is locked.
pub fn lock_shared(conn: &mut Conn) -> Result<()> {
    dialect::lock(conn, "SELECT pg_advisory_xact_lock_shared(7310584, 2)")
}

/// What became of those of these tags that were merged.
pub fn survivors(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, Id>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<(Id, Id)> = on_db!(conn, |c| merged_tags::table
        .filter(in_list(merged_tags::id, ids))
        .select((merged_tags::id, merged_tags::into_id))
        .load(c))?;
    Ok(found.into_iter().collect())
}

/// Moves everything that names the tag `old` to the tag `new`, but for its children, and removes `old`; answers how many
/// articles carried it, in their working copy or in public.
pub fn merge(conn: &mut Conn, old: Id, new: Id, old_slug: &str, now: Time) -> Result<usize> {
    let mut carrying = move_working(conn, old, new)?;
    carrying.extend(move_published(conn, old, new)?);
    carrying.sort_unstable();
    carrying.dedup();
    super::tags::redirect(conn, old_slug, old, now)?;
    on_db!(conn, |c| diesel::update(tag_redirects::table.filter(tag_redirects::tag_id.eq(old)))
        .set((tag_redirects::tag_id.eq(new), tag_redirects::merged.eq(true)))
        .execute(c))?;
    on_db!(conn, |c| diesel::update(merged_tags::table.filter(merged_tags::into_id.eq(old)))
        .set(merged_tags::into_id.eq(new))
        .execute(c))?;
    on_db!(conn, |c| diesel::delete(tags::table.find(old)).execute(c))?;
    super::search_names::remove(conn, old)?;
    let row = (merged_tags::id.eq(old), merged_tags::into_id.eq(new), merged_tags::at.eq(now));
    on_db!(conn, |c| diesel::insert_into(merged_tags::table).values(row).execute(c))?;
    Ok(carrying.len())
}

/// The relations and sections of working copies. Their content keeps the old id, which is followed when it is read.
fn move_working(conn: &mut Conn, old: Id, new: Id) -> Result<Vec<Id>> {
    let carrying: Vec<Id> = on_db!(conn, |c| article_tags::table
        .filter(article_tags::tag_id.eq(old))
        .select(article_tags::article_id)
        .load(c))?;
    let both: Vec<Id> = on_db!(conn, |c| article_tags::table
        .filter(article_tags::tag_id.eq(new))
        .filter(in_list(article_tags::article_id, &carrying))
        .select(article_tags::article_id)
        .load(c))?;
    let of_both = article_tags::table.filter(article_tags::tag_id.eq(old));
    on_db!(conn, |c| diesel::delete(of_both.filter(in_list(article_tags::article_id, &both))).execute(c))?;
    on_db!(conn, |c| diesel::update(article_tags::table.filter(article_tags::tag_id.eq(old)))
        .set(article_tags::tag_id.eq(new))
        .execute(c))?;
    on_db!(conn, |c| diesel::update(articles::table.filter(articles::section_id.eq(old)))
        .set(articles::section_id.eq(new))
        .execute(c))?;
    Ok(carrying)
}

/// The relations, sections and lists of published copies, whether live, waiting or over.
fn move_published(conn: &mut Conn, old: Id, new: Id) -> Result<Vec<Id>> {
    let carrying: Vec<(Id, Id)> = on_db!(conn, |c| published_tags::table
        .filter(published_tags::tag_id.eq(old))
        .select((published_tags::copy_id, published_tags::article_id))
        .load(c))?;
    let copies: Vec<Id> = carrying.iter().map(|(copy, _)| *copy).collect();
    let both: Vec<Id> = on_db!(conn, |c| published_tags::table
        .filter(published_tags::tag_id.eq(new))
        .filter(in_list(published_tags::copy_id, &copies))
        .select(published_tags::copy_id)
        .load(c))?;
    let (old_text, new_text) = (format!("\"{old}\""), format!("\"{new}\""));
    let without = replace(
        replace(replace(published_articles::tag_ids, format!("{old_text},"), ""), format!(",{old_text}"), ""),
        old_text.clone(),
        "",
    );
    on_db!(conn, |c| diesel::update(published_articles::table.filter(in_list(published_articles::copy_id, &both)))
        .set(published_articles::tag_ids.eq(without))
        .execute(c))?;
    let renamed = replace(published_articles::tag_ids, old_text, new_text);
    on_db!(conn, |c| diesel::update(published_articles::table.filter(in_list(published_articles::copy_id, &copies)))
        .set(published_articles::tag_ids.eq(renamed))
        .execute(c))?;
    let of_both = published_tags::table.filter(published_tags::tag_id.eq(old));
    on_db!(conn, |c| diesel::delete(of_both.filter(in_list(published_tags::copy_id, &both))).execute(c))?;
    on_db!(conn, |c| diesel::update(published_tags::table.filter(published_tags::tag_id.eq(old)))
        .set(published_tags::tag_id.eq(new))
        .execute(c))?;
    on_db!(conn, |c| diesel::update(published_articles::table.filter(published_articles::section_id.eq(old)))
        .set(published_articles::section_id.eq(new))
        .execute(c))?;
    Ok(carrying.into_iter().map(|(_, article)| article).collect())
}
