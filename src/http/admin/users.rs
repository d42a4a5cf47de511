//! People, as administrators see and change them.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};

use super::plain_list::PlainListQuery;
use super::tags::answer;
use super::user_links::AccountLink;
use super::user_types::{CreatedUserAnswer, CreatedUserMeta, User, UserAnswer, UserPage};
use crate::app::App;
use crate::domain::users::{self, Hashed};
use crate::domain::{Actor, Cx, Op, Precondition, accounts, policy};
use crate::error::{Error, Result};
use crate::http::answer::private;
use crate::http::extract::{Caller, IfMatch, JsonBody, JsonInput, MergePatch, NoParams, Query, path};
use crate::http::list::Meta;
use crate::http::once::{Once, Reply};
use crate::http::problem::Problem;
use crate::model::Id;
use crate::model::actions::Nothing;
use crate::model::people::{FirstPassword, UserInput};
use crate::store::users::UserRow;

impl JsonInput for UserInput {}

/// Lists the users, oldest first.
#[utoipa::path(get, path = "/v1/admin/users", tag = "users", params(PlainListQuery), security(("bearer" = [])),
    responses((status = 200, description = "A part of the list.", body = UserPage)))]
pub async fn list_users(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let list = PlainListQuery::list(&request, &app)?;
    let paging = list.paging().clone();
    let found = app.read(move |cx| users::list(cx, &actor, &paging)).await?;
    list.answer(&found.ends, found.rows.into_iter().map(User::of).collect(), |data, meta, links| UserPage {
        data,
        meta,
        links,
    })
}

/// Answers one user.
#[utoipa::path(get, path = "/v1/admin/users/{id}", tag = "users", params(
    ("id" = String, Path, description = "The user.", format = Uuid),
), security(("bearer" = [])), responses((status = 200, description = "The user.", body = UserAnswer)))]
pub async fn get_user(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = path::id(&path)?;
    one(StatusCode::OK, app.read(move |cx| users::get(cx, &actor, id)).await?)
}

/// Makes a user.
///
/// Without `password` one is made and told in `meta.password`, this once. With `invite` the user chooses it by a link,
/// which is sent by mail or told in `meta.invitation`, this once; it works for 72 hours.
#[utoipa::path(post, path = "/v1/admin/users", tag = "users", request_body = UserInput, security(("bearer" = [])),
    responses((status = 201, description = "Made; `Location` leads to it.", body = CreatedUserAnswer)))]
pub async fn create_user(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<UserInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (new, password) = body.read()?.sound_new()?;
    policy::check(&actor, Op::CreateUser)?;
    let mut meta = CreatedUserMeta { password: None, invitation: None };
    let row = match password {
        FirstPassword::Set(given) => {
            let email = new.email.to_string();
            let Hashed { made, hash } = app.hash(move || users::hash_or_make(&email, given.as_ref())).await??;
            meta.password = made;
            app.write(move |cx| users::create(cx, &actor, new, hash)).await?
        }
        FirstPassword::Invite => {
            let by_mail = app.mailer.is_some();
            let made = app.write(move |cx| accounts::create_invited(cx, &actor, new, by_mail)).await?;
            meta.invitation = Some(AccountLink::of(made.1));
            made.0
        }
    };
    let (version, location) = (row.version, format!("{}/v1/admin/users/{}", app.urls.api, row.id));
    let response = answer(StatusCode::CREATED, &CreatedUserAnswer { data: User::of(row), meta }, Some(version))?;
    Ok(with_header(response, header::LOCATION, &location))
}

