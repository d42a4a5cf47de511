//! Reading JSON: what is taken, what is refused and where, and the limits.

use serde_json::json;

use super::*;

#[test]
fn keys_and_defaults_are_filled_in() {
    let body = body(json!([
        {"_type": "block", "children": [{"_type": "span", "text": "One"}], "markDefs": [{"_type": "link", "href": " /a "}]},
        {"_type": "block", "_key": "b0", "listItem": "bullet", "children": []},
        {"_type": "divider", "_key": null},
        {"_type": "gallery", "images": [{"media": id(1)}]},
    ]));
    assert_eq!(
        serde_json::to_value(&body).unwrap(),
        json!([
            {"_type": "block", "_key": "b0_", "style": "normal",
             "children": [{"_type": "span", "_key": "s0", "text": "One", "marks": []}],
             "markDefs": [{"_type": "link", "_key": "m0", "href": "/a"}]},
            {"_type": "block", "_key": "b0", "style": "normal", "listItem": "bullet", "level": 1, "children": [], "markDefs": []},
            {"_type": "divider", "_key": "b2"},
            {"_type": "gallery", "_key": "b3", "layout": "grid",
             "images": [{"_key": "i0", "media": id(1), "alt": null, "caption": null}]},
        ])
    );
}

#[test]
fn every_fault_is_told_with_its_place() {
    let json = json!([
        {"_type": "poll"},
        {"_type": "block", "_key": "a", "style": "h1", "children": [
            {"_type": "span", "text": 5, "marks": ["em", "em", "blink", 7]},
            {"_type": "emoji", "text": "x"},
            {"_type": "span", "text": "a\u{0}b"},
        ], "markDefs": [{"_type": "link", "href": "java\tscript:alert(1)"}, {"_type": "link"}, {"_type": "note"}, {"_type": "link", "_key": "em", "href": "/"}]},
        {"_type": "block", "_key": "a", "level": 2, "children": []},
        {"_type": "block", "listItem": "task", "children": {}},
        {"_type": "block", "listItem": "bullet", "level": 7, "children": [], "a/b~": 1},
        {"_type": "image", "media": "1"},
        {"_type": "image", "alt": 1},
        {"_type": "gallery", "images": [{"media": id(1), "_type": "video"}], "layout": "a b"},
        {"_type": "embed", "url": "mailto:a@example.org"},
        {"_type": "fact_box", "body": [{"_type": "divider"}]},
        {"_type": "table", "rows": [{"cells": ["a", 1]}, []], "header": "yes"},
        {"_type": "code", "code": "x", "language": "\"><script>"},
        {"_type": "related_articles", "articles": [id(1), id(1), 3]},
        {"_type": 4}, {}, "text",
    ]);
    let expected = [
        "/2/_key duplicate",
        "/0/_type unknown_type",
        "/1/style unknown_type",
        "/1/markDefs/3/_key invalid_format",
        "/1/markDefs/0/href invalid_format",
        "/1/markDefs/1/href required",
        "/1/markDefs/2/_type unknown_type",
        "/1/children/0/text wrong_type",
        "/1/children/0/marks/1 duplicate",
        "/1/children/0/marks/2 unknown_type",
        "/1/children/0/marks/3 wrong_type",
        "/1/children/1/_type unknown_type",
        "/1/children/2/text invalid_format",
        "/2/level inconsistent",
        "/3/listItem not_one_of",
        "/3/children wrong_type",
        "/4/a~1b~0 unknown_field",
        "/4/level out_of_range",
        "/5/media invalid_format",
        "/6/media required",
        "/6/alt wrong_type",
        "/7/layout invalid_format",
        "/7/images/0/_type unknown_type",
        "/8/url invalid_format",
        "/9/body/0/_type unknown_type",
        "/10/header wrong_type",
        "/10/rows/0/cells/1 wrong_type",
        "/10/rows/1 wrong_type",
        "/11/language invalid_format",
        "/12/articles/1 duplicate",
        "/12/articles/2 wrong_type",
        "/13/_type wrong_type",
        "/14/_type required",
        "/15 wrong_type",
    ];
    assert_eq!(faults(&json), expected);
}

#[test]
fn what_only_the_server_sets_is_dropped() {
    let working = body(json!([
        {"_type": "image", "media": id(1)},
        {"_type": "embed", "url": "https://youtu.be/dQw4w9WgXcQ"},
        {"_type": "related_articles", "articles": [id(30)]},
        {"_type": "block", "children": [{"_type": "span", "text": "x", "marks": ["m"]}],
         "markDefs": [{"_type": "link", "_key": "m", "article_id": id(30)}]},
    ]));
    let frozen = working.freeze(&Newsroom);
    let again = body(serde_json::to_value(&frozen).unwrap());
    let mut expected = working;
    if let Some(Block::Image(image)) = expected.0.first_mut() {
        image.alt = Some("record's alt".to_owned());
        image.caption = Some("record's caption".to_owned());
    }
    assert_eq!(again, expected);
}

#[test]
fn limits_hold() {
    let paragraph = |text: &str| json!({"_type": "block", "children": [{"_type": "span", "text": text}]});
    let divider = json!({"_type": "divider"});
    let table =
        |rows: usize, cells: usize| json!([{"_type": "table", "rows": vec![json!({"cells": vec![""; cells]}); rows]}]);
    let gallery = |images: usize| json!([{"_type": "gallery", "images": vec![json!({"media": id(1)}); images]}]);
    let spans =
        |count: usize| json!([{"_type": "block", "children": vec![json!({"_type": "span", "text": ""}); count]}]);
    let box_of = |count: usize| json!([{"_type": "fact_box", "body": vec![paragraph(""); count]}]);
    let long = "é".repeat(MAX_SPAN_CHARS);
    for (within, over, fault) in [
        (json!(vec![divider.clone(); MAX_BLOCKS]), json!(vec![divider; MAX_BLOCKS + 1]), " too_long"),
        (box_of(MAX_BLOCKS - 1), box_of(MAX_BLOCKS), " too_long"),
        (spans(MAX_CHILDREN), spans(MAX_CHILDREN + 1), "/0/children too_long"),
        (json!([paragraph(&long)]), json!([paragraph(&format!("{long}a"))]), "/0/children/0/text too_long"),
        (json!(vec![paragraph(&long); 25]), json!(vec![paragraph(&long); 26]), " too_long"),
        (table(MAX_TABLE_ROWS, 1), table(MAX_TABLE_ROWS + 1, 1), "/0/rows too_long"),
        (table(1, MAX_TABLE_CELLS), table(1, MAX_TABLE_CELLS + 1), "/0/rows/0/cells too_long"),
        (gallery(MAX_GALLERY_IMAGES), gallery(MAX_GALLERY_IMAGES + 1), "/0/images too_long"),
    ] {
        body(within);
        assert_eq!(faults(&over), [fault]);
    }
    assert_eq!(faults(&json!(vec![json!(0); MAX_BLOCKS])).len(), MAX_FAULTS);
    assert_eq!(faults(&json!({"blocks": []})), [" wrong_type"]);
}

#[test]
fn details_never_repeat_the_input() {
    let secret = "s3cret-input";
    let json = json!([
        {"_type": secret}, {"_type": "block", "style": secret, "children": [{"_type": "span", "text": "", "marks": [secret]}]},
        {"_type": "image", "media": secret}, {"_type": "embed", "url": secret}, {"_type": "divider", "_key": [secret]},
    ]);
    let faults = Body::parse(&json).unwrap_err();
    assert!(faults.len() >= 6);
    assert!(faults.iter().all(|fault| !fault.detail.contains(secret)));
}
