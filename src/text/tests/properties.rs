//! Properties over generated bodies and arbitrary input.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// Text that tries every special character of HTML and Markdown.
fn text() -> impl Strategy<Value = String> {
    let nasty = prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("\"><img src=x onerror=y>".to_owned()),
        Just("&amp; ' \" \u{2028}".to_owned()),
        Just("**_~~`".to_owned()),
        Just("1. - # > |".to_owned()),
        Just("\n".to_owned()),
        Just(" ".to_owned()),
        Just("日本 ß 🔥".to_owned()),
    ];
    vec(prop_oneof![3 => "[ -~]{0,12}", 2 => "[a-zé ]{1,10}", 1 => nasty], 0..4).prop_map(|parts| parts.concat())
}

fn marks() -> impl Strategy<Value = Vec<&'static str>> {
    proptest::sample::subsequence(vec!["strong", "em", "underline", "strike-through", "code", "sup", "sub", "k1"], 0..3)
}

fn text_block(
    text: impl Strategy<Value = String>,
    style: impl Strategy<Value = &'static str>,
) -> impl Strategy<Value = Value> {
    (vec((text, marks()), 0..5), style, option::of((prop_oneof![Just("bullet"), Just("number")], 1..4_u8))).prop_map(
        |(spans, style, list)| {
            let children: Vec<Value> =
                spans.iter().map(|(text, marks)| json!({"_type": "span", "text": text, "marks": marks})).collect();
            let mut block = json!({"_type": "block", "style": style, "children": children,
                "markDefs": [{"_type": "link", "_key": "k1", "href": "https://example.org/?a=(1)&b;\"<x>"}]});
            if let Some((kind, level)) = list {
                block["listItem"] = json!(kind);
                block["level"] = json!(level);
            }
            block
        },
    )
}

fn style() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("normal"), Just("h2"), Just("h3"), Just("h4"), Just("blockquote")]
}

fn block() -> impl Strategy<Value = Value> {
    prop_oneof![
        5 => text_block(text(), style()),
        1 => (text(), text()).prop_map(|(alt, caption)| json!({"_type": "image", "media": id(1), "alt": alt, "caption": caption})),
        1 => vec((0..60_u128).prop_map(id), 0..4).prop_map(|ids| {
            let images: Vec<Value> = ids.iter().map(|id| json!({"media": id})).collect();
            json!({"_type": "gallery", "images": images, "layout": "grid"})
        }),
        1 => (text(), option::of("[a-z+]{1,5}")).prop_map(|(code, language)|
            json!({"_type": "code", "code": code, "language": language.filter(|name| !name.starts_with('+'))})),
        1 => (vec(vec(text(), 0..4), 0..4), any::<bool>()).prop_map(|(rows, header)| {
            let rows: Vec<Value> = rows.iter().map(|cells| json!({"cells": cells})).collect();
            json!({"_type": "table", "rows": rows, "header": header})
        }),
        1 => (text(), vec(text_block(text(), style()), 0..3)).prop_map(|(title, body)| json!({"_type": "fact_box", "title": title, "body": body})),
        1 => (text(), text()).prop_map(|(text, by)| json!({"_type": "pull_quote", "text": text, "attribution": by})),
        1 => prop_oneof![Just(json!({"_type": "divider"})), Just(json!({"_type": "paywall"})), Just(json!({"_type": "video", "media": id(10)})),
            Just(json!({"_type": "related_articles", "articles": [id(30)]})), Just(json!({"_type": "embed", "url": "https://example.org/\"><script>"}))],
    ]
}

fn bodies() -> impl Strategy<Value = Body> {
    vec(block(), 0..8).prop_map(|blocks| body(Value::Array(blocks)))
}

