//! Text as search sees it: folded words, each with its place. The index and the query are cut by the same rule.

use std::borrow::Cow;
use std::ops::Range;

use super::slug::fold;

/// Longer words are cut here, in characters.
const MAX_WORD_CHARS: usize = 48;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<'a> {
    /// The word without case and accents.
    pub word: Cow<'a, str>,
    /// Where it stands in the text, in bytes.
    pub at: Range<usize>,
}

/// The words of a text, in order. Letters of scripts that put no spaces between words are words of their own;
/// apostrophes and hyphens part words.
pub fn terms(text: &str) -> impl Iterator<Item = Term<'_>> + Clone {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = next_word(text, from)?;
            from = at.end;
            let word = folded(&text[at.clone()]);
            if !word.is_empty() {
                return Some(Term { word, at });
            }
        }
    })
}

/// Where the next word stands, from a boundary between characters on. Most letters are ASCII, and need no decoding.
fn next_word(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut start = from;
    let first = loop {
        start += bytes.get(start..)?.iter().position(|byte| !byte.is_ascii() || byte.is_ascii_alphanumeric())?;
        let c = text[start..].chars().next()?;
        if is_part(c) {
            break c;
        }
        start += c.len_utf8();
    };
    let mut end = start + first.len_utf8();
    while !is_unspaced(first) {
        end += bytes[end..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        match text[end..].chars().next().filter(|c| !c.is_ascii() && is_part(*c) && !is_unspaced(*c)) {
            Some(c) => end += c.len_utf8(),
            None => break,
        }
    }
    Some(start..end)
}

fn folded(word: &str) -> Cow<'_, str> {
    if !word.is_ascii() {
        let letters = fold(word);
        return letters.chars().filter(|c| is_part(*c) && !is_invisible(*c)).take(MAX_WORD_CHARS).collect();
    }
    let word = &word[..word.len().min(MAX_WORD_CHARS)];
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) { word.to_ascii_lowercase().into() } else { word.into() }
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c) || is_invisible(c)
}

/// Joiners and the soft hyphen, which part nothing.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{2060}')
}

/// Marks that belong to the letter before.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{93c}' | '\u{94d}' | '\u{9bc}' | '\u{9cd}' | '\u{a3c}' | '\u{a4d}' | '\u{abc}'
        | '\u{acd}' | '\u{b3c}' | '\u{b4d}' | '\u{bcd}' | '\u{c4d}' | '\u{cbc}' | '\u{ccd}' | '\u{d4d}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20f0}' | '\u{3099}' | '\u{309a}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

/// Whether a word is a letter of a script that puts no spaces between words.
pub(super) fn is_letter(word: &str) -> bool {
    word.starts_with(is_unspaced)
}

/// Letters of scripts that put no spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{3098}'
        | '\u{309d}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        terms(text).map(|term| term.word.into_owned()).collect()
    }

    #[test]
    fn words_are_folded_and_parted() {
        assert_eq!(words("Cafe\u{301} de l\u{2019}Été, K\u{f6}ln-Süd!"), ["cafe", "de", "l", "ete", "koln", "sud"]);
        assert_eq!(words("Straße Жизнь 2026"), ["strasse", "жизнь", "2026"]);
        assert_eq!(words("日本 AB"), ["日", "本", "ab"]);
        assert_eq!(words(" # \" ' * ( ) - "), [""; 0]);
        assert_eq!(words(&"x".repeat(500))[0].len(), 48);
    }

    proptest! {
        #[test]
        fn no_word_has_a_sign_that_an_engine_reads(text in "\\PC{0,60}") {
            for term in terms(&text) {
                prop_assert!(!term.word.is_empty() && !text[term.at.clone()].is_empty());
                prop_assert!(term.word.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric()), "{:?}", term.word);
                prop_assert!(!term.word.chars().any(char::is_whitespace));
            }
        }
    }
}
