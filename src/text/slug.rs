//! Slugs, and the folding of case and accents.

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;

/// The text as a slug of `[a-z0-9-]`: transliterated to ASCII, without a dash at either end or two in a row, and at
/// most `max` characters long, cut at the end of a word unless the first word alone is longer. Empty when the text has
/// no letter or digit; pictographs are left out. The caller brings the fallback.
#[must_use]
pub fn slugify(text: &str, max: usize) -> String {
    // Twice as much as can be kept is enough to know where the last word ends.
    let enough = max.saturating_add(1);
    let mut slug = String::new();
    for c in text.nfc() {
        if slug.len() > enough {
            break;
        }
        push_char(&mut slug, c);
    }
    cut_at_word(slug.trim_end_matches('-'), max)
}

fn push_char(slug: &mut String, c: char) {
    // An apostrophe joins: "don't" is one word.
    if matches!(c, '\'' | '\u{2019}' | '\u{02BC}' | '`') {
        return;
    }
    let ascii = any_ascii_char(c);
    // Pictographs are named between colons.
    if !c.is_ascii() && ascii.starts_with(':') {
        return dash(slug);
    }
    for c in ascii.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if c != '\'' && c != '`' {
            dash(slug);
        }
    }
}

fn dash(slug: &mut String) {
    if !slug.is_empty() && !slug.ends_with('-') {
        slug.push('-');
    }
}

fn cut_at_word(slug: &str, max: usize) -> String {
    if slug.len() <= max {
        return slug.to_owned();
    }
    let head = &slug[..max];
    let ends_a_word = slug.as_bytes().get(max) == Some(&b'-');
    let kept = match head.rfind('-') {
        Some(end) if !ends_a_word && end > 0 => &head[..end],
        _ => head,
    };
    kept.trim_end_matches('-').to_owned()
}

/// The text for sorting and searching: lower case, without accents (canonical decomposition, combining marks of the
/// accent blocks dropped), with the letters that do not decompose (`ß`, `ø`, `ł`, `æ` …) spelled plainly.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfd().filter(|&c| !is_accent(c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ς' => folded.push('σ'),
            c if is_accent(c) => {}
            c => folded.push(c),
        }
    }
    folded.nfc().collect()
}

/// Combining marks that are accents; vowel signs and voicing marks, which spell other words, are not among them.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036F}' | '\u{0591}'..='\u{05BD}' | '\u{064B}'..='\u{065F}' | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headlines_become_slugs() {
        for (text, slug) in [
            ("Mayor opens the new bridge", "mayor-opens-the-new-bridge"),
            ("  — Don’t panic! 100% — ", "dont-panic-100"),
            ("Straße in Köln", "strasse-in-koln"),
            ("Жизнь", "zhizn"),
            ("İstanbul dağı", "istanbul-dagi"),
            ("日本", "riben"),
            ("Fire 🔥🔥 downtown", "fire-downtown"),
            ("🔥", ""),
            ("Cafe\u{301}", "cafe"),
            ("", ""),
            ("---", ""),
        ] {
            assert_eq!(slugify(text, 96), slug, "{text}");
        }
    }

    #[test]
    fn long_slugs_end_with_a_word() {
        assert_eq!(slugify("alpha beta gamma", 12), "alpha-beta");
        assert_eq!(slugify("alpha beta gamma", 10), "alpha-beta");
        assert_eq!(slugify("alpha beta gamma", 11), "alpha-beta");
        assert_eq!(slugify("abcdefghij", 4), "abcd");
        assert_eq!(slugify("abc", 0), "");
    }

    #[test]
    fn folding_drops_case_and_accents_only() {
        for (text, folded) in [
            ("ÉCOLE", "ecole"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("İzmir", "izmir"),
            ("Ёлка", "елка"),
            ("が", "が"),
            ("한국", "한국"),
            ("कि", "कि"),
            ("ΟΔΟΣ", "οδοσ"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
            assert_eq!(fold(&fold(text)), fold(text));
        }
    }
}
