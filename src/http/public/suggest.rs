//! Quick completions for a search field.

use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::refs::name_in;
use crate::app::App;
use crate::domain::Cx;
use crate::domain::search::{self, Suggestions};
use crate::error::Result;
use crate::http::answer::{self, CacheControl, Public, PublicBody};
use crate::http::extract::Query;
use crate::http::extract::params::Int;
use crate::http::list::{Meta, typed};
use crate::http::problem::Problem;
use crate::model::faults::Faults;
use crate::model::{Id, Locale, Urls};

/// Suggestions of each kind where the client asks for no other number.
const DEFAULT_LIMIT: i64 = 5;

/// The parameters of suggestions.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuggestParams {
    /// What the reader has typed so far; the last word may be unfinished, from two characters on; a single
    /// letter behind other words says nothing yet.
    #[param(value_type = String, required = true, min_length = 1, max_length = 200)]
    q: String,
    /// Headlines in exactly this language, and names in it where there are any.
    #[deserr(default)]
    #[param(value_type = Locale, required = false)]
    locale: Option<Locale>,
    /// Suggestions of each kind at the most.
    #[deserr(default)]
    #[param(value_type = i64, required = false, minimum = 1, maximum = 20, default = 5)]
    limit: Option<Int<1, 20>>,
}

/// What a suggestion leads to.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    /// A live article.
    Article,
    /// A public tag.
    Tag,
    /// A public author.
    Author,
}

/// Something that the reader may mean.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestion {
    /// What it leads to.
    pub kind: SuggestionKind,
    /// Identity.
    #[schema(value_type = String, format = Uuid)]
    pub id: Id,
    /// Last part of its address.
    pub slug: String,
    /// The headline or the name.
    pub text: String,
    /// Where readers find it.
    #[schema(format = "uri")]
    pub url: String,
}

/// What the reader may mean.
#[derive(Serialize, ToSchema)]
pub struct SuggestionsAnswer {
    /// Tags, then authors, then articles, the newest first.
    #[schema(max_items = 60)]
    pub data: Vec<Suggestion>,
    /// About the answer.
    pub meta: Meta,
}

/// Suggests what a reader may mean.
///
/// Names of public tags and authors, and headlines of live articles, that have every word of `q`, the last as far as it
/// goes from its second letter on. Case and accents say nothing.
#[utoipa::path(get, path = "/v1/suggest", tag = "articles", params(SuggestParams), responses(
    (status = 200, description = "The suggestions.", body = SuggestionsAnswer),
))]
pub async fn list_suggestions(
    app: web::Data<App>,
    request: HttpRequest,
    Query(params): Query<SuggestParams>,
) -> Result<HttpResponse, Problem> {
    let query = typed(&params.q)?;
    let most = usize::try_from(params.limit.map_or(DEFAULT_LIMIT, |limit| limit.0)).unwrap_or(0);
    let locale = params.locale.clone();
    let read = move |cx: &mut Cx| search::suggest(cx, &query, locale.as_ref().map(Locale::as_str), most);
    let (suggested, shows) = app.show(false, read).await?;
    let cache = CacheControl { shown_for: suggested.shown_for };
    let data = suggestions(suggested, params.locale.as_ref(), &app.urls);
    let bytes = answer::to_json(&SuggestionsAnswer { data, meta: Meta {} }, 4_096)?;
    Ok(Public::json(cache).show(&request, PublicBody::new(bytes), shows))
}

fn suggestions(all: Suggestions, locale: Option<&Locale>, urls: &Urls) -> Vec<Suggestion> {
    let default_locale = &all.site.default_locale;
    let tags = all.tags.into_iter().map(|row| Suggestion {
        kind: SuggestionKind::Tag,
        id: row.id,
        text: name_in(&row, locale.map_or("", Locale::as_str)).into_owned(),
        url: urls.tag(&row.slug, row.id),
        slug: row.slug,
    });
    let authors = all.authors.into_iter().map(|row| Suggestion {
        kind: SuggestionKind::Author,
        id: row.id,
        url: urls.author(&row.slug, row.id),
        text: row.name,
        slug: row.slug,
    });
    let articles = all.articles.into_iter().map(|link| Suggestion {
        kind: SuggestionKind::Article,
        id: link.article_id,
        url: urls.article(&link.locale, default_locale.as_str(), &link.slug, link.article_id),
        text: link.headline,
        slug: link.slug,
    });
    tags.chain(authors).chain(articles).collect()
}
