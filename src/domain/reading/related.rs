//! What stands beside an article: the newsroom's choice, then what has most in common with it.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::article::{Found, card};
use super::shelf::{self, Shelf, Story, ids};
use crate::domain::Cx;
use crate::error::Result;
use crate::model::{Handle, Id, Key, Time};
use crate::store::copies::CopyRow;
use crate::store::published::near::{self, By, LOOKED_AT, MAX_TAGS, Near};

/// What a tag weighs that this many articles carry is `ln 2`; a rarer one weighs more.
const COMMON: f64 = 10_000.0;
/// What the same section weighs: less than most tags.
const SECTION: f64 = 1.0;
/// An article that is so many days older than the newest candidate loses half of what age can take.
const HALF_LIFE_DAYS: f64 = 30.0;
/// The part of its weight that age can take from an article.
const AGE_TAKES: f64 = 0.5;

/// Why an article stands beside another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
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

/// The articles beside the one at an address, `limit` at the most: the newsroom's choice in its order, then those that
/// share tags (a rare tag says more than a common one) or the section with it, newer ones before older ones that share
/// as much, and then the newest; what the newsroom did not choose is of the same language.
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

/// The articles beside `story`: four statements, whatever there is.
pub(super) fn related_to(cx: &mut Cx, story: &Story, limit: i64) -> Result<Vec<Related>> {
    let most = usize::try_from(limit).unwrap_or(0);
    let copy = &story.copy;
    let mut chosen = ids(&copy.related_ids)?;
    chosen.retain(|id| *id != copy.article_id);
    cx.shows.note_all(Key::Article, &chosen);
    let mut found = stories(cx, &chosen.into_iter().map(|id| (id, Reason::Curated)).collect::<Vec<_>>())?;
    found.truncate(most);
    if found.len() == most {
        return Ok(found);
    }
    let tags: Vec<Id> = story.tags.iter().copied().filter(|tag| Some(*tag) != copy.section_id).take(MAX_TAGS).collect();
    cx.shows.note_all(Key::ArticlesTagged, tags.iter().chain(&copy.section_id));
    // As many of the newest as there may be others before them.
    let near = near::near(cx.conn, copy, &tags, 2 * limit, cx.now)?;
    let rarities = rarities(cx, &tags, &near)?;
    let mut scored = scored(&near, &rarities);
    scored.retain(|(id, _)| found.iter().all(|related| related.story.copy.article_id != *id));
    scored.truncate(most - found.len());
    found.extend(stories(cx, &scored)?);
    if found.len() < most || found.iter().any(|related| related.reason == Reason::Newest) {
        cx.shows.note(Key::Articles);
    }
    Ok(found)
}

/// What each tag weighs: the rarer, the more. Those of which there are more than were looked at are counted.
fn rarities(cx: &mut Cx, tags: &[Id], near: &[Near]) -> Result<Vec<f64>> {
    let seen = |place: usize| near.iter().filter(|one| one.by == By::Tag(place)).count();
    let mut counts: Vec<i64> = (0..tags.len()).map(|place| i64::try_from(seen(place)).unwrap_or(LOOKED_AT)).collect();
    let is_common = |(tag, count): (&Id, &i64)| (*count >= LOOKED_AT).then_some(*tag);
    let common: Vec<Id> = tags.iter().zip(&counts).filter_map(is_common).collect();
    let counted: HashMap<Id, i64> = near::tag_counts(cx.conn, &common, cx.now)?.into_iter().collect();
    for (tag, count) in tags.iter().zip(&mut counts) {
        *count = counted.get(tag).copied().unwrap_or(*count).max(1);
    }
    Ok(counts.into_iter().map(rarity).collect())
}

#[expect(clippy::cast_precision_loss, reason = "counted to 2 000")]
fn rarity(count: i64) -> f64 {
    (COMMON / count as f64).ln_1p()
}

