//! Which characters and addresses a body may hold.

use url::Url;

use super::MAX_HREF_CHARS;

/// Whether no body may hold this character: controls other than line feed and tab, and what XML 1.0 forbids.
pub(super) fn is_forbidden(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

/// The text without forbidden characters.
#[must_use]
pub fn strip(text: &str) -> String {
    text.chars().filter(|&c| !is_forbidden(c)).collect()
}

/// The trimmed address, if a link may lead there: `http` and `https` with a host, `mailto`, `tel`, `/…` and `#…`.
/// `//host` and anything with a backslash, white space or a control character inside is refused: browsers read those
/// in ways that a check of the scheme does not see.
pub(super) fn link_href(text: &str) -> Option<&str> {
    let href = text.trim();
    let suspicious = |c: char| c.is_whitespace() || c == '\\' || c.is_control() || is_forbidden(c);
    if href.is_empty() || href.chars().any(suspicious) || href.chars().nth(MAX_HREF_CHARS).is_some() {
        return None;
    }
    if href.starts_with('#') || (href.starts_with('/') && !href.starts_with("//")) {
        return Some(href);
    }
    let (scheme, rest) = href.split_once(':')?;
    let allowed = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => web_url(href).is_some(),
        "mailto" | "tel" => !rest.is_empty() && !rest.starts_with('/'),
        _ => false,
    };
    allowed.then_some(href)
}

/// The trimmed `http` or `https` address with a host.
pub(super) fn embed_href(text: &str) -> Option<&str> {
    link_href(text).filter(|href| web_url(href).is_some())
}

/// The address as the URL standard reads it, if it is `http://` or `https://` with a host.
pub(super) fn web_url(href: &str) -> Option<Url> {
    let (_, rest) = href.split_once(':')?;
    if !rest.starts_with("//") {
        return None;
    }
    let url = Url::parse(href).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// The text with HTML's five special characters escaped, fit for text and for quoted attribute values.
pub(super) fn escape_html(out: &mut String, text: &str) {
    let mut rest = text;
    let escaped = |(at, c): (usize, char)| Some((at, at + c.len_utf8(), in_html(c)?));
    while let Some((start, end, instead)) = rest.char_indices().find_map(escaped) {
        out.push_str(&rest[..start]);
        out.push_str(instead);
        rest = &rest[end..];
    }
    out.push_str(rest);
}

/// What stands in HTML instead of a character that can't stand there as it is.
fn in_html(c: char) -> Option<&'static str> {
    match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        c => is_forbidden(c).then_some(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_a_link_may_lead_to() {
        for good in [
            "https://example.org/a?b=1&c=2#d",
            "HTTP://example.org",
            " /news ",
            "#top",
            "mailto:desk@example.org",
            "tel:+31201234567",
            "https://müller.example/ä",
            "/",
        ] {
            assert_eq!(link_href(good), Some(good.trim()), "{good}");
        }
    }

    #[test]
    fn addresses_that_are_refused() {
        for bad in [
            "",
            "javascript:alert(1)",
            " JaVaScRiPt:alert(1)",
            "java\tscript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example",
            "/\\evil.example",
            "https:evil.example",
            "https://",
            "http:/evil.example",
            "ftp://example.org",
            "news",
            "\u{1}javascript:alert(1)",
            "https://a b.example",
            "mailto:",
            "https://exa\u{0}mple.org",
            "javascript&colon;alert(1)",
            ":",
            "tel:",
        ] {
            assert_eq!(link_href(bad), None, "{bad:?}");
        }
        assert_eq!(link_href(&format!("https://example.org/{}", "a".repeat(MAX_HREF_CHARS))), None);
        assert_eq!(embed_href("/news"), None);
        assert_eq!(embed_href("mailto:a@example.org"), None);
    }
}
