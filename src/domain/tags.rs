//! Tags: sections, topics, people, places … that articles carry.

pub mod merge;
pub mod merged;
mod tree;
mod view;

use serde_json::json;

use super::events::{self, Change};
use super::policy::{self, Op};
use super::precondition::{changed_members, stale};
use super::taxonomy::{self, Found, Shown};
use super::{Actor, Cx, Precondition};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::paging::{Paged, Paging};
use crate::model::tag::MAX_NAMES;
use crate::model::{Field, FromText, Handle, Id, Slug, TagInput, TagKind, Time};
use crate::store::keyset::NameOrder;
use crate::store::published_taxonomy::{self as published, PublicTagFilter};
use crate::store::tag_merges;
use crate::store::tags::{self, TagFilter, TagRow};
use crate::text::fold;
pub use view::TagView;
use view::{editorial, names_of, one, search_text, views};

/// A part of the list of all tags.
///
/// # Errors
/// 403.
pub fn list(
    cx: &mut Cx,
    actor: &Actor,
    filter: &TagFilter,
    order: NameOrder,
    paging: &Paging,
) -> Result<Paged<TagView>> {
    policy::check(actor, Op::ListAdminTags)?;
    let Paged { rows, ends } = tags::list(cx.conn, filter, order, paging)?;
    Ok(Paged { rows: editorial(cx, rows)?, ends })
}

/// One tag.
///
/// # Errors
/// 403, 404.
pub fn get(cx: &mut Cx, actor: &Actor, id: Id) -> Result<TagView> {
    policy::check(actor, Op::GetAdminTag)?;
    let row = tags::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    one(cx, row)
}

/// Makes a tag.
///
/// # Errors
/// 403, 422.
pub fn create(cx: &mut Cx, actor: &Actor, input: TagInput) -> Result<TagView> {
    input.check(true)?;
    policy::check(actor, Op::CreateTag)?;
    let mut row = TagRow {
        id: Id::new(),
        version: 1,
        kind: TagKind::Topic,
        slug: String::new(),
        name: String::new(),
        sort_name: String::new(),
        names: "{}".to_owned(),
        description: None,
        parent_id: None,
        uri: None,
        image_id: None,
        created_at: cx.now,
        updated_at: cx.now,
        synonyms: "[]".to_owned(),
        search_text: String::new(),
    };
    let mut faults = apply(&mut row, input)?;
    row.search_text = search_text(&row)?;
    tag_merges::lock_shared(cx.conn)?;
    faults.extend(rule_faults(cx, &row, None)?);
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    if row.slug.is_empty() {
        let wanted = Slug::make(&row.name, "tag");
        row.slug = taxonomy::free_slug(&wanted, row.id, |slug| {
            Ok(tags::by_slug(cx.conn, slug)?.is_some() || tags::redirected(cx.conn, slug)?.is_some())
        })?
        .into();
    }
    tags::drop_redirect(cx.conn, &row.slug)?;
    tags::insert(cx.conn, &row)?;
    events::record(
        cx,
        actor,
        row.id,
        Change { action: "create_tag", event: "tag.created", version: row.version, fields: &[] },
    )?;
    one(cx, row)
}

/// Changes a tag. A public one needs an editor. An old slug leads to the new one.
///
/// # Errors
/// 404, 403, 412, 422.
pub fn update(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: TagInput) -> Result<TagView> {
    input.check(false)?;
    if input.parent.is_absent() && input.kind.is_absent() {
        tag_merges::lock_shared(cx.conn)?;
    } else {
        tag_merges::lock(cx.conn)?;
    }
    let old = load_for(cx, actor, id, wanted, Op::UpdateTag)?;
    let mut row = old.clone();
    let mut faults = apply(&mut row, input)?;
    if (&row.name, &row.names, &row.synonyms) != (&old.name, &old.names, &old.synonyms) {
        row.search_text = search_text(&row)?;
    }
    faults.extend(rule_faults(cx, &row, Some(&old))?);
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    if row == old {
        return one(cx, row);
    }
    let changed = changed_members!(old, row, {
        "slug": slug, "name": name, "names": names, "kind": kind, "description": description, "parent": parent_id,
        "uri": uri, "image": image_id, "synonyms": synonyms,
    });
    row.version += 1;
    row.updated_at = cx.now;
    if !tags::replace(cx.conn, &row, old.version)? {
        let now = tags::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
        return Err(stale(cx, wanted, id, now.version, now.updated_at)?);
    }
    if row.slug != old.slug {
        tags::drop_redirect(cx.conn, &row.slug)?;
        tags::redirect(cx.conn, &old.slug, id, cx.now)?;
    }
    events::record(
        cx,
        actor,
        id,
        Change { action: "update_tag", event: "tag.updated", version: row.version, fields: &changed },
    )?;
    one(cx, row)
}

/// Deletes a tag that nothing uses.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn delete(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<()> {
    tag_merges::lock(cx.conn)?;
    let row = load_for(cx, actor, id, wanted, Op::DeleteTag)?;
    let most = i64::try_from(taxonomy::MAX_USES).unwrap_or(i64::MAX);
    let articles = tags::used_by(cx.conn, id, cx.now, most)?;
    let children = tags::children(cx.conn, &[id])?;
    if !articles.is_empty() || !children.is_empty() {
        let mut uses = taxonomy::uses_by_articles(cx, actor, &articles)?;
        uses.extend(children.iter().map(|tag| json!({ "kind": "tag", "id": tag.id, "title": tag.name })));
        return Err(taxonomy::in_use(uses));
    }
    tags::delete(cx.conn, id, cx.now)?;
    events::record(
        cx,
        actor,
        id,
        Change { action: "delete_tag", event: "tag.deleted", version: row.version, fields: &[] },
    )
}

