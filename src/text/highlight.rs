//! Texts with what was looked for in them marked: escaped HTML in which `<mark>` is the only tag.

use std::ops::Range;

use super::chars::escape_html;
use super::query::Query;
use super::terms::{Term, terms};

/// Characters of a fragment, about.
const FRAGMENT_CHARS: usize = 220;
/// Bytes of a text in which a fragment is looked for.
const MAX_LOOKED_AT: usize = 100_000;
/// Bytes of a word with which a fragment ends.
const MAX_WORD: usize = 64;
/// Matches of a text among which a fragment is looked for, and that may stand in it.
const BEGINNINGS: usize = 64;
const INSIDE: usize = 32;
const MAX_HITS: usize = BEGINNINGS + INSIDE;

/// The whole text with its matches marked, and whether there is one.
#[must_use]
pub fn marked(text: &str, query: &Query) -> (String, bool) {
    let hits: Vec<Term> = terms(text).filter(|term| query.seeks(&term.word)).collect();
    (with_marks(text, 0, text.len(), &hits), !hits.is_empty())
}

/// The part of a text where the most of what is looked for stands, with its matches marked; none where nothing does.
#[must_use]
pub fn fragment(text: &str, query: &Query) -> Option<String> {
    cut(text, &first_hits(&text[..floor(text, MAX_LOOKED_AT)], query))
}

/// The part of a text where the most of its matches stand.
fn cut(text: &str, hits: &[Term]) -> Option<String> {
    let best = best_window(hits)?;
    let start = start_before(text, best);
    let end = end_after(text, start + FRAGMENT_CHARS);
    let mut out = String::new();
    if start > 0 {
        out.push('…');
    }
    out.push_str(&with_marks(text, start, end, hits));
    if end < text.len() {
        out.push('…');
    }
    Some(out)
}

/// The first matches of a text, and no more than a fragment needs: one that has every word cannot be bettered.
fn first_hits<'a>(text: &'a str, query: &Query) -> Vec<Term<'a>> {
    let wanted = query.words();
    let mut hits: Vec<Term> = Vec::new();
    // The first match of the window that is open, and where the fragment that has every word ends.
    let (mut first, mut done_at) = (0, usize::MAX);
    for term in terms(text) {
        if term.at.start > done_at || hits.len() == MAX_HITS {
            break;
        }
        if !query.seeks(&term.word) {
            continue;
        }
        first += hits[first..].iter().take_while(|hit| hit.at.start + FRAGMENT_CHARS < term.at.end).count();
        hits.push(term);
        if done_at == usize::MAX && wanted.is_some_and(|wanted| different(hits[first..].iter()) == wanted) {
            done_at = hits[first].at.start + FRAGMENT_CHARS + MAX_WORD;
        }
    }
    hits
}

/// How many different words these matches are.
fn different<'a>(hits: impl Iterator<Item = &'a Term<'a>>) -> usize {
    let mut words: Vec<&str> = hits.map(|hit| hit.word.as_ref()).collect();
    words.sort_unstable();
    words.dedup();
    words.len()
}

/// Where the window begins that has the most different words that are looked for; the first of these.
fn best_window(hits: &[Term<'_>]) -> Option<usize> {
    let score = |first: &Term| {
        let inside = hits.iter().filter(|hit| hit.at.start >= first.at.start);
        different(inside.take_while(|hit| hit.at.end <= first.at.start + FRAGMENT_CHARS).take(INSIDE))
    };
    let looked_at = hits.iter().take(BEGINNINGS);
    let best =
        looked_at.map(|hit| (score(hit), hit.at.start)).max_by_key(|(score, at)| (*score, std::cmp::Reverse(*at)));
    best.map(|(_, at)| at)
}

/// A beginning of a word shortly before `at`.
fn start_before(text: &str, at: usize) -> usize {
    let from = floor(text, at.saturating_sub(FRAGMENT_CHARS / 4));
    if from == 0 {
        return 0;
    }
    text[from..at].find(char::is_whitespace).map_or(at, |space| from + space).max(from) + leading(&text[from..at])
}

/// Bytes of the white space at which [`start_before`] stopped.
fn leading(text: &str) -> usize {
    text.find(char::is_whitespace).map_or(0, |at| text[at..].len() - text[at..].trim_start().len())
}

/// The end of the word at `at`.
fn end_after(text: &str, at: usize) -> usize {
    let at = floor(text, at);
    text[at..]
        .find(char::is_whitespace)
        .filter(|more| *more < MAX_WORD)
        .map_or_else(|| floor(text, at + MAX_WORD), |more| at + more)
}

/// The last boundary between characters that is not behind `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn with_marks(text: &str, start: usize, end: usize, hits: &[Term]) -> String {
    let mut out = String::with_capacity(end - start + 32);
    let mut at = start;
    let inside = hits.iter().map(|hit| hit.at.clone()).filter(|hit| hit.start >= start && hit.end <= end);
    let inside: Vec<Range<usize>> = inside.collect();
    // Letters of scripts without spaces are words that touch.
    for row in inside.chunk_by(|hit, next| hit.end == next.start) {
        let (first, last) = (row[0].start, row[row.len() - 1].end);
        escape_html(&mut out, &text[at..first]);
        out.push_str("<mark>");
        escape_html(&mut out, &text[first..last]);
        out.push_str("</mark>");
        at = last;
    }
    escape_html(&mut out, &text[at..end]);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(text: &str) -> Query {
        Query::parse(text).unwrap()
    }

    #[test]
    fn only_marks_are_tags() {
        let (text, found) = marked("<b>Cafe\u{301}</b> & co", &query("café"));
        assert_eq!((text.as_str(), found), ("&lt;b&gt;<mark>Cafe\u{301}</mark>&lt;/b&gt; &amp; co", true));
        assert_eq!(marked("東京の新聞", &query("新聞")).0, "東京の<mark>新聞</mark>");
        assert!(!marked("nothing", &query("cafe")).1);
        assert_eq!(fragment("nothing", &query("cafe")), None);
        let long = format!("{} the old harbour bridge {}", "word ".repeat(100), "word ".repeat(100));
        let part = fragment(&long, &query("harb* bridge")).unwrap();
        assert!(part.contains("the old <mark>harbour</mark> <mark>bridge</mark> word"), "{part}");
        assert!(part.starts_with("…word") && part.ends_with('…') && part.chars().count() < 400, "{part}");
    }

    proptest! {
        #[test]
        fn no_more_is_read_than_matters(text in "((harbour|bridge|old|the|w{1,9}) ?){0,90}", sought in "(harbour|bridge|old|ol[*]| ){1,4}") {
            let Ok(query) = Query::parse(&sought) else { return Ok(()) };
            let all: Vec<Term> = terms(&text).filter(|term| query.seeks(&term.word)).take(MAX_HITS).collect();
            prop_assert_eq!(fragment(&text, &query), cut(&text, &all));
        }

        #[test]
        fn any_text_is_cut_at_characters(text in "([a-c<&日é]{1,9}[ \u{301}]){0,80}", sought in "[a-c日]{1,2}") {
            let query = query(&sought);
            for shown in [Some(marked(&text, &query).0), fragment(&text, &query)].into_iter().flatten() {
                let bare = shown.replace("<mark>", "").replace("</mark>", "");
                prop_assert!(!bare.contains('<'), "{}", shown);
            }
        }
    }
}
