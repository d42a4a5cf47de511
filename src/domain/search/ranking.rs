//! What is more relevant, and how the matches part by section, tag, author, kind and year.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use super::Sought;
use crate::domain::Cx;
use crate::domain::memory::{self, Kept};
use crate::error::Result;
use crate::model::{ArticleKind, Id, Time};
use crate::store::published::{AuthorName, Candidate, TagName};
use crate::store::search_names::Subject;
use crate::text::query::Clause;
use crate::text::terms::terms;

/// What a part of the query counts where it stands in the headline, in the name of a tag or an author, or elsewhere.
const IN_HEADLINE: f64 = 1.0;
const IN_NAME: f64 = 0.8;
const ELSEWHERE: f64 = 0.3;
/// What the oldest article keeps of its relevance.
const AGELESS: f64 = 0.35;
/// After so many days an article has lost half of what age takes.
const HALF_LIFE_DAYS: f64 = 30.0;
/// Values of a facet that are told.
const MAX_VALUES: usize = 10;

/// The articles that were found, the most relevant first; of equals the newest.
pub fn ranked(found: &[Arc<Candidate>], sought: &Sought, now: Time) -> Vec<Id> {
    let scored = found.iter().map(|found| (score(found, sought, now), found.published_at, found.article_id));
    let mut scored: Vec<(f64, Time, Id)> = scored.collect();
    scored.sort_by(|(one, at, id), (other, other_at, other_id)| {
        other.total_cmp(one).then(other_at.cmp(at)).then(other_id.cmp(id))
    });
    scored.into_iter().map(|(_, _, id)| id).collect()
}

#[expect(clippy::cast_precision_loss, reason = "days and numbers of words need no more than 52 bits")]
fn score(found: &Candidate, sought: &Sought, now: Time) -> f64 {
    let clauses = &sought.query.all;
    let is_named = |meant: &Subject| match meant.is_tag {
        true => found.tag_ids.0.contains(&meant.id) || found.section_id == Some(meant.id),
        false => found.authors.0.iter().any(|named| named.id == meant.id),
    };
    let parts = clauses.iter().zip(&sought.meant).map(|(clause, meant)| match says(&found.sort_headline, clause) {
        true => IN_HEADLINE,
        false if meant.iter().any(is_named) => IN_NAME,
        false => ELSEWHERE,
    });
    let relevance = parts.sum::<f64>() / clauses.len().max(1) as f64;
    let days = now.seconds_since(found.published_at).max(0) as f64 / 86_400.0;
    relevance * (AGELESS + (1.0 - AGELESS) * (-days / HALF_LIFE_DAYS).exp2())
}

/// Whether a folded headline has the words of a part in a row.
fn says(headline: &str, clause: &Clause) -> bool {
    // In ASCII, words stand as they are looked for: nothing is taken out of them.
    if headline.is_ascii() && clause.words.iter().any(|word| !headline.contains(word.as_str())) {
        return false;
    }
    let mut rest = terms(headline);
    while let Some(first) = rest.next() {
        let mut next = rest.clone();
        let mut follow = |at| next.next().is_some_and(|term| clause.takes(at, &term.word));
        if clause.takes(0, &first.word) && (1..clause.words.len()).all(&mut follow) {
            return true;
        }
    }
    false
}

/// A value with the number of matches that have it.
pub struct Facet<T> {
    /// The value.
    pub value: T,
    /// How many of the ranked matches have it.
    pub count: usize,
}

/// How the ranked matches part: of each at most ten values, the most frequent first.
pub struct Facets {
    /// By section.
    pub sections: Vec<Facet<Arc<Kept<TagName>>>>,
    /// By tag, the section aside.
    pub tags: Vec<Facet<Arc<Kept<TagName>>>>,
    /// By author.
    pub authors: Vec<Facet<Arc<Kept<AuthorName>>>>,
    /// By kind.
    pub kinds: Vec<Facet<ArticleKind>>,
    /// By year of publication.
    pub years: Vec<Facet<i32>>,
}

/// Counts the matches, and names the values that are told.
///
/// # Errors
/// The database's.
pub fn facets(cx: &mut Cx, found: &[Arc<Candidate>]) -> Result<Facets> {
    let [mut sections, mut tags, mut authors]: [Vec<Id>; 3] = Default::default();
    let (mut kinds, mut years): (Vec<&str>, Vec<i32>) = Default::default();
    for row in found {
        sections.extend(row.section_id);
        tags.extend(&row.tag_ids.0);
        for (place, named) in row.authors.0.iter().enumerate() {
            // Whoever wrote and photographed has signed once.
            if row.authors.0[..place].iter().all(|before| before.id != named.id) {
                authors.push(named.id);
            }
        }
        kinds.push(row.kind.as_str());
        years.push(row.published_at.year());
    }
    let [sections, tags, authors] = [sections, tags, authors].map(most);
    let tag_ids: Vec<Id> = sections.iter().chain(&tags).map(|facet| facet.value).collect();
    let author_ids: Vec<Id> = authors.iter().map(|facet| facet.value).collect();
    let names = memory::names(cx, &tag_ids, &author_ids)?;
    let kinds = most(kinds).into_iter();
    let mut years = counted(years);
    years.reverse();
    Ok(Facets {
        sections: named(sections, &names.tags),
        tags: named(tags, &names.tags),
        authors: named(authors, &names.authors),
        kinds: kinds
            .filter_map(|Facet { value, count }| Some(Facet { value: ArticleKind::parse(value)?, count }))
            .collect(),
        years,
    })
}

/// Each value with how often it is there, in their order.
fn counted<T: Copy + Ord>(mut values: Vec<T>) -> Vec<Facet<T>> {
    values.sort_unstable();
    values.chunk_by(|one, next| one == next).map(|same| Facet { value: same[0], count: same.len() }).collect()
}

/// The most frequent values; of equals the first.
fn most<T: Copy + Ord>(values: Vec<T>) -> Vec<Facet<T>> {
    let mut all = counted(values);
    all.sort_by_key(|facet| Reverse(facet.count));
    all.truncate(MAX_VALUES);
    all
}

fn named<T>(counts: Vec<Facet<Id>>, names: &HashMap<Id, Arc<T>>) -> Vec<Facet<Arc<T>>> {
    let named = |facet: Facet<Id>| Some(Facet { value: Arc::clone(names.get(&facet.value)?), count: facet.count });
    counts.into_iter().filter_map(named).collect()
}
