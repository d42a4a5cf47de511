//! Tags as editors see and change them.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::domain::Cx;
use crate::domain::tags::{self, TagView};
use crate::error::Error;
use crate::http::answer::{json_private, private};
use crate::http::extract::{Caller, IfMatch, JsonBody, JsonInput, MergePatch, NoParams, Query, path};
use crate::http::list::{Limit, Links, List, Meta, PageMeta, PageNumber};
use crate::http::once::{Once, Reply};
use crate::http::problem::Problem;
use crate::http::public::tags::Tag;
use crate::model::faults::Faults;
use crate::model::{Line, TagInput, TagKind, Time, Urls};
use crate::store::keyset::NameOrder;
use crate::store::tags::TagFilter;
use crate::text::fold;

impl JsonInput for TagInput {}

/// A tag as editors see it: the public members, and those of the newsroom.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AdminTag {
    /// The public members; the address of `image` works for an hour.
    #[serde(flatten)]
    pub tag: Tag,
    /// Counts the changes, from 1; the ETag is this in quotes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// What else it is called.
    pub synonyms: Vec<String>,
    /// The old slugs that lead to it, those of tags that were merged into it among them.
    pub redirects: Vec<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// One tag, editorially.
#[derive(Serialize, ToSchema)]
pub struct AdminTagAnswer {
    /// The tag.
    pub data: AdminTag,
    /// About the answer.
    pub meta: Meta,
}

/// A part of the list of all tags.
#[derive(Serialize, ToSchema)]
pub struct AdminTagPage {
    /// The tags.
    pub data: Vec<AdminTag>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// What the list of all tags takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdminTagQuery {
    /// Only tags of this kind.
    #[param(inline)]
    #[deserr(default)]
    kind: Option<TagKind>,
    /// Only tags of whose names and synonyms one contains this, whatever the accents and case.
    #[param(inline)]
    #[deserr(default)]
    q: Option<Line<100>>,
    /// The order.
    #[param(inline)]
    #[deserr(default)]
    sort: Option<NameSort>,
    /// How many tags to answer.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 20)]
    #[deserr(default)]
    limit: Option<Limit>,
    /// Where to go on: a `next_cursor` or `prev_cursor` of the same list. Not together with `page`.
    #[param(max_length = 4096)]
    #[deserr(default)]
    cursor: Option<String>,
    /// The number of the page, from 1. `page` × `limit` is at most 10 000.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 10_000)]
    #[deserr(default)]
    page: Option<PageNumber>,
}

/// What editorial lists of tags and authors are sorted by; ties are broken by id in the same direction.
#[derive(Clone, Copy, Debug, Default, Deserr, ToSchema)]
#[deserr(error = Faults)]
pub enum NameSort {
    /// From a to z, by the name without accents and case.
    #[default]
    #[deserr(rename = "name")]
    #[schema(rename = "name")]
    Name,
    /// From z to a.
    #[deserr(rename = "-name")]
    #[schema(rename = "-name")]
    NameDescending,
    /// Oldest change first.
    #[deserr(rename = "updated_at")]
    #[schema(rename = "updated_at")]
    UpdatedAt,
    /// Newest change first.
    #[deserr(rename = "-updated_at")]
    #[schema(rename = "-updated_at")]
    UpdatedAtDescending,
}

impl NameSort {
    /// The same for the store.
    #[must_use]
    pub const fn order(self) -> NameOrder {
        match self {
            Self::Name => NameOrder::Name { descending: false },
            Self::NameDescending => NameOrder::Name { descending: true },
            Self::UpdatedAt => NameOrder::UpdatedAt { descending: false },
            Self::UpdatedAtDescending => NameOrder::UpdatedAt { descending: true },
        }
    }
}

impl AdminTag {
    /// What editors see.
    #[must_use]
    pub fn of(view: TagView, app: &App) -> Self {
        let (version, redirects, synonyms) = (view.row.version, view.redirects.clone(), view.synonyms.clone());
        let (created_at, updated_at) = (view.row.created_at, view.row.updated_at);
        let tag = Tag::of(view, None, &signed_urls(app));
        Self { tag, version, synonyms, redirects, created_at, updated_at }
    }
}

