//! Feeds of live articles: RSS 2.0, Atom and JSON Feed.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use utoipa::IntoParams;

use super::feed::Feed;
use super::json_feed::JsonFeed;
use super::xml::POLICY;
use super::{atom, rss};
use crate::app::App;
use crate::domain::Cx;
use crate::domain::reading;
use crate::error::Result;
use crate::http::answer::{self, CacheControl, Public, PublicBody};
use crate::http::choices::choices;
use crate::http::extract::Query;
use crate::http::extract::params::{Commas, Flag};
use crate::http::list::{Limit, List};
use crate::http::problem::Problem;
use crate::http::public::article_params::ArticleListParams;
use crate::http::public::cards::View;
use crate::model::faults::Faults;
use crate::model::{Access, ArticleKind, Handle, Id, Locale, Time};

const RSS: HeaderValue = HeaderValue::from_static("application/rss+xml; charset=utf-8");
const ATOM: HeaderValue = HeaderValue::from_static("application/atom+xml; charset=utf-8");
const JSON_FEED: HeaderValue = HeaderValue::from_static("application/feed+json");
/// What a feed mostly comes to, in bytes.
const FEED_BYTES: usize = 48 * 1024;

choices! {
    /// How much of its articles a feed carries.
    FeedContent {
        /// Headline and standfirst.
        Summary = "summary",
        /// The body too, cut at the paywall where an article is not free.
        Full = "full",
    }
}

/// The parameters of a feed: the filters of the list of articles.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FeedParams {
    /// How much of its articles the feed carries; `summary` where it is not given.
    #[deserr(default)]
    #[param(inline, value_type = FeedContent, required = false)]
    content: Option<FeedContent>,
    /// Articles at the most, the newest ones.
    #[deserr(default)]
    #[param(value_type = i64, required = false, minimum = 1, maximum = 100, default = 20)]
    limit: Option<Limit>,
    /// In one of these sections: slugs or ids.
    #[deserr(default)]
    #[param(inline, value_type = Vec<Handle>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    section: Option<Commas<Handle>>,
    /// With one of these tags: slugs or ids.
    #[deserr(default)]
    #[param(inline, value_type = Vec<Handle>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    tag: Option<Commas<Handle>>,
    /// With all of these tags: slugs or ids.
    #[deserr(default)]
    #[param(inline, value_type = Vec<Handle>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    tag_all: Option<Commas<Handle>>,
    /// With none of these tags: slugs or ids.
    #[deserr(default)]
    #[param(inline, value_type = Vec<Handle>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    tag_not: Option<Commas<Handle>>,
    /// By one of these authors: slugs or ids.
    #[deserr(default)]
    #[param(inline, value_type = Vec<Handle>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    author: Option<Commas<Handle>>,
    /// Of one of these kinds.
    #[deserr(default)]
    #[param(value_type = Vec<ArticleKind>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    kind: Option<Commas<ArticleKind>>,
    /// With one of these kinds of access.
    #[deserr(default)]
    #[param(value_type = Vec<Access>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    access: Option<Commas<Access>>,
    /// For the front page, or not.
    #[deserr(default)]
    #[param(value_type = bool, required = false)]
    featured: Option<Flag>,
    /// Breaking news, or not.
    #[deserr(default)]
    #[param(value_type = bool, required = false)]
    breaking: Option<Flag>,
    /// In exactly this language.
    #[deserr(default)]
    #[param(value_type = Locale, required = false)]
    locale: Option<Locale>,
    /// Where a translation group has nothing in `locale`: in this language.
    #[deserr(default)]
    #[param(value_type = Locale, required = false)]
    fallback_locale: Option<Locale>,
    /// Published later than this.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    published_after: Option<Time>,
    /// Published earlier than this.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    published_before: Option<Time>,
    /// Updated later than this.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    updated_after: Option<Time>,
    /// One of these articles.
    #[deserr(default)]
    #[param(value_type = Vec<Id>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    ids: Option<Commas<Id>>,
}

