//! The content of an article: one aggregate, kept whole in the working copy and in every revision.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::content_input::{BodyInput, CreditEntry, LongText};
use super::field::FreeObject;
use super::lines::{Day, Line, Locale, Prose, Slug, WebUrl};
use super::read::{Many, Number, Whole};
use super::{Access, ArticleKind, BylineRole, CorrectionKind, Id, Time};

/// The main line of an article.
pub type Headline = Line<300>;
/// The paragraph under the headline.
pub type Standfirst = Prose<600>;

/// Most tags that an article carries.
pub const MAX_TAGS: usize = 50;
/// Most people in a byline.
pub const MAX_AUTHORS: usize = 30;
/// Most curated related articles.
pub const MAX_RELATED: usize = 20;
/// Largest `custom` object, in bytes of JSON.
pub const MAX_CUSTOM_BYTES: usize = 65_536;
/// Most corrections of one article.
pub const MAX_CORRECTIONS: usize = 100;

/// One person of the byline, with what they did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// The author.
    pub id: Id,
    /// What they did.
    pub role: BylineRole,
}

/// Where and when an article was filed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Dateline {
    /// As it is printed, e.g. `ALMATY, Kazakhstan`.
    pub text: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// Degrees north, −90 to 90 (WGS 84).
    #[schema(minimum = -90.0, maximum = 90.0)]
    pub latitude: Option<f64>,
    /// Degrees east, −180 to 180 (WGS 84).
    #[schema(minimum = -180.0, maximum = 180.0)]
    pub longitude: Option<f64>,
    /// The day of filing.
    #[schema(format = "date")]
    pub date: Option<String>,
}

/// Whose reporting an article carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Source {
    /// The agency or publication.
    pub name: Option<String>,
    /// Where it was published first.
    #[schema(format = "uri")]
    pub url: Option<String>,
}

/// What search engines and link previews are told; absent members fall back to the article's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seo {
    /// Instead of the headline.
    pub title: Option<String>,
    /// Instead of the standfirst.
    pub description: Option<String>,
    /// The address that search engines should keep.
    pub canonical_url: Option<String>,
    /// Instead of the hero.
    pub image: Option<Id>,
    /// Keeps the article out of search engines and sitemaps.
    #[serde(default)]
    pub no_index: bool,
}

/// Who holds which rights in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rights {
    /// The holder of the copyright.
    pub copyright_holder: Option<String>,
    /// The notice to print.
    pub notice: Option<String>,
    /// What may be done with it.
    pub usage_terms: Option<String>,
}

/// A public note on what changed after publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Correction {
    /// What it is.
    pub kind: CorrectionKind,
    /// What readers are told.
    pub text: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
}

/// Everything of an article that a revision keeps, but for its body. Relations are ids, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// Language.
    pub locale: Locale,
    /// Address.
    pub slug: Slug,
    /// Kind of journalism.
    pub kind: ArticleKind,
    /// Who may read it.
    pub access: Access,
    /// Main line.
    pub headline: Headline,
    /// Line above the headline.
    pub kicker: Option<Line<100>>,
    /// Paragraph under the headline.
    pub standfirst: Option<Standfirst>,
    /// The byline as printed, where it is not simply the authors' names.
    pub byline: Option<Line<300>>,
    /// The tag of kind section.
    pub section: Option<Id>,
    /// Tags, in order.
    pub tags: Vec<Id>,
    /// Byline, in order.
    pub authors: Vec<Credit>,
    /// Main picture.
    pub hero: Option<Id>,
    /// RECOMMENDED VIDEO.
    pub recommended_video: Option<Id>,
    /// Curated list, in order.
    pub related: Vec<Id>,
    /// For the front page.
    pub featured: bool,
    /// Breaking news.
    pub breaking: bool,
    /// Where filed.
    pub dateline: Option<Dateline>,
    /// Whose reporting.
    pub source: Option<Source>,
    /// For search engines.
    pub seo: Seo,
    /// Rights.
    pub rights: Rights,
    /// The newsroom's own members, public.
    pub custom: Map<String, Value>,
    /// Newest first.
    pub corrections: Vec<Correction>,
    /// The newsroom's handle, never public.
    pub slugline: Option<Line<100>>,
    /// For colleagues, never public.
    pub editor_note: Option<Prose<5000>>,
    /// No trace in public before this.
    pub embargoed_until: Option<Time>,
    /// The article whose place this one takes.
    pub supersedes: Option<Id>,
}

