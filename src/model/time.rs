//! Instants.

use std::fmt;

use serde::{Serialize, Serializer};

const MICROS_PER_MILLI: i64 = 1_000;
const MICROS_PER_SECOND: i64 = 1_000_000;

/// An instant in UTC: microseconds since 1970, always whole milliseconds, written as RFC 3339 with `Z` and three
/// fraction digits. The years 0001 to 9998 can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The year (UTC).
    #[must_use]
    pub fn year(self) -> i32 {
        let (year, _, _) = civil(self.0.div_euclid(86_400 * MICROS_PER_SECOND));
        i32::try_from(year).unwrap_or(i32::MAX)
    }

    /// Later than every instant that can be written: the end of an interval that has none.
    pub const NEVER: Self = Self(i64::MAX);

    /// The system's clock. Handlers and use cases take the App's clock instead, which tests can move.
    #[must_use]
    pub fn system() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(0) * MICROS_PER_MILLI)
    }

    /// From microseconds, as kept in the database.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// Reads RFC 3339 with any offset; fractions beyond milliseconds are cut.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() < 20 || bytes.len() > 40 || !matches!(bytes[10], b'T' | b't') {
            return None;
        }
        let offset = text.ends_with(['Z', 'z']) || matches!(bytes[bytes.len() - 6], b'+' | b'-');
        let at: jiff::Timestamp = if offset { text.parse().ok()? } else { return None };
        let time = Self(at.as_millisecond() * MICROS_PER_MILLI);
        (Self(-62_135_596_800 * MICROS_PER_SECOND)..Self(253_370_764_800 * MICROS_PER_SECOND))
            .contains(&time)
            .then_some(time)
    }

    /// So many seconds later (or earlier).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)))
    }

    /// Whole seconds from `earlier` to this, rounded down.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(MICROS_PER_SECOND)
    }

    /// `None` for [`Time::NEVER`].
    #[must_use]
    pub fn some(self) -> Option<Self> {
        (self != Self::NEVER).then_some(self)
    }
}

/// Days since 1970 to (year, month, day) in the proleptic Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

impl Time {
    /// Year, month, day, hour, minute, second, millisecond (UTC).
    fn fields(self) -> [i64; 7] {
        let millis = self.0.div_euclid(MICROS_PER_MILLI);
        let (days, of_day) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
        let (year, month, day) = civil(days);
        let (hour, minute) = (of_day / 3_600_000, of_day / 60_000 % 60);
        let (second, milli) = (of_day / 1_000 % 60, of_day % 1_000);
        [year, month, day, hour, minute, second, milli]
    }

    /// As it is written; none outside the years that can be.
    fn written(self) -> Option<[u8; 24]> {
        let [year, month, day, hour, minute, second, milli] = self.fields();
        if !(0..=9_999).contains(&year) {
            return None;
        }
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let parts = [(year, 0, 4), (month, 5, 2), (day, 8, 2), (hour, 11, 2), (minute, 14, 2), (second, 17, 2)];
        for (number, at, width) in parts.into_iter().chain([(milli, 20, 3)]) {
            digits(&mut text[at..at + width], number);
        }
        Some(text)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.written() {
            Some(text) => f.write_str(std::str::from_utf8(&text).unwrap_or_default()),
            None => {
                let [year, month, day, hour, minute, second, milli] = self.fields();
                write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
            }
        }
    }
}

/// Fills `place` with the last digits of a number.
fn digits(place: &mut [u8], mut number: i64) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.written() {
            Some(text) => serializer.serialize_str(std::str::from_utf8(text).unwrap_or_default()),
            None => serializer.collect_str(self),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Time {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("an RFC 3339 time"))
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn times_are_read_with_any_offset_and_written_in_utc() {
        let cases = [
            ("2022-01-08T10:30:00Z", "2022-01-08T10:30:00.000Z"),
            ("2022-01-08T10:30:00.1239+06:00", "2022-01-08T04:30:00.123Z"),
            ("2024-02-29t23:59:59.999z", "2024-02-29T23:59:59.999Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z"),
            ("2000-03-01T00:00:00-00:30", "2000-03-01T00:30:00.000Z"),
        ];
        for (given, written) in cases {
            assert_eq!(Time::parse(given).map(|time| time.to_string()).as_deref(), Some(written), "{given}");
        }
        for wrong in
            ["2022-01-08", "2022-01-08T10:30:00", "2022-13-08T10:30:00Z", "", "yesterday", "2022-01-08 10:30:00Z"]
        {
            assert_eq!(Time::parse(wrong), None, "{wrong}");
        }
    }
}
