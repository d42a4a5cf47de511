//! What changes reach: the copies of articles with everything by which lists find them, and the articles that show
//! media. Copies that have ended count too, until they are swept: lists may still show them.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{
    copy_dues, media, published_articles, published_authors, published_bodies, published_live_update_media,
    published_live_updates, published_media, published_tags,
};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// A published copy, as far as others show it.
#[derive(Clone, Debug, Queryable)]
#[expect(missing_docs, reason = "the columns of the tables")]
pub struct Reached {
    pub copy_id: Id,
    pub article_id: Id,
    pub slug: String,
    pub section_id: Option<Id>,
    pub translation_group: Id,
    pub supersedes_id: Option<Id>,
}

/// Every copy of these articles that was not swept.
pub fn copies_of(conn: &mut Conn, articles: &[Id]) -> Result<Vec<Reached>> {
    on_db!(conn, |c| published_articles::table
        .inner_join(published_bodies::table)
        .filter(in_list(published_articles::article_id, articles))
        .select((
            published_articles::copy_id,
            published_articles::article_id,
            published_articles::slug,
            published_articles::section_id,
            published_articles::translation_group,
            published_bodies::supersedes_id,
        ))
        .load(c))
}

/// The tags of these copies, the sections among them.
pub fn tags_of(conn: &mut Conn, copies: &[Id]) -> Result<Vec<Id>> {
    on_db!(conn, |c| published_tags::table
        .filter(in_list(published_tags::copy_id, copies))
        .select(published_tags::tag_id)
        .distinct()
        .load(c))
}

/// The authors of these copies.
pub fn authors_of(conn: &mut Conn, copies: &[Id]) -> Result<Vec<Id>> {
    on_db!(conn, |c| published_authors::table
        .filter(in_list(published_authors::copy_id, copies))
        .select(published_authors::author_id)
        .distinct()
        .load(c))
}

/// The media of these copies, their bodies included.
pub fn media_of(conn: &mut Conn, copies: &[Id]) -> Result<Vec<Id>> {
    on_db!(conn, |c| published_media::table
        .filter(in_list(published_media::copy_id, copies))
        .select(published_media::media_id)
        .distinct()
        .load(c))
}

/// Articles a copy of which shows this record, or a film whose poster it is, and live blogs an update of which does; at
/// most `most` of each.
pub fn showing(conn: &mut Conn, id: Id, most: i64) -> Result<(Vec<Id>, Vec<Id>)> {
    let mut shown: Vec<Id> =
        on_db!(conn, |c| media::table.filter(media::poster_id.eq(id)).limit(most).select(media::id).load(c))?;
    shown.push(id);
    let articles = on_db!(conn, |c| published_media::table
        .inner_join(published_articles::table)
        .filter(in_list(published_media::media_id, &shown))
        .select(published_articles::article_id)
        .distinct()
        .limit(most)
        .load(c))?;
    let blogs = on_db!(conn, |c| published_live_update_media::table
        .inner_join(published_live_updates::table)
        .filter(in_list(published_live_update_media::media_id, &shown))
        .select(published_live_updates::article_id)
        .distinct()
        .limit(most)
        .load(c))?;
    Ok((articles, blogs))
}

/// When the clock changes what is public from now on: copies appear, or end by themselves.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn dues(now: Time) -> _ {
    copy_dues::table.filter(copy_dues::at.gt(now)).order(copy_dues::at).select(copy_dues::at)
}
