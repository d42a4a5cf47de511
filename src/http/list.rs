//! What the lists of both doors have in common: their parameters, `meta`, `links` and the `Link` header (RFC 8288).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::{json_private, with_link};
use super::cursor::{self, Fingerprint};
use super::extract::params::Int;
use super::problem::Problem;
use crate::error::{Error, FaultCode, Result};
use crate::model::Locale;
use crate::model::paging::{DEFAULT_LIMIT, Ends, MAX_COUNTED, Paging};
use crate::model::urls::encoded;
use crate::text::query::Query;

/// The parameter `limit`.
pub type Limit = Int<1, 100>;
/// The parameter `page`.
pub type PageNumber = Int<1, 10_000>;

/// Parameters that neither choose nor order the rows of a list: a cursor is not bound to them.
const UNBOUND: &[&str] = &["cursor", "page", "limit", "fields", "formats", "include"];

/// What belongs to the answer, not to the resource. It may get members later.
#[derive(Clone, Copy, Debug, Default, Serialize, ToSchema)]
pub struct Meta {}

/// Where a part of a list lies: by cursor, or by page number where `page` was given.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum PageMeta {
    /// Without `page`.
    Cursor(CursorMeta),
    /// With `page`.
    Numbered(NumberedMeta),
}

/// A part of a list that is walked by cursor. It stays stable while rows arrive.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CursorMeta {
    /// How many entries were asked for.
    #[schema(minimum = 1, maximum = 100)]
    pub limit: i64,
    /// The `cursor` of the next part; `null` at the end.
    #[schema(max_length = 4096)]
    pub next_cursor: Option<String>,
    /// The `cursor` of the part before; `null` at the beginning.
    #[schema(max_length = 4096)]
    pub prev_cursor: Option<String>,
}

/// A numbered page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NumberedMeta {
    /// How many entries were asked for.
    #[schema(minimum = 1, maximum = 100)]
    pub limit: i64,
    /// The number of this page, from 1.
    #[schema(minimum = 1, maximum = 10_000)]
    pub page: i64,
    /// How many entries there are in all, counted to 10 000.
    #[schema(minimum = 0, maximum = 10_000)]
    pub total: i64,
    /// Whether there are more than `total`.
    pub total_capped: bool,
    /// How many pages `total` makes.
    #[schema(minimum = 0, maximum = 10_000)]
    pub total_pages: i64,
}

/// Addresses of the parts of a list, absolute.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Links {
    /// This part.
    #[serde(rename = "self")]
    #[schema(format = "uri")]
    pub this: String,
    /// The next part; `null` at the end.
    #[schema(format = "uri")]
    pub next: Option<String>,
    /// The part before; `null` at the beginning.
    #[schema(format = "uri")]
    pub prev: Option<String>,
    /// The beginning of the list.
    #[schema(format = "uri")]
    pub first: String,
}

impl Links {
    /// The value of the `Link` header (RFC 8288).
    #[must_use]
    pub fn header(&self) -> String {
        let parts = [("next", self.next.as_ref()), ("prev", self.prev.as_ref()), ("first", Some(&self.first))];
        let parts = parts.into_iter().filter_map(|(rel, url)| url.map(|url| format!("<{url}>; rel=\"{rel}\"")));
        parts.collect::<Vec<_>>().join(", ")
    }
}

/// A list as it was asked for: which part of it, and how its addresses are made.
#[derive(Clone, Debug)]
pub struct List {
    base: String,
    parameters: Vec<(String, String)>,
    fingerprint: Fingerprint,
    paging: Paging,
}

