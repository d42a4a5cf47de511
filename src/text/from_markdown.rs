//! A body from Markdown: CommonMark with the tables and strike-through of GitHub.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag as MdTag, TagEnd};
use uuid::Uuid;

use super::block::{Body, ListItem, Style};
use super::build::{Builder, Tag};
use super::chars::strip;
use super::from_html::{check_length, href, read_html};
use super::inline::Target;
use super::marks::Decorator;
use crate::error::Fault;

/// The address by which Markdown names a media record.
pub(super) const MEDIA_SCHEME: &str = "media:";
/// The address by which Markdown names an article of this site.
pub(super) const ARTICLE_SCHEME: &str = "article:";

impl Body {
    /// The body that this Markdown describes (CommonMark with tables and strike-through). HTML in it is taken as by
    /// [`Body::from_html`]. An image with the address `media:<id>` becomes an image block, a link to `article:<id>` an
    /// article link, and an autolink to a known video site on a line of its own its player.
    ///
    /// # Errors
    /// As [`Body::from_html`].
    pub fn from_markdown(markdown: &str) -> Result<Self, Vec<Fault>> {
        check_length(markdown)?;
        let mut reader = Reader::default();
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        for event in Parser::new_ext(markdown, options) {
            if reader.builder.is_full() {
                break;
            }
            reader.event(event)?;
        }
        reader.builder.finish()
    }
}

#[derive(Default)]
struct Reader {
    builder: Builder,
    /// A block of HTML so far.
    html: Option<String>,
    /// Images that are open: the outermost's address and title, and the text of all.
    image: Option<Image>,
    in_table_head: bool,
}

struct Image {
    depth: usize,
    media: Option<Uuid>,
    caption: String,
    alt: String,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) -> Result<(), Vec<Fault>> {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(TagEnd::HtmlBlock) => return self.end_html(),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) => {
                self.builder.open("code", Tag::Mark(Decorator::Code));
                self.text(&text);
                self.builder.close("code");
            }
            Event::Html(text) => match &mut self.html {
                Some(html) => html.push_str(&text),
                None => return self.feed(&text),
            },
            Event::InlineHtml(text) if self.image.is_none() => return self.feed(&text),
            Event::SoftBreak => self.text(" "),
            Event::HardBreak if self.image.is_none() => self.builder.line_break(),
            Event::Rule => self.builder.divider(),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        match &mut self.image {
            Some(image) => image.alt.push_str(text),
            None => self.builder.verbatim(text),
        }
    }

    fn feed(&mut self, html: &str) -> Result<(), Vec<Fault>> {
        self.builder = read_html(html, std::mem::take(&mut self.builder))?;
        Ok(())
    }

    fn end_html(&mut self) -> Result<(), Vec<Fault>> {
        let html = self.html.take().unwrap_or_default();
        self.builder.open("div", Tag::Block);
        self.feed(&html)?;
        self.builder.end_skip();
        self.builder.close("div");
        Ok(())
    }

    fn start(&mut self, tag: MdTag<'_>) {
        match tag {
            MdTag::HtmlBlock => self.html = Some(String::new()),
            MdTag::Image { dest_url, title, .. } => self.start_image(&dest_url, &title),
            MdTag::TableHead => {
                self.in_table_head = true;
                self.builder.open("tr", Tag::Row);
            }
            MdTag::TableCell => self.builder.open("td", Tag::Cell { header: self.in_table_head }),
            MdTag::CodeBlock(kind) => {
                self.builder.open("pre", Tag::Pre);
                if let CodeBlockKind::Fenced(info) = kind {
                    self.builder.language(info.split_ascii_whitespace().next().unwrap_or_default());
                }
            }
            MdTag::Paragraph => self.builder.open("p", Tag::Block),
            MdTag::Heading { level, .. } => self.builder.open("h2", Tag::Heading(heading(level))),
            MdTag::BlockQuote(_) => self.builder.open("blockquote", Tag::Quote),
            MdTag::List(None) => self.builder.open("ul", Tag::List(ListItem::Bullet)),
            MdTag::List(Some(_)) => self.builder.open("ol", Tag::List(ListItem::Number)),
            MdTag::Item => self.builder.open("li", Tag::Item),
            MdTag::Table(_) => self.builder.open("table", Tag::Table),
            MdTag::TableRow => self.builder.open("tr", Tag::Row),
            MdTag::Emphasis => self.builder.open("em", Tag::Mark(Decorator::Em)),
            MdTag::Strong => self.builder.open("strong", Tag::Mark(Decorator::Strong)),
            MdTag::Strikethrough => self.builder.open("s", Tag::Mark(Decorator::StrikeThrough)),
            MdTag::Link { dest_url, .. } => self.builder.open("a", Tag::Link(target(&dest_url))),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        let name = match tag {
            TagEnd::Image => return self.end_image(),
            TagEnd::TableHead => {
                self.in_table_head = false;
                "tr"
            }
            TagEnd::Paragraph => "p",
            TagEnd::Heading(_) => "h2",
            TagEnd::BlockQuote(_) => "blockquote",
            TagEnd::CodeBlock => "pre",
            TagEnd::List(ordered) => {
                if ordered {
                    "ol"
                } else {
                    "ul"
                }
            }
            TagEnd::Item => "li",
            TagEnd::Table => "table",
            TagEnd::TableRow => "tr",
            TagEnd::TableCell => "td",
            TagEnd::Emphasis => "em",
            TagEnd::Strong => "strong",
            TagEnd::Strikethrough => "s",
            TagEnd::Link => "a",
            _ => return,
        };
        // HTML that was left open ends with its block.
        if !matches!(name, "em" | "strong" | "s" | "a") {
            self.builder.end_skip();
        }
        self.builder.close(name);
    }

    fn start_image(&mut self, address: &str, title: &str) {
        if let Some(image) = &mut self.image {
            image.depth += 1;
            return;
        }
        let media = address.strip_prefix(MEDIA_SCHEME).and_then(id);
        self.image = Some(Image { depth: 1, media, caption: strip(title), alt: String::new() });
    }

    fn end_image(&mut self) {
        let Some(mut image) = self.image.take() else { return };
        image.depth -= 1;
        if image.depth > 0 {
            self.image = Some(image);
        } else if let Some(media) = image.media {
            let given = |text: String| Some(text).filter(|text| !text.is_empty());
            self.builder.image(media, given(strip(&image.alt)), given(image.caption));
        }
    }
}

fn id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36)
}

fn target(address: &str) -> Option<Target> {
    match address.strip_prefix(ARTICLE_SCHEME).and_then(id) {
        Some(id) => Some(Target::Article(id)),
        None => href(address).map(Target::Href),
    }
}

fn heading(level: HeadingLevel) -> Style {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => Style::H2,
        HeadingLevel::H3 => Style::H3,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => Style::H4,
    }
}
