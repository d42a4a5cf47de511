//! Who did what, as administrators see it.

use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::domain::audit;
use crate::error::{Error, Result};
use crate::http::extract::{Caller, Query};
use crate::http::list::{Limit, Links, List, PageMeta, PageNumber};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::{Id, Line, Time};
use crate::store::audit::{AuditFilter, Numbered};

/// One entry of the audit log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Identity.
    pub id: Id,
    /// Its number: without gaps, given a moment after the change; `null` until then.
    #[schema(minimum = 1)]
    pub seq: Option<i64>,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// Who did it.
    pub actor: AuditActor,
    /// The operation, by its `operationId` mostly.
    pub action: String,
    /// What it was done to.
    pub subject: AuditSubject,
    /// What there is to say of it: mostly `version`, and `fields` or `reason`.
    #[schema(value_type = Object, additional_properties)]
    pub detail: Map<String, Value>,
    /// The request that did it; empty for the server itself.
    pub request_id: String,
    /// SHA-256, in hex, over this entry and the `hash` of the one before it; `null` as long as `seq` is.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub hash: Option<String>,
}

/// Who did something.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditActor {
    /// The user; `null` for the server itself.
    pub id: Option<Id>,
    /// The name at that time.
    pub name: String,
}

/// What something was done to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditSubject {
    /// What kind of thing: `article`, `tag`, `user` and so on.
    pub kind: String,
    /// Which one.
    pub id: Id,
}

/// A part of the audit log.
#[derive(Serialize, ToSchema)]
pub struct AuditPage {
    /// The entries.
    pub data: Vec<AuditEntry>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// What the audit log takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only what this user did.
    #[deserr(default)]
    #[param(value_type = String, format = Uuid, required = false)]
    actor: Option<Id>,
    /// Only this operation.
    #[deserr(default)]
    #[param(inline, required = false)]
    action: Option<Line<100>>,
    /// Only what was done to things of this kind.
    #[deserr(default)]
    #[param(inline, required = false)]
    subject_kind: Option<Line<100>>,
    /// Only what was done to this.
    #[deserr(default)]
    #[param(value_type = String, format = Uuid, required = false)]
    subject: Option<Id>,
    /// Only what happened later than this.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    after: Option<Time>,
    /// Only what happened earlier than this.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    before: Option<Time>,
    /// How many entries to answer.
    #[deserr(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<Limit>,
    /// Where to go on: a `next_cursor` or `prev_cursor` of the same list. Not together with `page`.
    #[deserr(default)]
    #[param(max_length = 4096)]
    cursor: Option<String>,
    /// The number of the page, from 1. `page` × `limit` is at most 10 000.
    #[deserr(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 10_000)]
    page: Option<PageNumber>,
}

impl AuditQuery {
    fn filter(self) -> AuditFilter {
        AuditFilter {
            actor: self.actor,
            action: self.action.map(String::from),
            subject_kind: self.subject_kind.map(String::from),
            subject: self.subject,
            after: self.after,
            before: self.before,
        }
    }
}

impl AuditEntry {
    fn of(entry: Numbered) -> Result<Self> {
        let Numbered { row, seq, hash } = entry;
        Ok(Self {
            id: row.id,
            seq,
            at: row.at,
            actor: AuditActor { id: row.actor_id, name: row.actor_name },
            action: row.action,
            subject: AuditSubject { kind: row.subject_kind, id: row.subject_id },
            detail: serde_json::from_str(&row.detail).map_err(Error::internal)?,
            request_id: row.request_id,
            hash,
        })
    }
}

/// Lists who did what, newest first.
///
/// The audit log is append-only, and chained: each entry's `hash` covers the one before it, and `slugline doctor`
/// verifies the chain.
#[utoipa::path(get, path = "/v1/admin/audit", tag = "audit", params(AuditQuery), security(("bearer" = [])),
    responses((status = 200, description = "A part of the log.", body = AuditPage)))]
pub async fn list_audit_entries(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query = Query::<AuditQuery>::of(&request)?;
    let list = List::of(&request, &app.urls.api, query.limit, query.cursor.as_deref(), query.page)?;
    let (paging, filter) = (list.paging().clone(), query.filter());
    let found = app.read(move |cx| audit::list(cx, &actor, &filter, &paging)).await?;
    let data = found.rows.into_iter().map(AuditEntry::of).collect::<Result<Vec<_>>>()?;
    list.answer(&found.ends, data, |data, meta, links| AuditPage { data, meta, links })
}
