//! How often a network, an account or an API token may ask: by the generic cell rate algorithm (crate `governor`), in the
//! memory of each node, whose size has a bound. Whoever has not asked for a while may ask a minute's worth at once.

mod counts;
mod headers;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::{Quota as Rate, RateLimiter};

use crate::app::Clock;
use crate::config;
use crate::error::{Code, Error, Quota, Result};
use crate::model::Id;
use crate::model::network::whole;
use counts::Counts;
pub use counts::MAX_KEYS;
pub use headers::{POLICY, STATE, Standing, mark};

/// The window of every limit here, in seconds.
const WINDOW: u32 = 60;
/// Whoever has not asked for so long is forgotten, in seconds.
const SWEEP: i64 = 60;

/// What is limited, and for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limited {
    /// Searches and suggestions, by network.
    Search,
    /// View beacons, by network.
    Views,
    /// Requests to sign in, by network.
    SignIn,
    /// Editorial requests, by account.
    Account,
    /// Editorial requests, by API token.
    Token,
}

impl Limited {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Search, Self::Views, Self::SignIn, Self::Account, Self::Token];

    /// All that is known of it.
    fn row(self) -> Row {
        let row = |name, variable, whom, most| Row { name, variable, whom, most, is_shared: false };
        match self {
            Self::Search => {
                Row { is_shared: true, ..row("search", "SLUGLINE_LIMIT_SEARCH", "network", |set| set.limit_search) }
            }
            Self::Views => row("views", "SLUGLINE_LIMIT_VIEWS", "network", |set| set.limit_views),
            Self::SignIn => row("sign-in", "SLUGLINE_LIMIT_SIGN_IN", "network", |set| set.limit_sign_in),
            Self::Account => row("account", "SLUGLINE_LIMIT_ACCOUNT", "account", |set| set.limit_account),
            Self::Token => row("token", "SLUGLINE_LIMIT_TOKEN", "API token", |set| set.limit_token),
        }
    }

    /// What clients know it by, in `RateLimit-Policy`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The environment variable that sets it.
    #[must_use]
    pub fn variable(self) -> &'static str {
        self.row().variable
    }

    /// So often in a minute, as the operator chose; 0: as often as it likes.
    #[must_use]
    pub fn most(self, config: &config::Limits) -> u32 {
        (self.row().most)(config)
    }

    /// So often in a minute, unless the operator chose otherwise.
    #[must_use]
    pub fn default_most(self) -> u32 {
        self.most(&config::DEFAULT_LIMITS)
    }

    /// Whom it counts.
    #[must_use]
    pub fn whom(self) -> &'static str {
        self.row().whom
    }
}

/// A row of the table of limits.
struct Row {
    name: &'static str,
    variable: &'static str,
    whom: &'static str,
    most: fn(&config::Limits) -> u32,
    /// Whether answers may be kept by others, and so can't tell one client how it stands.
    is_shared: bool,
}

/// The limits of a node.
#[derive(Debug)]
pub struct Limits {
    all: [Option<Limit>; Limited::ALL.len()],
    refused: AtomicU64,
}

impl Limits {
    /// As the operator chose.
    #[must_use]
    pub fn new(config: &config::Limits, clock: &Clock) -> Self {
        let limit = |limited: Limited| Limit::new(limited, limited.most(config), clock);
        Self { all: Limited::ALL.map(limit), refused: AtomicU64::new(0) }
    }

    /// Counts a request from this address.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] with the seconds to wait.
    pub fn of_network(&self, limited: Limited, address: IpAddr) -> Result<Option<Standing>> {
        self.count(limited, whole(address).to_bits())
    }

    /// Counts a request of this account or API token.
    ///
    /// # Errors
    /// As [`Limits::of_network`].
    pub fn of_id(&self, limited: Limited, id: Id) -> Result<Option<Standing>> {
        self.count(limited, id.uuid().as_u128())
    }

    fn count(&self, limited: Limited, key: u128) -> Result<Option<Standing>> {
        let Some(limit) = self.all.iter().flatten().find(|limit| limit.limited == limited) else { return Ok(None) };
        let counted = limit.count(key);
        if counted.is_err() {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Some(counted?).filter(|_| !limited.row().is_shared))
    }

    /// How many keys are remembered in all.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.all.iter().flatten().map(|limit| limit.limiter.len()).sum()
    }

    /// How many requests were refused.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

/// One of them.
#[derive(Debug)]
struct Limit {
    limited: Limited,
    quota: Quota,
    limiter: RateLimiter<u128, Counts, Steady, StateInformationMiddleware>,
    swept: AtomicI64,
}

impl Limit {
    fn new(limited: Limited, most: u32, clock: &Clock) -> Option<Self> {
        let burst = NonZeroU32::new(most)?;
        let rate = Rate::with_period(Duration::from_secs(u64::from(WINDOW)) / most)?.allow_burst(burst);
        let limiter = RateLimiter::new(rate, Counts::default(), Steady(clock.clone()));
        Some(Self {
            limited,
            quota: Quota { name: limited.name(), most, seconds: WINDOW },
            limiter,
            swept: AtomicI64::new(0),
        })
    }

