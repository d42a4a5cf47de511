//! Who was counted already: hashes in memory, with a key of this process and day that is kept nowhere else. So many are
//! remembered that a busy site's repeats are known, and so few that nobody can fill the memory: about 15 MB at the most.

use std::collections::HashMap;

use super::Viewer;
use crate::crypto::{fingerprint, random_key};
use crate::model::network::whole;
use crate::model::{Id, Time};

/// Readers of articles that are remembered at the most, the last ones.
pub const MAX_READERS: usize = 262_144;
/// Networks that are remembered at the most, and networks of articles.
const MAX_NETWORKS: usize = 65_536;
/// Views of one article from one network that count in an hour, whatever the readers call themselves.
pub const PER_ARTICLE: u16 = 100;
/// Views of one article from one /48 of IPv6 that count in an hour: whoever rents a server may have 65 536 networks.
pub const PER_SITE: u16 = 1_000;
/// Views from one network that count in a minute.
pub const PER_NETWORK: u16 = 1_000;
/// Bytes of `User-Agent` that tell readers apart.
const AGENT_BYTES: usize = 512;

const DAY: i64 = 86_400;

/// What is remembered of a day.
#[derive(Debug)]
pub(super) struct Seen {
    key: [u8; 32],
    day: i64,
    readers: Recent,
    hour: i64,
    articles: Recent,
    minute: i64,
    networks: Recent,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            key: random_key(),
            day: 0,
            readers: Recent::new(MAX_READERS),
            hour: 0,
            articles: Recent::new(MAX_NETWORKS),
            minute: 0,
            networks: Recent::new(MAX_NETWORKS),
        }
    }
}

impl Seen {
    /// Whether this view counts: the reader's first one of the article today, and not one too many of their network.
    pub(super) fn is_new(&mut self, article: Id, viewer: Viewer, now: Time) -> bool {
        self.forget(now.unix());
        let network = whole(viewer.address).octets();
        let article = article.uuid();
        let agent = viewer.agent.as_bytes();
        let agent = &agent[..agent.len().min(AGENT_BYTES)];
        let reader = fingerprint(&self.key, &[&network, article.as_bytes(), b"r", agent]);
        if self.readers.has(reader) {
            return false;
        }
        let of_network = fingerprint(&self.key, &[&network]);
        let of_article = fingerprint(&self.key, &[&network, article.as_bytes()]);
        if self.networks.count(of_network) > PER_NETWORK || self.articles.count(of_article) > PER_ARTICLE {
            return false;
        }
        if viewer.address.to_canonical().is_ipv6() {
            let of_site = fingerprint(&self.key, &[&network[..6], article.as_bytes()]);
            if self.articles.count(of_site) > PER_SITE {
                return false;
            }
        }
        self.readers.count(reader);
        true
    }

    /// Forgets what is of another day, hour or minute; a new day has a new key.
    fn forget(&mut self, now: i64) {
        if self.day != now.div_euclid(DAY) {
            self.day = now.div_euclid(DAY);
            self.key = random_key();
            self.readers.clear();
            self.articles.clear();
            self.networks.clear();
        }
        if self.hour != now.div_euclid(3_600) {
            self.hour = now.div_euclid(3_600);
            self.articles.clear();
        }
        if self.minute != now.div_euclid(60) {
            self.minute = now.div_euclid(60);
            self.networks.clear();
        }
    }
}

/// Counts of the last so many keys: when there are too many, the older half of them is forgotten.
#[derive(Debug)]
struct Recent {
    half: usize,
    new: HashMap<u64, u16>,
    old: HashMap<u64, u16>,
}

impl Recent {
    fn new(most: usize) -> Self {
        Self { half: most / 2, new: HashMap::new(), old: HashMap::new() }
    }

    fn has(&self, key: u64) -> bool {
        self.new.contains_key(&key) || self.old.contains_key(&key)
    }

