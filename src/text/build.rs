//! Builds a body from a stream of opening and closing tags, as HTML and Markdown give it. Only the tags of the
//! allow-list [`Tag`] exist here; the stack is bounded, so that neither depth nor misnesting costs more than time
//! proportional to the input.

use super::MAX_BLOCKS;
use super::block::{Block, ListItem, Style};
use super::embed::embed;
use super::inline::{Inline, Marks, Target};
use super::marks::Decorator;
use super::media::{CodeBlock, DividerBlock, EmbedBlock, ImageBlock};

mod blocks;

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
    Cell {
        header: bool,
    },
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
        self.marks.link = self
            .stack
            .iter()
            .rev()
            .find_map(|open| match &open.tag {
                Tag::Link(target) => Some(target.clone()),
                _ => None,
            })
            .flatten();
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
}

/// Places that hold lines of text and no blocks.
fn is_text_only(tag: &Tag) -> bool {
    matches!(tag, Tag::Cell { .. } | Tag::Caption)
}
