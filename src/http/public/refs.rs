//! Tags, people, pictures and films, as articles refer to them. The usual form of each is written once for all answers
//! that show it, and kept with its row.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::to_raw_value;
use utoipa::ToSchema;

use super::media::{Picture, PublicMedia};
use crate::domain::memory::Kept;
use crate::domain::reading::Pictured;
use crate::model::{BylineRole, Id, TagKind, Urls};
use crate::store::media::MediaRow;
use crate::store::published::{AuthorName, TagName};

/// A tag, as articles name it.
#[derive(Serialize, ToSchema)]
#[schema(as = TagRef)]
pub struct TagJson<'a> {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Last part of its address.
    pub slug: &'a str,
    /// Its name in the article's language, where it has one there.
    pub name: &'a str,
    /// What it names.
    pub kind: TagKind,
    /// Its page.
    #[schema(format = "uri")]
    pub url: String,
}

/// A person of the byline.
#[derive(Serialize, ToSchema)]
#[schema(as = AuthorRef)]
pub struct AuthorJson<'a> {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Last part of their address.
    pub slug: &'a str,
    /// Their name.
    pub name: &'a str,
    /// What they did.
    pub role: BylineRole,
    /// Their page.
    #[schema(format = "uri")]
    pub url: String,
}

/// A tag that was fetched; written as [`TagJson`].
pub struct TagRef<'a> {
    /// Its row.
    pub row: &'a Kept<TagName>,
    /// Its name in the article's language, where it has one there.
    pub name: Cow<'a, str>,
    urls: &'a Urls,
}

/// A person who was fetched; written as [`AuthorJson`].
pub struct AuthorRef<'a> {
    /// Their row.
    pub row: &'a Kept<AuthorName>,
    /// What they did.
    pub role: BylineRole,
    urls: &'a Urls,
}

/// A picture that was fetched; written as [`Picture`].
pub struct PictureRef<'a> {
    row: Pictured<'a>,
    urls: &'a Urls,
}

/// A picture, film or recording that was fetched whole; written as [`PublicMedia`].
pub struct MediaRef<'a> {
    row: &'a Kept<MediaRow>,
    poster: Option<PictureRef<'a>>,
    urls: &'a Urls,
}

impl<'a> TagRef<'a> {
    /// A tag in an article of this locale.
    #[must_use]
    pub fn of(row: &'a Kept<TagName>, locale: &str, urls: &'a Urls) -> Self {
        Self { row, name: name_in(row, locale), urls }
    }

    /// Its page.
    #[must_use]
    pub fn url(&self) -> String {
        self.urls.tag(&self.row.slug, self.row.id)
    }
}

impl<'a> AuthorRef<'a> {
    /// A person with what they did.
    #[must_use]
    pub const fn of(row: &'a Kept<AuthorName>, role: BylineRole, urls: &'a Urls) -> Self {
        Self { row, role, urls }
    }

    /// Their page.
    #[must_use]
    pub fn url(&self) -> String {
        self.urls.author(&self.row.slug, self.row.id)
    }
}

impl<'a> PictureRef<'a> {
    /// A picture with how addresses are made.
    #[must_use]
    pub const fn of(row: Pictured<'a>, urls: &'a Urls) -> Self {
        Self { row, urls }
    }

    /// Where the file is.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let (id, name, replaced_at) = match self.row {
            Pictured::Alone(row) => (row.id, row.file_name.as_deref(), row.replaced_at),
            Pictured::Whole(row) => (row.id, row.file_name.as_deref(), row.replaced_at),
        };
        name.map(|name| self.urls.media(id, name, replaced_at))
    }

    /// All that is shown of it.
    #[must_use]
    pub fn whole(&self) -> Picture {
        match self.row {
            Pictured::Alone(row) => Picture::of((**row).clone(), self.urls),
            Pictured::Whole(row) => Picture::from_row(row, self.urls),
        }
    }
}

impl<'a> MediaRef<'a> {
    /// A record with its poster.
    #[must_use]
    pub const fn of(row: &'a Kept<MediaRow>, poster: Option<PictureRef<'a>>, urls: &'a Urls) -> Self {
        Self { row, poster, urls }
    }

    /// All that is shown of it.
    #[must_use]
    pub fn whole(&self) -> PublicMedia {
        PublicMedia::from_row(self.row, self.poster.as_ref().map(PictureRef::whole), self.urls)
    }
}

impl Serialize for TagRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let TagName { id, slug, kind, .. } = &**self.row;
        let shown = || TagJson { id: *id, slug, name: &self.name, kind: *kind, url: self.url() };
        if self.row.is_named_once() { once(self.row, shown, serializer) } else { shown().serialize(serializer) }
    }
}

impl Serialize for AuthorRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (AuthorName { id, slug, name }, role) = (&**self.row, self.role);
        let shown = || AuthorJson { id: *id, slug, name, role, url: self.url() };
        if role == BylineRole::Writer { once(self.row, shown, serializer) } else { shown().serialize(serializer) }
    }
}

impl Serialize for PictureRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.row {
            Pictured::Alone(row) if !self.urls.are_signed() => once(row, || self.whole(), serializer),
            _ => self.whole().serialize(serializer),
        }
    }
}

impl Serialize for MediaRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.poster.is_none() && !self.urls.are_signed() {
            return once(self.row, || self.whole(), serializer);
        }
        self.whole().serialize(serializer)
    }
}

/// Writes the usual form of a row, or what was written of it before.
fn once<T, J: Serialize, S: Serializer>(
    row: &Kept<T>,
    shown: impl FnOnce() -> J,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let written = row.written(|| to_raw_value(&shown())).map_err(S::Error::custom)?;
    written.serialize(serializer)
}

/// The tag's name in a language, else its name.
pub(super) fn name_in<'a>(row: &'a TagName, locale: &str) -> Cow<'a, str> {
    if !row.is_named_once() {
        let names: HashMap<Cow<'a, str>, Cow<'a, str>> = serde_json::from_str(&row.names).unwrap_or_default();
        if let Some(name) = names.into_iter().find_map(|(of, name)| (of == locale).then_some(name)) {
            return name;
        }
    }
    Cow::Borrowed(&row.name)
}
