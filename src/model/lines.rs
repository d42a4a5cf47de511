//! Text that cannot be wrong once parsed. Lengths are counted in Unicode characters.

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{KnownFormat, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::read::{FromText, Wrong, from_text, wrong};
use crate::error::FaultCode;

/// One line of text, 1 to `MAX` characters after the outer white space is cut; no control characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line<const MAX: usize>(String);

/// Text of several lines, 1 to `MAX` characters after the outer white space is cut; of the control characters only
/// line feed and tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prose<const MAX: usize>(String);

/// The last part of a public address: `[a-z0-9-]`, 1 to 96 characters, no dash at either end or twice in a row, and
/// not of the shape of an id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slug(String);

/// A language of the site: a BCP 47 tag of language, optional script and optional region (`en`, `pt-BR`,
/// `zh-Hant-TW`), in canonical case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Locale(String);

/// An absolute `http` or `https` URL of at most 2 048 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebUrl(String);

/// An e-mail address in lower case, at most 254 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

/// A day of the calendar, `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(String);

/// Cuts the outer white space and checks length and characters.
fn checked(text: &str, max: usize, several_lines: bool) -> Result<String, Wrong> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 {
        return Err(wrong(FaultCode::TooShort, "This must not be empty"));
    }
    if length > max {
        return Err(wrong(FaultCode::TooLong, format!("This must be at most {max} characters")));
    }
    let allowed = |c: char| match c {
        '\n' | '\t' => several_lines,
        '\u{2028}' | '\u{2029}' => several_lines,
        '\u{fffe}' | '\u{ffff}' => false,
        c => !c.is_control(),
    };
    if !text.chars().all(allowed) {
        let what = if several_lines {
            "This must hold no control characters but line feed and tab"
        } else {
            "This must be one line without control characters"
        };
        return Err(wrong(FaultCode::InvalidFormat, what));
    }
    Ok(text.to_owned())
}

impl<const MAX: usize> FromText for Line<MAX> {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        checked(text, MAX, false).map(Self)
    }
}

impl<const MAX: usize> FromText for Prose<MAX> {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        checked(&text.replace("\r\n", "\n"), MAX, true).map(Self)
    }
}

impl Slug {
    /// Longest slug, in characters.
    pub const MAX: usize = 96;
    /// The same rule as a regular expression, for the document.
    pub const PATTERN: &'static str = "^[a-z0-9]+(-[a-z0-9]+)*$";

    /// A slug from free text, or from `fallback` where nothing of the text can be transliterated.
    #[must_use]
    pub fn make(text: &str, fallback: &str) -> Self {
        let made = crate::text::slug::slugify(text, Self::MAX - 6);
        let made = if made.is_empty() || super::Id::parse(&made).is_some() { fallback.to_owned() } else { made };
        Self(made)
    }

    /// The same with `-n` at its end.
    #[must_use]
    pub fn numbered(&self, n: u32) -> Self {
        let suffix = format!("-{n}");
        let keep = self.0.len().min(Self::MAX - suffix.len());
        Self(format!("{}{suffix}", self.0[..keep].trim_end_matches('-')))
    }
}

