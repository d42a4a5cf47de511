//! Folders of media: names in a tree.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::{self, in_list};
use super::keyset::{boxed, part};
use super::schema::{media, media_folders};
use crate::error::Result;
use crate::model::paging::Paging;
use crate::model::{Id, Time};
use crate::on_db;

/// One folder.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = media_folders, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table; the input documents them")]
pub struct FolderRow {
    pub id: Id,
    pub version: i64,
    pub name: String,
    pub sort_name: String,
    pub parent_id: Option<Id>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// Which folders a list shows.
#[derive(Clone, Copy, Debug)]
pub enum Below {
    /// All.
    Anywhere,
    /// Those that stand in no other one.
    Nothing,
    /// Those that stand right in this one.
    Folder(Id),
}

/// Lets no folder be changed or removed, and nothing be put into one, until this transaction ends. SQLite has one writer
/// anyway.
pub fn lock(conn: &mut Conn) -> Result<()> {
    dialect::lock(conn, "SELECT pg_advisory_xact_lock(7310584, 3)")
}

/// Lets no folder be changed or removed until this transaction ends: for whoever puts something into one.
pub fn lock_shared(conn: &mut Conn) -> Result<()> {
    dialect::lock(conn, "SELECT pg_advisory_xact_lock_shared(7310584, 3)")
}

/// The folder with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<FolderRow>> {
    on_db!(conn, |c| media_folders::table.find(id).select(FolderRow::as_select()).first(c).optional())
}

/// The names of these folders, in no order; unknown ids are left out.
pub fn names(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, String)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| media_folders::table
        .filter(in_list(media_folders::id, ids))
        .select((media_folders::id, media_folders::name))
        .load(c))
}

/// The folders right in one of these.
pub fn children(conn: &mut Conn, of: &[Id]) -> Result<Vec<FolderRow>> {
    if of.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| media_folders::table
        .filter(in_list(media_folders::parent_id, of))
        .order((media_folders::sort_name, media_folders::id))
        .select(FolderRow::as_select())
        .load(c))
}

/// The folder that has this name, folded, in the same place.
pub fn beside(conn: &mut Conn, parent: Option<Id>, sort_name: &str) -> Result<Option<Id>> {
    on_db!(conn, |c| {
        let named = boxed(media_folders::table.filter(media_folders::sort_name.eq(sort_name)), c);
        let there = match parent {
            Some(parent) => named.filter(media_folders::parent_id.eq(parent)),
            None => named.filter(media_folders::parent_id.is_null()),
        };
        there.select(media_folders::id).first(c).optional()
    })
}

/// The records that lie right in a folder, at most `most`: ids and titles.
pub fn media_in(conn: &mut Conn, id: Id, most: i64) -> Result<Vec<(Id, Option<String>)>> {
    on_db!(conn, |c| media::table
        .filter(media::folder_id.eq(id))
        .order(media::id)
        .limit(most)
        .select((media::id, media::title))
        .load(c))
}

/// How many records lie right in each of these folders; those with none are left out.
pub fn counts(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Option<Id>, i64)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| media::table
        .filter(in_list(media::folder_id, ids))
        .group_by(media::folder_id)
        .select((media::folder_id, diesel::dsl::count_star()))
        .load(c))
}

/// How many folders stand right in each of these; those with none are left out.
pub fn inner_counts(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Option<Id>, i64)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| media_folders::table
        .filter(in_list(media_folders::parent_id, ids))
        .group_by(media_folders::parent_id)
        .select((media_folders::parent_id, diesel::dsl::count_star()))
        .load(c))
}

macro_rules! below {
    ($query:expr, $below:expr) => {{
        let query = $query;
        match $below {
            Below::Anywhere => query,
            Below::Nothing => query.filter(media_folders::parent_id.is_null()),
            Below::Folder(id) => query.filter(media_folders::parent_id.eq(id)),
        }
    }};
}

/// A part of the list, by name.
pub fn list(conn: &mut Conn, below: Below, paging: &Paging) -> Result<Vec<FolderRow>> {
    on_db!(conn, |c| {
        let query = below!(boxed(media_folders::table.select(FolderRow::as_select()), c), below);
        part!(query, paging, media_folders::sort_name, media_folders::id, false, |from| from.key.text()).load(c)
    })
}

/// How many there are, of those that a list shows.
pub fn count(conn: &mut Conn, below: Below) -> Result<i64> {
    on_db!(conn, |c| below!(boxed(media_folders::table, c), below).count().get_result(c))
}

/// How many there are in all.
pub fn count_all(conn: &mut Conn) -> Result<i64> {
    count(conn, Below::Anywhere)
}

/// Adds a folder.
pub fn insert(conn: &mut Conn, row: &FolderRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(media_folders::table).values(row).execute(c))?;
    Ok(())
}

/// Writes `row` if the stored version still is `expected`; answers whether it was.
pub fn replace(conn: &mut Conn, row: &FolderRow, expected: i64) -> Result<bool> {
    let changed = on_db!(conn, |c| diesel::update(media_folders::table.find(row.id))
        .filter(media_folders::version.eq(expected))
        .set(row)
        .execute(c))?;
    Ok(changed == 1)
}

/// Removes a folder.
pub fn delete(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(media_folders::table.find(id)).execute(c))?;
    Ok(())
}
