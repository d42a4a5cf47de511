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

/// What is indexed of an article.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub(super) headline: Vec<String>,
    pub(super) text: Vec<String>,
    bytes: usize,
}

impl Document {
    /// With a headline.
    #[must_use]
    pub fn new(headline: &str) -> Self {
        Self { headline: terms(headline).map(|term| term.word.into_owned()).collect(), ..Self::default() }
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.text.push(GAP.to_owned());
        for term in terms(text) {
            self.bytes += term.word.len() + 1;
            if self.bytes > MAX_BYTES {
                break;
            }
            self.text.push(term.word.into_owned());
        }
        self
    }

    /// Adds a fact that the article is found by.
    pub fn mark(&mut self, mark: &Mark) -> &mut Self {
        self.text.extend([GAP.to_owned(), mark.0.clone()]);
        self
    }

    /// As a `tsvector`; the words of the headline have the weight A.
    pub(super) fn vector(&self) -> String {
        let mut places: BTreeMap<&str, Vec<(usize, char)>> = BTreeMap::new();
        let headline = self.headline.iter().map(|word| (word, 'A'));
        let all = headline.chain(self.text.iter().map(|word| (word, 'D')));
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
