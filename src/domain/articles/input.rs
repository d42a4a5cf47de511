//! From what a client wrote to the content of an article: the shape first, then the rules that need the database.

use serde_json::{Map, Value};

use super::references::Before;
use crate::domain::{Actor, Cx};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::article::{DatelineInput, MAX_CUSTOM_BYTES, RightsInput, SeoInput, SourceInput};
use crate::model::content_input::{BodyInput, LongText};
use crate::model::faults::not_null;
use crate::model::{ArticleInput, Content, Dateline, Field, Id, Locale, Many, Rights, Seo, Slug, Source};
use crate::text::Body;

/// An input whose shape is sound: required members are there, one form of the body at the most, already read.
pub struct Sound {
    input: ArticleInput,
    /// The body, if one was given.
    pub body: Option<Body>,
}

/// The faults of shape that the types can't see, all at once.
///
/// # Errors
/// [`crate::error::Code::InvalidBody`].
pub fn sound(mut input: ArticleInput, creating: bool) -> Result<Sound> {
    let nulls = [
        ("/locale", input.locale.is_null()),
        ("/slug", input.slug.is_null()),
        ("/kind", input.kind.is_null()),
        ("/access", input.access.is_null()),
        ("/headline", input.headline.is_null()),
        ("/featured", input.featured.is_null()),
        ("/breaking", input.breaking.is_null()),
        ("/translation_of", input.translation_of.is_null()),
        ("/translated_version", input.translated_version.is_null()),
    ];
    let mut faults = not_null(&nulls);
    if creating && input.headline.is_absent() {
        faults.push(Fault::at("/headline", FaultCode::Required, "This member must be given."));
    }
    if !creating && !input.translation_of.is_absent() {
        faults.push(Fault::at("/translation_of", FaultCode::Immutable, "This can only be given when creating."));
    }
    if let Field::Set(custom) = &input.custom
        && serde_json::to_string(&custom.0).map_or(0, |json| json.len()) > MAX_CUSTOM_BYTES
    {
        faults.push(Fault::at("/custom", FaultCode::TooLong, "This object can have at most 64 KiB of JSON."));
    }
    let forms = BodyForms {
        blocks: std::mem::take(&mut input.body),
        html: std::mem::take(&mut input.body_html),
        markdown: std::mem::take(&mut input.body_markdown),
    };
    let body = forms.read(&mut faults);
    if faults.is_empty() { Ok(Sound { input, body }) } else { Err(Error::invalid(faults)) }
}

/// A body as a client gave it: in one of its forms at the most.
pub struct BodyForms {
    /// `body`.
    pub blocks: Field<BodyInput>,
    /// `body_html`.
    pub html: Field<LongText>,
    /// `body_markdown`.
    pub markdown: Field<LongText>,
}

impl BodyForms {
    /// Where the forms stand that were given.
    #[must_use]
    pub fn given(&self) -> Vec<&'static str> {
        let all = [
            ("/body", self.blocks.is_absent()),
            ("/body_html", self.html.is_absent()),
            ("/body_markdown", self.markdown.is_absent()),
        ];
        all.into_iter().filter(|(_, absent)| !absent).map(|(pointer, _)| pointer).collect()
    }

    /// The one form that was given, read; `None` where there is none, or where it is at fault.
    pub fn read(self, faults: &mut Vec<Fault>) -> Option<Body> {
        let given = self.given();
        if given.len() > 1 {
            let fault = |pointer: &str| Fault::at(pointer, FaultCode::Exclusive, "Give the body in one form only.");
            faults.extend(given.into_iter().map(fault));
            return None;
        }
        let (pointer, read) = match (self.blocks, self.html, self.markdown) {
            (Field::Set(body), ..) => return Some(body.0),
            (_, Field::Set(html), _) => ("/body_html", Body::from_html(&html.0)),
            (.., Field::Set(markdown)) => ("/body_markdown", Body::from_markdown(&markdown.0)),
            (Field::Absent, Field::Absent, Field::Absent) => return None,
            _ => return Some(Body::default()),
        };
        match read {
            Ok(body) => Some(body),
            Err(found) => {
                // Pointers into the converted blocks would tell the client nothing about its own text.
                faults.extend(found.into_iter().map(|fault| Fault::at(pointer, fault.code, fault.detail)));
                None
            }
        }
    }
}

impl Sound {
    /// The locale that was given.
    #[must_use]
    pub fn locale(&self) -> Option<Locale> {
        self.input.locale.clone().set()
    }

    /// The slug that was given.
    #[must_use]
    pub fn slug(&self) -> Option<Slug> {
        self.input.slug.clone().set()
    }

    /// The headline that was given.
    #[must_use]
    pub fn headline(&self) -> Option<crate::model::article::Headline> {
        self.input.headline.clone().set()
    }

    /// The article that is to be translated.
    #[must_use]
    pub fn translation_of(&self) -> Option<Id> {
        self.input.translation_of.set()
    }

    /// The version of its source that a translation is said to be made from.
    #[must_use]
    pub fn translated_version(&self) -> Option<i64> {
        self.input.translated_version.set().map(|number| number.0)
    }

