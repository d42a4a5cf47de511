//! Where a list begins and ends. Two modes: by position (keyset, stable while rows arrive) and by page number.

use super::{Id, Time};

/// The length of a page where the client asks for none.
pub const DEFAULT_LIMIT: i64 = 20;
/// The longest page.
pub const MAX_LIMIT: i64 = 100;
/// `page × limit` may not pass this, and totals are counted to this.
pub const MAX_COUNTED: i64 = 10_000;

/// The value of a row that its list is sorted by; ties are broken by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// A folded text.
    Text(String),
    /// Microseconds, or another number.
    Number(i64),
}

impl Key {
    /// The text, empty for a number.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Number(_) => "",
        }
    }

    /// The instant, the first of all for a text.
    #[must_use]
    pub fn time(&self) -> Time {
        match self {
            Self::Number(micros) => Time::from_micros(*micros),
            Self::Text(_) => Time::from_micros(i64::MIN),
        }
    }
}

impl From<Time> for Key {
    fn from(time: Time) -> Self {
        Self::Number(time.micros())
    }
}

impl From<String> for Key {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Which way to read from a position, in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// The rows behind it.
    Next,
    /// The rows before it.
    Previous,
}

/// Just behind or just before one row of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Which way to read.
    pub toward: Toward,
    /// What the row is sorted by.
    pub key: Key,
    /// The row.
    pub id: Id,
}

/// Which part of a list is wanted. Limits are 1 to [`MAX_LIMIT`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paging {
    /// From a position on; from the beginning where there is none.
    Keyset {
        /// Rows at the most.
        limit: i64,
        /// Where to begin.
        from: Option<Position>,
    },
    /// The page of this number, from 1.
    Numbered {
        /// Rows at the most.
        limit: i64,
        /// The number; `page × limit` is at most [`MAX_COUNTED`].
        page: i64,
    },
}

impl Paging {
    /// Rows at the most.
    #[must_use]
    pub const fn limit(&self) -> i64 {
        match self {
            Self::Keyset { limit, .. } | Self::Numbered { limit, .. } => *limit,
        }
    }

    /// How many rows the store fetches: one more than wanted by keyset, to see whether there are more.
    #[must_use]
    pub const fn fetch(&self) -> i64 {
        match self {
            Self::Keyset { limit, .. } => *limit + 1,
            Self::Numbered { limit, .. } => *limit,
        }
    }

    /// How many rows the store skips.
    #[must_use]
    pub const fn offset(&self) -> i64 {
        match self {
            Self::Keyset { .. } => 0,
            Self::Numbered { limit, page } => (*page - 1) * *limit,
        }
    }

    /// Where to begin, in keyset mode.
    #[must_use]
    pub const fn from(&self) -> Option<&Position> {
        match self {
            Self::Keyset { from, .. } => from.as_ref(),
            Self::Numbered { .. } => None,
        }
    }

    /// Whether the store must read against the order of the list.
    #[must_use]
    pub fn is_backward(&self) -> bool {
        self.from().is_some_and(|from| from.toward == Toward::Previous)
    }

    /// Whether the total is wanted.
    #[must_use]
    pub const fn counts(&self) -> bool {
        matches!(self, Self::Numbered { .. })
    }

    /// Makes a page of the rows that the store fetched, in the order in which it read them. `total` counts only in
    /// numbered mode; `key` answers what a row is sorted by.
    #[must_use]
    pub fn page<R>(&self, mut rows: Vec<R>, total: i64, key: impl Fn(&R) -> (Key, Id)) -> Paged<R> {
        let Self::Keyset { limit, from } = self else {
            return Paged { rows, ends: Ends::Numbered { total } };
        };
        let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let backward = self.is_backward();
        if backward {
            rows.reverse();
        }
        let at = |row: Option<&R>, toward| match (row, from) {
            (Some(row), _) => {
                let (key, id) = key(row);
                Some(Position { toward, key, id })
            }
            (None, Some(from)) => Some(Position { toward, ..from.clone() }),
            (None, None) => None,
        };
        let has_next = backward || more;
        let has_previous = if backward { more } else { from.is_some() };
        let next = if has_next { at(rows.last(), Toward::Next) } else { None };
        let previous = if has_previous { at(rows.first(), Toward::Previous) } else { None };
        Paged { rows, ends: Ends::Keyset { next, previous } }
    }
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Paged<R> {
    /// The rows, in the order of the list.
    pub rows: Vec<R>,
    /// What lies around it.
    pub ends: Ends,
}

impl<R> Paged<R> {
    /// The same part with other rows.
    #[must_use]
    pub fn with<T>(self, change: impl FnOnce(Vec<R>) -> Vec<T>) -> Paged<T> {
        Paged { rows: change(self.rows), ends: self.ends }
    }
}

/// What lies around a part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ends {
    /// In keyset mode.
    Keyset {
        /// Where the next part begins, if there is one.
        next: Option<Position>,
        /// Where the part before ends, if there is one.
        previous: Option<Position>,
    },
    /// In numbered mode.
    Numbered {
        /// How many rows there are in all; counting may stop after [`MAX_COUNTED`] + 1.
        total: i64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `limit + 1` of the numbers 1 to 7, as a store would.
    fn read(paging: &Paging) -> (Vec<i64>, Option<Position>, Option<Position>) {
        let at = paging.from().map(|from| from.key.time().micros());
        let take = usize::try_from(paging.fetch()).unwrap();
        let rows: Vec<i64> = if paging.is_backward() {
            (1..=7).rev().filter(|n| at.is_none_or(|at| *n < at)).take(take).collect()
        } else {
            (1..=7).filter(|n| at.is_none_or(|at| *n > at)).take(take).collect()
        };
        let paged = paging.page(rows, 0, |n| (Key::Number(*n), Id::from(uuid::Uuid::nil())));
        match paged.ends {
            Ends::Keyset { next, previous } => (paged.rows, next, previous),
            Ends::Numbered { .. } => unreachable!(),
        }
    }

    #[test]
    fn walking_forth_and_back_shows_every_row_once() {
        let (first, next, previous) = read(&Paging::Keyset { limit: 3, from: None });
        assert_eq!((first, previous), (vec![1, 2, 3], None));
        let (second, next, _) = read(&Paging::Keyset { limit: 3, from: next });
        assert_eq!(second, [4, 5, 6]);
        let (third, end, back) = read(&Paging::Keyset { limit: 3, from: next });
        assert_eq!((third, end), (vec![7], None));
        let (second, _, back) = read(&Paging::Keyset { limit: 3, from: back });
        assert_eq!(second, [4, 5, 6]);
        let (first, next, back) = read(&Paging::Keyset { limit: 3, from: back });
        assert_eq!((first, next.is_some(), back), (vec![1, 2, 3], true, None));
    }
}
