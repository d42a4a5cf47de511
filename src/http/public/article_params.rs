//! The parameters of articles in public.

use deserr::Deserr;
use utoipa::IntoParams;

use super::forms::{ArticleField, ArticleInclude, CardField, SearchField};
use crate::domain::reading::ListRequest;
use crate::error::Result;
use crate::http::carried::{BodyFormat, ListInclude};
use crate::http::extract::params::{Commas, Flag};
use crate::http::list::{Limit, List, PageNumber, check_fallback, sought};
use crate::model::faults::Faults;
pub use crate::model::sort::ArticleSort;
use crate::model::{Access, ArticleKind, Handle, Id, Locale, Time};
use crate::store::published::{Filter, Order};
use crate::text::query::Query;

/// Declares the parameters of a list of articles: the filters that all of them have, and its own.
macro_rules! article_filters {
    ($(#[$meta:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, Default, Deserr, IntoParams)]
        #[deserr(error = Faults, deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            /// In one of these sections: slugs or ids. Unknown ones let nothing through; those below are not implied.
            #[deserr(default)]
            #[param(inline, value_type = Vec<Handle>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
            pub section: Option<Commas<Handle>>,
            /// With one of these tags: slugs or ids.
            #[deserr(default)]
            #[param(inline, value_type = Vec<Handle>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
            pub tag: Option<Commas<Handle>>,
            /// With all of these tags: slugs or ids.
            #[deserr(default)]
            #[param(inline, value_type = Vec<Handle>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
            pub tag_all: Option<Commas<Handle>>,
            /// With none of these tags: slugs or ids.
            #[deserr(default)]
            #[param(inline, value_type = Vec<Handle>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
            pub tag_not: Option<Commas<Handle>>,
            /// By one of these authors: slugs or ids.
            #[deserr(default)]
            #[param(inline, value_type = Vec<Handle>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
            pub author: Option<Commas<Handle>>,
            /// Of one of these kinds.
            #[deserr(default)]
            #[param(value_type = Vec<ArticleKind>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
            pub kind: Option<Commas<ArticleKind>>,
            /// With one of these kinds of access.
            #[deserr(default)]
            #[param(value_type = Vec<Access>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
            pub access: Option<Commas<Access>>,
            /// For the front page, or not.
            #[deserr(default)]
            #[param(value_type = bool, required = false)]
            pub featured: Option<Flag>,
            /// Breaking news, or not.
            #[deserr(default)]
            #[param(value_type = bool, required = false)]
            pub breaking: Option<Flag>,
            /// In exactly this language.
            #[deserr(default)]
            #[param(value_type = Locale, required = false)]
            pub locale: Option<Locale>,
            /// Beside `locale`: adds, of each translation group without a live article in `locale`, the one in this language.
            #[deserr(default)]
            #[param(value_type = Locale, required = false)]
            pub fallback_locale: Option<Locale>,
            /// Published later than this.
            #[deserr(default)]
            #[param(value_type = String, format = DateTime, required = false)]
            pub published_after: Option<Time>,
            /// Published earlier than this.
            #[deserr(default)]
            #[param(value_type = String, format = DateTime, required = false)]
            pub published_before: Option<Time>,
            /// Updated later than this.
            #[deserr(default)]
            #[param(value_type = String, format = DateTime, required = false)]
            pub updated_after: Option<Time>,
            /// These articles, of those that are live.
            #[deserr(default)]
            #[param(value_type = Vec<Id>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
            pub ids: Option<Commas<Id>>,
            $($own)*
        }

        impl $name {
            /// What the domain is asked for, newest first, without bodies.
            ///
            /// # Errors
            /// [`Code::InvalidParameter`](crate::error::Code::InvalidParameter) where parameters do not go together.
            fn filtered(self, list: &List, query: Option<Query>) -> Result<ListRequest> {
                check_fallback(self.locale.as_ref(), self.fallback_locale.as_ref())?;
                Ok(ListRequest {
                    sections: self.section.map(|list| list.0),
                    tags: self.tag.map(|list| list.0),
                    all_tags: self.tag_all.map(|list| list.0),
                    no_tags: self.tag_not.map(|list| list.0),
                    authors: self.author.map(|list| list.0),
                    filter: Filter {
                        kinds: self.kind.map(|list| list.0).unwrap_or_default(),
                        access: self.access.map(|list| list.0).unwrap_or_default(),
                        featured: self.featured.map(|flag| flag.0),
                        breaking: self.breaking.map(|flag| flag.0),
                        locale: self.locale.map(String::from),
                        fallback_locale: self.fallback_locale.map(String::from),
                        published_after: self.published_after,
                        published_before: self.published_before,
                        updated_after: self.updated_after,
                        ids: self.ids.map(|list| list.0),
                        ..Filter::default()
                    },
                    order: Order::NEWEST,
                    paging: list.paging().clone(),
                    bodies: false,
                    query,
                })
            }
        }
    };
}

