//! What is asked: the requests of every case, made from what the server itself lists.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::archive::{self, PAGE, Walked, walk};
use crate::baseline::Size;
use crate::client::{Connection, get, post};
use crate::load::Requests;
use crate::media::serving;
use crate::{Result, interrupted};

/// So many articles, of all, are asked for one by one at the most.
const ASKED: usize = 20_000;

/// Articles that readers have viewed, so that there are popular ones.
const VIEWED: usize = 500;
/// Articles that are asked for again with their ETag.
const KNOWN: usize = 1_000;
/// Articles that many readers ask for.
const HOT: usize = 500;
/// Pairs of tags.
const PAIRS: usize = 2_000;

/// One thing to measure.
pub struct Case {
    /// Its name in the figures.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The status that every answer must have.
    pub status: u16,
    /// What is sent.
    pub requests: Requests,
    /// The baseline of the same size.
    pub baseline: Option<&'static str>,
}

/// The cases of a newsroom, the sizes of their answers, and the path of an article.
pub struct Prepared {
    /// In the order in which they are reported.
    pub cases: Vec<Case>,
    /// For the baselines.
    pub sizes: Vec<Size>,
    /// For cold starts.
    pub article: String,
    /// What many readers ask for.
    pub hot: Hot,
    /// What there is.
    pub all: All,
}

/// All that is asked for in turn.
#[derive(Default)]
pub struct All {
    /// The paths of articles.
    pub details: Vec<String>,
    /// The slugs of tags.
    pub topics: Vec<String>,
}

/// What many readers ask for: paths.
#[derive(Default)]
pub struct Hot {
    /// Articles.
    pub details: Vec<String>,
    third_pages: Vec<String>,
    variant: Option<String>,
}

/// Asks a newsroom for all its slugs, tags and cursors, and makes the cases of them.
pub fn prepare(address: &str, token: &str) -> Result<Prepared> {
    let mut connection = Connection::open(address)?;
    let Walked { all: articles, cursors } = walk(&mut connection, &format!("/v1/articles?limit={PAGE}&fields=slug"))?;
    let mut slugs: Vec<String> = articles.iter().filter_map(|article| text(article, "slug")).collect();
    let tags = walk(&mut connection, "/v1/tags?limit=100")?.all;
    let is_topic = |tag: &&Value| tag["kind"] == "topic";
    let mut topics: Vec<String> = tags.iter().filter(is_topic).filter_map(|tag| text(tag, "slug")).collect();
    let topic_ids: Vec<String> = tags.iter().filter(is_topic).filter_map(|tag| text(tag, "id")).collect();
    shuffle(&mut slugs);
    slugs.truncate(ASKED);
    shuffle(&mut topics);
    if slugs.len() < KNOWN || topics.len() < 2 {
        return Err(format!("{} articles and {} tags are too few to measure with", slugs.len(), topics.len()));
    }
    view(&mut connection, &articles)?;

    let detail: Vec<String> = slugs.iter().map(|slug| format!("/v1/articles/{slug}")).collect();
    let page: Vec<String> = detail.iter().map(|path| format!("{path}?include=related,popular")).collect();
    let third: Vec<String> = topics
        .iter()
        .map(|tag| third_page(&mut connection, tag))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    if third.is_empty() {
        return Err("no tag has three pages of articles".to_owned());
    }
    let pairs = (0..PAIRS).map(|n| {
        let first = n % topics.len();
        let second = (first + 1 + n / topics.len() % (topics.len() - 1)) % topics.len();
        format!("/v1/articles?tag={},{}", topics[first], topics[second])
    });
    let pairs: Vec<String> = pairs.collect();
    let list = vec!["/v1/articles".to_owned()];

    let mut size = |name, paths: &[String]| Size::of(name, &mut connection, &asking(paths, ""));
    let mut sizes: Vec<Size> = [size("detail", &detail)?, size("page", &page)?, size("list", &list)?].into();
    let (files, sizes_of_files) = serving::prepare(address, token)?;
    sizes.extend(sizes_of_files);
    let known = with_etags(&mut connection, &detail[..KNOWN])?;
    let case = |name, title, paths: &[String], baseline| Case {
        name,
        title,
        status: 200,
        requests: Requests::Ready(asking(paths, "")),
        baseline: Some(baseline),
    };
    let article = detail[0].clone();
    let variant = files.iter().find(|case| case.name == "variant").and_then(Case::first_path);
    let hot = Hot { details: detail[..HOT].to_vec(), third_pages: third.clone(), variant };
    let mut cases = vec![
        case("detail", "An article, any of all", &detail, "detail"),
        case("page", "An article with related and popular", &page, "page"),
        Case {
            name: "not_modified",
            title: "An article, unchanged (304)",
            status: 304,
            requests: Requests::Ready(known),
            baseline: None,
        },
        case("list", "The newest 20", &list, "list"),
        case("tag_page_3", "20 of a tag, third page", &third, "list"),
        case("two_tags", "20 of either of two tags", &pairs, "list"),
    ];
    cases.extend(archive::cases(&mut connection, &cursors)?);
    cases.push(create(token, topic_ids));
    cases.extend(files);
    Ok(Prepared { cases, sizes, article, hot, all: All { details: detail, topics } })
}

