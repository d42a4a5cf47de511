//! Links that work once. Of a token only its hash is kept.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::account_links;
use crate::error::Result;
use crate::model::{Id, LinkPurpose, Time};
use crate::on_db;

/// One link.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = account_links)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct LinkRow {
    pub hash: String,
    pub user_id: Id,
    pub purpose: String,
    pub email: Option<String>,
    pub expires_at: Time,
    pub created_at: Time,
}

/// Adds a link in the place of the user's last one for the same purpose.
pub fn replace(conn: &mut Conn, row: &LinkRow) -> Result<()> {
    on_db!(&mut *conn, |c| diesel::delete(
        account_links::table
            .filter(account_links::user_id.eq(row.user_id))
            .filter(account_links::purpose.eq(&row.purpose))
    )
    .execute(c))?;
    on_db!(conn, |c| diesel::insert_into(account_links::table).values(row).execute(c))?;
    Ok(())
}

/// The link with this hash, if it works now.
pub fn find(conn: &mut Conn, hash: &str, purpose: LinkPurpose, now: Time) -> Result<Option<LinkRow>> {
    on_db!(conn, |c| account_links::table
        .find(hash)
        .filter(account_links::purpose.eq(purpose.as_str()))
        .filter(account_links::expires_at.gt(now))
        .select(LinkRow::as_select())
        .first(c)
        .optional())
}

/// Takes a link away; says whether it was there, so that of two who use it at once one is the first.
pub fn take(conn: &mut Conn, hash: &str) -> Result<bool> {
    let taken = on_db!(conn, |c| diesel::delete(account_links::table.find(hash)).execute(c))?;
    Ok(taken == 1)
}

/// Takes every link of a user away.
pub fn end_all(conn: &mut Conn, user: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(account_links::table.filter(account_links::user_id.eq(user))).execute(c))?;
    Ok(())
}

/// Removes the links that ended before `limit`.
pub fn sweep(conn: &mut Conn, limit: Time) -> Result<usize> {
    on_db!(conn, |c| diesel::delete(account_links::table.filter(account_links::expires_at.lt(limit))).execute(c))
}
