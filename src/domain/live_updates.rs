//! The updates of live blogs. An update that is no draft is public as soon as it is written, if its article is live: so
//! writing one is publishing. Its body is frozen then, as that of an article is at publication.

use serde::Serialize;
use serde_json::json;

use super::articles::input::BodyForms;
use super::articles::{self, Loaded, references, stored_body};
use super::precondition::{changed_members, stale};
use super::publishing::freeze::{self, Frozen};
use super::publishing::gate;
use super::{Actor, Cx, Op, Precondition, events, policy, workflow};
use crate::error::{Error, Fault, FaultCode, Result};
use crate::model::faults::not_null;
use crate::model::live_update::{LiveUpdateInput, MAX_UPDATE_BLOCKS, MAX_UPDATE_CHARS};
use crate::model::paging::{Ends, Paged, Paging};
use crate::model::{ArticleAction, Id};
use crate::store::authors::{self, AuthorRow};
use crate::store::live_updates::{self as store, LiveUpdateRow, ShownUpdateRow};
use crate::text::Body;

/// An update with what it refers to.
pub struct UpdateView {
    /// The update itself.
    pub row: LiveUpdateRow,
    /// Its body, parsed.
    pub body: Body,
    /// Who signs it.
    pub author: Option<AuthorRow>,
}

/// A part of the updates of an article, the newest first.
///
/// # Errors
/// 404, 403.
pub fn list(
    cx: &mut Cx,
    actor: &Actor,
    article: Id,
    draft: Option<bool>,
    paging: &Paging,
) -> Result<(Vec<UpdateView>, Ends)> {
    policy::check(actor, Op::ListAdminLiveUpdates)?;
    let article = articles::load(cx, actor, article)?;
    let Paged { rows, ends } = store::list(cx.conn, article.row.id, draft, paging)?;
    Ok((views(cx, rows)?, ends))
}

/// One update.
///
/// # Errors
/// 404, 403.
pub fn get(cx: &mut Cx, actor: &Actor, article: Id, id: Id) -> Result<UpdateView> {
    policy::check(actor, Op::GetAdminLiveUpdate)?;
    let (_, row) = found(cx, actor, article, id)?;
    view(cx, row)
}

/// Writes an update.
///
/// # Errors
/// 422 shape, 404, 403, 409, 422 rules.
pub fn create(cx: &mut Cx, actor: &Actor, article: Id, input: LiveUpdateInput) -> Result<UpdateView> {
    let (input, body) = sound(input)?;
    let article = articles::load(cx, actor, article)?;
    permit(actor, Op::CreateLiveUpdate, &article)?;
    let mut row = LiveUpdateRow {
        id: Id::new(),
        article_id: article.row.id,
        version: 1,
        headline: None,
        body: String::new(),
        at: cx.now,
        pinned: false,
        key_event: false,
        draft: false,
        author_id: None,
        created_at: cx.now,
        updated_at: cx.now,
    };
    let body = body.unwrap_or_default();
    apply(&mut row, input, &body)?;
    demand_rules(cx, actor, &row, None, &body, &[])?;
    store::insert(cx.conn, &row)?;
    settle(cx, &row, &body)?;
    tell(cx, actor, &row, ("create_live_update", "live_update.created"), &[], None)?;
    view(cx, row)
}

/// Changes an update. A change that changes nothing leaves the version as it is.
///
/// # Errors
/// 422 shape, 404, 403, 412, 409, 422 rules.
pub fn update(
    cx: &mut Cx,
    actor: &Actor,
    article: Id,
    id: Id,
    wanted: &Precondition,
    input: LiveUpdateInput,
) -> Result<UpdateView> {
    let (input, new_body) = sound(input)?;
    let old = changeable(cx, actor, Op::UpdateLiveUpdate, (article, id), wanted)?;
    let old_body = stored_body(&old.body)?;
    let already: Vec<Id> = freeze::articles_of(&old_body);
    let body = new_body.unwrap_or(old_body);
    let mut row = old.clone();
    apply(&mut row, input, &body)?;
    demand_rules(cx, actor, &row, Some(&old), &body, &already)?;
    if row == old {
        return view(cx, row);
    }
    let changed = changed_members!(old, row, {
        "headline": headline, "body": body, "at": at, "pinned": pinned, "key_event": key_event, "draft": draft,
        "author": author_id,
    });
    row.version += 1;
    row.updated_at = cx.now;
    if !store::replace(cx.conn, &row, old.version)? {
        return Err(too_late(cx, &row, wanted)?);
    }
    settle(cx, &row, &body)?;
    let public = match (old.draft, row.draft) {
        (false, true) => Some("gone"),
        (true, false) => Some("live"),
        _ => None,
    };
    tell(cx, actor, &row, ("update_live_update", "live_update.updated"), &changed, public)?;
    view(cx, row)
}

