//! Text blocks from JSON: styles, lists, spans, marks and links.

use std::collections::HashSet;

use serde_json::Value;

use super::block::{ListItem, Span, Style, TextBlock};
use super::chars::link_href;
use super::marks::{ArticleMark, Decorator, LinkMark, MarkDef};
use super::parse::type_of;
use super::read::{Gathered, Object, Path, keys};
use super::{MAX_CHILDREN, MAX_HREF_CHARS, MAX_LEVEL, MAX_MARK_DEFS, MAX_SPAN_CHARS};
use crate::error::FaultCode;

const MEMBERS: &[&str] = &["style", "listItem", "level", "children", "markDefs"];

/// A block of type `block`.
pub(super) fn text_block(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<TextBlock> {
    let object = Object::read(value, path, MEMBERS, to)?;
    let style = style(&object, to);
    let (list_item, level) = list_place(&object, to);
    object.require("children", to);
    let mark_defs = mark_defs(&object, path, to);
    let children = children(&object, path, &mark_defs, to);
    Some(TextBlock { key, style, list_item, level, children, mark_defs, ..TextBlock::default() })
}

fn style(object: &Object<'_>, to: &mut Gathered) -> Style {
    match object.str("style", to) {
        None | Some("normal") => Style::Normal,
        Some("h2") => Style::H2,
        Some("h3") => Style::H3,
        Some("h4") => Style::H4,
        Some("blockquote") => Style::Blockquote,
        Some(_) => {
            let detail = "There is no such style; there are `normal`, `h2`, `h3`, `h4` and `blockquote`.";
            object.fault("style", FaultCode::UnknownType, detail, to);
            Style::Normal
        }
    }
}

fn list_place(object: &Object<'_>, to: &mut Gathered) -> (Option<ListItem>, Option<u8>) {
    let item = match object.str("listItem", to) {
        None => None,
        Some("bullet") => Some(ListItem::Bullet),
        Some("number") => Some(ListItem::Number),
        Some(_) => {
            object.fault("listItem", FaultCode::NotOneOf, "`bullet` or `number` is expected here.", to);
            return (None, None);
        }
    };
    let Some(level) = object.get("level") else {
        return (item, item.map(|_| 1));
    };
    let level =
        level.as_u64().and_then(|level| u8::try_from(level).ok()).filter(|level| (1..=MAX_LEVEL).contains(level));
    if level.is_none() {
        let wrong_type = object.get("level").is_some_and(|level| !level.is_number());
        let code = if wrong_type { FaultCode::WrongType } else { FaultCode::OutOfRange };
        object.fault("level", code, "A whole number from 1 to 6 is expected here.", to);
    } else if item.is_none() {
        object.fault("level", FaultCode::Inconsistent, "Only a block with `listItem` has a level.", to);
    }
    (item, level)
}

fn children(object: &Object<'_>, path: &Path<'_>, defs: &[MarkDef], to: &mut Gathered) -> Vec<Span> {
    let items = object.list("children", MAX_CHILDREN, to);
    let path = Path::Member(path, "children");
    let keys = keys(items, &path, 's', |_| false, to);
    let links: HashSet<&str> = defs.iter().map(MarkDef::key).collect();
    let mut spans = Vec::with_capacity(items.len());
    for (index, (item, key)) in items.iter().zip(keys).enumerate() {
        if to.is_full() {
            break;
        }
        spans.extend(span(item, key, &Path::Item(&path, index), &links, to));
    }
    spans
}

fn span(value: &Value, key: String, path: &Path<'_>, links: &HashSet<&str>, to: &mut Gathered) -> Option<Span> {
    if type_of(value, path, to)? != "span" {
        to.fault(
            &Path::Member(path, "_type"),
            FaultCode::UnknownType,
            "A text block has children of type `span` only.",
        );
        return None;
    }
    let object = Object::read(value, path, &["text", "marks"], to)?;
    object.require("text", to);
    let text = object.text("text", MAX_SPAN_CHARS, to);
    let marks = marks(&object, path, links, to);
    Some(Span { key, text: text?, marks, ..Span::default() })
}

fn marks(object: &Object<'_>, path: &Path<'_>, links: &HashSet<&str>, to: &mut Gathered) -> Vec<String> {
    // No mark can stand twice, so there are no more than all decorators and all links.
    let items = object.list("marks", Decorator::ALL.len() + MAX_MARK_DEFS, to);
    let path = Path::Member(path, "marks");
    let mut marks: Vec<String> = Vec::with_capacity(items.len());
    let mut seen = HashSet::new();
    for (index, item) in items.iter().enumerate() {
        let at = Path::Item(&path, index);
        let Some(mark) = item.as_str() else {
            to.fault(&at, FaultCode::WrongType, "A string is expected here.");
            continue;
        };
        if !seen.insert(mark) {
            to.fault(&at, FaultCode::Duplicate, "This mark stands twice.");
        } else if Decorator::named(mark).is_none() && !links.contains(mark) {
            let detail = "There is no such mark: neither a decorator (`strong`, `em`, `underline`, `strike-through`, \
                          `code`, `sup`, `sub`) nor the key of one of the block's `markDefs`.";
            to.fault(&at, FaultCode::UnknownType, detail);
        } else {
            marks.push(mark.to_owned());
        }
    }
    marks
}

fn mark_defs(object: &Object<'_>, path: &Path<'_>, to: &mut Gathered) -> Vec<MarkDef> {
    let items = object.list("markDefs", MAX_MARK_DEFS, to);
    let path = Path::Member(path, "markDefs");
    let keys = keys(items, &path, 'm', |key| Decorator::named(key).is_some(), to);
    let mut defs = Vec::with_capacity(items.len());
    for (index, (item, key)) in items.iter().zip(keys).enumerate() {
        if to.is_full() {
            break;
        }
        defs.extend(mark_def(item, key, &Path::Item(&path, index), to));
    }
    defs
}

fn mark_def(value: &Value, key: String, path: &Path<'_>, to: &mut Gathered) -> Option<MarkDef> {
    if type_of(value, path, to)? != "link" {
        to.fault(&Path::Member(path, "_type"), FaultCode::UnknownType, "There are annotations of type `link` only.");
        return None;
    }
    let object = Object::read(value, path, &["href", "article_id"], to)?;
    if object.get("article_id").is_some() {
        let article_id = object.uuid("article_id", to)?;
        return Some(MarkDef::Article(ArticleMark { key, article_id, ..ArticleMark::default() }));
    }
    object.require("href", to)?;
    let href = object.text("href", MAX_HREF_CHARS, to)?;
    let Some(href) = link_href(&href) else {
        let detail =
            "An `http`, `https`, `mailto` or `tel` address, or one within the site (`/…`, `#…`), is expected here.";
        object.fault("href", FaultCode::InvalidFormat, detail, to);
        return None;
    };
    Some(MarkDef::Link(LinkMark { key, href: href.to_owned(), ..LinkMark::default() }))
}
