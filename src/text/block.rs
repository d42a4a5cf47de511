//! The body, its blocks, and the text block with its spans.

use serde::Serialize;
use utoipa::{PartialSchema, ToSchema};

use super::marks::MarkDef;
use super::media::{
    AudioBlock, CodeBlock, DividerBlock, EmbedBlock, FactBoxBlock, GalleryBlock, ImageBlock, PaywallBlock,
    PullQuoteBlock, RelatedArticlesBlock, TableBlock, VideoBlock,
};

/// Declares the one-value type of a `_type` member, so that the schema states it as a constant.
macro_rules! type_name {
    ($name:ident = $value:tt) => {
        #[doc = concat!("The `_type` of this object: always `", $value, "`.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
        pub enum $name {
            /// The only value.
            #[default]
            #[serde(rename = $value)]
            Only,
        }
    };
}
pub(super) use type_name;

type_name!(TextBlockType = "block");
type_name!(SpanType = "span");

/// The body of an article in Portable Text: at most 2 000 blocks with 500 000 characters of text in all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(max_items = 2000)]
pub struct Body(pub Vec<Block>);

/// One block of a body; `_type` tells which, and each has its own. (No discriminator is declared beside it: generators
/// of clients then write `_type` twice.)
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Block {
    /// `block`: a paragraph, heading, quote or list item.
    Text(TextBlock),
    /// `image`.
    Image(ImageBlock),
    /// `gallery`.
    Gallery(GalleryBlock),
    /// `video`.
    Video(VideoBlock),
    /// `audio`.
    Audio(AudioBlock),
    /// `embed`.
    Embed(EmbedBlock),
    /// `pull_quote`.
    PullQuote(PullQuoteBlock),
    /// `fact_box`.
    FactBox(FactBoxBlock),
    /// `table`.
    Table(TableBlock),
    /// `code`.
    Code(CodeBlock),
    /// `divider`.
    Divider(DividerBlock),
    /// `related_articles`.
    RelatedArticles(RelatedArticlesBlock),
    /// `paywall`.
    Paywall(PaywallBlock),
}

impl Block {
    /// The block's `_key`, unique in its body.
    #[must_use]
    pub fn key(&self) -> &str {
        match self {
            Self::Text(block) => &block.key,
            Self::Image(block) => &block.key,
            Self::Gallery(block) => &block.key,
            Self::Video(block) => &block.key,
            Self::Audio(block) => &block.key,
            Self::Embed(block) => &block.key,
            Self::PullQuote(block) => &block.key,
            Self::FactBox(block) => &block.key,
            Self::Table(block) => &block.key,
            Self::Code(block) => &block.key,
            Self::Divider(block) => &block.key,
            Self::RelatedArticles(block) => &block.key,
            Self::Paywall(block) => &block.key,
        }
    }
}

/// A paragraph, heading, quote or list item, as the Portable Text specification has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct TextBlock {
    /// Always `block`.
    #[serde(rename = "_type")]
    #[schema(schema_with = TextBlockType::schema)]
    pub kind: TextBlockType,
    /// Unique among its siblings; made by the server where none is given.
    #[serde(rename = "_key")]
    #[schema(max_length = 64)]
    pub key: String,
    /// What the block is; `normal` if not given.
    pub style: Style,
    /// Makes the block an item of a list.
    #[serde(rename = "listItem", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub list_item: Option<ListItem>,
    /// Depth in the list from 1; only with `listItem`, where 1 is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 6, nullable = false)]
    pub level: Option<u8>,
    /// The text, in runs of the same marks.
    #[schema(max_items = 1000)]
    pub children: Vec<Span>,
    /// The links that spans name by key.
    #[serde(rename = "markDefs")]
    #[schema(max_items = 1000)]
    pub mark_defs: Vec<MarkDef>,
}

/// A run of text with the same marks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct Span {
    /// Always `span`.
    #[serde(rename = "_type")]
    #[schema(schema_with = SpanType::schema)]
    pub kind: SpanType,
    /// Unique among its siblings; made by the server where none is given.
    #[serde(rename = "_key")]
    #[schema(max_length = 64)]
    pub key: String,
    /// The text; a line feed is a line break.
    #[schema(max_length = 20000)]
    pub text: String,
    /// Each a decorator (`strong`, `em`, `underline`, `strike-through`, `code`, `sup`, `sub`) or the `_key` of one of
    /// the block's `markDefs`.
    pub marks: Vec<String>,
}

/// What a text block is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// A paragraph.
    #[default]
    Normal,
    /// A heading of the second level; the headline is the first.
    H2,
    /// A heading of the third level.
    H3,
    /// A heading of the fourth level.
    H4,
    /// A quotation.
    Blockquote,
}

/// The kind of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ListItem {
    /// An unordered list.
    Bullet,
    /// An ordered list.
    Number,
}