    /// Counts one more of this key; answers how many there are now.
    fn count(&mut self, key: u64) -> u16 {
        if !self.new.contains_key(&key) {
            if self.new.len() >= self.half {
                self.old = std::mem::take(&mut self.new);
            }
            let before = self.old.get(&key).copied().unwrap_or(0);
            self.new.insert(key, before);
        }
        let count = self.new.entry(key).or_insert(0);
        *count = count.saturating_add(1);
        *count
    }

    fn clear(&mut self) {
        (self.new, self.old) = (HashMap::new(), HashMap::new());
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn at(seconds: i64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_reader_counts_once_a_day_for_each_article() {
        let (mut seen, [first, second]) = (Seen::default(), [(); 2].map(|()| Id::new()));
        let reader = Viewer { address: address("192.0.2.1"), agent: "Firefox" };
        assert!(seen.is_new(first, reader, at(0)) && !seen.is_new(first, reader, at(80_000)));
        assert!(seen.is_new(second, reader, at(80_000)));
        assert!(seen.is_new(first, Viewer { agent: "Safari", ..reader }, at(80_000)));
        assert!(seen.is_new(first, Viewer { address: address("192.0.2.2"), ..reader }, at(80_000)));
        assert!(!seen.is_new(first, Viewer { address: address("::ffff:192.0.2.1"), ..reader }, at(80_000)));
        let key = seen.key;
        assert!(seen.is_new(first, reader, at(DAY)));
        assert_ne!(seen.key, key, "a new day has a new key");
        // A customer has a /64.
        let mobile = |text| Viewer { address: address(text), agent: "Firefox" };
        assert!(
            seen.is_new(first, mobile("2001:db8::1"), at(DAY)) && !seen.is_new(first, mobile("2001:db8::2"), at(DAY))
        );
        assert!(seen.is_new(first, mobile("2001:db8:0:1::1"), at(DAY)));
    }

    #[test]
    fn one_network_counts_so_often_whatever_it_calls_itself() {
        let (mut seen, article) = (Seen::default(), Id::new());
        let mut views = |article: Id, n: u32, at: Time| {
            let agent = format!("Firefox {n}");
            seen.is_new(article, Viewer { address: address("192.0.2.1"), agent: &agent }, at)
        };
        let counted = (0..500).filter(|n| views(article, *n, at(0))).count();
        assert_eq!(counted, usize::from(PER_ARTICLE));
        let counted = (0..3_000).filter(|n| views(Id::new(), *n, at(0))).count();
        assert_eq!(counted, usize::from(PER_NETWORK) - 500);
        assert!(views(Id::new(), 1, at(60)) && !views(article, 1_000, at(60)) && views(article, 1_000, at(3_600)));
    }

    #[test]
    fn a_server_with_many_networks_counts_as_one_site() {
        let (mut seen, article) = (Seen::default(), Id::new());
        let mut views = |site: u16, n: u16| {
            let address = std::net::Ipv6Addr::new(0x2001, 0xdb8, site, n, 0, 0, 0, 1);
            seen.is_new(article, Viewer { address: address.into(), agent: "Firefox" }, at(0))
        };
        let counted = (0..10_000).filter(|n| views(1, *n)).count();
        assert_eq!(counted, usize::from(PER_SITE));
        assert!(views(2, 1), "another site is another one");
    }

    #[test]
    fn so_many_are_remembered_and_no_more() {
        let mut recent = Recent::new(1_000);
        assert_eq!((recent.count(7), recent.count(7)), (1, 2));
        for key in 1_000..1_400 {
            let _ = recent.count(key);
        }
        assert_eq!(recent.count(7), 3, "a key in use stays");
        for key in 10_000..20_000 {
            let _ = recent.count(key);
            assert!(recent.new.len() + recent.old.len() <= 1_000);
        }
        assert!(!recent.has(7) && recent.has(19_999) && recent.has(19_600));
    }
}
