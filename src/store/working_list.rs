//! The list of working copies, filtered and sorted.

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::articles::{ArticleRow, Untrashed};
use super::conn::Conn;
use super::dialect::in_list;
use super::schema::{article_authors, article_tags, articles, published_articles};
use crate::error::Result;
use crate::model::paging::{Key, MAX_COUNTED, Paged, Paging};
use crate::model::{Access, ArticleKind, ArticleState, Id, Review, Status, Time, TranslationStatus};
use crate::on_db;

diesel::define_sql_function! {
    /// The first of the two that is not null.
    fn coalesce(first: Nullable<BigInt>, second: BigInt) -> BigInt;
}

// Articles beside the one that a list looks at.
diesel::alias! {
    const OTHERS: Alias<Others> = articles as others;
}

/// What a list of working copies is sorted by; ties go by id in the same direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// When it was saved last.
    Updated,
    /// When it was first public, or else made.
    Published,
    /// The folded headline.
    Headline,
}

/// Which working copies are wanted. An absent member asks for nothing; an empty list finds nothing.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as the parameters of the list")]
pub struct Wanted {
    pub owner: Option<Id>,
    pub statuses: Option<Vec<Status>>,
    pub reviews: Option<Vec<Review>>,
    pub sections: Option<Vec<Id>>,
    pub tags_any: Option<Vec<Id>>,
    pub tags_all: Option<Vec<Vec<Id>>>,
    pub tags_not: Option<Vec<Id>>,
    pub authors: Option<Vec<Id>>,
    pub kinds: Option<Vec<ArticleKind>>,
    pub access: Option<Vec<Access>>,
    pub featured: Option<bool>,
    pub breaking: Option<bool>,
    pub locale: Option<String>,
    pub fallback_locale: Option<String>,
    pub lacks_translation: Option<String>,
    pub translation_status: Option<TranslationStatus>,
    pub published_after: Option<Time>,
    pub published_before: Option<Time>,
    pub updated_after: Option<Time>,
    pub ids: Option<Vec<Id>>,
    pub found: Option<Vec<Id>>,
}

/// No article of the same group, one in the trash aside, is in a locale that is bound behind this.
const IN_LOCALE: &str = "NOT EXISTS (SELECT 1 FROM articles AS other WHERE other.state <> 'trashed' \
                         AND other.translation_group = articles.translation_group AND other.locale = ";
/// The source of the article at hand, one in the trash aside, says something else than when it was translated.
const IS_BEHIND: &str = "EXISTS (SELECT 1 FROM articles AS source WHERE source.id = articles.translation_source \
                         AND source.state <> 'trashed' AND source.text_version > articles.translated_version)";

/// Copies of the article at hand that are live at `$now`.
macro_rules! live_copy {
    ($now:expr) => {
        exists(
            published_articles::table
                .filter(published_articles::article_id.eq(articles::id))
                .filter(published_articles::visible_from.le($now))
                .filter(published_articles::visible_until.gt($now)),
        )
    };
}

/// Copies of the article at hand that wait at `$now`.
macro_rules! waiting_copy {
    ($now:expr) => {
        exists(
            published_articles::table
                .filter(published_articles::article_id.eq(articles::id))
                .filter(published_articles::visible_from.gt($now)),
        )
    };
}

/// The condition of being in one of these statuses.
macro_rules! in_status {
    ($statuses:expr, $now:expr) => {{
        let has = |status: Status| $statuses.contains(&status);
        let stored: Vec<&str> = [
            (Status::Trashed, ArticleState::Trashed),
            (Status::Killed, ArticleState::Killed),
            (Status::Archived, ArticleState::Archived),
        ]
        .into_iter()
        .filter(|(status, _)| has(*status))
        .map(|(_, state)| state.as_str())
        .collect();
        let reviews: Vec<&str> = [
            (Status::Draft, Review::Draft),
            (Status::InReview, Review::InReview),
            (Status::Approved, Review::Approved),
        ]
        .into_iter()
        .filter(|(status, _)| has(*status))
        .map(|(_, review)| review.as_str())
        .collect();
        let published: Vec<&str> = if has(Status::Published) { vec!["active"] } else { Vec::new() };
        let scheduled: Vec<&str> = if has(Status::Scheduled) { vec!["active"] } else { Vec::new() };
        in_list(articles::state, &stored)
            .or(in_list(articles::state, &published).and(live_copy!($now)))
            .or(in_list(articles::state, &scheduled).and(diesel::dsl::not(live_copy!($now))).and(waiting_copy!($now)))
            .or(articles::state
                .eq(ArticleState::Active)
                .and(in_list(articles::review, &reviews))
                .and(diesel::dsl::not(live_copy!($now)))
                .and(diesel::dsl::not(waiting_copy!($now))))
    }};
}

