//! The history of an article: its versions, what changed between two of them, and the way back to one. Every save
//! appends a version ([`save`](super::articles::save)); autosaves of one author that follow each other closely are
//! folded into one, and what is very old can be pruned. A version that was ever public is kept.

mod changes;
mod prune;

use serde_json::Value;

pub use changes::{Against, Diff, FieldChange, diff};
pub use prune::{KEPT_AT_LEAST, prune};

use super::articles::save::Change;
use super::articles::{self, ArticleView, Loaded, view};
use super::tags::merged;
use super::{Actor, Cx, Op, Precondition, policy};
use crate::error::{Error, Result};
use crate::model::actions::RestoreRevision;
use crate::model::paging::{Key, Paged, Paging};
use crate::model::{ArticleAction, Content, Id};
use crate::store::revisions::{self, RevisionHead, RevisionRow};
use crate::store::tag_merges;

/// What is told of a version.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The row.
    pub head: RevisionHead,
    /// The members that it changed; none where it made the whole.
    pub changed_fields: Vec<String>,
    /// Whether readers ever saw it.
    pub published: bool,
    /// Whether readers see it now.
    pub live: bool,
}

/// A part of the history of an article, the newest version first.
///
/// # Errors
/// 403, 404.
pub fn list(cx: &mut Cx, actor: &Actor, id: Id, paging: &Paging) -> Result<Paged<Revision>> {
    policy::check(actor, Op::ListRevisions)?;
    let article = articles::load(cx, actor, id)?;
    let total = if paging.counts() { revisions::count(cx.conn, id)? } else { 0 };
    let from = paging.from().map(|from| match from.key {
        Key::Number(version) => version,
        Key::Text(_) => 0,
    });
    let heads = revisions::list(cx.conn, id, paging, from)?;
    let rows = heads.into_iter().map(|head| told(cx, &article, head)).collect::<Result<Vec<_>>>()?;
    Ok(paging.page(rows, total, |row| (Key::Number(row.head.version), id)))
}

/// One version, with the article as it was.
///
/// # Errors
/// 403, 404; a version that was folded into a later autosave, or pruned, is 404.
pub fn get(cx: &mut Cx, actor: &Actor, id: Id, version: i64) -> Result<(Revision, ArticleView)> {
    policy::check(actor, Op::GetRevision)?;
    let article = articles::load(cx, actor, id)?;
    let row = find(cx, id, version)?;
    let revision = told(cx, &article, row.head.clone())?;
    let (content, body) = (content_of(cx, &row)?, articles::stored_body(&row.body)?);
    let then = view::of(cx, actor, Loaded { content, body, ..article })?;
    Ok((revision, then))
}

/// Makes a new version with the content of an old one. What is public stays as it is, and so do the corrections, which
/// readers have seen, and what is featured or breaking now.
///
/// # Errors
/// 403, 404, 412, 409; 422 where the old slug is taken, the locale is fixed, or something that the old version refers
/// to is gone.
pub fn restore(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    version: i64,
    wanted: &Precondition,
    input: RestoreRevision,
) -> Result<ArticleView> {
    policy::check(actor, Op::RestoreRevision)?;
    tag_merges::lock_shared(cx.conn)?;
    let mut article = articles::load(cx, actor, id)?;
    let old = find(cx, id, version)?;
    articles::ready_for(cx, actor, &article, wanted, ArticleAction::Edit)?;
    let mut content = content_of(cx, &old)?;
    content.corrections.clone_from(&article.content.corrections);
    (content.featured, content.breaking) = (article.content.featured, article.content.breaking);
    let body = articles::stored_body(&old.body)?;
    articles::check_rules(cx, actor, &article, &content, &body, None)?;
    (article.content, article.body) = (content, body);
    let reason = input.reason.map(String::from).set();
    let change = Change::of_content("restore_revision", "article.updated").because(reason);
    articles::save::store(cx, actor, &mut article, &change)?;
    view::of(cx, actor, article)
}

fn find(cx: &mut Cx, id: Id, version: i64) -> Result<RevisionRow> {
    revisions::find(cx.conn, id, version)?.ok_or_else(Error::not_found)
}

/// What a stored version says; tags that were merged since are called by what they went into.
///
/// # Errors
/// The row is damaged.
pub fn content_of(cx: &mut Cx, row: &RevisionRow) -> Result<Content> {
    let mut content: Content = serde_json::from_str(&row.content).map_err(Error::internal)?;
    merged::follow(cx, [&mut content])?;
    Ok(content)
}

fn told(cx: &Cx, article: &Loaded, head: RevisionHead) -> Result<Revision> {
    Ok(Revision {
        changed_fields: serde_json::from_str(&head.changed_fields).map_err(Error::internal)?,
        published: head.public_from.is_some_and(|from| from <= cx.now),
        live: article.live().is_some_and(|copy| copy.version == head.version),
        head,
    })
}

/// The members in which two contents differ, by their names on the wire. Both are objects of JSON; a member that is
/// missing is `null`.
#[must_use]
pub fn differing(before: &Value, after: &Value) -> Vec<String> {
    let names = after.as_object().into_iter().flatten().map(|(name, _)| name);
    names.filter(|name| before[name.as_str()] != after[name.as_str()]).cloned().collect()
}
