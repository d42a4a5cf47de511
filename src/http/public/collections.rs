//! Collections in public: curated front pages, with the articles that are live now.

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::cards::{Card, View};
use super::forms::{CardField, card_fields};
use super::tags::moved_to;
use crate::app::App;
use crate::domain::reading::{self, Entry, Front};
use crate::domain::taxonomy::Found;
use crate::error::{Error, Result};
use crate::http::answer::{self, CacheControl, Public, PublicBody};
use crate::http::carried::{BodyFormat, Carried, ListInclude};
use crate::http::extract::Query;
use crate::http::extract::params::Commas;
use crate::http::list::Meta;
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::{FromText, Id, Slug, Time, Urls};

/// What a collection of 20 mostly comes to, in bytes.
const BYTES: usize = 48 * 1024;

/// What stands beside the members of a card, always.
const ALWAYS: &[&str] = &["slot", "pinned"];

/// All members of an entry.
static KNOWN: LazyLock<Vec<&str>> = LazyLock::new(|| [CardField::WORDS, ALWAYS].concat());

/// The parameters of a collection.
#[derive(Debug, Default, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CollectionParams {
    /// Only these members of each article; `id`, `slot` and `pinned` always.
    #[deserr(default)]
    #[param(inline, value_type = Vec<CardField>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    fields: Option<Commas<CardField>>,
    /// The forms of the bodies; asks for bodies by itself.
    #[deserr(default)]
    #[param(inline, value_type = Vec<BodyFormat>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    formats: Option<Commas<BodyFormat>>,
    /// What the articles carry beside themselves.
    #[deserr(default)]
    #[param(inline, value_type = Vec<ListInclude>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    include: Option<Commas<ListInclude>>,
}

/// An article in its place. Its headline and standfirst are those that the newsroom gave it here, where it did.
#[derive(Serialize, ToSchema)]
pub struct CollectionCard<'a> {
    /// The article.
    #[serde(flatten)]
    pub card: Card<'a>,
    /// Its place, from 1.
    #[schema(minimum = 1, maximum = 100)]
    pub slot: i64,
    /// Whether the newsroom pinned it to a place.
    pub pinned: bool,
}

/// A curated, ordered list of articles.
#[derive(Serialize, ToSchema)]
pub struct Collection<'a> {
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// The last part of its address.
    pub slug: &'a str,
    /// What it is called.
    pub name: &'a str,
    /// What it is.
    pub description: Option<&'a str>,
    /// The language of its articles; `null` for any.
    pub locale: Option<&'a str>,
    /// When it was last published. Its articles come and go without that.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    /// The articles that are live now, in order: those that the newsroom put there, and what fills the other places.
    #[schema(value_type = Vec<CollectionCard>)]
    pub articles: Vec<Box<RawValue>>,
}

/// One collection.
#[derive(Serialize, ToSchema)]
pub struct CollectionAnswer<'a> {
    /// The collection.
    pub data: Collection<'a>,
    /// About the answer.
    pub meta: Meta,
}

/// Answers a collection by its slug.
///
/// A front page, a choice of the editors, the page of a topic: in one answer all that it shows. An article that
/// disappears leaves no gap: the next one takes its place. An old slug answers 301 to the present one. A collection that
/// is not published is not found.
#[utoipa::path(get, path = "/v1/collections/{slug}", tag = "collections", params(
    ("slug" = String, Path, description = "A slug, present or old.", max_length = 96),
    CollectionParams,
), responses(
    (status = 200, description = "The collection.", body = CollectionAnswer),
    (status = 301, description = "The collection has another slug now.", headers(
        ("Location" = String, description = "The same route with the present slug."),
    )),
))]
pub async fn get_collection(
    app: web::Data<App>,
    request: HttpRequest,
    path: web::Path<String>,
    Query(params): Query<CollectionParams>,
) -> Result<HttpResponse, Problem> {
    let slug = Slug::from_text(&path).map_err(|_| Error::not_found())?;
    let carried = carried(&params)?;
    let bodies = carried.forms.any();
    let (found, shows) = app.show(false, move |cx| reading::collection(cx, slug.as_str(), bodies)).await?;
    let front = match found {
        Found::Here(front) => front,
        Found::Moved(slug) => {
            return Ok(moved_to(&request, &app.urls, ("collections", &slug), CacheControl::PUBLIC, shows));
        }
    };
    let cache = CacheControl { shown_for: front.arranged.relations.shelf.shown_for() };
    let bytes = answer::to_json(&CollectionAnswer::of(&front, &app.urls, &carried)?, BYTES)?;
    Ok(Public::json(cache).show(&request, PublicBody::new(bytes), shows))
}

/// What is asked for of each article.
fn carried(params: &CollectionParams) -> Result<Carried> {
    let names = card_fields(params.fields.as_ref()).map(|names| [&names, ALWAYS].concat());
    Carried::of_list(names, params.formats.as_ref(), params.include.as_ref(), &KNOWN)
}

impl<'a> CollectionAnswer<'a> {
    /// The public members, with as much of each article as is carried.
    ///
    /// # Errors
    /// A row is damaged.
    pub fn of(front: &'a Front, urls: &Urls, carried: &Carried) -> Result<Self> {
        let row = &front.collection;
        let view = View { shelf: &front.arranged.relations.shelf, urls };
        let entries = front.arranged.entries.iter();
        let articles = entries.map(|entry| written(view, front, entry, carried)).collect::<Result<_>>()?;
        let data = Collection {
            id: row.collection_id,
            slug: &row.slug,
            name: &row.name,
            description: row.description.as_deref(),
            locale: row.locale.as_deref(),
            updated_at: row.updated_at,
            articles,
        };
        Ok(Self { data, meta: Meta {} })
    }
}

/// One article as JSON.
fn written(view: View, front: &Front, entry: &Entry, carried: &Carried) -> Result<Box<RawValue>> {
    let mut card = view.card_with_body(&entry.story, &front.arranged.relations.bodies, carried.forms)?;
    let (mut pinned, slot) = (false, entry.slot);
    if let Some(item) = &entry.item {
        card.headline = item.headline.as_ref().map_or(card.headline, |headline| headline.as_str());
        card.standfirst = item.standfirst.as_ref().map(|standfirst| standfirst.as_str()).or(card.standfirst);
        pinned = item.slot.is_some();
    }
    let mut json = serde_json::to_string(&CollectionCard { card, slot, pinned }).map_err(Error::internal)?;
    if let Some(fields) = &carried.fields {
        json = fields.pick(&json)?;
    }
    RawValue::from_string(json).map_err(Error::internal)
}
