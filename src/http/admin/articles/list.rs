//! The list of articles at the editorial door.

use actix_web::{HttpRequest, HttpResponse, web};
use deserr::Deserr;
use utoipa::IntoParams;

use super::fields::{AdminArticleField, words};
use super::wire::{AdminArticle, AdminArticlePage};
use crate::app::App;
use crate::domain::articles::listing::{self, Listing};
use crate::error::{Error, Result};
use crate::http::answer;
use crate::http::carried::{BodyFormat, Carried, ListInclude};
use crate::http::extract::params::{Commas, Flag};
use crate::http::extract::{Caller, Query};
use crate::http::list::{Limit, List, PageNumber, check_fallback, sought};
use crate::http::problem::Problem;
use crate::model::{Access, ArticleKind, Faults, Handle, Id, Locale, Review, Status, Time, TranslationStatus};
use crate::store::working_list::Sort;

/// How the list is sorted.
#[derive(Clone, Copy, Debug, Deserr, utoipa::ToSchema)]
#[deserr(error = Faults)]
pub enum AdminArticleSort {
    /// Saved last first.
    #[deserr(rename = "-updated_at")]
    #[schema(rename = "-updated_at")]
    UpdatedDesc,
    /// Saved last at the end.
    #[deserr(rename = "updated_at")]
    #[schema(rename = "updated_at")]
    UpdatedAsc,
    /// First public, or else made, last first.
    #[deserr(rename = "-published_at")]
    #[schema(rename = "-published_at")]
    PublishedDesc,
    /// First public, or else made, first first.
    #[deserr(rename = "published_at")]
    #[schema(rename = "published_at")]
    PublishedAsc,
    /// By headline, case and accents aside.
    #[deserr(rename = "headline")]
    #[schema(rename = "headline")]
    Headline,
}

/// What the list takes.
#[derive(Debug, Default, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AdminArticleQuery {
    /// Statuses, separated by commas; all but `trashed` where absent.
    #[deserr(default)]
    #[param(value_type = Vec<Status>, style = Form, explode = false, required = false)]
    pub status: Option<Commas<Status>>,
    /// How far the review has come, separated by commas; of live articles too.
    #[deserr(default)]
    #[param(value_type = Vec<Review>, style = Form, explode = false, required = false)]
    pub review: Option<Commas<Review>>,
    /// The owner's id, or `me`.
    #[deserr(default)]
    #[param(value_type = String, required = false, max_length = 36, pattern = "^(me|[0-9A-Fa-f-]{36})$")]
    pub owner: Option<String>,
    /// Sections: ids or slugs, separated by commas, any of them.
    #[deserr(default)]
    #[param(value_type = Vec<Handle>, style = Form, explode = false, required = false)]
    pub section: Option<Commas<Handle>>,
    /// Tags: ids or slugs, separated by commas, any of them.
    #[deserr(default)]
    #[param(value_type = Vec<Handle>, style = Form, explode = false, required = false)]
    pub tag: Option<Commas<Handle>>,
    /// Tags, all of them.
    #[deserr(default)]
    #[param(value_type = Vec<Handle>, style = Form, explode = false, required = false)]
    pub tag_all: Option<Commas<Handle>>,
    /// Tags, none of them.
    #[deserr(default)]
    #[param(value_type = Vec<Handle>, style = Form, explode = false, required = false)]
    pub tag_not: Option<Commas<Handle>>,
    /// Authors: ids or slugs, any of them.
    #[deserr(default)]
    #[param(value_type = Vec<Handle>, style = Form, explode = false, required = false)]
    pub author: Option<Commas<Handle>>,
    /// Kinds, any of them.
    #[deserr(default)]
    #[param(value_type = Vec<ArticleKind>, style = Form, explode = false, required = false)]
    pub kind: Option<Commas<ArticleKind>>,
    /// Access, any of them.
    #[deserr(default)]
    #[param(value_type = Vec<Access>, style = Form, explode = false, required = false)]
    pub access: Option<Commas<Access>>,
    /// Featured ones, or the others.
    #[deserr(default)]
    #[param(value_type = bool, required = false)]
    pub featured: Option<Flag>,
    /// Breaking ones, or the others.
    #[deserr(default)]
    #[param(value_type = bool, required = false)]
    pub breaking: Option<Flag>,
    /// One locale, exactly.
    #[deserr(default)]
    #[param(value_type = Locale, required = false)]
    pub locale: Option<Locale>,
    /// Beside `locale`: adds, of each translation group without an article in `locale`, the one in this language.
    #[deserr(default)]
    #[param(value_type = Locale, required = false)]
    pub fallback_locale: Option<Locale>,
    /// Articles whose translation group has none in this locale.
    #[deserr(default)]
    #[param(value_type = Locale, required = false)]
    pub lacks_translation: Option<Locale>,
    /// Translations whose source says something else by now, or those that are in step with it.
    #[deserr(default)]
    #[param(value_type = TranslationStatus, required = false)]
    pub translation_status: Option<TranslationStatus>,
    /// First public after this.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    pub published_after: Option<Time>,
    /// First public before this.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    pub published_before: Option<Time>,
    /// Saved after this.
    #[deserr(default)]
    #[param(value_type = String, format = DateTime, required = false)]
    pub updated_after: Option<Time>,
    /// These articles, at most 100.
    #[deserr(default)]
    #[param(value_type = Vec<Id>, style = Form, explode = false, required = false)]
    pub ids: Option<Commas<Id>>,
    /// Only articles in which this stands: words, "phrases", prefi* and -not, of headline, kicker, standfirst, byline,
    /// body, captions in it, slugline and editor's note of the working copy, and names of tags and authors. Of more than
    /// 10 000 matches those indexed last count.
    #[deserr(default)]
    #[param(value_type = String, required = false, min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// How it is sorted; ties go by id.
    #[deserr(default)]
    #[param(value_type = AdminArticleSort, required = false)]
    pub sort: Option<AdminArticleSort>,
    /// Entries at the most.
    #[deserr(default)]
    #[param(value_type = i64, minimum = 1, maximum = 100, default = 20, required = false)]
    pub limit: Option<Limit>,
    /// Where to go on: a `next_cursor` or `prev_cursor` of this list.
    #[deserr(default)]
    #[param(value_type = String, max_length = 4096, required = false)]
    pub cursor: Option<String>,
    /// The number of a page instead; `page × limit` is at most 10 000.
    #[deserr(default)]
    #[param(value_type = i64, minimum = 1, maximum = 10_000, required = false)]
    pub page: Option<PageNumber>,
    /// Only these members, `id` always.
    #[deserr(default)]
    #[param(inline, value_type = Vec<AdminArticleField>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    pub fields: Option<Commas<AdminArticleField>>,
    /// The forms of the bodies; asks for bodies by itself.
    #[deserr(default)]
    #[param(inline, value_type = Vec<BodyFormat>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    pub formats: Option<Commas<BodyFormat>>,
    /// What the entries carry beside themselves.
    #[deserr(default)]
    #[param(inline, value_type = Vec<ListInclude>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    pub include: Option<Commas<ListInclude>>,
}

