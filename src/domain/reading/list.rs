//! Lists of live articles.

use std::collections::HashMap;

use super::links;
use super::shelf::{self, Shelf, Story};
use crate::domain::handles::{author_ids, followed, known, slugs};
use crate::domain::{Cx, memory, search};
use crate::error::Result;
use crate::model::paging::{Ends, Paged, Paging};
use crate::model::{Handle, Id, Key};
use crate::store::copies::CopyBodyRow;
use crate::store::published::{self, Filter, Order, OrderKey};
use crate::text::query::Query;

/// A list as a client asks for it: tags and authors by their handles, everything else as a filter.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// In one of these sections.
    pub sections: Option<Vec<Handle>>,
    /// With one of these tags.
    pub tags: Option<Vec<Handle>>,
    /// With all of these tags.
    pub all_tags: Option<Vec<Handle>>,
    /// With none of these tags.
    pub no_tags: Option<Vec<Handle>>,
    /// By one of these authors.
    pub authors: Option<Vec<Handle>>,
    /// Everything else.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// Which part.
    pub paging: Paging,
    /// Whether bodies are wanted.
    pub bodies: bool,
    /// What is looked for in them.
    pub query: Option<Query>,
}

impl ListRequest {
    /// A part of all live articles, newest first, without their bodies.
    #[must_use]
    pub fn newest(paging: Paging) -> Self {
        Self {
            sections: None,
            tags: None,
            all_tags: None,
            no_tags: None,
            authors: None,
            filter: Filter::default(),
            order: Order::NEWEST,
            paging,
            bodies: false,
            query: None,
        }
    }

    /// Whether this part is read along one index in its order, so that it costs no more rows than it answers, and those
    /// without their bodies.
    #[must_use]
    pub fn is_brief(&self) -> bool {
        let walked = [&self.sections, &self.tags, &self.authors];
        let one = walked.into_iter().flatten().all(|handles| handles.len() == 1);
        let named = walked.into_iter().chain([&self.all_tags, &self.no_tags]).flatten().count();
        let by_time = self.order.key == OrderKey::PublishedAt;
        let indexed = match (named, self.filter.count()) {
            (0, 0) => true,
            (1, 0) => by_time && one && self.all_tags.is_none() && self.no_tags.is_none(),
            (0, 1) => by_time && self.filter.locale.is_some(),
            _ => false,
        };
        indexed && self.query.is_none() && !self.bodies && !self.paging.counts()
    }
}

/// One part of a list.
pub struct Listed {
    /// The articles, in order.
    pub stories: Vec<Story>,
    /// Their bodies by copy, if they were wanted.
    pub bodies: HashMap<Id, CopyBodyRow>,
    /// What they refer to.
    pub shelf: Shelf,
    /// What lies around this part.
    pub ends: Ends,
    /// What was asked for, with every tag and author looked up.
    pub filter: Filter,
}

/// What the articles of an answer refer to.
pub struct Relations {
    /// Tags, people, pictures.
    pub shelf: Shelf,
    /// Their bodies by copy, if they were wanted.
    pub bodies: HashMap<Id, CopyBodyRow>,
}

impl Relations {
    /// Fetches what `stories` refer to, and their bodies where they are wanted.
    ///
    /// # Errors
    /// The database's.
    pub fn of<'a>(cx: &mut Cx, stories: impl Iterator<Item = &'a Story> + Clone, bodies: bool) -> Result<Self> {
        let site = shelf::site(cx)?;
        let mut shelf = Shelf::of(cx, site, stories.clone(), &[], &[])?;
        let copies: Vec<Id> = stories.filter(|_| bodies).map(|story| story.copy.copy_id).collect();
        let mut bodies = published::bodies(cx.conn, &copies)?;
        shelf.until(links::keep_live(cx, &mut bodies)?);
        Ok(Self { shelf, bodies: bodies.into_iter().map(|body| (body.copy_id, body)).collect() })
    }
}

/// One part of a list of live articles. Unknown tags and authors let nothing through.
///
/// # Errors
/// The database's.
pub fn list(cx: &mut Cx, request: &ListRequest) -> Result<Listed> {
    let mut filter = resolved(cx, request)?;
    if let Some(query) = &request.query {
        filter.matching = Some(search::Sought::of(cx, query)?.within(cx, &filter)?);
    }
    let Paged { rows, ends } = published::list(cx.conn, &filter, request.order, &request.paging, cx.now)?;
    let stories = Story::all(rows)?;
    let Relations { shelf, bodies } = Relations::of(cx, stories.iter(), request.bodies)?;
    Ok(Listed { stories, bodies, shelf, ends, filter })
}

/// Which lists this one follows: it changes when an article comes into one of them, leaves it, or is another there.
fn follow(cx: &mut Cx, request: &ListRequest, filter: &Filter) {
    let by_tag = [&request.sections, &request.tags, &request.all_tags, &request.no_tags];
    if by_tag.into_iter().flatten().flatten().any(|handle| handle.slug().is_some()) {
        cx.shows.note(Key::Tags);
    }
    if request.authors.iter().flatten().any(|handle| handle.slug().is_some()) {
        cx.shows.note(Key::Authors);
    }
    let tagged = [&filter.tags, &filter.sections].into_iter().flatten().next();
    match (&filter.authors, tagged, filter.all_tags.as_deref().unwrap_or_default().first()) {
        (Some(authors), ..) => cx.shows.note_all(Key::ArticlesBy, authors),
        (None, Some(tags), _) => cx.shows.note_all(Key::ArticlesTagged, tags),
        (None, None, Some(tag)) => cx.shows.note(Key::ArticlesTagged(*tag)),
        (None, None, None) => cx.shows.note(Key::Articles),
    }
    // By id a tag may lead to the one that it was merged into.
    for ids in [&filter.sections, &filter.tags, &filter.all_tags].into_iter().flatten() {
        cx.shows.note_all(Key::Tag, ids);
    }
    cx.shows.note_all(Key::Tag, &filter.no_tags);
}

/// The filter with every handle looked up.
pub(in crate::domain) fn resolved(cx: &mut Cx, request: &ListRequest) -> Result<Filter> {
    let mut filter = request.filter.clone();
    let by_tag = [&request.sections, &request.tags, &request.all_tags, &request.no_tags];
    let slugs = slugs(by_tag.into_iter().flatten().flatten());
    let tags = memory::tag_ids(cx, &slugs)?;
    let mut ids = |handles: &[Handle]| followed(cx, handles, known(handles, &tags));
    filter.sections = request.sections.as_deref().map(&mut ids).transpose()?;
    filter.tags = request.tags.as_deref().map(&mut ids).transpose()?;
    filter.no_tags = request.no_tags.as_deref().map(&mut ids).transpose()?.unwrap_or_default();
    if let Some(handles) = &request.all_tags {
        let all_known = handles.iter().all(|handle| handle.slug().is_none_or(|slug| tags.contains_key(slug)));
        if !all_known {
            filter.ids = Some(Vec::new());
        }
        filter.all_tags = Some(ids(handles)?);
    }
    if let Some(handles) = &request.authors {
        filter.authors = Some(author_ids(cx, handles)?);
    }
    follow(cx, request, &filter);
    Ok(filter)
}
