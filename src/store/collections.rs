//! Collections, and what readers see of them. `items` is a JSON list of `model::collection::CollectionItem`, `fill` a
//! JSON object, `model::collection::CollectionFill`.

use diesel::prelude::*;

use super::conn::Conn;
use super::keyset::{NameOrder, anywhere, boxed, part};
use super::schema::{collections, published_collection_redirects, published_collections};
use crate::error::Result;
use crate::model::collection::CollectionStatus;
use crate::model::paging::{Paged, Paging};
use crate::model::{Id, Time};
use crate::on_db;

/// The working copy of one collection.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = collections, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table; the input documents them")]
pub struct CollectionRow {
    pub id: Id,
    pub version: i64,
    pub slug: String,
    pub name: String,
    pub sort_name: String,
    pub description: Option<String>,
    pub locale: Option<String>,
    pub size: i64,
    pub items: String,
    pub fill: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// What readers see of one: the working copy as it was at `version`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = published_collections)]
#[expect(missing_docs, reason = "the columns of the table; the input documents them")]
pub struct PublishedCollectionRow {
    pub collection_id: Id,
    pub version: i64,
    pub slug: String,
    pub name: String,
    pub description: Option<String>,
    pub locale: Option<String>,
    pub size: i64,
    pub items: String,
    pub fill: Option<String>,
    /// The start of the present time in public.
    pub published_at: Time,
    /// The last publication.
    pub updated_at: Time,
}

/// What a list of collections is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct CollectionFilter {
    /// The folded name contains this folded text.
    pub name: Option<String>,
    /// Whether readers see it.
    pub status: Option<CollectionStatus>,
}

/// The collection with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<CollectionRow>> {
    on_db!(conn, |c| collections::table.find(id).select(CollectionRow::as_select()).first(c).optional())
}

macro_rules! narrowed {
    ($query:expr, $filter:expr) => {{
        let mut query = $query;
        if let Some(name) = &$filter.name {
            query = query.filter(collections::sort_name.like(anywhere(name)).escape('\\'));
        }
        let public = published_collections::table.select(published_collections::collection_id);
        match $filter.status {
            Some(CollectionStatus::Published) => query.filter(collections::id.eq_any(public)),
            Some(CollectionStatus::Draft) => query.filter(collections::id.ne_all(public)),
            None => query,
        }
    }};
}

/// One part of the list of all collections, with the total where the paging counts.
pub fn list(
    conn: &mut Conn,
    filter: &CollectionFilter,
    order: NameOrder,
    paging: &Paging,
) -> Result<Paged<CollectionRow>> {
    let total = if paging.counts() {
        on_db!(conn, |c| narrowed!(boxed(collections::table, c), filter).count().get_result(c))?
    } else {
        0
    };
    let rows = on_db!(conn, |c| {
        let query = narrowed!(boxed(collections::table.select(CollectionRow::as_select()), c), filter);
        match order {
            NameOrder::Name { descending } => {
                part!(query, paging, collections::sort_name, collections::id, descending, |from| from.key.text())
                    .load(c)
            }
            NameOrder::UpdatedAt { descending } => {
                part!(query, paging, collections::updated_at, collections::id, descending, |from| from.key.time())
                    .load(c)
            }
        }
    })?;
    Ok(paging.page(rows, total, |row: &CollectionRow| match order {
        NameOrder::Name { .. } => (row.sort_name.clone().into(), row.id),
        NameOrder::UpdatedAt { .. } => (row.updated_at.into(), row.id),
    }))
}

/// Whether another collection has this address, in its working copy or in public.
pub fn slug_is_taken(conn: &mut Conn, slug: &str, but: Id) -> Result<bool> {
    let working: Option<Id> = on_db!(conn, |c| collections::table
        .filter(collections::slug.eq(slug).and(collections::id.ne(but)))
        .select(collections::id)
        .first(c)
        .optional())?;
    let public: Option<Id> = on_db!(conn, |c| published_collections::table
        .filter(published_collections::slug.eq(slug).and(published_collections::collection_id.ne(but)))
        .select(published_collections::collection_id)
        .first(c)
        .optional())?;
    Ok(working.or(public).is_some())
}

/// Whether an address is an old one, which leads to the present one of its collection.
pub fn is_redirect(conn: &mut Conn, slug: &str) -> Result<bool> {
    use published_collection_redirects::dsl;
    let found: Option<Id> = on_db!(conn, |c| dsl::published_collection_redirects
        .find(slug)
        .select(dsl::collection_id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// Adds a collection.
pub fn insert(conn: &mut Conn, row: &CollectionRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(collections::table).values(row).execute(c))?;
    Ok(())
}

/// Writes `row` if the stored version still is `expected`; answers whether it was.
pub fn replace(conn: &mut Conn, row: &CollectionRow, expected: i64) -> Result<bool> {
    let changed = on_db!(conn, |c| diesel::update(collections::table.find(row.id))
        .filter(collections::version.eq(expected))
        .set(row)
        .execute(c))?;
    Ok(changed == 1)
}

/// Removes a collection if the stored version still is `expected`; answers whether it was.
pub fn delete(conn: &mut Conn, id: Id, expected: i64) -> Result<bool> {
    let gone = on_db!(conn, |c| diesel::delete(collections::table.find(id))
        .filter(collections::version.eq(expected))
        .execute(c))?;
    Ok(gone == 1)
}

/// Lets readers see this, in place of what they saw of the collection. A present address beats one that leads there.
pub fn publish(conn: &mut Conn, row: &PublishedCollectionRow) -> Result<()> {
    unpublish(conn, row.collection_id)?;
    on_db!(conn, |c| diesel::delete(published_collection_redirects::table.find(&row.slug)).execute(c))?;
    on_db!(conn, |c| diesel::insert_into(published_collections::table).values(row).execute(c))?;
    Ok(())
}

/// Lets readers see nothing of a collection any more.
pub fn unpublish(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(published_collections::table.find(id)).execute(c))?;
    Ok(())
}

/// Lets an address that readers knew lead to this collection.
pub fn redirect(conn: &mut Conn, slug: &str, id: Id, at: Time) -> Result<()> {
    use published_collection_redirects::dsl;
    on_db!(conn, |c| diesel::delete(published_collection_redirects::table.find(slug)).execute(c))?;
    let row = (dsl::slug.eq(slug), dsl::collection_id.eq(id), dsl::at.eq(at));
    on_db!(conn, |c| diesel::insert_into(published_collection_redirects::table).values(row).execute(c))?;
    Ok(())
}