/// Everything that [`Wanted`] asks for, on a boxed query.
macro_rules! filtered {
    ($query:expr, $wanted:expr, $now:expr) => {{
        let (wanted, now): (&Wanted, Time) = ($wanted, $now);
        let mut query = $query;
        let has_trash = wanted.statuses.as_ref().is_some_and(|statuses| statuses.contains(&Status::Trashed));
        if !has_trash {
            query = query.filter(Untrashed::new(articles::state));
        }
        if let Some(statuses) = &wanted.statuses {
            query = query.filter(in_status!(statuses, now));
        }
        if let Some(reviews) = &wanted.reviews {
            let words: Vec<&str> = reviews.iter().map(|review| review.as_str()).collect();
            query = query.filter(in_list(articles::review, &words));
        }
        if let Some(owner) = wanted.owner {
            query = query.filter(articles::owner_id.eq(owner));
        }
        if let Some(sections) = &wanted.sections {
            query = query.filter(in_list(articles::section_id, sections).assume_not_null());
        }
        if let Some(tags) = &wanted.tags_any {
            query = query.filter(articles::id.eq_any(tagged(tags)));
        }
        for tags in wanted.tags_all.iter().flatten() {
            query = query.filter(articles::id.eq_any(tagged(tags)));
        }
        if let Some(tags) = &wanted.tags_not {
            query = query.filter(articles::id.ne_all(tagged(tags)));
        }
        if let Some(authors) = &wanted.authors {
            let by = article_authors::table.filter(in_list(article_authors::author_id, authors));
            query = query.filter(articles::id.eq_any(by.select(article_authors::article_id)));
        }
        if let Some(kinds) = &wanted.kinds {
            let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            query = query.filter(in_list(articles::kind, &words));
        }
        if let Some(access) = &wanted.access {
            let words: Vec<&str> = access.iter().map(|access| access.as_str()).collect();
            query = query.filter(in_list(articles::access, &words));
        }
        if let Some(featured) = wanted.featured {
            query = query.filter(articles::featured.eq(featured));
        }
        if let Some(breaking) = wanted.breaking {
            query = query.filter(articles::breaking.eq(breaking));
        }
        query = match (&wanted.locale, &wanted.fallback_locale) {
            (None, _) => query,
            (Some(locale), None) => query.filter(articles::locale.eq(locale.clone())),
            (Some(locale), Some(fallback)) => {
                let there = OTHERS
                    .filter(OTHERS.field(articles::locale).eq(locale.clone()))
                    .filter(Untrashed::new(OTHERS.field(articles::state)))
                    .select(OTHERS.field(articles::translation_group));
                let lacking = articles::translation_group.ne_all(there);
                let first = articles::locale.eq(locale.clone());
                let other = articles::locale.eq(fallback.clone()).and(lacking);
                if has_trash {
                    query.filter(first.or(other))
                } else {
                    // SQLite looks at each side of an OR by itself to choose an index.
                    let kept = || Untrashed::new(articles::state);
                    query.filter(kept().and(first).or(kept().and(other)))
                }
            }
        };
        if let Some(locale) = &wanted.lacks_translation {
            query = query.filter(sql::<Bool>(IN_LOCALE).bind::<Text, _>(locale.clone()).sql(")"));
        }
        match wanted.translation_status {
            Some(TranslationStatus::Behind) => query = query.filter(sql::<Bool>(IS_BEHIND)),
            Some(TranslationStatus::Current) => {
                query = query
                    .filter(articles::translation_source.is_not_null())
                    .filter(diesel::dsl::not(sql::<Bool>(IS_BEHIND)));
            }
            None => {}
        }
        if let Some(after) = wanted.published_after {
            query = query.filter(articles::first_published_at.gt(after));
        }
        if let Some(before) = wanted.published_before {
            query = query.filter(articles::first_published_at.lt(before));
        }
        if let Some(after) = wanted.updated_after {
            query = query.filter(articles::updated_at.gt(after));
        }
        if let Some(ids) = &wanted.ids {
            query = query.filter(in_list(articles::id, ids));
        }
        if let Some(found) = &wanted.found {
            query = query.filter(in_list(articles::id, found));
        }
        query
    }};
}

