//! The settings of the site: one row. Lists and objects are JSON texts.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::articles::Untrashed;
use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{articles, site};
use super::touched::dues;
use crate::error::Result;
use crate::model::{ArticleState, Id, Time};
use crate::on_db;

/// The one row.
#[derive(Clone, Debug, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = site, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct SiteRow {
    pub id: i32,
    pub version: i64,
    pub name: String,
    pub description: String,
    pub locales: String,
    pub default_locale: String,
    pub labels: String,
    pub share_networks: String,
    pub principles: String,
    pub logo_id: Option<Id>,
    pub updated_at: Time,
    pub publish_gate: String,
    pub entitlement_keys: String,
    pub require_totp: String,
}

/// The settings.
pub fn load(conn: &mut Conn) -> Result<SiteRow> {
    on_db!(conn, |c| site::table.find(1).select(SiteRow::as_select()).first(c))
}

/// What changes with every change of the settings (version, time), and when the clock changes next what is public: the
/// first copy appears, or ends by itself. Every answer to readers needs both.
pub fn edition(conn: &mut Conn, now: Time) -> Result<(i64, Time, Option<Time>)> {
    let due = dues(now);
    on_db!(conn, |c| site::table.find(1).select((site::version, site::updated_at, due.single_value())).first(c))
}

/// Replaces the settings if they still have the version `expected`; says whether they had.
pub fn replace(conn: &mut Conn, row: &SiteRow, expected: i64) -> Result<bool> {
    let changed = on_db!(conn, |c| diesel::update(site::table.find(row.id).filter(site::version.eq(expected)))
        .set(row)
        .execute(c))?;
    Ok(changed == 1)
}

/// Whether an article is in one of these locales, whatever its state.
pub fn uses_any(conn: &mut Conn, locales: &[&str]) -> Result<bool> {
    let spoken = || articles::table.filter(in_list(articles::locale, locales));
    let kept = spoken().filter(Untrashed::new(articles::state));
    let trashed = spoken().filter(articles::state.eq(ArticleState::Trashed));
    Ok(on_db!(conn, |c| diesel::select(exists(kept)).get_result::<bool>(c))?
        || on_db!(conn, |c| diesel::select(exists(trashed)).get_result::<bool>(c))?)
}
