//! The marks of spans: decorators, and links to addresses and articles.

use serde::Serialize;
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::block::type_name;

type_name!(LinkMarkType = "link");
type_name!(ArticleMarkType = "link");

/// A mark that needs no data of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decorator {
    /// Of strong importance.
    Strong,
    /// Stressed.
    Em,
    /// Struck out.
    StrikeThrough,
    /// Underlined.
    Underline,
    /// Superscript.
    Sup,
    /// Subscript.
    Sub,
    /// Computer code.
    Code,
}

impl Decorator {
    /// All of them, from the outermost to the innermost when they are nested.
    pub const ALL: [Self; 7] =
        [Self::Strong, Self::Em, Self::StrikeThrough, Self::Underline, Self::Sup, Self::Sub, Self::Code];

    /// The name in `marks`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Em => "em",
            Self::StrikeThrough => "strike-through",
            Self::Underline => "underline",
            Self::Sup => "sup",
            Self::Sub => "sub",
            Self::Code => "code",
        }
    }

    /// The decorator of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decorator| decorator.as_str() == name)
    }
}

/// A link that spans carry: to an address, or to an article of this site.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum MarkDef {
    /// To an article of this site. It stands first, because readers that take the first fit would take it for a link.
    Article(ArticleMark),
    /// To an address.
    Link(LinkMark),
}

impl MarkDef {
    /// The `_key` that spans name.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Link(link) => &link.key,
            Self::Article(link) => &link.key,
        }
    }

    /// Where the link leads; none for an article that was not resolved.
    #[must_use]
    pub fn href(&self) -> Option<&str> {
        match self {
            Self::Link(link) => Some(&link.href),
            Self::Article(link) => link.href.as_deref(),
        }
    }

    /// The article, where the link names one.
    #[must_use]
    pub fn article_id(&self) -> Option<Uuid> {
        match self {
            Self::Link(_) => None,
            Self::Article(link) => Some(link.article_id),
        }
    }
}

/// A link to an address: `http`, `https`, `mailto` or `tel`, or within the site (`/…`, `#…`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkMark {
    /// Always `link`.
    #[serde(rename = "_type")]
    #[schema(schema_with = LinkMarkType::schema)]
    pub kind: LinkMarkType,
    /// Unique among its siblings.
    #[serde(rename = "_key")]
    #[schema(max_length = 64)]
    pub key: String,
    /// The address.
    #[schema(max_length = 2048)]
    pub href: String,
}

/// A link to an article of this site, by its id: it follows the article's slug.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct ArticleMark {
    /// Always `link`.
    #[serde(rename = "_type")]
    #[schema(schema_with = ArticleMarkType::schema)]
    pub kind: ArticleMarkType,
    /// Unique among its siblings.
    #[serde(rename = "_key")]
    #[schema(max_length = 64)]
    pub key: String,
    /// The article.
    #[schema(value_type = String, format = "uuid")]
    pub article_id: Uuid,
    /// The article's address; set at publication, ignored when written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub href: Option<String>,
}
