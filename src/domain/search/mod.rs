//! Full-text search. [`index`] writes, in the transaction of each change, what this looks through. A word matches where it
//! stands, and where a tag or an author of the article is called so.

pub mod index;
mod ranking;
mod suggestions;

use std::collections::HashMap;
use std::sync::Arc;

use super::reading::{self, ListRequest, Shelf, Story};
use super::{Cx, memory};
use crate::error::Result;
use crate::model::{Id, Key};
use crate::store::published::{self, Candidate, Filter, Reach};
use crate::store::search::{Index, Leaf, Lookup, Mark, Matching};
use crate::store::search_names::{self, Subject};
use crate::text::query::{Clause, Query};
pub use ranking::{Facet, Facets};
pub use suggestions::{Suggestions, suggest};

/// The newest matches that are ranked.
pub const MAX_RANKED: i64 = 200;
/// Older matches that are ranked beside them, because the headline says it.
const MAX_BY_HEADLINE: i64 = 50;
/// How long what was found is good enough where nobody changes anything, in seconds.
const FOUND_FOR: i64 = 60;
/// A filter with more values is not part of the expression.
const MAX_CHOICES: usize = 32;

/// What is looked for, with the tags and authors that it may mean.
pub struct Sought<'a> {
    query: &'a Query,
    /// For each part of `query.all`, then of `query.not`.
    meant: Vec<Vec<Subject>>,
}

impl<'a> Sought<'a> {
    /// Looks up whom and what the words of a query may mean.
    ///
    /// # Errors
    /// The database's.
    pub fn of(cx: &mut Cx, query: &'a Query) -> Result<Self> {
        let clauses: Vec<&Clause> = query.all.iter().chain(&query.not).collect();
        follow(cx);
        let mut meant = search_names::find(cx.conn, &clauses)?;
        let tags: Vec<Id> = meant.iter().flatten().filter(|subject| subject.is_tag).map(|subject| subject.id).collect();
        // What was indexed before a merge has the mark of the old tag.
        let merged = search_names::merged_into(cx.conn, &tags)?;
        for subjects in &mut meant {
            let old = merged.iter().filter(|(_, into)| subjects.contains(&Subject { is_tag: true, id: *into }));
            let old: Vec<Subject> = old.map(|(old, _)| Subject { is_tag: true, id: *old }).collect();
            subjects.extend(old);
        }
        Ok(Self { query, meant })
    }

    fn matching(&self, in_headline: bool) -> Matching {
        let mut choices = self.query.all.iter().chain(&self.query.not).zip(&self.meant).map(|(clause, meant)| {
            let in_headline = in_headline && !self.query.not.contains(clause);
            let words = Leaf::Words { words: clause.words.clone(), prefix: clause.prefix, in_headline };
            std::iter::once(words).chain(meant.iter().map(|subject| Leaf::Mark(mark(*subject)))).collect::<Vec<Leaf>>()
        });
        let all = choices.by_ref().take(self.query.all.len()).collect();
        Matching { all, not: choices.flatten().collect() }
    }

    /// The expression for public articles, with what of a filter the index knows.
    ///
    /// # Errors
    /// The database's.
    pub fn within(&self, cx: &mut Cx, filter: &Filter) -> Result<Lookup> {
        let choices = choices(cx, filter)?;
        self.lookup(cx, false, &choices)
    }

    fn lookup(&self, cx: &mut Cx, in_headline: bool, choices: &[Vec<Leaf>]) -> Result<Lookup> {
        let mut matching = self.matching(in_headline);
        matching.all.extend_from_slice(choices);
        memory::lookup(cx, Index::Published, &matching)
    }

    /// The expression for working copies, of one owner or of all.
    ///
    /// # Errors
    /// The database's.
    pub fn owned_by(&self, cx: &mut Cx, owner: Option<Id>) -> Result<Lookup> {
        let mut matching = self.matching(false);
        matching.all.extend(owner.map(|owner| vec![Leaf::Mark(index::owned(owner))]));
        memory::lookup(cx, Index::Working, &matching)
    }
}

/// What is found depends on every article, on what tags and authors are called, and on an index that is filled while
/// the server runs after some updates.
fn follow(cx: &mut Cx) {
    [Key::Articles, Key::Tags, Key::Authors].into_iter().for_each(|key| cx.shows.note(key));
    cx.shows.until(cx.now.plus_seconds(FOUND_FOR));
    cx.shows.unnamed();
}

