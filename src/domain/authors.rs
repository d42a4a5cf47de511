//! Authors: the people of bylines. An author need not be a user.

use super::events::{self, Change};
use super::policy::{self, Op};
use super::precondition::{changed_members, stale};
use super::taxonomy::{self, Found, Shown};
use super::{Actor, Cx, Precondition, memory};
use crate::error::{Error, Fault, Result};
use crate::model::author::AuthorLink;
use crate::model::paging::{Paged, Paging};
use crate::model::{AuthorInput, Field, FromText, Handle, Id, Slug, Time};
use crate::store::authors::{self, AuthorFilter, AuthorRow};
use crate::store::keyset::NameOrder;
use crate::store::media::MediaRow;
use crate::store::published_taxonomy as published;
use crate::text::fold;

/// An author with everything that they show.
#[derive(Clone, Debug)]
pub struct AuthorView {
    /// The author.
    pub row: AuthorRow,
    /// Where else they are found, in order.
    pub links: Vec<AuthorLink>,
    /// Their picture.
    pub avatar: Option<MediaRow>,
    /// How many live articles name them.
    pub article_count: i64,
    /// The old addresses that lead to them; editors see them.
    pub redirects: Vec<String>,
}

/// A part of the list of all authors.
///
/// # Errors
/// 403.
pub fn list(
    cx: &mut Cx,
    actor: &Actor,
    filter: &AuthorFilter,
    order: NameOrder,
    paging: &Paging,
) -> Result<Paged<AuthorView>> {
    policy::check(actor, Op::ListAdminAuthors)?;
    let Paged { rows, ends } = authors::list(cx.conn, filter, order, paging)?;
    Ok(Paged { rows: editorial(cx, rows)?, ends })
}

/// One author.
///
/// # Errors
/// 403, 404.
pub fn get(cx: &mut Cx, actor: &Actor, id: Id) -> Result<AuthorView> {
    policy::check(actor, Op::GetAdminAuthor)?;
    let row = authors::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    one(cx, row)
}

/// Makes an author.
///
/// # Errors
/// 403, 422.
pub fn create(cx: &mut Cx, actor: &Actor, input: AuthorInput) -> Result<AuthorView> {
    input.check(true)?;
    policy::check(actor, Op::CreateAuthor)?;
    let mut row = AuthorRow {
        id: Id::new(),
        version: 1,
        slug: String::new(),
        name: String::new(),
        sort_name: String::new(),
        job_title: None,
        bio: None,
        avatar_id: None,
        links: "[]".to_owned(),
        created_at: cx.now,
        updated_at: cx.now,
    };
    apply(&mut row, input)?;
    let faults = rule_faults(cx, &row, None)?;
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    if row.slug.is_empty() {
        let wanted = Slug::make(&row.name, "author");
        row.slug = taxonomy::free_slug(&wanted, row.id, |slug| {
            Ok(authors::by_slug(cx.conn, slug)?.is_some() || authors::redirected(cx.conn, slug)?.is_some())
        })?
        .into();
    }
    authors::drop_redirect(cx.conn, &row.slug)?;
    authors::insert(cx.conn, &row)?;
    events::record(
        cx,
        actor,
        row.id,
        Change { action: "create_author", event: "author.created", version: row.version, fields: &[] },
    )?;
    one(cx, row)
}

/// Changes an author. A public one needs an editor. An old slug leads to the new one.
///
/// # Errors
/// 404, 403, 412, 422.
pub fn update(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: AuthorInput) -> Result<AuthorView> {
    input.check(false)?;
    let old = load_for(cx, actor, id, wanted, Op::UpdateAuthor)?;
    let mut row = old.clone();
    apply(&mut row, input)?;
    let faults = rule_faults(cx, &row, Some(&old))?;
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    if row == old {
        return one(cx, row);
    }
    let changed = changed_members!(old, row, {
        "slug": slug, "name": name, "job_title": job_title, "bio": bio, "avatar": avatar_id, "links": links,
    });
    row.version += 1;
    row.updated_at = cx.now;
    if !authors::replace(cx.conn, &row, old.version)? {
        let now = authors::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
        return Err(stale(cx, wanted, id, now.version, now.updated_at)?);
    }
    if row.slug != old.slug {
        authors::drop_redirect(cx.conn, &row.slug)?;
        authors::redirect(cx.conn, &old.slug, id, cx.now)?;
    }
    events::record(
        cx,
        actor,
        id,
        Change { action: "update_author", event: "author.updated", version: row.version, fields: &changed },
    )?;
    one(cx, row)
}

/// Deletes an author whom no article names.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn delete(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<()> {
    let row = load_for(cx, actor, id, wanted, Op::DeleteAuthor)?;
    let most = i64::try_from(taxonomy::MAX_USES).unwrap_or(i64::MAX);
    let articles = authors::used_by(cx.conn, id, cx.now, most)?;
    if !articles.is_empty() {
        return Err(taxonomy::in_use(taxonomy::uses_by_articles(cx, actor, &articles)?));
    }
    authors::delete(cx.conn, id, cx.now)?;
    events::record(
        cx,
        actor,
        id,
        Change { action: "delete_author", event: "author.deleted", version: row.version, fields: &[] },
    )
}

