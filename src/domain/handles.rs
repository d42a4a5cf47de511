//! Tags and authors as clients name them in filters: by id, or by slug, present or former.

use std::collections::HashMap;

use super::tags::merged;
use super::{Cx, memory};
use crate::error::Result;
use crate::model::{Handle, Id};

/// The tags that these handles name, of those that exist, each once.
///
/// # Errors
/// The database's.
pub fn tag_ids(cx: &mut Cx, all: &[Handle]) -> Result<Vec<Id>> {
    let slugs = slugs(all.iter());
    let found = memory::tag_ids(cx, &slugs)?;
    let ids = known(all, &found);
    followed(cx, all, ids)
}

/// These tags, with those that others were merged into in place of these; only who asks by id can mean one of them.
pub(super) fn followed(cx: &mut Cx, asked: &[Handle], ids: Vec<Id>) -> Result<Vec<Id>> {
    if asked.iter().all(|handle| handle.slug().is_some()) { Ok(ids) } else { merged::ids(cx, ids) }
}

/// The authors that these handles name, of those that exist, each once.
///
/// # Errors
/// The database's.
pub fn author_ids(cx: &mut Cx, all: &[Handle]) -> Result<Vec<Id>> {
    let slugs = slugs(all.iter());
    let found = memory::author_ids(cx, &slugs)?;
    Ok(known(all, &found))
}

/// The slugs among these, each once.
pub(super) fn slugs<'a>(handles: impl Iterator<Item = &'a Handle>) -> Vec<String> {
    let mut slugs: Vec<String> = handles.filter_map(Handle::slug).map(str::to_owned).collect();
    slugs.sort_unstable();
    slugs.dedup();
    slugs
}

/// The ids of those that are known, each once.
pub(super) fn known(handles: &[Handle], found: &HashMap<String, Id>) -> Vec<Id> {
    let mut ids: Vec<Id> = handles.iter().filter_map(|handle| handle.id(found)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
