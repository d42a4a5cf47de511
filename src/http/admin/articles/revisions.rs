//! The history of an article: its versions, what changed between two of them, and the way back to one.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use serde::Serialize;
use utoipa::IntoParams;

use super::revision_types::{
    ArticleRevision, ArticleRevisionPage, RevisionContent, RevisionDiff, RevisionDiffAnswer, WholeRevision,
    WholeRevisionAnswer,
};
use super::shown;
use super::wire::{AdminArticle, AdminArticleAnswer};
use crate::app::App;
use crate::domain::revisions::{self, Against};
use crate::domain::{Cx, Precondition};
use crate::error::{Error, FaultCode, Result};
use crate::http::admin::plain_list::PlainListQuery;
use crate::http::answer::json_private;
use crate::http::carried::Forms;
use crate::http::extract::{Caller, JsonBody, JsonInput, NoParams, Query, path};
use crate::http::list::Meta;
use crate::http::once::Once;
use crate::http::problem::Problem;
use crate::model::Id;
use crate::model::actions::RestoreRevision;
use crate::model::faults::Faults;

impl JsonInput for RestoreRevision {
    const EMPTY_IS_OBJECT: bool = true;
}

/// The parameter `against`.
#[derive(Clone, Copy, Debug)]
struct With(Against);

impl Deserr<Faults> for With {
    fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Faults> {
        let text = String::deserialize_from_value(value, at)?;
        let against = match text.as_str() {
            "live" => Some(Against::Live),
            "current" => Some(Against::Current),
            number => number_of(number).map(Against::Version),
        };
        let detail = "This must be a version, `live` or `current`.";
        against.map(Self).ok_or_else(|| Faults::one(at, FaultCode::InvalidFormat, detail))
    }
}

/// What a version is compared with.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DiffParams {
    /// A version; `live` for the one that readers see; `current` for the working copy. Without it the version before.
    #[deserr(default)]
    #[param(value_type = String, required = false, pattern = "^([1-9][0-9]{0,9}|live|current)$", max_length = 10)]
    against: Option<With>,
}

/// The number of a version, if the text is one.
fn number_of(text: &str) -> Option<i64> {
    let plain = (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| plain && *number > 0 && !text.starts_with('0'))
}

/// Article and version of a path; 404 for what is neither.
fn place(path: &(String, String)) -> Result<(Id, i64)> {
    let found = Id::parse(&path.0).zip(number_of(&path.1));
    found.ok_or_else(Error::not_found)
}

fn answer(body: &impl Serialize) -> Result<HttpResponse, Problem> {
    let bytes = serde_json::to_vec(body).map_err(Error::internal)?;
    Ok(json_private(StatusCode::OK, bytes, None))
}

/// List the revisions of an article.
///
/// Every version that is kept, the newest first, without its content: who saved it, when, why, and which members it
/// changed. Autosaves of one author within a quarter of an hour are one entry. A version that readers ever saw is kept
/// for good.
#[utoipa::path(get, path = "/v1/admin/articles/{id}/revisions", tag = "articles", security(("bearer" = [])),
    params(("id" = Id, Path, description = "The article."), PlainListQuery),
    responses((status = 200, description = "A part of the history.", body = ArticleRevisionPage)))]
pub async fn list_revisions(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let list = PlainListQuery::list(&request, &app)?;
    let (id, paging) = (path::id(&path)?, list.paging().clone());
    let found = app.read(move |cx| revisions::list(cx, &actor, id, &paging)).await?;
    list.answer(&found.ends, found.rows.into_iter().map(ArticleRevision::of).collect(), |data, meta, links| {
        ArticleRevisionPage { data, meta, links }
    })
}

/// Get a revision of an article.
///
/// What the article said in that version, its body in all four forms. What it refers to is shown as it is now, and left
/// out where it is gone. A version that was folded into a later autosave is 404.
#[utoipa::path(get, path = "/v1/admin/articles/{id}/revisions/{version}", tag = "articles", security(("bearer" = [])),
    params(
        ("id" = Id, Path, description = "The article."),
        ("version" = i64, Path, description = "The version.", minimum = 1),
    ),
    responses((status = 200, description = "The version.", body = WholeRevisionAnswer)))]
pub async fn get_revision(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (id, version) = place(&path)?;
    let read = app.read(move |cx| {
        let (revision, view) = revisions::get(cx, &actor, id, version)?;
        Ok((revision, AdminArticle::of(view, Forms::ALL, cx)))
    });
    let (revision, article) = read.await?;
    let data = WholeRevision { revision: ArticleRevision::of(revision), content: RevisionContent::of(article) };
    answer(&WholeRevisionAnswer { data, meta: Meta::default() })
}

/// Compare a revision of an article.
///
/// What leads from the version named by `against` to this one: members, blocks of the body, and words within them.
/// Blocks belong together by what they say, and else by their `_key`. Very long texts that differ much are shown as
/// replaced whole.
#[utoipa::path(get, path = "/v1/admin/articles/{id}/revisions/{version}/diff", tag = "articles",
    security(("bearer" = [])),
    params(
        ("id" = Id, Path, description = "The article."),
        ("version" = i64, Path, description = "The version.", minimum = 1),
        DiffParams,
    ),
    responses((status = 200, description = "The differences.", body = RevisionDiffAnswer)))]
pub async fn diff_revision(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let params = Query::<DiffParams>::of(&request)?;
    let against = params.against.map_or(Against::Previous, |with| with.0);
    let (id, version) = place(&path)?;
    let diff = app.read(move |cx| revisions::diff(cx, &actor, id, version, against)).await?;
    answer(&RevisionDiffAnswer { data: RevisionDiff::of(version, diff), meta: Meta::default() })
}

/// Restore a revision of an article.
///
/// Makes a new version with the content of an old one; the history stays, and so does what is public. Corrections, and
/// what is featured or breaking, are kept as they are. The rules of a change hold: 422 where another article has taken
/// the old slug, where the locale is fixed, or where something that the old version refers to is gone; the pointers lead
/// into the old version.
#[utoipa::path(post, path = "/v1/admin/articles/{id}/revisions/{version}/restore", tag = "articles",
    security(("bearer" = [])),
    params(
        ("id" = Id, Path, description = "The article."),
        ("version" = i64, Path, description = "The version.", minimum = 1),
    ),
    request_body(content = RestoreRevision, description = "May be left out."),
    responses((status = 200, description = "The article as it is now.", body = AdminArticleAnswer)))]
pub async fn restore_revision(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: JsonBody<RestoreRevision>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let asked = body.syntax()?.read_if_match(&request);
    let asked = asked.and_then(|(wanted, input)| Ok((place(&path)?, wanted.precondition(), input)));
    let once = Once::of(&request, &actor)?;
    let restore = move |cx: &mut Cx, (place, wanted, input): ((Id, i64), Precondition, RestoreRevision)| {
        shown(revisions::restore(cx, &actor, place.0, place.1, &wanted, input)?, StatusCode::OK, cx)
    };
    once.run_with(&app, asked, restore).await
}
