//! What readers type into a search field: words, "phrases", prefi* and -not. Everything else parts words; nothing that
//! they type is a syntax error.

use super::terms::{is_letter, terms};

/// Characters in a query.
pub const MAX_QUERY_CHARS: usize = 200;
/// Words in a query, those of phrases counted one by one.
pub const MAX_QUERY_WORDS: usize = 16;
/// So many letters of scripts that put no spaces between words count as a word.
const LETTERS_OF_A_WORD: usize = 4;
/// Fewer characters are no prefix, but a word.
const MIN_PREFIX_CHARS: usize = 2;

/// A part of a query: a word, or a phrase of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The words, folded, in order.
    pub words: Vec<String>,
    /// Whether the last word is the beginning of one.
    pub prefix: bool,
}

impl Clause {
    /// How many words it counts as, in quarters: letters of scripts without spaces are many in a row, and one alone is a word.
    fn quarters(&self) -> usize {
        let is_word = |word: &&String| self.words.len() == 1 || !is_letter(word);
        self.words.len() + self.words.iter().filter(is_word).count() * (LETTERS_OF_A_WORD - 1)
    }

    /// Whether this folded word of a text can be the one at a place of it.
    #[must_use]
    pub fn takes(&self, at: usize, word: &str) -> bool {
        self.words.get(at).is_some_and(|own| {
            own == word || (self.prefix && at + 1 == self.words.len() && word.starts_with(own.as_str()))
        })
    }
}

/// A query: all of `all`, and none of `not`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What must be found; at least one.
    pub all: Vec<Clause>,
    /// What must not be found.
    pub not: Vec<Clause>,
}

/// Why a text is no query, in a sentence for who typed it.
pub type Refusal = &'static str;

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// It is longer than [`MAX_QUERY_CHARS`], has more than [`MAX_QUERY_WORDS`], or has no word to look for.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.chars().nth(MAX_QUERY_CHARS).is_some() {
            return Err("This can have at most 200 characters.");
        }
        let mut query = Self::default();
        let mut rest = text;
        while let Some((negated, part, is_phrase, after)) = next_part(rest) {
            rest = after;
            let starred = after.starts_with('*') || (!is_phrase && part.ends_with('*'));
            let words: Vec<String> = terms(part).map(|term| term.word.into_owned()).collect();
            if let Some(last) = words.last() {
                let prefix = starred && is_beginning(last);
                let clauses = if negated { &mut query.not } else { &mut query.all };
                clauses.push(Clause { words, prefix });
            }
        }
        let quarters: usize = query.all.iter().chain(&query.not).map(Clause::quarters).sum();
        if quarters > MAX_QUERY_WORDS * LETTERS_OF_A_WORD {
            return Err("This can have at most 16 words, or 64 letters in a row of a script without spaces.");
        }
        if query.all.is_empty() { Err("This needs a word to look for.") } else { Ok(query) }
    }

    /// Reads what somebody is typing: its last word is the beginning of one. A single letter with which a further word
    /// begins says nothing yet.
    ///
    /// # Errors
    /// As [`Query::parse`].
    pub fn unfinished(text: &str) -> Result<Self, Refusal> {
        let mut query = Self::parse(text)?;
        let is_open = text.ends_with(char::is_alphanumeric);
        let others = query.all.len() > 1;
        if let Some(last) = query.all.last_mut() {
            let word = last.words.last().map(String::as_str).unwrap_or_default();
            last.prefix |= is_beginning(word);
            if others && is_open && last.words.len() == 1 && !is_beginning(word) && !is_letter(word) {
                query.all.pop();
            }
        }
        Ok(query)
    }

    /// How many different words are looked for; none where it is the beginning of one, which many words have.
    #[must_use]
    pub fn words(&self) -> Option<usize> {
        let is_open = self.all.iter().any(|clause| clause.prefix);
        let mut words: Vec<&String> = self.all.iter().flat_map(|clause| &clause.words).collect();
        words.sort_unstable();
        words.dedup();
        (!is_open).then_some(words.len())
    }

    /// Whether a word of a text is one that is looked for.
    #[must_use]
    pub fn seeks(&self, word: &str) -> bool {
        self.all.iter().any(|clause| (0..clause.words.len()).any(|at| clause.takes(at, word)))
    }
}

/// Whether a word may be looked for as the beginning of others.
fn is_beginning(word: &str) -> bool {
    word.chars().count() >= MIN_PREFIX_CHARS
}

/// The next part of a query: whether it is negated, its text, whether it stands in quotes, and what follows.
fn next_part(text: &str) -> Option<(bool, &str, bool, &str)> {
    let text = text.trim_start();
    let text = text.strip_prefix('+').unwrap_or(text);
    let (negated, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let quotes = ['"', '\u{201c}', '\u{201d}', '\u{201e}', '«', '»'];
    if let Some(inside) = text.strip_prefix(quotes) {
        // A quote that is not closed ends with the query.
        let end = inside.find(quotes).unwrap_or(inside.len());
        let after = inside[end..].strip_prefix(quotes).unwrap_or("");
        return Some((negated, &inside[..end], true, after));
    }
    let end = text.find(|c: char| c.is_whitespace() || quotes.contains(&c)).unwrap_or(text.len());
    if end == 0 && !negated {
        return None;
    }
    Some((negated, &text[..end], false, &text[end..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        let one = |sign: &str, clause: &Clause| {
            format!("{sign}{}{}", clause.words.join("+"), if clause.prefix { "*" } else { "" })
        };
        match Query::parse(text) {
            Err(refusal) => refusal.to_owned(),
            Ok(query) => {
                let all = query.all.iter().map(|clause| one("", clause));
                let not = query.not.iter().map(|clause| one("-", clause));
                all.chain(not).collect::<Vec<_>>().join(" ")
            }
        }
    }

    #[test]
    fn words_phrases_prefixes_and_what_must_not_be() {
        assert_eq!(shown("Harbour  bridge"), "harbour bridge");
        assert_eq!(shown("\"new york\" -trump Éle*"), "new+york ele* -trump");
        assert_eq!(shown("“new yo”* -\"old town\""), "new+yo* -old+town");
        assert_eq!(shown("never closed \"new york"), "never closed new+york");
        assert_eq!(shown("well-known don't a*"), "well+known don+t a");
        assert_eq!(shown("NEAR(a b) AND headline:x OR {y}"), "near+a b and headline+x or y");
        assert_eq!(shown("- -- \"\" * ( )"), "This needs a word to look for.");
        assert_eq!(shown("-only -not"), "This needs a word to look for.");
        let refusal = "This can have at most 16 words, or 64 letters in a row of a script without spaces.";
        for (text, most) in [("a ", 16), ("記 ", 16), ("ก", 64), ("記", 64), ("ab記記記記 ", 8)] {
            assert_ne!(shown(&text.repeat(most)), refusal, "{text}");
            assert_eq!(shown(&text.repeat(most + 1)), refusal, "{text}");
        }
        assert_eq!(shown(&"a".repeat(201)), "This can have at most 200 characters.");
    }

    proptest! {
        #[test]
        fn every_text_is_read_to_its_end(text in "[ab\"*\\-+ «“日#']{0,60}|\\PC{0,60}") {
            let _ = Query::parse(&text);
        }
    }
}
