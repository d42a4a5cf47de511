//! What is more relevant, and how the matches part by section, tag, author, kind and year.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::Sought;
use crate::domain::Cx;
use crate::error::Result;
use crate::model::{ArticleKind, Id, Time};
use crate::store::published::{self, AuthorName, Candidate, TagName};
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
pub fn ranked(found: &[Candidate], sought: &Sought, now: Time) -> Vec<Id> {
    let mut headline = Vec::new();
    let mut scored: Vec<(f64, Time, Id)> = found
        .iter()
        .map(|found| {
            headline.clear();
            headline.extend(terms(&found.sort_headline).map(|term| term.word));
            (score(found, &headline, sought, now), found.published_at, found.article_id)
        })
        .collect();
    scored.sort_by(|(one, at, id), (other, other_at, other_id)| {
        other.total_cmp(one).then(other_at.cmp(at)).then(other_id.cmp(id))
    });
    scored.into_iter().map(|(_, _, id)| id).collect()
}

#[expect(clippy::cast_precision_loss, reason = "days and numbers of words need no more than 52 bits")]
fn score(found: &Candidate, headline: &[Cow<'_, str>], sought: &Sought, now: Time) -> f64 {
    let clauses = &sought.query.all;
    let is_named = |meant: &Subject| match meant.is_tag {
        true => found.tag_ids.0.contains(&meant.id) || found.section_id == Some(meant.id),
        false => found.authors.0.iter().any(|named| named.id == meant.id),
    };
    let parts = clauses.iter().zip(&sought.meant).map(|(clause, meant)| match says(headline, clause) {
        true => IN_HEADLINE,
        false if meant.iter().any(is_named) => IN_NAME,
        false => ELSEWHERE,
    });
    let relevance = parts.sum::<f64>() / clauses.len().max(1) as f64;
    let days = now.seconds_since(found.published_at).max(0) as f64 / 86_400.0;
    relevance * (AGELESS + (1.0 - AGELESS) * (-days / HALF_LIFE_DAYS).exp2())
}

/// Whether a headline has the words of a part in a row.
fn says(headline: &[Cow<'_, str>], clause: &Clause) -> bool {
    let last = clause.words.len().saturating_sub(1);
    headline.windows(clause.words.len().max(1)).any(|window| {
        window.iter().zip(&clause.words).enumerate().all(|(at, (word, sought))| {
            word == sought || (clause.prefix && at == last && word.starts_with(sought.as_str()))
        })
    })
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
    pub sections: Vec<Facet<TagName>>,
    /// By tag, the section aside.
    pub tags: Vec<Facet<TagName>>,
    /// By author.
    pub authors: Vec<Facet<AuthorName>>,
    /// By kind.
    pub kinds: Vec<Facet<ArticleKind>>,
    /// By year of publication.
    pub years: Vec<Facet<i32>>,
}

/// Counts the matches, and names the values that are told.
///
/// # Errors
/// The database's.
pub fn facets(cx: &mut Cx, found: &[Candidate]) -> Result<Facets> {
    let [mut sections, mut tags, mut authors]: [HashMap<Id, usize>; 3] = Default::default();
    let (mut kinds, mut years): (HashMap<&str, usize>, BTreeMap<i32, usize>) = Default::default();
    for row in found {
        row.section_id.iter().for_each(|id| *sections.entry(*id).or_default() += 1);
        row.tag_ids.0.iter().for_each(|id| *tags.entry(*id).or_default() += 1);
        for (place, named) in row.authors.0.iter().enumerate() {
            // Whoever wrote and photographed has signed once.
            if row.authors.0[..place].iter().all(|before| before.id != named.id) {
                *authors.entry(named.id).or_default() += 1;
            }
        }
        *kinds.entry(row.kind.as_str()).or_default() += 1;
        *years.entry(row.published_at.year()).or_default() += 1;
    }
    let [sections, tags, authors] = [sections, tags, authors].map(most);
    let tag_ids: Vec<Id> = sections.iter().chain(&tags).map(|(id, _)| *id).collect();
    let author_ids: Vec<Id> = authors.iter().map(|(id, _)| *id).collect();
    let names: HashMap<Id, TagName> =
        published::tag_names(cx.conn, &tag_ids)?.into_iter().map(|row| (row.id, row)).collect();
    let people: HashMap<Id, AuthorName> =
        published::author_names(cx.conn, &author_ids)?.into_iter().map(|row| (row.id, row)).collect();
    let kinds = most(kinds).into_iter().filter_map(|(word, count)| Some((ArticleKind::parse(word)?, count)));
    let mut years: Vec<(i32, usize)> = years.into_iter().collect();
    years.reverse();
    Ok(Facets {
        sections: named(sections, &names),
        tags: named(tags, &names),
        authors: named(authors, &people),
        kinds: kinds.map(|(value, count)| Facet { value, count }).collect(),
        years: years.into_iter().map(|(value, count)| Facet { value, count }).collect(),
    })
}

/// The most frequent values.
fn most<T: Copy + std::fmt::Display + Eq + std::hash::Hash>(counts: HashMap<T, usize>) -> Vec<(T, usize)> {
    let mut all: Vec<(T, usize)> = counts.into_iter().collect();
    all.sort_by_cached_key(|(value, count)| (std::cmp::Reverse(*count), value.to_string()));
    all.truncate(MAX_VALUES);
    all
}

fn named<T: Clone>(counts: Vec<(Id, usize)>, names: &HashMap<Id, T>) -> Vec<Facet<T>> {
    let named = counts.into_iter().filter_map(|(id, count)| Some((names.get(&id)?.clone(), count)));
    named.map(|(value, count)| Facet { value, count }).collect()
}
