//! Copies with everything that is joined to them when they are read: each relation by one statement, whatever their
//! number.

use std::collections::HashMap;

use crate::domain::Cx;
use crate::domain::site::{self, Site};
use crate::error::{Error, Result};
use crate::model::{Credit, Id, Time};
use crate::store::copies::CopyRow;
use crate::store::media::{self, MediaRow};
use crate::store::published::{self, AuthorName, TagName};

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

/// What the stories of one answer refer to.
pub struct Shelf {
    /// The site.
    pub site: Site,
    /// Tags and sections.
    pub tags: HashMap<Id, TagName>,
    /// People of the bylines.
    pub authors: HashMap<Id, AuthorName>,
    /// Pictures and films.
    pub media: HashMap<Id, MediaRow>,
    /// When the first thing shown disappears by itself.
    pub ends_at: Time,
    now: Time,
}

impl Shelf {
    /// Fetches what `stories` refer to, and the media `more`.
    ///
    /// # Errors
    /// The database's.
    pub fn of<'a>(cx: &mut Cx, site: Site, stories: impl Iterator<Item = &'a Story>, more: &[Id]) -> Result<Self> {
        let (mut tag_ids, mut author_ids, mut media_ids) = (Vec::new(), Vec::new(), more.to_vec());
        let mut ends_at = Time::NEVER;
        for story in stories {
            ends_at = ends_at.min(story.copy.ends_at);
            tag_ids.extend(story.copy.section_id);
            tag_ids.extend(&story.tags);
            author_ids.extend(story.credits.iter().map(|credit| credit.id));
            media_ids.extend(story.copy.hero_id);
        }
        for ids in [&mut tag_ids, &mut author_ids, &mut media_ids] {
            ids.sort_unstable();
            ids.dedup();
        }
        let tags = published::tag_names(cx.conn, &tag_ids)?.into_iter().map(|row| (row.id, row)).collect();
        let authors = published::author_names(cx.conn, &author_ids)?.into_iter().map(|row| (row.id, row)).collect();
        let media = media::by_ids(cx.conn, &media_ids)?.into_iter().map(|row| (row.id, row)).collect();
        Ok(Self { site, tags, authors, media, ends_at, now: cx.now })
    }

    /// Notes something else that is shown until `ends_at`.
    pub fn until(&mut self, ends_at: Time) {
        self.ends_at = self.ends_at.min(ends_at);
    }

    /// Fetches the pictures that stand before these films.
    ///
    /// # Errors
    /// The database's.
    pub fn add_posters(&mut self, cx: &mut Cx, films: &[Option<Id>]) -> Result<()> {
        let posters: Vec<Id> = films
            .iter()
            .flatten()
            .filter_map(|id| self.media.get(id)?.poster_id)
            .filter(|poster| !self.media.contains_key(poster))
            .collect();
        self.media.extend(media::by_ids(cx.conn, &posters)?.into_iter().map(|row| (row.id, row)));
        Ok(())
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
pub fn site(cx: &mut Cx) -> Result<Site> {
    site::load(cx)
}
