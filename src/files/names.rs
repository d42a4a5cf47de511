//! What a file is called: the client's name for it, made harmless.

/// The longest name, in characters, its extension included.
const MAX: usize = 100;

/// A file name that is safe in a URL, in a header and on every file system: the base name of what the client said,
/// transliterated to `[A-Za-z0-9._-]` with `-` for everything else, at most 100 characters, and with `extension`,
/// which is that of the probed type, in place of its own. `file.<extension>` when nothing is left.
///
/// `globalhappenings news.jpg` becomes `globalhappenings-news.jpg`.
#[must_use]
pub fn safe_file_name(client_name: &str, extension: &str) -> String {
    let base = client_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = match base.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 10 && ending.bytes().all(|b| b.is_ascii_alphanumeric()) => stem,
        _ => base,
    };
    let room = MAX.saturating_sub(extension.len() + 1);
    let mut name = String::with_capacity(room);
    for c in stem.chars().take(MAX * 4) {
        for c in any_ascii::any_ascii_char(c).chars() {
            let c = if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
            // Runs of separators say nothing, and `..` is never wanted in a name.
            let repeated = matches!(c, '-' | '.') && name.ends_with(['-', '.']);
            if name.len() < room && !repeated {
                name.push(c);
            }
        }
    }
    let name = name.trim_matches(['-', '.']);
    let name = if name.is_empty() { "file" } else { name };
    format!("{name}.{extension}")
}

#[cfg(test)]
mod tests {
    use super::safe_file_name;

    #[test]
    fn keeps_what_is_harmless() {
        let cases = [
            ("globalhappenings news.jpg", "globalhappenings-news.jpg"),
            ("IMG_0042.JPEG", "IMG_0042.jpg"),
            ("C:\\Users\\ana\\Foto año.png", "Foto-ano.jpg"),
            ("../../etc/passwd", "passwd.jpg"),
            (".htaccess", "file.jpg"),
            ("", "file.jpg"),
            ("..", "file.jpg"),
            ("Алматы.jpeg", "Almaty.jpg"),
            ("a\r\nSet-Cookie: x.jpg", "a-Set-Cookie-x.jpg"),
            ("evil.php%00.jpg", "evil.php-00.jpg"),
            ("v1.2 final draft", "v1.2-final-draft.jpg"),
        ];
        for (given, expected) in cases {
            assert_eq!(safe_file_name(given, "jpg"), expected, "{given:?}");
        }
        assert_eq!(safe_file_name(&"ß".repeat(5000), "webp").len(), 100);
    }

    proptest::proptest! {
        #[test]
        fn is_always_safe(name in ".{0,300}") {
            let safe = safe_file_name(&name, "jpg");
            assert!(safe.len() <= 100 && safe.ends_with(".jpg") && !safe.starts_with('.') && !safe.contains(".."));
            assert!(safe.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')));
        }
    }
}
