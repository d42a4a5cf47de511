//! The blocks that are not text, from JSON.

use serde_json::Value;
use uuid::Uuid;

use super::block::{Block, TextBlock};
use super::chars::embed_href;
use super::media::{
    AudioBlock, CodeBlock, DividerBlock, EmbedBlock, FactBoxBlock, GalleryBlock, GalleryImage, ImageBlock,
    PaywallBlock, PullQuoteBlock, RelatedArticlesBlock, TableBlock, TableRow, VideoBlock,
};
use super::parse::type_of;
use super::parse_text::text_block;
use super::read::{self, Gathered, Object, Path, keys};
use super::{
    MAX_BLOCKS, MAX_CAPTION_CHARS, MAX_CELL_CHARS, MAX_CODE_CHARS, MAX_GALLERY_IMAGES, MAX_HREF_CHARS, MAX_RELATED,
    MAX_TABLE_CELLS, MAX_TABLE_ROWS, MAX_TITLE_CHARS,
};
use crate::error::FaultCode;

/// The media id that a block must have.
fn media(object: &Object<'_>, to: &mut Gathered) -> Option<Uuid> {
    object.require("media", to)?;
    object.uuid("media", to)
}

pub(super) fn image(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<ImageBlock> {
    let object = Object::read(value, path, &["media", "alt", "caption", "asset"], to)?;
    let media = media(&object, to);
    let alt = object.text("alt", MAX_CAPTION_CHARS, to);
    let caption = object.text("caption", MAX_CAPTION_CHARS, to);
    Some(ImageBlock { key, media: media?, alt, caption, ..ImageBlock::default() })
}

pub(super) fn gallery(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<GalleryBlock> {
    let object = Object::read(value, path, &["images", "layout"], to)?;
    object.require("images", to);
    let items = object.list("images", MAX_GALLERY_IMAGES, to);
    let layout = layout(&object, to);
    let path = Path::Member(path, "images");
    let keys = keys(items, &path, 'i', |_| false, to);
    let mut images = Vec::with_capacity(items.len());
    for (index, (item, key)) in items.iter().zip(keys).enumerate() {
        images.extend(gallery_image(item, key, &Path::Item(&path, index), to));
    }
    Some(GalleryBlock { key, images, layout, ..GalleryBlock::default() })
}

fn gallery_image(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<GalleryImage> {
    let object = Object::read(value, path, &["media", "alt", "caption", "asset"], to)?;
    // Editors mark the images of a gallery with a type of their own; only this one is taken.
    if object.get("_type").is_some_and(|name| name != "image") {
        object.fault("_type", FaultCode::UnknownType, "A gallery holds images only.", to);
    }
    let media = media(&object, to);
    let alt = object.text("alt", MAX_CAPTION_CHARS, to);
    let caption = object.text("caption", MAX_CAPTION_CHARS, to);
    Some(GalleryImage { key, media: media?, alt, caption, asset: None })
}

fn layout(object: &Object<'_>, to: &mut Gathered) -> String {
    let Some(layout) = object.str("layout", to) else { return "grid".to_owned() };
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let valid = layout.len() <= 32
        && layout.bytes().next().is_some_and(word)
        && layout.bytes().all(|b| word(b) || b == b'_' || b == b'-');
    if !valid {
        object.fault("layout", FaultCode::InvalidFormat, "A word of at most 32 of `a-z0-9_-` is expected here.", to);
    }
    layout.to_owned()
}

pub(super) fn video(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<VideoBlock> {
    let object = Object::read(value, path, &["media", "asset"], to)?;
    media(&object, to).map(|media| VideoBlock { key, media, ..VideoBlock::default() })
}

pub(super) fn audio(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<AudioBlock> {
    let object = Object::read(value, path, &["media", "asset"], to)?;
    media(&object, to).map(|media| AudioBlock { key, media, ..AudioBlock::default() })
}

pub(super) fn embed(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<EmbedBlock> {
    let object = Object::read(value, path, &["url", "provider", "html"], to)?;
    object.require("url", to)?;
    let url = object.text("url", MAX_HREF_CHARS, to)?;
    let Some(url) = embed_href(&url) else {
        object.fault("url", FaultCode::InvalidFormat, "An `http` or `https` address is expected here.", to);
        return None;
    };
    Some(EmbedBlock { key, url: url.to_owned(), ..EmbedBlock::default() })
}

pub(super) fn pull_quote(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<PullQuoteBlock> {
    let object = Object::read(value, path, &["text", "attribution"], to)?;
    object.require("text", to);
    let text = object.text("text", MAX_CAPTION_CHARS, to);
    let attribution = object.text("attribution", MAX_TITLE_CHARS, to);
    Some(PullQuoteBlock { key, text: text?, attribution, ..PullQuoteBlock::default() })
}

pub(super) fn fact_box(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<FactBoxBlock> {
    let object = Object::read(value, path, &["title", "body"], to)?;
    let title = object.text("title", MAX_TITLE_CHARS, to);
    object.require("body", to);
    let items = object.list("body", MAX_BLOCKS, to);
    to.blocks += items.len();
    if to.blocks > MAX_BLOCKS {
        return None;
    }
    let path = Path::Member(path, "body");
    let keys = keys(items, &path, 'b', |_| false, to);
    let mut body = Vec::with_capacity(items.len());
    for (index, (item, key)) in items.iter().zip(keys).enumerate() {
        body.extend(fact_box_text(item, key, &Path::Item(&path, index), to));
    }
    Some(FactBoxBlock { key, title, body, ..FactBoxBlock::default() })
}

fn fact_box_text(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<TextBlock> {
    if type_of(value, path, to)? != "block" {
        to.fault(&Path::Member(path, "_type"), FaultCode::UnknownType, "A fact box holds blocks of type `block` only.");
        return None;
    }
    text_block(value, key, path, to)
}

pub(super) fn table(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<TableBlock> {
    let object = Object::read(value, path, &["rows", "header"], to)?;
    object.require("rows", to);
    let items = object.list("rows", MAX_TABLE_ROWS, to);
    let header = object.flag("header", to);
    let path = Path::Member(path, "rows");
    let keys = keys(items, &path, 'r', |_| false, to);
    let mut rows = Vec::with_capacity(items.len());
    for (index, (item, key)) in items.iter().zip(keys).enumerate() {
        rows.extend(row(item, key, &Path::Item(&path, index), to));
    }
    Some(TableBlock { key, rows, header, ..TableBlock::default() })
}

fn row(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<TableRow> {
    let object = Object::read(value, path, &["cells"], to)?;
    if object.get("_type").is_some_and(|name| name != "row") {
        object.fault("_type", FaultCode::UnknownType, "A table holds rows only.", to);
    }
    object.require("cells", to);
    let items = object.list("cells", MAX_TABLE_CELLS, to);
    let path = Path::Member(path, "cells");
    let mut cells = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        cells.extend(read::text(item, &Path::Item(&path, index), MAX_CELL_CHARS, to));
    }
    Some(TableRow { key, cells })
}

pub(super) fn code(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<CodeBlock> {
    let object = Object::read(value, path, &["code", "language"], to)?;
    object.require("code", to);
    let code = object.text("code", MAX_CODE_CHARS, to);
    let language = object.str("language", to);
    if language.is_some_and(|language| !is_language(language)) {
        object.fault(
            "language",
            FaultCode::InvalidFormat,
            "A word of at most 40 of `A-Za-z0-9+#._-` is expected here.",
            to,
        );
    }
    Some(CodeBlock { key, code: code?, language: language.map(str::to_owned), ..CodeBlock::default() })
}

/// Whether a code block can name this language.
pub(super) fn is_language(name: &str) -> bool {
    name.len() <= 40
        && name.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+#._-".contains(&b))
}

pub(super) fn divider(key: String) -> Block {
    Block::Divider(DividerBlock { key, ..DividerBlock::default() })
}

pub(super) fn related_articles(
    value: &Value,
    key: String,
    path: &Path<'_>,
    to: &mut Gathered,
) -> Option<RelatedArticlesBlock> {
    let object = Object::read(value, path, &["articles", "items"], to)?;
    object.require("articles", to);
    let items = object.list("articles", MAX_RELATED, to);
    let path = Path::Member(path, "articles");
    let mut articles = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let at = Path::Item(&path, index);
        let Some(id) = read::uuid(item, &at, to) else { continue };
        if articles.contains(&id) {
            to.fault(&at, FaultCode::Duplicate, "This article stands twice.");
        }
        articles.push(id);
    }
    Some(RelatedArticlesBlock { key, articles, ..RelatedArticlesBlock::default() })
}

pub(super) fn paywall(key: String) -> Block {
    Block::Paywall(PaywallBlock { key, ..PaywallBlock::default() })
}
