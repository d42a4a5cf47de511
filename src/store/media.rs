//! Media records. The bytes lie in the media store under `original_key` (as uploaded, for editors) and
//! `public_key` (without metadata; the same key where nothing had to be removed). `search_text` is what lists search:
//! the words of a record, folded; it is written here and never read back.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::conn::Conn;
use super::dialect::{self, in_list};
pub use super::media_filter::{InFolder, MediaFilter};
use super::media_filter::{KEYWORD_END, narrowed};
use super::schema::{media, media_tracks, media_variants};
use crate::error::Result;
use crate::model::paging::Paging;
use crate::model::{DigitalSourceType, Id, MediaKind, Time};
use crate::on_db;

/// One record, as it is kept. What variants are made from and say is written by `media_variants` alone.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable, AsChangeset)]
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
    pub expires_at: Option<Time>,
    pub usage_terms: Option<String>,
    pub digital_source_type: Option<DigitalSourceType>,
    pub focal_point: Option<String>,
    #[diesel(skip_update)]
    pub placeholder: Option<String>,
    #[diesel(skip_update)]
    pub dominant_color: Option<String>,
    pub poster_id: Option<Id>,
    pub embed_url: Option<String>,
    pub owner_id: Option<Id>,
    pub created_at: Time,
    pub updated_at: Time,
    #[diesel(skip_update)]
    pub variants: Option<String>,
    pub folder_id: Option<Id>,
    pub keywords: String,
    pub replaced_at: Option<Time>,
    pub tracks: Option<String>,
    pub codecs: Option<String>,
    pub taken_at: Option<Time>,
}

/// What cards show of a picture: a part of its record, for lists read many.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = media)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct PictureRow {
    pub id: Id,
    pub file_name: Option<String>,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
    pub expires_at: Option<Time>,
    pub focal_point: Option<String>,
    pub placeholder: Option<String>,
    pub variants: Option<String>,
    pub replaced_at: Option<Time>,
}

impl MediaRow {
    /// Whether the newsroom may not use it any more at `now`.
    #[must_use]
    pub fn is_over(&self, now: Time) -> bool {
        is_over(self.expires_at, now)
    }
}

/// Whether the right to use something has ended at `now`: the instant itself is past the end.
#[must_use]
pub fn is_over(expires_at: Option<Time>, now: Time) -> bool {
    expires_at.is_some_and(|end| end <= now)
}

impl From<&MediaRow> for PictureRow {
    fn from(row: &MediaRow) -> Self {
        Self {
            id: row.id,
            file_name: row.file_name.clone(),
            width: row.width,
            height: row.height,
            alt: row.alt.clone(),
            caption: row.caption.clone(),
            credit: row.credit.clone(),
            expires_at: row.expires_at,
            focal_point: row.focal_point.clone(),
            placeholder: row.placeholder.clone(),
            variants: row.variants.clone(),
            replaced_at: row.replaced_at,
        }
    }
}

/// What cards show of the pictures with these ids, in no order; unknown ids are left out.
pub fn pictures(conn: &mut Conn, ids: &[Id]) -> Result<Vec<PictureRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| media::table.filter(in_list(media::id, ids)).select(PictureRow::as_select()).load(c))
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

/// The record with the file whose SHA-256 this is, in 64 hex digits.
pub fn by_sha256(conn: &mut Conn, sha256: &str) -> Result<Option<MediaRow>> {
    on_db!(conn, |c| media::table.filter(media::sha256.eq(sha256)).select(MediaRow::as_select()).first(c).optional())
}

/// The record of a video of another site, by its canonical address.
pub fn by_embed_url(conn: &mut Conn, url: &str) -> Result<Option<MediaRow>> {
    on_db!(conn, |c| media::table.filter(media::embed_url.eq(url)).select(MediaRow::as_select()).first(c).optional())
}

/// A file as it was uploaded.
#[derive(Clone, Debug, QueryableByName)]
pub struct StoredFile {
    /// The record.
    #[diesel(sql_type = Text)]
    pub id: Id,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    #[diesel(sql_type = Text)]
    pub sha256: String,
    /// Where it is in the store.
    #[diesel(sql_type = Text)]
    pub key: String,
}

/// Some files of at most `largest` bytes, drawn by lot.
pub fn sample(conn: &mut Conn, largest: i64, most: i64) -> Result<Vec<StoredFile>> {
    const DRAW: &str = "SELECT id, sha256, original_key AS key FROM media \
        WHERE sha256 IS NOT NULL AND original_key IS NOT NULL AND bytes <= $1 ORDER BY random() LIMIT $2";
    on_db!(conn, |c| diesel::sql_query(DRAW).bind::<BigInt, _>(largest).bind::<BigInt, _>(most).load(c))
}