impl FromText for Slug {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        if text.is_empty() {
            return Err(wrong(FaultCode::TooShort, "This must not be empty"));
        }
        if text.len() > Self::MAX {
            return Err(wrong(FaultCode::TooLong, "This must be at most 96 characters"));
        }
        let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !text.split('-').all(part) {
            return Err(wrong(
                FaultCode::InvalidFormat,
                "This must be lower-case letters a-z, digits and single dashes between them",
            ));
        }
        if super::Id::parse(text).is_some() {
            return Err(wrong(FaultCode::InvalidFormat, "This must not have the shape of an id"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Locale {
    /// The rule as a regular expression, for the document.
    pub const PATTERN: &'static str = "^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$";
}

impl FromText for Locale {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        let mut parts = text.split('-').peekable();
        let all = |part: &str, rule: fn(&u8) -> bool| part.as_bytes().iter().all(rule);
        let language =
            parts.next().is_some_and(|part| matches!(part.len(), 2 | 3) && all(part, u8::is_ascii_lowercase));
        let script = |part: &&str| {
            part.len() == 4 && part.as_bytes()[0].is_ascii_uppercase() && all(&part[1..], u8::is_ascii_lowercase)
        };
        let region = |part: &&str| {
            (part.len() == 2 && all(part, u8::is_ascii_uppercase)) || (part.len() == 3 && all(part, u8::is_ascii_digit))
        };
        if text.is_ascii() && language {
            parts.next_if(script);
            parts.next_if(region);
            if parts.next().is_none() {
                return Ok(Self(text.to_owned()));
            }
        }
        Err(wrong(FaultCode::InvalidFormat, "This must be a language tag such as en, pt-BR or zh-Hant-TW"))
    }
}

impl FromText for WebUrl {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        let text = text.trim();
        if text.len() > 2_048 {
            return Err(wrong(FaultCode::TooLong, "This must be at most 2048 characters"));
        }
        let web = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let clean = !text.chars().any(|c| c.is_control() || c.is_whitespace() || "<>\"\\^`{|}".contains(c));
        match web {
            Some(url) if clean && url.username().is_empty() && url.password().is_none() => Ok(Self(text.to_owned())),
            _ => Err(wrong(FaultCode::InvalidFormat, "This must be an absolute http or https URL without a user name")),
        }
    }
}

impl FromText for Email {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        let text = text.trim().to_lowercase();
        let plausible = text.len() <= 254
            && text.split_once('@').is_some_and(|(local, host)| {
                !local.is_empty()
                    && local.len() <= 64
                    && !host.is_empty()
                    && !host.contains('@')
                    && !host.starts_with('.')
                    && !host.ends_with('.')
                    && !host.contains("..")
            })
            && !text.chars().any(|c| c.is_control() || c.is_whitespace() || "<>()[]\\,;:\"".contains(c));
        if plausible { Ok(Self(text)) } else { Err(wrong(FaultCode::InvalidFormat, "This must be an e-mail address")) }
    }
}

impl FromText for Day {
    fn from_text(text: &str) -> Result<Self, Wrong> {
        match text.parse::<jiff::civil::Date>() {
            Ok(day) if text.len() == 10 && day.year() > 0 => Ok(Self(day.to_string())),
            _ => Err(wrong(FaultCode::InvalidFormat, "This must be a day such as 2022-01-08")),
        }
    }
}

/// What every text type has in common: reading, showing, its schema.
macro_rules! text_type {
    ([$($generics:tt)*] $ty:ty, $name:expr, $schema:expr) => {
        impl<$($generics)*> $ty {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<$($generics)*> std::fmt::Display for $ty {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<$($generics)*> From<$ty> for String {
            fn from(text: $ty) -> Self {
                text.0
            }
        }

        from_text!([$($generics)*] $ty);

        impl<$($generics)*> PartialSchema for $ty {
            fn schema() -> RefOr<Schema> {
                let string: ObjectBuilder = ObjectBuilder::new().schema_type(Type::String);
                let describe: fn(ObjectBuilder) -> ObjectBuilder = $schema;
                RefOr::T(describe(string).into())
            }
        }

        impl<$($generics)*> ToSchema for $ty {
            fn name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
        }
    };
}

text_type!([const MAX: usize] Line<MAX>, format!("Line{MAX}"), |s| s.min_length(Some(1)).max_length(Some(MAX)));
text_type!([const MAX: usize] Prose<MAX>, format!("Prose{MAX}"), |s| s.min_length(Some(1)).max_length(Some(MAX)));
text_type!([] Slug, "Slug", |s| s.min_length(Some(1)).max_length(Some(Slug::MAX)).pattern(Some(Slug::PATTERN)));
text_type!([] Locale, "Locale", |s| s.max_length(Some(12)).pattern(Some(Locale::PATTERN)));
text_type!([] WebUrl, "WebUrl", |s| s.max_length(Some(2_048)).pattern(Some("^https?://")).format(Some(SchemaFormat::Custom("uri".to_owned()))));
text_type!([] Email, "Email", |s| s.max_length(Some(254)).format(Some(SchemaFormat::Custom("email".to_owned()))));
text_type!([] Day, "Day", |s| s.format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_have_one_form() {
        for good in ["a", "kazakhstan-2022", "0", &"a".repeat(96)] {
            assert!(Slug::from_text(good).is_ok(), "{good}");
        }
        let id = "0190a5d2-7c3e-7000-8000-000000000000";
        for bad in ["", "-a", "a-", "a--b", "A", "ä", "a b", "a/b", "..", id, &"a".repeat(97)] {
            assert!(Slug::from_text(bad).is_err(), "{bad}");
        }
        assert_eq!(Slug("a".repeat(96)).numbered(12).as_str().len(), 96);
    }

    #[test]
    fn locales_are_canonical_language_tags() {
        for good in ["en", "kk", "pt-BR", "zh-Hant", "zh-Hant-TW", "es-419"] {
            assert!(Locale::from_text(good).is_ok(), "{good}");
        }
        for bad in ["", "e", "EN", "en-us", "en_US", "en-", "english", "en-US-x", "日本"] {
            assert!(Locale::from_text(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn lines_are_trimmed_and_bounded_by_characters() {
        assert_eq!(Line::<3>::from_text(" añe ").map(String::from), Ok("añe".to_owned()));
        for bad in ["", "  ", "four", "a\nb", "a\u{0}b"] {
            assert!(Line::<3>::from_text(bad).is_err(), "{bad:?}");
        }
        assert!(Prose::<9>::from_text("a\nb\tc").is_ok());
    }

    #[test]
    fn urls_lead_to_the_web_only() {
        for good in ["https://example.org/a?b=c#d", "http://[::1]:80/"] {
            assert!(WebUrl::from_text(good).is_ok(), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "//example.org",
            "/a",
            "https://",
            "ftp://a",
            "https://a b",
            "https://u:p@host/",
            "https://a/\"<",
        ] {
            assert!(WebUrl::from_text(bad).is_err(), "{bad}");
        }
    }
}
