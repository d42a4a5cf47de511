//! How often somebody may try a password: kept in memory, per node. Failures count; a success is given back.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use crate::error::{Code, Error, Result};
use crate::model::Time;

/// Failures of one account from one network before it has to wait.
pub const ACCOUNT_FAILURES: usize = 5;
/// The window in which they count, in seconds.
pub const ACCOUNT_WINDOW: i64 = 15 * 60;
/// Failures from one address before it has to wait.
pub const ADDRESS_FAILURES: usize = 20;
/// The window in which they count, in seconds.
pub const ADDRESS_WINDOW: i64 = 60;
/// Wrong codes of one user's second factor, from wherever, before it has to wait. Only who has the password gets there.
pub const CODE_FAILURES: usize = 10;
/// Links to a new password that one address is sent within [`ASKING_WINDOW`].
pub const ASKED_FOR: usize = 3;
/// Links to a new password that one network may ask for within [`ASKING_WINDOW`].
pub const ASKED_FROM: usize = 20;
/// The window in which they count, in seconds.
pub const ASKING_WINDOW: i64 = 3_600;
/// Most keys that are remembered; the one whose last try is the oldest is forgotten first.
const MAX_KEYS: usize = 50_000;

/// The network of an address: the address itself for IPv4, the /64 for IPv6, which one customer usually has whole.
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// The brake on passwords.
#[derive(Debug)]
pub struct Logins {
    accounts: Brake,
    networks: Brake,
    codes: Brake,
    asked_for: Brake,
    asked_from: Brake,
}

impl Default for Logins {
    fn default() -> Self {
        Self {
            accounts: Brake::new(ACCOUNT_FAILURES, ACCOUNT_WINDOW),
            networks: Brake::new(ADDRESS_FAILURES, ADDRESS_WINDOW),
            codes: Brake::new(CODE_FAILURES, ACCOUNT_WINDOW),
            asked_for: Brake::new(ASKED_FOR, ASKING_WINDOW),
            asked_from: Brake::new(ASKED_FROM, ASKING_WINDOW),
        }
    }
}

/// A try that is under way. It counts as a failure unless it is said to have gone well.
#[derive(Debug)]
pub struct Try {
    account: String,
    network: String,
    at: Time,
}

impl Logins {
    /// Begins a try to sign in to `account` (any spelling of it that is always the same) from `network`.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] with the seconds to wait.
    pub fn begin(&self, account: &str, network: &str, now: Time) -> Result<Try> {
        let begun = Try { account: format!("{account}\n{network}"), network: network.to_owned(), at: now };
        self.networks.take(&begun.network, now).map_err(wait)?;
        if let Err(seconds) = self.accounts.take(&begun.account, now) {
            self.networks.give_back(&begun.network, now);
            return Err(wait(seconds));
        }
        Ok(begun)
    }

    /// The try went well: it does not count, and the account starts afresh.
    pub fn succeeded(&self, tried: &Try) {
        self.networks.give_back(&tried.network, tried.at);
        self.accounts.forget(&tried.account);
    }

    /// The try came to nothing for reasons of our own: it does not count.
    pub fn withdraw(&self, tried: &Try) {
        self.networks.give_back(&tried.network, tried.at);
        self.accounts.give_back(&tried.account, tried.at);
    }

    /// Begins a try of a code of the second factor of `user`; [`Logins::code_succeeded`] or [`Logins::withdraw_code`]
    /// end it, unless it was wrong.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] with the seconds to wait.
    pub fn begin_code(&self, user: &str, now: Time) -> Result<()> {
        self.codes.take(user, now).map_err(wait)
    }

    /// The code was right: the user starts afresh.
    pub fn code_succeeded(&self, user: &str) {
        self.codes.forget(user);
    }

    /// The code was not looked at: the try that began at `at` does not count.
    pub fn withdraw_code(&self, user: &str, at: Time) {
        self.codes.give_back(user, at);
    }

    /// Whether a letter with a link may go to `account`, which somebody in `network` asks for. An address that has had
    /// its share gets none, and nobody is told.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] where the network asks too often.
    pub fn may_ask(&self, account: &str, network: &str, now: Time) -> Result<bool> {
        self.asked_from.take(network, now).map_err(wait)?;
        Ok(self.asked_for.take(account, now).is_ok())
    }

