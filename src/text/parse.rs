//! A body from JSON: every block read by its type, every fault noted with its place.

use serde_json::Value;

use super::block::{Block, Body};
use super::parse_media as media;
use super::parse_text::text_block;
use super::read::{Gathered, Object, Path, keys};
use super::{MAX_BLOCKS, MAX_TEXT_CHARS};
use crate::error::{Fault, FaultCode};

/// The types of blocks, as the API names them.
const TYPES: &str = "`block`, `image`, `gallery`, `video`, `audio`, `embed`, `pull_quote`, `fact_box`, `table`, `code`, \
                     `divider`, `related_articles` and `paywall`";

impl Body {
    /// The body that this JSON describes. Missing `_key`s are made from positions; what only the server sets
    /// (`asset`, `items`, an article link's `href` …) is dropped.
    ///
    /// # Errors
    /// All faults at once, at most [`MAX_FAULTS`](super::MAX_FAULTS), with pointers relative to the body: what is not
    /// of the right type, unknown, too long, missing, doubled, or does not fit together.
    pub fn parse(value: &Value) -> Result<Self, Vec<Fault>> {
        let mut to = Gathered::default();
        let blocks = blocks(value, &mut to);
        if to.blocks > MAX_BLOCKS {
            to.fault(
                &Path::Root,
                FaultCode::TooLong,
                format!("A body has at most {MAX_BLOCKS} blocks, fact boxes included."),
            );
        }
        if to.chars > MAX_TEXT_CHARS {
            to.fault(
                &Path::Root,
                FaultCode::TooLong,
                format!("A body has at most {MAX_TEXT_CHARS} characters of text."),
            );
        }
        let faults = to.into_faults();
        if faults.is_empty() { Ok(Self(blocks)) } else { Err(faults) }
    }
}

fn blocks(value: &Value, to: &mut Gathered) -> Vec<Block> {
    let Value::Array(items) = value else {
        to.fault(&Path::Root, FaultCode::WrongType, "A list of blocks is expected here.");
        return Vec::new();
    };
    to.blocks = items.len();
    if items.len() > MAX_BLOCKS {
        return Vec::new();
    }
    let keys = keys(items, &Path::Root, 'b', |_| false, to);
    let mut blocks = Vec::with_capacity(items.len());
    for (index, (item, key)) in items.iter().zip(keys).enumerate() {
        if to.is_full() {
            break;
        }
        blocks.extend(block(item, key, &Path::Item(&Path::Root, index), to));
    }
    blocks
}

fn block(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<Block> {
    match type_of(value, path, to)? {
        "block" => text_block(value, key, path, to).map(Block::Text),
        "image" => media::image(value, key, path, to).map(Block::Image),
        "gallery" => media::gallery(value, key, path, to).map(Block::Gallery),
        "video" => media::video(value, key, path, to).map(Block::Video),
        "audio" => media::audio(value, key, path, to).map(Block::Audio),
        "embed" => media::embed(value, key, path, to).map(Block::Embed),
        "pull_quote" => media::pull_quote(value, key, path, to).map(Block::PullQuote),
        "fact_box" => media::fact_box(value, key, path, to).map(Block::FactBox),
        "table" => media::table(value, key, path, to).map(Block::Table),
        "code" => media::code(value, key, path, to).map(Block::Code),
        "divider" => Object::read(value, path, &[], to).map(|_| media::divider(key)),
        "related_articles" => media::related_articles(value, key, path, to).map(Block::RelatedArticles),
        "paywall" => Object::read(value, path, &[], to).map(|_| media::paywall(key)),
        _ => {
            let detail = format!("There is no block of this type; there are {TYPES}.");
            to.fault(&Path::Member(path, "_type"), FaultCode::UnknownType, detail);
            None
        }
    }
}

/// The `_type` of an object; a fault where it has none.
pub(super) fn type_of<'a>(value: &'a Value, path: &Path<'_>, to: &mut Gathered) -> Option<&'a str> {
    let Value::Object(map) = value else {
        to.fault(path, FaultCode::WrongType, "An object is expected here.");
        return None;
    };
    let at = Path::Member(path, "_type");
    match map.get("_type") {
        None | Some(Value::Null) => to.fault(&at, FaultCode::Required, "This member must be given."),
        Some(Value::String(name)) => return Some(name),
        Some(_) => to.fault(&at, FaultCode::WrongType, "A string is expected here."),
    }
    None
}