/// Lists all tags, whether public or not.
///
/// Sorted by name, or by `sort`. Walk it by `cursor`, or by `page` with totals.
#[utoipa::path(get, path = "/v1/admin/tags", tag = "tags", params(AdminTagQuery), security(("bearer" = [])), responses(
    (status = 200, description = "A part of the list.", body = AdminTagPage),
))]
pub async fn list_admin_tags(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query = Query::<AdminTagQuery>::of(&request)?;
    let list = List::of(&request, &app.urls.api, query.limit, query.cursor.as_deref(), query.page)?;
    let (paging, order) = (list.paging().clone(), query.sort.unwrap_or_default().order());
    let name = query.q.map(|text| fold(text.as_str()));
    let filter = TagFilter { kind: query.kind, name };
    let found = app.read(move |cx| tags::list(cx, &actor, &filter, order, &paging)).await?;
    list.answer(
        &found.ends,
        found.rows.into_iter().map(|view| AdminTag::of(view, &app)).collect(),
        |data, meta, links| AdminTagPage { data, meta, links },
    )
}

/// Answers one tag, whether public or not.
#[utoipa::path(get, path = "/v1/admin/tags/{id}", tag = "tags", params(
    ("id" = String, Path, description = "The tag.", format = Uuid),
), security(("bearer" = [])), responses((status = 200, description = "The tag.", body = AdminTagAnswer)))]
pub async fn get_admin_tag(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let id = path::id(&path)?;
    let view = app.read(move |cx| tags::get(cx, &actor, id)).await?;
    one(StatusCode::OK, view, &app)
}

/// Makes a tag.
///
/// Only `name` is needed; without `slug` one is made from it, with `-2`, `-3` … where it is taken. An explicit slug that
/// is taken is refused, and so is one of a tag that was merged into another one: it leads there.
#[utoipa::path(post, path = "/v1/admin/tags", tag = "tags", request_body = TagInput, security(("bearer" = [])), responses(
    (status = 201, description = "Made; `Location` leads to it.", body = AdminTagAnswer),
))]
pub async fn create_tag(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: JsonBody<TagInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let input = body.read()?;
    let once = Once::of(&request, &actor)?;
    let made_by = app.clone();
    let work = move |cx: &mut Cx| {
        let view = tags::create(cx, &actor, input)?;
        let location = format!("{}/v1/admin/tags/{}", made_by.urls.api, view.row.id);
        Ok(reply(StatusCode::CREATED, view, &made_by)?.at(location))
    };
    once.run(&app, work).await
}

/// Changes a tag.
///
/// A JSON Merge Patch (RFC 7396). A new slug makes the old one lead to it. A patch that changes nothing leaves the
/// version as it is.
#[utoipa::path(patch, path = "/v1/admin/tags/{id}", tag = "tags", params(
    ("id" = String, Path, description = "The tag.", format = Uuid),
), request_body(
    content = TagInput, content_type = "application/merge-patch+json",
), security(("bearer" = [])), responses((status = 200, description = "The tag as it is now.", body = AdminTagAnswer)))]
pub async fn update_tag(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
    body: MergePatch<TagInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    input.check(false)?;
    let id = path::id(&path)?;
    let wanted = if_match.precondition();
    let view = app.write(move |cx| tags::update(cx, &actor, id, &wanted, input)).await?;
    one(StatusCode::OK, view, &app)
}

/// Deletes a tag.
///
/// One that a working or published copy carries, or that stands above another tag, is refused with 409 `in_use`;
/// `used_by` names up to 20 of its uses.
#[utoipa::path(delete, path = "/v1/admin/tags/{id}", tag = "tags", params(
    ("id" = String, Path, description = "The tag.", format = Uuid),
), security(("bearer" = [])), responses((status = 204, description = "Deleted.")))]
pub async fn delete_tag(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let wanted = IfMatch::from_request(&request)?.precondition();
    let id = path::id(&path)?;
    app.write(move |cx| tags::delete(cx, &actor, id, &wanted)).await?;
    Ok(private(StatusCode::NO_CONTENT))
}

fn one(status: StatusCode, view: TagView, app: &App) -> Result<HttpResponse, Problem> {
    Ok(reply(status, view, app)?.into_response())
}

/// The answer of one tag.
pub(super) fn reply(status: StatusCode, view: TagView, app: &App) -> Result<Reply, Error> {
    let version = view.row.version;
    Reply::json(status, &AdminTagAnswer { data: AdminTag::of(view, app), meta: Meta {} }, Some(version))
}

/// An editorial answer of one record, with its version as ETag.
pub(super) fn answer(status: StatusCode, body: &impl Serialize, version: Option<i64>) -> Result<HttpResponse, Problem> {
    let bytes = serde_json::to_vec(body).map_err(Error::internal)?;
    Ok(json_private(status, bytes, version))
}

/// The addresses that editors get: those of files work for an hour, whether they are public or not.
pub(super) fn signed_urls(app: &App) -> Urls {
    super::media_types::signed_urls(&app.urls, app.keys.media_urls, app.clock.now())
}
