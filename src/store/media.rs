//! Media records. The bytes lie in the media store under `original_key` (as uploaded, for editors) and
//! `public_key` (without metadata; the same key where nothing had to be removed).

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::media;
use crate::error::Result;
use crate::model::{Id, MediaKind, Time};
use crate::on_db;

/// One record, as it is kept.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = media, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct MediaRow {
    pub id: Id,
    pub version: i64,
    pub kind: MediaKind,
    pub title: Option<String>,
    pub file_name: Option<String>,
    pub mime: Option<String>,
    pub bytes: Option<i64>,
    pub public_bytes: Option<i64>,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i64>,
    pub sha256: Option<String>,
    pub original_key: Option<String>,
    pub public_key: Option<String>,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
    pub creator: Option<String>,
    pub copyright: Option<String>,
    pub license: Option<String>,
    pub focal_point: Option<String>,
    pub placeholder: Option<String>,
    pub dominant_color: Option<String>,
    pub poster_id: Option<Id>,
    pub embed_url: Option<String>,
    pub owner_id: Option<Id>,
    pub created_at: Time,
    pub updated_at: Time,
}

/// The record with this id.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<MediaRow>> {
    on_db!(conn, |c| media::table.find(id).select(MediaRow::as_select()).first(c).optional())
}

/// The records with these ids, in no order; unknown ids are left out.
pub fn by_ids(conn: &mut Conn, ids: &[Id]) -> Result<Vec<MediaRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| media::table.filter(in_list(media::id, ids)).select(MediaRow::as_select()).load(c))
}
