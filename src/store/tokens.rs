//! API tokens. Of a token only its hash and its first characters are kept; `scopes` is a JSON list.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::api_tokens;
use crate::error::Result;
use crate::model::paging::Paging;
use crate::model::{Id, Time};
use crate::on_db;

/// One token, as it is kept.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = api_tokens, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct TokenRow {
    pub id: Id,
    pub version: i64,
    pub user_id: Id,
    pub name: String,
    pub prefix: String,
    pub hash: String,
    pub scopes: String,
    pub expires_at: Option<Time>,
    pub last_used_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
    pub networks: String,
    pub previous_hash: Option<String>,
    pub previous_until: Option<Time>,
}

/// The token with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<TokenRow>> {
    on_db!(conn, |c| api_tokens::table.find(id).select(TokenRow::as_select()).first(c).optional())
}

/// The part of the list that `paging` wants, in the order in which they were made.
pub fn list(conn: &mut Conn, paging: &Paging) -> Result<Vec<TokenRow>> {
    let from = paging.from().map(|from| from.id.to_string());
    if paging.is_backward() {
        let before = from.unwrap_or_default();
        return on_db!(conn, |c| api_tokens::table
            .filter(api_tokens::id.lt(&before))
            .order(api_tokens::id.desc())
            .limit(paging.fetch())
            .select(TokenRow::as_select())
            .load(c));
    }
    let after = from.unwrap_or_default();
    on_db!(conn, |c| api_tokens::table
        .filter(api_tokens::id.gt(&after))
        .order(api_tokens::id)
        .limit(paging.fetch())
        .offset(paging.offset())
        .select(TokenRow::as_select())
        .load(c))
}

/// How many there are.
pub fn count(conn: &mut Conn) -> Result<i64> {
    on_db!(conn, |c| api_tokens::table.count().get_result(c))
}

/// Adds a token.
pub fn insert(conn: &mut Conn, row: &TokenRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(api_tokens::table).values(row).execute(c))?;
    Ok(())
}

/// Replaces what changes of a token if it still has the version `expected`; says whether it had.
pub fn replace(conn: &mut Conn, row: &TokenRow, expected: i64) -> Result<bool> {
    let values = (
        api_tokens::version.eq(row.version),
        api_tokens::name.eq(&row.name),
        api_tokens::scopes.eq(&row.scopes),
        api_tokens::expires_at.eq(row.expires_at),
        api_tokens::updated_at.eq(row.updated_at),
        api_tokens::networks.eq(&row.networks),
        api_tokens::prefix.eq(&row.prefix),
        api_tokens::hash.eq(&row.hash),
        api_tokens::previous_hash.eq(&row.previous_hash),
        api_tokens::previous_until.eq(row.previous_until),
    );
    let changed =
        on_db!(conn, |c| diesel::update(api_tokens::table.find(row.id).filter(api_tokens::version.eq(expected)))
            .set(values)
            .execute(c))?;
    Ok(changed == 1)
}

/// Removes a token.
pub fn remove(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(api_tokens::table.find(id)).execute(c))?;
    Ok(())
}

/// Notes when a token was last used, never going back.
pub fn note_use(conn: &mut Conn, id: Id, at: Time) -> Result<()> {
    on_db!(conn, |c| diesel::update(
        api_tokens::table.find(id).filter(api_tokens::last_used_at.is_null().or(api_tokens::last_used_at.lt(at)))
    )
    .set(api_tokens::last_used_at.eq(at))
    .execute(c))?;
    Ok(())
}
