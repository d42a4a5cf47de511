//! Copies with everything that is joined to them when they are read: each relation by one statement, whatever their
//! number.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::Cx;
use crate::domain::memory::{self, Kept, Names};
use crate::domain::site::{self, Site};
use crate::error::{Error, Result};
use crate::model::{Credit, Id, Key, Time};
use crate::store::copies::CopyRow;
use crate::store::media::{MediaRow, PictureRow};
use crate::store::published::{AuthorName, TagName};

/// A live copy with its relations read.
#[derive(Clone, Debug)]
pub struct Story {
    /// The copy.
    pub copy: CopyRow,
    /// Its tags, in order, without the section.
    pub tags: Vec<Id>,
    /// Its byline, in order.
    pub credits: Vec<Credit>,
}

impl Story {
    /// Reads the relations of a copy.
    ///
    /// # Errors
    /// The row is damaged.
    pub fn of(copy: CopyRow) -> Result<Self> {
        let tags = ids(&copy.tag_ids)?;
        let credits = if copy.authors == "[]" {
            Vec::new()
        } else {
            serde_json::from_str(&copy.authors).map_err(Error::internal)?
        };
        Ok(Self { copy, tags, credits })
    }

    /// The same for many.
    ///
    /// # Errors
    /// A row is damaged.
    pub fn all(copies: Vec<CopyRow>) -> Result<Vec<Self>> {
        copies.into_iter().map(Self::of).collect()
    }
}

/// A stored list of ids.
///
/// # Errors
/// It is damaged.
pub fn ids(json: &str) -> Result<Vec<Id>> {
    if json == "[]" { Ok(Vec::new()) } else { serde_json::from_str(json).map_err(Error::internal) }
}

/// A picture that was fetched.
#[derive(Clone, Copy, Debug)]
pub enum Pictured<'a> {
    /// As far as cards show it.
    Alone(&'a Kept<PictureRow>),
    /// Because it is also shown whole.
    Whole(&'a MediaRow),
}

/// What the stories of one answer refer to.
pub struct Shelf {
    /// The site.
    pub site: Arc<Site>,
    /// Tags and sections.
    pub tags: HashMap<Id, Arc<Kept<TagName>>>,
    /// People of the bylines.
    pub authors: HashMap<Id, Arc<Kept<AuthorName>>>,
    /// Other pictures, as far as cards show them.
    pictures: HashMap<Id, Arc<Kept<PictureRow>>>,
    /// The pictures and films that are shown whole.
    pub media: HashMap<Id, Arc<Kept<MediaRow>>>,
    /// When the first thing shown disappears by itself.
    pub ends_at: Time,
    now: Time,
}

impl Shelf {
    /// Fetches what `stories` refer to, the pictures and films that are shown `whole`, and `more` pictures.
    ///
    /// # Errors
    /// The database's.
    pub fn of<'a>(
        cx: &mut Cx,
        site: Arc<Site>,
        stories: impl Iterator<Item = &'a Story>,
        whole: &[Id],
        more: &[Id],
    ) -> Result<Self> {
        let media = memory::media(cx, whole)?;
        let (mut tag_ids, mut author_ids, mut picture_ids) = (Vec::new(), Vec::new(), more.to_vec());
        picture_ids.extend(media.values().filter_map(|row| row.poster_id));
        let mut ends_at = Time::NEVER;
        for story in stories {
            ends_at = ends_at.min(story.copy.ends_at);
            cx.shows.note(Key::Article(story.copy.article_id));
            tag_ids.extend(story.copy.section_id);
            tag_ids.extend(&story.tags);
            author_ids.extend(story.credits.iter().map(|credit| credit.id));
            picture_ids.extend(story.copy.hero_id);
        }
        picture_ids.retain(|id| !media.contains_key(id));
        cx.shows.note_all(Key::Media, whole);
        for ids in [&mut tag_ids, &mut author_ids, &mut picture_ids] {
            ids.sort_unstable();
            ids.dedup();
        }
        cx.shows.note_all(Key::Tag, &tag_ids);
        cx.shows.note_all(Key::Author, &author_ids);
        cx.shows.note_all(Key::Media, &picture_ids);
        let Names { tags, authors } = memory::names(cx, &tag_ids, &author_ids)?;
        let pictures = memory::pictures(cx, &picture_ids)?;
        let ends = media.values().map(|row| row.expires_at).chain(pictures.values().map(|row| row.expires_at));
        ends_at = ends.flatten().fold(ends_at, Time::min);
        Ok(Self { site, tags, authors, pictures, media, ends_at, now: cx.now })
    }

    /// What cards show of a picture that was fetched.
    #[must_use]
    pub fn picture(&self, id: Id) -> Option<Pictured<'_>> {
        let alone = self.pictures.get(&id).map(|row| Pictured::Alone(row));
        alone.or_else(|| self.media.get(&id).map(|row| Pictured::Whole(row)))
    }

    /// Notes something else that is shown until `ends_at`.
    pub fn until(&mut self, ends_at: Time) {
        self.ends_at = self.ends_at.min(ends_at);
    }

    /// Whole seconds until the first thing shown disappears by itself, if anything does.
    #[must_use]
    pub fn shown_for(&self) -> Option<u64> {
        seconds_left(self.ends_at, self.now)
    }
}

/// Whole seconds from `now` to `ends_at`, if that ever comes.
#[must_use]
pub fn seconds_left(ends_at: Time, now: Time) -> Option<u64> {
    ends_at.some().map(|end| u64::try_from(end.seconds_since(now)).unwrap_or(0))
}

/// The site as this answer needs it.
///
/// # Errors
/// The database's.
pub fn site(cx: &mut Cx) -> Result<Arc<Site>> {
    site::current(cx)
}
