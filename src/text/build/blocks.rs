//! What the builder makes of gathered text, code and cells when their tags close.

use serde_json::Value;

use super::{Builder, Rows, Tag, is_text_only};
use crate::error::{Fault, FaultCode, Place};
use crate::text::block::{Block, Body, Style, TextBlock};
use crate::text::embed::embed;
use crate::text::inline::Inline;
use crate::text::media::{EmbedBlock, TableBlock, TableRow};
use crate::text::{MAX_LEVEL, MAX_TABLE_CELLS, MAX_TABLE_ROWS};

impl Builder {
    /// Ends the text so far: a block, or a line in a cell or caption.
    pub(super) fn boundary(&mut self) {
        if self.in_place(is_text_only) {
            return self.inline.end_line(&self.marks);
        }
        if self.inline.is_blank() {
            self.inline = Inline::default();
            return;
        }
        let block = self.place_text();
        if block.style == Style::Normal
            && block.list_item.is_none()
            && let Some(info) = self.inline.bare_link().and_then(embed)
        {
            self.inline = Inline::default();
            return self.push(Block::Embed(EmbedBlock { url: info.url, ..EmbedBlock::default() }));
        }
        let (children, mark_defs) = self.inline.take_spans();
        self.push(Block::Text(TextBlock { children, mark_defs, ..block }));
    }

    /// A text block with the style and list place of where we are.
    fn place_text(&self) -> TextBlock {
        let mut block = TextBlock::default();
        for open in &self.stack {
            match open.tag {
                Tag::Heading(style) => block.style = style,
                Tag::Quote if block.style == Style::Normal => block.style = Style::Blockquote,
                Tag::List(kind) => {
                    block.list_item = Some(kind);
                    block.level = Some(block.level.map_or(1, |level| (level + 1).min(MAX_LEVEL)));
                }
                _ => {}
            }
        }
        block
    }

    pub(super) fn end_code(&mut self) {
        if let Some(mut block) = self.code.take() {
            if block.code.ends_with('\n') {
                block.code.pop();
            }
            self.push(Block::Code(block));
        }
    }

    pub(super) fn row(&mut self) {
        if let Some(Rows(rows)) = &mut self.table
            && rows.len() <= MAX_TABLE_ROWS
        {
            rows.push((Vec::new(), true));
        }
    }

    pub(super) fn end_cell(&mut self, header: bool) {
        let text = self.inline.take_text();
        let Some(Rows(rows)) = &mut self.table else { return };
        if rows.is_empty() {
            rows.push((Vec::new(), true));
        }
        if let Some((cells, all_headers)) = rows.last_mut()
            && cells.len() <= MAX_TABLE_CELLS
        {
            cells.push(text);
            *all_headers &= header;
        }
    }

    pub(super) fn end_table(&mut self) {
        let Some(Rows(rows)) = self.table.take() else { return };
        let mut rows: Vec<_> = rows.into_iter().filter(|(cells, _)| !cells.is_empty()).collect();
        let mut header = rows.first().is_some_and(|(_, all_headers)| *all_headers);
        // Markdown has no table without a header row; an empty one means none.
        if header && rows.first().is_some_and(|(cells, _)| cells.iter().all(String::is_empty)) {
            rows.remove(0);
            header = false;
        }
        let row = |(index, (cells, _))| TableRow { key: format!("r{index}"), cells };
        let rows: Vec<_> = rows.into_iter().enumerate().map(row).collect();
        if !rows.is_empty() {
            self.push(Block::Table(TableBlock { rows, header, ..TableBlock::default() }));
        }
    }

    /// The caption belongs to the last picture of its figure; without one it is a paragraph.
    pub(super) fn end_caption(&mut self) {
        let start = self.stack.iter().rev().find_map(|open| match open.tag {
            Tag::Figure(start) => Some(start),
            _ => None,
        });
        let picture = start.and_then(|start| self.blocks.get_mut(start..)).and_then(|blocks| blocks.last_mut());
        if let Some(Block::Image(image)) = picture {
            let text = self.inline.take_text();
            image.caption = Some(text).filter(|text| !text.is_empty());
        } else {
            self.boundary();
        }
    }

    /// The body, if it keeps all limits.
    pub(in crate::text) fn finish(mut self) -> Result<Body, Vec<Fault>> {
        self.pop_to(0);
        self.boundary();
        for (index, block) in self.blocks.iter_mut().enumerate() {
            set_key(block, format!("b{index}"));
        }
        let json: Value = serde_json::to_value(&self.blocks)
            .map_err(|_| vec![Fault::at("", FaultCode::InvalidFormat, "The text could not be converted.")])?;
        Body::parse(&json).map_err(at_source)
    }
}

/// The faults of a converted body, without places: the client never saw the blocks.
fn at_source(faults: Vec<Fault>) -> Vec<Fault> {
    let mut seen: Vec<Fault> = Vec::new();
    for fault in faults {
        let fault = Fault { place: Place::Pointer(String::new()), ..fault };
        if !seen.contains(&fault) {
            seen.push(fault);
        }
    }
    seen
}

/// Sets the key of a block that this builder makes.
fn set_key(block: &mut Block, key: String) {
    match block {
        Block::Text(block) => block.key = key,
        Block::Image(block) => block.key = key,
        Block::Embed(block) => block.key = key,
        Block::Table(block) => block.key = key,
        Block::Code(block) => block.key = key,
        Block::Divider(block) => block.key = key,
        _ => {}
    }
}
