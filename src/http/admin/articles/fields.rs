//! The words of `fields` at the editorial door.

use crate::http::choices::choices;
use crate::http::extract::params::Commas;

choices! {
    /// A member of an article as editors see it.
    AdminArticleField {
        /// Identity; always there.
        Id = "id",
        /// Counts saves and actions, from 1; also the ETag.
        Version = "version",
        /// Where it stands, derived when read.
        Status = "status",
        /// How far the review of the working copy has come.
        Review = "review",
        /// The version that was approved, if nothing of the text was saved since.
        ApprovedVersion = "approved_version",
        /// Who approved it.
        ApprovedBy = "approved_by",
        /// How many threads of comments are open.
        OpenComments = "open_comments",
        /// Whether a copy is live now.
        Live = "live",
        /// The version that is live.
        LiveVersion = "live_version",
        /// The version that waits.
        ScheduledVersion = "scheduled_version",
        /// Whether the working copy was saved after what is live.
        HasUnpublishedChanges = "has_unpublished_changes",
        /// When what waits appears.
        PublishAt = "publish_at",
        /// When what is live, or else what waits, disappears by itself.
        UnpublishAt = "unpublish_at",
        /// No trace in public before this.
        EmbargoedUntil = "embargoed_until",
        /// Who made it.
        Owner = "owner",
        /// The newsroom's handle.
        Slugline = "slugline",
        /// For colleagues, never public.
        EditorNote = "editor_note",
        /// What readers are told about a killed article.
        Notice = "notice",
        /// Ties the translations of one article together.
        TranslationGroup = "translation_group",
        /// What the caller can do now.
        AllowedActions = "allowed_actions",
        /// Who works on it now.
        Lock = "lock",
        /// When it was made.
        CreatedAt = "created_at",
        /// When it was saved last.
        UpdatedAt = "updated_at",
        /// Start of the present live period.
        PublishedAt = "published_at",
        /// When it was first public.
        FirstPublishedAt = "first_published_at",
        /// Language.
        Locale = "locale",
        /// Address.
        Slug = "slug",
        /// The address for readers once it is published.
        Url = "url",
        /// Kind of journalism.
        Kind = "kind",
        /// Who may read the whole.
        Access = "access",
        /// Line above the headline.
        Kicker = "kicker",
        /// Main line.
        Headline = "headline",
        /// Paragraph under the headline.
        Standfirst = "standfirst",
        /// The byline as printed.
        Byline = "byline",
        /// Main picture.
        Hero = "hero",
        /// The section.
        Section = "section",
        /// Tags, in order.
        Tags = "tags",
        /// Byline, in order.
        Authors = "authors",
        /// RECOMMENDED VIDEO.
        RecommendedVideo = "recommended_video",
        /// The curated related articles, in order.
        Related = "related",
        /// The article whose place this one takes.
        Supersedes = "supersedes",
        /// The other articles of the translation group.
        Translations = "translations",
        /// What it was translated from; `null` where it is no translation, or where that is not known.
        TranslationSource = "translation_source",
        /// For sharing, once it is published.
        Share = "share",
        /// For the front page.
        Featured = "featured",
        /// Breaking news.
        Breaking = "breaking",
        /// Where filed.
        Dateline = "dateline",
        /// Whose reporting.
        Source = "source",
        /// For search engines.
        Seo = "seo",
        /// Rights in the text.
        Rights = "rights",
        /// The newsroom's own members.
        Custom = "custom",
        /// Public corrections, newest first.
        Corrections = "corrections",
        /// Words of the body.
        WordCount = "word_count",
        /// Minutes to read it.
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
}

/// The words of `fields`.
#[must_use]
pub fn words(fields: Option<&Commas<AdminArticleField>>) -> Option<Vec<&'static str>> {
    fields.map(|fields| fields.0.iter().map(|field| field.as_str()).collect())
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema;

    use super::super::wire::AdminArticle;
    use super::*;

    #[test]
    fn every_member_can_be_asked_for() {
        let schema = serde_json::to_value(AdminArticle::schema()).unwrap();
        let mut members: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut words = AdminArticleField::WORDS.to_vec();
        members.sort_unstable();
        words.sort_unstable();
        assert_eq!(words, members);
    }
}
