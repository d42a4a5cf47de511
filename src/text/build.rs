//! Builds a body from a stream of opening and closing tags, as HTML and Markdown give it. Only the tags of the
//! allow-list [`Tag`] exist here; the stack is bounded, so that neither depth nor misnesting costs more than time
//! proportional to the input.

use serde_json::Value;

use super::block::{Block, Body, Decorator, ListItem, Style, TextBlock};
use super::embed::embed;
use super::inline::{Inline, Marks, Target};
use super::media::{CodeBlock, DividerBlock, EmbedBlock, ImageBlock, TableBlock, TableRow};
use super::{MAX_BLOCKS, MAX_LEVEL, MAX_TABLE_CELLS, MAX_TABLE_ROWS};
use crate::error::{Fault, FaultCode, Place};

/// Tags deeper than this have no effect; their text stays.
const MAX_DEPTH: usize = 256;

/// What a tag means for the body.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tag {
    /// A paragraph, or anything else that stands on lines of its own.
    Block,
    Heading(Style),
    Quote,
    List(ListItem),
    Item,
    Mark(Decorator),
    /// A link; without a target where the address is not allowed.
    Link(Option<Target>),
    Pre,
    Table,
    Row,
    Cell { header: bool },
    /// With the number of blocks before it.
    Figure(usize),
    Caption,
    /// Everything inside is dropped.
    Skip,
}

impl Tag {
    fn is_inline(&self) -> bool {
        matches!(self, Self::Mark(_) | Self::Link(_) | Self::Skip)
    }
}

struct Open {
    name: &'static str,
    tag: Tag,
}

/// A table on its way: rows, each with whether all its cells are headings.
#[derive(Default)]
struct Rows(Vec<(Vec<String>, bool)>);

/// Builds a body.
#[derive(Default)]
pub(super) struct Builder {
    blocks: Vec<Block>,
    stack: Vec<Open>,
    inline: Inline,
    marks: Marks,
    code: Option<CodeBlock>,
    table: Option<Rows>,
    skipping: usize,
}

impl Builder {
    /// Opens a tag under the name that will close it.
    pub(super) fn open(&mut self, name: &'static str, tag: Tag) {
        let nothing_opens_here = self.skipping > 0 || self.code.is_some();
        if self.is_full() || (nothing_opens_here && tag != Tag::Skip) {
            return;
        }
        if !tag.is_inline() {
            self.end_implied(&tag);
            self.boundary();
        }
        let starts_skipping = tag == Tag::Skip && self.skipping == 0;
        if self.stack.len() >= MAX_DEPTH && !starts_skipping {
            return;
        }
        match tag {
            Tag::Pre if self.in_place(is_text_only) => return,
            Tag::Pre => self.code = Some(CodeBlock::default()),
            Tag::Table if self.table.is_some() => return,
            Tag::Table => self.table = Some(Rows::default()),
            Tag::Row | Tag::Cell { .. } if self.table.is_none() => return,
            Tag::Row => self.row(),
            Tag::Skip => self.skipping += 1,
            _ => {}
        }
        let tag = if let Tag::Figure(_) = tag { Tag::Figure(self.blocks.len()) } else { tag };
        let marking = matches!(tag, Tag::Mark(_) | Tag::Link(_));
        self.stack.push(Open { name, tag });
        if marking {
            self.count_marks();
        }
    }

    /// Closes the nearest open tag of this name and all inside it; nothing where none is open.
    pub(super) fn close(&mut self, name: &str) {
        let of_table = matches!(name, "table" | "tr" | "td" | "th");
        let barrier = |open: &Open| matches!(open.tag, Tag::Cell { .. }) && !of_table;
        let found = self.stack.iter().rposition(|open| open.name == name || barrier(open));
        if let Some(position) = found.filter(|&position| self.stack[position].name == name) {
            self.pop_to(position);
        }
    }

    /// Ends everything that is being skipped, with what is open inside.
    pub(super) fn end_skip(&mut self) {
        if let Some(position) = self.stack.iter().position(|open| open.tag == Tag::Skip) {
            self.pop_to(position);
        }
    }

    /// A paragraph, item, row or cell ends where the next begins.
    fn end_implied(&mut self, tag: &Tag) {
        let ends: &[&str] = match tag {
            Tag::Item => &["li"],
            Tag::Row => &["tr"],
            Tag::Cell { .. } => &["td", "th"],
            _ => &["p"],
        };
        let scope = |open: &Open| match tag {
            Tag::Item => matches!(open.tag, Tag::List(_) | Tag::Cell { .. }),
            Tag::Row | Tag::Cell { .. } => open.tag == Tag::Table,
            _ => !open.tag.is_inline() && open.name != "p",
        };
        let found = self.stack.iter().rposition(|open| ends.contains(&open.name) || scope(open));
        if let Some(position) = found.filter(|&position| ends.contains(&self.stack[position].name)) {
            self.pop_to(position);
        }
    }

