//! Live blogs in public.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::articles::{handle, moved_to, present_address};
use super::cards::raw;
use crate::app::App;
use crate::domain::Cx;
use crate::domain::reading::{self, Found, Updates};
use crate::error::{Error, Result};
use crate::http::answer::{self, CacheControl, Public, PublicBody};
use crate::http::carried::{BodyFormat, Forms};
use crate::http::extract::params::{Commas, Flag};
use crate::http::extract::{Entitled, Query};
use crate::http::list::{Limit, Links, List, PageMeta, PageNumber};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::{Handle, Id, Locale, Time, Urls};
use crate::store::live_updates::ShownUpdateRow;
use crate::store::published::{AuthorName, UpdateFilter};

/// The parameters of a live blog.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LiveUpdateParams {
    /// The language of the slug, exactly.
    #[deserr(default)]
    #[param(value_type = Locale, required = false)]
    locale: Option<Locale>,
    /// Written or changed at this instant or later, for whoever follows the blog: the latest `updated_at` that was
    /// seen. What has been seen may come again; its `id` tells.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    since: Option<Time>,
    /// Pinned updates, or the others.
    #[deserr(default)]
    #[param(value_type = bool, required = false)]
    pinned: Option<Flag>,
    /// Turning points of the story, or the others.
    #[deserr(default)]
    #[param(value_type = bool, required = false)]
    key_event: Option<Flag>,
    /// The forms of the bodies; `blocks,html` where it is not given.
    #[deserr(default)]
    #[param(inline, value_type = Vec<BodyFormat>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    formats: Option<Commas<BodyFormat>>,
    /// Updates at the most.
    #[deserr(default)]
    #[param(value_type = i64, required = false, minimum = 1, maximum = 100, default = 20)]
    limit: Option<Limit>,
    /// Where to go on: a cursor of the same list.
    #[deserr(default)]
    #[param(value_type = String, required = false, max_length = 4096)]
    cursor: Option<String>,
    /// The number of a page, instead of a cursor; `page` × `limit` is at most 10000.
    #[deserr(default)]
    #[param(value_type = i64, required = false, minimum = 1, maximum = 10000)]
    page: Option<PageNumber>,
}

/// An update of a live blog.
#[derive(Serialize, ToSchema)]
pub struct LiveUpdate<'a> {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Its main line.
    pub headline: Option<&'a str>,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Time,
    /// When it was written or last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    /// To be kept at the top.
    pub pinned: bool,
    /// One of the turning points of the story.
    pub key_event: bool,
    /// Who wrote it.
    pub author: Option<UpdateAuthor<'a>>,
    /// The body as Portable Text; empty where the article is not free.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = crate::text::Body, required = false)]
    pub body: Option<&'a RawValue>,
    /// The body as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub body_html: Option<&'a str>,
    /// The body as plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub body_text: Option<&'a str>,
    /// The body as CommonMark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub body_markdown: Option<&'a str>,
}

/// Who wrote an update.
#[derive(Serialize, ToSchema)]
pub struct UpdateAuthor<'a> {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Last part of their address.
    pub slug: &'a str,
    /// Their name.
    pub name: &'a str,
    /// Their page.
    #[schema(format = "uri")]
    pub url: String,
}

/// A part of a live blog.
#[derive(Serialize, ToSchema)]
pub struct LiveUpdatePage<'a> {
    /// The updates, the newest first.
    pub data: Vec<LiveUpdate<'a>>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// Lists the updates of a live blog.
///
/// Those of a live article, the newest first, by the `at` that readers are told; pinned ones stand in their place too,
/// and `pinned=true` gives them alone. To follow a blog, ask again with `since`; an update that was removed does not
/// come again, so read the list anew from time to time. Of an article that is not free, the bodies are empty. Addresses
/// work as those of the article do.
#[utoipa::path(get, path = "/v1/articles/{slug_or_id}/live-updates", tag = "articles",
    params(("slug_or_id" = inline(Handle), Path, description = "The article's slug or id."), LiveUpdateParams),
    responses(
        (status = 200, description = "A part of the list.", body = LiveUpdatePage),
        (status = 301, description = "The article has another slug now.", headers(
            ("Location" = String, description = "The same route with the present slug."),
        )),
    ))]
