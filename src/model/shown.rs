//! What public answers show, by key. A change names the keys of what it touches; every answer that shows one of them is
//! made anew, and no other. Content networks know them as surrogate keys or cache tags.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Id, Time};

/// Stands in an answer for keys that did not fit, and in every purge.
pub const OVERFLOW: &str = "more";

/// Something that public answers show, or depend on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Every public answer.
    Everything,
    /// Which articles are live at all.
    Articles,
    /// Which articles carry this tag, or stand in this section.
    ArticlesTagged(Id),
    /// Which articles this author signs.
    ArticlesBy(Id),
    /// An article, wherever it is shown or named.
    Article(Id),
    /// Which article stands at this slug.
    Slug(String),
    /// The translations of each other.
    Group(Id),
    /// The updates of a live blog.
    Updates(Id),
    /// Which tags there are, and what their slugs lead to.
    Tags,
    /// A tag.
    Tag(Id),
    /// Which authors there are, and what their slugs lead to.
    Authors,
    /// An author.
    Author(Id),
    /// A media record, as pages show it.
    Media(Id),
    /// Whether a media record is public, because articles use it.
    UsesOf(Id),
    /// Whether media are public for any other reason.
    OtherUses,
    /// A collection, as it was published.
    Collection(Id),
}

impl Key {
    /// The key as text: short, of letters, digits, `-` and `_`.
    #[must_use]
    pub fn text(&self) -> String {
        let of = |kind: &str, id: &Id| {
            let mut text = kind.to_owned();
            URL_SAFE_NO_PAD.encode_string(id.uuid().as_bytes(), &mut text);
            text
        };
        match self {
            Self::Everything => "all".to_owned(),
            Self::Articles => "articles".to_owned(),
            Self::ArticlesTagged(id) => of("lt-", id),
            Self::ArticlesBy(id) => of("la-", id),
            Self::Article(id) => of("a-", id),
            Self::Slug(slug) => format!("s-{slug}"),
            Self::Group(id) => of("g-", id),
            Self::Updates(id) => of("u-", id),
            Self::Tags => "tags".to_owned(),
            Self::Tag(id) => of("t-", id),
            Self::Authors => "authors".to_owned(),
            Self::Author(id) => of("p-", id),
            Self::Media(id) => of("m-", id),
            Self::UsesOf(id) => of("mu-", id),
            Self::OtherUses => "media".to_owned(),
            Self::Collection(id) => of("c-", id),
        }
    }

    /// Whether this says which entries a list has.
    #[must_use]
    pub const fn is_of_list(&self) -> bool {
        matches!(
            self,
            Self::Articles
                | Self::ArticlesTagged(_)
                | Self::ArticlesBy(_)
                | Self::Updates(_)
                | Self::Tags
                | Self::Authors
        )
    }
}

/// What one answer shows, gathered while it is read.
#[derive(Clone, Debug, Default)]
pub struct Shows {
    keys: Vec<Key>,
    changes: Changes,
    knows_due: bool,
}

/// What the clock may do to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changes {
    /// When the answer may be another, without anybody doing anything.
    pub at: Time,
    /// Whether it shows something of articles that no key names, which may go with any of them.
    pub unnamed: bool,
}

impl Default for Changes {
    fn default() -> Self {
        Self { at: Time::NEVER, unnamed: false }
    }
}

impl Shows {
    /// Notes something that is shown.
    pub fn note(&mut self, key: Key) {
        self.keys.push(key);
    }

    /// Notes many of a kind.
    pub fn note_all<'a>(&mut self, kind: fn(Id) -> Key, ids: impl IntoIterator<Item = &'a Id>) {
        self.keys.extend(ids.into_iter().copied().map(kind));
    }

    /// Notes that at `at` the answer may be another, without anybody doing anything.
    pub fn until(&mut self, at: Time) {
        self.changes.at = self.changes.at.min(at);
    }

    /// Notes that something of articles is shown which none of the keys names: a tag or a picture that is public because of
    /// them, a headline without its article.
    pub const fn unnamed(&mut self) {
        self.changes.unnamed = true;
    }

    /// Notes when the clock changes next what is public, if it ever does.
    pub fn due(&mut self, at: Option<Time>) {
        self.knows_due = true;
        self.until(at.unwrap_or(Time::NEVER));
    }

    /// Whether that was noted.
    #[must_use]
    pub const fn knows_due(&self) -> bool {
        self.knows_due
    }

    /// What the clock may do to the answer.
    #[must_use]
    pub const fn changes(&self) -> Changes {
        self.changes
    }

    /// The keys, each once, those of lists first.
    #[must_use]
    pub fn into_keys(self) -> Vec<Key> {
        let mut keys = self.keys;
        keys.sort_unstable_by(|a, b| (!a.is_of_list(), a).cmp(&(!b.is_of_list(), b)));
        keys.dedup();
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_short_and_those_of_lists_come_first() {
        let id = Id::new();
        let mut shows = Shows::default();
        shows.note_all(Key::Article, [&id, &id]);
        shows.note(Key::ArticlesTagged(id));
        shows.until(Time::from_micros(5));
        shows.until(Time::from_micros(9));
        assert_eq!(shows.changes(), Changes { at: Time::from_micros(5), unnamed: false });
        shows.unnamed();
        assert!(shows.changes().unnamed);
        assert_eq!(shows.into_keys(), [Key::ArticlesTagged(id), Key::Article(id)]);
        let text = Key::Article(id).text();
        assert_eq!(text.len(), 24);
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')), "{text}");
    }
}
