//! One live article by its address, and what an address answers where none is live.

use std::sync::Arc;

use super::described::{self, Described};
use super::links;
use super::popular::{Popular, Window, most_viewed};
use super::related::{Related, related_to};
use super::shelf::{self, Shelf, Story, seconds_left};
use crate::domain::Cx;
use crate::domain::site::Site;
use crate::error::{Code, Error, Result};
use crate::model::{Handle, Id, Key, Seo};
use crate::store::copies::{CopyBodyRow, CopyRow};
use crate::store::published::{self, Companions, Tombstone};

/// How many related articles stand beside an article.
const RELATED: i64 = 6;
/// How many popular articles stand beside an article.
const POPULAR: i64 = 5;

/// What is wanted beside an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Related articles.
    pub related: bool,
    /// Popular articles of its language.
    pub popular: bool,
    /// What structured data says beyond the article.
    pub described: bool,
}

/// One live article with all that its page shows.
pub struct Article {
    /// The article.
    pub story: Story,
    /// The rest of it.
    pub body: CopyBodyRow,
    /// The live articles that its page names.
    pub companions: Companions,
    /// What search engines are told.
    pub seo: Seo,
    /// If they were wanted.
    pub related: Option<Vec<Related>>,
    /// If they were wanted.
    pub popular: Option<Vec<Popular>>,
    /// If it was wanted.
    pub described: Option<Described>,
    /// What all of these refer to.
    pub shelf: Shelf,
}

/// What an address leads to.
pub enum Found<T> {
    /// This.
    Here(T),
    /// Another address of the same article.
    Moved(Moved),
}

/// The present address of an article that was asked for by a former one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its slug.
    pub slug: String,
    /// Its language, where the address needs it.
    pub locale: Option<String>,
    /// Seconds until it disappears, if it does.
    pub shown_for: Option<u64>,
}

/// The live article at an address. `locale` is exact for slugs; without it the default language comes first, then the
/// site's order.
///
/// # Errors
/// [`Code::Gone`] for a withdrawn article; [`Code::NotFound`].
pub fn article(cx: &mut Cx, at: &Handle, locale: Option<&str>, beside: Beside) -> Result<Found<Box<Article>>> {
    let site = shelf::site(cx)?;
    match find(cx, &site, at, locale)? {
        Some((copy, body)) => Ok(Found::Here(Box::new(whole(cx, site, copy, body, beside)?))),
        None => elsewhere(cx, &site, at, locale).map(Found::Moved),
    }
}

/// The live copy at an address with its open body.
pub(super) fn find(
    cx: &mut Cx,
    site: &Site,
    at: &Handle,
    locale: Option<&str>,
) -> Result<Option<(CopyRow, CopyBodyRow)>> {
    match at {
        Handle::Id(id) => published::by_id(cx.conn, *id, cx.now),
        Handle::Slug(slug) => {
            cx.shows.note(Key::Slug(slug.clone()));
            let all = published::by_slug(cx.conn, slug, locale, cx.now)?;
            Ok(all.into_iter().min_by_key(|(copy, _)| rank(site, &copy.locale)))
        }
    }
}

/// A copy that is not written down, as [`article`] would show it.
///
/// # Errors
/// The database's.
pub fn preview(cx: &mut Cx, copy: CopyRow, body: CopyBodyRow, beside: Beside) -> Result<Article> {
    let site = shelf::site(cx)?;
    whole(cx, site, copy, body, beside)
}

/// The same without its body and what stands beside it.
///
/// # Errors
/// As [`article`].
pub fn card(cx: &mut Cx, site: &Site, at: &Handle, locale: Option<&str>) -> Result<Found<Story>> {
    let found = match at {
        Handle::Id(id) => published::card_by_id(cx.conn, *id, cx.now)?,
        Handle::Slug(slug) => {
            cx.shows.note(Key::Slug(slug.clone()));
            let all = published::cards_by_slug(cx.conn, slug, locale, cx.now)?;
            all.into_iter().min_by_key(|copy| rank(site, &copy.locale))
        }
    };
    match found {
        Some(copy) => {
            cx.shows.note(Key::Article(copy.article_id));
            Ok(Found::Here(Story::of(copy)?))
        }
        None => elsewhere(cx, site, at, locale).map(Found::Moved),
    }
}

