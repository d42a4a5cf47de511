//! Tags and authors as the public sees them: those that a live copy carries. A tag is public too while a tag below it
//! is. Every condition here is made of [`live`], or of its opposite.

use std::collections::{HashMap, HashSet};

use diesel::dsl::{count_star, exists};
use diesel::prelude::*;

use super::authors::AuthorRow;
use super::conn::Conn;
use super::dialect::in_list;
use super::keyset::{boxed, part};
use super::published::{AuthorName, TagName, live, not_live};
use super::schema::{authors, published_articles, published_authors, published_live_updates, published_tags, tags};
use super::tags::TagRow;
use crate::error::Result;
use crate::model::paging::{Paged, Paging};
use crate::model::tag::MAX_LEVELS;
use crate::model::{Id, TagKind, Time};
use crate::on_db;

/// A live copy carries the tag of the row at hand.
macro_rules! carried {
    ($now:expr) => {
        exists(live($now).inner_join(published_tags::table).filter(published_tags::tag_id.eq(tags::id)))
    };
}

/// A live copy, or an update of one, names the author of the row at hand.
macro_rules! named {
    ($now:expr) => {
        exists(live($now).inner_join(published_authors::table).filter(published_authors::author_id.eq(authors::id))).or(
            exists(
                live($now)
                    .inner_join(
                        published_live_updates::table
                            .on(published_live_updates::article_id.eq(published_articles::article_id)),
                    )
                    .filter(published_live_updates::author_id.assume_not_null().eq(authors::id)),
            ),
        )
    };
}

/// Live copies by their tag or author: all copies, which the index alone counts, without the few that are not live. To
/// look at each live one would take as long as the archive is large.
macro_rules! counts {
    ($conn:expr, $relation:ident, $column:ident, $ids:expr, $now:expr) => {{
        let mut counts: HashMap<Id, i64> = on_db!(&mut *$conn, |c| $relation::table
            .filter(in_list($relation::$column, $ids))
            .group_by($relation::$column)
            .select(($relation::$column, count_star()))
            .load::<(Id, i64)>(c))?
        .into_iter()
        .collect();
        // In two steps, so that no plan begins with the tags.
        let others: Vec<Id> = on_db!(&mut *$conn, |c| not_live($now).select(published_articles::copy_id).load(c))?;
        if !others.is_empty() {
            let theirs: Vec<Id> = on_db!(&mut *$conn, |c| $relation::table
                .filter(in_list($relation::copy_id, &others))
                .select($relation::$column)
                .load(c))?;
            for id in theirs {
                counts.entry(id).and_modify(|all| *all -= 1);
            }
        }
        counts.retain(|_, count| *count > 0);
        Ok(counts)
    }};
}

/// What a public list of tags is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct PublicTagFilter {
    /// Of this kind.
    pub kind: Option<TagKind>,
    /// Right below this tag.
    pub parent: Option<Id>,
}

