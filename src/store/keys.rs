//! The wrapped keys.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect;
use super::schema::keys;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// The purpose of the keys that sign access tokens.
pub const JWT: &str = "jwt";

/// One key, wrapped by the operator's secret.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = keys)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct KeyRow {
    pub id: Id,
    pub purpose: String,
    pub sealed: String,
    pub public: Option<String>,
    pub created_at: Time,
    pub signs_from: Time,
}

/// Lets one node at a time make keys.
pub fn lock(conn: &mut Conn) -> Result<()> {
    dialect::lock(conn, "LOCK TABLE keys IN SHARE ROW EXCLUSIVE MODE")
}

/// The keys for a purpose, the one whose turn comes last first.
pub fn of(conn: &mut Conn, purpose: &str) -> Result<Vec<KeyRow>> {
    on_db!(conn, |c| keys::table
        .filter(keys::purpose.eq(purpose))
        .order((keys::signs_from.desc(), keys::created_at.desc(), keys::id.desc()))
        .select(KeyRow::as_select())
        .load(c))
}

/// Adds a key.
pub fn insert(conn: &mut Conn, row: &KeyRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(keys::table).values(row).execute(c))?;
    Ok(())
}

/// Notes by which name a key is known in public.
pub fn set_public(conn: &mut Conn, id: Id, public: &str) -> Result<()> {
    on_db!(conn, |c| diesel::update(keys::table.find(id)).set(keys::public.eq(public)).execute(c))?;
    Ok(())
}

/// Removes a key.
pub fn delete(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(keys::table.find(id)).execute(c))?;
    Ok(())
}