    /// Writes the input over `content`: absent members stay, lists replace, objects merge (RFC 7396).
    pub fn apply(&self, content: &mut Content) {
        let input = self.input.clone();
        let list = |field: Field<Many<Id, { crate::model::article::MAX_TAGS }>>| {
            field.given().map(|ids| ids.map_or_else(Vec::new, |ids| ids.0))
        };
        replace(&mut content.locale, input.locale);
        replace(&mut content.slug, input.slug);
        replace(&mut content.kind, input.kind);
        replace(&mut content.access, input.access);
        replace(&mut content.headline, input.headline);
        replace(&mut content.featured, input.featured);
        replace(&mut content.breaking, input.breaking);
        input.kicker.apply(&mut content.kicker);
        input.standfirst.apply(&mut content.standfirst);
        input.byline.apply(&mut content.byline);
        input.section.apply(&mut content.section);
        input.hero.apply(&mut content.hero);
        input.recommended_video.apply(&mut content.recommended_video);
        input.slugline.apply(&mut content.slugline);
        input.editor_note.apply(&mut content.editor_note);
        input.embargoed_until.apply(&mut content.embargoed_until);
        input.supersedes.apply(&mut content.supersedes);
        if let Some(tags) = list(input.tags) {
            content.tags = tags;
        }
        if let Some(authors) = input.authors.given() {
            content.authors = authors.map_or_else(Vec::new, |all| all.0.into_iter().map(|entry| entry.0).collect());
        }
        if let Some(related) = input.related.given() {
            content.related = related.map_or_else(Vec::new, |all| all.0);
        }
        match input.custom {
            Field::Absent => {}
            Field::Null => content.custom = Map::new(),
            Field::Set(patch) => merge(&mut content.custom, patch.0),
        }
        content.dateline = merged(content.dateline.take(), input.dateline, merge_dateline);
        content.source = merged(content.source.take(), input.source, merge_source);
        content.seo = merged(Some(std::mem::take(&mut content.seo)), input.seo, merge_seo).unwrap_or_default();
        content.rights =
            merged(Some(std::mem::take(&mut content.rights)), input.rights, merge_rights).unwrap_or_default();
    }
}

fn replace<T>(target: &mut T, field: Field<T>) {
    if let Field::Set(value) = field {
        *target = value;
    }
}

fn merged<T: Default, P>(present: Option<T>, patch: Field<P>, merge: fn(&mut T, P)) -> Option<T> {
    match patch {
        Field::Absent => present,
        Field::Null => None,
        Field::Set(patch) => {
            let mut value = present.unwrap_or_default();
            merge(&mut value, patch);
            Some(value)
        }
    }
}

fn text<T>(target: &mut Option<String>, field: Field<T>)
where
    String: From<T>,
{
    field.map(String::from).apply(target);
}

fn merge_dateline(target: &mut Dateline, patch: DatelineInput) {
    text(&mut target.text, patch.text);
    text(&mut target.city, patch.city);
    text(&mut target.country, patch.country);
    patch.latitude.map(|number| number.0).apply(&mut target.latitude);
    patch.longitude.map(|number| number.0).apply(&mut target.longitude);
    text(&mut target.date, patch.date);
}

fn merge_source(target: &mut Source, patch: SourceInput) {
    text(&mut target.name, patch.name);
    text(&mut target.url, patch.url);
}

fn merge_seo(target: &mut Seo, patch: SeoInput) {
    text(&mut target.title, patch.title);
    text(&mut target.description, patch.description);
    text(&mut target.canonical_url, patch.canonical_url);
    patch.image.apply(&mut target.image);
    if let Some(no_index) = patch.no_index.given() {
        target.no_index = no_index.unwrap_or(false);
    }
}

fn merge_rights(target: &mut Rights, patch: RightsInput) {
    text(&mut target.copyright_holder, patch.copyright_holder);
    text(&mut target.notice, patch.notice);
    text(&mut target.usage_terms, patch.usage_terms);
}

/// JSON Merge Patch (RFC 7396) of a free object.
fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => drop(target.shift_remove(&key)),
            Value::Object(patch) => {
                let entry = target.entry(key).or_insert_with(|| Value::Object(Map::new()));
                if !entry.is_object() {
                    *entry = Value::Object(Map::new());
                }
                if let Value::Object(inner) = entry {
                    merge(inner, patch);
                }
            }
            value => drop(target.insert(key, value)),
        }
    }
}

/// The rules that need the database: everything that the content refers to exists and is of the right kind.
///
/// # Errors
/// [`crate::error::Code::InvalidBody`] with every fault, or the database's.
pub fn check_references(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    content: &Content,
    body: &Body,
    before: Before,
) -> Result<Vec<Fault>> {
    let mut faults = super::references::tags_and_authors(cx, content)?;
    faults.extend(super::references::media(cx, content, body)?);
    faults.extend(super::references::articles(cx, actor, id, content, body, before)?);
    Ok(faults)
}
