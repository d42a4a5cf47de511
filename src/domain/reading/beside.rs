//! What stands beside an article: related articles, and the most popular ones.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::article::{Found, card};
use super::shelf::{self, Shelf, Story, ids};
use crate::domain::handles::tag_ids;
use crate::domain::{Cx, views};
use crate::error::Result;
use crate::model::{Handle, Id, Key};
use crate::store::copies::CopyRow;
use crate::store::published::{self, Filter};

/// Most viewed articles looked at, live or not.
const CANDIDATES: i64 = 1_000;
/// How long a ranking by views is good enough, in seconds.
const RANKED_FOR: i64 = 60;

/// Why an article stands beside another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The newsroom chose it.
    Curated,
    /// It carries one of the same tags.
    Tags,
    /// It stands in the same section.
    Section,
    /// It is new.
    Newest,
}

/// An article beside another.
pub struct Related {
    /// The article.
    pub story: Story,
    /// Why it is there.
    pub reason: Reason,
}

/// One of the most viewed articles.
pub struct Popular {
    /// The article.
    pub story: Story,
    /// Its place, from 1.
    pub rank: u32,
}

/// A stretch of time up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// An hour.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
    /// 30 days.
    Month,
}

impl Window {
    const fn hours(self) -> i64 {
        match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 24 * 7,
            Self::Month => 24 * 30,
        }
    }
}

/// The articles beside the one at an address, `limit` at the most: the newsroom's choice in its order, then those with
/// the same tags, of the same section, and the newest, all of the same language.
///
/// # Errors
/// As [`article`](super::article()).
pub fn related(cx: &mut Cx, at: &Handle, locale: Option<&str>, limit: i64) -> Result<Found<(Vec<Related>, Shelf)>> {
    let site = shelf::site(cx)?;
    let story = match card(cx, &site, at, locale)? {
        Found::Here(story) => story,
        Found::Moved(moved) => return Ok(Found::Moved(moved)),
    };
    let related = related_to(cx, &story, limit)?;
    let stories = std::iter::once(&story).chain(related.iter().map(|related| &related.story));
    let shelf = Shelf::of(cx, site, stories, &[], &[])?;
    Ok(Found::Here((related, shelf)))
}

/// The articles beside `story`.
pub(super) fn related_to(cx: &mut Cx, story: &Story, limit: i64) -> Result<Vec<Related>> {
    let most = usize::try_from(limit).unwrap_or(0);
    let copy = &story.copy;
    let mut found = curated(cx, copy, most)?;
    let tags: Vec<Id> = story.tags.iter().copied().filter(|tag| Some(*tag) != copy.section_id).collect();
    cx.shows.note_all(Key::ArticlesTagged, tags.iter().chain(&copy.section_id));
    if found.len() < most {
        let rows = published::newest_tagged(cx.conn, copy, &tags, fetch(limit, &found), cx.now)?;
        add(&mut found, rows, Reason::Tags, most)?;
    }
    let same_language = Filter { locale: Some(copy.locale.clone()), but: Some(copy.article_id), ..Filter::default() };
    let of_section = copy.section_id.map(|section| Filter { sections: Some(vec![section]), ..same_language.clone() });
    for (reason, filter) in [(Reason::Section, of_section), (Reason::Newest, Some(same_language))] {
        let Some(filter) = filter.filter(|_| found.len() < most) else { continue };
        if reason == Reason::Newest {
            cx.shows.note(Key::Articles);
        }
        let rows = published::part(cx.conn, &filter, fetch(limit, &found), cx.now)?;
        add(&mut found, rows, reason, most)?;
    }
    Ok(found)
}

/// As many more as may be there already.
fn fetch(limit: i64, found: &[Related]) -> i64 {
    limit + i64::try_from(found.len()).unwrap_or(0)
}

fn add(found: &mut Vec<Related>, rows: Vec<CopyRow>, reason: Reason, most: usize) -> Result<()> {
    for row in rows {
        let known = found.iter().any(|related| related.story.copy.article_id == row.article_id);
        if !known && found.len() < most {
            found.push(Related { story: Story::of(row)?, reason });
        }
    }
    Ok(())
}

fn curated(cx: &mut Cx, copy: &CopyRow, most: usize) -> Result<Vec<Related>> {
    let mut chosen = ids(&copy.related_ids)?;
    chosen.retain(|id| *id != copy.article_id);
    cx.shows.note_all(Key::Article, &chosen);
    let mut rows = published::by_ids(cx.conn, &chosen, cx.now)?;
    rows.sort_by_key(|row| chosen.iter().position(|id| *id == row.article_id));
    rows.truncate(most);
    rows.into_iter().map(|row| Ok(Related { story: Story::of(row)?, reason: Reason::Curated })).collect()
}

/// The most viewed live articles of a window, most viewed first.
///
/// # Errors
/// The database's.
pub fn popular(
    cx: &mut Cx,
    window: Window,
    sections: Option<&[Handle]>,
    locale: Option<&str>,
    limit: i64,
) -> Result<(Vec<Popular>, Shelf)> {
    let sections = sections.map(|handles| tag_ids(cx, handles)).transpose()?;
    let popular = most_viewed(cx, window, sections.as_deref(), locale, limit)?;
    let site = shelf::site(cx)?;
    let shelf = Shelf::of(cx, site, popular.iter().map(|popular| &popular.story), &[], &[])?;
    Ok((popular, shelf))
}

/// The same without what they refer to.
pub(super) fn most_viewed(
    cx: &mut Cx,
    window: Window,
    sections: Option<&[Id]>,
    locale: Option<&str>,
    limit: i64,
) -> Result<Vec<Popular>> {
    let most = usize::try_from(limit).unwrap_or(0);
    // Views move the order all the time: that is no reason to make an answer anew at once.
    cx.shows.until(cx.now.plus_seconds(RANKED_FOR));
    let since = views::window_start(cx.now, window.hours());
    let ranked: Vec<Id> =
        crate::store::views::top(cx.conn, since, CANDIDATES)?.into_iter().map(|(article, _)| article).collect();
    let fits = |row: &CopyRow| {
        sections.is_none_or(|sections| row.section_id.is_some_and(|id| sections.contains(&id)))
            && locale.is_none_or(|locale| row.locale == locale)
    };
    let mut found = Vec::new();
    // Mostly the first few are enough; if not, all others are fetched at once.
    let (first, others) = ranked.split_at(ranked.len().min(most * 2));
    for part in [first, others] {
        if found.len() >= most {
            break;
        }
        let mut rows = published::by_ids(cx.conn, part, cx.now)?;
        rows.retain(fits);
        let places: HashMap<Id, usize> = part.iter().copied().zip(0..).collect();
        rows.sort_by_key(|row| places.get(&row.article_id).copied());
        found.extend(rows);
    }
    found.truncate(most);
    (1..).zip(found).map(|(rank, row)| Ok(Popular { story: Story::of(row)?, rank })).collect()
}