    fn pop_to(&mut self, position: usize) {
        while self.stack.len() > position {
            let Some(open) = self.stack.pop() else { return };
            match open.tag {
                Tag::Mark(_) | Tag::Link(_) => self.count_marks(),
                Tag::Skip => self.skipping -= 1,
                Tag::Pre => self.end_code(),
                Tag::Cell { header } => self.end_cell(header),
                Tag::Table => self.end_table(),
                Tag::Caption => self.end_caption(),
                // The closed tag still tells what its text was.
                _ => {
                    self.stack.push(open);
                    self.boundary();
                    self.stack.pop();
                }
            }
        }
    }

    fn count_marks(&mut self) {
        let open = |decorator: &Decorator| self.stack.iter().any(|open| open.tag == Tag::Mark(*decorator));
        self.marks.decorators = Decorator::ALL.into_iter().filter(open).collect();
        self.marks.link = self.stack.iter().rev().find_map(|open| match &open.tag {
            Tag::Link(target) => Some(target.clone()),
            _ => None,
        }).flatten();
    }

    /// Adds text, its white space collapsed.
    pub(super) fn text(&mut self, text: &str) {
        if self.takes_text() && !self.code_text(text) {
            self.inline.push_collapsed(text, &self.marks);
        }
    }

    /// Adds text as it stands.
    pub(super) fn verbatim(&mut self, text: &str) {
        if self.takes_text() && !self.code_text(text) {
            self.inline.push_verbatim(text, &self.marks);
        }
    }

    /// Adds a line break.
    pub(super) fn line_break(&mut self) {
        if self.takes_text() && !self.code_text("\n") {
            self.inline.break_line(&self.marks);
        }
    }

    fn takes_text(&self) -> bool {
        self.skipping == 0 && !self.is_full()
    }

    fn code_text(&mut self, text: &str) -> bool {
        if let Some(block) = &mut self.code {
            block.code.push_str(&super::chars::strip(text));
        }
        self.code.is_some()
    }

    /// Names the language of the code that is open.
    pub(super) fn language(&mut self, name: &str) {
        if let Some(block) = &mut self.code
            && super::parse_media::is_language(name)
        {
            block.language = Some(name.to_owned());
        }
    }

    /// Whether code is open.
    pub(super) fn in_code(&self) -> bool {
        self.code.is_some()
    }

    /// Whether a caption is open.
    pub(super) fn in_caption(&self) -> bool {
        self.in_place(|tag| *tag == Tag::Caption)
    }

    /// Adds a block that has no text of its own; in a cell or a caption there is no place for it.
    pub(super) fn block(&mut self, block: Block) {
        if self.takes_text() && self.code.is_none() && !self.in_place(is_text_only) && self.table.is_none() {
            self.end_implied(&Tag::Block);
            self.boundary();
            self.push(block);
        }
    }

    /// The picture with this media id.
    pub(super) fn image(&mut self, media: uuid::Uuid, alt: Option<String>, caption: Option<String>) {
        self.block(Block::Image(ImageBlock { media, alt, caption, ..ImageBlock::default() }));
    }

    /// A break between two parts.
    pub(super) fn divider(&mut self) {
        self.block(Block::Divider(DividerBlock::default()));
    }

    /// The player for this address, where its site is known.
    pub(super) fn embed(&mut self, url: &str) {
        if let Some(info) = embed(url) {
            self.block(Block::Embed(EmbedBlock { url: info.url, ..EmbedBlock::default() }));
        }
    }

    fn in_place(&self, place: fn(&Tag) -> bool) -> bool {
        self.stack.iter().any(|open| place(&open.tag))
    }

    /// No more is taken than shows that the limit is passed.
    pub(super) fn is_full(&self) -> bool {
        self.blocks.len() > MAX_BLOCKS
    }

    fn push(&mut self, block: Block) {
        if !self.is_full() {
            self.blocks.push(block);
        }
    }

    /// Ends the text so far: a block, or a line in a cell or caption.
    fn boundary(&mut self) {
        if self.in_place(is_text_only) {
            return self.inline.break_line(&self.marks);
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

    fn end_code(&mut self) {
        if let Some(mut block) = self.code.take() {
            if block.code.ends_with('\n') {
                block.code.pop();
            }
            self.push(Block::Code(block));
        }
    }

    fn row(&mut self) {
        if let Some(Rows(rows)) = &mut self.table
            && rows.len() <= MAX_TABLE_ROWS
        {
            rows.push((Vec::new(), true));
        }
    }

    fn end_cell(&mut self, header: bool) {
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

    fn end_table(&mut self) {
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
    fn end_caption(&mut self) {
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
    pub(super) fn finish(mut self) -> Result<Body, Vec<Fault>> {
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

/// Places that hold lines of text and no blocks.
fn is_text_only(tag: &Tag) -> bool {
    matches!(tag, Tag::Cell { .. } | Tag::Caption)
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
