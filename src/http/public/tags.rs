//! Tags as the public sees them: those that a live article carries, and the tags above them.

use std::collections::BTreeMap;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::media::Picture;
use crate::app::App;
use crate::domain::tags::{self, TagView};
use crate::domain::taxonomy::Found;
use crate::error::Error;
use crate::http::answer::{CacheControl, Public, PublicBody, moved};
use crate::http::choices::choices;
use crate::http::extract::Query;
use crate::http::fields::Fields;
use crate::http::list::{Limit, Links, List, Meta, PageMeta, PageNumber};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::{Handle, Id, Locale, Shows, TagKind, Urls};
use crate::store::published_taxonomy::PublicTagFilter;
use crate::store::tags::TagRow;

choices! {
    /// A member of a tag.
    TagField {
        /// Identity; always there.
        Id = "id",
        /// Last part of the address.
        Slug = "slug",
        /// What it is called in the language of the request.
        Name = "name",
        /// What it is called in each language.
        Names = "names",
        /// What it names.
        Kind = "kind",
        /// What it is about.
        Description = "description",
        /// The tag above it.
        Parent = "parent",
        /// What it names, in the web of data.
        Uri = "uri",
        /// Its picture.
        Image = "image",
        /// Its page for readers.
        Url = "url",
        /// How many live articles carry it.
        ArticleCount = "article_count",
    }
}

/// A section, a topic, a person, a place … that articles carry.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Tag {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// The last part of its address.
    pub slug: String,
    /// What it is called, in the language of `locale` where it has a name in that.
    pub name: String,
    /// What it is called, by language.
    pub names: BTreeMap<String, String>,
    /// What it names.
    pub kind: TagKind,
    /// What it is about.
    pub description: Option<String>,
    /// The tag above it.
    pub parent: Option<ParentTag>,
    /// What it names, in the web of data.
    #[schema(format = "uri")]
    pub uri: Option<String>,
    /// Its picture.
    pub image: Option<Picture>,
    /// Where readers find its page.
    #[schema(format = "uri")]
    pub url: String,
    /// How many live articles carry this very tag; those of the tags below it are not counted.
    #[schema(minimum = 0)]
    pub article_count: i64,
}

/// The tag above another.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ParentTag {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// The last part of its address.
    pub slug: String,
    /// What it is called, in the language of `locale` where it has a name in that.
    pub name: String,
    /// What it names.
    pub kind: TagKind,
    /// Where readers find its page.
    #[schema(format = "uri")]
    pub url: String,
}

/// One tag.
#[derive(Serialize, ToSchema)]
pub struct TagAnswer {
    /// The tag.
    pub data: Tag,
    /// About the answer.
    pub meta: Meta,
}

/// A part of a list of tags.
#[derive(Serialize, ToSchema)]
pub struct TagPage {
    /// The tags.
    pub data: Vec<Tag>,
    /// Where this part lies.
    pub meta: PageMeta,
    /// Where the other parts are.
    pub links: Links,
}

/// What the list of public tags takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TagListQuery {
    /// Only tags of this kind.
    #[param(inline)]
    #[deserr(default)]
    kind: Option<TagKind>,
    /// Only tags right below this one: a slug (old ones are followed) or an id. One that is not public has none.
    #[param(value_type = Handle, required = false)]
    #[deserr(default)]
    parent: Option<Handle>,
    /// The language of `name`, where a tag has a name in it.
    #[param(inline)]
    #[deserr(default)]
    locale: Option<Locale>,
    /// Members to answer, separated by commas; `id` always is.
    #[param(value_type = Vec<TagField>, required = false, style = Form, explode = false, min_items = 1, max_items = 11)]
    #[deserr(default)]
    fields: Option<String>,
    /// The order; `name` where absent.
    #[param(inline)]
    #[deserr(default)]
    sort: Option<PublicNameSort>,
    /// How many tags to answer.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100, default = 20)]
    #[deserr(default)]
    limit: Option<Limit>,
    /// Where to go on: a `next_cursor` or `prev_cursor` of the same list. Not together with `page`.
    #[param(max_length = 4096)]
    #[deserr(default)]
    cursor: Option<String>,
    /// The number of the page, from 1. `page` × `limit` is at most 10 000.
    #[param(value_type = Option<i64>, minimum = 1, maximum = 10_000)]
    #[deserr(default)]
    page: Option<PageNumber>,
}

/// What public lists of tags and authors are sorted by; ties are broken by id in the same direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Faults)]
pub enum PublicNameSort {
    /// From a to z, by the name without accents and case.
    #[default]
    #[deserr(rename = "name")]
    #[schema(rename = "name")]
    Name,
    /// From z to a.
    #[deserr(rename = "-name")]
    #[schema(rename = "-name")]
    NameDescending,
}

impl PublicNameSort {
    /// Whether it is from z to a.
    #[must_use]
    pub fn is_descending(self) -> bool {
        self == Self::NameDescending
    }
}

/// What one public tag takes.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TagQuery {
    /// The language of `name`, where the tag has a name in it.
    #[param(inline)]
    #[deserr(default)]
    locale: Option<Locale>,
    /// Members to answer, separated by commas; `id` always is.
    #[param(value_type = Vec<TagField>, required = false, style = Form, explode = false, min_items = 1, max_items = 11)]
    #[deserr(default)]
    fields: Option<String>,
}

