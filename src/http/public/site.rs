//! The site, as its readers' frontends see it.

use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::media::{Picture, shown_until};
use crate::app::App;
use crate::domain::labels::Labels;
use crate::domain::site;
use crate::error::Error;
use crate::http::answer::{Public, PublicBody};
use crate::http::extract::Query;
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::site::Principle;
use crate::model::{Locale, ShareNetwork, Time, Urls};

/// What holds for the whole site.
#[derive(Serialize, ToSchema)]
pub struct Site {
    /// The name of the publication.
    #[schema(max_length = 200)]
    pub name: String,
    /// What it is; may be empty.
    #[schema(max_length = 1000)]
    pub description: String,
    /// Where things are found.
    pub urls: SiteUrls,
    /// The locales that articles can be in, in the order in which an article is looked for.
    pub locales: Vec<Locale>,
    /// The locale whose addresses carry no locale.
    pub default_locale: Locale,
    /// What every page prints, in the locale asked for.
    pub labels: Labels,
    /// Where readers can share, in the order of the buttons.
    pub share_networks: Vec<ShareNetwork>,
    /// Links to how the newsroom works, in order.
    pub principles: Vec<Principle>,
    /// The picture that stands for the publication.
    pub logo: Option<Picture>,
}

/// Where things are found. In the templates stand `{slug}`, `{locale}` and `{id}` (RFC 6570, level 1).
#[derive(Serialize, ToSchema)]
pub struct SiteUrls {
    /// The frontend.
    #[schema(format = "uri")]
    pub site: String,
    /// This API.
    #[schema(format = "uri")]
    pub api: String,
    /// Template: an article in the default locale.
    #[schema(format = "uri-template")]
    pub article: String,
    /// Template: an article in another locale.
    #[schema(format = "uri-template")]
    pub article_in_locale: String,
    /// Template: a tag page.
    #[schema(format = "uri-template")]
    pub tag: String,
    /// Template: an author page.
    #[schema(format = "uri-template")]
    pub author: String,
    /// The OpenAPI document.
    #[schema(format = "uri")]
    pub openapi: String,
}

/// The site, with what belongs to the answer.
#[derive(Serialize, ToSchema)]
pub struct SiteAnswer {
    /// The site.
    pub data: Site,
    /// About the answer.
    pub meta: SiteMeta,
}

/// About the answer.
#[derive(Serialize, ToSchema)]
pub struct SiteMeta {
    /// The locale of the labels.
    pub locale: Locale,
}

/// What the site takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SiteQuery {
    /// The locale of the labels; the default one where absent. Any language tag is taken: without labels of its own it
    /// gets those of its language, else the English ones.
    #[param(inline)]
    #[deserr(default)]
    locale: Option<Locale>,
}

impl SiteUrls {
    /// The addresses of this installation.
    #[must_use]
    pub fn of(urls: &Urls) -> Self {
        let template = |text: &str| text.replace("{site}", &urls.site);
        Self {
            site: urls.site.clone(),
            api: urls.api.clone(),
            article: template(urls.article.as_str()),
            article_in_locale: template(urls.article_in_locale.as_str()),
            tag: template(urls.tag.as_str()),
            author: template(urls.author.as_str()),
            openapi: format!("{}/openapi.json", urls.api),
        }
    }
}

/// Answers what holds for the whole site.
///
/// Name, addresses, locales, the labels of a locale, where readers can share, and the newsroom's principles.
#[utoipa::path(get, path = "/v1/site", tag = "site", params(SiteQuery), responses(
    (status = 200, description = "The site.", body = SiteAnswer),
))]
pub async fn get_site(
    app: web::Data<App>,
    request: HttpRequest,
    Query(query): Query<SiteQuery>,
) -> Result<HttpResponse, Problem> {
    let ((site, logo, cache), shows) = app
        .show(true, |cx| {
            let site = site::load(cx)?;
            let logo = site::public_logo(cx, &site)?;
            let until = logo.as_ref().and_then(|row| row.expires_at).unwrap_or(Time::NEVER);
            Ok((site, logo, shown_until(until, cx.now)))
        })
        .await?;
    let locale = query.locale.unwrap_or_else(|| site.default_locale.clone());
    let data = Site {
        labels: site.labels(locale.as_str()),
        name: site.name,
        description: site.description,
        urls: SiteUrls::of(&app.urls),
        locales: site.locales,
        default_locale: site.default_locale,
        share_networks: site.share_networks,
        principles: site.principles,
        logo: logo.map(|row| Picture::from_row(&row, &app.urls)),
    };
    let answer = SiteAnswer { data, meta: SiteMeta { locale } };
    let bytes = serde_json::to_vec(&answer).map_err(Error::internal)?;
    Ok(Public::json(cache).show(&request, PublicBody::new(bytes), shows))
}
