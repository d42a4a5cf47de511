//! One live article in the words of others: schema.org and IPTC ninjs.

use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde_json::Value;
use utoipa::IntoParams;

use super::jsonld::{self, JsonLd};
use super::ninjs::{self, Ninjs};
use crate::app::App;
use crate::domain::Cx;
use crate::domain::reading::{self, Article, Beside, Described, Found};
use crate::error::{Error, Result};
use crate::http::answer::{self, CacheControl, Public, PublicBody};
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::http::public::articles::{ARTICLE_BYTES, handle, moved_to};
use crate::http::public::cards::View;
use crate::model::faults::Faults;
use crate::model::{Handle, Locale};

const JSON_LD: HeaderValue = HeaderValue::from_static("application/ld+json");

/// The parameters of an article in the words of others.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DescribedParams {
    /// The language of the slug, exactly.
    #[deserr(default)]
    #[param(value_type = Locale, required = false)]
    locale: Option<Locale>,
}

/// Shows a live article as schema.org's JSON-LD.
///
/// `NewsArticle`, or the type that the article's `kind` makes of it, with publisher, people, pictures in the shapes that
/// search engines ask for, breadcrumbs, paywall markup and corrections. The text of the answer may stand in a
/// script element of the type `application/ld+json` as it is. Addresses work as those of the article do.
#[utoipa::path(get, path = "/v1/articles/{slug_or_id}/jsonld", tag = "outputs",
    params(("slug_or_id" = inline(Handle), Path, description = "The article's slug or id."), DescribedParams),
    responses(
        (status = 200, description = "The article.", body = JsonLd, content_type = "application/ld+json"),
        (status = 301, description = "The article has another slug now.", headers(
            ("Location" = String, description = "The same route with the present slug."),
        )),
    ))]
pub async fn get_article_jsonld(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
    Query(params): Query<DescribedParams>,
) -> Result<HttpResponse, Problem> {
    let write = |view: View, article: &Article, around: &Described| {
        jsonld::script(&jsonld::document(view, article, around)?).map(String::into_bytes)
    };
    answer(&app, &request, &path, params.locale, ("/jsonld", JSON_LD), write).await
}

/// Shows a live article as IPTC ninjs.
///
/// ninjs 3.1, for other newsrooms: headlines, bodies, people, subjects, rights, and the main picture and the recommended
/// video with their renditions. The body of an article that is not free ends at its paywall, and
/// `representationType` says `partial`. Addresses work as those of the article do.
#[utoipa::path(get, path = "/v1/articles/{slug_or_id}/ninjs", tag = "outputs",
    params(("slug_or_id" = inline(Handle), Path, description = "The article's slug or id."), DescribedParams),
    responses(
        (status = 200, description = "The article.", body = Ninjs),
        (status = 301, description = "The article has another slug now.", headers(
            ("Location" = String, description = "The same route with the present slug."),
        )),
    ))]
pub async fn get_article_ninjs(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
    Query(params): Query<DescribedParams>,
) -> Result<HttpResponse, Problem> {
    let write = |view: View, article: &Article, around: &Described| {
        let document: Value = ninjs::document(view, article, around)?;
        answer::to_json(&document, ARTICLE_BYTES)
    };
    answer(&app, &request, &path, params.locale, ("/ninjs", answer::JSON), write).await
}

async fn answer(
    app: &App,
    request: &HttpRequest,
    path: &str,
    locale: Option<Locale>,
    (rest, media_type): (&str, HeaderValue),
    write: impl Fn(View, &Article, &Described) -> Result<Vec<u8>>,
) -> Result<HttpResponse, Problem> {
    let at = handle(path)?;
    let beside = Beside { described: true, ..Beside::default() };
    let read = move |cx: &mut Cx| reading::article(cx, &at, locale.as_ref().map(Locale::as_str), beside);
    let (found, shows) = app.show(false, read).await?;
    let article = match found {
        Found::Here(article) => article,
        Found::Moved(moved) => return Ok(moved_to(request, &moved, rest, shows)),
    };
    let view = View { shelf: &article.shelf, urls: &app.urls };
    let around = article.described.as_ref().ok_or_else(|| Error::internal("the surroundings were not read"))?;
    let bytes = write(view, &article, around)?;
    let cache = CacheControl { shown_for: article.shelf.shown_for() };
    Ok(Public::of(media_type, cache).show(request, PublicBody::new(bytes), shows))
}
