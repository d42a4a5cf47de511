//! Tags. `names` is a JSON object of locale to text, `synonyms` a JSON list; `search_text` has all of these folded.

use std::collections::{BTreeMap, HashMap};

use diesel::dsl::exists;
use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::keyset::{NameOrder, anywhere, boxed, part};
use super::schema::{article_tags, articles, published_articles, published_tags, tag_redirects, tags};
use super::search_names::{self, Subject};
use crate::error::{Error, Result};
use crate::model::paging::{Paged, Paging};
use crate::model::{Id, TagKind, Time};
use crate::on_db;

/// One record, as it is kept.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
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
    pub synonyms: String,
    pub search_text: String,
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

/// Of which kind the tags with these ids are; unknown ids are left out.
pub fn kinds(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, TagKind>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let kinds: Vec<(Id, TagKind)> =
        on_db!(conn, |c| tags::table.filter(in_list(tags::id, ids)).select((tags::id, tags::kind)).load(c))?;
    Ok(kinds.into_iter().collect())
}

/// What a list of tags is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct TagFilter {
    /// Of this kind.
    pub kind: Option<TagKind>,
    /// One of the folded names contains this folded text.
    pub name: Option<String>,
}

/// One part of the list of all tags, with the total where the paging counts.
pub fn list(conn: &mut Conn, filter: &TagFilter, order: NameOrder, paging: &Paging) -> Result<Paged<TagRow>> {
    let total = if paging.counts() { count(conn, filter)? } else { 0 };
    let rows = on_db!(conn, |c| {
        let mut query = boxed(tags::table.select(TagRow::as_select()), c);
        if let Some(kind) = filter.kind {
            query = query.filter(tags::kind.eq(kind));
        }
        if let Some(name) = &filter.name {
            query = query.filter(tags::search_text.like(anywhere(name)).escape('\\'));
        }
        match order {
            NameOrder::Name { descending } => {
                part!(query, paging, tags::sort_name, tags::id, descending, |from| from.key.text()).load(c)
            }
            NameOrder::UpdatedAt { descending } => {
                part!(query, paging, tags::updated_at, tags::id, descending, |from| from.key.time()).load(c)
            }
        }
    })?;
    Ok(paging.page(rows, total, |row: &TagRow| match order {
        NameOrder::Name { .. } => (row.sort_name.clone().into(), row.id),
        NameOrder::UpdatedAt { .. } => (row.updated_at.into(), row.id),
    }))
}

fn count(conn: &mut Conn, filter: &TagFilter) -> Result<i64> {
    on_db!(conn, |c| {
        let mut query = boxed(tags::table.count(), c);
        if let Some(kind) = filter.kind {
            query = query.filter(tags::kind.eq(kind));
        }
        if let Some(name) = &filter.name {
            query = query.filter(tags::search_text.like(anywhere(name)).escape('\\'));
        }
        query.get_result(c)
    })
}

/// Which tag has this address now.
pub fn by_slug(conn: &mut Conn, slug: &str) -> Result<Option<Id>> {
    on_db!(conn, |c| tags::table.filter(tags::slug.eq(slug)).select(tags::id).first(c).optional())
}

/// Which tag an old address leads to.
pub fn redirected(conn: &mut Conn, slug: &str) -> Result<Option<Id>> {
    on_db!(conn, |c| tag_redirects::table.find(slug).select(tag_redirects::tag_id).first(c).optional())
}

/// Whether a tag with this id can't take a slug: another one has it, or took it over by a merge.
pub fn slug_is_taken(conn: &mut Conn, slug: &str, id: Id) -> Result<bool> {
    let merged = on_db!(conn, |c| tag_redirects::table
        .find(slug)
        .filter(tag_redirects::merged.eq(true))
        .filter(tag_redirects::tag_id.ne(id))
        .count()
        .get_result::<i64>(c))?;
    Ok(merged > 0 || by_slug(conn, slug)?.is_some())
}

/// The old addresses of these tags, in order.
pub fn redirects(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, String)>> {
    on_db!(conn, |c| tag_redirects::table
        .filter(in_list(tag_redirects::tag_id, ids))
        .order(tag_redirects::slug)
        .select((tag_redirects::tag_id, tag_redirects::slug))
        .load(c))
}

