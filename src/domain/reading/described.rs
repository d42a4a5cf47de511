//! What structured data says of an article beyond the article itself.

use std::collections::HashMap;

use super::shelf::{Shelf, Story};
use super::updates::{self, Updates};
use crate::domain::{Cx, site};
use crate::error::Result;
use crate::model::paging::Paging;
use crate::model::{ArticleKind, Id};
use crate::store::media::MediaRow;
use crate::store::published::{self, UpdateFilter};

/// Updates of a live blog that are told at the most.
const UPDATES: i64 = 25;

/// The surroundings of an article.
pub struct Described {
    /// The picture that stands for the publication.
    pub logo: Option<MediaRow>,
    /// The addresses by which the world knows its tags.
    pub tag_uris: HashMap<Id, String>,
    /// The latest updates of a live blog.
    pub updates: Option<Updates>,
}

/// Reads the surroundings of a story, and tells the shelf how long they are shown.
///
/// # Errors
/// The database's.
pub(super) fn of(cx: &mut Cx, story: &Story, shelf: &mut Shelf) -> Result<Described> {
    let logo = site::public_logo(cx, &shelf.site)?;
    if let Some(end) = logo.as_ref().and_then(|row| row.expires_at) {
        shelf.until(end);
    }
    let tags: Vec<Id> = shelf.tags.keys().copied().collect();
    let tag_uris = published::tag_uris(cx.conn, &tags)?.into_iter().collect();
    let newest = Paging::Keyset { limit: UPDATES, from: None };
    let updates = match story.copy.kind {
        ArticleKind::Live => Some(updates::of(cx, story, UpdateFilter::default(), &newest, false)?),
        _ => None,
    };
    if let Some(updates) = &updates {
        shelf.until(updates.ends_at);
    }
    Ok(Described { logo, tag_uris, updates })
}
