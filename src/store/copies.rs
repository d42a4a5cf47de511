//! Writing the published copies: their rows, intervals, redirects and tombstones. Reading them in public is
//! `published`'s alone.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{
    articles, copy_dues, published_articles, published_authors, published_bodies, published_media, published_redirects,
    published_tags, published_tombstones,
};
use crate::error::Result;
use crate::model::{Access, ArticleKind, Id, Time};
use crate::{insert_all, on_db};

/// What lists show of a published copy. `tag_ids`, `authors` and `related_ids` are JSON lists.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = published_articles)]
#[expect(missing_docs, reason = "the columns of the table; Content documents them")]
pub struct CopyRow {
    pub copy_id: Id,
    pub article_id: Id,
    pub version: i64,
    pub visible_from: Time,
    pub visible_until: Time,
    pub ends_at: Time,
    pub locale: String,
    pub slug: String,
    pub kind: ArticleKind,
    pub access: Access,
    pub headline: String,
    pub sort_headline: String,
    pub kicker: Option<String>,
    pub standfirst: Option<String>,
    pub section_id: Option<Id>,
    pub hero_id: Option<Id>,
    pub video_id: Option<Id>,
    pub tag_ids: String,
    pub authors: String,
    pub related_ids: String,
    pub byline: Option<String>,
    pub featured: bool,
    pub breaking: bool,
    pub published_at: Time,
    pub updated_at: Time,
    pub first_published_at: Time,
    pub word_count: i32,
    pub reading_minutes: i32,
    pub translation_group: Id,
    pub search_number: Option<i64>,
}

/// The rest of a published copy: its body in its forms, already cut at the paywall, and the small objects as JSON.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = published_bodies)]
#[expect(missing_docs, reason = "the columns of the table; Content documents them")]
pub struct CopyBodyRow {
    pub copy_id: Id,
    pub body: String,
    pub body_html: String,
    pub body_text: String,
    pub body_markdown: String,
    pub article_refs: String,
    pub media_until: Option<Time>,
    pub dateline: Option<String>,
    pub source: Option<String>,
    pub seo: String,
    pub rights: String,
    pub custom: String,
    pub corrections: String,
    pub supersedes_id: Option<Id>,
}

/// The interval of a copy, and what of it the workflow needs.
#[derive(Clone, Debug, Queryable)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Interval {
    pub article_id: Id,
    pub copy_id: Id,
    pub version: i64,
    pub visible_from: Time,
    pub visible_until: Time,
    pub ends_at: Time,
    pub slug: String,
    pub locale: String,
    pub published_at: Time,
    pub updated_at: Time,
    pub first_published_at: Time,
}

/// The copies of these articles that are live at `now` or wait, in order of their start.
pub fn intervals(conn: &mut Conn, articles: &[Id], now: Time) -> Result<Vec<Interval>> {
    use published_articles::dsl;
    on_db!(conn, |c| dsl::published_articles
        .filter(in_list(dsl::article_id, articles))
        .filter(dsl::visible_until.gt(now))
        .order(dsl::visible_from)
        .select((
            dsl::article_id,
            dsl::copy_id,
            dsl::version,
            dsl::visible_from,
            dsl::visible_until,
            dsl::ends_at,
            dsl::slug,
            dsl::locale,
            dsl::published_at,
            dsl::updated_at,
            dsl::first_published_at
        ))
        .load(c))
}

