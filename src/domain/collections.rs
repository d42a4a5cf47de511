//! Collections: curated, ordered lists of articles, such as a front page. Editors work on a copy that readers don't
//! see; publishing copies it into public, where it stays as it is until it is published again. Which of its articles are
//! live is decided when it is read ([`crate::domain::reading::collection`]).

mod rules;
mod view;

use serde_json::{Value, json};

use super::events::{self, InPublic};
use super::precondition::{changed_members, stale};
use super::reading::{self, Front, Plan};
use super::taxonomy;
use super::{Actor, Cx, Op, Precondition, policy};
use crate::error::{Code, Error, Result};
use crate::model::collection::{CollectionFill, CollectionInput, DEFAULT_SIZE};
use crate::model::paging::{Paged, Paging};
use crate::model::{Field, Id, Slug, Time};
use crate::store::collections::{self as store, CollectionFilter, CollectionRow, PublishedCollectionRow};
use crate::store::keyset::NameOrder;
use crate::store::published;
use crate::text::fold;
pub use view::{CollectionView, ItemView, Named};

/// A part of the list of all collections.
///
/// # Errors
/// 403.
pub fn list(
    cx: &mut Cx,
    actor: &Actor,
    filter: &CollectionFilter,
    order: NameOrder,
    paging: &Paging,
) -> Result<Paged<CollectionView>> {
    policy::check(actor, Op::ListAdminCollections)?;
    let Paged { rows, ends } = store::list(cx.conn, filter, order, paging)?;
    Ok(Paged { rows: view::many(cx, actor, rows)?, ends })
}

/// One collection.
///
/// # Errors
/// 403, 404.
pub fn get(cx: &mut Cx, actor: &Actor, id: Id) -> Result<CollectionView> {
    policy::check(actor, Op::GetAdminCollection)?;
    let row = store::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    view::one(cx, actor, row)
}

/// What readers would see of the working copy if it were published now.
///
/// # Errors
/// 403, 404.
pub fn preview(cx: &mut Cx, actor: &Actor, id: Id) -> Result<Front> {
    policy::check(actor, Op::PreviewCollection)?;
    let row = store::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    let plan = Plan::of(row.locale.clone(), row.size, &row.items, row.fill.as_deref())?;
    let arranged = reading::arranged(cx, &plan, false)?;
    Ok(Front { collection: public_copy(&row, cx.now, cx.now), arranged })
}

/// Makes a collection that readers don't see.
///
/// # Errors
/// 403, 422.
pub fn create(cx: &mut Cx, actor: &Actor, input: CollectionInput) -> Result<CollectionView> {
    input.check(true)?;
    policy::check(actor, Op::CreateCollection)?;
    let mut row = CollectionRow {
        id: Id::new(),
        version: 1,
        slug: String::new(),
        name: String::new(),
        sort_name: String::new(),
        description: None,
        locale: None,
        size: DEFAULT_SIZE,
        items: "[]".to_owned(),
        fill: None,
        created_at: cx.now,
        updated_at: cx.now,
    };
    apply(&mut row, input)?;
    rules::check(cx, actor, &row, None)?;
    if row.slug.is_empty() {
        let wanted = Slug::make(&row.name, "collection");
        let made = taxonomy::free_slug(&wanted, row.id, |slug| {
            Ok(store::slug_is_taken(cx.conn, slug, row.id)? || store::is_redirect(cx.conn, slug)?)
        })?;
        row.slug = made.into();
    }
    store::insert(cx.conn, &row)?;
    tell(cx, actor, &row, ("create_collection", "collection.created"), &[], None)?;
    view::one(cx, actor, row)
}

/// Changes the working copy. A change that changes nothing makes no version.
///
/// # Errors
/// 404, 403, 412, 422.
pub fn update(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    wanted: &Precondition,
    input: CollectionInput,
) -> Result<CollectionView> {
    input.check(false)?;
    let old = changeable(cx, actor, Op::UpdateCollection, id, wanted)?;
    let mut row = old.clone();
    apply(&mut row, input)?;
    rules::check(cx, actor, &row, Some(&old))?;
    let changed = changed_members!(old, row, {
        "slug": slug, "name": name, "description": description, "locale": locale, "size": size, "items": items,
        "fill": fill,
    });
    if changed.is_empty() {
        return view::one(cx, actor, row);
    }
    save(cx, &mut row, wanted)?;
    tell(cx, actor, &row, ("update_collection", "collection.updated"), &changed, None)?;
    view::one(cx, actor, row)
}