impl Case {
    /// What it is measured beside: answers of the same size.
    pub fn group(&self) -> &'static str {
        self.baseline.unwrap_or(self.name)
    }

    /// The path of its first request.
    fn first_path(&self) -> Option<String> {
        let Requests::Ready(requests) = &self.requests else { return None };
        let line = requests.first()?.split(|byte| *byte == b'\r').next()?;
        std::str::from_utf8(line).ok()?.split(' ').nth(1).map(str::to_owned)
    }
}

/// What many ask for, of a server that keeps its answers; with the sizes of those that are compressed.
pub fn kept(address: &str, hot: &Hot) -> Result<(Vec<Case>, Vec<Size>)> {
    let mut connection = Connection::open(address)?;
    let brotli = "Accept-Encoding: br\r\n";
    let page: Vec<String> = hot.details.iter().map(|path| format!("{path}?include=related,popular")).collect();
    let list = vec!["/v1/articles".to_owned()];
    let variant: Vec<String> = hot.variant.iter().cloned().collect();
    let known = with_etags(&mut connection, &hot.details)?;
    let mut size = |name, requests: &[Vec<u8>]| Size::of(name, &mut connection, requests);
    let sizes = vec![
        size("detail_br", &asking(&hot.details, brotli))?,
        size("list_br", &asking(&list, brotli))?,
        size("not_modified", &known)?,
        size("tag_page_3", &asking(&hot.third_pages, ""))?,
    ];
    let case = |name, title, paths: &[String], headers: &str, baseline| Case {
        name,
        title,
        status: 200,
        requests: Requests::Ready(asking(paths, headers)),
        baseline: Some(baseline),
    };
    let cases = vec![
        case("detail", "An article, from memory", &hot.details, "", "detail"),
        case("detail_br", "The same in Brotli", &hot.details, brotli, "detail_br"),
        case("page", "With related and popular, from memory", &page, "", "page"),
        Case {
            name: "not_modified",
            title: "An article, unchanged (304), from memory",
            status: 304,
            requests: Requests::Ready(known),
            baseline: Some("not_modified"),
        },
        case("list", "The newest 20, from memory", &list, "", "list"),
        case("list_br", "The same in Brotli", &list, brotli, "list_br"),
        case("tag_page_3", "20 of a tag, third page, from memory", &hot.third_pages, "", "tag_page_3"),
        case("variant", "A picture's variant, from memory", &variant, "", "variant"),
    ];
    Ok((cases, sizes))
}

/// The case of a baseline server; only `with_parts` are parts of files asked for.
pub fn constant(size: &Size, with_parts: bool) -> Case {
    let (name, title) = match &*size.name {
        "detail" => ("detail", "As many bytes as an article"),
        "page" => ("page", "As many as with related and popular"),
        "list" => ("list", "As many as a list of 20"),
        "tag_page_3" => ("tag_page_3", "As many as a tag's third page"),
        "detail_br" => ("detail_br", "As many as an article in Brotli"),
        "list_br" => ("list_br", "As many as a list in Brotli"),
        "not_modified" => ("not_modified", "Nothing (304)"),
        "variant" => ("variant", "As many as a variant"),
        _ => ("film_range", "1 MiB"),
    };
    let (headers, status) = match &*size.name {
        _ if with_parts && size.whole.is_some() => (serving::range(), 206),
        "not_modified" => (String::new(), 304),
        _ => (String::new(), 200),
    };
    let requests =
        Requests::Ready((0..size.answers).map(|number| get(&format!("/{name}/{number}"), &headers)).collect());
    Case { name, title, status, requests, baseline: None }
}