impl List {
    /// Reads the parameters that all lists have. `api` is where this API is found, without a slash at its end.
    ///
    /// # Errors
    /// [`Code::InvalidCursor`](crate::error::Code::InvalidCursor);
    /// [`Code::InvalidParameter`](crate::error::Code::InvalidParameter) for `cursor` and `page` together, and for a
    /// page behind the 10 000th entry.
    pub fn of(
        request: &HttpRequest,
        api: &str,
        limit: Option<Limit>,
        cursor: Option<&str>,
        page: Option<PageNumber>,
    ) -> Result<Self> {
        let query = request.query_string();
        let mut parameters: Vec<(String, String)> =
            url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        // In whatever order they were asked for: the answer is the same.
        parameters.sort_by(|a, b| a.0.cmp(&b.0));
        let bound = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let fingerprint = cursor::fingerprint(request.path(), bound.filter(|(name, _)| !UNBOUND.contains(name)));
        let paging = paging(limit.map_or(DEFAULT_LIMIT, |limit| limit.0), cursor, page, fingerprint)?;
        Ok(Self { base: format!("{api}{}", request.path()), parameters, fingerprint, paging })
    }

    /// Which part is wanted.
    #[must_use]
    pub const fn paging(&self) -> &Paging {
        &self.paging
    }

    /// `meta` and `links` of the part that was found.
    #[must_use]
    pub fn finish(&self, ends: &Ends) -> (PageMeta, Links) {
        let limit = self.paging.limit();
        match (ends, &self.paging) {
            (Ends::Numbered { total }, Paging::Numbered { page, .. }) => self.numbered(*page, limit, *total),
            (Ends::Keyset { next, previous }, _) => {
                let text = |position| cursor::encode(position, self.fingerprint);
                let (next_cursor, prev_cursor) = (next.as_ref().map(text), previous.as_ref().map(text));
                let links = Links {
                    this: self.address(None, true),
                    next: next_cursor.as_ref().map(|cursor| self.address(Some(("cursor", cursor)), false)),
                    prev: prev_cursor.as_ref().map(|cursor| self.address(Some(("cursor", cursor)), false)),
                    first: self.address(None, false),
                };
                (PageMeta::Cursor(CursorMeta { limit, next_cursor, prev_cursor }), links)
            }
            (Ends::Numbered { total }, Paging::Keyset { .. }) => self.numbered(1, limit, *total),
        }
    }

    /// The editorial answer of the part that was found, put together by `page`, with its `Link` header.
    ///
    /// # Errors
    /// It can't be written as JSON.
    pub fn answer<T, P: Serialize>(
        &self,
        ends: &Ends,
        data: Vec<T>,
        page: impl FnOnce(Vec<T>, PageMeta, Links) -> P,
    ) -> Result<HttpResponse, Problem> {
        let (meta, links) = self.finish(ends);
        let header = links.header();
        let bytes = serde_json::to_vec(&page(data, meta, links)).map_err(Error::internal)?;
        Ok(with_link(json_private(StatusCode::OK, bytes, None), &header))
    }

    fn numbered(&self, page: i64, limit: i64, total: i64) -> (PageMeta, Links) {
        let (total, total_capped) = (total.clamp(0, MAX_COUNTED), total > MAX_COUNTED);
        let total_pages = (total + limit - 1) / limit;
        let link = |page: i64| self.address(Some(("page", &page.to_string())), false);
        let links = Links {
            this: self.address(None, true),
            next: (page < total_pages && (page + 1) * limit <= MAX_COUNTED).then(|| link(page + 1)),
            prev: (page > 1).then(|| link(page - 1)),
            first: link(1),
        };
        (PageMeta::Numbered(NumberedMeta { limit, page, total, total_capped, total_pages }), links)
    }

    /// This list with another `cursor` or `page`, or as it was asked for.
    fn address(&self, place: Option<(&str, &str)>, as_asked: bool) -> String {
        let kept = self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let kept = kept.filter(|(name, _)| as_asked || !matches!(*name, "cursor" | "page"));
        let query: Vec<String> =
            kept.chain(place).map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        if query.is_empty() { self.base.clone() } else { format!("{}?{}", self.base, query.join("&")) }
    }
}