/// Adds a copy with everything that is found through it: tags (the section among them), authors, and media, each with
/// whether the frozen body shows it.
pub fn insert(
    conn: &mut Conn,
    copy: &CopyRow,
    body: &CopyBodyRow,
    tags: &[Id],
    authors: &[Id],
    media: &BTreeMap<Id, bool>,
) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(published_articles::table).values(copy).execute(c))?;
    on_db!(conn, |c| diesel::insert_into(published_bodies::table).values(body).execute(c))?;
    let tags = tags.iter().map(|tag| {
        (
            published_tags::copy_id.eq(copy.copy_id),
            published_tags::tag_id.eq(*tag),
            published_tags::article_id.eq(copy.article_id),
            published_tags::published_at.eq(copy.published_at),
        )
    });
    insert_all!(conn, published_tags::table, tags)?;
    let authors = authors.iter().map(|author| {
        (
            published_authors::copy_id.eq(copy.copy_id),
            published_authors::author_id.eq(*author),
            published_authors::article_id.eq(copy.article_id),
            published_authors::published_at.eq(copy.published_at),
        )
    });
    insert_all!(conn, published_authors::table, authors)?;
    let media = media.iter().map(|(item, in_body)| {
        (
            published_media::copy_id.eq(copy.copy_id),
            published_media::media_id.eq(*item),
            published_media::in_body.eq(*in_body),
        )
    });
    insert_all!(conn, published_media::table, media)
}

/// Moves the end of a copy's interval.
pub fn end_at(conn: &mut Conn, copy: Id, until: Time) -> Result<()> {
    use published_articles::dsl;
    on_db!(conn, |c| diesel::update(dsl::published_articles.find(copy)).set(dsl::visible_until.eq(until)).execute(c))?;
    Ok(())
}

/// Removes one copy.
pub fn remove(conn: &mut Conn, copy: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(published_articles::table.find(copy)).execute(c))?;
    Ok(())
}

/// Sets the corrections of a copy and when readers were last told something new.
pub fn correct(conn: &mut Conn, copy: Id, corrections: &str, updated_at: Time) -> Result<()> {
    on_db!(conn, |c| diesel::update(published_bodies::table.find(copy))
        .set(published_bodies::corrections.eq(corrections))
        .execute(c))?;
    use published_articles::dsl;
    on_db!(conn, |c| diesel::update(dsl::published_articles.find(copy))
        .set(dsl::updated_at.eq(updated_at))
        .execute(c))?;
    Ok(())
}

/// The copies of an article that are live or wait, with their flags: id, featured, breaking.
pub fn flags(conn: &mut Conn, article: Id, now: Time) -> Result<Vec<(Id, bool, bool)>> {
    use published_articles::dsl;
    on_db!(conn, |c| dsl::published_articles
        .filter(dsl::article_id.eq(article))
        .filter(dsl::visible_until.gt(now))
        .select((dsl::copy_id, dsl::featured, dsl::breaking))
        .load(c))
}

/// Sets the flags of a copy.
pub fn set_flags(conn: &mut Conn, copy: Id, featured: bool, breaking: bool) -> Result<()> {
    use published_articles::dsl;
    on_db!(conn, |c| diesel::update(dsl::published_articles.find(copy))
        .set((dsl::featured.eq(featured), dsl::breaking.eq(breaking)))
        .execute(c))?;
    Ok(())
}

/// Lets an old address lead to an article; one address leads to one article only.
pub fn redirect(conn: &mut Conn, locale: &str, slug: &str, article: Id, at: Time) -> Result<()> {
    drop_redirect(conn, locale, slug)?;
    use published_redirects::dsl;
    let row = (dsl::locale.eq(locale), dsl::slug.eq(slug), dsl::article_id.eq(article), dsl::at.eq(at));
    on_db!(conn, |c| diesel::insert_into(dsl::published_redirects).values(row).execute(c))?;
    Ok(())
}

/// Takes an old address back.
pub fn drop_redirect(conn: &mut Conn, locale: &str, slug: &str) -> Result<()> {
    on_db!(conn, |c| diesel::delete(published_redirects::table.find((locale, slug))).execute(c))?;
    Ok(())
}

