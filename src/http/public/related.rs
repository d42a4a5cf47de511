//! What stands beside an article.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::article::related_cards;
use super::articles::{handle, moved_to};
use super::cards::{RelatedCard, View};
use crate::app::App;
use crate::domain::Cx;
use crate::domain::reading::{self, Found};
use crate::error::Error;
use crate::http::answer::{CacheControl, Public, PublicBody};
use crate::http::extract::Query;
use crate::http::extract::params::Int;
use crate::http::list::{Limit, Links, List, PageMeta};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::paging::Ends;
use crate::model::{Handle, Locale};

/// How many related articles there are where the client does not say.
const DEFAULT_LIMIT: i64 = 6;

/// The parameters of related articles.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RelatedParams {
    /// Cards at the most.
    #[deserr(default)]
    #[param(value_type = i64, required = false, minimum = 1, maximum = 100, default = 6)]
    limit: Option<Limit>,
    /// The language of the slug, exactly.
    #[deserr(default)]
    #[param(value_type = Locale, required = false)]
    locale: Option<Locale>,
}

/// The articles beside an article.
#[derive(Serialize, ToSchema)]
pub struct RelatedPage<'a> {
    /// The cards, in order.
    pub data: Vec<RelatedCard<'a>>,
    /// This list has one part only.
    pub meta: PageMeta,
    /// Where it is.
    pub links: Links,
}

/// Lists the articles beside an article.
///
/// The newsroom's choice in its order; then articles that share tags or the section with it, of which a rare tag says
/// more than a common one and two more than one, and newer articles stand before older ones that share as much; then the
/// newest. What the newsroom did not choose is of the same language; the article itself is never among them. `reason`
/// says why each stands there. Addresses work as those of the article do.
#[utoipa::path(get, path = "/v1/articles/{slug_or_id}/related", tag = "articles",
    params(("slug_or_id" = inline(Handle), Path, description = "The article's slug or id."), RelatedParams),
    responses(
        (status = 200, description = "The cards.", body = RelatedPage),
        (status = 301, description = "The article has another slug now.", headers(
            ("Location" = String, description = "The same route with the present slug."),
        )),
    ))]
pub async fn list_related_articles(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
    Query(params): Query<RelatedParams>,
) -> Result<HttpResponse, Problem> {
    let at = handle(&path)?;
    let limit = params.limit.unwrap_or(Int(DEFAULT_LIMIT));
    let list = List::of(&request, &app.urls.api, Some(limit), None, None)?;
    let locale = params.locale;
    let read = move |cx: &mut Cx| reading::related(cx, &at, locale.as_ref().map(Locale::as_str), limit.0);
    let (found, shows) = app.show(false, read).await?;
    let (related, shelf) = match found {
        Found::Here(found) => found,
        Found::Moved(moved) => return Ok(moved_to(&request, &moved, "/related", shows)),
    };
    let (meta, links) = list.finish(&Ends::Keyset { next: None, previous: None });
    let link = links.header();
    let data = related_cards(View { shelf: &shelf, urls: &app.urls }, &related);
    let bytes = serde_json::to_vec(&RelatedPage { data, meta, links }).map_err(Error::internal)?;
    let cache = CacheControl { shown_for: shelf.shown_for() };
    Ok(Public::json(cache).header(header::LINK, &link).show(&request, PublicBody::new(bytes), shows))
}
