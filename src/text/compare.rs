//! What changed between two bodies, block by block.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::block::{Block, Body};
use super::plain::block_text;
use super::words::{Budget, TextChange, text_changes};

/// What happened to a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockOp {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It stands elsewhere, as it was.
    Moved,
    /// It says or shows something else.
    Changed,
}

/// A block that differs between two bodies.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct BlockChange {
    /// Its `_key`, in the later body where it stands there.
    pub key: String,
    /// Its `_type`.
    pub r#type: String,
    /// What happened to it.
    pub change: BlockOp,
    /// The block in the earlier body; `null` where it was added.
    pub before: Option<Block>,
    /// The block in the later body; `null` where it was removed.
    pub after: Option<Block>,
    /// Its place in the earlier body, from 0; `null` where it was added.
    #[schema(minimum = 0)]
    pub from_index: Option<usize>,
    /// Its place in the later body, from 0; `null` where it was removed.
    #[schema(minimum = 0)]
    pub to_index: Option<usize>,
    /// What changed in its text, word by word; empty where only something else did.
    pub text_changes: Vec<TextChange>,
}

/// What leads from one body to another, in the order of the later one, what is gone at the place where it stood.
/// Blocks belong together by what they say, and else by their `_key` where their types are the same.
#[must_use]
pub fn compare(before: &Body, after: &Body, budget: &mut Budget) -> Vec<BlockChange> {
    let pairs = pairs(before, after);
    let stays = in_order(&pairs);
    let mut changes: Vec<(usize, bool, BlockChange)> = Vec::new();
    for (to, block) in after.0.iter().enumerate() {
        let from = pairs[to];
        let old = from.and_then(|from| before.0.get(from));
        let change = match old {
            None => BlockOp::Added,
            Some(old) if bare(old) != bare(block) => BlockOp::Changed,
            Some(_) if stays[to] => continue,
            Some(_) => BlockOp::Moved,
        };
        changes.push((to, true, entry(change, from.zip(old), Some((to, block)), budget)));
    }
    let mut place = 0;
    for (from, block) in before.0.iter().enumerate() {
        match pairs.iter().position(|paired| *paired == Some(from)) {
            Some(to) => place = to + 1,
            None => changes.push((place, false, entry(BlockOp::Removed, Some((from, block)), None, budget))),
        }
    }
    changes.sort_by_key(|(place, is_there, _)| (*place, *is_there));
    changes.into_iter().map(|(_, _, change)| change).collect()
}

fn entry(
    change: BlockOp,
    old: Option<(usize, &Block)>,
    new: Option<(usize, &Block)>,
    budget: &mut Budget,
) -> BlockChange {
    let text = |side: Option<(usize, &Block)>| side.map(|(_, block)| text_of(block)).unwrap_or_default();
    let shown = new.or(old).map(|(_, block)| block);
    BlockChange {
        key: shown.map(|block| block.key().to_owned()).unwrap_or_default(),
        r#type: shown.map(type_of).unwrap_or_default(),
        change,
        before: old.map(|(_, block)| block.clone()),
        after: new.map(|(_, block)| block.clone()),
        from_index: old.map(|(at, _)| at),
        to_index: new.map(|(at, _)| at),
        text_changes: text_changes(&text(old), &text(new), budget),
    }
}

/// For each block of `after`, which one of `before` it is: the same key with the same content, else the same content;
/// else, where the server made the keys from positions, so that they say little, the one behind the same neighbour;
/// else the same key with the same type.
fn pairs(before: &Body, after: &Body) -> Vec<Option<usize>> {
    let keyed = |block: &Block| (block.key().to_owned(), bare(block));
    let typed = |block: &Block| (block.key().to_owned(), type_of(block));
    let mut pairs = vec![None; after.0.len()];
    let mut taken = vec![false; before.0.len()];
    pair_by(before, after, keyed, &mut pairs, &mut taken);
    pair_by(before, after, bare, &mut pairs, &mut taken);
    pair_neighbours(before, after, &mut pairs, &mut taken);
    pair_by(before, after, typed, &mut pairs, &mut taken);
    pairs
}

fn pair_neighbours(before: &Body, after: &Body, pairs: &mut [Option<usize>], taken: &mut [bool]) {
    let mut next = 0;
    for (to, block) in after.0.iter().enumerate() {
        let fits = |old: &&Block| is_made(old.key()) && is_made(block.key()) && type_of(old) == type_of(block);
        if pairs[to].is_none() && before.0.get(next).filter(fits).is_some() && !taken[next] {
            pairs[to] = Some(next);
            taken[next] = true;
        }
        next = pairs[to].map_or(next, |from| from + 1);
    }
}

