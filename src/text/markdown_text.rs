//! Text blocks as Markdown: escaped text, and spans with their marks.

use super::block::TextBlock;
use super::from_markdown::ARTICLE_SCHEME;
use super::html_text::{Mark, element, nested_marks};
use super::marks::{Decorator, MarkDef};

/// How a line feed in the text is written.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Breaks {
    /// As a backslash at the end of the line.
    Lines,
    /// As `<br>`, where everything must stay on one line.
    Tags,
}

const CODE: Mark<'static> = Mark::Decorator(Decorator::Code);

/// A piece of text with its marks from the outermost to the innermost.
struct Piece<'a> {
    text: String,
    marks: Vec<Mark<'a>>,
}

/// A mark that is open, and what closes it.
struct Opened<'a> {
    mark: Mark<'a>,
    close: String,
}

/// The text of a block with its marks; without its style and list.
pub(super) fn inline(block: &TextBlock, breaks: Breaks) -> String {
    let pieces = pieces(block);
    let mut out = String::new();
    let mut open: Vec<Opened<'_>> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let shared = open.iter().zip(&piece.marks).take_while(|(opened, mark)| opened.mark == **mark).count();
        close_to(&mut out, &mut open, shared);
        for (depth, mark) in piece.marks.iter().enumerate().skip(shared) {
            if *mark == CODE && !piece.text.contains('\n') {
                continue;
            }
            let (start, close) = delimiters(*mark, depth, index, &pieces, &out);
            if start == "[" && out.ends_with('!') {
                out.insert(out.len() - 1, '\\');
            }
            out.push_str(&start);
            open.push(Opened { mark: *mark, close });
        }
        let is_last = index + 1 == pieces.len();
        if piece.marks.last() == Some(&CODE) && !piece.text.contains('\n') {
            out.push_str(&code_span(&piece.text, breaks));
        } else {
            escape(&mut out, &piece.text, breaks, is_last);
        }
    }
    close_to(&mut out, &mut open, 0);
    out
}

fn close_to(out: &mut String, open: &mut Vec<Opened<'_>>, keep: usize) {
    while open.len() > keep {
        if let Some(opened) = open.pop() {
            out.push_str(&opened.close);
        }
    }
}

/// The spans as pieces; white space at their edges is taken out of the marks that end there, as no delimiter of
/// Markdown may stand beside it.
fn pieces(block: &TextBlock) -> Vec<Piece<'_>> {
    let mut split: Vec<Piece<'_>> = Vec::new();
    for run in runs(block) {
        let is_code = run.marks.contains(&CODE) && !run.text.trim().is_empty();
        let start = if is_code { 0 } else { run.text.len() - run.text.trim_start().len() };
        let end = if is_code { run.text.len() } else { run.text.trim_end().len().max(start) };
        for text in [&run.text[..start], &run.text[start..end], &run.text[end..]] {
            if !text.is_empty() {
                split.push(Piece { text: text.to_owned(), marks: run.marks.clone() });
            }
        }
    }
    let solid: Vec<bool> = split.iter().map(|piece| !piece.text.trim().is_empty()).collect();
    let kept: Vec<Vec<Mark<'_>>> = (0..split.len()).map(|index| shared_marks(&split, &solid, index)).collect();
    for (piece, marks) in split.iter_mut().zip(kept) {
        piece.marks = marks;
    }
    split
}

/// The spans, those with the same marks made one.
fn runs(block: &TextBlock) -> Vec<Piece<'_>> {
    let mut runs: Vec<Piece<'_>> = Vec::new();
    for span in block.children.iter().filter(|span| !span.text.is_empty()) {
        let marks = nested_marks(span, &block.mark_defs);
        match runs.last_mut() {
            Some(last) if last.marks == marks => last.text.push_str(&span.text),
            _ => runs.push(Piece { text: span.text.clone(), marks }),
        }
    }
    runs
}

/// The marks of a piece; for white space only those that the nearest texts on both sides have too.
fn shared_marks<'a>(pieces: &[Piece<'a>], solid: &[bool], index: usize) -> Vec<Mark<'a>> {
    if solid[index] {
        return pieces[index].marks.clone();
    }
    let before = (0..index).rev().find(|&i| solid[i]);
    let after = (index + 1..pieces.len()).find(|&i| solid[i]);
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    let in_all = |mark: &Mark<'a>| (before..=after).all(|i| pieces[i].marks.contains(mark));
    let pairs = pieces[before].marks.iter().zip(&pieces[after].marks);
    // Only a common beginning can stay open.
    pairs.take_while(|(a, b)| a == b && **a != CODE && in_all(a)).map(|(mark, _)| *mark).collect()
}

