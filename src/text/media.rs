//! The blocks that are not text, and what they resolve to when a body is frozen.

use serde::{Deserialize, Serialize};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

use super::block::{TextBlock, type_name};
use super::embed::EmbedInfo;

type_name!(ImageType = "image");
type_name!(GalleryType = "gallery");
type_name!(VideoType = "video");
type_name!(AudioType = "audio");
type_name!(EmbedType = "embed");
type_name!(PullQuoteType = "pull_quote");
type_name!(FactBoxType = "fact_box");
type_name!(TableType = "table");
type_name!(CodeType = "code");
type_name!(DividerType = "divider");
type_name!(RelatedArticlesType = "related_articles");
type_name!(PaywallType = "paywall");

/// Declares a block: its doc, its name, its `_type`, and its members after `_type` and `_key`.
macro_rules! block {
    ($(#[$meta:meta])* $name:ident: $kind:ident { $($members:tt)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
        pub struct $name {
            /// Tells the block's type.
            #[serde(rename = "_type")]
            #[schema(schema_with = $kind::schema)]
            pub kind: $kind,
            /// Unique in the body; made by the server where none is given.
            #[serde(rename = "_key")]
            #[schema(max_length = 64)]
            pub key: String,
            $($members)*
        }
    };
}

block! {
    /// A picture.
    ImageBlock: ImageType {
        /// The media record, of kind image.
        #[schema(value_type = String, format = "uuid")]
        pub media: Uuid,
        /// What the picture shows, for those who don't see it; empty for decoration, `null` for the record's own.
        #[schema(max_length = 2000)]
        pub alt: Option<String>,
        /// The line under the picture; `null` for the record's own.
        #[schema(max_length = 2000)]
        pub caption: Option<String>,
        /// The record as it was at publication; ignored when written.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(read_only, nullable = false)]
        pub asset: Option<Asset>,
    }
}

block! {
    /// Pictures that belong together.
    GalleryBlock: GalleryType {
        /// The pictures, in order.
        #[schema(max_items = 50)]
        pub images: Vec<GalleryImage>,
        /// How to lay them out, in a word that the frontend knows (`grid`, `carousel` …).
        #[schema(max_length = 32, pattern = "^[a-z0-9][a-z0-9_-]*$")]
        pub layout: String,
    }
}

/// One picture of a gallery.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct GalleryImage {
    /// Unique in the gallery; made by the server where none is given.
    #[serde(rename = "_key")]
    #[schema(max_length = 64)]
    pub key: String,
    /// The media record, of kind image.
    #[schema(value_type = String, format = "uuid")]
    pub media: Uuid,
    /// What the picture shows; empty for decoration, `null` for the record's own.
    #[schema(max_length = 2000)]
    pub alt: Option<String>,
    /// The line under the picture; `null` for the record's own.
    #[schema(max_length = 2000)]
    pub caption: Option<String>,
    /// The record as it was at publication; ignored when written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(read_only, nullable = false)]
    pub asset: Option<Asset>,
}

block! {
    /// A video, a file of ours or one of a known provider.
    VideoBlock: VideoType {
        /// The media record, of kind video.
        #[schema(value_type = String, format = "uuid")]
        pub media: Uuid,
        /// The record as it was at publication; ignored when written.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(read_only, nullable = false)]
        pub asset: Option<Asset>,
    }
}

block! {
    /// A sound recording.
    AudioBlock: AudioType {
        /// The media record, of kind audio.
        #[schema(value_type = String, format = "uuid")]
        pub media: Uuid,
        /// The record as it was at publication; ignored when written.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(read_only, nullable = false)]
        pub asset: Option<Asset>,
    }
}

block! {
    /// Something on another site: a player where the provider is known, else a link.
    EmbedBlock: EmbedType {
        /// Its `http` or `https` address.
        #[schema(max_length = 2048)]
        pub url: String,
        /// The provider's name; set at publication, ignored when written.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(read_only, nullable = false)]
        pub provider: Option<String>,
        /// The player as HTML; set at publication, ignored when written.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(read_only, nullable = false)]
        pub html: Option<String>,
    }
}

