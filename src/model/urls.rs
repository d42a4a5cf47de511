//! Where things are found: the addresses that answers carry.

use std::fmt;

use super::variants::VariantNote;
use super::{Id, LinkPurpose, Time};
use crate::crypto::signed_url;

/// The templates of every public address.
#[derive(Clone, Debug)]
pub struct Urls {
    /// Where this API is found, without a slash at its end.
    pub api: String,
    /// Where readers find the frontend, without a slash at its end.
    pub site: String,
    /// Of an article in the default locale: `{site}/{slug}`.
    pub article: Template,
    /// Of an article in another locale: `{site}/{locale}/{slug}`.
    pub article_in_locale: Template,
    /// Of a tag: `{site}/tags/{slug}`.
    pub tag: Template,
    /// Of an author: `{site}/authors/{slug}`.
    pub author: Template,
    /// Of the pages that links to users lead to: `{site}/account/{purpose}`.
    pub account: String,
    /// Signs the addresses of media files; none where only public ones are shown.
    pub signing: Option<Signing>,
}

/// An address of the frontend in which `{site}`, `{slug}`, `{locale}` and `{id}` may stand. It is taken apart once: a
/// list of articles is filled with a hundred of them.
#[derive(Clone, Debug, Default)]
pub struct Template {
    text: String,
    pieces: Vec<Piece>,
}

impl Template {
    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Site,
    Slug,
    Locale,
    Id,
}

impl From<&str> for Template {
    fn from(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            pieces.push(Piece::Text(before.to_owned()));
            let Some((name, tail)) = after.split_once('}') else { break };
            pieces.extend(match name {
                "site" => Some(Piece::Site),
                "slug" => Some(Piece::Slug),
                "locale" => Some(Piece::Locale),
                "id" => Some(Piece::Id),
                _ => None,
            });
            rest = tail;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        Self { text: text.to_owned(), pieces }
    }
}

/// What the addresses of media files are signed with, and until when they work.
#[derive(Clone)]
pub struct Signing {
    key: [u8; 32],
    expires_unix: i64,
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signing").field("expires_unix", &self.expires_unix).finish_non_exhaustive()
    }
}

