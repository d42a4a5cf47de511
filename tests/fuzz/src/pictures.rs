//! Pictures: JPEG, PNG, GIF, WebP.

/// As every file; what is no picture is left to the target of films.
pub fn run(data: &[u8]) {
    let is_webp = data.starts_with(b"RIFF") && data.get(8..12) == Some(b"WEBP");
    if is_webp || [&b"\xFF\xD8\xFF"[..], b"\x89PNG", b"GIF8"].iter().any(|magic| data.starts_with(magic)) {
        super::films::looked_at(data);
    }
}