block! {
    /// A sentence of the article set large.
    PullQuoteBlock: PullQuoteType {
        /// The sentence.
        #[schema(max_length = 2000)]
        pub text: String,
        /// Who said it.
        #[schema(max_length = 300)]
        pub attribution: Option<String>,
    }
}

block! {
    /// Background beside the story.
    FactBoxBlock: FactBoxType {
        /// Its heading.
        #[schema(max_length = 300)]
        pub title: Option<String>,
        /// Its text: blocks of type `block` only.
        #[schema(max_items = 2000)]
        pub body: Vec<TextBlock>,
    }
}

block! {
    /// A table of plain text.
    TableBlock: TableType {
        /// The rows, from the top.
        #[schema(max_items = 200)]
        pub rows: Vec<TableRow>,
        /// Whether the first row heads the columns.
        pub header: bool,
    }
}

/// One row of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, ToSchema)]
pub struct TableRow {
    /// Unique in the table; made by the server where none is given.
    #[serde(rename = "_key")]
    #[schema(max_length = 64)]
    pub key: String,
    /// The cells, from the start of the line; at most 5 000 characters each.
    #[schema(max_items = 30)]
    pub cells: Vec<String>,
}

block! {
    /// Computer code.
    CodeBlock: CodeType {
        /// The code, line feeds as they stand.
        #[schema(max_length = 100000)]
        pub code: String,
        /// Its language, in a word (`rust`, `c++`).
        #[schema(max_length = 40, pattern = "^[A-Za-z0-9][A-Za-z0-9+#._-]*$")]
        pub language: Option<String>,
    }
}

block! {
    /// A break between two parts of the story.
    DividerBlock: DividerType {}
}

block! {
    /// Other articles, in the midst of the story.
    RelatedArticlesBlock: RelatedArticlesType {
        /// The articles, in order.
        #[schema(max_items = 20)]
        pub articles: Vec<Uuid>,
        /// Those that were live at publication; ignored when written.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(read_only, nullable = false)]
        pub items: Option<Vec<ArticleLink>>,
    }
}

block! {
    /// Where the free part of an article ends.
    PaywallBlock: PaywallType {}
}

/// What kind of file a media record holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AssetKind {
    /// A picture.
    #[default]
    Image,
    /// A video.
    Video,
    /// A sound recording.
    Audio,
    /// Any other file.
    Document,
}

/// A media record as a published body carries it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Asset {
    /// The record.
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    /// What it is.
    pub kind: AssetKind,
    /// Where its file is found.
    pub url: String,
    /// The file's name.
    pub file_name: String,
    /// The file's media type (RFC 6838).
    pub mime: String,
    /// What it shows, for those who don't see it.
    pub alt: Option<String>,
    /// The line under it.
    pub caption: Option<String>,
    /// Whom to credit.
    pub credit: Option<String>,
    /// Width in pixels.
    pub width: Option<u32>,
    /// Height in pixels.
    pub height: Option<u32>,
    /// Length in seconds.
    pub duration_seconds: Option<f64>,
    /// The picture in its widths, for an HTML `srcset`.
    pub srcset: Option<String>,
    /// Subtitles, captions, descriptions and chapters of a video or sound recording.
    #[serde(default)]
    #[schema(max_items = 50)]
    pub tracks: Vec<AssetTrack>,
    /// The address of a still picture of a video.
    pub poster: Option<String>,
    /// The player of the site that has the video.
    pub embed: Option<EmbedInfo>,
}

/// A text that runs along with a video or sound recording (WebVTT), as a published body carries it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AssetTrack {
    /// What it is for: `subtitles`, `captions`, `descriptions` or `chapters`.
    pub kind: String,
    /// Its language (BCP 47).
    pub language: String,
    /// What players call it.
    pub label: String,
    /// Whether players show it unless readers chose another one.
    pub default: bool,
    /// Where its file is found.
    pub url: String,
}

/// An article as a link names it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ArticleLink {
    /// The article.
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    /// Its slug.
    pub slug: String,
    /// Its address for readers.
    pub url: String,
    /// Its headline.
    pub headline: String,
}