impl Content {
    /// A draft with nothing but a headline.
    #[must_use]
    pub fn new(locale: Locale, slug: Slug, headline: Headline) -> Self {
        Self {
            locale,
            slug,
            kind: ArticleKind::News,
            access: Access::Free,
            headline,
            kicker: None,
            standfirst: None,
            byline: None,
            section: None,
            tags: Vec::new(),
            authors: Vec::new(),
            hero: None,
            recommended_video: None,
            related: Vec::new(),
            featured: false,
            breaking: false,
            dateline: None,
            source: None,
            seo: Seo::default(),
            rights: Rights::default(),
            custom: Map::new(),
            corrections: Vec::new(),
            slugline: None,
            editor_note: None,
            embargoed_until: None,
            supersedes: None,
        }
    }

    /// Section and tags together, each once, the section first.
    #[must_use]
    pub fn all_tags(&self) -> Vec<Id> {
        let mut all: Vec<Id> = self.section.into_iter().collect();
        for tag in &self.tags {
            if !all.contains(tag) {
                all.push(*tag);
            }
        }
        all
    }
}

super::read::input! {
    /// Where and when the article was filed; merged member by member.
    pub struct DatelineInput {
        /// As it is printed.
        text: Line<200>,
        /// The city.
        city: Line<100>,
        /// The country.
        country: Line<100>,
        /// Degrees north (WGS 84).
        latitude: Number<-90, 90>,
        /// Degrees east (WGS 84).
        longitude: Number<-180, 180>,
        /// The day of filing.
        date: Day,
    }

    /// Whose reporting the article carries; merged member by member.
    pub struct SourceInput {
        /// The agency or publication.
        name: Line<200>,
        /// Where it was published first.
        url: WebUrl,
    }

    /// What search engines are told; merged member by member.
    pub struct SeoInput {
        /// Instead of the headline.
        title: Line<300>,
        /// Instead of the standfirst.
        description: Prose<600>,
        /// The address that search engines should keep.
        canonical_url: WebUrl,
        /// A picture, instead of the hero.
        image: Id,
        /// Keeps the article out of search engines.
        no_index: bool,
    }

    /// Rights in the text; merged member by member.
    pub struct RightsInput {
        /// The holder of the copyright.
        copyright_holder: Line<200>,
        /// The notice to print.
        notice: Line<500>,
        /// What may be done with it.
        usage_terms: Prose<2000>,
    }

    /// What a client may write of an article. In a PATCH (RFC 7396) an absent member stays, `null` clears, lists
    /// replace, objects merge.
    pub struct ArticleInput {
        /// Language; one of the site's. Fixed after the first publication.
        locale: Locale,
        /// Address; made from the headline where absent.
        slug: Slug,
        /// Kind of journalism.
        kind: ArticleKind,
        /// Who may read it.
        access: Access,
        /// Main line. The only member that a draft needs.
        headline: Headline,
        /// Line above the headline.
        kicker: Line<100>,
        /// Paragraph under the headline.
        standfirst: Standfirst,
        /// The byline as printed, where it is not simply the authors' names.
        byline: Line<300>,
        /// The body as Portable Text; one of the three forms of the body.
        body: BodyInput,
        /// The body as HTML, sanitised and converted.
        body_html: LongText,
        /// The body as CommonMark.
        body_markdown: LongText,
        /// A tag of kind section.
        section: Id,
        /// Tags, in order.
        tags: Many<Id, MAX_TAGS>,
        /// Byline, in order: ids or `{id, role}`.
        authors: Many<CreditEntry, MAX_AUTHORS>,
        /// Main picture: media of kind image.
        hero: Id,
        /// Media of kind video.
        recommended_video: Id,
        /// Curated related articles, in order.
        related: Many<Id, MAX_RELATED>,
        /// For the front page. Editors say so.
        featured: bool,
        /// Breaking news. Editors say so.
        breaking: bool,
        /// Where filed.
        dateline: DatelineInput,
        /// Whose reporting.
        source: SourceInput,
        /// For search engines.
        seo: SeoInput,
        /// Rights in the text.
        rights: RightsInput,
        /// The newsroom's own members, public with the article; at most 64 KiB.
        custom: FreeObject,
        /// The newsroom's handle, never public.
        slugline: Line<100>,
        /// For colleagues, never public.
        editor_note: Prose<5000>,
        /// No trace in public before this.
        embargoed_until: Time,
        /// The article whose place this one takes, as the story goes on.
        supersedes: Id,
        /// Of a translation: the version of its source that it says what it says in. At most the present one, which is
        /// also what a new translation begins with.
        translated_version: Whole<1, 2_147_483_647>,
        /// Only when creating: the article that this one translates, whose translation group it joins.
        translation_of: Id,
    }
}
