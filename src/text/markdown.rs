//! A body as Markdown (CommonMark with tables and strike-through), such that [`Body::from_markdown`] reads it back.

use super::block::{Block, Body, ListItem, Style, TextBlock};
use super::from_markdown::MEDIA_SCHEME;
use super::markdown_text::{Breaks, escape, escape_address, inline, longest_run};
use super::media::{Asset, CodeBlock, FactBoxBlock, PullQuoteBlock, RelatedArticlesBlock, TableBlock};
use super::plain::Numbers;

impl Body {
    /// The body as Markdown. Underline, superscript and subscript are written as HTML elements; an image that is not
    /// frozen as `media:<id>`, such an article link as `article:<id>`; a paywall leaves nothing.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut markdown = Markdown::default();
        for block in &self.0 {
            markdown.block(block);
        }
        if !markdown.out.is_empty() {
            markdown.out.push('\n');
        }
        markdown.out
    }
}

#[derive(Default)]
struct Markdown {
    out: String,
    numbers: Numbers,
    /// The width of the open list items' markers, from the outermost.
    indents: Vec<usize>,
    quoting: bool,
}

impl Markdown {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Text(text) => self.text(text),
            Block::Image(image) => {
                let id = image.media;
                self.image(image.asset.as_ref(), id, image.alt.as_deref(), image.caption.as_deref());
            }
            Block::Gallery(gallery) => {
                for image in &gallery.images {
                    self.image(image.asset.as_ref(), image.media, image.alt.as_deref(), image.caption.as_deref());
                }
            }
            Block::Video(video) => self.recording(video.asset.as_ref()),
            Block::Audio(audio) => self.recording(audio.asset.as_ref()),
            Block::Embed(embed) => self.part(&format!("<{}>", embed.url.replace('<', "%3C").replace('>', "%3E"))),
            Block::PullQuote(quote) => self.pull_quote(quote),
            Block::FactBox(fact_box) => self.fact_box(fact_box),
            Block::Table(block) => self.part(&table(block)),
            Block::Code(block) => self.part(&code(block)),
            Block::Divider(_) => self.part("---"),
            Block::RelatedArticles(related) => self.part(&related_articles(related)),
            Block::Paywall(_) => self.end_lists(),
        }
    }

    fn end_lists(&mut self) {
        self.numbers.clear();
        self.indents.clear();
        self.quoting = false;
    }

    /// A block of its own.
    fn part(&mut self, text: &str) {
        self.end_lists();
        self.append(text, "\n\n");
    }

    fn append(&mut self, text: &str, separator: &str) {
        if text.is_empty() {
            return;
        }
        if !self.out.is_empty() {
            self.out.push_str(separator);
        }
        self.out.push_str(text);
    }

    fn text(&mut self, block: &TextBlock) {
        let text = styled(block);
        if text.is_empty() {
            return;
        }
        if let Some(kind) = block.list_item {
            return self.item(&text, kind, usize::from(block.level.unwrap_or(1).max(1)));
        }
        let quote = block.style == Style::Blockquote;
        if quote && self.quoting {
            self.append(&text, "\n>\n");
        } else {
            self.part(&text);
        }
        self.quoting = quote;
    }

    fn item(&mut self, text: &str, kind: ListItem, level: usize) {
        self.quoting = false;
        let is_first = !self.numbers.is_counting();
        let number = self.numbers.next(kind, level);
        self.indents.truncate(level - 1);
        let indent: usize = self.indents.iter().sum();
        let marker = if kind == ListItem::Bullet { "- ".to_owned() } else { format!("{number}. ") };
        let inner = " ".repeat(indent + marker.len());
        let lines = text.replace('\n', &format!("\n{inner}"));
        let item = format!("{}{marker}{lines}", " ".repeat(indent));
        self.append(&item, if is_first { "\n\n" } else { "\n" });
        self.indents.push(marker.len());
    }

    fn image(&mut self, asset: Option<&Asset>, id: uuid::Uuid, alt: Option<&str>, caption: Option<&str>) {
        let address = asset.map_or_else(|| format!("{MEDIA_SCHEME}{id}"), |asset| escape_address(&asset.url));
        let title = caption.filter(|caption| !caption.is_empty()).map(|caption| {
            let mut title = String::new();
            escape(&mut title, &one_line(caption), Breaks::Lines, false);
            format!(" \"{}\"", title.replace('"', "\\\""))
        });
        self.part(&format!("![{}]({address}{})", label(alt.unwrap_or_default()), title.unwrap_or_default()));
    }

    fn recording(&mut self, asset: Option<&Asset>) {
        let Some(asset) = asset else { return self.end_lists() };
        let address = asset.embed.as_ref().map_or(&asset.url, |embed| &embed.url);
        let caption = asset.caption.as_deref().filter(|caption| !caption.is_empty()).unwrap_or(&asset.file_name);
        self.part(&format!("[{}]({})", label(caption), escape_address(address)));
    }

    fn pull_quote(&mut self, block: &PullQuoteBlock) {
        let mut text = String::new();
        escape(&mut text, &block.text, Breaks::Lines, true);
        if let Some(attribution) = block.attribution.as_deref().filter(|name| !name.is_empty()) {
            text.push_str("\n\n— ");
            text.push_str(&label(attribution));
        }
        self.part(&quoted(&text));
    }

    fn fact_box(&mut self, block: &FactBoxBlock) {
        if let Some(title) = block.title.as_deref().filter(|title| !title.trim().is_empty()) {
            self.part(&format!("**{}**", label(title.trim())));
        }
        self.end_lists();
        for text in &block.body {
            self.text(text);
        }
        self.end_lists();
    }
}

