//! Who may do what, as data: for clients that show only what will work.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::tags::answer;
use crate::app::App;
use crate::domain::permissions::{self, InStatus};
use crate::http::ROUTES;
use crate::http::extract::{Caller, Query};
use crate::http::list::Meta;
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::policy::{Demand, Own};
use crate::model::{ArticleAction, Line, Role, Scope, Status};

/// Narrows the table.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PolicyQuery {
    /// One operation, by its `operationId`.
    #[param(value_type = Option<String>, max_length = 100)]
    #[deserr(default)]
    operation: Option<Line<100>>,
}

/// Who may do what.
#[derive(Serialize, ToSchema)]
pub struct Policy {
    /// The roles, the lowest first; each may do what those before it may.
    pub roles: Vec<Role>,
    /// The operations of the editorial door.
    pub operations: Vec<OperationPolicy>,
}

/// Who may run one operation.
#[derive(Serialize, ToSchema)]
pub struct OperationPolicy {
    /// The `operationId`.
    #[schema(max_length = 100)]
    pub operation: &'static str,
    /// The method.
    #[schema(max_length = 10)]
    pub method: String,
    /// The path, with its parameters in braces.
    #[schema(max_length = 200)]
    pub path: &'static str,
    /// What an API token needs, all of it; empty: API tokens can't do this.
    #[schema(max_items = 2)]
    pub scopes: Vec<Scope>,
    /// From this role on, for what is one's own.
    pub own: Role,
    /// From this role on, for everything.
    pub any: Role,
    /// What makes something one's own; `null` where that makes no difference.
    pub own_means: Option<Own>,
    /// What else it takes of a person.
    pub demand: Demand,
    /// The members of its body that take a person who signed in within the last 15 minutes, where the rest of it does not;
    /// the address of a webhook does so where it is trusted. API tokens can't set them.
    #[schema(max_items = 10)]
    pub fresh_members: &'static [&'static str],
    /// The action of `allowed_actions` that it is; `null` where it is none.
    pub action: Option<ArticleAction>,
    /// The statuses of the article in which it is legal; `null` where it does not depend on that.
    pub states: Option<Vec<StatePolicy>>,
}

/// What holds while the article has a status.
#[derive(Serialize, ToSchema)]
pub struct StatePolicy {
    /// The status.
    pub status: Status,
    /// From this role on, for one's own article.
    pub own: Role,
    /// From this role on, for every article.
    pub any: Role,
    /// Whether it is legal for every article of this status; if not, `allowed_actions` of the article says more.
    pub always: bool,
}

/// The table, with what belongs to the answer.
#[derive(Serialize, ToSchema)]
pub struct PolicyAnswer {
    /// The table.
    pub data: Policy,
    /// About the answer.
    pub meta: Meta,
}

/// Answers who may do what.
///
/// The one table by which every request to the editorial door is judged: operation, role, ownership, state of the article,
/// scope. It is the same for everybody, and changes with releases only. What is possible with one article now stands in its
/// `allowed_actions`.
#[utoipa::path(get, path = "/v1/admin/policy", tag = "policy", params(PolicyQuery), security(("bearer" = [])),
    responses((status = 200, description = "The table.", body = PolicyAnswer)))]
pub async fn get_policy(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let wanted = Query::<PolicyQuery>::of(&request)?.operation;
    let table = app.read_briefly(move |cx| permissions::list(cx, &actor)).await?;
    let is_wanted = |operation: &str| wanted.as_ref().is_none_or(|wanted| wanted.as_str() == operation);
    let told = table.iter().filter(|permission| is_wanted(permission.op.as_str())).filter_map(of);
    let mut roles = Role::ALL.to_vec();
    roles.sort_unstable();
    let data = Policy { roles, operations: told.collect() };
    answer(StatusCode::OK, &PolicyAnswer { data, meta: Meta {} }, None)
}

fn of(permission: &permissions::Permission) -> Option<OperationPolicy> {
    let route = ROUTES.iter().find(|route| route.operation == permission.op.as_str())?;
    let state = |state: &InStatus| {
        let InStatus { status, own, any, always } = *state;
        StatePolicy { status, own, any, always }
    };
    Some(OperationPolicy {
        operation: route.operation,
        method: route.method.to_uppercase(),
        path: route.path,
        scopes: permission.op.scopes(),
        own: permission.rule.own,
        any: permission.rule.any,
        own_means: permission.own_means,
        demand: permission.rule.demand,
        fresh_members: permission.op.fresh_members(),
        action: permission.action,
        states: permission.states.as_ref().map(|states| states.iter().map(state).collect()),
    })
}
