//! What will happen in public.

use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::articles::refs::UserRef;
use crate::app::App;
use crate::domain::upcoming::{self, Owned};
use crate::http::extract::{Caller, Query};
use crate::http::list::{Limit, Links, List, PageMeta};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::upcoming::UpcomingChange;
use crate::model::{Id, Time};

/// Something that will happen to an article.
#[derive(Serialize, ToSchema)]
pub struct UpcomingEntry {
    /// When.
    pub at: Time,
    /// What.
    pub change: UpcomingChange,
    /// To which article.
    pub article: UpcomingArticle,
}

/// An article in short, in the version that something happens to.
#[derive(Serialize, ToSchema)]
pub struct UpcomingArticle {
    /// The article.
    pub id: Id,
    /// Main line.
    pub headline: String,
    /// Address.
    pub slug: String,
    /// Language.
    pub locale: String,
    /// The version that appears or ends; of an embargo, the working copy's.
    #[schema(minimum = 1)]
    pub version: i64,
    /// Who made it.
    pub owner: Option<UserRef>,
}

/// A part of what will happen.
#[derive(Serialize, ToSchema)]
pub struct UpcomingPage {
    /// What will happen, in the order of time.
    pub data: Vec<UpcomingEntry>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// What the list takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UpcomingQuery {
    /// Later than this; now at the earliest.
    #[param(value_type = String, format = DateTime, required = false)]
    #[deserr(default)]
    after: Option<Time>,
    /// Earlier than this.
    #[param(value_type = String, format = DateTime, required = false)]
    #[deserr(default)]
    before: Option<Time>,
    /// How many entries to answer.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 20)]
    #[deserr(default)]
    limit: Option<Limit>,
    /// Where to go on: a `next_cursor` or `prev_cursor` of the same list.
    #[param(max_length = 4096)]
    #[deserr(default)]
    cursor: Option<String>,
}

impl UpcomingEntry {
    fn of((one, owner): Owned) -> Self {
        let article = one.article;
        Self {
            at: one.at,
            change: one.change,
            article: UpcomingArticle {
                id: article.id,
                headline: article.headline,
                slug: article.slug,
                locale: article.locale,
                version: article.version,
                owner: owner.map(|(id, name)| UserRef { id, name }),
            },
        }
    }
}

/// List what is upcoming
///
/// Which versions will appear, which will disappear by themselves, and which embargoes will end, soonest first. A
/// version that makes way for another one does not end. Contributors and authors see their own articles.
#[utoipa::path(get, path = "/v1/admin/upcoming", tag = "articles", security(("bearer" = [])), params(UpcomingQuery),
    responses((status = 200, description = "A part of the list.", body = UpcomingPage)))]
pub async fn list_upcoming(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query = Query::<UpcomingQuery>::of(&request)?;
    let list = List::of(&request, &app.urls.api, query.limit, query.cursor.as_deref(), None)?;
    let paging = list.paging().clone();
    let (rows, ends) = app.read(move |cx| upcoming::list(cx, &actor, query.after, query.before, &paging)).await?;
    list.answer(&ends, rows.into_iter().map(UpcomingEntry::of).collect(), |data, meta, links| UpcomingPage {
        data,
        meta,
        links,
    })
}