fn values<T>(list: Option<Commas<T>>) -> Option<Vec<T>> {
    list.map(|list| list.0)
}

impl AdminArticleQuery {
    fn listing(self) -> Result<Listing> {
        let query = self.q.as_deref().map(sought).transpose()?;
        let (sort, descending) = match self.sort.unwrap_or(AdminArticleSort::UpdatedDesc) {
            AdminArticleSort::UpdatedDesc => (Sort::Updated, true),
            AdminArticleSort::UpdatedAsc => (Sort::Updated, false),
            AdminArticleSort::PublishedDesc => (Sort::Published, true),
            AdminArticleSort::PublishedAsc => (Sort::Published, false),
            AdminArticleSort::Headline => (Sort::Headline, false),
        };
        Ok(Listing {
            statuses: values(self.status),
            reviews: values(self.review),
            owner: self.owner,
            sections: values(self.section),
            tags_any: values(self.tag),
            tags_all: values(self.tag_all),
            tags_not: values(self.tag_not),
            authors: values(self.author),
            kinds: values(self.kind),
            access: values(self.access),
            featured: self.featured.map(|flag| flag.0),
            breaking: self.breaking.map(|flag| flag.0),
            locale: self.locale,
            fallback_locale: self.fallback_locale,
            lacks_translation: self.lacks_translation,
            translation_status: self.translation_status,
            published_after: self.published_after,
            published_before: self.published_before,
            updated_after: self.updated_after,
            ids: values(self.ids),
            query,
            sort,
            descending,
        })
    }
}

/// List articles.
///
/// Every status but the trash, saved last first. Contributors and authors see their own articles. Entries have a
/// body only where `include` or `formats` asks for it.
#[utoipa::path(get, path = "/v1/admin/articles", tag = "articles", security(("bearer" = [])), params(AdminArticleQuery),
    responses((status = 200, description = "A part of the list.", body = AdminArticlePage)))]
pub async fn list_admin_articles(
    app: web::Data<App>,
    Caller(actor): Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query = Query::<AdminArticleQuery>::of(&request)?;
    let list = List::of(&request, &app.urls.api, query.limit, query.cursor.as_deref(), query.page)?;
    check_fallback(query.locale.as_ref(), query.fallback_locale.as_ref())?;
    let names = words(query.fields.as_ref());
    let carried = Carried::of_list(names, query.formats.as_ref(), query.include.as_ref(), AdminArticleField::WORDS)?;
    let (paging, listing, forms) = (list.paging().clone(), query.listing()?, carried.forms);
    let found = app.read(move |cx| {
        let (views, ends) = listing::list(cx, &actor, listing, &paging)?;
        Ok((views.into_iter().map(|view| AdminArticle::of(view, forms, cx)).collect(), ends))
    });
    let (data, ends) = found.await?;
    let (meta, links) = list.finish(&ends);
    let header = links.header();
    let bytes = serde_json::to_vec(&AdminArticlePage { data, meta, links }).map_err(Error::internal)?;
    let answer = answer::json_private(actix_web::http::StatusCode::OK, carried.narrow(bytes)?, None);
    Ok(answer::with_link(answer, &header))
}