/// Whether a live copy carries this tag or one below it.
pub fn tag_is_public(conn: &mut Conn, id: Id, now: Time) -> Result<bool> {
    let family: Vec<Id> = below(conn, &[id])?.into_keys().chain([id]).collect();
    let found: Option<Id> = on_db!(conn, |c| live(now)
        .inner_join(published_tags::table)
        .filter(in_list(published_tags::tag_id, &family))
        .select(published_tags::tag_id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// Whether a live copy, or an update of one, names this author.
pub fn author_is_public(conn: &mut Conn, id: Id, now: Time) -> Result<bool> {
    let found: Option<Id> = on_db!(conn, |c| live(now)
        .inner_join(published_authors::table)
        .filter(published_authors::author_id.eq(id))
        .select(published_articles::article_id)
        .first(c)
        .optional())?;
    if found.is_some() {
        return Ok(true);
    }
    let of_article = published_live_updates::article_id.eq(published_articles::article_id);
    let found: Option<Id> = on_db!(conn, |c| live(now)
        .inner_join(published_live_updates::table.on(of_article))
        .filter(published_live_updates::author_id.eq(id))
        .select(published_articles::article_id)
        .first(c)
        .optional())?;
    Ok(found.is_some())
}

/// The tags that are public because one below them is carried.
fn public_ancestors(conn: &mut Conn, now: Time) -> Result<Vec<Id>> {
    let parents: HashMap<Id, Id> = on_db!(conn, |c| tags::table
        .filter(tags::parent_id.is_not_null())
        .select((tags::id, tags::parent_id.assume_not_null()))
        .load::<(Id, Id)>(c))?
    .into_iter()
    .collect();
    if parents.is_empty() {
        return Ok(Vec::new());
    }
    let carried: Vec<Id> = on_db!(conn, |c| tags::table
        .filter(tags::parent_id.is_not_null())
        .filter(carried!(now))
        .select(tags::id)
        .load(c))?;
    let mut found = HashSet::new();
    for id in carried {
        let above = std::iter::successors(parents.get(&id), |id| parents.get(*id)).take(MAX_LEVELS);
        found.extend(above);
    }
    Ok(found.into_iter().collect())
}

/// One part of the list of public tags by folded name, with the total where the paging counts.
pub fn tags(
    conn: &mut Conn,
    filter: &PublicTagFilter,
    descending: bool,
    paging: &Paging,
    now: Time,
) -> Result<Paged<TagRow>> {
    let ancestors = public_ancestors(conn, now)?;
    let total = if paging.counts() { count_tags(conn, filter, &ancestors, now)? } else { 0 };
    let rows = on_db!(conn, |c| {
        let mut query = boxed(tags::table.select(TagRow::as_select()), c);
        query = query.filter(carried!(now).or(in_list(tags::id, &ancestors)));
        if let Some(kind) = filter.kind {
            query = query.filter(tags::kind.eq(kind));
        }
        if let Some(parent) = filter.parent {
            query = query.filter(tags::parent_id.eq(parent));
        }
        part!(query, paging, tags::sort_name, tags::id, descending, |from| from.key.text()).load(c)
    })?;
    Ok(paging.page(rows, total, |row: &TagRow| (row.sort_name.clone().into(), row.id)))
}

fn count_tags(conn: &mut Conn, filter: &PublicTagFilter, ancestors: &[Id], now: Time) -> Result<i64> {
    on_db!(conn, |c| {
        let mut query = boxed(tags::table.count(), c);
        query = query.filter(carried!(now).or(in_list(tags::id, ancestors)));
        if let Some(kind) = filter.kind {
            query = query.filter(tags::kind.eq(kind));
        }
        if let Some(parent) = filter.parent {
            query = query.filter(tags::parent_id.eq(parent));
        }
        query.get_result(c)
    })
}

/// One part of the list of public authors by folded name, with the total where the paging counts.
pub fn authors(conn: &mut Conn, descending: bool, paging: &Paging, now: Time) -> Result<Paged<AuthorRow>> {
    let total =
        if paging.counts() { on_db!(conn, |c| authors::table.filter(named!(now)).count().get_result(c))? } else { 0 };
    let rows = on_db!(conn, |c| {
        let query = boxed(authors::table.select(AuthorRow::as_select()), c);
        let query = query.filter(named!(now));
        part!(query, paging, authors::sort_name, authors::id, descending, |from| from.key.text()).load(c)
    })?;
    Ok(paging.page(rows, total, |row: &AuthorRow| (row.sort_name.clone().into(), row.id)))
}

/// How many live articles carry each of these tags; those that none carries are left out.
pub fn tag_counts(conn: &mut Conn, ids: &[Id], now: Time) -> Result<HashMap<Id, i64>> {
    counts!(conn, published_tags, tag_id, ids, now)
}

/// How many live articles name each of these authors; those that none names are left out.
pub fn author_counts(conn: &mut Conn, ids: &[Id], now: Time) -> Result<HashMap<Id, i64>> {
    counts!(conn, published_authors, author_id, ids, now)
}

/// Those of these tags that a live copy carries, or one below them, in no order.
pub fn public_tags(conn: &mut Conn, ids: &[Id], now: Time) -> Result<Vec<TagName>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let below = below(conn, ids)?;
    let family: Vec<Id> = ids.iter().chain(below.keys()).copied().collect();
    let carried: Vec<Id> = on_db!(conn, |c| tags::table
        .filter(in_list(tags::id, &family))
        .filter(carried!(now))
        .select(tags::id)
        .load(c))?;
    let above = |id: Id| std::iter::successors(Some(id), |id| below.get(id).copied()).take(MAX_LEVELS + 1);
    let public: HashSet<Id> = carried.into_iter().flat_map(above).collect();
    let public: Vec<Id> = ids.iter().copied().filter(|id| public.contains(id)).collect();
    if public.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| tags::table.filter(in_list(tags::id, &public)).select(TagName::as_select()).load(c))
}

/// The tags below these, each with the one right above it.
fn below(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, Id>> {
    let mut below = HashMap::new();
    let mut lowest = ids.to_vec();
    for _ in 0..MAX_LEVELS {
        let found: Vec<(Id, Id)> = on_db!(conn, |c| tags::table
            .filter(in_list(tags::parent_id.assume_not_null(), &lowest))
            .select((tags::id, tags::parent_id.assume_not_null()))
            .load(c))?;
        lowest =
            found.into_iter().filter(|(id, above)| below.insert(*id, *above).is_none()).map(|(id, _)| id).collect();
        if lowest.is_empty() {
            break;
        }
    }
    Ok(below)
}

/// Those of these authors whom a live copy, or an update of one, names, in no order.
pub fn named_authors(conn: &mut Conn, ids: &[Id], now: Time) -> Result<Vec<AuthorName>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on_db!(conn, |c| authors::table
        .filter(in_list(authors::id, ids))
        .filter(named!(now))
        .select(AuthorName::as_select())
        .load(c))
}