/// Any JSON, with the names of Portable Text more often than chance has them.
fn any_json() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("_type"),
        Just("_key"),
        Just("children"),
        Just("markDefs"),
        Just("marks"),
        Just("text"),
        Just("style"),
        Just("rows"),
        Just("cells"),
        Just("body"),
        Just("images"),
        Just("media"),
        Just("listItem"),
        Just("level"),
        Just("articles"),
        Just("x/~"),
    ];
    let word = prop_oneof![
        Just("block"),
        Just("span"),
        Just("table"),
        Just("fact_box"),
        Just("gallery"),
        Just("link"),
        Just("\u{0}")
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
        ".{0,8}".prop_map(Value::from)
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((name.clone(), inner), 0..6)
                .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

/// Every `<` starts a tag that the renderer writes, and no tag has an event handler.
#[track_caller]
pub(super) fn assert_safe(html: &str) {
    const NAMES: &[&str] = &[
        "p",
        "h2",
        "h3",
        "h4",
        "blockquote",
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "u",
        "s",
        "code",
        "sup",
        "sub",
        "a",
        "br",
        "hr",
        "pre",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "img",
        "span",
        "div",
        "aside",
        "cite",
        "iframe",
        "video",
        "audio",
    ];
    for tag in html.split('<').skip(1) {
        let name = tag.trim_start_matches('/').split([' ', '>']).next().unwrap();
        assert!(NAMES.contains(&name), "{name} in {html}");
        let inside = tag.split('>').next().unwrap();
        let outside_of_values: String = inside.split('"').step_by(2).collect();
        assert!(!outside_of_values.contains(" on") && !inside.contains("javascript:"), "{inside} in {html}");
    }
}

/// Text that Markdown is expected to carry exactly.
fn exact_text() -> impl Strategy<Value = String> {
    vec(prop_oneof!["[ -~]{1,12}", "[a-z]{1,6}", Just("é\n".to_owned())], 1..3)
        .prop_map(|parts| parts.concat())
        .prop_filter("Markdown has no blank blocks", |text| !text.trim().is_empty())
}

/// Characters with the marks they have, white space left out: at the edge of a mark Markdown can't hold it.
fn marked_characters(body: &Body) -> Vec<(char, Vec<String>)> {
    let mut characters = Vec::new();
    for block in &body.0 {
        let Block::Text(text) = block else { continue };
        for span in &text.children {
            let mut marks = span.marks.clone();
            marks.sort();
            let name = |mark: &String| {
                text.mark_defs.iter().find(|def| def.key() == mark).and_then(MarkDef::href).unwrap_or(mark).to_owned()
            };
            let marks: Vec<String> = marks.iter().map(name).collect();
            characters.extend(span.text.chars().filter(|c| !c.is_whitespace()).map(|c| (c, marks.clone())));
        }
    }
    characters
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_body_survives_json(body in bodies()) {
        let json = serde_json::to_value(&body).unwrap();
        prop_assert_eq!(Body::parse(&json).unwrap(), body);
    }

    #[test]
    fn html_is_always_safe(body in bodies()) {
        assert_safe(&body.to_html());
        assert_safe(&body.freeze(&Newsroom).to_html());
        let again = Body::from_html(&body.freeze(&Newsroom).to_html()).unwrap();
        assert_safe(&again.to_html());
    }

    #[test]
    fn renderings_never_panic(body in bodies()) {
        for body in [body.freeze(&Newsroom), body] {
            Body::from_markdown(&body.to_markdown()).unwrap();
            let _ = (body.to_plain(), body.word_count(), body.cut_at_paywall());
        }
    }

    #[test]
    fn any_json_is_read_or_refused(json in any_json()) {
        if let Ok(body) = Body::parse(&json) {
            assert_safe(&body.to_html());
        }
        let _ = Body::parse(&Value::Array(vec![json]));
    }

    #[test]
    fn any_text_is_converted(source in prop_oneof![".{0,200}", "[<>/a-z=\"' !&;#-]{0,200}", "[\\[\\]()*_~`|>#<!\\\\ \n0-9a-c.:-]{0,120}"]) {
        for body in [Body::from_html(&source).unwrap(), Body::from_markdown(&source).unwrap()] {
            assert_safe(&body.to_html());
            Body::from_markdown(&body.to_markdown()).unwrap();
        }
    }

    #[test]
    fn text_survives_markdown(texts in vec(exact_text(), 1..4), kind in 0..4_u8) {
        let blocks: Vec<Value> = texts.iter().map(|text| match kind {
            0 => json!({"_type": "block", "children": [{"_type": "span", "text": text}]}),
            1 => json!({"_type": "block", "style": "h3", "children": [{"_type": "span", "text": text.trim()}]}),
            2 => json!({"_type": "block", "style": "blockquote", "children": [{"_type": "span", "text": text}]}),
            _ => json!({"_type": "block", "listItem": "number", "level": 1, "children": [{"_type": "span", "text": text}]}),
        }).collect();
        let body = body(json!(blocks));
        let markdown = body.to_markdown();
        prop_assert_eq!(Body::from_markdown(&markdown).unwrap(), body, "{}", markdown);
    }

    #[test]
    fn marks_survive_markdown(block in text_block(exact_text(), Just("normal"))) {
        let body = body(json!([block]));
        let markdown = body.to_markdown();
        prop_assert_eq!(marked_characters(&Body::from_markdown(&markdown).unwrap()), marked_characters(&body), "{}", markdown);
    }

    #[test]
    fn code_and_tables_survive_markdown(code in text(), rows in vec(vec(exact_text(), 2), 1..4), header: bool) {
        let rows: Vec<Value> = rows.iter().map(|cells| json!({"cells": cells})).collect();
        let body = body(json!([{"_type": "code", "code": code}, {"_type": "table", "rows": rows, "header": header}, {"_type": "divider"}]));
        let markdown = body.to_markdown();
        prop_assert_eq!(Body::from_markdown(&markdown).unwrap(), body, "{}", markdown);
    }

    #[test]
    fn marks_survive_html(block in text_block(exact_text(), style())) {
        let body = body(json!([block]));
        prop_assert_eq!(marked_characters(&Body::from_html(&body.to_html()).unwrap()), marked_characters(&body));
    }

    #[test]
    fn slugs_are_slugs(text in any::<String>(), max in 0..40_usize) {
        let slug = slugify(&text, max);
        prop_assert!(slug.len() <= max && !slug.contains("--") && !slug.starts_with('-') && !slug.ends_with('-'));
        prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        let _ = (fold(&text), embed::embed(&text));
    }
}
