//! The review of a working copy: handing it in, approving it, giving it back.
//!
//! An approval is of a version: `approved_version` names it, `approved_by` who gave it. Saving what is approved takes
//! the right to approve, and moves the approval on to what was saved. Publishing and scheduling end a review; an article
//! that is taken back before anything of it was saved is approved still.

use super::articles::save::{self, Change};
use super::articles::{ArticleView, Loaded, load_for, loaded, view};
use super::{Actor, Cx, Precondition};
use crate::error::Result;
use crate::model::actions::{RequestChanges, Submit};
use crate::model::{ArticleAction, Id, Review};

/// Hands the working copy in.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn submit(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition, input: Submit) -> Result<ArticleView> {
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Submit)?;
    article.row.review = Review::InReview;
    let change = Change::new("submit_article", "article.submitted").because(input.note.map(String::from).set());
    finish(cx, actor, article, &change)
}

/// Finds the working copy good to go.
///
/// # Errors
/// 404, 403, 412, 409.
pub fn approve(cx: &mut Cx, actor: &Actor, id: Id, wanted: &Precondition) -> Result<ArticleView> {
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::Approve)?;
    article.row.review = Review::Approved;
    (article.row.approved_version, article.row.approved_by) = (Some(article.row.version + 1), actor.user);
    finish(cx, actor, article, &Change::new("approve_article", "article.approved"))
}

/// Gives the working copy back to its author; an approval is taken back with it.
///
/// # Errors
/// 422 without a reason, 404, 403, 412, 409.
pub fn request_changes(
    cx: &mut Cx,
    actor: &Actor,
    id: Id,
    wanted: &Precondition,
    input: RequestChanges,
) -> Result<ArticleView> {
    let reason = input.sound()?;
    let mut article = load_for(cx, actor, id, wanted, ArticleAction::RequestChanges)?;
    withdraw(&mut article);
    let change = Change::new("request_article_changes", "article.changes_requested").because(Some(reason));
    finish(cx, actor, article, &change)
}

/// Makes a draft of the article again, that nobody has approved.
pub fn withdraw(article: &mut Loaded) {
    article.row.review = Review::Draft;
    (article.row.approved_version, article.row.approved_by) = (None, None);
}

/// What the review is once something that was approved is not going to be published after all.
#[must_use]
pub fn after_taking_back(article: &Loaded) -> Review {
    let is_out = article.live().map(|live| live.version) >= article.row.approved_version;
    let was_approved = article.row.review == Review::Draft && article.is_approved() && !is_out;
    if was_approved { Review::Approved } else { article.row.review }
}

fn finish(cx: &mut Cx, actor: &Actor, mut article: Loaded, change: &Change) -> Result<ArticleView> {
    save::store(cx, actor, &mut article, change)?;
    let article = loaded(cx, article.row)?;
    view::of(cx, actor, article)
}
