//! The most viewed articles. Their order is found once a minute at most, and kept in memory; whether they are live is
//! looked up each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use super::shelf::{self, Shelf, Story};
use crate::domain::handles::tag_ids;
use crate::domain::{Cx, views};
use crate::error::Result;
use crate::model::{Handle, Id, Time};
use crate::store::copies::CopyRow;
use crate::store::published;

/// How long an order holds, in seconds, at the least.
const HOLDS: i64 = 60;
/// Finding an order takes no more than this part of the time.
const SHARE_OF_TIME: u32 = 20;
/// Articles that are looked up where the first ones are not live any more.
const MOST_OTHERS: usize = 1_000;
/// What a view of this hour weighs.
const UNIT: f64 = 65_536.0;

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
    const fn hours(self) -> u16 {
        match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 24 * 7,
            Self::Month => 24 * 30,
        }
    }

    /// The hours after which a view weighs half.
    const fn half_life(self) -> u16 {
        match self {
            Self::Hour => 1,
            Self::Day => 6,
            Self::Week => 48,
            Self::Month => 168,
        }
    }

    /// The first hour of the window, and what a view weighs by its hour: the older, the less. The first hour counts as far
    /// as the window reaches into it.
    #[expect(clippy::cast_possible_truncation, reason = "weights are at most 2^16")]
    fn weights(self, now: Time) -> (i64, Vec<i64>) {
        let since = views::window_start(now, i64::from(self.hours()) + 1);
        let weight = |age: u16| {
            let reach = if age == self.hours() { 1.0 - views::part_of_hour(now) } else { 1.0 };
            (UNIT * reach * (-f64::from(age) / f64::from(self.half_life())).exp2()).round() as i64
        };
        (since, (0..=self.hours()).rev().map(weight).collect())
    }
}

/// The orders of the windows, as they were found last.
#[derive(Debug, Default)]
pub struct Rankings([Slot; 4]);

#[derive(Debug, Default)]
struct Slot {
    kept: Mutex<Option<Arc<Ranking>>>,
    finding: Mutex<()>,
}

#[derive(Debug)]
struct Ranking {
    found_at: Time,
    holds_until: Time,
    places: Vec<Place>,
    locales: Vec<String>,
}

/// An article at its place.
#[derive(Debug)]
struct Place {
    article: Id,
    section: Option<Id>,
    /// Among the locales of the ranking.
    locale: usize,
}

impl Slot {
    fn kept(&self) -> Option<Arc<Ranking>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn fresh(&self, now: Time) -> Option<Arc<Ranking>> {
        self.kept().filter(|kept| kept.found_at <= now && now < kept.holds_until)
    }

    /// The order, found anew where it is older than it may be. While one request finds it, others take the old one.
    fn ranking(&self, cx: &mut Cx, window: Window) -> Result<Arc<Ranking>> {
        if let Some(fresh) = self.fresh(cx.now) {
            return Ok(fresh);
        }
        let _finding: MutexGuard<'_, ()> = match self.finding.try_lock() {
            Ok(guard) => guard,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => match self.kept() {
                Some(old) => return Ok(old),
                None => self.finding.lock().unwrap_or_else(PoisonError::into_inner),
            },
        };
        if let Some(fresh) = self.fresh(cx.now) {
            return Ok(fresh);
        }
        let found = Arc::new(Ranking::find(cx, window)?);
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&found));
        Ok(found)
    }
}

impl Ranking {
    fn find(cx: &mut Cx, window: Window) -> Result<Self> {
        let begun = Instant::now();
        let (since, weights) = window.weights(cx.now);
        let rows = published::most_viewed(cx.conn, since, &weights, cx.now)?;
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut places = Vec::with_capacity(rows.len());
        for row in rows {
            let next = known.len();
            let locale = *known.entry(row.locale).or_insert(next);
            places.push(Place { article: row.article_id, section: row.section_id, locale });
        }
        let mut locales = vec![String::new(); known.len()];
        known.into_iter().for_each(|(locale, at)| locales[at] = locale);
        let rest = holds(begun.elapsed());
        Ok(Self { found_at: cx.now, holds_until: cx.now.plus_seconds(rest), places, locales })
    }
}

/// How long an order holds that took so long to find, in seconds.
fn holds(took: Duration) -> i64 {
    i64::try_from((took * SHARE_OF_TIME).as_secs()).unwrap_or(HOLDS).max(HOLDS)
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
    let memory = Arc::clone(&cx.memory);
    let ranking = memory.rankings.0[window as usize].ranking(cx, window)?;
    // Views move the order all the time: that is no reason to make an answer anew at once.
    cx.shows.until(ranking.holds_until.max(cx.now.plus_seconds(1)));
    let fits = |section: Option<Id>, of: &str| {
        sections.is_none_or(|sections| section.is_some_and(|id| sections.contains(&id)))
            && locale.is_none_or(|locale| of == locale)
    };
    let ranked = ranking.places.iter().filter(|place| fits(place.section, &ranking.locales[place.locale]));
    let ranked: Vec<Id> = ranked.map(|place| place.article).take(most * 2 + MOST_OTHERS).collect();
    let mut found = Vec::new();
    // Mostly the first few are enough; if not, others are fetched at once.
    let (first, others) = ranked.split_at(ranked.len().min(most * 2));
    for part in [first, others] {
        if found.len() >= most {
            break;
        }
        let mut rows: Vec<CopyRow> = published::by_ids(cx.conn, part, cx.now)?;
        rows.retain(|row| fits(row.section_id, &row.locale));
        let places: HashMap<Id, usize> = part.iter().copied().zip(0..).collect();
        rows.sort_by_key(|row| places.get(&row.article_id).copied());
        found.extend(rows);
    }
    found.truncate(most);
    (1..).zip(found).map(|(rank, row)| Ok(Popular { story: Story::of(row)?, rank })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    #[test]
    fn older_hours_weigh_less_and_the_first_as_far_as_the_window_reaches() {
        let (since, weights) = Window::Day.weights(Time::from_micros(100 * HOUR + HOUR / 4));
        assert_eq!((since, weights.len()), (76, 25));
        assert_eq!([weights[24], weights[18], weights[12]], [65_536, 32_768, 16_384]);
        assert_eq!(weights[0], 3_072, "three quarters of a sixteenth");
        assert!(weights[1..].is_sorted());
        let (since, weights) = Window::Hour.weights(Time::from_micros(100 * HOUR));
        assert_eq!((since, weights), (99, vec![32_768, 65_536]));
        for window in [Window::Hour, Window::Day, Window::Week, Window::Month] {
            let (since, weights) = window.weights(Time::from_micros(1_000 * HOUR + HOUR - 1));
            assert_eq!(weights.len(), usize::from(window.hours()) + 1);
            assert_eq!(since + i64::try_from(weights.len()).unwrap() - 1, 1_000, "the last is this hour");
            assert_eq!(weights[0], 0, "the hour that is out of reach");
        }
    }

    #[test]
    fn finding_an_order_takes_a_twentieth_of_the_time_at_most() {
        assert_eq!(
            [holds(Duration::ZERO), holds(Duration::from_secs(3)), holds(Duration::from_secs(6))],
            [60, 60, 120]
        );
    }
}