/// Removes an update for good.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn delete(cx: &mut Cx, actor: &Actor, article: Id, id: Id, wanted: &Precondition) -> Result<()> {
    let row = changeable(cx, actor, Op::DeleteLiveUpdate, (article, id), wanted)?;
    if !store::delete(cx.conn, id, row.version)? {
        return Err(too_late(cx, &row, wanted)?);
    }
    tell(cx, actor, &row, ("delete_live_update", "live_update.deleted"), &[], None)
}

/// An update of an article that the actor may read.
fn found(cx: &mut Cx, actor: &Actor, article: Id, id: Id) -> Result<(Loaded, LiveUpdateRow)> {
    let article = articles::load(cx, actor, article)?;
    let row = store::find(cx.conn, article.row.id, id)?.ok_or_else(Error::not_found)?;
    Ok((article, row))
}

/// The same for a change: 404, then 403, 412, 409.
fn changeable(
    cx: &mut Cx,
    actor: &Actor,
    op: Op,
    (article, id): (Id, Id),
    wanted: &Precondition,
) -> Result<LiveUpdateRow> {
    let (article, row) = found(cx, actor, article, id)?;
    policy::check_owned(actor, op, article.row.owner_id)?;
    wanted.check(cx, id, row.version, row.updated_at)?;
    permit(actor, op, &article)?;
    Ok(row)
}

/// Updates are written as long as their article can be edited.
fn permit(actor: &Actor, op: Op, article: &Loaded) -> Result<()> {
    policy::check_owned(actor, op, article.row.owner_id)?;
    workflow::demand(actor, ArticleAction::Edit, article.row.owner_id, article.standing)
}

/// The 412 of an update that somebody else changed or removed in this very moment.
fn too_late(cx: &mut Cx, row: &LiveUpdateRow, wanted: &Precondition) -> Result<Error> {
    let now = store::find(cx.conn, row.article_id, row.id)?.ok_or_else(Error::not_found)?;
    stale(cx, wanted, row.id, now.version, now.updated_at)
}

/// The faults of shape that the types can't see, all at once; and the body, if one was given.
fn sound(mut input: LiveUpdateInput) -> Result<(LiveUpdateInput, Option<Body>)> {
    let nulls = [
        ("/at", input.at.is_null()),
        ("/pinned", input.pinned.is_null()),
        ("/key_event", input.key_event.is_null()),
        ("/draft", input.draft.is_null()),
    ];
    let mut faults = not_null(&nulls);
    let forms = BodyForms {
        blocks: std::mem::take(&mut input.body),
        html: std::mem::take(&mut input.body_html),
        markdown: std::mem::take(&mut input.body_markdown),
    };
    let pointer = forms.given().first().copied().unwrap_or("/body");
    let body = forms.read(&mut faults);
    if let Some(body) = &body
        && (body.0.len() > MAX_UPDATE_BLOCKS || body.to_plain().chars().count() > MAX_UPDATE_CHARS)
    {
        let detail = format!("An update has at most {MAX_UPDATE_BLOCKS} blocks and {MAX_UPDATE_CHARS} characters.");
        faults.push(Fault::at(pointer, FaultCode::TooLong, detail));
    }
    if faults.is_empty() { Ok((input, body)) } else { Err(Error::invalid(faults)) }
}

/// Writes the input over `row`.
fn apply(row: &mut LiveUpdateRow, input: LiveUpdateInput, body: &Body) -> Result<()> {
    input.headline.map(String::from).apply(&mut row.headline);
    input.author.apply(&mut row.author_id);
    row.at = input.at.set().unwrap_or(row.at);
    row.pinned = input.pinned.set().unwrap_or(row.pinned);
    row.key_event = input.key_event.set().unwrap_or(row.key_event);
    row.draft = input.draft.set().unwrap_or(row.draft);
    row.body = json_text(body)?;
    Ok(())
}