/// What opens and what closes a mark: Markdown's own where it is sure to be read as such, else HTML.
fn delimiters(mark: Mark<'_>, depth: usize, index: usize, pieces: &[Piece<'_>], out: &str) -> (String, String) {
    let decorator = match mark {
        Mark::Link(def) => return link(def),
        Mark::Decorator(decorator) => decorator,
    };
    let own = match decorator {
        Decorator::Strong => "**",
        Decorator::Em => "_",
        Decorator::StrikeThrough => "~~",
        _ => "",
    };
    let run_end = pieces[index..].iter().take_while(|piece| piece.marks.get(depth) == Some(&mark)).count() + index;
    let outside_is_clear = out.chars().last().is_none_or(is_clear)
        && pieces.get(run_end).and_then(|piece| piece.text.chars().next()).is_none_or(is_clear);
    let same_outside = pieces[index..run_end].iter().all(|piece| piece.marks[..depth] == pieces[index].marks[..depth]);
    if !own.is_empty() && outside_is_clear && same_outside && !out.ends_with(own) {
        return (own.to_owned(), own.to_owned());
    }
    let name = element(decorator);
    (format!("<{name}>"), format!("</{name}>"))
}

/// White space or ASCII punctuation other than the delimiters' own: beside it a delimiter of Markdown always counts.
fn is_clear(c: char) -> bool {
    c == ' ' || c == '\n' || (c.is_ascii_punctuation() && !matches!(c, '*' | '_' | '~'))
}

fn link(def: &MarkDef) -> (String, String) {
    let address = match (def.href(), def.article_id()) {
        (Some(href), _) => escape_address(href),
        (None, Some(id)) => format!("{ARTICLE_SCHEME}{id}"),
        (None, None) => return Default::default(),
    };
    ("[".to_owned(), format!("]({address})"))
}

/// An address fit to stand between the parentheses of a link.
pub(super) fn escape_address(address: &str) -> String {
    let may_hold_entity = address.contains(';');
    let mut out = String::with_capacity(address.len());
    for c in address.chars() {
        match c {
            '\\' | '(' | ')' | '<' | '>' | '|' => out.extend(['\\', c]),
            '&' if may_hold_entity => out.push_str("\\&"),
            ' ' => out.push_str("%20"),
            c => out.push(c),
        }
    }
    out
}

fn code_span(text: &str, breaks: Breaks) -> String {
    // In a table a bar ends the cell even inside of code.
    if text.trim().is_empty() || (breaks == Breaks::Tags && text.contains('|')) {
        let mut out = "<code>".to_owned();
        escape(&mut out, text, breaks, false);
        out.push_str("</code>");
        return out;
    }
    let fence = "`".repeat(longest_run(text, '`') + 1);
    let at_edges = |c| text.starts_with(c) || text.ends_with(c);
    let pad = if at_edges('`') || (text.starts_with(' ') && text.ends_with(' ')) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The longest run of a character.
pub(super) fn longest_run(text: &str, wanted: char) -> usize {
    text.split(|c| c != wanted).map(str::len).max().unwrap_or_default()
}

/// Text whose characters mean nothing to Markdown.
pub(super) fn escape(out: &mut String, text: &str, breaks: Breaks, is_last: bool) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // Letters and digits stand for themselves everywhere.
        let word = rest.find(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        if word > 0 {
            out.push_str(&rest[..word]);
            rest = &rest[word..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        let line_starts = out.is_empty() || out.ends_with('\n');
        let line_ends = rest.is_empty() || rest.starts_with('\n');
        match c {
            '\n' if line_starts || (is_last && rest.is_empty()) => out.push_str("&#10;"),
            '\n' if breaks == Breaks::Tags => out.push_str("<br>"),
            '\n' => out.push_str("\\\n"),
            ' ' if line_starts || line_ends && (is_last || !rest.is_empty()) => out.push_str("&#32;"),
            '\t' => out.push_str("&#9;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '|' | '#' | '&' => out.extend(['\\', c]),
            '-' | '+' | '=' | ':' if line_starts => out.extend(['\\', c]),
            '.' | ')' if ends_with_number_line(out) => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
}

/// Whether the last line is a number so far, which a following `.` or `)` would make a list item.
fn ends_with_number_line(out: &str) -> bool {
    let line = out.rsplit('\n').next().unwrap_or_default();
    (1..=9).contains(&line.len()) && line.bytes().all(|b| b.is_ascii_digit())
}
