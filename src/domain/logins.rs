//! How often somebody may try a password, a code or a link. Failures are counted in the database, so that all nodes
//! count together; a success is given back. Who is over a limit is remembered by each node for a second, so that an
//! attacker is refused from memory and the database hears of the same one once a second at the most.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use super::Cx;
use crate::crypto::tokens;
use crate::error::{Code, Error, Quota, Result};
use crate::model::network::whole;
use crate::model::{Email, Time};
use crate::store::attempts::{self, AttemptsRow};
use crate::store::sessions;

/// Failures of one account from one network.
pub const ACCOUNT_IN_NETWORK: Quota = Quota { name: "failures-account-in-network", most: 5, seconds: 15 * 60 };
/// Failures from one network.
pub const NETWORK: Quota = Quota { name: "failures-network", most: 20, seconds: 60 };
/// Failures of one account from everywhere. Networks in which it is signed in are exempt, so that an outsider can't lock
/// an editor out.
pub const ACCOUNT: Quota = Quota { name: "failures-account", most: 100, seconds: 60 * 60 };
/// Wrong codes of one user's second factor, from wherever. Only who has the password gets there.
pub const CODES: Quota = Quota { name: "wrong-codes", most: 10, seconds: 15 * 60 };
/// Links to a new password that one address is sent.
pub const ASKED_FOR: Quota = Quota { name: "letters-to-address", most: 3, seconds: 3_600 };
/// Links to a new password that one network may ask for.
pub const ASKED_FROM: Quota = Quota { name: "letters-network", most: 20, seconds: 3_600 };

/// For how long a node refuses by heart before it asks the database again, in microseconds.
const BY_HEART: i64 = 1_000_000;
/// Most refusals that are remembered; beyond them the database is asked.
const MAX_KEYS: usize = 50_000;

/// The network of an address: the address itself for IPv4, the /64 for IPv6, which one customer usually has whole.
#[must_use]
pub fn network(address: IpAddr) -> String {
    let whole = whole(address);
    whole.to_ipv4_mapped().map_or_else(|| format!("{whole}/64"), |v4| v4.to_string())
}

/// What a brake counts: a quota, and for whom.
#[derive(Clone, Debug)]
struct Count {
    quota: Quota,
    /// A hash: the database learns no address that somebody merely typed.
    key: String,
    /// Whether a success forgives all that was counted, and not the try alone.
    forgives: bool,
}

impl Count {
    fn of(quota: Quota, whom: &str, forgives: bool) -> Self {
        Self { quota, key: tokens::hash(&format!("{}\n{whom}", quota.name)), forgives }
    }
}

/// A try. It counts as a failure unless it is said to have gone well.
#[derive(Clone, Debug)]
pub struct Try {
    at: Time,
    counts: Vec<Count>,
    /// Whose sessions exempt from the brake on the whole account, and where.
    exempt: Option<(String, String)>,
    /// Where it comes from, as far as that matters.
    network: Option<String>,
}

impl Try {
    /// To sign in to an account from a network.
    #[must_use]
    pub fn password(account: &str, network: &str, at: Time) -> Self {
        let pair = format!("{account}\n{network}");
        let counts = vec![
            Count::of(NETWORK, network, false),
            Count::of(ACCOUNT_IN_NETWORK, &pair, true),
            Count::of(ACCOUNT, account, false),
        ];
        Self { at, counts, exempt: Some((account.to_owned(), network.to_owned())), network: Some(network.to_owned()) }
    }

    /// To use a link with this token.
    #[must_use]
    pub fn link(token: &str, network: &str, at: Time) -> Self {
        let pair = format!("{}\n{network}", tokens::hash(token));
        let counts = vec![Count::of(NETWORK, network, false), Count::of(ACCOUNT_IN_NETWORK, &pair, true)];
        Self { at, counts, exempt: None, network: Some(network.to_owned()) }
    }

    /// To use a code of this user's second factor.
    #[must_use]
    pub fn code(user: &str, at: Time) -> Self {
        Self { at, counts: vec![Count::of(CODES, user, true)], exempt: None, network: None }
    }

