//! Comments of colleagues on an article. Whoever may read the article reads them, answers them and settles them;
//! readers never see one.

use serde_json::json;

use super::articles::{self, Loaded};
use super::precondition::{changed_members, stale};
use super::{Actor, Cx, Op, Precondition, events, policy};
use crate::error::{Code, Error, Fault, FaultCode, Result};
use crate::model::comment::{CommentChange, NewComment};
use crate::model::paging::{Key, Paged, Paging};
use crate::model::{Id, Role};
use crate::store::comments::{self, CommentFilter, CommentRow};

/// From this role on, other people's comments may be deleted.
const MODERATES: Role = Role::Editor;

/// The article, if this actor may run `op` on its comments.
fn article(cx: &mut Cx, actor: &Actor, op: Op, id: Id) -> Result<Loaded> {
    let article = articles::load(cx, actor, id)?;
    policy::check_owned(actor, op, article.row.owner_id)?;
    Ok(article)
}

/// A part of an article's comments, oldest first.
///
/// # Errors
/// 404, 403.
pub fn list(cx: &mut Cx, actor: &Actor, id: Id, filter: &CommentFilter, paging: &Paging) -> Result<Paged<CommentRow>> {
    article(cx, actor, Op::ListComments, id)?;
    let total = if paging.counts() { comments::count(cx.conn, id, filter)? } else { 0 };
    let rows = comments::list(cx.conn, id, filter, paging)?;
    Ok(paging.page(rows, total, |row| (Key::from(row.created_at), row.id)))
}

/// One comment.
///
/// # Errors
/// 404, 403.
pub fn get(cx: &mut Cx, actor: &Actor, id: Id, comment: Id) -> Result<CommentRow> {
    article(cx, actor, Op::GetComment, id)?;
    comments::find(cx.conn, id, comment)?.ok_or_else(Error::not_found)
}

/// Makes a comment.
///
/// # Errors
/// 404, 403; 422 for a block that the working copy does not have, and for an answer to what began no thread.
pub fn create(cx: &mut Cx, actor: &Actor, id: Id, new: NewComment) -> Result<CommentRow> {
    let article = article(cx, actor, Op::CreateComment, id)?;
    let mut faults = Vec::new();
    if new.block.as_deref().is_some_and(|key| !article.body.0.iter().any(|block| block.key() == key)) {
        let detail = "No block of the working copy has this key.";
        faults.push(Fault::at("/block", FaultCode::UnknownId, detail));
    }
    let thread = match new.reply_to {
        Some(thread) => comments::find(cx.conn, id, thread)?,
        None => None,
    };
    match &thread {
        None if new.reply_to.is_some() => {
            faults.push(Fault::at("/reply_to", FaultCode::UnknownId, "The article has no comment with this id."));
        }
        Some(thread) if thread.reply_to.is_some() => {
            let detail = "This comment answers another one. Answer the one that began the thread.";
            faults.push(Fault::at("/reply_to", FaultCode::WrongKind, detail));
        }
        _ => {}
    }
    if !faults.is_empty() {
        return Err(Error::invalid(faults));
    }
    let row = CommentRow {
        id: Id::new(),
        version: 1,
        article_id: id,
        author_id: actor.user,
        author_name: actor.name.clone(),
        text: new.text,
        block: new.block.or(thread.as_ref().and_then(|thread| thread.block.clone())),
        field: new.field.map(|field| field.as_str().to_owned()).or(thread.as_ref().and_then(|one| one.field.clone())),
        quote: new.quote,
        reply_to: new.reply_to,
        resolved_at: thread.as_ref().and_then(|thread| thread.resolved_at),
        resolved_by: thread.as_ref().and_then(|thread| thread.resolved_by),
        resolved_name: thread.and_then(|thread| thread.resolved_name),
        created_at: cx.now,
        updated_at: cx.now,
    };
    comments::insert(cx.conn, &row)?;
    record(cx, actor, &row, "create_comment", "comment.created", &[])?;
    Ok(row)
}

/// Changes what a comment says, or settles its thread.
///
/// # Errors
/// 404; 403 for another's text; 412; 422 for settling an answer.
pub fn update(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    comment: Id,
    wanted: &Precondition,
    change: CommentChange,
) -> Result<CommentRow> {
    article(cx, actor, Op::UpdateComment, id)?;
    let before = comments::find(cx.conn, id, comment)?.ok_or_else(Error::not_found)?;
    if change.text.is_some() && !actor.owns(before.author_id) {
        return Err(Error::new(Code::Forbidden, "Only its author changes what a comment says."));
    }
    wanted.check(cx, comment, before.version, before.updated_at)?;
    if change.resolved.is_some() && before.reply_to.is_some() {
        let detail = "An answer is settled with the comment that began the thread.";
        return Err(Error::invalid(vec![Fault::at("/resolved", FaultCode::WrongKind, detail)]));
    }
    let mut after = before.clone();
    if let Some(text) = change.text {
        after.text = text;
    }
    match change.resolved {
        Some(true) if before.resolved_at.is_none() => {
            (after.resolved_at, after.resolved_by) = (Some(cx.now), actor.user);
            after.resolved_name = Some(actor.name.clone());
        }
        Some(false) => (after.resolved_at, after.resolved_by, after.resolved_name) = (None, None, None),
        _ => {}
    }
    let fields = changed_members!(before, after, { "text": text, "resolved": resolved_at });
    if fields.is_empty() {
        return Ok(before);
    }
    after.version += 1;
    after.updated_at = cx.now;
    if !comments::replace(cx.conn, &after, before.version)? {
        let present = comments::find(cx.conn, id, comment)?.ok_or_else(Error::not_found)?;
        return Err(stale(cx, wanted, comment, present.version, present.updated_at)?);
    }
    comments::settle_answers(cx.conn, &after)?;
    let settled = before.resolved_at.is_none() && after.resolved_at.is_some();
    let event = if settled { "comment.resolved" } else { "comment.updated" };
    record(cx, actor, &after, "update_comment", event, &fields)?;
    Ok(after)
}

/// Removes a comment with its answers.
///
/// # Errors
/// 404; 403 for another's comment, and for one's own that others have answered; 412.
pub fn delete(cx: &mut Cx, actor: &Actor, id: Id, comment: Id, wanted: &Precondition) -> Result<()> {
    article(cx, actor, Op::DeleteComment, id)?;
    let row = comments::find(cx.conn, id, comment)?.ok_or_else(Error::not_found)?;
    if actor.role < MODERATES {
        if !actor.owns(row.author_id) {
            return Err(Error::new(Code::Forbidden, "A comment is deleted by its author or by an editor."));
        }
        if comments::others_answered(cx.conn, comment, row.author_id)? {
            return Err(Error::new(Code::Forbidden, "Others have answered this comment; an editor can delete it."));
        }
    }
    wanted.check(cx, comment, row.version, row.updated_at)?;
    comments::remove(cx.conn, comment)?;
    record(cx, actor, &row, "delete_comment", "comment.deleted", &[])
}

/// Tells colleagues; the text itself is read at the comment.
fn record(
    cx: &mut Cx,
    actor: &Actor,
    row: &CommentRow,
    action: &str,
    event: &str,
    fields: &[&'static str],
) -> Result<()> {
    let data = json!({ "id": row.id, "version": row.version, "article_id": row.article_id });
    events::emit(cx, event, row.id, &data)?;
    let detail = json!({ "version": row.version, "fields": fields, "article_id": row.article_id });
    events::audit(cx, actor, action, "comment", row.id, &detail)
}
