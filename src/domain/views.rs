//! Counting views: in memory, by article and hour, flushed together. A crash loses one flush at the most. Crawlers and
//! repeats are left out, and nothing is kept of readers but hashes in memory, whose key is gone the next day.

mod seen;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use super::Cx;
use crate::error::Result;
use crate::model::{Id, Time};
use crate::store::{published, views};
use seen::Seen;
pub use seen::{MAX_READERS, PER_ARTICLE, PER_NETWORK};

/// Most articles counted between two flushes; further ones are dropped, so that nobody can fill the memory.
pub const MAX_PENDING: usize = 100_000;

const MICROS_PER_HOUR: i64 = 3_600_000_000;

/// What crawlers, previews of links and programs call themselves, in lower case.
const CRAWLERS: &[&str] = &[
    "bot",
    "crawl",
    "spider",
    "slurp",
    "preview",
    "externalhit",
    "whatsapp/",
    "headless",
    "phantomjs",
    "lighthouse",
    "monitor",
    "archive",
    "statuscake",
    "googleother",
    "inspectiontool",
    "mediapartners",
    "fetch",
    "scrapy",
    "curl/",
    "wget/",
    "python",
    "aiohttp",
    "httpx",
    "httpie",
    "go-http-client",
    "java/",
    "apache-httpclient",
    "axios",
    "undici",
    "deno/",
    "bun/",
    "postman",
    "insomnia",
    "reqwest",
    "libwww-perl",
    "guzzle",
    "php/",
    "ruby",
];
/// Browsers say on which phone they run, and one maker is called so.
const NO_CRAWLER: &str = "cubot";

/// Views that wait for the next flush, and who was counted already.
#[derive(Debug, Default)]
pub struct Views {
    pending: Mutex<HashMap<(Id, i64), i64>>,
    seen: Mutex<Seen>,
}

/// Who has an article before them, as far as a beacon tells.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// Where the beacon came from.
    pub address: IpAddr,
    /// `User-Agent`.
    pub agent: &'a str,
}

impl Views {
    /// Counts one view of an article, unless a program sent it, or the same reader was counted for it today. Whether the
    /// article is live is looked up when flushing.
    pub fn count(&self, article: Id, viewer: Viewer, now: Time) {
        if is_crawler(viewer.agent) {
            return;
        }
        if self.seen.lock().unwrap_or_else(PoisonError::into_inner).is_new(article, viewer, now) {
            let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
            let key = (article, now.micros().div_euclid(MICROS_PER_HOUR));
            if pending.len() < MAX_PENDING || pending.contains_key(&key) {
                *pending.entry(key).or_insert(0) += 1;
            }
        }
    }

    /// Takes what waits.
    #[must_use]
    pub fn take(&self) -> Vec<(Id, i64, i64)> {
        let pending = std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner));
        pending.into_iter().map(|((article, hour), count)| (article, hour, count)).collect()
    }
}

/// Whether a program calls itself so. Every browser has a name.
fn is_crawler(agent: &str) -> bool {
    let agent = agent.to_ascii_lowercase().replace(NO_CRAWLER, "");
    agent.trim().is_empty() || CRAWLERS.iter().any(|word| agent.contains(word))
}

/// Adds counted views of live articles to what is stored, all at once; others are forgotten. Answers how many were kept.
///
/// # Errors
/// The database's.
pub fn flush(cx: &mut Cx, counted: &[(Id, i64, i64)]) -> Result<usize> {
    let ids: Vec<Id> = counted.iter().map(|(article, _, _)| *article).collect();
    let live: std::collections::HashSet<Id> = published::live_among(cx.conn, &ids, cx.now)?.into_iter().collect();
    let kept: Vec<(Id, i64, i64)> = counted.iter().filter(|(article, _, _)| live.contains(article)).copied().collect();
    if !kept.is_empty() {
        views::add(cx.conn, &kept)?;
    }
    Ok(kept.len())
}

/// The hour that a window of so many hours begins in.
#[must_use]
pub fn window_start(now: Time, hours: i64) -> i64 {
    now.micros().div_euclid(MICROS_PER_HOUR) - hours + 1
}

/// How much of the present hour is over, from 0 to 1.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "an hour in microseconds")]
pub fn part_of_hour(now: Time) -> f64 {
    now.micros().rem_euclid(MICROS_PER_HOUR) as f64 / MICROS_PER_HOUR as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn views(views: &Views) -> i64 {
        views.take().into_iter().map(|(_, _, count)| count).sum()
    }

    #[test]
    fn programs_are_no_readers() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
            Version/18.5 Mobile/15E148 Safari/604.1";
        let cubot = "Mozilla/5.0 (Linux; Android 13; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 \
                     Mobile Safari/537.36";
        for browser in [firefox, safari, cubot] {
            assert!(!is_crawler(browser), "{browser}");
        }
        for agent in [
            "",
            " ",
            "Googlebot/2.1 (+http://www.google.com/bot.html)",
            "Mozilla/5.0 (compatible; bingbot/2.0)",
            "facebookexternalhit/1.1",
            "WhatsApp/2.23.20.0",
            "Mozilla/5.0 HeadlessChrome/120.0",
            "curl/8.5.0",
            "Wget/1.21",
            "python-requests/2.32",
            "Go-http-client/2.0",
            "Baiduspider",
            "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GoogleOther) Chrome/120.0.0.0 Safari/537.36",
            "Mediapartners-Google",
            "axios/1.6.2",
            "PostmanRuntime/7.36.0",
            "GuzzleHttp/7",
            "ia_archiver",
            "Mozilla/5.0 (compatible; YANDEXBOT/3.0)",
        ] {
            assert!(is_crawler(agent), "{agent}");
        }
    }

    #[test]
    fn what_waits_is_bounded() {
        let all = Views::default();
        let (now, article) = (Time::from_micros(0), Id::new());
        // From many networks, so that none is held back.
        let address = |n: u32| IpAddr::from(std::net::Ipv4Addr::from(n));
        for n in 0..u32::try_from(MAX_PENDING).unwrap() + 10 {
            all.count(Id::new(), Viewer { address: address(n), agent: "a" }, now);
        }
        all.count(article, Viewer { address: address(1), agent: "b" }, now);
        let taken = all.take();
        assert_eq!((taken.len(), taken.iter().any(|(id, _, _)| *id == article)), (MAX_PENDING, false));
        all.count(article, Viewer { address: address(1), agent: "c" }, now);
        assert_eq!(views(&all), 1);
    }
}