/// Where a language stands in the site's order, the default one first.
fn rank(site: &Site, locale: &str) -> usize {
    if site.default_locale.as_str() == locale {
        return 0;
    }
    site.locales.iter().position(|known| known.as_str() == locale).map_or(usize::MAX, |at| at + 1)
}

/// What the page of this copy shows.
pub(super) fn whole(
    cx: &mut Cx,
    site: Arc<Site>,
    copy: CopyRow,
    mut body: CopyBodyRow,
    wanted: Beside,
) -> Result<Article> {
    let named_until = links::keep_live(cx, [&mut body])?;
    let story = Story::of(copy)?;
    cx.shows.note(Key::Group(story.copy.translation_group));
    let seo: Seo = serde_json::from_str(&body.seo).map_err(Error::internal)?;
    cx.shows.note_all(Key::Article, &body.supersedes_id);
    let companions = published::companions(cx.conn, &story.copy, body.supersedes_id, cx.now)?;
    let related = wanted.related.then(|| related_to(cx, &story, RELATED)).transpose()?;
    let popular = if wanted.popular {
        Some(most_viewed(cx, Window::Day, None, Some(&story.copy.locale), POPULAR)?)
    } else {
        None
    };
    let stories = std::iter::once(&story)
        .chain(related.iter().flatten().map(|related| &related.story))
        .chain(popular.iter().flatten().map(|popular| &popular.story));
    let shown_whole: Vec<Id> = [story.copy.hero_id, story.copy.video_id].into_iter().flatten().collect();
    let mut shelf = Shelf::of(cx, site, stories, &shown_whole, seo.image.as_slice())?;
    let Companions { translations, supersedes, superseded_by } = &companions;
    translations.iter().chain(supersedes).chain(superseded_by).for_each(|one| shelf.until(one.ends_at));
    shelf.until(named_until);
    let described = wanted.described.then(|| described::of(cx, &story, &mut shelf)).transpose()?;
    Ok(Article { story, body, companions, seo, related, popular, described, shelf })
}

/// What an address without a live article leads to: a former slug to the present one of a live article.
pub(super) fn elsewhere(cx: &mut Cx, site: &Site, at: &Handle, locale: Option<&str>) -> Result<Moved> {
    let slug = match at {
        Handle::Id(id) => return Err(gone(published::tombstone(cx.conn, *id)?)),
        Handle::Slug(slug) => slug,
    };
    let locales: Vec<&str> = match locale {
        Some(locale) => vec![locale],
        None => site.locales.iter().map(crate::model::Locale::as_str).collect(),
    };
    let mut former = published::redirects(cx.conn, slug, &locales)?;
    former.sort_by_key(|(of, _)| rank(site, of));
    let ids: Vec<Id> = former.iter().map(|(_, id)| *id).collect();
    cx.shows.note_all(Key::Article, &ids);
    let live = published::by_ids(cx.conn, &ids, cx.now)?;
    if let Some(copy) = ids.iter().find_map(|id| live.iter().find(|copy| copy.article_id == *id)) {
        let needed = locale.is_none() && copy.locale != site.default_locale.as_str();
        return Ok(Moved {
            slug: copy.slug.clone(),
            locale: needed.then(|| copy.locale.clone()),
            shown_for: seconds_left(copy.ends_at, cx.now),
        });
    }
    let mut withdrawn = published::tombstones_by_slug(cx.conn, slug)?;
    withdrawn.retain(|tombstone| locale.is_none_or(|locale| locale == tombstone.locale));
    if let Some(tombstone) = withdrawn.into_iter().min_by_key(|tombstone| rank(site, &tombstone.locale)) {
        return Err(gone(Some(tombstone)));
    }
    let former = match ids.first() {
        Some(id) => published::tombstone(cx.conn, *id)?,
        None => None,
    };
    Err(gone(former))
}

/// 410 for a withdrawn article, 404 for all others, always in the same words.
fn gone(tombstone: Option<Tombstone>) -> Error {
    match tombstone {
        Some(tombstone) => Error::new(Code::Gone, "This article was withdrawn.").with("notice", tombstone.notice),
        None => Error::not_found(),
    }
}
