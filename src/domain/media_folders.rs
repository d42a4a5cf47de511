//! Folders of media: where a picture desk puts things. Readers never hear of them.

use serde_json::json;

use super::events::{self, Change};
use super::precondition::{changed_members, stale};
use super::taxonomy::{self, MAX_USES};
use super::{Actor, Cx, Op, Precondition, policy};
use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::model::media_folder::{MAX_FOLDERS, MAX_LEVELS, MediaFolderInput};
use crate::model::paging::{Paged, Paging};
use crate::model::{Field, Id};
use crate::store::media::InFolder;
use crate::store::media_folders::{self as folders, Below, FolderRow};
use crate::text::fold;

/// A folder, and how much is right in it.
#[derive(Clone, Debug)]
pub struct FolderView {
    /// The folder.
    pub row: FolderRow,
    /// Records right in it.
    pub media: i64,
    /// Folders right in it.
    pub folders: i64,
}

/// A part of the list, by name.
///
/// # Errors
/// 403.
pub fn list(cx: &mut Cx, actor: &Actor, below: Below, paging: &Paging) -> Result<Paged<FolderView>> {
    policy::check(actor, Op::ListMediaFolders)?;
    let total = if paging.counts() { folders::count(cx.conn, below)? } else { 0 };
    let rows = folders::list(cx.conn, below, paging)?;
    let paged = paging.page(rows, total, |row: &FolderRow| (row.sort_name.clone().into(), row.id));
    Ok(Paged { rows: views(cx, paged.rows)?, ends: paged.ends })
}

/// One folder.
///
/// # Errors
/// 403, 404.
pub fn get(cx: &mut Cx, actor: &Actor, id: Id) -> Result<FolderView> {
    policy::check(actor, Op::GetMediaFolder)?;
    let row = folders::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    one(cx, row)
}

/// Makes a folder.
///
/// # Errors
/// 403; 409 where there are too many; 422.
pub fn create(cx: &mut Cx, actor: &Actor, input: MediaFolderInput) -> Result<FolderView> {
    input.check(true)?;
    policy::check(actor, Op::CreateMediaFolder)?;
    folders::lock(cx.conn)?;
    if folders::count_all(cx.conn)? >= MAX_FOLDERS {
        return Err(Error::new(Code::Conflict, format!("A newsroom has at most {MAX_FOLDERS} folders.")));
    }
    let mut row = FolderRow {
        id: Id::new(),
        version: 1,
        name: String::new(),
        sort_name: String::new(),
        parent_id: None,
        created_at: cx.now,
        updated_at: cx.now,
    };
    write(&mut row, input);
    check(cx, &row, None)?;
    folders::insert(cx.conn, &row)?;
    record(cx, actor, &row, "create_media_folder", "media_folder.created", &[])?;
    one(cx, row)
}

/// Renames or moves a folder, with all that is in it. A change that changes nothing makes no version.
///
/// # Errors
/// 404, 403, 412, 422.
pub fn update(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    wanted: &Precondition,
    input: MediaFolderInput,
) -> Result<FolderView> {
    input.check(false)?;
    let old = changeable(cx, actor, Op::UpdateMediaFolder, id, wanted)?;
    let mut row = old.clone();
    write(&mut row, input);
    check(cx, &row, Some(&old))?;
    let fields = changed_members!(old, row, { "name": name, "parent": parent_id });
    if fields.is_empty() {
        return one(cx, row);
    }
    row.version += 1;
    row.updated_at = cx.now;
    if !folders::replace(cx.conn, &row, old.version)? {
        let now = folders::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
        return Err(stale(cx, wanted, id, now.version, now.updated_at)?);
    }
    record(cx, actor, &row, "update_media_folder", "media_folder.updated", &fields)?;
    one(cx, row)
}

