//! The text of one block while it is gathered from HTML or Markdown.

use uuid::Uuid;

use super::block::Span;
use super::chars::is_forbidden;
use super::marks::{ArticleMark, Decorator, LinkMark, MarkDef};
use super::{MAX_CHILDREN, MAX_SPAN_CHARS};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    /// To an address.
    Href(String),
    /// To an article of this site.
    Article(Uuid),
}

/// The marks that are in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Marks {
    pub(super) decorators: Vec<Decorator>,
    pub(super) link: Option<Target>,
}

/// Runs of text with their marks.
#[derive(Default)]
pub(super) struct Inline {
    runs: Vec<(String, Marks)>,
    /// Whether the last character is white space that a following or trailing one swallows.
    loose_end: bool,
}

impl Inline {
    /// Adds text, runs of white space made one space and dropped at the start and after a line break, as HTML does.
    pub(super) fn push_collapsed(&mut self, text: &str, marks: &Marks) {
        let mut collapsed = String::with_capacity(text.len());
        for c in text.chars() {
            if !matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}') {
                if !is_forbidden(c) {
                    collapsed.push(c);
                    self.loose_end = false;
                }
            } else if !self.loose_end && (!collapsed.is_empty() || !self.runs.is_empty()) {
                collapsed.push(' ');
                self.loose_end = true;
            }
        }
        self.append(&collapsed, marks);
    }

    /// Adds text as it stands.
    pub(super) fn push_verbatim(&mut self, text: &str, marks: &Marks) {
        let text: String = text.chars().filter(|&c| !is_forbidden(c)).collect();
        if !text.is_empty() {
            self.loose_end = false;
            self.append(&text, marks);
        }
    }

    /// A line break: nothing at the start, and swallowed at the end.
    pub(super) fn break_line(&mut self, marks: &Marks) {
        if self.runs.is_empty() {
            return;
        }
        if self.loose_end && self.runs.last().is_some_and(|(text, _)| text.ends_with(' ')) {
            self.pop_char();
        }
        self.append("\n", marks);
        self.loose_end = true;
    }

    /// A line break, unless a line has just begun.
    pub(super) fn end_line(&mut self, marks: &Marks) {
        if !(self.loose_end && self.runs.last().is_some_and(|(text, _)| text.ends_with('\n'))) {
            self.break_line(marks);
        }
    }

    fn append(&mut self, text: &str, marks: &Marks) {
        if text.is_empty() {
            return;
        }
        let count = self.runs.len();
        match self.runs.last_mut() {
            Some((last, last_marks)) if last_marks == marks => last.push_str(text),
            // One more than allowed is kept, so that the limit is seen to be passed.
            _ if count <= MAX_CHILDREN => self.runs.push((text.to_owned(), marks.clone())),
            _ => {}
        }
    }

    fn pop_char(&mut self) {
        if let Some((text, _)) = self.runs.last_mut() {
            text.pop();
            if text.is_empty() {
                self.runs.pop();
            }
        }
    }

    fn trim_loose_end(&mut self) {
        while self.loose_end && self.runs.last().is_some_and(|(text, _)| text.ends_with([' ', '\n'])) {
            self.pop_char();
        }
        self.loose_end = false;
    }

    /// Whether there is nothing to be seen.
    pub(super) fn is_blank(&self) -> bool {
        self.runs.iter().all(|(text, _)| text.trim().is_empty())
    }

    /// The text without marks; nothing is left behind.
    pub(super) fn take_text(&mut self) -> String {
        self.trim_loose_end();
        std::mem::take(self).runs.into_iter().map(|(text, _)| text).collect()
    }

    /// The address of a link that is the whole text and names itself.
    pub(super) fn bare_link(&self) -> Option<&str> {
        let mut runs = self.runs.iter().filter(|(text, _)| !text.trim().is_empty());
        match (runs.next(), runs.next()) {
            (Some((text, Marks { link: Some(Target::Href(href)), .. })), None) if text.trim() == href => Some(href),
            _ => None,
        }
    }

    /// The spans and link definitions; nothing is left behind. Runs too long for one span become several.
    pub(super) fn take_spans(&mut self) -> (Vec<Span>, Vec<MarkDef>) {
        self.trim_loose_end();
        let mut spans = Vec::new();
        let mut defs: Vec<(Target, MarkDef)> = Vec::new();
        for (text, marks) in std::mem::take(self).runs {
            let link = marks.link.map(|target| define(target, &mut defs));
            let names = marks.decorators.iter().map(|decorator| decorator.as_str().to_owned());
            let marks: Vec<String> = names.chain(link).collect();
            for piece in pieces(&text) {
                let key = format!("s{}", spans.len());
                spans.push(Span { key, text: piece.to_owned(), marks: marks.clone(), ..Span::default() });
            }
        }
        (spans, defs.into_iter().map(|(_, def)| def).collect())
    }
}

/// The key of the definition with this target, made if there is none yet.
fn define(target: Target, defs: &mut Vec<(Target, MarkDef)>) -> String {
    if let Some((_, def)) = defs.iter().find(|(known, _)| *known == target) {
        return def.key().to_owned();
    }
    let key = format!("m{}", defs.len());
    let def = match target.clone() {
        Target::Href(href) => MarkDef::Link(LinkMark { key: key.clone(), href, ..LinkMark::default() }),
        Target::Article(article_id) => {
            MarkDef::Article(ArticleMark { key: key.clone(), article_id, ..ArticleMark::default() })
        }
    };
    defs.push((target, def));
    key
}

fn pieces(text: &str) -> Vec<&str> {
    let mut rest = text;
    let mut pieces = Vec::new();
    while let Some((end, _)) = rest.char_indices().nth(MAX_SPAN_CHARS) {
        let (piece, after) = rest.split_at(end);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}
