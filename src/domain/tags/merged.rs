//! Following tags that were merged: what an article, one of its revisions, or a client calls by an old id.

use std::collections::HashMap;

use crate::domain::Cx;
use crate::error::Result;
use crate::model::{Content, Id};
use crate::store::tag_merges;

/// Lets contents name the tags that others were merged into.
///
/// # Errors
/// The database's.
pub fn follow<'a>(cx: &mut Cx, contents: impl IntoIterator<Item = &'a mut Content>) -> Result<()> {
    let mut contents: Vec<&mut Content> = contents.into_iter().collect();
    let mut ids: Vec<Id> = contents.iter().flat_map(|content| content.all_tags()).collect();
    ids.sort_unstable();
    ids.dedup();
    let into = tag_merges::survivors(cx.conn, &ids)?;
    if !into.is_empty() {
        contents.iter_mut().for_each(|content| renamed(content, &into));
    }
    Ok(())
}

/// A tag that the article carries already is not named twice; it stays where it is.
fn renamed(content: &mut Content, into: &HashMap<Id, Id>) {
    let carried = content.all_tags();
    content.section = content.section.map(|id| into.get(&id).copied().unwrap_or(id));
    let mut tags: Vec<Id> = Vec::with_capacity(content.tags.len());
    for tag in &content.tags {
        match into.get(tag) {
            None => tags.push(*tag),
            Some(survivor) if carried.contains(survivor) || tags.contains(survivor) => {}
            Some(survivor) => tags.push(*survivor),
        }
    }
    content.tags = tags;
}

/// The same for ids that a filter names, each once.
///
/// # Errors
/// The database's.
pub fn ids(cx: &mut Cx, ids: Vec<Id>) -> Result<Vec<Id>> {
    let into = tag_merges::survivors(cx.conn, &ids)?;
    let mut followed: Vec<Id> = ids.into_iter().map(|id| into.get(&id).copied().unwrap_or(id)).collect();
    followed.sort_unstable();
    followed.dedup();
    Ok(followed)
}