/// Whether a key is of the form that the server makes from a position.
fn is_made(key: &str) -> bool {
    key.strip_prefix('b').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn pair_by<K: std::hash::Hash + Eq>(
    before: &Body,
    after: &Body,
    key: impl Fn(&Block) -> K,
    pairs: &mut [Option<usize>],
    taken: &mut [bool],
) {
    let mut free: HashMap<K, Vec<usize>> = HashMap::new();
    for (from, block) in before.0.iter().enumerate().rev().filter(|(from, _)| !taken[*from]) {
        free.entry(key(block)).or_default().push(from);
    }
    for (to, block) in after.0.iter().enumerate() {
        if pairs[to].is_none()
            && let Some(from) = free.get_mut(&key(block)).and_then(Vec::pop)
        {
            pairs[to] = Some(from);
            taken[from] = true;
        }
    }
}

/// Which of the paired blocks kept their order: the longest run of places that only rises.
fn in_order(pairs: &[Option<usize>]) -> Vec<bool> {
    let mut ends: Vec<usize> = Vec::new();
    let mut previous = vec![None; pairs.len()];
    for (to, from) in pairs.iter().enumerate() {
        let Some(from) = from else { continue };
        let length = ends.partition_point(|end| pairs[*end].is_some_and(|other| other < *from));
        previous[to] = length.checked_sub(1).and_then(|last| ends.get(last).copied());
        match ends.get_mut(length) {
            Some(end) => *end = to,
            None => ends.push(to),
        }
    }
    let mut stays = vec![false; pairs.len()];
    let mut at = ends.last().copied();
    while let Some(to) = at {
        stays[to] = true;
        at = previous[to];
    }
    stays
}

/// The block without the keys that the server may have made, as text.
fn bare(block: &Block) -> String {
    let mut value = serde_json::to_value(block).unwrap_or_default();
    if let Value::Object(members) = &mut value {
        members.shift_remove("_key");
    }
    value.to_string()
}

fn type_of(block: &Block) -> String {
    let value = serde_json::to_value(block).unwrap_or_default();
    value["_type"].as_str().unwrap_or_default().to_owned()
}

/// What a block says, without marks.
fn text_of(block: &Block) -> String {
    match block {
        Block::Text(text) => block_text(text),
        other => Body(vec![other.clone()]).to_plain(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(blocks: &[(&str, &str)]) -> Body {
        let block = |(key, text): &(&str, &str)| json!({ "_type": "block", "_key": key, "children": [{ "_type": "span", "text": text }] });
        Body::parse(&blocks.iter().map(block).collect()).expect("a sound body")
    }

    fn shown(before: &Body, after: &Body) -> Vec<(String, BlockOp, Option<usize>, Option<usize>)> {
        let changes = compare(before, after, &mut Budget::DIFF.clone());
        changes.into_iter().map(|change| (change.key, change.change, change.from_index, change.to_index)).collect()
    }

    #[test]
    fn blocks_are_told_apart_by_key_and_by_what_they_say() {
        let before = body(&[("a", "One"), ("b", "Two"), ("c", "Three"), ("d", "Four")]);
        assert_eq!(shown(&before, &before), []);
        let after = body(&[("d", "Four"), ("a", "One"), ("n", "New"), ("b", "Two and a half")]);
        assert_eq!(
            shown(&before, &after),
            [
                ("d".into(), BlockOp::Moved, Some(3), Some(0)),
                ("n".into(), BlockOp::Added, None, Some(2)),
                ("b".into(), BlockOp::Changed, Some(1), Some(3)),
                ("c".into(), BlockOp::Removed, Some(2), None),
            ]
        );
    }

    #[test]
    fn a_paragraph_put_first_changes_no_other_though_keys_follow_positions() {
        let before = Body::from_markdown("One.\n\nTwo.\n\nThree.").expect("a sound body");
        let after = Body::from_markdown("Zero.\n\nOne.\n\nTwo!\n\nThree.").expect("a sound body");
        let changes = compare(&before, &after, &mut Budget::DIFF.clone());
        let told: Vec<(BlockOp, Option<usize>)> =
            changes.iter().map(|change| (change.change, change.to_index)).collect();
        assert_eq!(told, [(BlockOp::Added, Some(0)), (BlockOp::Changed, Some(2))]);
    }

    #[test]
    fn a_change_of_marks_alone_changes_no_word() {
        let plain = body(&[("a", "One")]);
        let mut bold = plain.clone();
        if let Some(Block::Text(text)) = bold.0.first_mut() {
            text.children[0].marks.push("strong".into());
        }
        let changes = compare(&plain, &bold, &mut Budget::DIFF.clone());
        assert_eq!((changes.len(), changes[0].change, changes[0].text_changes.len()), (1, BlockOp::Changed, 0));
    }
}