    /// Forgets what no longer counts.
    pub fn prune(&self, now: Time) {
        self.accounts.prune(now);
        self.networks.prune(now);
        self.codes.prune(now);
        self.asked_for.prune(now);
        self.asked_from.prune(now);
    }
}

fn wait(seconds: i64) -> Error {
    let seconds = u32::try_from(seconds.clamp(1, ASKING_WINDOW)).unwrap_or(60);
    Error::new(Code::TooManyRequests, "Too many failed attempts. Wait as long as Retry-After says.")
        .retry_after(seconds)
}

/// At most so many tries in a sliding window, by key.
#[derive(Debug)]
struct Brake {
    most: usize,
    window: i64,
    tries: Mutex<HashMap<String, VecDeque<Time>>>,
}

impl Brake {
    fn new(most: usize, window: i64) -> Self {
        Self { most, window, tries: Mutex::default() }
    }

    /// Counts a try, or answers the seconds until the next one is possible.
    fn take(&self, key: &str, now: Time) -> std::result::Result<(), i64> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= MAX_KEYS && !tries.contains_key(key) {
            self.make_room(&mut tries, now);
        }
        let times = tries.entry(key.to_owned()).or_default();
        while times.front().is_some_and(|first| now.seconds_since(*first) >= self.window) {
            times.pop_front();
        }
        if let Some(first) = times.front().filter(|_| times.len() >= self.most) {
            return Err(self.window - now.seconds_since(*first));
        }
        times.push_back(now);
        Ok(())
    }

    fn give_back(&self, key: &str, at: Time) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(times) = tries.get_mut(key)
            && let Some(place) = times.iter().position(|time| *time == at)
        {
            times.remove(place);
        }
    }

    fn forget(&self, key: &str) {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn prune(&self, now: Time) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        self.drop_ended(&mut tries, now);
    }

    fn drop_ended(&self, tries: &mut HashMap<String, VecDeque<Time>>, now: Time) {
        tries.retain(|_, times| times.back().is_some_and(|last| now.seconds_since(*last) < self.window));
    }

    fn make_room(&self, tries: &mut HashMap<String, VecDeque<Time>>, now: Time) {
        self.drop_ended(tries, now);
        if tries.len() >= MAX_KEYS {
            let oldest = tries.iter().min_by_key(|(_, times)| times.back().copied()).map(|(key, _)| key.clone());
            oldest.map(|key| tries.remove(&key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_count_and_successes_do_not() {
        let (logins, start) = (Logins::default(), Time::from_micros(0));
        for _ in 0..ACCOUNT_FAILURES {
            assert!(logins.begin("a", "net", start).is_ok());
        }
        let refused = logins.begin("a", "net", start.plus_seconds(100)).unwrap_err();
        assert_eq!((refused.code(), refused.wait_seconds()), (Code::TooManyRequests, Some(800)));
        assert!(logins.begin("a", "other", start).is_ok());
        assert!(logins.begin("a", "net", start.plus_seconds(ACCOUNT_WINDOW)).is_ok());
        for _ in 0..100 {
            let tried = logins.begin("b", "third", start).unwrap();
            logins.succeeded(&tried);
        }
    }

    #[test]
    fn an_address_has_its_own_brake() {
        let (logins, start) = (Logins::default(), Time::from_micros(0));
        for n in 0..ADDRESS_FAILURES {
            assert!(logins.begin(&n.to_string(), "net", start).is_ok());
        }
        assert!(logins.begin("x", "net", start).is_err());
        assert!(logins.begin("x", "net", start.plus_seconds(ADDRESS_WINDOW)).is_ok());
    }

    #[test]
    fn letters_are_bounded_by_address_and_by_network() {
        let (logins, start) = (Logins::default(), Time::from_micros(0));
        let wanted =
            |account: &str, network: &str, at| logins.may_ask(account, network, at).map_err(|error| error.code());
        for place in 0..ASKED_FROM {
            assert_eq!(wanted("a", "net", start), Ok(place < ASKED_FOR));
        }
        assert_eq!(wanted("b", "net", start), Err(Code::TooManyRequests));
        assert_eq!((wanted("a", "other", start), wanted("b", "other", start)), (Ok(false), Ok(true)));
        assert_eq!(wanted("a", "net", start.plus_seconds(ASKING_WINDOW)), Ok(true));
    }

    #[test]
    fn networks_are_whole() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!((of("::ffff:192.0.2.1"), of("192.0.2.1")), ("192.0.2.1".into(), "192.0.2.1".into()));
    }
}
