//! The files of tracks. What is said of a track stands in the `tracks` of its media record.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{media, media_tracks};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// The file of a track. It never changes.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = media_tracks)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct TrackRow {
    pub id: Id,
    pub media_id: Id,
    pub bytes: i64,
    pub storage_key: String,
    pub made_at: Time,
}

/// One track of a record, and until when the newsroom may use that.
pub fn find(conn: &mut Conn, media_id: Id, id: Id) -> Result<Option<(TrackRow, Option<Time>)>> {
    on_db!(conn, |c| media_tracks::table
        .inner_join(media::table.on(media::id.eq(media_tracks::media_id)))
        .filter(media_tracks::id.eq(id))
        .filter(media_tracks::media_id.eq(media_id))
        .select((TrackRow::as_select(), media::expires_at))
        .first(c)
        .optional())
}

/// The keys of all tracks of a record.
pub fn keys(conn: &mut Conn, media_id: Id) -> Result<Vec<String>> {
    on_db!(conn, |c| media_tracks::table
        .filter(media_tracks::media_id.eq(media_id))
        .select(media_tracks::storage_key)
        .load(c))
}

/// Adds the file of a track.
pub fn insert(conn: &mut Conn, row: &TrackRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(media_tracks::table).values(row).execute(c))?;
    Ok(())
}

/// Takes the file of a track away.
pub fn delete(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(media_tracks::table.find(id)).execute(c))?;
    Ok(())
}
