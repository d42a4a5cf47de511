//! Which requests may be answered from memory, and when two of them ask for the same.

use std::borrow::Cow;

use actix_web::http::Uri;

/// What stands behind `/v1/` in the addresses of answers that can be kept.
const KEPT: &[&str] = &[
    "articles",
    "tags",
    "authors",
    "site",
    "search",
    "suggest",
    "popular",
    "media",
    "feeds",
    "sitemaps",
    "collections",
];

/// What the addresses of files begin with.
const FILES: &str = "/media/";

/// Whether it is a file that is asked for.
pub(super) fn is_file(target: &str) -> bool {
    target.starts_with(FILES)
}

/// The request as the cache knows it: the path, and the query with its parameters in order. None where answers are never
/// kept. That a request has one says nothing about what it may see: only answers that were shown to everybody are kept.
#[must_use]
pub fn target(uri: &Uri) -> Option<Cow<'_, str>> {
    let path = uri.path();
    if is_file(path) {
        // `v` says which version of the file a page means; every other parameter makes the address a signed one.
        let is_plain =
            uri.query().is_none_or(|query| query.is_empty() || query.starts_with("v=") && !query.contains('&'));
        return is_plain.then_some(Cow::Borrowed(path));
    }
    let rest = path.strip_prefix("/v1/")?;
    let resource = rest.split('/').next().unwrap_or_default();
    if !KEPT.contains(&resource) || path.ends_with("/full") {
        return None;
    }
    Some(match uri.query() {
        None | Some("") => Cow::Borrowed(path),
        Some(query) if !query.contains('&') => {
            uri.path_and_query().map_or(Cow::Borrowed(path), |all| all.as_str().into())
        }
        Some(query) => {
            let mut parameters: Vec<&str> = query.split('&').filter(|parameter| !parameter.is_empty()).collect();
            parameters.sort_unstable();
            Cow::Owned(format!("{path}?{}", parameters.join("&")))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &str) -> Option<String> {
        target(&uri.parse().unwrap()).map(Cow::into_owned)
    }

    #[test]
    fn the_same_parameters_in_another_order_ask_for_the_same() {
        assert_eq!(of("/v1/articles?tag=a&limit=3"), of("/v1/articles?limit=3&&tag=a"));
        assert_eq!(of("/v1/articles?limit=3").as_deref(), Some("/v1/articles?limit=3"));
        assert_eq!(of("/v1/articles?"), of("/v1/articles"));
        assert_ne!(of("/v1/articles?tag=a"), of("/v1/articles?tag=b"));
        assert_eq!(of("/media/1/a.jpg?v=2").as_deref(), Some("/media/1/a.jpg"));
    }

    #[test]
    fn what_is_signed_private_or_endless_has_none() {
        for uri in [
            "/media/1/a.jpg?exp=1&sig=2",
            "/media/1/a.jpg?v=1&sig=2",
            "/v1/articles/a/full",
            "/v1/admin/articles",
            "/v1/auth/me",
            "/v1/events",
            "/v1/preview/token",
            "/livez",
            "/",
        ] {
            assert_eq!(of(uri), None, "{uri}");
        }
    }
}