/// An editor's new draft of about 2.5 kB, with three tags.
fn create(token: &str, tags: Vec<String>) -> Case {
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    let paragraph = "The council met again on Thursday and decided nothing that anybody had not expected. ".repeat(6);
    let span = json!({ "_type": "span", "text": paragraph.trim(), "marks": [] });
    let block = json!({ "_type": "block", "style": "normal", "markDefs": [], "children": [span] });
    let body = json!([block, block, block, block, block]);
    // Every run has headlines of its own, so that no slug has to be tried twice.
    let run = uuid::Uuid::new_v4().simple().to_string();
    let make = move |number: usize| {
        let headline = format!("The council meets for the {number}th time {}", &run[..8]);
        let tags: Vec<&String> = tags.iter().cycle().skip(number % tags.len().max(1)).take(3).collect();
        let article = json!({ "headline": headline, "standfirst": "What was decided, and what was not.",
            "tags": tags, "body": body });
        post("/v1/admin/articles", &headers, &article.to_string())
    };
    let requests = Requests::Made(Box::new(make));
    Case { name: "create", title: "Create a draft (editorial)", status: 201, requests, baseline: None }
}

/// The address of a tag's third page, if it has one.
fn third_page(connection: &mut Connection, tag: &str) -> Result<Option<String>> {
    let mut path = format!("/v1/articles?tag={tag}");
    for _ in 0..2 {
        match archive::next_path(&connection.get(&path)?.json(200)?) {
            Some(next) => path = next,
            None => return Ok(None),
        }
    }
    Ok(Some(path))
}

/// Sends beacons, some articles more than others, and waits until they count.
fn view(connection: &mut Connection, articles: &[Value]) -> Result<()> {
    for (rank, id) in articles.iter().take(VIEWED).filter_map(|article| article["id"].as_str()).enumerate() {
        for reader in 0..1 + 20 / (rank + 1) {
            // Each is somebody else: repeats do not count, nor does who has no browser.
            let headers = format!("User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:{reader}.0) Firefox/{reader}.0\r\n");
            let status = connection.send(&post(&format!("/v1/articles/{id}/views"), &headers, ""))?.status;
            if status != 204 {
                return Err(format!("a view was answered with {status}"));
            }
        }
    }
    // Views are written down each second; what is popular is found once a minute at the most, so not asked too early.
    std::thread::sleep(Duration::from_secs(3));
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(90) {
        interrupted()?;
        let popular = connection.get("/v1/popular")?.json(200)?;
        if popular["data"].as_array().is_some_and(|cards| cards.len() >= 5) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err("the views were not counted within 30 seconds".to_owned())
}

/// Requests for these paths.
fn asking(paths: &[String], headers: &str) -> Vec<Vec<u8>> {
    paths.iter().map(|path| get(path, headers)).collect()
}

fn with_etags(connection: &mut Connection, paths: &[String]) -> Result<Vec<Vec<u8>>> {
    let mut requests = Vec::with_capacity(paths.len());
    for path in paths {
        let answer = connection.get(path)?;
        let tag = answer.header("etag").ok_or_else(|| format!("{path} has no ETag"))?;
        requests.push(get(path, &format!("If-None-Match: {tag}\r\n")));
    }
    Ok(requests)
}

/// A member that is a text.
pub fn text(value: &Value, member: &str) -> Option<String> {
    value[member].as_str().map(str::to_owned)
}

/// The same order in every run (Fisher–Yates with a linear congruential generator).
fn shuffle(all: &mut [String]) {
    let mut state: u64 = 1;
    for last in (1..all.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(state >> 33).unwrap_or(0) % (last + 1);
        all.swap(last, at);
    }
}
