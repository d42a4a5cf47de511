//! The only table of moves: what can be done to an article in which state, whoever asks. Who may ask is `policy`'s.

use super::Actor;
use super::policy::{self, Op};
use crate::error::{Code, Error, Result};
use crate::model::{ArticleAction, ArticleState, Id, Review, Status};

/// Where an article stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is kept.
    pub state: ArticleState,
    /// How far the review has come.
    pub review: Review,
    /// Whether a copy is live.
    pub live: bool,
    /// Whether a copy waits.
    pub scheduled: bool,
    /// Whether somebody has locked it.
    pub locked: bool,
}

impl Standing {
    /// The status that editors see (API.md: derived when read).
    #[must_use]
    pub fn status(self) -> Status {
        match (self.state, self.live, self.scheduled, self.review) {
            (ArticleState::Trashed, ..) => Status::Trashed,
            (ArticleState::Killed, ..) => Status::Killed,
            (ArticleState::Archived, ..) => Status::Archived,
            (ArticleState::Active, true, ..) => Status::Published,
            (ArticleState::Active, false, true, _) => Status::Scheduled,
            (ArticleState::Active, false, false, Review::Draft) => Status::Draft,
            (ArticleState::Active, false, false, Review::InReview) => Status::InReview,
            (ArticleState::Active, false, false, Review::Approved) => Status::Approved,
        }
    }

    /// The table.
    #[must_use]
    pub fn allows(self, action: ArticleAction) -> bool {
        use ArticleAction as A;
        use ArticleState::{Active, Archived, Killed, Trashed};
        match action {
            A::Edit | A::Publish | A::Schedule | A::Flag | A::Archive | A::Lock => self.state == Active,
            A::Submit => self.state == Active && self.review == Review::Draft,
            A::Approve => self.state == Active && self.review == Review::InReview,
            A::RequestChanges => self.state == Active && self.review != Review::Draft,
            A::Unschedule => self.state == Active && self.scheduled,
            A::Unpublish | A::Correct => self.state == Active && self.live,
            A::Kill => matches!(self.state, Active | Archived),
            A::Restore => matches!(self.state, Archived | Killed | Trashed),
            A::Duplicate => self.state != Trashed,
            A::Unlock => self.locked,
            A::Delete => self.state != Trashed && !self.live && !self.scheduled,
        }
    }

    /// Every way in which an article can stand: only what is active is live, or waits.
    pub fn all() -> impl Iterator<Item = Self> {
        use ArticleState::{Active, Archived, Killed, Trashed};
        let flags = |number: u8| [number & 1 > 0, number & 2 > 0, number & 4 > 0];
        [Active, Archived, Killed, Trashed].into_iter().flat_map(move |state| {
            Review::ALL.iter().flat_map(move |review| {
                let standings = (0..8).map(flags).map(move |[live, scheduled, locked]| Self {
                    state,
                    review: *review,
                    live,
                    scheduled,
                    locked,
                });
                standings.filter(|standing| standing.state == Active || !(standing.live || standing.scheduled))
            })
        })
    }

    /// Whether the working copy is in the hands of those who approve: what is approved must be what is published.
    #[must_use]
    pub fn is_under_review(self) -> bool {
        self.state == ArticleState::Active && self.review != Review::Draft
    }
}

/// The operation that an action needs permission for.
#[must_use]
pub const fn operation(action: ArticleAction) -> Op {
    match action {
        ArticleAction::Publish => Op::PublishArticle,
        ArticleAction::Schedule => Op::ScheduleArticle,
        ArticleAction::Unschedule => Op::UnscheduleArticle,
        ArticleAction::Unpublish => Op::UnpublishArticle,
        ArticleAction::Archive => Op::ArchiveArticle,
        ArticleAction::Restore => Op::RestoreArticle,
        ArticleAction::Kill => Op::KillArticle,
        ArticleAction::Correct => Op::CorrectArticle,
        ArticleAction::Flag => Op::FlagArticle,
        ArticleAction::Duplicate => Op::DuplicateArticle,
        ArticleAction::Edit => Op::UpdateArticle,
        ArticleAction::Delete => Op::DeleteArticle,
        ArticleAction::Submit => Op::SubmitArticle,
        ArticleAction::Approve => Op::ApproveArticle,
        ArticleAction::RequestChanges => Op::RequestArticleChanges,
        ArticleAction::Lock => Op::LockArticle,
        ArticleAction::Unlock => Op::UnlockArticle,
    }
}

/// The move that an operation makes. Restoring a revision is an edit.
#[must_use]
pub fn action(op: Op) -> Option<ArticleAction> {
    match op {
        Op::RestoreRevision => Some(ArticleAction::Edit),
        _ => ArticleAction::ALL.iter().copied().find(|action| operation(*action) == op),
    }
}

