//! A body from HTML. The input goes through the tokenizer of the HTML standard; the tags and attributes of an
//! allow-list build blocks, all others leave their text, and scripts, styles and the like leave nothing. No tree of
//! the input is ever made, so its depth does not matter.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use uuid::Uuid;

use super::block::{Body, ListItem, Style};
use super::build::{Builder, Tag};
use super::chars::{link_href, strip};
use super::inline::Target;
use super::marks::Decorator;
use super::{MAX_HREF_CHARS, MAX_SOURCE_BYTES};
use crate::error::{Fault, FaultCode};

/// Bytes that the tokenizer gets at a time.
const PIECE_BYTES: usize = 4_096;
/// Separators of attributes within one tag or comment. The tokenizer compares each attribute with all before it.
const MAX_SEPARATORS: usize = 10_000;

impl Body {
    /// The body that this HTML describes: headings (`h1` becomes `h2`, `h5` and `h6` become `h4`), paragraphs, quotes,
    /// nested lists, marks, links, code, tables, rules, `img` with the `data-media-id` of a media record, and players
    /// of known video sites. Everything else is reduced to its text; scripts, styles and addresses that no link may
    /// have are dropped.
    ///
    /// # Errors
    /// [`FaultCode::TooLong`] at the empty pointer where the input is longer than
    /// [`MAX_SOURCE_BYTES`], one of its tags is overlong, or the body passes a limit.
    pub fn from_html(html: &str) -> Result<Self, Vec<Fault>> {
        check_length(html)?;
        read_html(html, Builder::default())?.finish()
    }
}

/// Refuses sources that are too long to convert.
pub(super) fn check_length(source: &str) -> Result<(), Vec<Fault>> {
    match source.len() > MAX_SOURCE_BYTES {
        true => Err(vec![Fault::at("", FaultCode::TooLong, "At most 1 MiB of text is converted.")]),
        false => Ok(()),
    }
}

/// Feeds a piece of HTML to a builder.
pub(super) fn read_html(html: &str, builder: Builder) -> Result<Builder, Vec<Fault>> {
    let sink = Sink { builder: RefCell::new(builder), progressed: Cell::new(false) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    let mut rest = html;
    let mut separators = 0;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(piece_end(rest));
        queue.push_back(StrTendril::from_slice(piece));
        let _ = tokenizer.feed(&queue);
        if tokenizer.sink.progressed.replace(false) {
            separators = 0;
        }
        separators += piece.bytes().map(half_separators).sum::<usize>();
        if separators > 2 * MAX_SEPARATORS {
            return Err(vec![Fault::at("", FaultCode::TooLong, "A tag or comment of the HTML is too long.")]);
        }
        rest = after;
    }
    tokenizer.end();
    Ok(tokenizer.sink.builder.into_inner())
}

/// Where the first piece of the text ends, between two characters.
fn piece_end(text: &str) -> usize {
    (PIECE_BYTES..text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(text.len())
}

/// What a byte does to part attributes, in halves: quotes come in pairs.
fn half_separators(byte: u8) -> usize {
    match byte {
        b'"' | b'\'' => 1,
        b'/' => 2,
        _ if byte.is_ascii_whitespace() => 2,
        _ => 0,
    }
}

/// Takes tokens and drives a builder.
struct Sink {
    builder: RefCell<Builder>,
    /// Whether a token came since last asked.
    progressed: Cell<bool>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut builder = self.builder.borrow_mut();
        match token {
            Token::CharacterTokens(text) => builder.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => end_tag(&mut builder, &tag.name),
            Token::TagToken(tag) => {
                self.progressed.set(true);
                return start_tag(&mut builder, &tag);
            }
            // The tokenizer complains in the middle of a tag, too.
            Token::ParseError(_) => return TokenSinkResult::Continue,
            _ => {}
        }
        self.progressed.set(true);
        TokenSinkResult::Continue
    }
}

type HtmlTag = html5ever::tokenizer::Tag;

fn attribute<'a>(tag: &'a HtmlTag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

fn media_id(tag: &HtmlTag, name: &str) -> Option<Uuid> {
    attribute(tag, name).filter(|id| id.len() == 36).and_then(|id| Uuid::try_parse(id).ok())
}

/// Elements whose content is text to the tokenizer, which must be told.
fn raw_kind(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(RawKind::ScriptData),
        "style" | "iframe" | "xmp" | "noembed" | "noframes" => Some(RawKind::Rawtext),
        "textarea" | "title" => Some(RawKind::Rcdata),
        _ => None,
    }
}

fn start_tag(builder: &mut Builder, tag: &HtmlTag) -> TokenSinkResult<()> {
    let name = &*tag.name;
    match name {
        "br" => builder.line_break(),
        "hr" => builder.divider(),
        "img" => image(builder, tag),
        "iframe" => builder.embed(attribute(tag, "src").unwrap_or_default()),
        "code" if builder.in_code() => language(builder, tag),
        _ => {}
    }
    // `<svg/>` is closed by itself; an HTML element never is.
    if tag.self_closing && matches!(name, "svg" | "math") {
        return TokenSinkResult::Continue;
    }
    if let Some((name, kind)) = known(name) {
        let kind = match kind {
            Tag::Link(_) => {
                builder.close("a");
                Tag::Link(target(tag))
            }
            _ => kind,
        };
        let is_pre = kind == Tag::Pre;
        builder.open(name, kind);
        if is_pre {
            language(builder, tag);
        }
    } else if name == "span" && builder.in_caption() && attribute(tag, "class") == Some("credit") {
        // The credit is the media record's; as part of the caption it would show twice.
        builder.open("span", Tag::Skip);
    }
    raw_kind(name).map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
}