/// Lets an old address lead to this tag; one address leads to one only.
pub fn redirect(conn: &mut Conn, slug: &str, id: Id, at: Time) -> Result<()> {
    drop_redirect(conn, slug)?;
    let row = (tag_redirects::slug.eq(slug), tag_redirects::tag_id.eq(id), tag_redirects::at.eq(at));
    on_db!(conn, |c| diesel::insert_into(tag_redirects::table).values(row).execute(c))?;
    Ok(())
}

/// Takes an old address back.
pub fn drop_redirect(conn: &mut Conn, slug: &str) -> Result<()> {
    on_db!(conn, |c| diesel::delete(tag_redirects::table.find(slug)).execute(c))?;
    Ok(())
}

/// Adds a tag.
pub fn insert(conn: &mut Conn, row: &TagRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(tags::table).values(row).execute(c))?;
    name(conn, row)
}

/// Lets search find a tag by its public names.
pub fn name(conn: &mut Conn, row: &TagRow) -> Result<()> {
    let names: BTreeMap<String, String> = serde_json::from_str(&row.names).map_err(Error::internal)?;
    let all = std::iter::once(row.name.as_str()).chain(names.values().map(String::as_str));
    search_names::set(conn, Subject { is_tag: true, id: row.id }, all)
}

/// Writes `row` if the stored version still is `expected`; answers whether it was.
pub fn replace(conn: &mut Conn, row: &TagRow, expected: i64) -> Result<bool> {
    let changed = on_db!(conn, |c| diesel::update(tags::table)
        .filter(tags::id.eq(row.id))
        .filter(tags::version.eq(expected))
        .set(row)
        .execute(c))?;
    if changed == 1 {
        name(conn, row)?;
    }
    Ok(changed == 1)
}

/// The articles whose working copy, or a copy that is live or waits, carries this tag; at most `most`.
pub fn used_by(conn: &mut Conn, id: Id, now: Time, most: i64) -> Result<Vec<Id>> {
    let mut ids: Vec<Id> = on_db!(conn, |c| article_tags::table
        .filter(article_tags::tag_id.eq(id))
        .select(article_tags::article_id)
        .limit(most)
        .load(c))?;
    let published: Vec<Id> = on_db!(conn, |c| published_tags::table
        .inner_join(published_articles::table)
        .filter(published_tags::tag_id.eq(id))
        .filter(published_articles::visible_until.gt(now))
        .select(published_tags::article_id)
        .limit(most)
        .load(c))?;
    ids.extend(published);
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// Whether a working or a published copy stands in this section.
pub fn is_section_of_any(conn: &mut Conn, id: Id, now: Time) -> Result<bool> {
    let working = articles::table.filter(articles::section_id.eq(id));
    let published = published_articles::table
        .filter(published_articles::section_id.eq(id))
        .filter(published_articles::visible_until.gt(now));
    Ok(on_db!(conn, |c| diesel::select(exists(working)).get_result::<bool>(c))?
        || on_db!(conn, |c| diesel::select(exists(published)).get_result::<bool>(c))?)
}

/// The tags right below these.
pub fn children(conn: &mut Conn, parents: &[Id]) -> Result<Vec<TagRow>> {
    on_db!(conn, |c| tags::table
        .filter(in_list(tags::parent_id.assume_not_null(), parents))
        .order(tags::id)
        .select(TagRow::as_select())
        .load(c))
}

/// Deletes a tag that is not in use. Copies whose time is over let go of it first: nobody sees them again.
pub fn delete(conn: &mut Conn, id: Id, now: Time) -> Result<()> {
    let ended: Vec<Id> = on_db!(conn, |c| published_tags::table
        .inner_join(published_articles::table)
        .filter(published_tags::tag_id.eq(id))
        .filter(published_articles::visible_until.le(now))
        .select(published_tags::copy_id)
        .load(c))?;
    let of_ended = in_list(published_tags::copy_id, &ended);
    on_db!(conn, |c| diesel::delete(published_tags::table.filter(published_tags::tag_id.eq(id)).filter(of_ended))
        .execute(c))?;
    on_db!(conn, |c| diesel::update(published_articles::table)
        .filter(published_articles::section_id.eq(id))
        .filter(published_articles::visible_until.le(now))
        .set(published_articles::section_id.eq(None::<Id>))
        .execute(c))?;
    on_db!(conn, |c| diesel::delete(tags::table.find(id)).execute(c))?;
    search_names::remove(conn, id)
}
