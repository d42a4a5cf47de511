//! Conditional and range requests (RFC 9110, 13 and 14): entity tags, `Range`, `If-Range`.

use std::time::SystemTime;

use actix_web::http::header::{self, HeaderMap, HeaderName};

/// What a header with entity tags says, read where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityTags<'a> {
    /// `*`
    Any,
    /// A list.
    List(Vec<EntityTag<'a>>),
}

/// One entity tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntityTag<'a> {
    /// Was it written as `W/"…"`?
    pub weak: bool,
    /// What stands between the quotes.
    pub opaque: &'a str,
}

impl<'a> EntityTags<'a> {
    /// Reads all lines of the header `name`. `None` if there is none, an error if one is malformed.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn of(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<Self>, Malformed> {
        let mut list = Vec::new();
        let mut lines = headers.get_all(name).peekable();
        if lines.peek().is_none() {
            return Ok(None);
        }
        for line in lines {
            let line = line.to_str().map_err(|_| Malformed)?.trim();
            if line == "*" {
                return Ok(Some(Self::Any));
            }
            read_tags(line, &mut list)?;
        }
        if list.is_empty() { Err(Malformed) } else { Ok(Some(Self::List(list))) }
    }

    /// Does a tag match by weak comparison, as If-None-Match has it?
    #[must_use]
    pub fn matches_weakly(&self, matches: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Any => true,
            Self::List(tags) => tags.iter().any(|tag| matches(tag.opaque)),
        }
    }
}

/// The header can't be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

fn read_tags<'a>(line: &'a str, list: &mut Vec<EntityTag<'a>>) -> Result<(), Malformed> {
    let mut rest = line.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |after| (true, after));
        let (opaque, after) = quoted.strip_prefix('"').and_then(|text| text.split_once('"')).ok_or(Malformed)?;
        let after = after.trim_start_matches([' ', '\t']);
        if !opaque.bytes().all(|byte| byte > 0x20 && byte != 0x7f) || !(after.is_empty() || after.starts_with(',')) {
            return Err(Malformed);
        }
        list.push(EntityTag { weak, opaque });
        rest = after.trim_start_matches([' ', '\t', ',']);
    }
    Ok(())
}

/// What part of a file the client wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it: 200.
    Whole,
    /// The bytes `start..=end`: 206 with `Content-Range: bytes {start}-{end}/{length}`.
    Part {
        /// The first byte.
        start: u64,
        /// The last byte, included.
        end: u64,
    },
    /// Nothing that exists: 416 with `Content-Range: bytes */{length}`.
    Unsatisfiable,
}

impl Wanted {
    /// What `Range` and `If-Range` ask of a file of `length` bytes with the strong entity tag `opaque` (without its
    /// quotes). More than one range, another unit and a malformed header mean the whole file, as RFC 9110 allows.
    #[must_use]
    pub fn of(headers: &HeaderMap, length: u64, opaque: &str, last_modified: Option<SystemTime>) -> Self {
        let mut lines = headers.get_all(header::RANGE);
        let (Some(line), None) = (lines.next(), lines.next()) else { return Self::Whole };
        let Some(spec) = line.to_str().ok().and_then(single_range) else { return Self::Whole };
        if !if_range_holds(headers, opaque, last_modified) {
            return Self::Whole;
        }
        spec.within(length)
    }
}

#[derive(Clone, Copy)]
enum Spec {
    From { start: u64, end: Option<u64> },
    Last(u64),
}

impl Spec {
    fn within(self, length: u64) -> Wanted {
        let Some(last) = length.checked_sub(1) else { return Wanted::Unsatisfiable };
        match self {
            Self::From { start, .. } if start > last => Wanted::Unsatisfiable,
            Self::From { start, end } => Wanted::Part { start, end: end.unwrap_or(last).min(last) },
            Self::Last(0) => Wanted::Unsatisfiable,
            Self::Last(count) => Wanted::Part { start: length.saturating_sub(count), end: last },
        }
    }
}

fn single_range(line: &str) -> Option<Spec> {
    let (unit, range) = line.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (start, end) = range.trim().split_once('-')?;
    match (start, end) {
        ("", count) => digits(count).map(Spec::Last),
        (start, "") => Some(Spec::From { start: digits(start)?, end: None }),
        (start, end) => {
            let (start, end) = (digits(start)?, digits(end)?);
            (start <= end).then_some(Spec::From { start, end: Some(end) })
        }
    }
}

/// Digits alone (`parse` would take a sign); more than fit are as good as the end of every file.
fn digits(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().unwrap_or(u64::MAX))
}

fn if_range_holds(headers: &HeaderMap, opaque: &str, last_modified: Option<SystemTime>) -> bool {
    let Some(line) = headers.get(header::IF_RANGE) else { return true };
    let Ok(line) = line.to_str() else { return false };
    let line = line.trim();
    if let Some(quoted) = line.strip_prefix('"') {
        return quoted.strip_suffix('"') == Some(opaque);
    }
    match (httpdate::parse_http_date(line), last_modified) {
        (Ok(asked), Some(stored)) => asked == whole_seconds(stored),
        _ => false,
    }
}

fn whole_seconds(time: SystemTime) -> SystemTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(since.as_secs())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn ranges_follow_the_standard() {
        let of = |range: &str, if_range: &str| {
            let request = TestRequest::get().insert_header(("Range", range));
            let request = if if_range.is_empty() { request } else { request.insert_header(("If-Range", if_range)) };
            Wanted::of(request.to_http_request().headers(), 100, "tag", Some(SystemTime::UNIX_EPOCH))
        };
        let part = |start, end| Wanted::Part { start, end };
        assert_eq!(of("bytes=0-0", ""), part(0, 0));
        assert_eq!(of("bytes=90-", "\"tag\""), part(90, 99));
        assert_eq!(of("bytes=90-5000", "Thu, 01 Jan 1970 00:00:00 GMT"), part(90, 99));
        assert_eq!(of("bytes=-10", ""), part(90, 99));
        assert_eq!(of("bytes=-1000", ""), part(0, 99));
        for whole in ["bytes=0-1,5-6", "lines=0-1", "bytes=5-1", "bytes=+1-2", "bytes=-", "bytes", "bytes=a-b"] {
            assert_eq!(of(whole, ""), Wanted::Whole, "{whole}");
        }
        for nothing in ["bytes=100-", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(of(nothing, ""), Wanted::Unsatisfiable, "{nothing}");
        }
        for stale in ["\"other\"", "W/\"tag\"", "Thu, 01 Jan 1970 00:00:01 GMT", "x"] {
            assert_eq!(of("bytes=100-", stale), Wanted::Whole, "{stale}");
        }
    }
}