fn mark(subject: Subject) -> Mark {
    Mark::id(if subject.is_tag { 't' } else { 'a' }, subject.id)
}

/// A filter as far as the index knows it, so that a rare section is not looked for among the matches of a common word.
fn choices(cx: &mut Cx, filter: &Filter) -> Result<Vec<Vec<Leaf>>> {
    let mut choices: Vec<Vec<Leaf>> = Vec::new();
    let few = |ids: &Option<Vec<Id>>| ids.clone().filter(|ids| (1..=MAX_CHOICES).contains(&ids.len()));
    for (kind, ids) in [('s', few(&filter.sections)), ('t', few(&filter.tags)), ('a', few(&filter.authors))] {
        let Some(mut ids) = ids else { continue };
        if kind != 'a' {
            let merged = search_names::merged_into(cx.conn, &ids)?;
            ids.extend(merged.into_iter().map(|(old, _)| old));
        }
        choices.push(ids.into_iter().map(|id| Leaf::Mark(Mark::id(kind, id))).collect());
    }
    if !filter.kinds.is_empty() {
        choices.push(filter.kinds.iter().map(|kind| Leaf::Mark(Mark::word('k', kind.as_str()))).collect());
    }
    if let (Some(locale), None) = (&filter.locale, &filter.fallback_locale) {
        choices.push(vec![Leaf::Mark(Mark::word('l', locale))]);
    }
    Ok(choices)
}

/// One page of what was found.
pub struct Found {
    /// The articles, the most relevant first.
    pub stories: Vec<Story>,
    /// Their public texts by copy.
    pub texts: HashMap<Id, String>,
    /// What they refer to.
    pub shelf: Shelf,
    /// How many were ranked.
    pub total: usize,
    /// Whether more match.
    pub capped: bool,
    /// How those that were ranked part.
    pub facets: Facets,
}

/// Live articles that match, ranked by where they say it and how new they are.
///
/// # Errors
/// The database's.
pub fn search(cx: &mut Cx, request: &ListRequest, query: &Query) -> Result<Found> {
    let filter = reading::resolved(cx, request)?;
    let sought = Sought::of(cx, query)?;
    let (found, capped) = candidates(cx, &sought, &filter)?;
    let ranked = ranking::ranked(&found, &sought, cx.now);
    let facets = ranking::facets(cx, &found)?;
    let offset = usize::try_from(request.paging.offset()).unwrap_or(usize::MAX);
    let limit = usize::try_from(request.paging.limit()).unwrap_or(0);
    let page: Vec<Id> = ranked.into_iter().skip(offset).take(limit).collect();
    let mut copies = published::by_ids(cx.conn, &page, cx.now)?;
    copies.sort_by_key(|copy| page.iter().position(|id| *id == copy.article_id));
    let stories = Story::all(copies)?;
    let site = reading::site(cx)?;
    let shelf = Shelf::of(cx, site, stories.iter(), &[], &[])?;
    let copies: Vec<Id> = stories.iter().map(|story| story.copy.copy_id).collect();
    let texts = published::texts(cx.conn, &copies)?.into_iter().collect();
    Ok(Found { stories, texts, shelf, total: found.len(), capped, facets })
}

/// The newest that match, and older ones whose headlines do.
fn candidates(cx: &mut Cx, sought: &Sought, filter: &Filter) -> Result<(Vec<Arc<Candidate>>, bool)> {
    let choices = choices(cx, filter)?;
    let all = sought.lookup(cx, false, &choices)?;
    let newest = Reach { most: MAX_RANKED + 1, now: cx.now, behind: None };
    let mut found = published::matches(cx.conn, filter, &all, newest)?;
    let ranked = usize::try_from(MAX_RANKED).unwrap_or(usize::MAX);
    let capped = found.len() > ranked;
    if capped {
        found.truncate(ranked);
        let said = sought.lookup(cx, true, &choices)?;
        let behind = found.iter().map(|(_, number)| *number).min();
        found.extend(published::matches(cx.conn, filter, &said, Reach { most: MAX_BY_HEADLINE, behind, ..newest })?);
    }
    let copies: Vec<Id> = found.into_iter().map(|(copy, _)| copy).collect();
    Ok((memory::candidates(cx, &copies)?, capped))
}
