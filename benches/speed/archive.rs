//! What is asked of the depth of an archive: authors, cursors far from the newest, words.

use serde_json::Value;
use slugline::domain::seeding::{COMMON_WORDS, place};

use crate::cases::{Case, text};
use crate::client::{Connection, get};
use crate::load::Requests;
use crate::{Result, interrupted};

/// Cursors that are asked for at the most, evenly from the whole archive.
const DEEP: usize = 1_000;
/// Articles between two cursors.
pub const PAGE: usize = 100;
/// Words that stand in a few articles.
const RARE: usize = 500;

/// All resources of a list, and the cursors on the way.
pub struct Walked {
    /// In the order of the list.
    pub all: Vec<Value>,
    /// Each where a next page begins.
    pub cursors: Vec<String>,
}

/// Reads a whole list by following `next`.
pub fn walk(connection: &mut Connection, first: &str) -> Result<Walked> {
    let mut walked = Walked { all: Vec::new(), cursors: Vec::new() };
    let mut next = Some(first.to_owned());
    while let Some(path) = next {
        interrupted()?;
        let mut page = connection.get(&path)?.json(200)?;
        if let Value::Array(data) = page["data"].take() {
            walked.all.extend(data);
        }
        walked.cursors.extend(text(&page["meta"], "next_cursor"));
        next = next_path(&page);
    }
    Ok(walked)
}

/// `links.next` without the server's own address.
pub fn next_path(page: &Value) -> Option<String> {
    let url = page["links"]["next"].as_str()?;
    let at = url.find("/v1/")?;
    Some(url[at..].to_owned())
}

/// Lists by author, pages far behind the newest, and searches.
pub fn cases(connection: &mut Connection, cursors: &[String]) -> Result<Vec<Case>> {
    let authors = walk(connection, "/v1/authors?limit=100&fields=slug")?.all;
    let authors = authors.iter().filter_map(|author| text(author, "slug"));
    let by_author = authors.map(|slug| format!("/v1/articles?author={slug}"));
    let step = (cursors.len() / DEEP).max(1);
    let deep = cursors.iter().step_by(step).map(|cursor| format!("/v1/articles?cursor={cursor}"));
    // Articles with their numbers from all over the archive.
    let numbers = cursors.len() * PAGE;
    let rare = (0..numbers)
        .step_by((numbers / RARE).max(1))
        .take(RARE)
        .map(|number| format!("/v1/search?q={}", place(number)));
    let rare = rare.collect();
    let common = COMMON_WORDS.iter().map(|word| format!("/v1/search?q={word}"));
    let begun = (0..RARE).filter_map(|number| Some(format!("/v1/suggest?q={}", place(number).get(..3)?.to_owned())));
    Ok(vec![
        case("author", "20 of an author", by_author.collect(), "list"),
        case("deep", "20 far back in the archive", deep.collect(), "list"),
        case("search_rare", "Search, a rare word", rare, "list"),
        case("search_common", "Search, a word of every article", common.collect(), "list"),
        case("suggest", "Suggestions for three letters", begun.collect(), "detail"),
    ])
}

fn case(name: &'static str, title: &'static str, paths: Vec<String>, baseline: &'static str) -> Case {
    let requests = Requests::Ready(paths.iter().map(|path| get(path, "")).collect());
    Case { name, title, status: 200, requests, baseline: Some(baseline) }
}