    /// To have a letter sent. It is never given back.
    #[must_use]
    pub fn letter(network: &str, at: Time) -> Self {
        let counts = vec![Count::of(ASKED_FROM, network, false)];
        Self { at, counts, exempt: None, network: Some(network.to_owned()) }
    }

    /// Where it comes from, for the log; not told where a code was wrong, because its user is known then.
    #[must_use]
    pub fn network(&self) -> &str {
        self.network.as_deref().unwrap_or_default()
    }
}

/// Who has to wait, and until when.
#[derive(Clone, Debug)]
pub struct Held {
    key: String,
    quota: Quota,
    until: Time,
}

impl Held {
    fn error(&self, now: Time) -> Error {
        let micros = u64::try_from(self.until.micros().saturating_sub(now.micros())).unwrap_or(0);
        let seconds = u32::try_from(micros.div_ceil(1_000_000)).unwrap_or(self.quota.seconds);
        Error::new(Code::TooManyRequests, "Too many failed attempts. Wait as long as Retry-After says.")
            .over(self.quota, seconds.clamp(1, self.quota.seconds))
    }
}

/// What a node remembers of those who have to wait.
#[derive(Debug, Default)]
pub struct Logins(Mutex<HashMap<String, (Held, Time)>>);

impl Logins {
    /// Refuses by heart who was just found to be over a limit.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] with the seconds to wait.
    pub fn check(&self, tried: &Try) -> Result<()> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = tried.counts.iter().filter_map(|count| held.get(&count.key));
        for (held, found) in known {
            let age = tried.at.micros().saturating_sub(found.micros());
            if (0..BY_HEART).contains(&age) && tried.at < held.until {
                return Err(held.error(tried.at));
            }
        }
        Ok(())
    }

    /// Remembers who has to wait, as it was found at `now`; answers what they are told.
    pub fn hold(&self, held: Held, now: Time) -> Error {
        let error = held.error(now);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MAX_KEYS {
            all.retain(|_, (_, found)| now.micros().saturating_sub(found.micros()) < BY_HEART);
        }
        if all.len() < MAX_KEYS {
            all.insert(held.key.clone(), (held, now));
        }
        error
    }

    /// Forgets what is asked of the database again.
    pub fn prune(&self, now: Time) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (_, found)| now.micros().saturating_sub(found.micros()) < BY_HEART);
    }
}

/// Counts a try as a failure, for now; or answers who has to wait, and counts nothing.
///
/// # Errors
/// The database's.
pub fn begin(cx: &mut Cx, tried: &Try) -> Result<Option<Held>> {
    let mut rows = Vec::with_capacity(tried.counts.len());
    for count in &tried.counts {
        let row = attempts::hold(cx.conn, &count.key, tried.at)?;
        let times = counting(&row, count.quota, tried.at)?;
        let most = usize::try_from(count.quota.most).unwrap_or(usize::MAX);
        if times.len() >= most && !is_exempt(cx, tried, count)? {
            let first = times[times.len() - most];
            let until = Time::from_micros(first).plus_seconds(i64::from(count.quota.seconds));
            return Ok(Some(Held { key: remembered(tried, count), quota: count.quota, until }));
        }
        rows.push((row, times));
    }
    for ((row, mut times), count) in rows.into_iter().zip(&tried.counts) {
        times.push(tried.at.micros());
        write(cx, row, &times, count.quota)?;
    }
    Ok(None)
}

/// Ends a try that was no failure: it does not count, and where it went well, its account starts afresh.
///
/// # Errors
/// The database's.
pub fn end(cx: &mut Cx, tried: &Try, went_well: bool) -> Result<()> {
    for count in &tried.counts {
        if went_well && count.forgives {
            attempts::remove(cx.conn, &count.key)?;
            continue;
        }
        let row = attempts::hold(cx.conn, &count.key, tried.at)?;
        let mut times = counting(&row, count.quota, tried.at)?;
        if let Some(place) = times.iter().position(|time| *time == tried.at.micros()) {
            times.remove(place);
        }
        write(cx, row, &times, count.quota)?;
    }
    Ok(())
}

