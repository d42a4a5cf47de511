//! The whole bodies of published copies that are not free. No public read names these tables but the one for readers
//! with an entitlement.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{published_articles, published_full_bodies, published_full_media, published_media};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// The whole body of a copy in its forms; they are null where its open body is the whole one.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = published_full_bodies)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct FullBodyRow {
    pub copy_id: Id,
    pub body: Option<String>,
    pub body_html: Option<String>,
    pub body_text: Option<String>,
    pub body_markdown: Option<String>,
    pub article_refs: String,
    pub media_until: Option<Time>,
}

/// Keeps the whole body of a copy, with all media in it, unless it is kept already.
pub fn insert(conn: &mut Conn, row: &FullBodyRow, media: &[Id]) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(published_full_bodies::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    for item in media {
        let of_copy = (published_full_media::copy_id.eq(row.copy_id), published_full_media::media_id.eq(*item));
        on_db!(conn, |c| diesel::insert_into(published_full_media::table)
            .values(of_copy)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// The whole body of a copy, if it is kept.
pub fn find(conn: &mut Conn, copy: Id) -> Result<Option<FullBodyRow>> {
    on_db!(conn, |c| published_full_bodies::table.find(copy).select(FullBodyRow::as_select()).first(c).optional())
}

/// The media of a copy's whole body that its open body does not show.
pub fn closed_media(conn: &mut Conn, copy: Id) -> Result<Vec<Id>> {
    let open = published_media::table.filter(published_media::copy_id.eq(copy)).select(published_media::media_id);
    on_db!(conn, |c| published_full_media::table
        .filter(published_full_media::copy_id.eq(copy))
        .filter(published_full_media::media_id.ne_all(open))
        .select(published_full_media::media_id)
        .load(c))
}

/// Whether the whole body of a copy that is live or waits shows one of these records.
pub fn uses(conn: &mut Conn, media: &[Id], now: Time) -> Result<bool> {
    let used: Option<Id> = on_db!(conn, |c| published_full_media::table
        .inner_join(published_articles::table)
        .filter(in_list(published_full_media::media_id, media))
        .filter(published_articles::visible_until.gt(now))
        .select(published_full_media::copy_id)
        .first(c)
        .optional())?;
    Ok(used.is_some())
}
