//! The variants of pictures, and the pictures that wait for theirs.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{media, media_variants, variant_dues};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::{insert_all, on_db};

/// The file of a variant.
#[derive(Clone, Debug, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = media_variants)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct VariantRow {
    pub media_id: Id,
    pub name: String,
    pub extension: String,
    pub width: i32,
    pub height: i32,
    pub bytes: i64,
    pub storage_key: String,
    pub made_at: Time,
}

/// What was found out about a picture when its variants were made.
#[derive(Clone, Debug)]
pub struct Glance {
    /// A `ThumbHash` in base64.
    pub placeholder: String,
    /// The main colour, `#rrggbb`.
    pub dominant_color: Option<String>,
    /// What answers say of the variants.
    pub notes: String,
}

/// A picture that waits for its variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct DueRow {
    /// The picture.
    pub media_id: Id,
    /// Nobody makes them before.
    pub not_before: Time,
    /// How often somebody began to make them.
    pub tries: i32,
}

/// One variant of a record.
pub fn find(conn: &mut Conn, media_id: Id, name: &str, extension: &str) -> Result<Option<(VariantRow, Option<Time>)>> {
    on_db!(conn, |c| media_variants::table
        .inner_join(media::table.on(media::id.eq(media_variants::media_id)))
        .filter(media_variants::media_id.eq(media_id))
        .filter(media_variants::name.eq(name))
        .filter(media_variants::extension.eq(extension))
        .select((VariantRow::as_select(), media::expires_at))
        .first(c)
        .optional())
}

/// The keys of all variants of a record.
pub fn keys(conn: &mut Conn, media_id: Id) -> Result<Vec<String>> {
    on_db!(conn, |c| media_variants::table
        .filter(media_variants::media_id.eq(media_id))
        .select(media_variants::storage_key)
        .load(c))
}

/// Puts these in place of all variants of a record, with what was found out about it; answers whether it is there. Its
/// version stays: nobody said anything new of it.
pub fn replace(conn: &mut Conn, media_id: Id, rows: &[VariantRow], glance: &Glance) -> Result<bool> {
    let found = (
        media::placeholder.eq(&glance.placeholder),
        media::dominant_color.eq(&glance.dominant_color),
        media::variants.eq(&glance.notes),
    );
    let changed = on_db!(conn, |c| diesel::update(media::table.find(media_id)).set(found).execute(c))?;
    if changed == 0 {
        return Ok(false);
    }
    on_db!(conn, |c| diesel::delete(media_variants::table.filter(media_variants::media_id.eq(media_id))).execute(c))?;
    insert_all!(conn, media_variants::table, rows.iter())?;
    Ok(true)
}

/// Takes away all variants of a record, and what was found out about it when they were made; answers where their bytes
/// are.
pub fn forget(conn: &mut Conn, media_id: Id) -> Result<Vec<String>> {
    let keys = keys(conn, media_id)?;
    let none = (
        media::placeholder.eq(None::<String>),
        media::dominant_color.eq(None::<String>),
        media::variants.eq(None::<String>),
    );
    on_db!(conn, |c| diesel::update(media::table.find(media_id)).set(none).execute(c))?;
    on_db!(conn, |c| diesel::delete(media_variants::table.filter(media_variants::media_id.eq(media_id))).execute(c))?;
    Ok(keys)
}

/// Lets a picture wait for its variants from now on, even if somebody is at them.
pub fn want(conn: &mut Conn, media_id: Id, now: Time) -> Result<()> {
    let row = (variant_dues::media_id.eq(media_id), variant_dues::not_before.eq(now), variant_dues::tries.eq(0));
    let again = (variant_dues::not_before.eq(now), variant_dues::tries.eq(0));
    on_db!(conn, |c| diesel::insert_into(variant_dues::table)
        .values(row)
        .on_conflict(variant_dues::media_id)
        .do_update()
        .set(again)
        .execute(c))?;
    Ok(())
}

/// The picture that has been waiting longest: one look at the index.
pub fn next(conn: &mut Conn, now: Time) -> Result<Option<DueRow>> {
    on_db!(conn, |c| variant_dues::table
        .filter(variant_dues::not_before.le(now))
        .order(variant_dues::not_before)
        .select((variant_dues::media_id, variant_dues::not_before, variant_dues::tries))
        .first(c)
        .optional())
}

/// Keeps others away from a picture until `until`; answers whether nobody else did so before.
pub fn claim(conn: &mut Conn, due: DueRow, until: Time) -> Result<bool> {
    let claimed = on_db!(conn, |c| diesel::update(variant_dues::table.find(due.media_id))
        .filter(variant_dues::not_before.eq(due.not_before))
        .set((variant_dues::not_before.eq(until), variant_dues::tries.eq(due.tries + 1)))
        .execute(c))?;
    Ok(claimed == 1)
}

/// Counts a claim until `claimed` not as a try. Others keep away from the picture until then all the same.
pub fn untried(conn: &mut Conn, media_id: Id, claimed: Time) -> Result<()> {
    on_db!(conn, |c| diesel::update(variant_dues::table.find(media_id))
        .filter(variant_dues::not_before.eq(claimed).and(variant_dues::tries.gt(0)))
        .set(variant_dues::tries.eq(variant_dues::tries - 1))
        .execute(c))?;
    Ok(())
}

/// Lets a picture wait no longer, unless its variants were wanted anew since it was claimed until `claimed`.
pub fn done(conn: &mut Conn, media_id: Id, claimed: Time) -> Result<()> {
    on_db!(conn, |c| diesel::delete(variant_dues::table.find(media_id))
        .filter(variant_dues::not_before.eq(claimed))
        .execute(c))?;
    Ok(())
}
