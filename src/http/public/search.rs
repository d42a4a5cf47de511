//! Full-text search of live articles.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::article_params::SearchParams;
use super::cards::{Card, View};
use super::forms::SearchField;
use super::refs::name_in;
use crate::app::App;
use crate::domain::Cx;
use crate::domain::memory::Kept;
use crate::domain::reading::Story;
use crate::domain::search::{self, Facet, Facets, Found};
use crate::error::Result;
use crate::http::answer::{self, CacheControl, Public, PublicBody};
use crate::http::carried::Carried;
use crate::http::extract::Query as Parameters;
use crate::http::extract::params::Int;
use crate::http::list::{Links, List, NumberedMeta, PageMeta, sought};
use crate::http::problem::Problem;
use crate::model::paging::Ends;
use crate::model::{ArticleKind, Id, Locale, Urls};
use crate::store::published::TagName;
use crate::text::highlight::{fragment, marked};
use crate::text::query::Query;

/// What a page of 20 mostly comes to, in bytes.
const PAGE_BYTES: usize = 56 * 1024;

/// Where an article says what was looked for: HTML in which everything is escaped and `<mark>` is the only tag.
#[derive(Serialize, ToSchema)]
pub struct Highlight {
    /// The headline.
    #[schema(max_length = 10_000)]
    pub headline: String,
    /// The standfirst, where it says it.
    #[schema(max_length = 40_000)]
    pub standfirst: Option<String>,
    /// A part of the public body, where it says it; `…` stands for what was left out.
    #[schema(max_length = 4_000)]
    pub body: Option<String>,
}

/// An article that was found.
#[derive(Serialize, ToSchema)]
pub struct FoundCard<'a> {
    /// The article.
    #[serde(flatten)]
    pub card: Card<'a>,
    /// Where it says it. Left out only where `fields` did not ask for it.
    #[schema(required = false)]
    pub highlight: Highlight,
}

/// A section, tag or author with the number of matches that have it.
#[derive(Serialize, ToSchema)]
pub struct NamedFacet {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Last part of its address.
    pub slug: String,
    /// Its name, in the language of `locale` where it has one there.
    pub name: String,
    /// Its page.
    #[schema(format = "uri")]
    pub url: String,
    /// How many matches have it.
    #[schema(minimum = 1)]
    pub count: usize,
}

/// A kind with the number of matches of it.
#[derive(Serialize, ToSchema)]
pub struct KindFacet {
    /// The kind.
    pub kind: ArticleKind,
    /// How many matches are of it.
    #[schema(minimum = 1)]
    pub count: usize,
}

/// A year with the number of matches that were published in it.
#[derive(Serialize, ToSchema)]
pub struct YearFacet {
    /// The year (UTC).
    pub year: i32,
    /// How many matches were published in it.
    #[schema(minimum = 1)]
    pub count: usize,
}

/// How the matches part: of each at most ten values, the most frequent first; years the latest first.
#[derive(Serialize, ToSchema)]
pub struct SearchFacets {
    /// By section.
    pub section: Vec<NamedFacet>,
    /// By tag.
    pub tag: Vec<NamedFacet>,
    /// By author.
    pub author: Vec<NamedFacet>,
    /// By kind.
    pub kind: Vec<KindFacet>,
    /// By year.
    pub year: Vec<YearFacet>,
}

/// Where this page lies, and how the matches part. The 200 newest matches are ranked, and up to 50 older ones whose
/// headlines say it.
#[derive(Serialize, ToSchema)]
pub struct SearchMeta {
    /// The page; `total` counts what was ranked.
    #[serde(flatten)]
    pub page: NumberedMeta,
    /// How what was ranked parts.
    pub facets: SearchFacets,
}

/// A page of what was found.
#[derive(Serialize, ToSchema)]
pub struct FoundPage<'a> {
    /// The cards, the most relevant first.
    pub data: Vec<FoundCard<'a>>,
    /// Where this page lies, and how the matches part.
    pub meta: SearchMeta,
    /// Where the other pages are.
    pub links: Links,
}

