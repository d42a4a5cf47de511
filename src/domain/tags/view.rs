//! Tags with everything that they show, looked up with one query per relation.

use std::collections::{BTreeMap, HashMap};

use crate::domain::{Cx, memory, taxonomy};
use crate::error::{Error, Result};
use crate::model::Id;
use crate::store::media::MediaRow;
use crate::store::tags::{self, TagRow};
use crate::text::fold;

/// A tag with everything that it shows.
#[derive(Clone, Debug)]
pub struct TagView {
    /// The tag itself.
    pub row: TagRow,
    /// What it is called, by language.
    pub names: BTreeMap<String, String>,
    /// What else it is called; editors see it.
    pub synonyms: Vec<String>,
    /// The tag above it.
    pub parent: Option<TagRow>,
    /// Its picture.
    pub image: Option<MediaRow>,
    /// How many live articles carry it.
    pub article_count: i64,
    /// The old addresses that lead to it; editors see them.
    pub redirects: Vec<String>,
}

/// What a tag is called, by language.
pub(super) fn names_of(row: &TagRow) -> Result<BTreeMap<String, String>> {
    serde_json::from_str(&row.names).map_err(Error::internal)
}

/// What else a tag is called.
pub(super) fn synonyms_of(row: &TagRow) -> Result<Vec<String>> {
    if row.synonyms == "[]" { Ok(Vec::new()) } else { serde_json::from_str(&row.synonyms).map_err(Error::internal) }
}

/// All that a tag is called, folded, a line each.
pub(super) fn search_text(row: &TagRow) -> Result<String> {
    let (names, synonyms) = (names_of(row)?, synonyms_of(row)?);
    let all = names.values().chain(&synonyms).map(|name| fold(name));
    let mut lines: Vec<String> = std::iter::once(row.sort_name.clone()).chain(all).collect();
    lines.dedup();
    Ok(lines.join("\n"))
}

/// One tag with what only editors see.
pub(super) fn one(cx: &mut Cx, row: TagRow) -> Result<TagView> {
    editorial(cx, vec![row])?.pop().ok_or_else(|| Error::internal("one view of one tag"))
}

/// Looks up what tags show, one query per relation.
pub(super) fn views(cx: &mut Cx, rows: Vec<TagRow>) -> Result<Vec<TagView>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let parents: Vec<Id> = rows.iter().filter_map(|row| row.parent_id).collect();
    let parents: HashMap<Id, TagRow> =
        tags::by_ids(cx.conn, &parents)?.into_iter().map(|parent| (parent.id, parent)).collect();
    let pictures = taxonomy::pictures(cx, rows.iter().filter_map(|row| row.image_id))?;
    let counts = memory::tag_counts(cx, &ids)?;
    let view = |row: TagRow| {
        Ok(TagView {
            names: names_of(&row)?,
            synonyms: synonyms_of(&row)?,
            parent: row.parent_id.and_then(|id| parents.get(&id).cloned()),
            image: row.image_id.and_then(|id| pictures.get(&id).cloned()),
            article_count: counts.get(&row.id).copied().unwrap_or(0),
            redirects: Vec::new(),
            row,
        })
    };
    rows.into_iter().map(view).collect()
}

/// The same with what only editors see.
pub(super) fn editorial(cx: &mut Cx, rows: Vec<TagRow>) -> Result<Vec<TagView>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let redirects = tags::redirects(cx.conn, &ids)?;
    let mut views = views(cx, rows)?;
    for view in &mut views {
        let own = redirects.iter().filter(|(id, _)| *id == view.row.id);
        view.redirects = own.map(|(_, slug)| slug.clone()).collect();
    }
    Ok(views)
}
