//! The parameters that choose what an answer about articles carries, at both doors: `formats`, `include` of lists, and
//! how `fields` goes together with them.

use crate::error::Result;
use crate::http::choices::choices;
use crate::http::extract::params::Commas;
use crate::http::fields::Fields;

choices! {
    /// A form of the body.
    BodyFormat {
        /// Portable Text, as `body`.
        Blocks = "blocks",
        /// As `body_html`.
        Html = "html",
        /// Plain text, as `body_text`.
        Text = "text",
        /// CommonMark, as `body_markdown`.
        Markdown = "markdown",
    }

    /// What a list can carry beside its cards.
    ListInclude {
        /// The body of each article, in the forms that `formats` names.
        Body = "body",
    }
}

/// The forms of the body that an answer carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forms {
    /// `body`.
    pub blocks: bool,
    /// `body_html`.
    pub html: bool,
    /// `body_text`.
    pub text: bool,
    /// `body_markdown`.
    pub markdown: bool,
}

impl Forms {
    /// What bodies come in where `formats` says nothing else.
    pub const DEFAULT: Self = Self { blocks: true, html: true, text: false, markdown: false };

    /// Every form.
    pub const ALL: Self = Self { blocks: true, html: true, text: true, markdown: true };

    /// The forms named by `formats`.
    #[must_use]
    pub fn named(formats: &[BodyFormat]) -> Self {
        let has = |format| formats.contains(&format);
        Self {
            blocks: has(BodyFormat::Blocks),
            html: has(BodyFormat::Html),
            text: has(BodyFormat::Text),
            markdown: has(BodyFormat::Markdown),
        }
    }

    /// Whether any form is wanted.
    #[must_use]
    pub fn any(self) -> bool {
        self != Self::default()
    }

    /// Adds the forms whose members `fields` names.
    fn add_named(&mut self, fields: &[&str]) {
        self.blocks |= fields.contains(&"body");
        self.html |= fields.contains(&"body_html");
        self.text |= fields.contains(&"body_text");
        self.markdown |= fields.contains(&"body_markdown");
    }

    fn members(self) -> impl Iterator<Item = &'static str> {
        [(self.blocks, "body"), (self.html, "body_html"), (self.text, "body_text"), (self.markdown, "body_markdown")]
            .into_iter()
            .filter_map(|(wanted, name)| wanted.then_some(name))
    }
}

/// What an answer carries: the forms of the body, and which members, where `fields` narrows them.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The forms of the body.
    pub forms: Forms,
    /// The members that remain.
    pub fields: Option<Fields>,
}

impl Carried {
    /// Puts `fields`, `formats` and `include` together: `fields` narrows, and what `formats` or `include` name beside
    /// it stays. `default` are the forms of the body where neither `fields` nor `formats` is given; `extra` are the
    /// members that `include` names.
    ///
    /// # Errors
    /// None in practice: the names are known ones.
    pub fn of(
        fields: Option<Vec<&'static str>>,
        formats: Option<&Commas<BodyFormat>>,
        default: Forms,
        extra: &[&'static str],
        known: &'static [&'static str],
    ) -> Result<Self> {
        let mut forms = match (formats, &fields) {
            (Some(formats), _) => Forms::named(&formats.0),
            (None, None) => default,
            (None, Some(_)) => Forms::default(),
        };
        let Some(mut names) = fields else { return Ok(Self { forms, fields: None }) };
        forms.add_named(&names);
        names.extend(forms.members());
        names.extend(extra);
        Ok(Self { forms, fields: Fields::parse(Some(&names.join(",")), known)? })
    }

    /// The same for a list, whose entries have a body only where `include` or `formats` asks for it.
    ///
    /// # Errors
    /// As [`Carried::of`].
    pub fn of_list(
        mut fields: Option<Vec<&'static str>>,
        formats: Option<&Commas<BodyFormat>>,
        include: Option<&Commas<ListInclude>>,
        known: &'static [&'static str],
    ) -> Result<Self> {
        let default = if include.is_some() { Forms::DEFAULT } else { Forms::default() };
        if let (Some(names), None) = (&mut fields, formats) {
            names.extend(default.members());
        }
        Self::of(fields, formats, default, &[], known)
    }

    /// `answer` with those members of `data` that remain.
    ///
    /// # Errors
    /// The answer is not an object with `data`.
    pub fn narrow(&self, answer: Vec<u8>) -> Result<Vec<u8>> {
        match &self.fields {
            Some(fields) => fields.pick_answer(&answer),
            None => Ok(answer),
        }
    }
}
