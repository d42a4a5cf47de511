//! Articles in public: the list, and one by its address.

use std::time::{Duration, SystemTime};

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::article::ArticleAnswer;
use super::article_params::{ArticleListParams, ArticleParams};
use super::asked::Asked;
use super::cards::{Card, View};
use super::forms::{CardField, card_fields};
use crate::app::App;
use crate::domain::Cx;
use crate::domain::reading::{self, Beside, Found, Listed, Moved};
use crate::error::{Error, Result};
use crate::http::answer::{self, CacheControl, Public, PublicBody};
use crate::http::carried::{Carried, Forms};
use crate::http::extract::Query;
use crate::http::list::{Links, List, PageMeta};
use crate::http::problem::Problem;
use crate::model::{FromText, Handle, Locale, Shows, Time};

/// What a list of 20 mostly comes to, in bytes.
const PAGE_BYTES: usize = 48 * 1024;
/// What an article mostly comes to, in bytes.
pub const ARTICLE_BYTES: usize = 16 * 1024;

/// A part of the list of articles.
#[derive(Serialize, ToSchema)]
pub struct CardPage<'a> {
    /// The cards, in order.
    pub data: Vec<Card<'a>>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// Lists live articles.
///
/// Cards of what is live now, newest first. Filters narrow the list together. It is walked by `cursor`, which stays
/// stable while news arrives, or by `page`, which counts to 10 000.
#[utoipa::path(get, path = "/v1/articles", tag = "articles", params(ArticleListParams), responses(
    (status = 200, description = "A part of the list.", body = CardPage),
))]
pub async fn list_articles(
    app: web::Data<App>,
    request: HttpRequest,
    Query(params): Query<ArticleListParams>,
) -> Result<HttpResponse, Problem> {
    let list = List::of(&request, &app.urls.api, params.limit, params.cursor.as_deref(), params.page)?;
    let (names, formats) = (card_fields(params.fields.as_ref()), params.formats.as_ref());
    let carried = Carried::of_list(names, formats, params.include.as_ref(), CardField::WORDS)?;
    let wanted = params.into_request(&list, carried.forms.any())?;
    let brief = wanted.is_brief();
    let read = move |cx: &mut Cx| reading::list(cx, &wanted);
    let (listed, shows) = app.show(brief, read).await?;
    let (meta, links) = list.finish(&listed.ends);
    let link = links.header();
    let data = cards(View { shelf: &listed.shelf, urls: &app.urls }, &listed, carried.forms)?;
    let bytes = answer::to_json(&CardPage { data, meta, links }, PAGE_BYTES)?;
    let cache = CacheControl { shown_for: listed.shelf.shown_for() };
    let body = PublicBody::new(carried.narrow(bytes)?);
    Ok(Public::json(cache).header(header::LINK, &link).show(&request, body, shows))
}

/// Shows a live article.
///
/// By its slug or its id. A former slug leads to the present one (301); a withdrawn article answers 410 with the
/// newsroom's `notice`; whatever else is not live answers 404. The body of an article that is not free ends at its
/// paywall.
#[utoipa::path(get, path = "/v1/articles/{slug_or_id}", tag = "articles",
    params(("slug_or_id" = inline(Handle), Path, description = "The article's slug or id."), ArticleParams),
    responses(
        (status = 200, description = "The article.", body = ArticleAnswer),
        (status = 301, description = "The article has another slug now.", headers(
            ("Location" = String, description = "The same route with the present slug."),
        )),
    ))]
pub async fn get_article(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
    Query(params): Query<ArticleParams>,
) -> Result<HttpResponse, Problem> {
    let at = handle(&path)?;
    let asked = Asked::of(params.fields.as_ref(), params.formats.as_ref(), params.include.as_ref())?;
    let Asked { carried, beside } = asked;
    let locale = params.locale;
    let read = move |cx: &mut Cx| reading::article(cx, &at, locale.as_ref().map(Locale::as_str), beside);
    let alone = beside == Beside::default();
    let (found, shows) = app.show(alone, read).await?;
    let article = match found {
        Found::Here(article) => article,
        Found::Moved(moved) => return Ok(moved_to(&request, &moved, "", shows)),
    };
    let view = View { shelf: &article.shelf, urls: &app.urls };
    let bytes = answer::to_json(&ArticleAnswer::of(view, &article, carried.forms)?, ARTICLE_BYTES)?;
    let cache = CacheControl { shown_for: article.shelf.shown_for() };
    let body = PublicBody::new(carried.narrow(bytes)?);
    let answer = Public::json(cache).last_modified(system_time(article.story.copy.updated_at));
    Ok(answer.show(&request, body, shows))
}

fn cards<'a>(view: View<'a>, listed: &'a Listed, forms: Forms) -> Result<Vec<Card<'a>>> {
    listed.stories.iter().map(|story| view.card_with_body(story, &listed.bodies, forms)).collect()
}

/// The slug or id of a path; what can be neither is nowhere.
///
/// # Errors
/// [`Code::NotFound`](crate::error::Code::NotFound).
pub fn handle(path: &str) -> Result<Handle> {
    Handle::from_text(path).map_err(|_| Error::not_found())
}

/// 301 to the same route with the present slug.
#[must_use]
pub fn moved_to(request: &HttpRequest, moved: &Moved, rest: &str, shows: Shows) -> HttpResponse {
    let cache = CacheControl { shown_for: moved.shown_for };
    answer::moved(request, &present_address(request, moved, rest), cache, shows)
}

/// The same route with the present slug.
#[must_use]
pub fn present_address(request: &HttpRequest, moved: &Moved, rest: &str) -> String {
    let mut location = format!("/v1/articles/{}{rest}", moved.slug);
    let mut query = request.query_string().to_owned();
    if let Some(locale) = &moved.locale {
        let separator = if query.is_empty() { "" } else { "&" };
        query = format!("{query}{separator}locale={locale}");
    }
    if !query.is_empty() {
        location = format!("{location}?{query}");
    }
    location
}

fn system_time(time: Time) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(time.unix()).unwrap_or(0))
}