article_filters! {
    /// The parameters of the list of articles.
    ArticleListParams {
        /// Only articles in which this stands: words, "phrases", prefi* and -not, of the headline, the standfirst, the
        /// public part of the body, captions, and names of tags and authors. Case and accents say nothing. Of more than
        /// 10 000 matches the next ones in the order of publication count.
        #[deserr(default)]
        #[param(value_type = String, required = false, min_length = 1, max_length = 200)]
        pub q: Option<String>,
        /// The order; newest first where it is not given.
        #[deserr(default)]
        #[param(inline, value_type = ArticleSort, required = false)]
        pub sort: Option<ArticleSort>,
        /// Cards at the most.
        #[deserr(default)]
        #[param(value_type = i64, required = false, minimum = 1, maximum = 100, default = 20)]
        pub limit: Option<Limit>,
        /// Where to go on: a cursor of the same list.
        #[deserr(default)]
        #[param(value_type = String, required = false, max_length = 4096)]
        pub cursor: Option<String>,
        /// The number of a page, instead of a cursor; `page` × `limit` is at most 10000.
        #[deserr(default)]
        #[param(value_type = i64, required = false, minimum = 1, maximum = 10000)]
        pub page: Option<PageNumber>,
        /// Only these members, `id` always.
        #[deserr(default)]
        #[param(inline, value_type = Vec<CardField>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
        pub fields: Option<Commas<CardField>>,
        /// The forms of the bodies; asks for bodies by itself.
        #[deserr(default)]
        #[param(inline, value_type = Vec<BodyFormat>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
        pub formats: Option<Commas<BodyFormat>>,
        /// What the cards carry beside themselves.
        #[deserr(default)]
        #[param(inline, value_type = Vec<ListInclude>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
        pub include: Option<Commas<ListInclude>>,
    }
}

article_filters! {
    /// The parameters of search.
    SearchParams {
        /// What to look for: words, "phrases", prefi* and -not, of the headline, the standfirst, the public part of the
        /// body, captions, and names of tags and authors. Case and accents say nothing. At most 16 words, of
        /// which four letters in a row of a script without spaces count as one.
        #[param(value_type = String, required = true, min_length = 1, max_length = 200)]
        pub q: String,
        /// Cards at the most.
        #[deserr(default)]
        #[param(value_type = i64, required = false, minimum = 1, maximum = 100, default = 20)]
        pub limit: Option<Limit>,
        /// The number of the page, from 1; `page` × `limit` is at most 10000.
        #[deserr(default)]
        #[param(value_type = i64, required = false, minimum = 1, maximum = 10000, default = 1)]
        pub page: Option<PageNumber>,
        /// Only these members, `id` always.
        #[deserr(default)]
        #[param(inline, value_type = Vec<SearchField>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
        pub fields: Option<Commas<SearchField>>,
    }
}

/// The parameters of one article.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Faults, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ArticleParams {
    /// The language of the slug, exactly. Without it the site's default language comes first, then its other ones in
    /// their order. It says nothing where the article is named by its id.
    #[deserr(default)]
    #[param(value_type = Locale, required = false)]
    pub locale: Option<Locale>,
    /// Only these members, `id` always. Naming a form of the body asks for that form.
    #[deserr(default)]
    #[param(inline, value_type = Vec<ArticleField>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    pub fields: Option<Commas<ArticleField>>,
    /// The forms of the body; `blocks,html` where it is not given.
    #[deserr(default)]
    #[param(inline, value_type = Vec<BodyFormat>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    pub formats: Option<Commas<BodyFormat>>,
    /// What the answer carries beside the article.
    #[deserr(default)]
    #[param(inline, value_type = Vec<ArticleInclude>, required = false, style = Form, explode = false, min_items = 1, max_items = 100)]
    pub include: Option<Commas<ArticleInclude>>,
}

impl ArticleListParams {
    /// What the domain is asked for.
    ///
    /// # Errors
    /// [`Code::InvalidParameter`](crate::error::Code::InvalidParameter) where parameters do not go together.
    pub fn into_request(self, list: &List, bodies: bool) -> Result<ListRequest> {
        let order = self.sort.map_or(Order::NEWEST, Order::from);
        let query = self.q.as_deref().map(sought).transpose()?;
        Ok(ListRequest { order, bodies, ..self.filtered(list, query)? })
    }
}

impl SearchParams {
    /// What the domain is asked for.
    ///
    /// # Errors
    /// As [`ArticleListParams::into_request`].
    pub fn into_request(self, list: &List) -> Result<ListRequest> {
        self.filtered(list, None)
    }
}