/// The articles that are near, in the order of what they have in common, then of their age.
fn scored(near: &[Near], rarities: &[f64]) -> Vec<(Id, Reason)> {
    struct Candidate {
        weight: f64,
        reason: Reason,
        published_at: Time,
    }
    let mut candidates: HashMap<Id, Candidate> = HashMap::new();
    for one in near.iter().filter(|one| one.same_language) {
        let (weight, reason) = match one.by {
            By::Tag(place) => (rarities.get(place).copied().unwrap_or_default(), Reason::Tags),
            By::Section => (SECTION, Reason::Section),
            By::Newest => (0.0, Reason::Newest),
        };
        let published_at = one.published_at;
        let candidate = candidates.entry(one.article).or_insert(Candidate { weight: 0.0, reason, published_at });
        candidate.weight += weight;
        candidate.reason = candidate.reason.min(reason);
    }
    // Against the newest that shares something, not against the clock: the order changes with what is published under
    // one of the same tags or in the section, and with nothing else.
    let sharing = candidates.values().filter(|candidate| candidate.reason != Reason::Newest);
    let newest = sharing.map(|candidate| candidate.published_at).max();
    let score = |candidate: &Candidate| {
        let age = newest.map_or(0, |newest| newest.seconds_since(candidate.published_at).max(0));
        candidate.weight * (1.0 - AGE_TAKES + AGE_TAKES * (-days(age) / HALF_LIFE_DAYS).exp2())
    };
    let mut all: Vec<(f64, Time, Id, Reason)> =
        candidates.iter().map(|(id, one)| (score(one), one.published_at, *id, one.reason)).collect();
    all.sort_by(|left, right| right.0.total_cmp(&left.0).then_with(|| (right.1, right.2).cmp(&(left.1, left.2))));
    all.into_iter().map(|(_, _, id, reason)| (id, reason)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "seconds of some decades")]
fn days(seconds: i64) -> f64 {
    seconds as f64 / 86_400.0
}

/// The live ones of these articles, in this order.
fn stories(cx: &mut Cx, wanted: &[(Id, Reason)]) -> Result<Vec<Related>> {
    let ids: Vec<Id> = wanted.iter().map(|(id, _)| *id).collect();
    let rows = crate::store::published::by_ids(cx.conn, &ids, cx.now)?;
    let mut rows: HashMap<Id, CopyRow> = rows.into_iter().map(|row| (row.article_id, row)).collect();
    let found = wanted.iter().filter_map(|(id, reason)| rows.remove(id).map(|row| (row, *reason)));
    found.map(|(row, reason)| Ok(Related { story: Story::of(row)?, reason })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn near(article: Id, by: By, age: i64) -> Near {
        Near { article, by, published_at: Time::from_micros(1_000 * DAY - age * DAY), same_language: true }
    }

    fn order(all: &[Near], counts: &[i64]) -> Vec<Id> {
        let rarities: Vec<f64> = counts.iter().copied().map(rarity).collect();
        scored(all, &rarities).into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn a_rare_tag_says_more_than_a_common_one_and_age_decides_between_equals() {
        let [rare, common, old, both] = [(); 4].map(|()| Id::new());
        let (first, second) = (By::Tag(0), By::Tag(1));
        assert_eq!(order(&[near(common, second, 0), near(rare, first, 60)], &[3, 2_000]), [rare, common]);
        assert_eq!(order(&[near(old, first, 9), near(rare, first, 8)], &[3]), [rare, old]);
        let all = [near(rare, first, 0), near(both, first, 0), near(both, second, 0), near(common, By::Section, 0)];
        assert_eq!(order(&all, &[10, 10]), [both, rare, common]);
        // Two ordinary tags say more than one that is a little rarer, and any tag more than the section.
        assert_eq!(order(&[near(common, By::Section, 0), near(old, first, 0)], &[2_000]), [old, common]);
        assert_eq!(order(&[near(old, By::Newest, 1), near(rare, By::Newest, 0)], &[]), [rare, old]);
    }

    #[test]
    fn other_languages_count_for_rarity_only() {
        let [here, there] = [(); 2].map(|()| Id::new());
        let foreign = Near { same_language: false, ..near(there, By::Tag(0), 0) };
        assert_eq!(order(&[foreign, near(here, By::Tag(0), 0)], &[2]), [here]);
    }
}
