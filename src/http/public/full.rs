//! A whole article, for a reader who is entitled to it. Never kept anywhere, never compressed.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::article::ArticleAnswer;
use super::article_params::ArticleParams;
use super::articles::{ARTICLE_BYTES, handle, present_address};
use super::asked::Asked;
use super::cards::View;
use crate::app::App;
use crate::domain::Cx;
use crate::domain::entitlements::Entitlement;
use crate::domain::reading::{self, Article, Beside, Found};
use crate::error::{Code, Error, Result};
use crate::http::answer;
use crate::http::extract::{Entitled, Query};
use crate::http::problem::Problem;
use crate::model::{Handle, Locale};

/// Shows a live article with its whole body.
///
/// For a reader's entitlement token: what stands behind the `paywall` block too, that block within it. An article that
/// is free comes whole for any valid token; one that takes more than the token says is 403 `entitlement_required`.
/// Pictures that only the whole body shows have addresses that work for an hour. Addresses, `fields`, `formats` and
/// `include` work as those of the article do. The answer is for this reader alone: `private, no-store`.
#[utoipa::path(get, path = "/v1/articles/{slug_or_id}/full", tag = "articles", security(("entitlement" = [])),
    params(("slug_or_id" = inline(Handle), Path, description = "The article's slug or id."), ArticleParams),
    responses(
        (status = 200, description = "The article.", body = ArticleAnswer),
        (status = 301, description = "The article has another slug now.", headers(
            ("Location" = String, description = "The same route with the present slug."),
        )),
    ))]
pub async fn get_full_article(
    app: web::Data<App>,
    Entitled(reader): Entitled,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let params = Query::<ArticleParams>::of(&request)?;
    let at = handle(&path)?;
    let asked = Asked::of(params.fields.as_ref(), params.formats.as_ref(), params.include.as_ref())?;
    let article = match read(&app, at, params.locale, asked.beside, reader).await? {
        Found::Here(article) => article,
        Found::Moved(moved) => {
            return Ok(answer::moved_private(&present_address(&request, &moved, "/full")));
        }
    };
    let view = View { shelf: &article.shelf, urls: &app.urls };
    let bytes = answer::to_json(&ArticleAnswer::of(view, &article, asked.carried.forms)?, ARTICLE_BYTES)?;
    Ok(answer::json_private(StatusCode::OK, asked.carried.narrow(bytes)?, None))
}

/// Reads it; where its whole body is not kept yet, because an older release published it, that is done first.
async fn read(
    app: &App,
    at: Handle,
    locale: Option<Locale>,
    beside: Beside,
    reader: Entitlement,
) -> Result<Found<Box<Article>>> {
    let again = (at.clone(), locale.clone(), reader.clone());
    let found =
        app.read(move |cx| reading::full(cx, &at, locale.as_ref().map(Locale::as_str), beside, &reader)).await?;
    if let Some(found) = found {
        return Ok(found);
    }
    let (at, locale, reader) = again;
    let keep = move |cx: &mut Cx| reading::full_late(cx, &at, locale.as_ref().map(Locale::as_str), beside, &reader);
    app.write(keep).await?.ok_or_else(|| Error::new(Code::Unavailable, "The article is being published. Try again."))
}
