//! The updates of live blogs: as editors keep them, and frozen as the public may see them. Reading the latter in public
//! is `published`'s alone.

use diesel::prelude::*;

use super::conn::Conn;
use super::keyset::{boxed, part};
use super::schema::{live_update_media, live_updates, published_live_update_media, published_live_updates};
use crate::error::Result;
use crate::model::paging::{MAX_COUNTED, Paged, Paging};
use crate::model::{Id, Time};
use crate::{insert_all, on_db};

/// One update, as it is kept. `body` is JSON.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = live_updates, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct LiveUpdateRow {
    pub id: Id,
    pub article_id: Id,
    pub version: i64,
    pub headline: Option<String>,
    pub body: String,
    pub at: Time,
    pub pinned: bool,
    pub key_event: bool,
    pub draft: bool,
    pub author_id: Option<Id>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// One update as the public may see it while its article is live: its body frozen, in its forms. `article_refs` is a
/// JSON list.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = published_live_updates)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct ShownUpdateRow {
    pub update_id: Id,
    pub article_id: Id,
    pub headline: Option<String>,
    pub body: String,
    pub body_html: String,
    pub body_text: String,
    pub body_markdown: String,
    pub article_refs: String,
    pub media_until: Option<Time>,
    pub at: Time,
    pub pinned: bool,
    pub key_event: bool,
    pub author_id: Option<Id>,
    pub updated_at: Time,
}

/// This update of this article.
pub fn find(conn: &mut Conn, article: Id, id: Id) -> Result<Option<LiveUpdateRow>> {
    on_db!(conn, |c| live_updates::table
        .find(id)
        .filter(live_updates::article_id.eq(article))
        .select(LiveUpdateRow::as_select())
        .first(c)
        .optional())
}

/// One part of the updates of an article, the newest first, with the total where the paging counts: all of them, or
/// only the drafts, or only the others.
pub fn list(conn: &mut Conn, article: Id, draft: Option<bool>, paging: &Paging) -> Result<Paged<LiveUpdateRow>> {
    let total = if paging.counts() { count(conn, article, draft)? } else { 0 };
    let rows = on_db!(conn, |c| {
        let mut query = boxed(live_updates::table.select(LiveUpdateRow::as_select()), c);
        query = query.filter(live_updates::article_id.eq(article));
        if let Some(draft) = draft {
            query = query.filter(live_updates::draft.eq(draft));
        }
        part!(query, paging, live_updates::at, live_updates::id, true, |from| from.key.time()).load(c)
    })?;
    Ok(paging.page(rows, total, |row: &LiveUpdateRow| (row.at.into(), row.id)))
}

fn count(conn: &mut Conn, article: Id, draft: Option<bool>) -> Result<i64> {
    let found: Vec<Id> = on_db!(conn, |c| {
        let mut query = boxed(live_updates::table.select(live_updates::id), c);
        query = query.filter(live_updates::article_id.eq(article));
        if let Some(draft) = draft {
            query = query.filter(live_updates::draft.eq(draft));
        }
        query.limit(MAX_COUNTED + 1).load(c)
    })?;
    Ok(i64::try_from(found.len()).unwrap_or(i64::MAX))
}

/// Adds an update.
pub fn insert(conn: &mut Conn, row: &LiveUpdateRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(live_updates::table).values(row).execute(c))?;
    Ok(())
}

/// Writes `row` if the stored version still is `expected`; answers whether it was.
pub fn replace(conn: &mut Conn, row: &LiveUpdateRow, expected: i64) -> Result<bool> {
    let changed = on_db!(conn, |c| diesel::update(live_updates::table)
        .filter(live_updates::id.eq(row.id))
        .filter(live_updates::version.eq(expected))
        .set(row)
        .execute(c))?;
    Ok(changed == 1)
}

/// Removes an update with all that belongs to it, if its version still is `expected`; answers whether it was.
pub fn delete(conn: &mut Conn, id: Id, expected: i64) -> Result<bool> {
    let of_version = live_updates::table.find(id).filter(live_updates::version.eq(expected));
    Ok(on_db!(conn, |c| diesel::delete(of_version).execute(c))? == 1)
}

/// Notes which media an update uses, so that none of them can be deleted.
pub fn set_media(conn: &mut Conn, id: Id, media: &[Id]) -> Result<()> {
    on_db!(conn, |c| diesel::delete(live_update_media::table.filter(live_update_media::update_id.eq(id))).execute(c))?;
    let media = media.iter().map(|item| (live_update_media::update_id.eq(id), live_update_media::media_id.eq(*item)));
    insert_all!(conn, live_update_media::table, media)
}

/// Shows an update with these media, in place of what was shown of it.
pub fn show(conn: &mut Conn, row: &ShownUpdateRow, media: &[Id]) -> Result<()> {
    hide(conn, row.update_id)?;
    on_db!(conn, |c| diesel::insert_into(published_live_updates::table).values(row).execute(c))?;
    let media = media.iter().map(|item| {
        (published_live_update_media::update_id.eq(row.update_id), published_live_update_media::media_id.eq(*item))
    });
    insert_all!(conn, published_live_update_media::table, media)
}

/// Shows nothing of an update any more.
pub fn hide(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(published_live_updates::table.find(id)).execute(c))?;
    Ok(())
}