fn end_tag(builder: &mut Builder, name: &str) {
    match known(name) {
        Some((name, _)) => builder.close(name),
        None if name == "span" => builder.close("span"),
        None => {}
    }
}

fn target(tag: &HtmlTag) -> Option<Target> {
    match media_id(tag, "data-article-id") {
        Some(id) => Some(Target::Article(id)),
        None => href(attribute(tag, "href")?).map(Target::Href),
    }
}

/// The address of a link as a body may hold it; spaces inside, which browsers encode, are encoded.
pub(super) fn href(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > MAX_HREF_CHARS * 4 {
        return None;
    }
    let encoded = text.replace(' ', "%20");
    link_href(&encoded).map(str::to_owned)
}

fn image(builder: &mut Builder, tag: &HtmlTag) {
    if let Some(media) = media_id(tag, "data-media-id") {
        builder.image(media, attribute(tag, "alt").map(strip), None);
    }
}

fn language(builder: &mut Builder, tag: &HtmlTag) {
    let classes = attribute(tag, "class").unwrap_or_default();
    if let Some(name) = classes.split_ascii_whitespace().find_map(|class| class.strip_prefix("language-")) {
        builder.language(name);
    }
}

/// The allow-list: what an element means, under the name that closes it.
fn known(name: &str) -> Option<(&'static str, Tag)> {
    Some(match name {
        "p" => ("p", Tag::Block),
        "h1" => ("h1", Tag::Heading(Style::H2)),
        "h2" => ("h2", Tag::Heading(Style::H2)),
        "h3" => ("h3", Tag::Heading(Style::H3)),
        "h4" => ("h4", Tag::Heading(Style::H4)),
        "h5" => ("h5", Tag::Heading(Style::H4)),
        "h6" => ("h6", Tag::Heading(Style::H4)),
        "blockquote" => ("blockquote", Tag::Quote),
        "ul" | "menu" | "dir" => ("ul", Tag::List(ListItem::Bullet)),
        "ol" => ("ol", Tag::List(ListItem::Number)),
        "li" => ("li", Tag::Item),
        "strong" => ("strong", Tag::Mark(Decorator::Strong)),
        "b" => ("b", Tag::Mark(Decorator::Strong)),
        "em" => ("em", Tag::Mark(Decorator::Em)),
        "i" => ("i", Tag::Mark(Decorator::Em)),
        "u" | "ins" => ("u", Tag::Mark(Decorator::Underline)),
        "s" | "del" | "strike" => ("s", Tag::Mark(Decorator::StrikeThrough)),
        "code" | "kbd" | "samp" | "tt" => ("code", Tag::Mark(Decorator::Code)),
        "sup" => ("sup", Tag::Mark(Decorator::Sup)),
        "sub" => ("sub", Tag::Mark(Decorator::Sub)),
        "a" => ("a", Tag::Link(None)),
        "pre" | "listing" => ("pre", Tag::Pre),
        "table" => ("table", Tag::Table),
        "tr" => ("tr", Tag::Row),
        "td" => ("td", Tag::Cell { header: false }),
        "th" => ("th", Tag::Cell { header: true }),
        "figure" => ("figure", Tag::Figure(0)),
        "figcaption" => ("figcaption", Tag::Caption),
        "script" => ("script", Tag::Skip),
        "style" => ("style", Tag::Skip),
        "iframe" => ("iframe", Tag::Skip),
        "xmp" | "noembed" | "noframes" => ("xmp", Tag::Skip),
        "textarea" => ("textarea", Tag::Skip),
        "title" => ("title", Tag::Skip),
        "template" => ("template", Tag::Skip),
        "svg" => ("svg", Tag::Skip),
        "math" => ("math", Tag::Skip),
        "object" | "applet" => ("object", Tag::Skip),
        "noscript" => ("noscript", Tag::Skip),
        "select" | "datalist" => ("select", Tag::Skip),
        "audio" | "video" | "canvas" => ("video", Tag::Skip),
        "div" | "section" | "article" | "header" | "footer" | "main" | "aside" | "nav" | "address" | "details"
        | "summary" | "dl" | "dt" | "dd" | "center" | "form" | "fieldset" | "legend" | "hgroup" | "body"
        | "caption" | "search" | "dialog" | "picture" => block_name(name),
        _ => return None,
    })
}

/// Elements that only stand on lines of their own; those closed by name keep it.
fn block_name(name: &str) -> (&'static str, Tag) {
    let name = match name {
        "section" => "section",
        "article" => "article",
        "aside" => "aside",
        "dt" => "dt",
        "dd" => "dd",
        "caption" => "caption",
        _ => "div",
    };
    (name, Tag::Block)
}
