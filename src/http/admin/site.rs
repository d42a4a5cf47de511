//! The site's settings, as editors see them and administrators change them.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::tags::{answer, signed_urls};
use crate::app::App;
use crate::domain::labels::OwnLabels;
use crate::domain::site::{self, Site};
use crate::http::extract::{Caller, JsonInput, MergePatch, NoParams, Query};
use crate::http::list::Meta;
use crate::http::problem::Problem;
use crate::http::public::media::Picture;
use crate::http::public::site::SiteUrls;
use crate::model::entitlement::EntitlementKey;
use crate::model::gate::PublishGate;
use crate::model::site::{Principle, SiteInput};
use crate::model::{Locale, Role, ShareNetwork, Time};
use crate::store::media::MediaRow;

impl JsonInput for SiteInput {}

/// The settings of the site.
#[derive(Serialize, ToSchema)]
pub struct AdminSite {
    /// Counts the changes, from 1; the ETag is this in quotes.
    #[schema(minimum = 1)]
    pub version: i64,
    /// The name of the publication.
    #[schema(max_length = 200)]
    pub name: String,
    /// What it is; may be empty.
    #[schema(max_length = 1000)]
    pub description: String,
    /// Where things are found; set by the operator, not here.
    pub urls: SiteUrls,
    /// The locales that articles can be in, in the order in which an article is looked for.
    pub locales: Vec<Locale>,
    /// The locale whose addresses carry no locale.
    pub default_locale: Locale,
    /// The newsroom's own labels by locale; the built-in ones are not repeated.
    pub labels: BTreeMap<String, OwnLabels>,
    /// Where readers can share, in the order of the buttons.
    pub share_networks: Vec<ShareNetwork>,
    /// Links to how the newsroom works, in order.
    pub principles: Vec<Principle>,
    /// The picture that stands for the publication; its address works for an hour.
    pub logo: Option<Picture>,
    /// What must be there before an article is published or scheduled, whoever does it.
    pub publish_gate: PublishGate,
    /// The keys whose tokens let readers read whole bodies.
    pub entitlement_keys: Vec<EntitlementKey>,
    /// The roles that need a second factor: who has none can only set it up.
    pub require_totp: Vec<Role>,
    /// When the settings were last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// The settings, with what belongs to the answer.
#[derive(Serialize, ToSchema)]
pub struct AdminSiteAnswer {
    /// The settings.
    pub data: AdminSite,
    /// About the answer.
    pub meta: Meta,
}

/// Answers the site's settings.
#[utoipa::path(get, path = "/v1/admin/site", tag = "site", security(("bearer" = [])), responses(
    (status = 200, description = "The settings.", body = AdminSiteAnswer),
))]
pub async fn get_admin_site(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (site, logo) = app
        .read(move |cx| {
            let site = site::get(cx, &actor)?;
            let logo = site::logo(cx, &site)?;
            Ok((site, logo))
        })
        .await?;
    one(&app, site, logo)
}

/// Changes the site's settings.
///
/// A JSON Merge Patch (RFC 7396): lists replace, `labels` merge by locale and label, and `null` brings a built-in label
/// back; `publish_gate` merges rule by rule. A locale that articles are in can't be taken away. A patch that changes nothing leaves the version as it is.
#[utoipa::path(patch, path = "/v1/admin/site", tag = "site", request_body(
    content = SiteInput, content_type = "application/merge-patch+json",
), security(("bearer" = [])), responses(
    (status = 200, description = "The settings as they are now.", body = AdminSiteAnswer),
))]
pub async fn update_site(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
    body: MergePatch<SiteInput>,
) -> Result<HttpResponse, Problem> {
    Query::<NoParams>::of(&request)?;
    let (if_match, input) = body.read_if_match(&request)?;
    let wanted = if_match.precondition();
    let (site, logo) = app
        .write(move |cx| {
            let site = site::update(cx, &actor, &wanted, input)?;
            let logo = site::logo(cx, &site)?;
            Ok((site, logo))
        })
        .await?;
    one(&app, site, logo)
}

fn one(app: &App, site: Site, logo: Option<MediaRow>) -> Result<HttpResponse, Problem> {
    let version = site.version;
    let logo = logo.map(|row| Picture::from_row(&row, &signed_urls(app)));
    let data = AdminSite {
        version,
        name: site.name,
        description: site.description,
        urls: SiteUrls::of(&app.urls),
        locales: site.locales,
        default_locale: site.default_locale,
        labels: site.own_labels,
        share_networks: site.share_networks,
        principles: site.principles,
        logo,
        publish_gate: site.publish_gate,
        entitlement_keys: site.entitlement_keys,
        require_totp: site.require_totp,
        updated_at: site.updated_at,
    };
    answer(StatusCode::OK, &AdminSiteAnswer { data, meta: Meta {} }, Some(version))
}
