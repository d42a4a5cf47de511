//! The parameters that choose what an answer carries: `fields`, `formats` and `include`.

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

    /// What an article can carry beside itself.
    ArticleInclude {
        /// Six related articles.
        Related = "related",
        /// The five most viewed articles of the last 24 hours in its language.
        Popular = "popular",
    }

    /// A member of a card.
    CardField {
        /// Identity; always there.
        Id = "id",
        /// Last part of the address.
        Slug = "slug",
        /// Address.
        Url = "url",
        /// Language.
        Locale = "locale",
        /// Kind of journalism.
        Kind = "kind",
        /// Line above the headline.
        Kicker = "kicker",
        /// Main line.
        Headline = "headline",
        /// Paragraph under the headline.
        Standfirst = "standfirst",
        /// Main picture.
        Hero = "hero",
        /// Section.
        Section = "section",
        /// Tags.
        Tags = "tags",
        /// People of the byline.
        Authors = "authors",
        /// The byline as printed.
        Byline = "byline",
        /// Start of the present live period.
        PublishedAt = "published_at",
        /// When readers were last told something new.
        UpdatedAt = "updated_at",
        /// Who may read the whole body.
        Access = "access",
        /// For the front page.
        Featured = "featured",
        /// Breaking news.
        Breaking = "breaking",
        /// Time to read.
        ReadingMinutes = "reading_minutes",
        /// The body as Portable Text.
        Body = "body",
        /// The body as HTML.
        BodyHtml = "body_html",
        /// The body as plain text.
        BodyText = "body_text",
        /// The body as CommonMark.
        BodyMarkdown = "body_markdown",
    }

    /// A member of an article.
    ArticleField {
        /// Identity; always there.
        Id = "id",
        /// Last part of the address.
        Slug = "slug",
        /// Address.
        Url = "url",
        /// Language.
        Locale = "locale",
        /// Kind of journalism.
        Kind = "kind",
        /// Line above the headline.
        Kicker = "kicker",
        /// Main line.
        Headline = "headline",
        /// Paragraph under the headline.
        Standfirst = "standfirst",
        /// Main picture.
        Hero = "hero",
        /// Section.
        Section = "section",
        /// Tags.
        Tags = "tags",
        /// People of the byline.
        Authors = "authors",
        /// The byline as printed.
        Byline = "byline",
        /// Start of the present live period.
        PublishedAt = "published_at",
        /// When readers were last told something new.
        UpdatedAt = "updated_at",
        /// Who may read the whole body.
        Access = "access",
        /// For the front page.
        Featured = "featured",
        /// Breaking news.
        Breaking = "breaking",
        /// Time to read.
        ReadingMinutes = "reading_minutes",
        /// The body as Portable Text.
        Body = "body",
        /// The body as HTML.
        BodyHtml = "body_html",
        /// The body as plain text.
        BodyText = "body_text",
        /// The body as CommonMark.
        BodyMarkdown = "body_markdown",
        /// Where filed.
        Dateline = "dateline",
        /// Whose reporting.
        Source = "source",
        /// RECOMMENDED VIDEO.
        RecommendedVideo = "recommended_video",
        /// What changed after publication.
        Corrections = "corrections",
        /// The same in other languages.
        Translations = "translations",
        /// The article whose place this one takes.
        Supersedes = "supersedes",
        /// The article that takes its place.
        SupersededBy = "superseded_by",
        /// For sharing.
        Share = "share",
        /// For search engines.
        Seo = "seo",
        /// When the article was first public.
        FirstPublishedAt = "first_published_at",
        /// Length.
        WordCount = "word_count",
        /// Rights in the text.
        Rights = "rights",
        /// The newsroom's own members.
        Custom = "custom",
        /// Related articles.
        Related = "related",
        /// Popular articles.
        Popular = "popular",
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

/// The words of `fields`.
#[must_use]
pub fn card_fields(fields: Option<&Commas<CardField>>) -> Option<Vec<&'static str>> {
    fields.map(|fields| fields.0.iter().map(|field| field.as_str()).collect())
}

/// The words of `fields`.
#[must_use]
pub fn article_fields(fields: Option<&Commas<ArticleField>>) -> Option<Vec<&'static str>> {
    fields.map(|fields| fields.0.iter().map(|field| field.as_str()).collect())
}
