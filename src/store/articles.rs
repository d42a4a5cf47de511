//! The working copies of articles and their relations.

use diesel::prelude::*;

use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{article_authors, article_media, article_tags, articles, published_articles};
use crate::error::Result;
use crate::model::{Access, ArticleKind, ArticleState, Content, Id, Review, Time};
use crate::{insert_all, on_db};

// Of a state, in the words of the partial indexes. For a value that is bound, PostgreSQL would have to plan each time to choose
// one of these, and SQLite to prepare the statement again.
diesel::postfix_operator!(Untrashed, " <> 'trashed'");

/// One working copy. `content` and `body` are JSON; the other columns are what lists filter and sort by. Of the versions,
/// `content_version` is the last that changed what readers would see, `text_version` the last that changed its words.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = articles, treat_none_as_null = true)]
#[expect(missing_docs, reason = "the columns of the table; Content documents them")]
pub struct ArticleRow {
    pub id: Id,
    pub version: i64,
    pub content_version: i64,
    pub locale: String,
    pub slug: String,
    pub kind: ArticleKind,
    pub access: Access,
    pub headline: String,
    pub sort_headline: String,
    pub section_id: Option<Id>,
    pub featured: bool,
    pub breaking: bool,
    pub owner_id: Option<Id>,
    pub review: Review,
    pub state: ArticleState,
    pub state_at: Option<Time>,
    pub notice: Option<String>,
    pub translation_group: Id,
    pub first_published_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
    pub content: String,
    pub body: String,
    pub approved_version: Option<i64>,
    pub approved_by: Option<Id>,
    pub embargoed_until: Option<Time>,
    pub translation_source: Option<Id>,
    pub translated_version: Option<i64>,
    pub text_version: i64,
}

/// The working copy with this id, whatever its state.
pub fn find(conn: &mut Conn, id: Id) -> Result<Option<ArticleRow>> {
    on_db!(conn, |c| articles::table.find(id).select(ArticleRow::as_select()).first(c).optional())
}

/// The working copies with these ids, in no order.
pub fn find_many(conn: &mut Conn, ids: &[Id]) -> Result<Vec<ArticleRow>> {
    on_db!(conn, |c| articles::table.filter(in_list(articles::id, ids)).select(ArticleRow::as_select()).load(c))
}

/// The article of this group in this locale that is not in the trash.
pub fn in_group(conn: &mut Conn, group: Id, locale: &str) -> Result<Option<Id>> {
    on_db!(conn, |c| articles::table
        .filter(articles::translation_group.eq(group))
        .filter(articles::locale.eq(locale))
        .filter(Untrashed::new(articles::state))
        .select(articles::id)
        .first(c)
        .optional())
}

/// An article as its translations name it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = articles)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct GroupMember {
    pub translation_group: Id,
    pub id: Id,
    pub locale: String,
    pub slug: String,
    pub headline: String,
    pub owner_id: Option<Id>,
    pub version: i64,
    pub text_version: i64,
    pub state: ArticleState,
    pub review: Review,
    pub translation_source: Option<Id>,
    pub translated_version: Option<i64>,
}

/// The untrashed articles of these translation groups, ordered by language.
pub fn groups(conn: &mut Conn, groups: &[Id]) -> Result<Vec<GroupMember>> {
    on_db!(conn, |c| articles::table
        .filter(in_list(articles::translation_group, groups))
        .filter(Untrashed::new(articles::state))
        .order((articles::locale, articles::id))
        .select(GroupMember::as_select())
        .load(c))
}

/// Whether another untrashed article holds this address, as its working slug or as that of a copy that is live or
/// waits.
pub fn slug_is_taken(conn: &mut Conn, locale: &str, slug: &str, but: Id, now: Time) -> Result<bool> {
    let working: i64 = on_db!(conn, |c| articles::table
        .filter(articles::locale.eq(locale))
        .filter(articles::slug.eq(slug))
        .filter(Untrashed::new(articles::state))
        .filter(articles::id.ne(but))
        .count()
        .get_result(c))?;
    if working > 0 {
        return Ok(true);
    }
    let published: i64 = on_db!(conn, |c| published_articles::table
        .filter(published_articles::locale.eq(locale))
        .filter(published_articles::slug.eq(slug))
        .filter(published_articles::visible_until.gt(now))
        .filter(published_articles::article_id.ne(but))
        .count()
        .get_result(c))?;
    Ok(published > 0)
}

/// Adds a working copy.
pub fn insert(conn: &mut Conn, row: &ArticleRow) -> Result<()> {
    on_db!(conn, |c| diesel::insert_into(articles::table).values(row).execute(c))?;
    Ok(())
}

/// Writes `row` if the stored version still is `expected`; answers whether it was.
pub fn replace(conn: &mut Conn, row: &ArticleRow, expected: i64) -> Result<bool> {
    let changed = on_db!(conn, |c| diesel::update(articles::table)
        .filter(articles::id.eq(row.id))
        .filter(articles::version.eq(expected))
        .set(row)
        .execute(c))?;
    Ok(changed == 1)
}

/// Notes what a working copy refers to, so that nothing it uses can be deleted. What was noted before is not.
pub fn set_relations(conn: &mut Conn, id: Id, content: &Content, media: &[Id]) -> Result<()> {
    let tags = (0..).zip(content.all_tags()).map(|(position, tag)| {
        (article_tags::article_id.eq(id), article_tags::tag_id.eq(tag), article_tags::position.eq(position))
    });
    insert_all!(conn, article_tags::table, tags)?;
    let authors = (0..).zip(&content.authors).map(|(position, credit)| {
        (
            article_authors::article_id.eq(id),
            article_authors::author_id.eq(credit.id),
            article_authors::position.eq(position),
        )
    });
    insert_all!(conn, article_authors::table, authors)?;
    let media = media.iter().map(|item| (article_media::article_id.eq(id), article_media::media_id.eq(*item)));
    insert_all!(conn, article_media::table, media)
}

/// Removes the tags, authors and media of a working copy.
pub fn drop_relations(conn: &mut Conn, id: Id) -> Result<()> {
    on_db!(conn, |c| diesel::delete(article_tags::table.filter(article_tags::article_id.eq(id))).execute(c))?;
    on_db!(conn, |c| diesel::delete(article_authors::table.filter(article_authors::article_id.eq(id))).execute(c))?;
    on_db!(conn, |c| diesel::delete(article_media::table.filter(article_media::article_id.eq(id))).execute(c))?;
    Ok(())
}

/// Deletes the articles that have been in the trash since before `limit`, at most `most`; answers their ids.
pub fn purge_trash(conn: &mut Conn, limit: Time, most: i64) -> Result<Vec<Id>> {
    // What is yet to be indexed of them would be indexed after they are gone.
    conn.catch_up()?;
    let ids: Vec<Id> = on_db!(conn, |c| articles::table
        .filter(articles::state.eq(ArticleState::Trashed))
        .filter(articles::state_at.lt(limit))
        .limit(most)
        .select(articles::id)
        .load(c))?;
    let still = articles::table
        .filter(in_list(articles::id, &ids))
        .filter(articles::state.eq(ArticleState::Trashed))
        .filter(articles::state_at.lt(limit));
    on_db!(conn, |c| diesel::delete(still).execute(c))?;
    Ok(ids)
}

/// Whose these articles are, of those that have an owner.
pub fn owners(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, Id)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| articles::table
        .filter(in_list(articles::id, ids))
        .filter(articles::owner_id.is_not_null())
        .select((articles::id, articles::owner_id.assume_not_null()))
        .load(c))
}
