//! Whether the HTML of a body is harmless, by a reading of its own: tags by tags, quotes by quotes.

/// Attributes that the renderer writes.
const ATTRIBUTES: &[&str] = &[
    "allow",
    "allowfullscreen",
    "alt",
    "class",
    "controls",
    "crossorigin",
    "data-article-id",
    "data-layout",
    "data-media-id",
    "default",
    "height",
    "href",
    "kind",
    "label",
    "loading",
    "poster",
    "preload",
    "referrerpolicy",
    "rel",
    "sandbox",
    "scope",
    "sizes",
    "src",
    "srclang",
    "srcset",
    "start",
    "title",
    "width",
];
/// Elements that run, load or style more than a body may.
const NEVER: &[&str] = &[
    "script", "style", "object", "embed", "link", "meta", "base", "form", "input", "button", "svg", "math", "template",
    "frame", "frameset", "applet", "html", "head", "body", "title", "noscript", "textarea", "select", "xmp",
];

/// Asserts it.
pub fn assert_harmless(html: &str) {
    for piece in html.split('<').skip(1) {
        let name: String = piece.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(!name.is_empty(), "a bare < in {html}");
        assert!(!NEVER.contains(&name.as_str()), "<{name}> in {html}");
        if piece.starts_with('/') {
            continue;
        }
        attributes(&piece[name.len()..], html);
    }
}

/// Reads `name="value"` until the tag ends.
fn attributes(mut rest: &str, html: &str) {
    loop {
        rest = rest.trim_start();
        if rest.starts_with('>') {
            return;
        }
        let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
        assert!(ATTRIBUTES.contains(&name.as_str()), "the attribute {name:?} at {rest:?} in {html}");
        rest = &rest[name.len()..];
        let Some(value) = rest.strip_prefix("=\"") else { continue };
        let (value, after) = value.split_once('"').unwrap_or_else(|| panic!("an open value in {html}"));
        if matches!(name.as_str(), "href" | "src" | "poster" | "cite") {
            let scheme = value.split([':', '/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
            let has_one = value[scheme.len()..].starts_with(':');
            let is_known = ["http", "https", "mailto", "tel"].contains(&scheme.as_str());
            assert!(!has_one || is_known, "{name}={value:?} in {html}");
        }
        rest = after;
    }
}
