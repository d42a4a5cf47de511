//! The header that tells a content network what an answer shows, so that it can be told when that changes.

use actix_web::http::header::{HeaderName, HeaderValue};

use crate::config::Network;
use crate::model::Key;
use crate::model::shown::OVERFLOW;

/// The longest value of the header, in bytes.
const LONGEST: usize = 4_000;

/// The header for an answer that shows `keys`, those of lists first. Where they don't fit, the rest is stood for by
/// [`OVERFLOW`], which every purge names.
#[must_use]
pub fn header(network: Network, keys: &[Key]) -> Option<(HeaderName, HeaderValue)> {
    let (name, between) = match network {
        Network::Fastly | Network::Varnish => ("surrogate-key", " "),
        Network::Cloudflare => ("cache-tag", ","),
    };
    let mut value = Key::Everything.text();
    let room = LONGEST - OVERFLOW.len() - between.len();
    for key in keys {
        let text = key.text();
        if value.len() + between.len() + text.len() > room {
            value.push_str(between);
            value.push_str(OVERFLOW);
            break;
        }
        value.push_str(between);
        value.push_str(&text);
    }
    Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Id, Shows};

    #[test]
    fn the_header_is_bounded_and_keeps_the_keys_of_lists() {
        let mut shows = Shows::default();
        let ids: Vec<Id> = (0..400).map(|_| Id::new()).collect();
        shows.note_all(Key::Article, &ids);
        shows.note(Key::ArticlesTagged(ids[0]));
        let keys = shows.into_keys();
        let (name, value) = header(Network::Fastly, &keys).unwrap();
        let value = value.to_str().unwrap();
        assert!(name == "surrogate-key" && value.len() <= 4_096, "{}", value.len());
        assert!(value.starts_with(&format!("all {} ", Key::ArticlesTagged(ids[0]).text())) && value.ends_with(" more"));
        let (name, value) = header(Network::Cloudflare, &keys[..2]).unwrap();
        assert_eq!(name, "cache-tag");
        assert_eq!(value.to_str().unwrap(), format!("all,{},{}", keys[0].text(), keys[1].text()));
    }
}
