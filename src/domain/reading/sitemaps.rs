//! What crawlers are told: sitemaps of live articles. Articles that the newsroom keeps out of search engines, or that
//! say that search engines should keep another address, stand in none.

use std::collections::HashMap;
use std::sync::Arc;

use super::shelf::{self, Story, seconds_left};
use crate::domain::memory::{self, Kept};
use crate::domain::site::Site;
use crate::domain::{Cx, events};
use crate::error::{Error, Result};
use crate::model::{ArticleKind, Id, Key, Seo, Time};
use crate::store::media::PictureRow;
use crate::store::published::{self, Filter, ListedRow};
use crate::store::sitemap;

/// Entries of a part at the most: the limit of the sitemap protocol.
const MOST: i64 = 50_000;
/// Copies behind which a new part begins. Well below `MOST`, because articles that were drafted long ago come into
/// parts that are full already.
pub const PART: i64 = 5_000;
/// Parts that begin in one go at the most.
const AT_ONCE: usize = 100;
/// After how many seconds a sitemap is put together anew.
const LOOKED_AT_AGAIN: i64 = 60;
/// How old an article of the news sitemap may be, in seconds.
const NEWS: i64 = 2 * 86_400;
/// Entries of the news sitemap at the most.
const MOST_NEWS: i64 = 1_000;

/// One address.
pub struct Entry {
    /// Where readers find it.
    pub url: String,
    /// What is listed of it.
    pub row: ListedRow,
}

/// One part of the sitemap.
pub struct Part {
    /// The articles.
    pub entries: Vec<Entry>,
    /// Those that exist in several languages, by translation group.
    pub groups: HashMap<Id, Vec<Entry>>,
    /// The main pictures.
    pub pictures: HashMap<Id, Arc<Kept<PictureRow>>>,
    /// The language whose addresses carry none.
    pub default_locale: String,
    /// Seconds until the first thing shown disappears by itself, if anything does.
    pub shown_for: Option<u64>,
}

/// The news of two days.
pub struct News {
    /// The articles with their addresses, newest first.
    pub entries: Vec<(String, Story)>,
    /// The name of the publication.
    pub name: String,
    /// Seconds until the first of them disappears, or is news no more, if there is any.
    pub shown_for: Option<u64>,
}

/// The numbers of the parts of the sitemap.
///
/// # Errors
/// The database's.
pub fn parts(cx: &mut Cx) -> Result<Vec<i64>> {
    follow(cx);
    sitemap::numbers(cx.conn)
}

/// One part of the sitemap: a handful of statements, whatever the number of articles.
///
/// # Errors
/// 404.
pub fn part(cx: &mut Cx, number: i64) -> Result<Part> {
    follow(cx);
    let (first, end) = sitemap::bounds(cx.conn, number)?.ok_or_else(Error::not_found)?;
    let site = shelf::site(cx)?;
    let rows = published::listed_between(cx.conn, first, end, MOST, cx.now)?;
    let entries = listed(cx, &site, rows)?;
    let mut ids: Vec<Id> = entries.iter().filter_map(|entry| entry.row.hero_id).collect();
    let (groups, now) = (if site.locales.len() > 1 { groups(cx, &site, &entries)? } else { HashMap::new() }, cx.now);
    ids.sort_unstable();
    ids.dedup();
    cx.shows.note_all(Key::Media, &ids);
    let pictures = memory::pictures(cx, &ids)?;
    let ends = entries.iter().chain(groups.values().flatten()).map(|entry| entry.row.ends_at);
    let ends_at = ends.chain(pictures.values().filter_map(|row| row.expires_at)).fold(Time::NEVER, Time::min);
    let (default_locale, shown_for) = (site.default_locale.to_string(), seconds_left(ends_at, now));
    Ok(Part { entries, groups, pictures, default_locale, shown_for })
}

/// What was first published within two days, newest first, without what is paid for.
///
/// # Errors
/// The database's.
pub fn news(cx: &mut Cx) -> Result<News> {
    follow(cx);
    let site = shelf::site(cx)?;
    let since = cx.now.plus_seconds(-NEWS);
    let kinds = ArticleKind::ALL.iter().copied().filter(|kind| *kind != ArticleKind::Sponsored).collect();
    let filter = Filter { kinds, published_after: Some(since), ..Filter::default() };
    let copies = published::part(cx.conn, &filter, MOST_NEWS, cx.now)?;
    let ids: Vec<Id> = copies.iter().map(|copy| copy.copy_id).collect();
    let seos: HashMap<Id, String> = published::seos(cx.conn, &ids)?.into_iter().collect();
    let (mut entries, mut ends_at) = (Vec::new(), Time::NEVER);
    for copy in copies.into_iter().filter(|copy| copy.first_published_at > since) {
        let url = cx.urls.article(&copy.locale, site.default_locale.as_str(), &copy.slug, copy.article_id);
        if seos.get(&copy.copy_id).map_or(Ok(false), |seo| is_indexed(seo, &url))? {
            ends_at = ends_at.min(copy.ends_at).min(copy.first_published_at.plus_seconds(NEWS));
            entries.push((url, Story::of(copy)?));
        }
    }
    Ok(News { entries, name: site.name.clone(), shown_for: seconds_left(ends_at, cx.now) })
}

/// A sitemap follows all articles, and now and then a part begins.
fn follow(cx: &mut Cx) {
    cx.shows.note(Key::Articles);
    cx.shows.until(cx.now.plus_seconds(LOOKED_AT_AGAIN));
    cx.shows.unnamed();
}

/// Lets new parts begin behind every `size` copies; answers how many. A part that has begun stays where it is.
///
/// # Errors
/// The database's.
pub fn divide(cx: &mut Cx, size: i64) -> Result<usize> {
    let mut begun = 0;
    while begun < AT_ONCE
        && let Some((number, first)) = sitemap::last(cx.conn)?
        && let Some(next) = sitemap::id_behind(cx.conn, first, size)?.filter(|next| *next > first)
    {
        sitemap::begin(cx.conn, number + 1, next)?;
        begun += 1;
    }
    if begun > 0 {
        let sitemap = Id::from(uuid::Uuid::nil());
        events::emit(cx, "sitemap.divided", sitemap, &serde_json::json!({ "parts": begun }))?;
    }
    Ok(begun)
}

fn listed(cx: &Cx, site: &Site, rows: Vec<ListedRow>) -> Result<Vec<Entry>> {
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let url = cx.urls.article(&row.locale, site.default_locale.as_str(), &row.slug, row.article_id);
        if is_indexed(&row.seo, &url)? {
            entries.push(Entry { url, row });
        }
    }
    Ok(entries)
}

fn groups(cx: &mut Cx, site: &Site, entries: &[Entry]) -> Result<HashMap<Id, Vec<Entry>>> {
    let mut ids: Vec<Id> = entries.iter().map(|entry| entry.row.translation_group).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = published::listed_in_groups(cx.conn, &ids, cx.now)?;
    let mut groups = HashMap::<Id, Vec<Entry>>::new();
    for entry in listed(cx, site, rows)? {
        groups.entry(entry.row.translation_group).or_default().push(entry);
    }
    groups.retain(|_, group| group.len() > 1);
    Ok(groups)
}

/// Whether search engines should keep this address.
fn is_indexed(seo: &str, url: &str) -> Result<bool> {
    let seo: Seo = serde_json::from_str(seo).map_err(Error::internal)?;
    Ok(!seo.no_index && seo.canonical_url.is_none_or(|canonical| canonical == url))
}