/// A part of the list of public tags, by name.
///
/// # Errors
/// The database's.
pub fn list_public(
    cx: &mut Cx,
    filter: &PublicTagFilter,
    descending: bool,
    paging: &Paging,
) -> Result<Shown<Paged<TagView>>> {
    let Paged { rows, ends } = published::tags(cx.conn, filter, descending, paging, cx.now)?;
    let mut rows = views(cx, rows)?;
    let until = taxonomy::keep_usable(cx, rows.iter_mut().map(|view| &mut view.image));
    taxonomy::shown(cx, Paged { rows, ends }, until)
}

/// One public tag by its id or slug; an old slug is followed.
///
/// # Errors
/// 404, also for what exists but is not public.
pub fn find_public(cx: &mut Cx, handle: &str) -> Result<Shown<Found<TagView>>> {
    let (id, is_old) = resolve(cx, handle)?.ok_or_else(Error::not_found)?;
    let row = tags::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    if !published::tag_is_public(cx.conn, id, cx.now)? {
        return Err(Error::not_found());
    }
    if is_old {
        return taxonomy::shown(cx, Found::Moved(row.slug), Time::NEVER);
    }
    let mut view = views(cx, vec![row])?.pop().ok_or_else(Error::not_found)?;
    let until = taxonomy::keep_usable(cx, std::iter::once(&mut view.image));
    taxonomy::shown(cx, Found::Here(view), until)
}

/// Which tag an id or a slug means, and whether it is an old one: a former slug, or of a tag that was merged into this
/// one. A current slug beats an old one.
///
/// # Errors
/// The database's.
pub fn resolve(cx: &mut Cx, handle: &str) -> Result<Option<(Id, bool)>> {
    let slug = match Handle::from_text(handle) {
        Ok(Handle::Id(id)) => {
            let merged = tag_merges::survivors(cx.conn, &[id])?.get(&id).map(|into| (*into, true));
            return Ok(Some(merged.unwrap_or((id, false))));
        }
        Ok(Handle::Slug(slug)) => slug,
        Err(_) => return Ok(None),
    };
    if let Some(id) = tags::by_slug(cx.conn, &slug)? {
        return Ok(Some((id, false)));
    }
    Ok(tags::redirected(cx.conn, &slug)?.map(|id| (id, true)))
}

/// A tag that is to be changed: 404, then 403, then 412.
fn load_for(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, op: Op) -> Result<TagRow> {
    let row = tags::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    let is_public = published::tag_is_public(cx.conn, id, cx.now)?;
    policy::check_public(actor, op, is_public)?;
    wanted.check(cx, row.id, row.version, row.updated_at)?;
    Ok(row)
}

/// Writes the input over `row`.
fn apply(row: &mut TagRow, input: TagInput) -> Result<Vec<Fault>> {
    if let Field::Set(name) = input.name {
        row.name = name.into();
        row.sort_name = fold(&row.name);
    }
    if let Field::Set(slug) = input.slug {
        row.slug = slug.into();
    }
    if let Field::Set(kind) = input.kind {
        row.kind = kind;
    }
    input.description.map(String::from).apply(&mut row.description);
    input.parent.apply(&mut row.parent_id);
    input.uri.map(String::from).apply(&mut row.uri);
    input.image.apply(&mut row.image_id);
    let mut faults = Vec::new();
    if let Some(synonyms) = input.synonyms.given() {
        let synonyms: Vec<String> = synonyms.into_iter().flat_map(|list| list.0).map(String::from).collect();
        faults.extend(taxonomy::twice("/synonyms", &synonyms));
        row.synonyms = serde_json::to_string(&synonyms).map_err(Error::internal)?;
    }
    let mut names = names_of(row)?;
    match input.names {
        Field::Absent => return Ok(faults),
        Field::Null => names.clear(),
        Field::Set(patch) => patch.0.into_iter().for_each(|(locale, name)| match name {
            Some(name) => _ = names.insert(locale, name.into()),
            None => _ = names.remove(&locale),
        }),
    }
    row.names = serde_json::to_string(&names).map_err(Error::internal)?;
    if names.len() > MAX_NAMES {
        let detail = format!("A tag can have at most {MAX_NAMES} names.");
        faults.push(Fault::at("/names", FaultCode::TooLong, detail));
    }
    Ok(faults)
}

/// The rules that need the database, of what differs from `old`.
fn rule_faults(cx: &mut Cx, row: &TagRow, old: Option<&TagRow>) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let has_new_slug = !row.slug.is_empty() && old.is_none_or(|old| old.slug != row.slug);
    if has_new_slug && tags::slug_is_taken(cx.conn, &row.slug, row.id)? {
        faults.push(taxonomy::slug_taken());
    }
    let ends_section = old.is_some_and(|old| old.kind == TagKind::Section && row.kind != TagKind::Section);
    if ends_section && tags::is_section_of_any(cx.conn, row.id, cx.now)? {
        let detail = "Articles stand in this section, maybe in the trash; move them first.";
        faults.push(Fault::at("/kind", FaultCode::Inconsistent, detail));
    }
    faults.extend(tree::faults(cx, row, old)?);
    if let Some(image) = row.image_id.filter(|image| old.and_then(|old| old.image_id) != Some(*image)) {
        faults.extend(taxonomy::picture_fault(cx, "/image", image)?);
    }
    Ok(faults)
}
