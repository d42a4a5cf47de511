//! A body as plain text, for feeds, search and word processors.

use super::block::{Block, Body, ListItem, TextBlock};
use super::media::{FactBoxBlock, PullQuoteBlock, TableBlock};

impl Body {
    /// The body as plain text: blocks apart by an empty line, list items by a line feed, cells by a tab. Media,
    /// embeds, dividers and related articles leave nothing.
    #[must_use]
    pub fn to_plain(&self) -> String {
        let mut text = PlainText::default();
        for block in &self.0 {
            match block {
                Block::Text(block) => text.block(block),
                Block::PullQuote(block) => text.part(&pull_quote(block)),
                Block::FactBox(block) => text.fact_box(block),
                Block::Table(block) => text.part(&table(block)),
                Block::Code(block) => text.part(block.code.trim_end_matches('\n')),
                _ => text.numbers.clear(),
            }
        }
        text.out
    }
}

/// The text of a block, its marks left out.
pub(super) fn block_text(block: &TextBlock) -> String {
    block.children.iter().map(|span| span.text.as_str()).collect()
}

/// Counts the items of nested lists.
#[derive(Default)]
pub(super) struct Numbers(Vec<(ListItem, usize)>);

impl Numbers {
    /// The number of the next item of this kind at this level, from 1.
    pub(super) fn next(&mut self, kind: ListItem, level: usize) -> usize {
        self.0.truncate(level);
        if self.0.last().is_some_and(|(last, _)| self.0.len() == level && *last != kind) {
            self.0.pop();
        }
        while self.0.len() < level {
            self.0.push((kind, 0));
        }
        self.0.last_mut().map_or(1, |(_, count)| {
            *count += 1;
            *count
        })
    }

    /// Ends all lists.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether a list is open.
    pub(super) fn is_counting(&self) -> bool {
        !self.0.is_empty()
    }
}

#[derive(Default)]
struct PlainText {
    out: String,
    numbers: Numbers,
}

impl PlainText {
    fn part(&mut self, text: &str) {
        self.numbers.clear();
        self.append(text, "\n\n");
    }

    fn append(&mut self, text: &str, separator: &str) {
        if text.trim().is_empty() {
            return;
        }
        if !self.out.is_empty() {
            self.out.push_str(separator);
        }
        self.out.push_str(text);
    }

    fn block(&mut self, block: &TextBlock) {
        let text = block_text(block);
        let Some(kind) = block.list_item else { return self.part(&text) };
        let level = usize::from(block.level.unwrap_or(1).max(1));
        let separator = if self.numbers.is_counting() { "\n" } else { "\n\n" };
        let number = self.numbers.next(kind, level);
        let marker = if kind == ListItem::Bullet { "- ".to_owned() } else { format!("{number}. ") };
        let indent = "  ".repeat(level - 1);
        self.append(&format!("{indent}{marker}{text}"), separator);
    }

    fn fact_box(&mut self, block: &FactBoxBlock) {
        self.part(block.title.as_deref().unwrap_or_default());
        for text in &block.body {
            self.block(text);
        }
        self.numbers.clear();
    }
}

fn pull_quote(block: &PullQuoteBlock) -> String {
    match block.attribution.as_deref().filter(|name| !name.is_empty()) {
        Some(attribution) => format!("{}\n— {attribution}", block.text),
        None => block.text.clone(),
    }
}

fn table(block: &TableBlock) -> String {
    block.rows.iter().map(|row| row.cells.join("\t")).collect::<Vec<_>>().join("\n")
}
