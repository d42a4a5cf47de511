//! Quick completions of what a reader begins to type: names of public tags and authors, headlines of live articles.

use std::sync::Arc;

use super::Sought;
use crate::domain::reading::{seconds_left, site};
use crate::domain::site::Site;
use crate::domain::{Cx, memory};
use crate::error::Result;
use crate::model::{Id, Time};
use crate::store::published::{self, AuthorName, Filter, LiveLink, Reach, TagName};
use crate::store::published_taxonomy as taxonomy;
use crate::store::search::{Leaf, Mark};
use crate::store::search_names::{self, Subject};
use crate::text::query::{Clause, Query};

/// Headlines that are looked at.
const MAX_HEADLINES: i64 = 40;

/// What a reader may mean.
pub struct Suggestions {
    /// Tags, by name.
    pub tags: Vec<TagName>,
    /// Authors, by name.
    pub authors: Vec<AuthorName>,
    /// Articles, the newest first.
    pub articles: Vec<LiveLink>,
    /// How their addresses are made.
    pub site: Arc<Site>,
    /// Seconds until the first of them disappears by itself, if one does.
    pub shown_for: Option<u64>,
}

/// What begins so: every word must be there, the last as far as it goes.
///
/// # Errors
/// The database's.
pub fn suggest(cx: &mut Cx, query: &Query, locale: Option<&str>, most: usize) -> Result<Suggestions> {
    super::follow(cx);
    let meant = meant(cx, query)?;
    let ids = |is_tag: bool| -> Vec<Id> {
        meant.iter().filter(|subject| subject.is_tag == is_tag).map(|subject| subject.id).collect()
    };
    let mut tags = taxonomy::public_tags(cx.conn, &ids(true), cx.now)?;
    tags.sort_by(|a, b| (a.name.len(), &a.name, a.id).cmp(&(b.name.len(), &b.name, b.id)));
    let mut authors = taxonomy::named_authors(cx.conn, &ids(false), cx.now)?;
    authors.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    tags.truncate(most);
    authors.truncate(most);
    let (mut articles, ends_at) = headlines(cx, query, locale)?;
    articles.truncate(most);
    let named_until = if tags.is_empty() && authors.is_empty() { None } else { published::next_end(cx.conn, cx.now)? };
    let shown_for = seconds_left(named_until.map_or(ends_at, |end| end.min(ends_at)), cx.now);
    Ok(Suggestions { tags, authors, articles, site: site(cx)?, shown_for })
}

/// The tags and authors in whose names every part of a query stands.
fn meant(cx: &mut Cx, query: &Query) -> Result<Vec<Subject>> {
    let clauses: Vec<&Clause> = query.all.iter().collect();
    let found = search_names::find(cx.conn, &clauses)?;
    let Some((first, others)) = found.split_first() else { return Ok(Vec::new()) };
    let everywhere = |subject: &&Subject| others.iter().all(|subjects| subjects.contains(subject));
    Ok(first.iter().filter(everywhere).copied().collect())
}

/// The newest live articles in whose headlines every part stands, and when the first of them ends by itself.
fn headlines(cx: &mut Cx, query: &Query, locale: Option<&str>) -> Result<(Vec<LiveLink>, Time)> {
    let sought = Sought { query, meant: vec![Vec::new(); query.all.len() + query.not.len()] };
    let spoken: Vec<_> = locale.map(|locale| vec![Leaf::Mark(Mark::word('l', locale))]).into_iter().collect();
    let lookup = sought.lookup(cx, true, &spoken)?;
    let filter = Filter { locale: locale.map(str::to_owned), ..Filter::default() };
    let reach = Reach { most: MAX_HEADLINES, now: cx.now, behind: None };
    let found = published::matches(cx.conn, &filter, &lookup, reach)?;
    let copies: Vec<Id> = found.into_iter().map(|(copy, _)| copy).collect();
    let found = memory::candidates(cx, &copies)?;
    let ids: Vec<Id> = found.iter().map(|candidate| candidate.article_id).collect();
    let mut links = published::links(cx.conn, &ids, cx.now)?;
    links.sort_by_key(|link| ids.iter().position(|id| *id == link.article_id));
    let mut said: Vec<String> = Vec::new();
    links.retain(|link| {
        !said.contains(&link.headline) && {
            said.push(link.headline.clone());
            true
        }
    });
    Ok((links, found.iter().map(|candidate| candidate.ends_at).fold(Time::NEVER, Time::min)))
}