/// A part of the list of public authors, by name.
///
/// # Errors
/// The database's.
pub fn list_public(cx: &mut Cx, descending: bool, paging: &Paging) -> Result<Shown<Paged<AuthorView>>> {
    let Paged { rows, ends } = published::authors(cx.conn, descending, paging, cx.now)?;
    let mut rows = views(cx, rows)?;
    let until = taxonomy::keep_usable(cx, rows.iter_mut().map(|view| &mut view.avatar));
    taxonomy::shown(cx, Paged { rows, ends }, until)
}

/// One public author by their id or slug; an old slug is followed.
///
/// # Errors
/// 404, also for who exists but is not public.
pub fn find_public(cx: &mut Cx, handle: &str) -> Result<Shown<Found<AuthorView>>> {
    let (id, is_old) = resolve(cx, handle)?.ok_or_else(Error::not_found)?;
    let row = authors::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    if !published::author_is_public(cx.conn, id, cx.now)? {
        return Err(Error::not_found());
    }
    if is_old {
        return taxonomy::shown(cx, Found::Moved(row.slug), Time::NEVER);
    }
    let mut view = views(cx, vec![row])?.pop().ok_or_else(Error::not_found)?;
    let until = taxonomy::keep_usable(cx, std::iter::once(&mut view.avatar));
    taxonomy::shown(cx, Found::Here(view), until)
}

/// Whom an id or a slug means, and whether the slug is an old one. A current slug beats an old one.
///
/// # Errors
/// The database's.
pub fn resolve(cx: &mut Cx, handle: &str) -> Result<Option<(Id, bool)>> {
    let slug = match Handle::from_text(handle) {
        Ok(Handle::Id(id)) => return Ok(Some((id, false))),
        Ok(Handle::Slug(slug)) => slug,
        Err(_) => return Ok(None),
    };
    if let Some(id) = authors::by_slug(cx.conn, &slug)? {
        return Ok(Some((id, false)));
    }
    Ok(authors::redirected(cx.conn, &slug)?.map(|id| (id, true)))
}

/// An author who is to be changed: 404, then 403, then 412.
fn load_for(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, op: Op) -> Result<AuthorRow> {
    let row = authors::find(cx.conn, id)?.ok_or_else(Error::not_found)?;
    let is_public = published::author_is_public(cx.conn, id, cx.now)?;
    policy::check_public(actor, op, is_public)?;
    wanted.check(cx, row.id, row.version, row.updated_at)?;
    Ok(row)
}

/// Writes the input over `row`.
fn apply(row: &mut AuthorRow, input: AuthorInput) -> Result<()> {
    if let Field::Set(name) = input.name {
        row.name = name.into();
        row.sort_name = fold(&row.name);
    }
    if let Field::Set(slug) = input.slug {
        row.slug = slug.into();
    }
    input.job_title.map(String::from).apply(&mut row.job_title);
    input.bio.map(String::from).apply(&mut row.bio);
    input.avatar.apply(&mut row.avatar_id);
    if let Some(links) = input.links.given() {
        let links = links.map_or_else(Vec::new, |links| links.0);
        row.links = serde_json::to_string(&links).map_err(Error::internal)?;
    }
    Ok(())
}

/// The rules that need the database, of what differs from `old`.
fn rule_faults(cx: &mut Cx, row: &AuthorRow, old: Option<&AuthorRow>) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    let has_new_slug = !row.slug.is_empty() && old.is_none_or(|old| old.slug != row.slug);
    if has_new_slug && authors::by_slug(cx.conn, &row.slug)?.is_some() {
        faults.push(taxonomy::slug_taken());
    }
    if let Some(avatar) = row.avatar_id.filter(|avatar| old.and_then(|old| old.avatar_id) != Some(*avatar)) {
        faults.extend(taxonomy::picture_fault(cx, "/avatar", avatar)?);
    }
    Ok(faults)
}

fn one(cx: &mut Cx, row: AuthorRow) -> Result<AuthorView> {
    editorial(cx, vec![row])?.pop().ok_or_else(|| Error::internal("one view of one author"))
}

/// Looks up what authors show, one query per relation.
fn views(cx: &mut Cx, rows: Vec<AuthorRow>) -> Result<Vec<AuthorView>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let pictures = taxonomy::pictures(cx, rows.iter().filter_map(|row| row.avatar_id))?;
    let counts = memory::author_counts(cx, &ids)?;
    let view = |row: AuthorRow| {
        Ok(AuthorView {
            links: serde_json::from_str(&row.links).map_err(Error::internal)?,
            avatar: row.avatar_id.and_then(|id| pictures.get(&id).cloned()),
            article_count: counts.get(&row.id).copied().unwrap_or(0),
            redirects: Vec::new(),
            row,
        })
    };
    rows.into_iter().map(view).collect()
}

/// The same with what only editors see.
fn editorial(cx: &mut Cx, rows: Vec<AuthorRow>) -> Result<Vec<AuthorView>> {
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let redirects = authors::redirects(cx.conn, &ids)?;
    let mut views = views(cx, rows)?;
    for view in &mut views {
        let own = redirects.iter().filter(|(id, _)| *id == view.row.id);
        view.redirects = own.map(|(_, slug)| slug.clone()).collect();
    }
    Ok(views)
}
