//! The rules of a collection that need the database, of what differs from what was there before: one of its articles
//! may have gone to the trash since, and one of its tags may have been removed.

use std::collections::HashSet;

use crate::domain::articles::{locale_faults, references};
use crate::domain::{Actor, Cx, site, taxonomy};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::collection::{CollectionFill, CollectionItem};
use crate::model::{FromText, Id, Locale, TagKind};
use crate::store::collections::{self as store, CollectionRow};
use crate::store::{authors, tag_merges, tags};

/// Whether the working copy may become this.
///
/// # Errors
/// 422 with every fault.
pub fn check(cx: &mut Cx, actor: &Actor, row: &CollectionRow, old: Option<&CollectionRow>) -> Result<()> {
    let mut faults = Vec::new();
    let is_new_slug = !row.slug.is_empty() && old.is_none_or(|old| old.slug != row.slug);
    if is_new_slug && store::slug_is_taken(cx.conn, &row.slug, row.id)? {
        faults.push(taxonomy::slug_taken());
    }
    if let Some(locale) = row.locale.as_ref().filter(|_| old.is_none_or(|old| old.locale != row.locale)) {
        let locale = Locale::from_text(locale).map_err(|(_, detail)| Error::internal(detail))?;
        faults.extend(locale_faults(&site::load(cx)?.locales, &locale));
    }
    let items = items_of(row)?;
    let before = old.map(items_of).transpose()?.unwrap_or_default();
    faults.extend(slot_faults(row.size, &items, items == before));
    let already: HashSet<Id> = before.iter().map(|item| item.article).collect();
    let ids: Vec<Id> = items.iter().map(|item| item.article).filter(|id| !already.contains(id)).collect();
    let known = references::nameable(cx, actor, &ids)?;
    let is_unknown = |item: &CollectionItem| !already.contains(&item.article) && !known.contains(&item.article);
    let strangers = items.iter().enumerate().filter(|(_, item)| is_unknown(item));
    faults.extend(strangers.map(|(index, _)| unknown(format!("/items/{index}/article"))));
    if let Some(fill) = fill_of(row)? {
        let before = old.map(fill_of).transpose()?.flatten().unwrap_or_default();
        faults.extend(fill_faults(cx, &fill, &before)?);
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

/// The articles that were put there by hand.
///
/// # Errors
/// The row is damaged.
pub fn items_of(row: &CollectionRow) -> Result<Vec<CollectionItem>> {
    serde_json::from_str(&row.items).map_err(Error::internal)
}

/// What takes the other places.
///
/// # Errors
/// The row is damaged.
pub fn fill_of(row: &CollectionRow) -> Result<Option<CollectionFill>> {
    row.fill.as_deref().map(|fill| serde_json::from_str(fill).map_err(Error::internal)).transpose()
}

/// Pins behind the last place: the fault of the size where the items stay as they were.
fn slot_faults(size: i64, items: &[CollectionItem], items_stay: bool) -> Vec<Fault> {
    let behind = |item: &CollectionItem| item.slot.is_some_and(|slot| slot.0 > size);
    let mut behind = (0..items.len()).filter(|index| behind(&items[*index])).peekable();
    if items_stay && behind.peek().is_some() {
        return vec![Fault::at("/size", FaultCode::Inconsistent, "An article is pinned to a place behind this.")];
    }
    let detail = "This lies behind the last place; `size` says how many there are.";
    behind.map(|index| Fault::at(format!("/items/{index}/slot"), FaultCode::Inconsistent, detail)).collect()
}

/// Tags and authors that are not there. A tag that was merged is the one that it was merged into.
fn fill_faults(cx: &mut Cx, fill: &CollectionFill, before: &CollectionFill) -> Result<Vec<Fault>> {
    let by_tag = [
        ("section", &fill.section, &before.section),
        ("tag", &fill.tag, &before.tag),
        ("tag_all", &fill.tag_all, &before.tag_all),
        ("tag_not", &fill.tag_not, &before.tag_not),
    ];
    let named: Vec<Id> = by_tag.iter().flat_map(|(_, ids, _)| ids.iter().copied()).collect();
    let into = tag_merges::survivors(cx.conn, &named)?;
    let survivor = |id: &Id| into.get(id).copied().unwrap_or(*id);
    let present: Vec<Id> = named.iter().map(survivor).collect();
    let kinds = tags::kinds(cx.conn, &present)?;
    let people: HashSet<Id> = authors::by_ids(cx.conn, &fill.author)?.into_iter().map(|author| author.id).collect();
    let mut faults = Vec::new();
    for (member, ids, before) in by_tag {
        faults.extend(each(member, ids, before, |id| match kinds.get(&survivor(id)) {
            None => Some(FaultCode::UnknownId),
            Some(kind) if member == "section" && *kind != TagKind::Section => Some(FaultCode::WrongKind),
            Some(_) => None,
        }));
    }
    faults.extend(each("author", &fill.author, &before.author, |id| {
        (!people.contains(id)).then_some(FaultCode::UnknownId)
    }));
    Ok(faults)
}

/// What is wrong with each new entry of a list of the fill.
fn each(member: &str, ids: &[Id], before: &[Id], wrong: impl Fn(&Id) -> Option<FaultCode>) -> Vec<Fault> {
    let new = (0..ids.len()).filter(|index| !before.contains(&ids[*index]));
    let fault = |index: usize| {
        let pointer = format!("/fill/{member}/{index}");
        Some(match wrong(&ids[index])? {
            FaultCode::WrongKind => Fault::at(pointer, FaultCode::WrongKind, "This must be a tag of kind section."),
            _ => unknown(pointer),
        })
    };
    new.filter_map(fault).collect()
}

fn unknown(pointer: String) -> Fault {
    Fault::at(pointer, FaultCode::UnknownId, "There is nothing with this id.")
}
