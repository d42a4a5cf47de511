//! Filters, cursors and searched words.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use slugline::http::admin::articles::list::AdminArticleQuery;
use slugline::http::admin::audit::AuditQuery;
use slugline::http::cursor;
use slugline::http::extract::query::read;
use slugline::http::public::article_params::{ArticleListParams, ArticleParams, SearchParams};
use slugline::http::public::outputs::feeds::FeedParams;
use slugline::text::highlight::{fragment, marked};
use slugline::text::query::Query;

/// A query string is read or refused, and so is a cursor; searched words never break what is found.
pub fn run(data: &[u8]) {
    cursors(data);
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = (read::<ArticleListParams>(text).is_ok(), read::<ArticleParams>(text).is_ok());
    let _ = (read::<SearchParams>(text).is_ok(), read::<AdminArticleQuery>(text).is_ok());
    let _ = (read::<AuditQuery>(text).is_ok(), read::<FeedParams>(text).is_ok());
    if let Ok(query) = Query::parse(text) {
        for shown in [Some(marked(text, &query).0), fragment(text, &query)].into_iter().flatten() {
            let bare = shown.replace("<mark>", "").replace("</mark>", "");
            assert!(!bare.contains(['<', '>']), "{shown:?}");
        }
    }
    // What is typed is refused where the whole is, and always has something to look for.
    match (Query::parse(text), Query::unfinished(text)) {
        (Ok(_), Ok(typed)) => assert!(!typed.all.is_empty()),
        (whole, typed) => assert!(whole.is_err() && typed.is_err()),
    }
}

/// As it stands, and with the checksum that it lacks.
fn cursors(data: &[u8]) {
    let list = cursor::fingerprint("/v1/articles", std::iter::empty());
    let framed = [data, &crc32fast::hash(data).to_be_bytes()].concat();
    let of_list = [data.get(..1).unwrap_or_default(), &list, data.get(1..).unwrap_or_default()].concat();
    let checked = [&of_list[..], &crc32fast::hash(&of_list).to_be_bytes()].concat();
    for text in [String::from_utf8_lossy(data).into_owned(), encoded(&framed), encoded(&checked)] {
        if let Ok(position) = cursor::decode(&text, list) {
            assert_eq!(cursor::encode(&position, list), text);
        }
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
