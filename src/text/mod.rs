//! Portable Text: the body of an article as typed blocks, how it is read from JSON, HTML and Markdown, frozen at
//! publication, and rendered as HTML, plain text and Markdown.
//!
//! The format follows the Portable Text specification (`_type`, `_key`, `children`, `markDefs`), narrowed to the
//! blocks of a newsroom. A [`Body`] from [`Body::parse`], [`Body::from_html`] or [`Body::from_markdown`] keeps every
//! limit below; what these functions do not know they refuse or drop, so nothing else reaches a renderer.

mod block;
mod build;
mod chars;
mod compare;
mod count;
pub mod embed;
mod freeze;
mod from_html;
mod from_markdown;
pub mod highlight;
mod html;
mod html_text;
mod inline;
mod markdown;
mod markdown_text;
mod marks;
mod media;
mod parse;
mod parse_media;
mod parse_text;
mod plain;
pub mod query;
mod read;
mod refs;
pub mod slug;
pub mod terms;
#[cfg(test)]
mod tests;
mod words;

pub use block::{Block, Body, ListItem, Span, SpanType, Style, TextBlock, TextBlockType};
pub use chars::strip;
pub use compare::{BlockChange, BlockOp, compare};
pub use count::reading_minutes;
pub use embed::{EmbedInfo, player_address};
pub use freeze::Resolve;
pub use marks::{ArticleMark, ArticleMarkType, Decorator, LinkMark, LinkMarkType, MarkDef};
pub use media::{
    ArticleLink, Asset, AssetKind, AssetTrack, AudioBlock, AudioType, CodeBlock, CodeType, DividerBlock, DividerType,
    EmbedBlock, EmbedType, FactBoxBlock, FactBoxType, GalleryBlock, GalleryImage, GalleryType, ImageBlock, ImageType,
    PaywallBlock, PaywallType, PullQuoteBlock, PullQuoteType, RelatedArticlesBlock, RelatedArticlesType, TableBlock,
    TableRow, TableType, VideoBlock, VideoType,
};
pub use slug::{fold, slugify};
pub use words::{Budget, TextChange, TextOp, text_changes};

/// Blocks in a body, those inside fact boxes included.
pub const MAX_BLOCKS: usize = 2_000;
/// Spans in a text block.
pub const MAX_CHILDREN: usize = 1_000;
/// Link definitions in a text block.
pub const MAX_MARK_DEFS: usize = 1_000;
/// Characters (Unicode scalar values) in a span.
pub const MAX_SPAN_CHARS: usize = 20_000;
/// Characters in all texts of a body together.
pub const MAX_TEXT_CHARS: usize = 500_000;
/// Images in a gallery.
pub const MAX_GALLERY_IMAGES: usize = 50;
/// Rows in a table.
pub const MAX_TABLE_ROWS: usize = 200;
/// Cells in a table row.
pub const MAX_TABLE_CELLS: usize = 30;
/// Characters in a table cell.
pub const MAX_CELL_CHARS: usize = 5_000;
/// Characters in a block of code.
pub const MAX_CODE_CHARS: usize = 100_000;
/// Depth of a list item.
pub const MAX_LEVEL: u8 = 6;
/// Characters in a link or an embed's address.
pub const MAX_HREF_CHARS: usize = 2_048;
/// Characters in an alternative text, a caption or a pull quote.
pub const MAX_CAPTION_CHARS: usize = 2_000;
/// Characters in a fact box's title or a pull quote's attribution.
pub const MAX_TITLE_CHARS: usize = 300;
/// Articles in a `related_articles` block.
pub const MAX_RELATED: usize = 20;
/// Characters in a `_key`.
pub const MAX_KEY_CHARS: usize = 64;
/// Faults that one answer lists.
pub const MAX_FAULTS: usize = 100;
/// Bytes of HTML or Markdown that are converted.
pub const MAX_SOURCE_BYTES: usize = 1_048_576;