/// Lets an article's address answer 410.
pub fn bury(conn: &mut Conn, article: Id, locale: &str, slug: &str, notice: Option<&str>, at: Time) -> Result<()> {
    dig_up(conn, article)?;
    use published_tombstones::dsl;
    let row = (
        dsl::article_id.eq(article),
        dsl::locale.eq(locale),
        dsl::slug.eq(slug),
        dsl::notice.eq(notice),
        dsl::at.eq(at),
    );
    on_db!(conn, |c| diesel::insert_into(dsl::published_tombstones).values(row).execute(c))?;
    Ok(())
}

/// Takes the 410 back.
pub fn dig_up(conn: &mut Conn, article: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(published_tombstones::table.find(article)).execute(c))?;
    Ok(())
}

/// Lets an old address lead to an article, unless it leads somewhere already.
pub fn redirect_if_free(conn: &mut Conn, locale: &str, slug: &str, article: Id, at: Time) -> Result<()> {
    use published_redirects::dsl;
    let row = (dsl::locale.eq(locale), dsl::slug.eq(slug), dsl::article_id.eq(article), dsl::at.eq(at));
    on_db!(conn, |c| diesel::insert_into(dsl::published_redirects).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// When these articles were first public by what their copies say, live or ended; without those that never were.
pub fn first_publications(conn: &mut Conn, articles: &[Id], now: Time) -> Result<HashMap<Id, Time>> {
    use published_articles::dsl;
    if articles.is_empty() {
        return Ok(HashMap::new());
    }
    let mut found: Vec<(Id, Time)> = on_db!(conn, |c| dsl::published_articles
        .filter(in_list(dsl::article_id, articles))
        .filter(dsl::visible_from.le(now))
        .select((dsl::article_id, dsl::first_published_at))
        .load(c))?;
    // The earliest of an article comes last, and stays.
    found.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
    Ok(found.into_iter().collect())
}

/// The addresses (language, slug) of the copies of an article that ended by themselves and were not swept yet.
pub fn ended_addresses(conn: &mut Conn, article: Id, now: Time) -> Result<Vec<(String, String)>> {
    use published_articles::dsl;
    on_db!(conn, |c| dsl::published_articles
        .filter(dsl::article_id.eq(article))
        .filter(dsl::visible_until.le(now))
        .select((dsl::locale, dsl::slug))
        .distinct()
        .load(c))
}

/// The address that an article had last, of those that lead to it still.
pub fn last_address(conn: &mut Conn, article: Id) -> Result<Option<String>> {
    use published_redirects::dsl;
    on_db!(conn, |c| dsl::published_redirects
        .filter(dsl::article_id.eq(article))
        .order(dsl::at.desc())
        .select(dsl::slug)
        .first(c)
        .optional())
}

/// Writes down when an article was first public, if that is not known yet.
pub fn remember_first_publication(conn: &mut Conn, article: Id, at: Time) -> Result<()> {
    let unknown = articles::table.filter(articles::id.eq(article)).filter(articles::first_published_at.is_null());
    on_db!(conn, |c| diesel::update(unknown).set(articles::first_published_at.eq(at)).execute(c))?;
    Ok(())
}

/// At most `most` copies that ended before `limit`, the oldest first, without those of which the clock has something to
/// tell yet.
pub fn ended(conn: &mut Conn, limit: Time, most: i64) -> Result<Vec<CopyRow>> {
    use published_articles::dsl;
    on_db!(conn, |c| dsl::published_articles
        .filter(dsl::visible_until.lt(limit))
        .filter(diesel::dsl::not(diesel::dsl::exists(copy_dues::table.filter(copy_dues::copy_id.eq(dsl::copy_id)))))
        .order(dsl::visible_until)
        .limit(most)
        .select(CopyRow::as_select())
        .load(c))
}

/// Removes copies.
pub fn remove_all(conn: &mut Conn, copies: &[Id]) -> Result<()> {
    let condition = super::dialect::in_list(published_articles::copy_id, copies);
    on_db!(conn, |c| diesel::delete(published_articles::table.filter(condition)).execute(c))?;
    Ok(())
}
