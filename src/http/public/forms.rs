//! What the public answers about articles can be asked for: the words of `fields` and `include`.

use crate::http::choices::choices;
use crate::http::extract::params::Commas;

choices! {
    /// What an article can carry beside itself.
    ArticleInclude {
        /// Six related articles.
        Related = "related",
        /// The five most viewed articles of the last 24 hours in its language.
        Popular = "popular",
        /// The article in the words of schema.org.
        JsonLd = "jsonld",
    }

    /// A member of a card that was found.
    SearchField {
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
        /// Where it says what was looked for.
        Highlight = "highlight",
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
        /// In the words of schema.org.
        JsonLd = "jsonld",
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