/// Characters that a path segment keeps; all others are percent-encoded (RFC 3986).
const SEGMENT: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Urls {
    /// The reader's address of an article. `{id}` also stands in templates.
    #[must_use]
    pub fn article(&self, locale: &str, default_locale: &str, slug: &str, id: Id) -> String {
        let template = if locale == default_locale { &self.article } else { &self.article_in_locale };
        self.fill(template, slug, locale, id)
    }

    /// The reader's address of a tag page.
    #[must_use]
    pub fn tag(&self, slug: &str, id: Id) -> String {
        self.fill(&self.tag, slug, "", id)
    }

    /// The reader's address of an author page.
    #[must_use]
    pub fn author(&self, slug: &str, id: Id) -> String {
        self.fill(&self.author, slug, "", id)
    }

    /// Where a link leads that works once. The token stands in the fragment, which browsers send to no server.
    #[must_use]
    pub fn account_link(&self, purpose: LinkPurpose, token: &str) -> String {
        let page = self.account.replace("{purpose}", &purpose.as_str().replace('_', "-"));
        format!("{}#token={token}", page.replace("{site}", &self.site))
    }

    /// The path of a media file in this API.
    #[must_use]
    pub fn media_path(id: Id, file_name: &str) -> String {
        let mut path = String::with_capacity(48 + file_name.len());
        path.push_str("/media/");
        id.push_to(&mut path);
        path.push('/');
        path.extend(percent_encoding::utf8_percent_encode(file_name, SEGMENT));
        path
    }

    /// The path of a media file as it was uploaded, for editors.
    #[must_use]
    pub fn original_path(id: Id, file_name: &str) -> String {
        format!("/media/{id}/original/{}", percent_encoding::utf8_percent_encode(file_name, SEGMENT))
    }

    /// The path of a variant of a picture in this API.
    #[must_use]
    pub fn variant_path(id: Id, name: &str, extension: &str) -> String {
        let mut path = String::with_capacity(56 + name.len() + extension.len());
        path.push_str("/media/");
        id.push_to(&mut path);
        ["/variants/", name, ".", extension].into_iter().for_each(|part| path.push_str(part));
        path
    }

    /// The path of a track of a film or recording in this API.
    #[must_use]
    pub fn track_path(media: Id, track: Id) -> String {
        format!("/media/{media}/tracks/{track}.vtt")
    }

    /// The address of a track of a film or recording. Its file never changes.
    #[must_use]
    pub fn track(&self, media: Id, track: Id) -> String {
        self.file(&Self::track_path(media, track), None)
    }

    /// The address of a media file. Where the file took the place of another one, the time sets its cached copies apart
    /// from those of the old one.
    #[must_use]
    pub fn media(&self, id: Id, file_name: &str, replaced_at: Option<Time>) -> String {
        let edition = replaced_at.map(|at| (at.micros() / 1_000).to_string());
        self.file(&Self::media_path(id, file_name), edition.as_deref())
    }

    /// The address of a variant of a picture. Its hash sets one cached copy apart from another.
    #[must_use]
    pub fn variant(&self, id: Id, note: &VariantNote) -> String {
        self.file(&Self::variant_path(id, note.name, note.extension), Some(note.hash))
    }

    /// The address of a file at this path, signed where addresses are. The edition sets one cached copy apart from
    /// another.
    fn file(&self, path: &str, edition: Option<&str>) -> String {
        let signature = self.signature(path);
        let parameters = signature.as_ref().map_or(0, String::len) + edition.map_or(0, str::len) + 4;
        let mut out = String::with_capacity(self.api.len() + path.len() + parameters);
        out.push_str(&self.api);
        out.push_str(path);
        let mut between = "?";
        for (name, value) in [("", signature.as_deref()), ("v=", edition)] {
            let Some(value) = value else { continue };
            [between, name, value].into_iter().for_each(|part| out.push_str(part));
            between = "&";
        }
        out
    }

    /// Whether addresses of media files work for some time only.
    #[must_use]
    pub const fn are_signed(&self) -> bool {
        self.signing.is_some()
    }

    fn signature(&self, path: &str) -> Option<String> {
        self.signing.as_ref().map(|with| signed_url::sign(&with.key, path, with.expires_unix))
    }

    /// The same addresses, those of media files signed so that they work until `expires_unix` (seconds since 1970),
    /// whether the files are public or not.
    #[must_use]
    pub fn signing(&self, key: [u8; 32], expires_unix: i64) -> Self {
        Self { signing: Some(Signing { key, expires_unix }), ..self.clone() }
    }

    /// The address of what a preview token shows.
    #[must_use]
    pub fn preview(&self, token: &str) -> String {
        format!("{}/v1/preview/{token}", self.api)
    }

    fn fill(&self, template: &Template, slug: &str, locale: &str, id: Id) -> String {
        let mut out = String::with_capacity(self.site.len() + slug.len() + 48);
        for piece in &template.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Site => out.push_str(&self.site),
                Piece::Slug => out.push_str(slug),
                Piece::Locale => out.push_str(locale),
                Piece::Id => id.push_to(&mut out),
            }
        }
        out
    }
}

/// `text` percent-encoded as a query value or path segment.
#[must_use]
pub fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, SEGMENT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled() {
        let urls = Urls {
            api: "http://api".into(),
            site: "https://example.org".into(),
            article: "{site}/{slug}".into(),
            article_in_locale: "{site}/{locale}/{slug}".into(),
            tag: "{site}/tags/{slug}".into(),
            author: "{site}/authors/{slug}".into(),
            account: "{site}/account/{purpose}".into(),
            signing: None,
        };
        let id = Id::new();
        assert_eq!(urls.article("en", "en", "a", id), "https://example.org/a");
        assert_eq!(urls.article("es", "en", "a", id), "https://example.org/es/a");
        let link = urls.account_link(LinkPurpose::PasswordReset, "abc");
        assert_eq!(link, "https://example.org/account/password-reset#token=abc");
        assert_eq!(urls.media(id, "a b.jpg", None), format!("http://api/media/{id}/a%20b.jpg"));
        let replaced = urls.media(id, "a.jpg", Some(Time::from_micros(7_000)));
        assert_eq!(replaced, format!("http://api/media/{id}/a.jpg?v=7"));
    }
}