#[diesel::dsl::auto_type(no_type_alias)]
fn tagged(tags: &[Id]) -> _ {
    let condition: super::dialect::InList<article_tags::tag_id> = in_list(article_tags::tag_id, tags);
    article_tags::table.filter(condition).select(article_tags::article_id)
}

/// A part of the list; `descending` is the direction of the list itself.
pub fn list(
    conn: &mut Conn,
    wanted: &Wanted,
    sort: Sort,
    descending: bool,
    paging: &Paging,
    now: Time,
) -> Result<Paged<ArticleRow>> {
    let total = if paging.counts() { count(conn, wanted, now)? } else { 0 };
    let down = descending != paging.is_backward();
    let rows: Vec<ArticleRow> = on_db!(conn, |c| {
        let mut query = filtered!(articles::table.into_boxed(), wanted, now);
        let published = || coalesce(articles::first_published_at, articles::created_at);
        if let Some(from) = paging.from() {
            let (time, text, id) = (from.key.time(), from.key.text().to_owned(), from.id);
            query = match (sort, down) {
                (Sort::Updated, true) => query
                    .filter(articles::updated_at.lt(time).or(articles::updated_at.eq(time).and(articles::id.lt(id)))),
                (Sort::Updated, false) => query
                    .filter(articles::updated_at.gt(time).or(articles::updated_at.eq(time).and(articles::id.gt(id)))),
                (Sort::Published, true) => {
                    query.filter(published().lt(time).or(published().eq(time).and(articles::id.lt(id))))
                }
                (Sort::Published, false) => {
                    query.filter(published().gt(time).or(published().eq(time).and(articles::id.gt(id))))
                }
                (Sort::Headline, true) => query.filter(
                    articles::sort_headline
                        .lt(text.clone())
                        .or(articles::sort_headline.eq(text).and(articles::id.lt(id))),
                ),
                (Sort::Headline, false) => query.filter(
                    articles::sort_headline
                        .gt(text.clone())
                        .or(articles::sort_headline.eq(text).and(articles::id.gt(id))),
                ),
            };
        }
        query = match (sort, down) {
            (Sort::Updated, true) => query.order((articles::updated_at.desc(), articles::id.desc())),
            (Sort::Updated, false) => query.order((articles::updated_at.asc(), articles::id.asc())),
            (Sort::Published, true) => query.order((published().desc(), articles::id.desc())),
            (Sort::Published, false) => query.order((published().asc(), articles::id.asc())),
            (Sort::Headline, true) => query.order((articles::sort_headline.desc(), articles::id.desc())),
            (Sort::Headline, false) => query.order((articles::sort_headline.asc(), articles::id.asc())),
        };
        query.limit(paging.fetch()).offset(paging.offset()).select(ArticleRow::as_select()).load(c)
    })?;
    Ok(paging.page(rows, total, |row| {
        let key = match sort {
            Sort::Updated => Key::from(row.updated_at),
            Sort::Published => Key::from(row.first_published_at.unwrap_or(row.created_at)),
            Sort::Headline => Key::from(row.sort_headline.clone()),
        };
        (key, row.id)
    }))
}

/// How many there are, counted to one more than is told.
fn count(conn: &mut Conn, wanted: &Wanted, now: Time) -> Result<i64> {
    let ids: Vec<Id> = on_db!(conn, |c| filtered!(articles::table.into_boxed(), wanted, now)
        .limit(MAX_COUNTED + 1)
        .select(articles::id)
        .load(c))?;
    Ok(i64::try_from(ids.len()).unwrap_or(MAX_COUNTED))
}