/// Removes a folder in which nothing is.
///
/// # Errors
/// 404, 403, 412, 409 with `used_by`.
pub fn delete(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<()> {
    let row = changeable(cx, actor, Op::DeleteMediaFolder, id, wanted)?;
    let most = i64::try_from(MAX_USES).unwrap_or(i64::MAX);
    let inner = folders::children(cx.conn, &[id])?.into_iter();
    let mut uses: Vec<_> =
        inner.map(|row| json!({ "kind": "media_folder", "id": row.id, "title": row.name })).collect();
    let media = folders::media_in(cx.conn, id, most)?.into_iter();
    uses.extend(media.map(|(id, title)| json!({ "kind": "media", "id": id, "title": title })));
    if !uses.is_empty() {
        return Err(taxonomy::in_use(uses));
    }
    folders::delete(cx.conn, id)?;
    record(cx, actor, &row, "delete_media_folder", "media_folder.deleted", &[])
}

/// What a list of media is narrowed to that shows a folder, with all below it where `below` is set, or what lies in
/// none.
///
/// # Errors
/// The database's.
pub fn place(cx: &mut Cx, folder: Option<Id>, below: bool) -> Result<InFolder> {
    let Some(id) = folder else { return Ok(InFolder::None) };
    let (mut all, mut level) = (vec![id], vec![id]);
    for _ in 1..if below { MAX_LEVELS } else { 1 } {
        level = folders::children(cx.conn, &level)?.into_iter().map(|row| row.id).collect();
        all.extend(&level);
    }
    Ok(InFolder::Among(all))
}

fn changeable(cx: &mut Cx, actor: &Actor, op: Op, id: Id, wanted: &Precondition) -> Result<FolderRow> {
    folders::lock(cx.conn)?;
    let row = folders::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    policy::check(actor, op)?;
    wanted.check(cx, id, row.version, row.updated_at)?;
    Ok(row)
}

fn write(row: &mut FolderRow, input: MediaFolderInput) {
    if let Field::Set(name) = input.name {
        row.name = name.into();
        row.sort_name = fold(&row.name);
    }
    input.parent.apply(&mut row.parent_id);
}

/// The rules of what differs from `old`: where it stands, and what stands beside it.
fn check(cx: &mut Cx, row: &FolderRow, old: Option<&FolderRow>) -> Result<()> {
    let fault = match row.parent_id.filter(|parent| old.and_then(|old| old.parent_id) != Some(*parent)) {
        Some(parent) => parent_fault(cx, row.id, parent)?,
        None => None,
    };
    let fault = match fault {
        None if folders::beside(cx.conn, row.parent_id, &row.sort_name)?.is_some_and(|other| other != row.id) => {
            Some(Fault::at("/name", FaultCode::Taken, "There is a folder with this name in the same place."))
        }
        fault => fault,
    };
    fault.map_or(Ok(()), |fault| Err(Error::invalid(vec![fault])))
}

/// The parent exists, is not the folder itself or below it, and does not make the tree too deep.
fn parent_fault(cx: &mut Cx, id: Id, parent: Id) -> Result<Option<Fault>> {
    let wrong = |code, detail: String| Ok(Some(Fault::at("/parent", code, detail)));
    let (mut levels, mut next) = (0, Some(parent));
    while let Some(at) = next.filter(|_| levels < MAX_LEVELS) {
        if at == id {
            return wrong(
                FaultCode::Inconsistent,
                "A folder can't stand in itself, nor in one that stands in it.".into(),
            );
        }
        let Some(above) = folders::find(cx.conn, at)? else {
            return wrong(FaultCode::UnknownId, "There is no folder with this id.".into());
        };
        (levels, next) = (levels + 1, above.parent_id);
    }
    let mut level = vec![id];
    while !level.is_empty() && levels <= MAX_LEVELS {
        levels += 1;
        level = folders::children(cx.conn, &level)?.into_iter().map(|row| row.id).collect();
    }
    if levels > MAX_LEVELS {
        return wrong(FaultCode::Inconsistent, format!("Folders can have at most {MAX_LEVELS} levels."));
    }
    Ok(None)
}

fn one(cx: &mut Cx, row: FolderRow) -> Result<FolderView> {
    views(cx, vec![row])?.pop().ok_or_else(Error::not_found)
}

fn views(cx: &mut Cx, rows: Vec<FolderRow>) -> Result<Vec<FolderView>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let media = folders::counts(cx.conn, &ids)?;
    let inner = folders::inner_counts(cx.conn, &ids)?;
    let of = |all: &[(Option<Id>, i64)], id| all.iter().find(|(of, _)| *of == Some(id)).map_or(0, |(_, count)| *count);
    Ok(rows.into_iter().map(|row| FolderView { media: of(&media, row.id), folders: of(&inner, row.id), row }).collect())
}

fn record(
    cx: &mut Cx,
    actor: &Actor,
    row: &FolderRow,
    action: &str,
    event: &str,
    fields: &[&'static str],
) -> Result<()> {
    events::record(cx, actor, row.id, Change { action, event, version: row.version, fields })
}
