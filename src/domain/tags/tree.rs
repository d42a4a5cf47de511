//! The tree of tags: no tag is above itself, there are at most [`MAX_LEVELS`] levels, and a section stands under a
//! section.

use crate::domain::Cx;
use crate::error::{Fault, FaultCode, Result};
use crate::model::tag::MAX_LEVELS;
use crate::model::{Id, TagKind};
use crate::store::tags::{self, TagRow};

/// What is wrong with where a tag stands, of what differs from `old`.
pub(super) fn faults(cx: &mut Cx, row: &TagRow, old: Option<&TagRow>) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let new_kind = old.is_none_or(|old| old.kind != row.kind);
    let new_parent = old.and_then(|old| old.parent_id) != row.parent_id;
    if let Some(parent) = row.parent_id.filter(|_| new_parent) {
        faults.extend(parent_fault(cx, row.id, parent)?);
    }
    if let Some(parent) = row.parent_id.filter(|_| (new_parent || new_kind) && row.kind == TagKind::Section)
        && faults.is_empty()
        && tags::find(cx.conn, parent)?.is_some_and(|parent| parent.kind != TagKind::Section)
    {
        faults.push(Fault::at("/parent", FaultCode::Inconsistent, "A section stands under a section only."));
    }
    if new_kind
        && old.is_some_and(|old| old.kind == TagKind::Section)
        && tags::children(cx.conn, &[row.id])?.iter().any(|child| child.kind == TagKind::Section)
    {
        faults.push(Fault::at("/kind", FaultCode::Inconsistent, "Sections stand under this one."));
    }
    Ok(faults)
}

/// The parent exists, is not the tag itself or below it, and does not make the tree too deep.
fn parent_fault(cx: &mut Cx, id: Id, parent: Id) -> Result<Option<Fault>> {
    Ok(match above(cx, id, parent)? {
        Above::Nothing => Some(Fault::at("/parent", FaultCode::UnknownId, "There is nothing with this id.")),
        Above::Itself => inconsistent("/parent", "A tag can't be above itself."),
        Above::Levels(levels) if levels + 1 + levels_below(cx, id)? > MAX_LEVELS => {
            inconsistent("/parent", "Tags can have at most 8 levels.")
        }
        Above::Levels(_) => None,
    })
}

/// What keeps the tags below `id` from standing below `into`.
pub(super) fn merge_fault(cx: &mut Cx, id: Id, into: Id) -> Result<Option<Fault>> {
    Ok(match above(cx, id, into)? {
        Above::Nothing => Some(Fault::at("/into", FaultCode::UnknownId, "There is nothing with this id.")),
        Above::Itself => inconsistent("/into", "A tag can't be merged into itself, nor into one below it."),
        Above::Levels(levels) if levels + levels_below(cx, id)? > MAX_LEVELS => {
            inconsistent("/into", "Tags can have at most 8 levels.")
        }
        Above::Levels(_) => None,
    })
}

fn inconsistent(pointer: &str, detail: &str) -> Option<Fault> {
    Some(Fault::at(pointer, FaultCode::Inconsistent, detail))
}

/// What one finds going up.
enum Above {
    /// There is no such tag.
    Nothing,
    /// The tag that one must not meet.
    Itself,
    /// So many levels, the one begun with counted.
    Levels(usize),
}

/// Goes up from `from`, looking for `id`.
fn above(cx: &mut Cx, id: Id, from: Id) -> Result<Above> {
    let mut next = Some(from);
    for levels in 0..=MAX_LEVELS {
        let Some(at) = next else { return Ok(Above::Levels(levels)) };
        if at == id {
            return Ok(Above::Itself);
        }
        let Some(row) = tags::find(cx.conn, at)? else { return Ok(Above::Nothing) };
        next = row.parent_id;
    }
    Ok(Above::Levels(MAX_LEVELS + 1))
}

/// How many levels of tags there are below one, at most [`MAX_LEVELS`].
fn levels_below(cx: &mut Cx, id: Id) -> Result<usize> {
    let mut level = vec![id];
    for depth in 0..MAX_LEVELS {
        level = tags::children(cx.conn, &level)?.into_iter().map(|tag| tag.id).collect();
        if level.is_empty() {
            return Ok(depth);
        }
    }
    Ok(MAX_LEVELS)
}