/// The rows of a part of the list, in the order in which [`Paging::page`] takes them.
pub fn list(conn: &mut Conn, filter: &MediaFilter, paging: &Paging, now: Time) -> Result<Vec<MediaRow>> {
    let ascending = filter.oldest_first != paging.is_backward();
    on_db!(conn, |c| {
        let mut query = narrowed!(media::table.select(MediaRow::as_select()).into_boxed(), filter, now);
        if let Some(from) = paging.from() {
            let (at, id) = (from.key.time(), from.id);
            query = if ascending {
                query.filter(media::created_at.gt(at).or(media::created_at.eq(at).and(media::id.gt(id))))
            } else {
                query.filter(media::created_at.lt(at).or(media::created_at.eq(at).and(media::id.lt(id))))
            };
        }
        query = if ascending {
            query.order((media::created_at.asc(), media::id.asc()))
        } else {
            query.order((media::created_at.desc(), media::id.desc()))
        };
        query.limit(paging.fetch()).offset(paging.offset()).load(c)
    })
}

/// How many records a filter lets through.
pub fn count(conn: &mut Conn, filter: &MediaFilter, now: Time) -> Result<i64> {
    on_db!(conn, |c| {
        let query = narrowed!(media::table.into_boxed(), filter, now);
        query.count().get_result(c)
    })
}

/// Adds a record, unless one with the same file or the same address is there; answers whether it was added.
pub fn insert(conn: &mut Conn, row: &MediaRow) -> Result<bool> {
    let values = (row, media::search_text.eq(search_text(row)));
    let added = on_db!(conn, |c| diesel::insert_into(media::table).values(values).on_conflict_do_nothing().execute(c))?;
    Ok(added == 1)
}

/// Writes `row` if the stored version still is `expected`; answers whether it was.
pub fn replace(conn: &mut Conn, row: &MediaRow, expected: i64) -> Result<bool> {
    let changed = on_db!(conn, |c| diesel::update(media::table)
        .filter(media::id.eq(row.id))
        .filter(media::version.eq(expected))
        .set((row, media::search_text.eq(search_text(row))))
        .execute(c))?;
    Ok(changed == 1)
}

/// Removes a record.
pub fn delete(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(media::table.find(id)).execute(c))?;
    Ok(())
}

/// Makes the writers of records and the removers of bytes wait for each other until their transactions end, so that
/// bytes that a new record counts on are not removed. On SQLite there is one writer anyway.
pub fn lock_files(conn: &mut Conn) -> Result<()> {
    dialect::lock(conn, "SELECT pg_advisory_xact_lock(7310584, 1)")
}

/// What lists search of a record. Its keywords stand at the end, each between two separators, so that a whole one can
/// be looked for.
fn search_text(row: &MediaRow) -> String {
    let texts = [&row.title, &row.file_name, &row.alt, &row.caption, &row.credit, &row.creator, &row.copyright];
    let texts: Vec<&str> = texts.into_iter().filter_map(|text| text.as_deref()).collect();
    let keywords: Vec<String> = serde_json::from_str(&row.keywords).unwrap_or_default();
    let folded = keywords.iter().map(|keyword| crate::text::fold(keyword) + KEYWORD_END);
    crate::text::fold(&texts.join("\n")) + KEYWORD_END + &folded.collect::<String>()
}

/// Those of these keys that records, variants or tracks need.
pub fn used_keys(conn: &mut Conn, keys: &[String]) -> Result<Vec<String>> {
    let mut used: Vec<String> = on_db!(conn, |c| media::table
        .filter(in_list(media::original_key, keys))
        .select(media::original_key.assume_not_null())
        .load(c))?;
    let public: Vec<String> = on_db!(conn, |c| media::table
        .filter(in_list(media::public_key, keys))
        .select(media::public_key.assume_not_null())
        .load(c))?;
    let variants: Vec<String> = on_db!(conn, |c| media_variants::table
        .filter(in_list(media_variants::storage_key, keys))
        .select(media_variants::storage_key)
        .load(c))?;
    let tracks: Vec<String> = on_db!(conn, |c| media_tracks::table
        .filter(in_list(media_tracks::storage_key, keys))
        .select(media_tracks::storage_key)
        .load(c))?;
    used.extend(public);
    used.extend(variants);
    used.extend(tracks);
    Ok(used)
}
