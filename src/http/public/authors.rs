//! Authors as the public sees them: those whom a live article names.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::media::Picture;
use super::tags::{PublicNameSort, body, moved_to};
use crate::app::App;
use crate::domain::authors::{self, AuthorView};
use crate::domain::taxonomy::Found;
use crate::http::answer::{CacheControl, Public};
use crate::http::choices::choices;
use crate::http::extract::Query;
use crate::http::fields::Fields;
use crate::http::list::{Limit, Links, List, Meta, PageMeta, PageNumber};
use crate::http::problem::Problem;
use crate::model::author::AuthorLink;
use crate::model::faults::Faults;
use crate::model::{Id, Urls};

choices! {
    /// A member of an author.
    AuthorField {
        /// Identity; always there.
        Id = "id",
        /// Last part of the address.
        Slug = "slug",
        /// As it stands in a byline.
        Name = "name",
        /// What they do.
        JobTitle = "job_title",
        /// Who they are.
        Bio = "bio",
        /// Their picture.
        Avatar = "avatar",
        /// Where else they are found.
        Links = "links",
        /// Their page for readers.
        Url = "url",
        /// How many live articles name them.
        ArticleCount = "article_count",
    }
}

/// A person of a byline.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Author {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// The last part of their address.
    pub slug: String,
    /// As it stands in a byline.
    pub name: String,
    /// What they do.
    pub job_title: Option<String>,
    /// Who they are.
    pub bio: Option<String>,
    /// Their picture.
    pub avatar: Option<Picture>,
    /// Where else they are found, in order.
    pub links: Vec<AuthorLink>,
    /// Where readers find their page.
    #[schema(format = "uri")]
    pub url: String,
    /// How many live articles name them.
    #[schema(minimum = 0)]
    pub article_count: i64,
}

/// One author.
#[derive(Serialize, ToSchema)]
pub struct AuthorAnswer {
    /// The author.
    pub data: Author,
    /// About the answer.
    pub meta: Meta,
}

/// A part of a list of authors.
#[derive(Serialize, ToSchema)]
pub struct AuthorPage {
    /// The authors.
    pub data: Vec<Author>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// What the list of public authors takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuthorListQuery {
    /// Members to answer, separated by commas; `id` always is.
    #[param(value_type = Vec<AuthorField>, required = false, style = Form, explode = false, min_items = 1, max_items = 9)]
    #[deserr(default)]
    fields: Option<String>,
    /// The order; `name` where absent.
    #[param(inline)]
    #[deserr(default)]
    sort: Option<PublicNameSort>,
    /// How many authors to answer.
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

/// What one public author takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuthorQuery {
    /// Members to answer, separated by commas; `id` always is.
    #[param(value_type = Vec<AuthorField>, required = false, style = Form, explode = false, min_items = 1, max_items = 9)]
    #[deserr(default)]
    fields: Option<String>,
}

impl Author {
    /// The public members of an author. The caller has made sure that they are public.
    #[must_use]
    pub fn of(view: AuthorView, urls: &Urls) -> Self {
        let AuthorView { row, links, avatar, article_count, .. } = view;
        Self {
            id: row.id,
            url: urls.author(&row.slug, row.id),
            slug: row.slug,
            name: row.name,
            job_title: row.job_title,
            bio: row.bio,
            avatar: avatar.map(|avatar| Picture::from_row(&avatar, urls)),
            links,
            article_count,
        }
    }
}

/// Lists the authors whom live articles name.
///
/// Walk it by `cursor`, or by `page` with totals.
#[utoipa::path(get, path = "/v1/authors", tag = "authors", params(AuthorListQuery), responses(
    (status = 200, description = "A part of the list.", body = AuthorPage),
))]
pub async fn list_authors(
    app: web::Data<App>,
    request: HttpRequest,
    Query(query): Query<AuthorListQuery>,
) -> Result<HttpResponse, Problem> {
    let list = List::of(&request, &app.urls.api, query.limit, query.cursor.as_deref(), query.page)?;
    let fields = Fields::parse(query.fields.as_deref(), AuthorField::WORDS)?;
    let (paging, descending) = (list.paging().clone(), query.sort.unwrap_or_default().is_descending());
    let (shown, shows) = app.show(false, move |cx| authors::list_public(cx, descending, &paging)).await?;
    let (meta, links) = list.finish(&shown.value.ends);
    let link = links.header();
    let data = shown.value.rows.into_iter().map(|view| Author::of(view, &app.urls)).collect();
    let answer = Public::json(CacheControl { shown_for: shown.shown_for }).header(header::LINK, &link);
    Ok(answer.show(&request, body(&AuthorPage { data, meta, links }, fields.as_ref())?, shows))
}

/// Answers one public author by their slug or id.
///
/// An old slug answers 301 to the present one. An author whom no live article names is not found.
#[utoipa::path(get, path = "/v1/authors/{slug_or_id}", tag = "authors", params(
    ("slug_or_id" = String, Path, description = "A slug, present or old, or an id.", max_length = 96),
    AuthorQuery,
), responses(
    (status = 200, description = "The author.", body = AuthorAnswer),
    (status = 301, description = "The author has another slug now; `Location` leads to it."),
))]
pub async fn get_author(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
    Query(query): Query<AuthorQuery>,
) -> Result<HttpResponse, Problem> {
    let fields = Fields::parse(query.fields.as_deref(), AuthorField::WORDS)?;
    let handle = path.into_inner();
    let (shown, shows) = app.show(false, move |cx| authors::find_public(cx, &handle)).await?;
    let cache = CacheControl { shown_for: shown.shown_for };
    let view = match shown.value {
        Found::Here(view) => view,
        Found::Moved(slug) => return Ok(moved_to(&request, &app.urls, ("authors", &slug), cache, shows)),
    };
    let answer = AuthorAnswer { data: Author::of(view, &app.urls), meta: Meta {} };
    Ok(Public::json(cache).show(&request, body(&answer, fields.as_ref())?, shows))
}