/// A block's text with the marks of its style.
fn styled(block: &TextBlock) -> String {
    let heading = |hashes: &str| {
        let text = inline(block, Breaks::Tags);
        if text.is_empty() { text } else { format!("{hashes} {text}") }
    };
    match block.style {
        Style::Normal => inline(block, Breaks::Lines),
        Style::H2 => heading("##"),
        Style::H3 => heading("###"),
        Style::H4 => heading("####"),
        Style::Blockquote => quoted(&inline(block, Breaks::Lines)),
    }
}

fn quoted(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let lines = text.split('\n').map(|line| if line.is_empty() { ">".to_owned() } else { format!("> {line}") });
    lines.collect::<Vec<_>>().join("\n")
}

fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

/// Text within the brackets of a link, on one line.
fn label(text: &str) -> String {
    let mut out = String::new();
    escape(&mut out, &one_line(text), Breaks::Tags, false);
    out
}

fn code(block: &CodeBlock) -> String {
    let fence = "`".repeat(longest_run(&block.code, '`').max(2) + 1);
    let language = block.language.as_deref().unwrap_or_default();
    let end = if block.code.is_empty() { "" } else { "\n" };
    format!("{fence}{language}\n{}{end}{fence}", block.code)
}

fn table(block: &TableBlock) -> String {
    let columns = block.rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    if columns == 0 {
        return String::new();
    }
    let line = |cells: &[String]| {
        let cell = |index: usize| cells.get(index).map(|text| table_cell(text)).unwrap_or_default();
        format!("|{}", (0..columns).map(|index| format!(" {} |", cell(index))).collect::<String>())
    };
    let (head, body) = block.rows.split_at(usize::from(block.header));
    let mut lines = vec![line(head.first().map(|row| row.cells.as_slice()).unwrap_or_default())];
    lines.push(format!("|{}", " --- |".repeat(columns)));
    lines.extend(body.iter().map(|row| line(&row.cells)));
    lines.join("\n")
}

fn table_cell(text: &str) -> String {
    let mut out = String::new();
    escape(&mut out, text, Breaks::Tags, true);
    out
}

fn related_articles(block: &RelatedArticlesBlock) -> String {
    let items = block.items.as_deref().unwrap_or_default();
    let link = |item: &super::ArticleLink| format!("- [{}]({})", label(&item.headline), escape_address(&item.url));
    items.iter().map(link).collect::<Vec<_>>().join("\n")
}
