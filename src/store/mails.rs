//! Letters that wait to be sent. None holds a link: those are made when they are sent.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::mails;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// One letter.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = mails)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct MailRow {
    pub id: Id,
    pub kind: String,
    pub user_id: Option<Id>,
    pub recipient: String,
    pub attempts: i32,
    pub next_at: Time,
    pub created_at: Time,
}

/// Adds a letter.
pub fn add(conn: &mut Conn, row: &MailRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(mails::table).values(row).execute(c))?;
    Ok(())
}

/// How many wait.
pub fn count(conn: &mut Conn) -> Result<i64> {
    on_db!(conn, |c| mails::table.count().get_result(c))
}

/// The letters whose time has come, the most overdue first.
pub fn due(conn: &mut Conn, now: Time, most: i64) -> Result<Vec<Id>> {
    on_db!(conn, |c| mails::table
        .filter(mails::next_at.le(now))
        .order((mails::next_at, mails::id))
        .limit(most)
        .select(mails::id)
        .load(c))
}

/// The letter, if its time has come.
pub fn find_due(conn: &mut Conn, id: Id, now: Time) -> Result<Option<MailRow>> {
    on_db!(conn, |c| mails::table
        .find(id)
        .filter(mails::next_at.le(now))
        .select(MailRow::as_select())
        .first(c)
        .optional())
}

/// Counts an attempt and puts the next one off, unless somebody else did in the meantime; says whether it was us.
pub fn put_off(conn: &mut Conn, row: &MailRow, until: Time) -> Result<bool> {
    let moved = on_db!(conn, |c| diesel::update(mails::table.find(row.id).filter(mails::attempts.eq(row.attempts)))
        .set((mails::attempts.eq(row.attempts + 1), mails::next_at.eq(until)))
        .execute(c))?;
    Ok(moved == 1)
}

/// Removes a letter.
pub fn remove(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(mails::table.find(id)).execute(c))?;
    Ok(())
}

/// Removes the letters that were written before `limit`.
pub fn sweep(conn: &mut Conn, limit: Time) -> Result<usize> {
    on_db!(conn, |c| diesel::delete(mails::table.filter(mails::created_at.lt(limit))).execute(c))
}

/// Removes the letters of a kind that wait for a user.
pub fn remove_of(conn: &mut Conn, user: Id, kind: &str) -> Result<()> {
    on_db!(conn, |c| diesel::delete(mails::table.filter(mails::user_id.eq(user)).filter(mails::kind.eq(kind)))
        .execute(c))?;
    Ok(())
}
