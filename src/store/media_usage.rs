//! What uses a media record.

use diesel::prelude::*;

use super::conn::Conn;
use super::copies::CopyRow;
use super::dialect::in_list;
use super::schema::{
    article_media, articles, authors, live_update_media, live_updates, media, published_articles, published_full_media,
    published_media, site, tags,
};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::on_db;

/// An article that uses a record.
#[derive(Clone, Debug)]
pub struct ArticleUse {
    /// The article.
    pub id: Id,
    /// The working copy's headline.
    pub headline: String,
    /// Whose article it is.
    pub owner_id: Option<Id>,
    /// Whether the working copy uses it.
    pub working: bool,
    /// Whether a copy uses it that is live or waits.
    pub published: bool,
    /// Whether an update uses it.
    pub updates: bool,
}

/// The articles that use a record, in their working copy, in one that is live or waits (behind its paywall, too), or in
/// an update: at most `most` of each.
pub fn articles(conn: &mut Conn, id: Id, now: Time, most: i64) -> Result<Vec<ArticleUse>> {
    let working: Vec<Id> = on_db!(conn, |c| article_media::table
        .filter(article_media::media_id.eq(id))
        .order(article_media::article_id)
        .limit(most)
        .select(article_media::article_id)
        .load(c))?;
    let mut published: Vec<Id> = on_db!(conn, |c| published_media::table
        .inner_join(published_articles::table)
        .filter(published_media::media_id.eq(id))
        .filter(published_articles::visible_until.gt(now))
        .order(published_articles::article_id)
        .limit(most)
        .select(published_articles::article_id)
        .load(c))?;
    let in_full: Vec<Id> = on_db!(conn, |c| published_full_media::table
        .inner_join(published_articles::table)
        .filter(published_full_media::media_id.eq(id))
        .filter(published_articles::visible_until.gt(now))
        .order(published_articles::article_id)
        .limit(most)
        .select(published_articles::article_id)
        .load(c))?;
    published.extend(in_full);
    let updates: Vec<Id> = on_db!(conn, |c| live_update_media::table
        .inner_join(live_updates::table)
        .filter(live_update_media::media_id.eq(id))
        .order(live_updates::article_id)
        .limit(most)
        .select(live_updates::article_id)
        .load(c))?;
    let all: Vec<Id> = working.iter().chain(&published).chain(&updates).copied().collect();
    let found: Vec<(Id, String, Option<Id>)> = on_db!(conn, |c| articles::table
        .filter(in_list(articles::id, &all))
        .order(articles::id)
        .select((articles::id, articles::headline, articles::owner_id))
        .load(c))?;
    let make = |(id, headline, owner_id)| {
        let (working, published, updates) = (working.contains(&id), published.contains(&id), updates.contains(&id));
        ArticleUse { id, headline, owner_id, working, published, updates }
    };
    Ok(found.into_iter().map(make).collect())
}

/// The tags with this picture, with their names: at most `most`.
pub fn tags(conn: &mut Conn, id: Id, most: i64) -> Result<Vec<(Id, String)>> {
    on_db!(conn, |c| tags::table
        .filter(tags::image_id.eq(id))
        .order(tags::id)
        .limit(most)
        .select((tags::id, tags::name))
        .load(c))
}

/// The authors with this portrait, with their names: at most `most`.
pub fn authors(conn: &mut Conn, id: Id, most: i64) -> Result<Vec<(Id, String)>> {
    on_db!(conn, |c| authors::table
        .filter(authors::avatar_id.eq(id))
        .order(authors::id)
        .limit(most)
        .select((authors::id, authors::name))
        .load(c))
}

/// The media with this poster, with their title or file name: at most `most`.
pub fn films(conn: &mut Conn, id: Id, most: i64) -> Result<Vec<(Id, Option<String>)>> {
    let found: Vec<(Id, Option<String>, Option<String>)> = on_db!(conn, |c| media::table
        .filter(media::poster_id.eq(id))
        .order(media::id)
        .limit(most)
        .select((media::id, media::title, media::file_name))
        .load(c))?;
    Ok(found.into_iter().map(|(id, title, file_name)| (id, title.or(file_name))).collect())
}

/// The site's name, if this is its logo.
pub fn site(conn: &mut Conn, id: Id) -> Result<Option<String>> {
    on_db!(conn, |c| site::table.filter(site::logo_id.eq(id)).select(site::name).first(c).optional())
}

/// The copies that have ended, used a record, and were not swept yet.
pub fn ended_using(conn: &mut Conn, id: Id, now: Time) -> Result<Vec<CopyRow>> {
    let using = published_media::table
        .filter(published_media::media_id.eq(id))
        .filter(published_media::copy_id.eq(published_articles::copy_id));
    let in_full = published_full_media::table
        .filter(published_full_media::media_id.eq(id))
        .filter(published_full_media::copy_id.eq(published_articles::copy_id));
    on_db!(conn, |c| published_articles::table
        .filter(published_articles::visible_until.le(now))
        .filter(
            diesel::dsl::exists(using)
                .or(diesel::dsl::exists(in_full))
                .or(published_articles::hero_id.assume_not_null().eq(id))
                .or(published_articles::video_id.assume_not_null().eq(id))
        )
        .select(CopyRow::as_select())
        .load(c))
}
