//! What callers see of themselves.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::sessions;
use crate::error::Error;
use crate::http::admin::user_types::User;
use crate::http::answer::{json_private, private};
use crate::http::extract::{Caller, NoParams, Query, path};
use crate::http::list::{CursorMeta, Links, Meta};
use crate::http::problem::Problem;
use crate::model::{Id, Time};
use crate::store::sessions::SessionRow;

/// The caller.
#[derive(Serialize, ToSchema)]
pub struct Me {
    /// The user.
    #[serde(flatten)]
    pub user: User,
    /// The session that the access token belongs to.
    pub session: Option<Id>,
}

/// The caller, with what belongs to the answer.
#[derive(Serialize, ToSchema)]
pub struct MeAnswer {
    /// The caller.
    pub data: Me,
    /// About the answer.
    pub meta: Meta,
}

/// A device that the caller is signed in on.
#[derive(Serialize, ToSchema)]
pub struct Session {
    /// Identity.
    pub id: Id,
    /// What the client called itself when signing in.
    #[schema(max_length = 200)]
    pub user_agent: String,
    /// The network that it signed in from: an IPv4 address, or the /64 of an IPv6 one.
    #[schema(max_length = 64)]
    pub network: String,
    /// Whether this is the session of this request.
    pub current: bool,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When its tokens were last renewed.
    #[schema(value_type = String, format = DateTime)]
    pub last_used_at: Time,
    /// When it ends unless it is used.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Time,
}

/// The caller's sessions, all of them.
#[derive(Serialize, ToSchema)]
pub struct SessionList {
    /// The sessions, newest first.
    #[schema(max_items = 50)]
    pub data: Vec<Session>,
    /// Where this part lies: there is only one.
    pub meta: CursorMeta,
    /// Where the other parts are.
    pub links: Links,
}

impl Session {
    fn of(row: SessionRow, current: Option<Id>) -> Self {
        Self {
            id: row.id,
            user_agent: row.user_agent,
            network: row.network,
            current: Some(row.id) == current,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
        }
    }
}

/// Answers who the caller is.
#[utoipa::path(get, path = "/v1/auth/me", tag = "auth", security(("bearer" = [])), responses(
    (status = 200, description = "The caller.", body = MeAnswer),
))]
pub async fn get_me(app: web::Data<App>, Caller(actor): Caller, request: HttpRequest) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let session = actor.session;
    let row = app.read(move |cx| sessions::me(cx, &actor)).await?;
    let answer = MeAnswer { data: Me { user: User::of(row), session }, meta: Meta {} };
    Ok(json_private(StatusCode::OK, serde_json::to_vec(&answer).map_err(Error::internal)?, None))
}

/// Lists the caller's open sessions.
///
/// All of them at once, newest first: a user has 50 at the most, and the oldest ends when another one begins.
#[utoipa::path(get, path = "/v1/auth/sessions", tag = "auth", security(("bearer" = [])), responses(
    (status = 200, description = "The sessions.", body = SessionList),
))]
pub async fn list_sessions(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let current = actor.session;
    let rows = app.read(move |cx| sessions::list(cx, &actor)).await?;
    let address = format!("{}/v1/auth/sessions", app.urls.api);
    let limit = i64::try_from(sessions::MAX_SESSIONS).unwrap_or_default();
    let links = Links { this: address.clone(), next: None, prev: None, first: address };
    let link = header::HeaderValue::from_str(&links.header());
    let data = rows.into_iter().map(|row| Session::of(row, current)).collect();
    let answer = SessionList { data, meta: CursorMeta { limit, next_cursor: None, prev_cursor: None }, links };
    let bytes = serde_json::to_vec(&answer).map_err(Error::internal)?;
    let mut response = json_private(StatusCode::OK, bytes, None);
    if let Ok(link) = link {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// Ends one of the caller's sessions, with all its tokens.
#[utoipa::path(delete, path = "/v1/auth/sessions/{id}", tag = "auth", params(
    ("id" = String, Path, description = "The session.", format = Uuid),
), security(("bearer" = [])), responses((status = 204, description = "Ended.")))]
pub async fn delete_session(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = path::id(&path)?;
    app.write(move |cx| sessions::end(cx, &actor, id)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}