/// The rules that need the clock or the database.
fn demand_rules(
    cx: &mut Cx,
    actor: &Actor,
    row: &LiveUpdateRow,
    old: Option<&LiveUpdateRow>,
    body: &Body,
    already: &[Id],
) -> Result<()> {
    let mut faults = references::of_body(cx, actor, body, already)?;
    if !row.draft {
        faults.extend(gate::body_faults(cx, body, cx.now)?);
    }
    if row.headline.is_none() && body.0.is_empty() {
        faults.push(Fault::at("", FaultCode::Required, "Give a headline, a body or both."));
    }
    if row.at > cx.now && old.is_none_or(|old| old.at != row.at) {
        faults.push(Fault::at("/at", FaultCode::OutOfRange, "This must not lie in the future."));
    }
    if let Some(author) = row.author_id.filter(|author| old.and_then(|old| old.author_id) != Some(*author))
        && authors::find(cx.conn, author)?.is_none()
    {
        faults.push(Fault::at("/author", FaultCode::UnknownId, "There is nothing with this id."));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::invalid(faults)) }
}

/// Makes what belongs to an update say what it says: which media it uses, and what the public may see of it.
fn settle(cx: &mut Cx, row: &LiveUpdateRow, body: &Body) -> Result<()> {
    store::set_media(cx.conn, row.id, &media_of(body))?;
    if row.draft {
        return store::hide(cx.conn, row.id);
    }
    let Frozen { body: frozen, media_until } = freeze::freeze(cx, body)?;
    let shown = ShownUpdateRow {
        update_id: row.id,
        article_id: row.article_id,
        headline: row.headline.clone(),
        body: json_text(&frozen)?,
        body_html: frozen.to_html(),
        body_text: frozen.to_plain(),
        body_markdown: frozen.to_markdown(),
        article_refs: json_text(&freeze::articles_of(&frozen))?,
        media_until,
        at: row.at,
        pinned: row.pinned,
        key_event: row.key_event,
        author_id: row.author_id,
        updated_at: row.updated_at,
    };
    store::show(cx.conn, &shown, &media_of(&frozen))
}

fn media_of(body: &Body) -> Vec<Id> {
    let mut ids: Vec<Id> = body.media_refs().into_iter().map(|(_, id)| Id::from(id)).collect();
    ids.sort();
    ids.dedup();
    ids
}

fn json_text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

/// The event and the audit entry, each by its name. `public` says what readers see of it where its kind does not: that an
/// update that was held back shows now, or the other way round.
fn tell(
    cx: &mut Cx,
    actor: &Actor,
    row: &LiveUpdateRow,
    (action, event): (&str, &str),
    fields: &[&str],
    public: Option<&str>,
) -> Result<()> {
    let (id, article) = (row.id, row.article_id);
    let mut data = json!({ "id": id, "article_id": article, "version": row.version, "draft": row.draft });
    if let Some(public) = public {
        data["public"] = json!(public);
    }
    events::emit(cx, event, id, &data)?;
    let detail = json!({ "version": row.version, "fields": fields, "article_id": article });
    events::audit(cx, actor, action, "live_update", id, &detail)
}

fn view(cx: &mut Cx, row: LiveUpdateRow) -> Result<UpdateView> {
    views(cx, vec![row])?.pop().ok_or_else(|| Error::internal("one view of one update"))
}

/// Updates with what they refer to, by one query.
fn views(cx: &mut Cx, rows: Vec<LiveUpdateRow>) -> Result<Vec<UpdateView>> {
    let ids: Vec<Id> = rows.iter().filter_map(|row| row.author_id).collect();
    let authors = authors::by_ids(cx.conn, &ids)?;
    let view = |row: LiveUpdateRow| {
        Ok(UpdateView {
            body: stored_body(&row.body)?,
            author: authors.iter().find(|author| Some(author.id) == row.author_id).cloned(),
            row,
        })
    };
    rows.into_iter().map(view).collect()
}
