//! What is indexed of an article: folded words, and marks of its facts, for either engine.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::model::Id;
use crate::text::terms::terms;

/// Bytes of text in one document; what stands behind is not found. (A `tsvector` takes at most 1 MB.)
const MAX_BYTES: usize = 256 * 1024;
/// A `tsvector` counts no further.
const MAX_POSITION: usize = 16_383;
/// Places that a `tsvector` keeps of one word.
const MAX_PLACES: usize = 255;
/// Stands between texts, so that no phrase reaches from one into the next.
const GAP: &str = "#";

/// What is indexed of an article: words, with a space behind each.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub(super) headline: String,
    pub(super) text: String,
    bytes: usize,
}

impl Document {
    /// With a headline.
    #[must_use]
    pub fn new(headline: &str) -> Self {
        let mut document = Self::default();
        terms(headline).for_each(|term| push(&mut document.headline, &term.word));
        document
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        push(&mut self.text, GAP);
        for term in terms(text) {
            self.bytes += term.word.len() + 1;
            if self.bytes > MAX_BYTES {
                break;
            }
            push(&mut self.text, &term.word);
        }
        self
    }

    /// Adds a fact that the article is found by.
    pub fn mark(&mut self, mark: &Mark) -> &mut Self {
        [GAP, &mark.0].into_iter().for_each(|word| push(&mut self.text, word));
        self
    }

    /// As a `tsvector`; the words of the headline have the weight A.
    pub(super) fn vector(&self) -> String {
        let mut places: BTreeMap<&str, Vec<(usize, char)>> = BTreeMap::new();
        let headline = self.headline.split_ascii_whitespace().map(|word| (word, 'A'));
        let all = headline.chain(self.text.split_ascii_whitespace().map(|word| (word, 'D')));
        for (at, (word, weight)) in all.enumerate().filter(|(_, (word, _))| *word != GAP) {
            let places = places.entry(word).or_default();
            if places.len() < MAX_PLACES {
                places.push(((at + 1).min(MAX_POSITION), weight));
            }
        }
        let mut vector = String::new();
        for (word, places) in places {
            let places: Vec<String> = places.iter().map(|(at, weight)| format!("{at}{weight}")).collect();
            let _ = write!(vector, "'{word}':{} ", places.join(","));
        }
        vector
    }
}

fn push(words: &mut String, word: &str) {
    words.push_str(word);
    words.push(' ');
}

/// A fact of an article that it is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark(pub(super) String);

impl Mark {
    /// A kind of fact, one letter, with an id.
    #[must_use]
    pub fn id(kind: char, id: Id) -> Self {
        Self(format!("#{kind}{}", id.uuid().simple()))
    }

    /// The same with a word of our own; only its letters and digits count.
    #[must_use]
    pub fn word(kind: char, word: &str) -> Self {
        let word: String = word.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        Self(format!("#{kind}{word}"))
    }
}
