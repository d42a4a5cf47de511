//! The most viewed articles.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::article::popular_cards;
use super::cards::{PopularCard, View};
use crate::app::App;
use crate::domain::reading::{self, Window};
use crate::error::Error;
use crate::http::answer::{CacheControl, Public, PublicBody};
use crate::http::choices::choices;
use crate::http::extract::Query;
use crate::http::extract::params::{Commas, Int};
use crate::http::list::{Limit, Links, List, PageMeta};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::paging::{DEFAULT_LIMIT, Ends};
use crate::model::{Handle, Locale};

choices! {
    /// A stretch of time up to now.
    PopularWindow {
        /// One hour.
        Hour = "1h",
        /// One day.
        Day = "24h",
        /// One week.
        Week = "7d",
        /// 30 days.
        Month = "30d",
    }
}

/// The parameters of popular articles.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PopularParams {
    /// Whose views count; `24h` where it is not given.
    #[deserr(default)]
    #[param(inline, value_type = PopularWindow, required = false)]
    window: Option<PopularWindow>,
    /// Cards at the most.
    #[deserr(default)]
    #[param(value_type = i64, required = false, minimum = 1, maximum = 100, default = 20)]
    limit: Option<Limit>,
    /// In one of these sections: slugs or ids.
    #[deserr(default)]
    #[param(inline, value_type = Vec<Handle>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    section: Option<Commas<Handle>>,
    /// In exactly this language.
    #[deserr(default)]
    #[param(value_type = Locale, required = false)]
    locale: Option<Locale>,
}

/// The most viewed articles.
#[derive(Serialize, ToSchema)]
pub struct PopularPage<'a> {
    /// The cards, most viewed first.
    pub data: Vec<PopularCard<'a>>,
    /// This list has one part only.
    pub meta: PageMeta,
    /// Where it is.
    pub links: Links,
}

/// Lists the most viewed articles.
///
/// Live articles by the views that the beacon counted in the window, most viewed first. `rank` is the place, from 1.
/// Views are counted by the hour of the clock, and an older hour weighs less: half after 1 hour (`1h`), 6 hours (`24h`),
/// 2 days (`7d`), 7 days (`30d`). The order follows the views within a minute or so.
#[utoipa::path(get, path = "/v1/popular", tag = "articles", params(PopularParams), responses(
    (status = 200, description = "The cards.", body = PopularPage),
))]
pub async fn list_popular_articles(
    app: web::Data<App>,
    request: HttpRequest,
    Query(params): Query<PopularParams>,
) -> Result<HttpResponse, Problem> {
    let limit = params.limit.unwrap_or(Int(DEFAULT_LIMIT));
    let list = List::of(&request, &app.urls.api, Some(limit), None, None)?;
    let window = params.window.map_or(Window::Day, PopularWindow::window);
    let ((popular, shelf), shows) = app
        .show(false, move |cx| {
            let sections = params.section.as_ref().map(|list| list.0.as_slice());
            reading::popular(cx, window, sections, params.locale.as_ref().map(Locale::as_str), limit.0)
        })
        .await?;
    let (meta, links) = list.finish(&Ends::Keyset { next: None, previous: None });
    let link = links.header();
    let data = popular_cards(View { shelf: &shelf, urls: &app.urls }, &popular);
    let bytes = serde_json::to_vec(&PopularPage { data, meta, links }).map_err(Error::internal)?;
    let cache = CacheControl { shown_for: shelf.shown_for() };
    Ok(Public::json(cache).header(header::LINK, &link).show(&request, PublicBody::new(bytes), shows))
}

impl PopularWindow {
    const fn window(self) -> Window {
        match self {
            Self::Hour => Window::Hour,
            Self::Day => Window::Day,
            Self::Week => Window::Week,
            Self::Month => Window::Month,
        }
    }
}