/// `fallback_locale` says something only beside `locale`.
///
/// # Errors
/// [`Code::InvalidParameter`](crate::error::Code::InvalidParameter).
pub fn check_fallback(locale: Option<&Locale>, fallback: Option<&Locale>) -> Result<()> {
    if fallback.is_some() && locale.is_none() {
        let detail = "`fallback_locale` needs `locale` beside it.";
        return Err(Error::parameter("fallback_locale", FaultCode::Inconsistent, detail));
    }
    Ok(())
}

/// Reads `q`.
///
/// # Errors
/// [`Code::InvalidParameter`](crate::error::Code::InvalidParameter) where it is too long or has no word.
pub fn sought(q: &str) -> Result<Query> {
    Query::parse(q).map_err(refused)
}

/// What is looked for while it is typed.
///
/// # Errors
/// As [`sought`].
pub fn typed(q: &str) -> Result<Query> {
    Query::unfinished(q).map_err(refused)
}

fn refused(refusal: &'static str) -> Error {
    Error::parameter("q", FaultCode::InvalidFormat, refusal)
}

fn paging(limit: i64, cursor: Option<&str>, page: Option<PageNumber>, of: Fingerprint) -> Result<Paging> {
    match (cursor, page) {
        (Some(_), Some(_)) => Err(Error::parameter(
            "page",
            FaultCode::Exclusive,
            "A list is walked by `cursor` or by `page`, not by both.",
        )),
        (_, Some(Int(page))) if page.saturating_mul(limit) > MAX_COUNTED => Err(Error::parameter(
            "page",
            FaultCode::OutOfRange,
            "page × limit can be at most 10000. A list with a `cursor` is walked further by that.",
        )),
        (_, Some(Int(page))) => Ok(Paging::Numbered { limit, page }),
        (cursor, None) => Ok(Paging::Keyset { limit, from: cursor.map(|text| cursor::decode(text, of)).transpose()? }),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::model::Id;
    use crate::model::paging::{Key, Position, Toward};

    fn list(query: &str, cursor: Option<&str>, page: Option<i64>) -> Result<List> {
        let request = TestRequest::get().uri(&format!("/v1/tags?{query}")).to_http_request();
        List::of(&request, "https://api.example", Some(Int(100)), cursor, page.map(Int))
    }

    #[test]
    fn links_keep_the_filters_and_cursors_belong_to_them() {
        let next = Some(Position { toward: Toward::Next, key: Key::Text("k".into()), id: Id::new() });
        let asked = list("kind=topic&q=a%20%3Cb&limit=100", None, None).unwrap();
        let (meta, links) = asked.finish(&Ends::Keyset { next: next.clone(), previous: None });
        let PageMeta::Cursor(meta) = meta else { panic!("not by cursor") };
        let cursor = meta.next_cursor.unwrap();
        let base = "https://api.example/v1/tags?kind=topic&limit=100&q=a%20%3Cb";
        assert_eq!(links.next.as_deref(), Some(format!("{base}&cursor={cursor}").as_str()));
        assert_eq!((links.prev.as_deref(), links.first.as_str()), (None, base));
        assert!(links.header().ends_with(&format!("<{base}>; rel=\"first\"")));
        let again = list(&format!("cursor={cursor}&q=a+%3Cb&kind=topic"), Some(&cursor), None).unwrap();
        assert_eq!(again.paging().from(), next.as_ref());
        assert!(list("kind=person", Some(&cursor), None).is_err());
    }

    #[test]
    fn pages_end_at_the_ten_thousandth_entry() {
        let (meta, links) = list("", None, Some(100)).unwrap().finish(&Ends::Numbered { total: 20_000 });
        let PageMeta::Numbered(meta) = meta else { panic!("not numbered") };
        assert_eq!((meta.total, meta.total_capped, meta.total_pages), (10_000, true, 100));
        assert_eq!((links.next, links.prev.as_deref()), (None, Some("https://api.example/v1/tags?page=99")));
        assert!(list("", None, Some(101)).is_err());
        assert!(list("", Some("x"), Some(1)).is_err());
    }
}
