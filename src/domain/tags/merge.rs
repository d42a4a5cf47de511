//! Merging a tag into another one.
//!
//! Everything that carries the tag carries the other one then, in public too, and old addresses lead there. The
//! versions of articles stay as they are, so that nobody who is editing one comes too late by it: what their contents
//! and revisions still call by the old id is followed when it is read and when it is written ([`super::merged`]).

use serde_json::json;

use super::view::{names_of, one, search_text, synonyms_of};
use super::{TagView, load_for, tree};
use crate::domain::events::{self, Change};
use crate::domain::precondition::came_too_late;
use crate::domain::{Actor, Cx, Op, Precondition, audit, emit};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::Id;
use crate::model::actions::required;
use crate::model::tag::{MAX_SYNONYMS, MergeTag};
use crate::store::tag_merges;
use crate::store::tags::{self, TagRow};
use crate::text::fold;

/// Merges a tag into another one; answers that one.
///
/// # Errors
/// 422 shape, 404, 403, 412, 422 rules.
pub fn merge(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: MergeTag) -> Result<TagView> {
    let mut faults = Vec::new();
    let into = required("/into", input.into, &mut faults).ok_or_else(|| Error::invalid(faults))?;
    tag_merges::lock(cx.conn)?;
    let old = load_for(cx, actor, id, wanted, Op::MergeTag)?;
    let into = tag_merges::survivors(cx.conn, &[into])?.get(&into).copied().unwrap_or(into);
    let mut survivor = survivor(cx, &old, into)?;
    adopt(cx, actor, &old, into)?;
    let articles = tag_merges::merge(cx.conn, id, into, &old.slug, cx.now)?;
    let version = survivor.version;
    let known = remember(&mut survivor, &old)?;
    (survivor.version, survivor.updated_at) = (version + 1, cx.now);
    if !tags::replace(cx.conn, &survivor, version)? {
        return Err(came_too_late(survivor.version, survivor.updated_at));
    }
    emit(cx, "tag.merged", id, &json!({ "id": id, "version": old.version, "into": into }))?;
    let detail = json!({ "version": old.version, "into": into, "articles": articles });
    audit(cx, actor, "merge_tag", "tag", id, &detail)?;
    let fields: &[&str] = if known { &["synonyms"] } else { &[] };
    let change = Change { action: "merge_tag", event: "tag.updated", version: survivor.version, fields };
    events::record(cx, actor, into, change)?;
    one(cx, survivor)
}

/// The tag that stays, if the other one can be merged into it.
fn survivor(cx: &mut Cx, old: &TagRow, into: Id) -> Result<TagRow> {
    if let Some(fault) = tree::merge_fault(cx, old.id, into)? {
        return Err(Error::invalid(vec![fault]));
    }
    let survivor = tags::find(cx.conn, into)?.ok_or_else(Error::not_found)?;
    if survivor.kind != old.kind {
        let detail = format!("This must be a tag of kind {}, as the other one.", old.kind.as_str());
        return Err(Error::invalid(vec![Fault::at("/into", FaultCode::WrongKind, detail)]));
    }
    Ok(survivor)
}

/// Lets the tags right below `old` stand below the other one.
fn adopt(cx: &mut Cx, actor: &Actor, old: &TagRow, into: Id) -> Result<()> {
    for mut child in tags::children(cx.conn, &[old.id])? {
        let version = child.version;
        (child.parent_id, child.version, child.updated_at) = (Some(into), version + 1, cx.now);
        if !tags::replace(cx.conn, &child, version)? {
            return Err(came_too_late(child.version, child.updated_at));
        }
        let change = Change { action: "merge_tag", event: "tag.updated", version: child.version, fields: &["parent"] };
        events::record(cx, actor, child.id, change)?;
    }
    Ok(())
}

/// Keeps the old names as synonyms, as long as there is room; says whether one is new.
fn remember(survivor: &mut TagRow, old: &TagRow) -> Result<bool> {
    let mut synonyms = synonyms_of(survivor)?;
    let before = synonyms.len();
    let mut known: Vec<String> = names_of(survivor)?.values().chain(&synonyms).map(|name| fold(name)).collect();
    known.push(survivor.sort_name.clone());
    for name in std::iter::once(old.name.clone()).chain(synonyms_of(old)?) {
        let folded = fold(&name);
        if synonyms.len() < MAX_SYNONYMS && !known.contains(&folded) {
            synonyms.push(name);
            known.push(folded);
        }
    }
    survivor.synonyms = serde_json::to_string(&synonyms).map_err(Error::internal)?;
    survivor.search_text = search_text(survivor)?;
    Ok(synonyms.len() > before)
}