impl Tag {
    /// The public members of a tag. The caller has made sure that it is public.
    #[must_use]
    pub fn of(view: TagView, locale: Option<&Locale>, urls: &Urls) -> Self {
        let TagView { row, names, parent, image, article_count, .. } = view;
        let name = locale.and_then(|locale| names.get(locale.as_str()).cloned()).unwrap_or(row.name);
        Self {
            id: row.id,
            url: urls.tag(&row.slug, row.id),
            slug: row.slug,
            name,
            names,
            kind: row.kind,
            description: row.description,
            parent: parent.map(|parent| ParentTag::of(parent, locale, urls)),
            uri: row.uri,
            image: image.map(|image| Picture::from_row(&image, urls)),
            article_count,
        }
    }
}

impl ParentTag {
    fn of(row: TagRow, locale: Option<&Locale>, urls: &Urls) -> Self {
        let names: BTreeMap<String, String> = serde_json::from_str(&row.names).unwrap_or_default();
        let name = locale.and_then(|locale| names.get(locale.as_str()).cloned()).unwrap_or(row.name);
        Self { id: row.id, url: urls.tag(&row.slug, row.id), slug: row.slug, name, kind: row.kind }
    }
}

/// Lists the tags that live articles carry, and the tags above them.
///
/// Walk it by `cursor`, or by `page` with totals. The list of the tags below another is asked for with
/// `parent`.
#[utoipa::path(get, path = "/v1/tags", tag = "tags", params(TagListQuery), responses(
    (status = 200, description = "A part of the list.", body = TagPage),
))]
pub async fn list_tags(
    app: web::Data<App>,
    request: HttpRequest,
    Query(query): Query<TagListQuery>,
) -> Result<HttpResponse, Problem> {
    let list = List::of(&request, &app.urls.api, query.limit, query.cursor.as_deref(), query.page)?;
    let fields = Fields::parse(query.fields.as_deref(), TagField::WORDS)?;
    let (paging, kind, parent) = (list.paging().clone(), query.kind, query.parent);
    let descending = query.sort.unwrap_or_default().is_descending();
    let (shown, shows) = app
        .show(false, move |cx| {
            let parent = match parent {
                // An unknown parent has no tags below it: no tag has this id as its own parent.
                Some(Handle::Slug(slug)) => Some(tags::resolve(cx, &slug)?.map_or_else(Id::new, |(id, _)| id)),
                Some(Handle::Id(id)) => Some(id),
                None => None,
            };
            tags::list_public(cx, &PublicTagFilter { kind, parent }, descending, &paging)
        })
        .await?;
    let (meta, links) = list.finish(&shown.value.ends);
    let link = links.header();
    let data = shown.value.rows.into_iter().map(|view| Tag::of(view, query.locale.as_ref(), &app.urls)).collect();
    let answer = Public::json(CacheControl { shown_for: shown.shown_for }).header(header::LINK, &link);
    Ok(answer.show(&request, body(&TagPage { data, meta, links }, fields.as_ref())?, shows))
}

/// Answers one public tag by its slug or id.
///
/// An old slug answers 301 to the present one. A tag that no live article carries, neither itself nor by a tag below
/// it, is not found.
#[utoipa::path(get, path = "/v1/tags/{slug_or_id}", tag = "tags", params(
    ("slug_or_id" = String, Path, description = "A slug, present or old, or an id.", max_length = 96),
    TagQuery,
), responses(
    (status = 200, description = "The tag.", body = TagAnswer),
    (status = 301, description = "The tag has another slug now; `Location` leads to it."),
))]
pub async fn get_tag(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
    Query(query): Query<TagQuery>,
) -> Result<HttpResponse, Problem> {
    let fields = Fields::parse(query.fields.as_deref(), TagField::WORDS)?;
    let handle = path.into_inner();
    let (shown, shows) = app.show(false, move |cx| tags::find_public(cx, &handle)).await?;
    let cache = CacheControl { shown_for: shown.shown_for };
    let view = match shown.value {
        Found::Here(view) => view,
        Found::Moved(slug) => return Ok(moved_to(&request, &app.urls, ("tags", &slug), cache, shows)),
    };
    let data = Tag::of(view, query.locale.as_ref(), &app.urls);
    let answer = TagAnswer { data, meta: Meta {} };
    Ok(Public::json(cache).show(&request, body(&answer, fields.as_ref())?, shows))
}

/// 301 to the present slug of a record, with the query that it was asked for with.
pub(super) fn moved_to(
    request: &HttpRequest,
    urls: &Urls,
    (resource, slug): (&str, &str),
    cache: CacheControl,
    shows: Shows,
) -> HttpResponse {
    let api = &urls.api;
    let location = match request.query_string() {
        "" => format!("{api}/v1/{resource}/{slug}"),
        query => format!("{api}/v1/{resource}/{slug}?{query}"),
    };
    moved(request, &location, cache, shows)
}

/// An answer as bytes, with only the members that were asked for.
pub(super) fn body(answer: &impl Serialize, fields: Option<&Fields>) -> Result<PublicBody, Error> {
    let bytes = serde_json::to_vec(answer).map_err(Error::internal)?;
    Ok(PublicBody::new(match fields {
        Some(fields) => fields.pick_answer(&bytes)?,
        None => bytes,
    }))
}