/// Whether an operation is legal for an article that stands so; `None` where that does not depend on it. Live blogs are
/// written as long as their article can be edited; unlocking what nobody has locked does nothing.
#[must_use]
pub fn legal(op: Op, standing: Standing) -> Option<bool> {
    match op {
        Op::CreateLiveUpdate | Op::UpdateLiveUpdate | Op::DeleteLiveUpdate => {
            Some(standing.allows(ArticleAction::Edit))
        }
        Op::CreatePreviewToken => Some(can_be_previewed(standing.state)),
        Op::UnlockArticle => None,
        _ => action(op).map(|action| standing.allows(action)),
    }
}

/// Whether an article can be shown before it is public: not once it is withdrawn or in the trash.
#[must_use]
pub const fn can_be_previewed(state: ArticleState) -> bool {
    matches!(state, ArticleState::Active | ArticleState::Archived)
}

/// May this actor run an operation on an article of `owner`'s that stands so, whether that is legal or not?
///
/// # Errors
/// [`Code::Forbidden`] or [`Code::InsufficientScope`].
pub fn may_run(actor: &Actor, op: Op, owner: Option<Id>, standing: Standing) -> Result<()> {
    policy::check_owned(actor, op, owner)?;
    action(op).map_or(Ok(()), |action| may(actor, action, owner, standing))
}

/// May this actor do it, whatever the state? The answer lists what the caller can do instead.
///
/// # Errors
/// [`Code::Forbidden`] or [`Code::InsufficientScope`].
pub fn permit(actor: &Actor, action: ArticleAction, owner: Option<Id>, standing: Standing) -> Result<()> {
    may(actor, action, owner, standing).map_err(|refused| with_allowed(refused, actor, owner, standing))
}

/// A contributor's hand is off an article once the public sees it or will. What is in review, or approved, is changed
/// by those alone who may approve it.
fn may(actor: &Actor, action: ArticleAction, owner: Option<Id>, standing: Standing) -> Result<()> {
    use ArticleAction::{Delete, Edit, Lock, Restore, Submit, Unlock};
    policy::check_owned(actor, operation(action), owner)?;
    let changes = matches!(action, Edit | Delete | Restore | Submit | Lock | Unlock);
    let out = standing.live || standing.scheduled || standing.state == ArticleState::Killed;
    if changes && out && !policy::publishes(actor) {
        return Err(Error::new(
            Code::Forbidden,
            "The article is out, or about to be; this needs the role author or a higher one.",
        ));
    }
    if action == Restore && standing.state == ArticleState::Killed {
        // Who may not withdraw an article may not take the withdrawal back.
        policy::check_owned(actor, Op::KillArticle, owner)?;
    }
    let edits = matches!(action, Edit | Lock);
    if edits && standing.is_under_review() && policy::check_owned(actor, Op::ApproveArticle, owner).is_err() {
        let detail =
            "The article is in review or approved; only those who may approve it can change it, or give it back.";
        return Err(Error::new(Code::Forbidden, detail));
    }
    Ok(())
}

fn with_allowed(error: Error, actor: &Actor, owner: Option<Id>, standing: Standing) -> Error {
    let words: Vec<&str> = allowed(actor, owner, standing).into_iter().map(ArticleAction::as_str).collect();
    error.with("allowed_actions", words)
}

/// What this actor can do now.
#[must_use]
pub fn allowed(actor: &Actor, owner: Option<Id>, standing: Standing) -> Vec<ArticleAction> {
    let possible = |action: &ArticleAction| standing.allows(*action) && may(actor, *action, owner, standing).is_ok();
    ArticleAction::ALL.iter().copied().filter(possible).collect()
}

/// 409 unless the state allows the action; the answer lists what the caller can do instead.
///
/// # Errors
/// [`Code::IllegalAction`], or [`Code::ArticleIsLive`] for deleting.
pub fn demand(actor: &Actor, action: ArticleAction, owner: Option<Id>, standing: Standing) -> Result<()> {
    if standing.allows(action) {
        return Ok(());
    }
    let status = standing.status().as_str();
    let error = if action == ArticleAction::Delete && standing.state != ArticleState::Trashed {
        Error::new(Code::ArticleIsLive, "The article is live or scheduled. Unpublish or unschedule it first.")
    } else {
        Error::new(
            Code::IllegalAction,
            format!("An article that is {status} can't be changed by `{}`.", action.as_str()),
        )
    };
    Err(with_allowed(error, actor, owner, standing))
}