/// Changes a user.
///
/// A JSON Merge Patch (RFC 7396). Another role or password ends the user's sessions and access tokens. Nobody changes
/// their own role, and the last active administrator keeps it. A patch that changes nothing leaves the version as it
/// is.
#[utoipa::path(patch, path = "/v1/admin/users/{id}", tag = "users", params(
    ("id" = String, Path, description = "The user.", format = Uuid),
), request_body(
    content = UserInput, content_type = "application/merge-patch+json",
), security(("bearer" = [])), responses((status = 200, description = "The user as it is now.", body = UserAnswer)))]
pub async fn update_user(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: MergePatch<UserInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    let change = input.sound_change()?;
    let id = path::id(&path)?;
    policy::check(&actor, Op::UpdateUser)?;
    let hash = match change.password.clone() {
        Some(password) => {
            let asking = actor.clone();
            let row = app.read_briefly(move |cx| users::get(cx, &asking, id)).await?;
            let email = change.email.as_ref().map_or(row.email, ToString::to_string);
            Some(app.hash(move || users::hash_for(&email, &password, "/password")).await??)
        }
        None => None,
    };
    let wanted = if_match.precondition();
    one(StatusCode::OK, app.write(move |cx| users::update(cx, &actor, id, &change, hash, &wanted)).await?)
}

/// Removes a user with all sessions and API tokens.
///
/// What the user wrote stays, without an owner. Nobody removes themselves or the last active administrator.
#[utoipa::path(delete, path = "/v1/admin/users/{id}", tag = "users", params(
    ("id" = String, Path, description = "The user.", format = Uuid),
), security(("bearer" = [])), responses((status = 204, description = "Removed.")))]
pub async fn delete_user(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let id = path::id(&path)?;
    app.write(move |cx| users::delete(cx, &actor, id, &wanted)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}

/// Keeps a user out.
///
/// Every session and access token ends at once, and the user's API tokens rest. Nobody suspends themselves or the last
/// active administrator.
#[utoipa::path(post, path = "/v1/admin/users/{id}/suspend", tag = "users", params(
    ("id" = String, Path, description = "The user.", format = Uuid),
), request_body = Nothing, security(("bearer" = [])), responses(
    (status = 200, description = "The user as it is now.", body = UserAnswer),
))]
pub async fn suspend_user(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Nothing>,
) -> Result<HttpResponse, Problem> {
    act(&app, actor, &request, &path, body, users::suspend).await
}

/// Lets a suspended user in again.
#[utoipa::path(post, path = "/v1/admin/users/{id}/reactivate", tag = "users", params(
    ("id" = String, Path, description = "The user.", format = Uuid),
), request_body = Nothing, security(("bearer" = [])), responses(
    (status = 200, description = "The user as it is now.", body = UserAnswer),
))]
pub async fn reactivate_user(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: JsonBody<Nothing>,
) -> Result<HttpResponse, Problem> {
    act(&app, actor, &request, &path, body, users::reactivate).await
}

type Action = fn(&mut Cx, &Actor, Id, &Precondition) -> Result<UserRow>;

pub(super) async fn act(
    app: &App,
    actor: Actor,
    request: &HttpRequest,
    path: &str,
    body: JsonBody<Nothing>,
    action: Action,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(request)?;
    let asked = body.syntax()?.read_if_match(request);
    let asked = asked.and_then(|(wanted, _)| Ok((path::id(path)?, wanted.precondition())));
    let once = Once::of(request, &actor)?;
    let work = move |cx: &mut Cx, (id, wanted)| reply(StatusCode::OK, action(cx, &actor, id, &wanted)?);
    once.run_with(app, asked, work).await
}

fn one(status: StatusCode, row: UserRow) -> Result<HttpResponse, Problem> {
    Ok(reply(status, row)?.into_response())
}

fn reply(status: StatusCode, row: UserRow) -> Result<Reply, Error> {
    let version = row.version;
    Reply::json(status, &UserAnswer { data: User::of(row), meta: Meta {} }, Some(version))
}

/// Adds a header, unless its value can't stand in one.
pub(super) fn with_header(mut response: HttpResponse, name: header::HeaderName, value: &str) -> HttpResponse {
    if let Ok(value) = header::HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}