/// Shows the newest articles as an RSS feed.
///
/// RSS 2.0 with the filters of the list of articles, so that every section, tag, author and language has a feed of its
/// own. `guid` is the article's identity and stays when its address changes.
#[utoipa::path(get, path = "/v1/feeds/rss.xml", tag = "outputs", params(FeedParams), responses(
    (status = 200, description = "The feed.", body = String, content_type = "application/rss+xml"),
))]
pub async fn get_rss_feed(
    app: web::Data<App>,
    request: HttpRequest,
    Query(params): Query<FeedParams>,
) -> Result<HttpResponse, Problem> {
    answer(&app, &request, params, RSS, rss::write).await
}

/// Shows the newest articles as an Atom feed.
///
/// Atom (RFC 4287) with the filters of the list of articles. `id` is the article's identity and stays when its address
/// changes.
#[utoipa::path(get, path = "/v1/feeds/atom.xml", tag = "outputs", params(FeedParams), responses(
    (status = 200, description = "The feed.", body = String, content_type = "application/atom+xml"),
))]
pub async fn get_atom_feed(
    app: web::Data<App>,
    request: HttpRequest,
    Query(params): Query<FeedParams>,
) -> Result<HttpResponse, Problem> {
    answer(&app, &request, params, ATOM, atom::write).await
}

/// Shows the newest articles as a JSON feed.
///
/// JSON Feed 1.1 with the filters of the list of articles. `id` is the article's identity and stays when its address
/// changes.
#[utoipa::path(get, path = "/v1/feeds/feed.json", tag = "outputs", params(FeedParams), responses(
    (status = 200, description = "The feed.", body = JsonFeed, content_type = "application/feed+json"),
))]
pub async fn get_json_feed(
    app: web::Data<App>,
    request: HttpRequest,
    Query(params): Query<FeedParams>,
) -> Result<HttpResponse, Problem> {
    let write = |feed: &Feed| answer::to_json(&JsonFeed::of(feed), FEED_BYTES);
    answer(&app, &request, params, JSON_FEED, write).await
}

async fn answer(
    app: &App,
    request: &HttpRequest,
    params: FeedParams,
    media_type: HeaderValue,
    write: impl Fn(&Feed) -> Result<Vec<u8>>,
) -> Result<HttpResponse, Problem> {
    let list = List::of(request, &app.urls.api, params.limit, None, None)?;
    let whole = params.content == Some(FeedContent::Full);
    let wanted = params.filters().into_request(&list, whole)?;
    let brief = wanted.is_brief();
    let read = move |cx: &mut Cx| reading::list(cx, &wanted).map(|listed| (listed, wanted));
    let ((listed, wanted), shows) = app.show(brief, read).await?;
    let (_, links) = list.finish(&listed.ends);
    let view = View { shelf: &listed.shelf, urls: &app.urls };
    let bytes = write(&Feed::of(view, &listed, &wanted, links.this))?;
    let cache = CacheControl { shown_for: listed.shelf.shown_for() };
    let answer = Public::of(media_type, cache).header(header::CONTENT_SECURITY_POLICY, POLICY);
    Ok(answer.show(request, PublicBody::new(bytes), shows))
}

impl FeedParams {
    /// The same as the list of articles takes them.
    fn filters(self) -> ArticleListParams {
        ArticleListParams {
            section: self.section,
            tag: self.tag,
            tag_all: self.tag_all,
            tag_not: self.tag_not,
            author: self.author,
            kind: self.kind,
            access: self.access,
            featured: self.featured,
            breaking: self.breaking,
            locale: self.locale,
            fallback_locale: self.fallback_locale,
            published_after: self.published_after,
            published_before: self.published_before,
            updated_after: self.updated_after,
            ids: self.ids,
            ..ArticleListParams::default()
        }
    }
}