pub async fn list_live_updates(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
    Query(params): Query<LiveUpdateParams>,
) -> Result<HttpResponse, Problem> {
    let at = handle(&path)?;
    let Asked { list, forms, filter, locale } = params.asked(&request, &app.urls)?;
    let paging = list.paging().clone();
    let read = move |cx: &mut Cx| reading::updates(cx, &at, locale.as_ref().map(Locale::as_str), filter, &paging, None);
    let (found, shows) = app.show(false, read).await?;
    let updates = match found {
        Found::Here(updates) => updates,
        Found::Moved(moved) => return Ok(moved_to(&request, &moved, "/live-updates", shows)),
    };
    let (bytes, link) = written(list, &updates, forms, &app.urls)?;
    let cache = CacheControl { shown_for: updates.shown_for };
    Ok(Public::json(cache).header(header::LINK, &link).show(&request, PublicBody::new(bytes), shows))
}

/// Lists the updates of a live blog with their whole bodies.
///
/// The same list for a reader's entitlement token: of an article that is not free, too, with the bodies, whose pictures
/// have addresses that work for an hour. One that takes more than the token says is 403 `entitlement_required`. The
/// answer is for this reader alone: `private, no-store`.
#[utoipa::path(get, path = "/v1/articles/{slug_or_id}/full/live-updates", tag = "articles", security(("entitlement" = [])),
    params(("slug_or_id" = inline(Handle), Path, description = "The article's slug or id."), LiveUpdateParams),
    responses(
        (status = 200, description = "A part of the list.", body = LiveUpdatePage),
        (status = 301, description = "The article has another slug now.", headers(
            ("Location" = String, description = "The same route with the present slug."),
        )),
    ))]
pub async fn list_full_live_updates(
    app: web::Data<App>,
    Entitled(reader): Entitled,
    request: HttpRequest,
    path: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let params = Query::<LiveUpdateParams>::of(&request)?;
    let at = handle(&path)?;
    let Asked { list, forms, filter, locale } = params.asked(&request, &app.urls)?;
    let (paging, locale) = (list.paging().clone(), locale.map(|locale| locale.to_string()));
    let read = move |cx: &mut Cx| reading::updates(cx, &at, locale.as_deref(), filter, &paging, Some(&reader));
    let updates = match app.read(read).await? {
        Found::Here(updates) => updates,
        Found::Moved(moved) => {
            return Ok(answer::moved_private(&present_address(&request, &moved, "/full/live-updates")));
        }
    };
    let (bytes, link) = written(list, &updates, forms, &app.urls)?;
    Ok(answer::with_link(answer::json_private(StatusCode::OK, bytes, None), &link))
}

/// What the parameters ask for.
struct Asked {
    list: List,
    forms: Forms,
    filter: UpdateFilter,
    locale: Option<Locale>,
}

impl LiveUpdateParams {
    fn asked(self, request: &HttpRequest, urls: &Urls) -> Result<Asked, Problem> {
        let list = List::of(request, &urls.api, self.limit, self.cursor.as_deref(), self.page)?;
        let forms = self.formats.as_ref().map_or(Forms::DEFAULT, |formats| Forms::named(&formats.0));
        let (pinned, key_event) = (self.pinned.map(|flag| flag.0), self.key_event.map(|flag| flag.0));
        Ok(Asked { list, forms, filter: UpdateFilter { pinned, key_event, since: self.since }, locale: self.locale })
    }
}

/// The list as JSON, and its `Link` header.
fn written(list: List, updates: &Updates, forms: Forms, urls: &Urls) -> Result<(Vec<u8>, String)> {
    let (meta, links) = list.finish(&updates.ends);
    let link = links.header();
    let data = shown(updates, forms, urls)?;
    Ok((serde_json::to_vec(&LiveUpdatePage { data, meta, links }).map_err(Error::internal)?, link))
}

fn shown<'a>(updates: &'a Updates, forms: Forms, urls: &Urls) -> Result<Vec<LiveUpdate<'a>>> {
    let one = |row: &'a ShownUpdateRow| {
        Ok(LiveUpdate {
            id: row.update_id,
            headline: row.headline.as_deref(),
            at: row.at,
            updated_at: row.updated_at,
            pinned: row.pinned,
            key_event: row.key_event,
            author: row.author_id.and_then(|id| updates.authors.get(&id)).map(|author| signed(author, urls)),
            body: if forms.blocks { Some(raw(&row.body)?) } else { None },
            body_html: forms.html.then_some(row.body_html.as_str()),
            body_text: forms.text.then_some(row.body_text.as_str()),
            body_markdown: forms.markdown.then_some(row.body_markdown.as_str()),
        })
    };
    updates.rows.iter().map(one).collect()
}

fn signed<'a>(author: &'a AuthorName, urls: &Urls) -> UpdateAuthor<'a> {
    let url = urls.author(&author.slug, author.id);
    UpdateAuthor { id: author.id, slug: &author.slug, name: &author.name, url }
}
