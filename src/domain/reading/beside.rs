//! The most popular articles.

use std::collections::HashMap;

use super::shelf::{self, Shelf, Story};
use crate::domain::handles::tag_ids;
use crate::domain::{Cx, views};
use crate::error::Result;
use crate::model::{Handle, Id};
use crate::store::copies::CopyRow;
use crate::store::published;

/// Most viewed articles looked at, live or not.
const CANDIDATES: i64 = 1_000;

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