/// Lets readers see the collection as it is now. An address that it had in public before leads to its present one.
///
/// # Errors
/// 404, 403, 412.
pub fn publish(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<CollectionView> {
    let mut row = changeable(cx, actor, Op::PublishCollection, id, wanted)?;
    let before = in_public(cx, id)?;
    save(cx, &mut row, wanted)?;
    if let Some(before) = before.as_ref().filter(|before| before.slug != row.slug) {
        store::redirect(cx.conn, &before.slug, id, cx.now)?;
    }
    let since = before.as_ref().map_or(cx.now, |before| before.published_at);
    store::publish(cx.conn, &public_copy(&row, since, cx.now))?;
    let means = if before.is_some() { InPublic::Changed } else { InPublic::Live };
    tell(cx, actor, &row, ("publish_collection", "collection.published"), &[], Some(means))?;
    view::one(cx, actor, row)
}

/// Takes the collection out of public. The working copy stays.
///
/// # Errors
/// 404, 403, 412; 409 where readers don't see it.
pub fn unpublish(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<CollectionView> {
    let mut row = changeable(cx, actor, Op::UnpublishCollection, id, wanted)?;
    let Some(before) = in_public(cx, id)? else {
        return Err(illegal(actor, false, "Readers don't see this collection."));
    };
    save(cx, &mut row, wanted)?;
    store::unpublish(cx.conn, id)?;
    // Where it comes back under another address, this one leads there.
    store::redirect(cx.conn, &before.slug, id, cx.now)?;
    tell(cx, actor, &row, ("unpublish_collection", "collection.unpublished"), &[], Some(InPublic::Gone))?;
    view::one(cx, actor, row)
}

/// Removes a collection that readers don't see.
///
/// # Errors
/// 404, 403, 412; 409 where readers see it.
pub fn delete(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<()> {
    let row = changeable(cx, actor, Op::DeleteCollection, id, wanted)?;
    if in_public(cx, id)?.is_some() {
        return Err(illegal(actor, true, "Readers see this collection. Unpublish it first."));
    }
    if !store::delete(cx.conn, id, row.version)? {
        return Err(too_late(cx, id, wanted)?);
    }
    tell(cx, actor, &row, ("delete_collection", "collection.deleted"), &[], None)
}

/// A collection that is to be changed: 404, then 403, then 412.
fn changeable(cx: &mut Cx, actor: &Actor, op: Op, id: Id, wanted: &Precondition) -> Result<CollectionRow> {
    let row = store::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    policy::check(actor, op)?;
    wanted.check(cx, id, row.version, row.updated_at)?;
    Ok(row)
}

/// Writes the row as its next version.
fn save(cx: &mut Cx, row: &mut CollectionRow, wanted: &Precondition) -> Result<()> {
    let expected = row.version;
    row.version += 1;
    row.updated_at = cx.now;
    if store::replace(cx.conn, row, expected)? { Ok(()) } else { Err(too_late(cx, row.id, wanted)?) }
}

/// The 412 of a collection that somebody else changed or removed in this very moment.
fn too_late(cx: &mut Cx, id: Id, wanted: &Precondition) -> Result<Error> {
    let now = store::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    stale(cx, wanted, id, now.version, now.updated_at)
}

fn in_public(cx: &mut Cx, id: Id) -> Result<Option<PublishedCollectionRow>> {
    Ok(published::collections_among(cx.conn, &[id])?.pop())
}

fn illegal(actor: &Actor, is_public: bool, detail: &str) -> Error {
    let words: Vec<&str> = view::allowed(actor, is_public).into_iter().map(|action| action.as_str()).collect();
    Error::new(Code::IllegalAction, detail).with("allowed_actions", words)
}

/// What readers see of a working copy.
fn public_copy(row: &CollectionRow, published_at: Time, updated_at: Time) -> PublishedCollectionRow {
    let row = row.clone();
    PublishedCollectionRow {
        collection_id: row.id,
        version: row.version,
        slug: row.slug,
        name: row.name,
        description: row.description,
        locale: row.locale,
        size: row.size,
        items: row.items,
        fill: row.fill,
        published_at,
        updated_at,
    }
}

/// Writes the input over `row`.
fn apply(row: &mut CollectionRow, input: CollectionInput) -> Result<()> {
    if let Field::Set(name) = input.name {
        row.name = name.into();
        row.sort_name = fold(&row.name);
    }
    if let Field::Set(slug) = input.slug {
        row.slug = slug.into();
    }
    input.description.map(String::from).apply(&mut row.description);
    input.locale.map(String::from).apply(&mut row.locale);
    row.size = input.size.set().map_or(row.size, |size| size.0);
    if let Some(items) = input.items.given() {
        let items = items.map_or_else(Vec::new, |items| items.0);
        row.items = serde_json::to_string(&items).map_err(Error::internal)?;
    }
    match input.fill {
        Field::Absent => {}
        Field::Null => row.fill = None,
        Field::Set(change) => {
            let mut fill = match &row.fill {
                Some(kept) => serde_json::from_str(kept).map_err(Error::internal)?,
                None => CollectionFill::default(),
            };
            change.apply(&mut fill);
            row.fill = Some(serde_json::to_string(&fill).map_err(Error::internal)?);
        }
    }
    Ok(())
}

/// The event and the audit entry, each by its name. `public` says what readers see of it.
fn tell(
    cx: &mut Cx,
    actor: &Actor,
    row: &CollectionRow,
    (action, event): (&str, &str),
    fields: &[&str],
    public: Option<InPublic>,
) -> Result<()> {
    let mut data: Value = json!({ "id": row.id, "version": row.version });
    if let Some(public) = public {
        data["public"] = json!(public);
    }
    events::emit(cx, event, row.id, &data)?;
    let detail = json!({ "version": row.version, "fields": fields });
    events::audit(cx, actor, action, "collection", row.id, &detail)
}
