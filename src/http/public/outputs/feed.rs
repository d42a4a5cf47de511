//! A feed before it is written: what all its forms say.

use crate::domain::reading::{ListRequest, Listed};
use crate::http::public::cards::{Card, View};
use crate::http::public::refs::name_in;
use crate::model::{Handle, Id, Time};
use crate::store::published::Filter;

/// A feed.
pub struct Feed<'a> {
    /// What it is called.
    pub title: String,
    /// What it is, in a sentence or two.
    pub description: String,
    /// The page that it belongs to.
    pub home: String,
    /// Where the feed itself is.
    pub this: String,
    /// Its language.
    pub locale: String,
    /// The name of the publication.
    pub site: &'a str,
    /// When something in it changed last; the beginning of 1970 for an empty one.
    pub updated_at: Time,
    /// The articles, newest first.
    pub items: Vec<Item<'a>>,
}

/// An article in a feed.
pub struct Item<'a> {
    /// What cards show of it.
    pub card: Card<'a>,
    /// The body as HTML with absolute addresses, where it is wanted; cut at the paywall.
    pub html: Option<String>,
}

impl<'a> Feed<'a> {
    /// Puts a feed together. `this` is its own address.
    #[must_use]
    pub fn of(view: View<'a>, listed: &'a Listed, request: &ListRequest, this: String) -> Self {
        let site = &view.shelf.site;
        let locale = request.filter.locale.clone().unwrap_or_else(|| site.default_locale.to_string());
        let (title, home) = match named(view, request, &listed.filter, &locale) {
            Some((name, url)) => (format!("{} – {name}", site.name), url),
            None => (site.name.clone(), view.urls.site.clone()),
        };
        let description = if site.description.is_empty() { title.clone() } else { site.description.clone() };
        let updated_at = listed.stories.iter().map(|story| story.copy.updated_at).max();
        let item = |story| {
            let card = view.card(story);
            let body = listed.bodies.get(&story.copy.copy_id).filter(|body| !body.body_html.is_empty());
            let html = body.map(|body| absolute(&body.body_html, &view.urls.site, &card.url));
            Item { card, html }
        };
        let items = listed.stories.iter().map(item).collect();
        let updated_at = updated_at.unwrap_or(Time::from_micros(0));
        Self { title, description, home, this, locale, site: &site.name, updated_at, items }
    }
}

impl Item<'_> {
    /// Its identity, which stays when its address changes (RFC 9562).
    #[must_use]
    pub fn urn(&self) -> String {
        format!("urn:uuid:{}", self.card.id)
    }

    /// Who wrote it, with their pages: the authors, else the byline.
    #[must_use]
    pub fn authors(&self) -> Vec<(&str, Option<String>)> {
        if self.card.authors.is_empty() {
            return self.card.byline.iter().map(|byline| (byline.as_ref(), None)).collect();
        }
        self.card.authors.iter().map(|author| (author.row.name.as_str(), Some(author.url()))).collect()
    }

    /// The names of its section and tags, each once.
    #[must_use]
    pub fn categories(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for tag in self.card.section.iter().chain(&self.card.tags) {
            if !names.contains(&tag.name.as_ref()) {
                names.push(&tag.name);
            }
        }
        names
    }
}

/// The name and the page of the one section, tag or author that a feed is asked for; none for one without articles,
/// because that might not be public, and none where more are asked for, whether there are such or not.
fn named(view: View, request: &ListRequest, filter: &Filter, locale: &str) -> Option<(String, String)> {
    let one = |handles: &Option<Vec<Handle>>, ids: &Option<Vec<Id>>| match (handles.as_deref(), ids.as_deref()) {
        (Some([_]), Some([id])) => Some(*id),
        _ => None,
    };
    let tag = one(&request.sections, &filter.sections).or_else(|| one(&request.tags, &filter.tags));
    if let Some(id) = tag {
        let tag = view.shelf.tags.get(&id)?;
        return Some((name_in(tag, locale).into_owned(), view.urls.tag(&tag.slug, tag.id)));
    }
    let author = view.shelf.authors.get(&one(&request.authors, &filter.authors)?)?;
    Some((author.name.clone(), view.urls.author(&author.slug, author.id)))
}

/// Makes the links within the site and within the page absolute. Quotes in texts are escaped, so an attribute that is
/// found is one.
fn absolute(html: &str, site: &str, page: &str) -> String {
    html.replace("href=\"/", &format!("href=\"{site}/")).replace("href=\"#", &format!("href=\"{page}#"))
}