/// Counts a letter to `account`; says whether it may go out. An address that has had its share gets none, and nobody is
/// told.
///
/// # Errors
/// The database's.
pub fn may_send(cx: &mut Cx, account: &Email) -> Result<bool> {
    let at = cx.now;
    let counts = vec![Count::of(ASKED_FOR, account.as_str(), false)];
    let tried = Try { at, counts, exempt: None, network: None };
    Ok(begin(cx, &tried)?.is_none())
}

/// Under which key a refusal is remembered. Who is exempt from the brake on the account depends on the network.
fn remembered(tried: &Try, refused: &Count) -> String {
    let in_network = tried.counts.iter().find(|count| count.quota == ACCOUNT_IN_NETWORK);
    in_network.filter(|_| refused.quota == ACCOUNT).unwrap_or(refused).key.clone()
}

fn is_exempt(cx: &mut Cx, tried: &Try, count: &Count) -> Result<bool> {
    match &tried.exempt {
        Some((account, network)) if count.quota == ACCOUNT => {
            sessions::is_open_from(cx.conn, account, network, tried.at)
        }
        _ => Ok(false),
    }
}

/// The instants of a row that still count at `now`, the oldest first; those of another node may lie a little ahead.
fn counting(row: &AttemptsRow, quota: Quota, now: Time) -> Result<Vec<i64>> {
    let from = now.plus_seconds(-i64::from(quota.seconds)).micros();
    let mut times: Vec<i64> = serde_json::from_str(&row.times).map_err(Error::internal)?;
    times.retain(|time| *time > from);
    times.sort_unstable();
    Ok(times)
}

fn write(cx: &mut Cx, row: AttemptsRow, times: &[i64], quota: Quota) -> Result<()> {
    let Some(last) = times.iter().max() else { return attempts::remove(cx.conn, &row.key) };
    let ends_at = Time::from_micros(*last).plus_seconds(i64::from(quota.seconds));
    attempts::update(cx.conn, &AttemptsRow { times: serde_json::json!(times).to_string(), ends_at, ..row })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_micros(seconds * 1_000_000)
    }

    fn held(key: &str, until: i64) -> Held {
        Held { key: key.to_owned(), quota: NETWORK, until: at(until) }
    }

    #[test]
    fn a_refusal_is_known_by_heart_for_a_second() {
        let logins = Logins::default();
        let of = |network: &str, at: Time| Try::password("a@news.example", network, at);
        let tried = of("192.0.2.1", at(100));
        assert!(logins.check(&tried).is_ok());
        let told = logins.hold(Held { key: tried.counts[0].key.clone(), ..held("", 130) }, at(100));
        assert_eq!((told.code(), told.wait_seconds()), (Code::TooManyRequests, Some(30)));
        assert_eq!(logins.check(&tried).unwrap_err().wait_seconds(), Some(30));
        assert!(logins.check(&of("192.0.2.2", at(100))).is_ok());
        assert!(logins.check(&of("192.0.2.1", at(101))).is_ok(), "the database is asked again");
        logins.prune(at(101));
        assert!(logins.0.lock().unwrap().is_empty());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let logins = Logins::default();
        for n in 0..MAX_KEYS + 100 {
            let _ = logins.hold(held(&n.to_string(), 60), at(0));
        }
        assert_eq!(logins.0.lock().unwrap().len(), MAX_KEYS);
        let _ = logins.hold(held("later", 60), at(2));
        assert_eq!(logins.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn only_what_lies_in_the_window_counts() {
        let row = |times: &str| AttemptsRow { key: String::new(), times: times.to_owned(), ends_at: at(0) };
        let times = |row: &AttemptsRow, now| counting(row, NETWORK, at(now)).unwrap();
        let two = row("[61000000, 1000000]");
        assert_eq!(
            (times(&two, 60), times(&two, 61), times(&two, 121)),
            (vec![1_000_000, 61_000_000], vec![61_000_000], vec![])
        );
        assert!(counting(&row("nonsense"), NETWORK, at(0)).is_err());
    }

    #[test]
    fn networks_are_whole() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!((of("::ffff:192.0.2.1"), of("192.0.2.1")), ("192.0.2.1".into(), "192.0.2.1".into()));
    }
}
