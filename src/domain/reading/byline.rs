//! The byline where the newsroom did not write one: the names, joined as the language joins them.

/// `A`, `A and B`, `A, B and C`; with a comma before the last where the language's word is not known. `None` without
/// names.
#[must_use]
pub fn joined(names: &[&str], locale: &str) -> Option<String> {
    let (last, others) = names.split_last()?;
    if others.is_empty() {
        return Some((*last).to_owned());
    }
    let link = match and(locale) {
        Some(word) => format!(" {word} "),
        None => ", ".to_owned(),
    };
    Some(format!("{}{link}{last}", others.join(", ")))
}

fn and(locale: &str) -> Option<&'static str> {
    Some(match locale.split('-').next()? {
        "en" => "and",
        "es" => "y",
        "fr" => "et",
        "de" => "und",
        "pt" | "it" | "gl" => "e",
        "nl" => "en",
        "da" | "nb" | "nn" | "no" => "og",
        "sv" => "och",
        "fi" | "et" => "ja",
        "ca" | "pl" | "hr" | "sl" => "i",
        "cs" | "sk" => "a",
        "hu" => "és",
        "ro" => "și",
        "tr" => "ve",
        "id" | "ms" => "dan",
        "ru" | "bg" | "sr" | "mk" => "и",
        "uk" => "та",
        "kk" => "және",
        "ky" => "жана",
        "uz" => "va",
        "el" => "και",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn names_are_joined_as_the_language_does() {
        assert_eq!(joined(&[], "en"), None);
        assert_eq!(joined(&["A"], "en").as_deref(), Some("A"));
        assert_eq!(joined(&["A", "B"], "es-419").as_deref(), Some("A y B"));
        assert_eq!(joined(&["A", "B", "C"], "en").as_deref(), Some("A, B and C"));
        assert_eq!(joined(&["A", "B", "C"], "ja").as_deref(), Some("A, B, C"));
    }
}
