//! The policy table and the table of moves, as they are told to clients: by `GET /v1/admin/policy`, and in the OpenAPI
//! document. Nothing is decided here.

use std::sync::LazyLock;

use super::policy::{self, Op, Rule};
use super::workflow::{self, Standing};
use super::{Actor, Cx};
use crate::error::Result;
use crate::model::policy::Own;
use crate::model::{ArticleAction, Id, Role, Status};

/// Who may run an operation.
#[derive(Clone, Debug)]
pub struct Permission {
    /// The operation.
    pub op: Op,
    /// Its line of the policy table.
    pub rule: Rule,
    /// What makes something one's own; `None` where that makes no difference.
    pub own_means: Option<Own>,
    /// The move that it makes, if it makes one.
    pub action: Option<ArticleAction>,
    /// The statuses in which it is legal; `None` where it does not depend on the state of an article.
    pub states: Option<Vec<InStatus>>,
}

/// What holds for an operation while its article has a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InStatus {
    /// The status.
    pub status: Status,
    /// From this role on, for one's own article.
    pub own: Role,
    /// From this role on, for every article.
    pub any: Role,
    /// Whether it is legal for every article of this status.
    pub always: bool,
}

static ALL: LazyLock<Vec<Permission>> = LazyLock::new(|| Op::ALL.iter().copied().map(of).collect());

/// Every operation, in the order of the table.
///
/// # Errors
/// 403 for API tokens without the scope.
pub fn list(_: &mut Cx, actor: &Actor) -> Result<&'static [Permission]> {
    policy::check(actor, Op::GetPolicy)?;
    Ok(&ALL)
}

/// The permission of one operation.
#[must_use]
pub fn of(op: Op) -> Permission {
    let statuses = Status::ALL.iter().filter_map(|status| in_status(op, *status)).collect();
    let depends = Standing::all().any(|standing| workflow::legal(op, standing).is_some());
    Permission {
        op,
        rule: op.rule(),
        own_means: op.own_means(),
        action: workflow::action(op),
        states: depends.then_some(statuses),
    }
}

/// `None` where the operation is never legal in this status.
fn in_status(op: Op, status: Status) -> Option<InStatus> {
    let standings: Vec<Standing> = Standing::all().filter(|standing| standing.status() == status).collect();
    let is_legal = |standing: &&Standing| workflow::legal(op, **standing) == Some(true);
    let legal: Vec<Standing> = standings.iter().filter(is_legal).copied().collect();
    let always = legal.len() == standings.len();
    Some(InStatus { status, own: least(op, &legal, true)?, any: least(op, &legal, false)?, always })
}

/// The lowest role that may run `op` on its own article, or on another one's, where it stands in one of these ways.
fn least(op: Op, standings: &[Standing], own: bool) -> Option<Role> {
    let user = Id::new();
    let owner = if own { user } else { Id::new() };
    let may = |role: &Role| {
        let actor = Actor { user: Some(user), role: *role, ..Actor::system() };
        standings.iter().any(|standing| workflow::may_run(&actor, op, Some(owner), *standing).is_ok())
    };
    let mut roles = Role::ALL.to_vec();
    roles.sort_unstable();
    roles.into_iter().find(may)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_status(op: Op, status: Status) -> Option<InStatus> {
        of(op).states.unwrap_or_default().into_iter().find(|state| state.status == status)
    }

    #[test]
    fn states_are_those_of_the_table_of_moves() {
        let published = in_status(Op::UnpublishArticle, Status::Published).expect("legal");
        assert_eq!((published.own, published.any, published.always), (Role::Author, Role::Editor, true));
        assert!(in_status(Op::UnpublishArticle, Status::Draft).is_none());
        let waiting = in_status(Op::UnscheduleArticle, Status::Published).expect("legal");
        assert!(!waiting.always, "only while another copy waits");
        let edit = |status| in_status(Op::UpdateArticle, status).map(|state| (state.own, state.any));
        assert_eq!(edit(Status::Draft), Some((Role::Contributor, Role::Editor)));
        assert_eq!(edit(Status::InReview), Some((Role::Editor, Role::Editor)));
        assert_eq!(edit(Status::Published), Some((Role::Author, Role::Editor)));
        assert_eq!(edit(Status::Trashed), None);
        let back = in_status(Op::RestoreArticle, Status::Killed).expect("legal");
        assert_eq!((back.own, back.any), (Role::Editor, Role::Editor));
        assert!(of(Op::ListAdminArticles).states.is_none() && of(Op::UpdateTag).states.is_none());
    }
}