    fn count(&self, key: u128) -> Result<Standing> {
        let now = self.limiter.clock().now();
        self.sweep(now);
        match self.limiter.check_key(&key) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity().min(self.quota.most);
                let used = u64::from(self.quota.most - remaining) * u64::from(WINDOW);
                let full = used.div_ceil(u64::from(self.quota.most));
                Ok(Standing { quota: self.quota, remaining, reset: u32::try_from(full).unwrap_or(WINDOW) })
            }
            Err(until) => {
                let wait = until.wait_time_from(now).as_millis().div_ceil(1_000).max(1);
                Err(Error::new(Code::TooManyRequests, "Too many requests. Wait as long as Retry-After says.")
                    .over(self.quota, u32::try_from(wait).unwrap_or(WINDOW)))
            }
        }
    }

    /// Forgets, once a minute, and once a second where there is no room, who has not asked for a while.
    fn sweep(&self, now: Nanos) {
        let seconds = i64::try_from(now.as_u64() / 1_000_000_000).unwrap_or(i64::MAX);
        let swept = self.swept.load(Ordering::Relaxed);
        let due = if self.limiter.len() < MAX_KEYS { SWEEP } else { 1 };
        let is_first = || self.swept.compare_exchange(swept, seconds, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if seconds - swept >= due && is_first() {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
    }
}

/// The App's clock as governor reads it. It runs on when the system's time is set back.
#[derive(Clone, Debug)]
struct Steady(Clock);

impl governor::clock::Clock for Steady {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.steady().into()
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use super::counts::SHARED;
    use super::*;

    fn limits(search: u32, account: u32) -> (Limits, Clock) {
        let clock = Clock::default();
        let config = config::Limits {
            limit_search: search,
            limit_views: 0,
            limit_sign_in: 60,
            limit_account: account,
            limit_token: 0,
        };
        (Limits::new(&config, &clock), clock)
    }

    #[test]
    fn a_minutes_worth_may_come_at_once_and_then_it_flows() {
        let (limits, clock) = limits(0, 60);
        let (one, other) = (Id::new(), Id::new());
        for place in 1..=60 {
            let standing = limits.of_id(Limited::Account, one).unwrap().unwrap();
            assert!(standing.remaining == 60 - place && standing.reset == place, "{standing:?}");
        }
        let refused = limits.of_id(Limited::Account, one).unwrap_err();
        assert_eq!((refused.code(), refused.wait_seconds()), (Code::TooManyRequests, Some(1)));
        assert_eq!(refused.quota(), Some(Quota { name: "account", most: 60, seconds: 60 }));
        assert!(limits.of_id(Limited::Account, other).is_ok());
        clock.advance(2);
        assert!(limits.of_id(Limited::Account, one).is_ok() && limits.of_id(Limited::Account, one).is_ok());
        assert!(limits.of_id(Limited::Account, one).is_err());
        clock.advance(60);
        assert_eq!(limits.of_id(Limited::Account, one).unwrap().unwrap().remaining, 59);
        assert_eq!(limits.refused(), 2);
    }

    #[test]
    fn zero_is_no_limit_and_shared_answers_say_nothing() {
        let (unlimited, _) = limits(0, 0);
        let address = Ipv4Addr::LOCALHOST.into();
        assert!((0..1_000).all(|_| unlimited.of_network(Limited::Search, address).unwrap().is_none()));
        let (limited, _) = limits(1, 0);
        assert!(limited.of_network(Limited::Search, address).unwrap().is_none());
        assert!(limited.of_network(Limited::Search, address).is_err());
    }

    #[test]
    fn a_customer_has_one_count_however_many_addresses() {
        let (limits, _) = limits(1, 0);
        let of = |address: Ipv6Addr| limits.of_network(Limited::Search, address.into());
        let base = u128::from_be_bytes([0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert!(of(Ipv6Addr::from_bits(base | 1)).is_ok() && of(Ipv6Addr::from_bits(base | 2)).is_err());
        assert!(of(Ipv6Addr::from_bits(base + (1 << 64))).is_ok());
        assert!(limits.of_network(Limited::Search, Ipv4Addr::new(192, 0, 2, 1).into()).is_ok());
        assert!(of(Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped()).is_err());
    }

    #[test]
    fn many_addresses_do_not_fill_the_memory() {
        let (limits, clock) = limits(1, 0);
        for n in 0..u32::try_from(MAX_KEYS).unwrap() * 3 {
            let _ = limits.of_network(Limited::Search, Ipv4Addr::from_bits(n).into());
        }
        let most = MAX_KEYS + usize::try_from(SHARED).unwrap();
        assert!((MAX_KEYS..=most).contains(&limits.keys()), "{}", limits.keys());
        // Whoever was there before the flood is still counted alone.
        let early = Ipv4Addr::from_bits(7).into();
        assert!(limits.of_network(Limited::Search, early).is_err());
        clock.advance(121);
        assert!(limits.of_network(Limited::Search, early).is_ok());
        assert_eq!(limits.keys(), 1);
    }
}
