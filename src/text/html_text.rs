//! Text blocks as HTML: paragraphs, headings, quotes, nested lists, and spans with their marks.

use super::block::{ListItem, Span, Style, TextBlock};
use super::chars::escape_html;
use super::marks::{Decorator, MarkDef};

/// Writes text blocks that follow each other; list items become nested lists, quotes share one `blockquote`.
pub(super) fn text_run<'a>(out: &mut String, blocks: impl IntoIterator<Item = &'a TextBlock>) {
    let mut run = Run { out, lists: Vec::new(), quoting: false };
    for block in blocks {
        match block.list_item {
            Some(kind) => run.item(block, kind, usize::from(block.level.unwrap_or(1).max(1))),
            None => run.paragraph(block),
        }
    }
    run.close_lists(0);
    run.quote(false);
}

struct Run<'a> {
    out: &'a mut String,
    /// The open lists, each with an open item.
    lists: Vec<ListItem>,
    quoting: bool,
}

impl Run<'_> {
    fn paragraph(&mut self, block: &TextBlock) {
        self.close_lists(0);
        self.quote(block.style == Style::Blockquote);
        styled(self.out, block);
    }

    fn item(&mut self, block: &TextBlock, kind: ListItem, level: usize) {
        self.quote(false);
        self.close_lists(level);
        if self.lists.len() == level {
            if self.lists.last() == Some(&kind) {
                self.out.push_str("</li><li>");
            } else {
                self.close_lists(level - 1);
            }
        }
        while self.lists.len() < level {
            self.out.push_str(if kind == ListItem::Bullet { "<ul><li>" } else { "<ol><li>" });
            self.lists.push(kind);
        }
        match block.style {
            Style::Normal => spans(self.out, block),
            Style::Blockquote => {
                self.out.push_str("<blockquote>");
                styled(self.out, block);
                self.out.push_str("</blockquote>");
            }
            Style::H2 | Style::H3 | Style::H4 => styled(self.out, block),
        }
    }

    fn close_lists(&mut self, level: usize) {
        while self.lists.len() > level {
            let bullet = self.lists.pop() == Some(ListItem::Bullet);
            self.out.push_str(if bullet { "</li></ul>" } else { "</li></ol>" });
        }
        if level == 0 && self.out.ends_with("l>") {
            self.out.push('\n');
        }
    }

    fn quote(&mut self, quoting: bool) {
        match (self.quoting, quoting) {
            (false, true) => self.out.push_str("<blockquote>\n"),
            (true, false) => self.out.push_str("</blockquote>\n"),
            _ => {}
        }
        self.quoting = quoting;
    }
}

fn styled(out: &mut String, block: &TextBlock) {
    let name = match block.style {
        Style::Normal | Style::Blockquote => "p",
        Style::H2 => "h2",
        Style::H3 => "h3",
        Style::H4 => "h4",
    };
    out.push_str(&format!("<{name}>"));
    spans(out, block);
    out.push_str(&format!("</{name}>\n"));
}

/// A mark in its place of nesting: a link around the decorators.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mark<'a> {
    Link(&'a MarkDef),
    Decorator(Decorator),
}

/// The marks of a span from the outermost to the innermost; of several links only the first, as links don't nest.
pub(super) fn nested_marks<'a>(span: &Span, defs: &'a [MarkDef]) -> Vec<Mark<'a>> {
    let has = |key: &str| span.marks.iter().any(|mark| mark == key);
    let link = defs.iter().find(|def| has(def.key())).map(Mark::Link);
    let decorators = Decorator::ALL.into_iter().filter(|decorator| has(decorator.as_str())).map(Mark::Decorator);
    link.into_iter().chain(decorators).collect()
}

fn spans(out: &mut String, block: &TextBlock) {
    let mut open: Vec<Mark<'_>> = Vec::new();
    for span in block.children.iter().filter(|span| !span.text.is_empty()) {
        let marks = nested_marks(span, &block.mark_defs);
        let shared = open.iter().zip(&marks).take_while(|(a, b)| a == b).count();
        close_marks(out, &mut open, shared);
        for mark in marks.into_iter().skip(shared) {
            open_mark(out, mark);
            open.push(mark);
        }
        text(out, &span.text);
    }
    close_marks(out, &mut open, 0);
}

fn close_marks(out: &mut String, open: &mut Vec<Mark<'_>>, keep: usize) {
    while open.len() > keep {
        match open.pop() {
            Some(Mark::Decorator(decorator)) => out.push_str(&format!("</{}>", element(decorator))),
            Some(Mark::Link(def)) if def.href().is_some() || def.article_id().is_some() => out.push_str("</a>"),
            _ => {}
        }
    }
}

fn open_mark(out: &mut String, mark: Mark<'_>) {
    let def = match mark {
        Mark::Decorator(decorator) => return out.push_str(&format!("<{}>", element(decorator))),
        Mark::Link(def) => def,
    };
    out.push_str("<a");
    if let Some(href) = def.href() {
        attribute(out, "href", href);
    }
    if let Some(id) = def.article_id() {
        attribute(out, "data-article-id", &id.to_string());
    }
    out.push('>');
}

/// The HTML element of a decorator.
pub(super) const fn element(decorator: Decorator) -> &'static str {
    match decorator {
        Decorator::Strong => "strong",
        Decorator::Em => "em",
        Decorator::StrikeThrough => "s",
        Decorator::Underline => "u",
        Decorator::Sup => "sup",
        Decorator::Sub => "sub",
        Decorator::Code => "code",
    }
}

/// Escaped text, its line feeds as line breaks.
pub(super) fn text(out: &mut String, text: &str) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push_str("<br>");
        }
        escape_html(out, line);
    }
}

/// ` name="value"`, escaped.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape_html(out, value);
    out.push('"');
}
