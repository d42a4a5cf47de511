//! An article before it is public, for whoever has a preview token.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use utoipa::IntoParams;

use super::article::ArticleAnswer;
use super::articles::ARTICLE_BYTES;
use super::asked::Asked;
use super::cards::View;
use super::forms::{ArticleField, ArticleInclude};
use crate::app::App;
use crate::crypto::preview;
use crate::domain::previews;
use crate::error::Error;
use crate::http::answer;
use crate::http::carried::BodyFormat;
use crate::http::extract::Query;
use crate::http::extract::params::Commas;
use crate::http::problem::Problem;
use crate::model::Id;
use crate::model::faults::Faults;

/// What keeps crawlers from indexing an answer that they come upon.
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// The parameters of a preview.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PreviewParams {
    /// Only these members, `id` always. Naming a form of the body asks for that form.
    #[deserr(default)]
    #[param(inline, value_type = Vec<ArticleField>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    fields: Option<Commas<ArticleField>>,
    /// The forms of the body; `blocks,html` where it is not given.
    #[deserr(default)]
    #[param(inline, value_type = Vec<BodyFormat>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    formats: Option<Commas<BodyFormat>>,
    /// What the answer carries beside the article; only what is live.
    #[deserr(default)]
    #[param(inline, value_type = Vec<ArticleInclude>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    include: Option<Commas<ArticleInclude>>,
}

/// Preview an article.
///
/// What a preview token shows: the article as readers would see it if it were published now, with the whole of its body.
/// Its media have addresses that work for an hour at the most. Links to articles that are not live are left out. An
/// unknown token, one that has ended, and one that was revoked are 404 alike.
#[utoipa::path(get, path = "/v1/preview/{token}", tag = "articles", params(
    ("token" = String, Path, description = "The token.", min_length = 64, max_length = 64), PreviewParams,
), responses((status = 200, description = "The article.", body = ArticleAnswer, headers(
    ("X-Robots-Tag" = String, description = "Always `noindex`."),
    ("Referrer-Policy" = String, description = "Always `no-referrer`: the address is a secret."),
))))]
pub async fn get_preview(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let params = Query::<PreviewParams>::of(&request)?;
    let asked = Asked::of(params.fields.as_ref(), params.formats.as_ref(), params.include.as_ref())?;
    let id = preview::read(&app.keys.previews, &path).map(Id::from).ok_or_else(Error::not_found)?;
    let beside = asked.beside;
    let read = app.read(move |cx| {
        let article = previews::show(cx, id, beside)?;
        Ok((article, std::sync::Arc::clone(&cx.urls)))
    });
    let (article, urls) = read.await?;
    let view = View { shelf: &article.shelf, urls: &urls };
    let bytes = answer::to_json(&ArticleAnswer::of(view, &article, asked.carried.forms)?, ARTICLE_BYTES)?;
    let mut response = answer::json_private(StatusCode::OK, asked.carried.narrow(bytes)?, None);
    response.headers_mut().insert(ROBOTS, HeaderValue::from_static("noindex"));
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}