/// Searches live articles.
///
/// Cards of what is live now and has everything that `q` asks for, ranked by where it stands (headline, name of a tag or
/// an author, elsewhere) and how new the article is. `highlight` shows where. The filters of the list of articles narrow
/// it; `meta.facets` counts the matches by section, tag, author, kind and year. It is walked by `page`.
#[utoipa::path(get, path = "/v1/search", tag = "articles", params(SearchParams), responses(
    (status = 200, description = "A page of what was found.", body = FoundPage),
))]
pub async fn search_articles(
    app: web::Data<App>,
    request: HttpRequest,
    Parameters(params): Parameters<SearchParams>,
) -> Result<HttpResponse, Problem> {
    let page = params.page.unwrap_or(Int(1));
    let list = List::of(&request, &app.urls.api, params.limit, None, Some(page))?;
    let names = params.fields.as_ref().map(|fields| fields.0.iter().map(|field| field.as_str()).collect());
    let carried = Carried::of_list(names, None, None, SearchField::WORDS)?;
    let query = sought(&params.q)?;
    let locale = params.locale.clone();
    let wanted = params.into_request(&list)?;
    let read = move |cx: &mut Cx| search::search(cx, &wanted, &query).map(|found| (found, query));
    let ((found, query), shows) = app.show(false, read).await?;
    let bytes = answer::to_json(&answered(&found, &query, &list, locale.as_ref(), &app.urls), PAGE_BYTES)?;
    let cache = CacheControl { shown_for: found.shelf.shown_for() };
    let link = links(&list, &found).1.header();
    let body = PublicBody::new(carried.narrow(bytes)?);
    Ok(Public::json(cache).header(header::LINK, &link).show(&request, body, shows))
}

fn links(list: &List, found: &Found) -> (PageMeta, Links) {
    list.finish(&Ends::Numbered { total: i64::try_from(found.total).unwrap_or(0) })
}

fn answered<'a>(
    found: &'a Found,
    query: &Query,
    list: &List,
    locale: Option<&Locale>,
    urls: &'a Urls,
) -> FoundPage<'a> {
    let (meta, links) = links(list, found);
    let page = match meta {
        PageMeta::Numbered(page) => NumberedMeta { total_capped: found.capped, ..page },
        PageMeta::Cursor(meta) => {
            NumberedMeta { limit: meta.limit, page: 1, total: 0, total_capped: false, total_pages: 0 }
        }
    };
    let view = View { shelf: &found.shelf, urls };
    let card = |story: &'a Story| {
        let body = found.texts.get(&story.copy.copy_id).map_or("", String::as_str);
        FoundCard { card: view.card(story), highlight: highlight(story, body, query) }
    };
    let data = found.stories.iter().map(card).collect();
    FoundPage { data, meta: SearchMeta { page, facets: facets(&found.facets, locale, urls) }, links }
}

fn highlight(story: &Story, body: &str, query: &Query) -> Highlight {
    let standfirst = story.copy.standfirst.as_deref().map(|text| marked(text, query));
    Highlight {
        headline: marked(&story.copy.headline, query).0,
        standfirst: standfirst.and_then(|(text, found)| found.then_some(text)),
        body: fragment(body, query),
    }
}

fn facets(facets: &Facets, locale: Option<&Locale>, urls: &Urls) -> SearchFacets {
    let tag = |facet: &Facet<Arc<Kept<TagName>>>| NamedFacet {
        id: facet.value.id,
        slug: facet.value.slug.clone(),
        name: name_in(&facet.value, locale.map_or("", Locale::as_str)).into_owned(),
        url: urls.tag(&facet.value.slug, facet.value.id),
        count: facet.count,
    };
    SearchFacets {
        section: facets.sections.iter().map(tag).collect(),
        tag: facets.tags.iter().map(tag).collect(),
        author: facets
            .authors
            .iter()
            .map(|facet| NamedFacet {
                id: facet.value.id,
                slug: facet.value.slug.clone(),
                name: facet.value.name.clone(),
                url: urls.author(&facet.value.slug, facet.value.id),
                count: facet.count,
            })
            .collect(),
        kind: facets.kinds.iter().map(|facet| KindFacet { kind: facet.value, count: facet.count }).collect(),
        year: facets.years.iter().map(|facet| YearFacet { year: facet.value, count: facet.count }).collect(),
    }
}
