//! Bodies in HTML.

use slugline::text::Body;

use super::portable_text::shown;

/// HTML is read or refused; what is read is a body that could be written as Portable Text.
pub fn run(data: &[u8]) {
    let Ok(html) = std::str::from_utf8(data) else { return };
    let Ok(body) = Body::from_html(html) else { return };
    let json = serde_json::to_value(&body).unwrap();
    assert_eq!(Body::parse(&json).as_ref(), Ok(&body), "{json}");
    shown(&body);
}
