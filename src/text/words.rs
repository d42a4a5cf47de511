//! What changed between two texts, word by word.

use serde::Serialize;
use similar::{Algorithm, DiffTag, capture_diff_slices};
use utoipa::ToSchema;

/// What happened to a run of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextOp {
    /// It stands in both.
    Equal,
    /// It is new.
    Insert,
    /// It is gone.
    Delete,
}

/// A run of text that was kept, added or taken out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TextChange {
    /// What happened to it.
    pub op: TextOp,
    /// The run.
    pub text: String,
}

/// How much comparing one answer may cost: words of the one text times words of the other, summed up. A comparison
/// that would cost more is not made.
#[derive(Clone, Copy, Debug)]
pub struct Budget(u64);

impl Budget {
    /// What one comparison of two versions may cost; some tenths of a second on one core at the worst.
    pub const DIFF: Self = Self(20_000_000);

    fn take(&mut self, cost: u64) -> bool {
        let left = self.0.checked_sub(cost);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

/// The runs that lead from `before` to `after`, in order; the texts of all that are not `insert` make `before`, of all
/// that are not `delete` make `after`. None where nothing changed. What `budget` does not allow to compare is deleted
/// and inserted whole, between the words that both begin and end with.
#[must_use]
pub fn text_changes(before: &str, after: &str, budget: &mut Budget) -> Vec<TextChange> {
    if before == after {
        return Vec::new();
    }
    let (old, new) = (words(before), words(after));
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old_middle, new_middle) = (&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]);
    let mut runs = Runs::default();
    runs.add(TextOp::Equal, &old[..start]);
    if budget.take(old_middle.len() as u64 * new_middle.len() as u64) {
        for op in capture_diff_slices(Algorithm::Myers, old_middle, new_middle) {
            let (tag, old, new) = op.as_tag_tuple();
            if tag == DiffTag::Equal {
                runs.add(TextOp::Equal, &old_middle[old]);
            } else {
                runs.add(TextOp::Delete, &old_middle[old]);
                runs.add(TextOp::Insert, &new_middle[new]);
            }
        }
    } else {
        runs.add(TextOp::Delete, old_middle);
        runs.add(TextOp::Insert, new_middle);
    }
    runs.add(TextOp::Equal, &old_rest[old_rest.len() - end..]);
    runs.0
}

#[derive(Default)]
struct Runs(Vec<TextChange>);

impl Runs {
    fn add(&mut self, op: TextOp, words: &[&str]) {
        if words.is_empty() {
            return;
        }
        let text = words.concat();
        match self.0.last_mut() {
            Some(last) if last.op == op => last.text.push_str(&text),
            _ => self.0.push(TextChange { op, text }),
        }
    }
}

/// What a character is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Space,
    /// Stands alone: punctuation, and the letters of scripts that put no spaces between words.
    Alone,
}

fn class(c: char) -> Class {
    let unspaced = matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    if c.is_whitespace() {
        Class::Space
    } else if c.is_alphanumeric() && !unspaced || is_joined(c) {
        Class::Word
    } else {
        Class::Alone
    }
}

/// Marks and apostrophes, which belong to the word around them.
fn is_joined(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}'
        | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{fe00}'..='\u{fe0f}')
}

/// The text in words, runs of white space, and single characters; together they are the text.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut start, mut last) = (0, Class::Alone);
    for (at, c) in text.char_indices() {
        let class = class(c);
        if at > 0 && (class != last || class == Class::Alone) {
            words.push(&text[start..at]);
            start = at;
        }
        last = class;
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(before: &str, after: &str) -> String {
        let mark = |change: &TextChange| match change.op {
            TextOp::Equal => change.text.clone(),
            TextOp::Insert => format!("[+{}]", change.text),
            TextOp::Delete => format!("[-{}]", change.text),
        };
        text_changes(before, after, &mut Budget::DIFF.clone()).iter().map(mark).collect()
    }

    #[test]
    fn words_change_as_wholes() {
        assert_eq!(shown("It rains in Almaty.", "It snows in Almaty."), "It [-rains][+snows] in Almaty.");
        assert_eq!(shown("", "New."), "[+New.]");
        assert_eq!(shown("a b c", "a c"), "a [-b ]c");
        assert_eq!(shown("same", "same"), "");
        assert_eq!(shown("今日は雨です", "今日は雪です"), "今日は[-雨][+雪]です");
        assert_eq!(shown("l\u{2019}été", "l\u{2019}hiver"), "[-l\u{2019}été][+l\u{2019}hiver]");
    }

    #[test]
    fn what_costs_too_much_is_replaced_whole() {
        let (one, other) = ("a b ".repeat(50_000), "c d ".repeat(50_000));
        let (before, after) = (format!("Once {one}end"), format!("Once {other}end"));
        let started = std::time::Instant::now();
        let changes = text_changes(&before, &after, &mut Budget::DIFF.clone());
        assert!(started.elapsed().as_secs() < 2);
        let ops: Vec<TextOp> = changes.iter().map(|change| change.op).collect();
        assert_eq!(ops, [TextOp::Equal, TextOp::Delete, TextOp::Insert, TextOp::Equal]);
        // Nothing is taken for what is not compared: a small change is told even then.
        let mut spent = Budget(10);
        assert_eq!(text_changes(&before, &after, &mut spent).len(), 4);
        assert_eq!(text_changes("a b", "a c", &mut spent).len(), 3);
    }

    proptest! {
        #[test]
        fn both_texts_can_be_put_together_again(before in "[a-c .,日本\u{301}]{0,40}", after in "[a-c .,日本\u{301}]{0,40}") {
            let changes = text_changes(&before, &after, &mut Budget::DIFF.clone());
            let side = |but: TextOp| -> String {
                changes.iter().filter(|change| change.op != but).map(|change| change.text.as_str()).collect()
            };
            if before != after {
                prop_assert_eq!(side(TextOp::Insert), before);
                prop_assert_eq!(side(TextOp::Delete), after);
            }
        }
    }
}
