//! How long a body is to read.

use super::block::{Block, Body, TextBlock};

/// Words a minute that a reader is taken to read.
const WORDS_PER_MINUTE: u32 = 200;

/// Minutes to read so many words at 200 a minute, rounded up; at least 1.
#[must_use]
pub fn reading_minutes(words: u32) -> u32 {
    words.div_ceil(WORDS_PER_MINUTE).max(1)
}

impl Body {
    /// The words of the running text: paragraphs, headings, lists, quotes, fact boxes and tables; not captions, code or
    /// pull quotes, which repeat the text. Han characters and kana count one each.
    #[must_use]
    pub fn word_count(&self) -> u32 {
        self.0.iter().map(block_words).fold(0, u32::saturating_add)
    }
}

fn block_words(block: &Block) -> u32 {
    match block {
        Block::Text(text) => text_words(text),
        Block::FactBox(fact_box) => {
            words(fact_box.title.as_deref().unwrap_or_default()) + fact_box.body.iter().map(text_words).sum::<u32>()
        }
        Block::Table(table) => table.rows.iter().flat_map(|row| &row.cells).map(|cell| words(cell)).sum(),
        _ => 0,
    }
}

fn text_words(block: &TextBlock) -> u32 {
    let text: String = block.children.iter().map(|span| span.text.as_str()).collect();
    words(&text)
}

/// Runs between white space that hold a letter or digit, and each character of a script without spaces.
fn words(text: &str) -> u32 {
    let mut count = 0;
    let mut in_word = false;
    for c in text.chars() {
        if c.is_whitespace() {
            in_word = false;
        } else if is_unspaced(c) {
            count += 1;
            in_word = false;
        } else if c.is_alphanumeric() && !in_word {
            count += 1;
            in_word = true;
        }
    }
    count
}

fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFD}')
        && c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_scripts() {
        for (text, count) in [
            ("", 0),
            ("one", 1),
            (" two  words\n", 2),
            ("it’s — 3.5%", 2),
            ("…", 0),
            ("日本語です。", 5),
            ("한국 뉴스", 2),
        ] {
            assert_eq!(words(text), count, "{text}");
        }
    }

    #[test]
    fn reading_takes_a_minute_at_least() {
        assert_eq!([0, 1, 200, 201, u32::MAX].map(reading_minutes), [1, 1, 1, 2, 21_474_837]);
    }
}
