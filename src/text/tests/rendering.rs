//! Freezing, the paywall, references, and the three renderings.

use serde_json::json;

use super::*;

fn story() -> Body {
    body(json!([
        {"_type": "block", "style": "h2", "children": [{"_type": "span", "text": "A <b>ridge"}]},
        {"_type": "block", "children": [
            {"_type": "span", "text": "Go "},
            {"_type": "span", "text": "there", "marks": ["l", "strong"]},
            {"_type": "span", "text": " now", "marks": ["l"]},
            {"_type": "span", "text": " or\nlater", "marks": ["gone"]},
        ], "markDefs": [
            {"_type": "link", "_key": "l", "href": "https://example.org/?a=1&b=2"},
            {"_type": "link", "_key": "gone", "article_id": id(99)},
        ]},
        {"_type": "block", "listItem": "bullet", "children": [{"_type": "span", "text": "a"}]},
        {"_type": "block", "listItem": "number", "level": 2, "children": [{"_type": "span", "text": "b"}]},
        {"_type": "block", "listItem": "number", "level": 2, "children": [{"_type": "span", "text": "c"}]},
        {"_type": "block", "listItem": "bullet", "children": [{"_type": "span", "text": "d"}]},
        {"_type": "block", "style": "blockquote", "children": [{"_type": "span", "text": "q"}]},
        {"_type": "image", "media": id(1), "alt": "", "caption": "Own"},
        {"_type": "image", "media": id(50)},
        {"_type": "image", "media": id(10)},
        {"_type": "paywall"},
        {"_type": "gallery", "images": [{"media": id(2)}, {"media": id(51)}]},
        {"_type": "video", "media": id(15)},
        {"_type": "audio", "media": id(20)},
        {"_type": "embed", "url": "https://example.org/map"},
        {"_type": "pull_quote", "text": "So it is", "attribution": "The mayor"},
        {"_type": "fact_box", "title": "Facts", "body": [{"_type": "block", "children": [{"_type": "span", "text": "f"}]}]},
        {"_type": "table", "header": true, "rows": [{"cells": ["x", "y"]}, {"cells": ["1", "<2>"]}]},
        {"_type": "code", "code": "a < b\n", "language": "rust"},
        {"_type": "divider"},
        {"_type": "related_articles", "articles": [id(30), id(98)]},
        {"_type": "related_articles", "articles": [id(98)]},
    ]))
}

#[test]
fn html_is_semantic() {
    let html = story().freeze(&Newsroom).to_html();
    let (one, two) = (id(1), id(2));
    let expected = format!(
        r#"<h2>A &lt;b&gt;ridge</h2>
<p>Go <a href="https://example.org/?a=1&amp;b=2"><strong>there</strong> now</a> or<br>later</p>
<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>
<blockquote>
<p>q</p>
</blockquote>
<figure><img src="/media/{one}/file" alt="" width="800" height="600" loading="lazy" data-media-id="{one}"><figcaption>Own <span class="credit">A. Photographer</span></figcaption></figure>
<div class="gallery" data-layout="grid">
<figure><img src="/media/{two}/file" alt="record&#39;s alt" width="800" height="600" loading="lazy" data-media-id="{two}"><figcaption>record&#39;s caption <span class="credit">A. Photographer</span></figcaption></figure>
</div>
"#
    );
    assert!(html.starts_with(&expected), "{html}");
    for part in [
        "<figure><iframe src=\"https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ\"",
        "<audio controls preload=\"metadata\" src=\"/media/",
        "<p><a href=\"https://example.org/map\">https://example.org/map</a></p>",
        "<aside class=\"pull-quote\"><p>So it is</p><p><cite>The mayor</cite></p></aside>",
        "<aside class=\"fact-box\">\n<h3>Facts</h3>\n<p>f</p>\n</aside>",
        "<table><thead><tr><th scope=\"col\">x</th><th scope=\"col\">y</th></tr></thead><tbody><tr><td>1</td><td>&lt;2&gt;</td></tr></tbody></table>",
        "<pre><code class=\"language-rust\">a &lt; b\n</code></pre>",
        "<hr>",
        "\">Mayor &lt;opens&gt; bridge</a></li></ul></aside>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert_eq!(html.matches("related-articles").count(), 1);
}

#[test]
fn plain_text_has_the_words_only() {
    assert_eq!(
        story().to_plain(),
        "A <b>ridge\n\nGo there now or\nlater\n\n- a\n  1. b\n  2. c\n- d\n\nq\n\nSo it is\n— The mayor\n\nFacts\n\nf\n\nx\ty\n1\t<2>\n\na < b"
    );
    assert_eq!(story().word_count(), 18);
}

#[test]
fn markdown_reads_well() {
    let markdown = story().to_markdown();
    let expected = format!(
        "## A \\<b\\>ridge\n\nGo [**there** now](https://example.org/?a=1&b=2) [or\\\nlater](article:{})\n\n- a\n  1. b\n  2. c\n- d\n\n> q\n\n\
         ![](media:{} \"Own\")\n\n",
        id(99),
        id(1)
    );
    assert!(markdown.starts_with(&expected), "{markdown}");
    assert!(
        markdown.contains("| x | y |\n| --- | --- |\n| 1 | \\<2\\> |\n\n```rust\na < b\n\n```\n\n---\n"),
        "{markdown}"
    );
}

#[test]
fn freezing_drops_what_does_not_resolve() {
    let frozen = story().freeze(&Newsroom);
    assert_eq!(frozen.0.len(), story().0.len() - 3);
    let json = serde_json::to_string(&frozen).unwrap();
    assert!(!json.contains(&id(99).to_string()) && !json.contains("gone") && !json.contains(&id(98).to_string()));
    assert_eq!(frozen.freeze(&Newsroom), frozen);
}

#[test]
fn the_free_part_ends_with_the_paywall() {
    let cut = story().cut_at_paywall();
    assert!(story().has_paywall() && cut.has_paywall());
    assert_eq!(cut.0.len(), 11);
    assert!(matches!(cut.0.last(), Some(Block::Paywall(_))));
    let open = Body(cut.0[..10].to_vec());
    assert!(!open.has_paywall());
    assert_eq!(open.cut_at_paywall(), Body::default());
}

#[test]
fn references_come_with_their_places() {
    let media = story().media_uses();
    assert_eq!(media.len(), 7);
    assert_eq!(media[3], ("/11/images/0/media".to_owned(), id(2), AssetKind::Image));
    assert_eq!(media[5], ("/12/media".to_owned(), id(15), AssetKind::Video));
    let articles = story().article_refs();
    assert_eq!(articles[0], ("/1/markDefs/1/article_id".to_owned(), id(99)));
    assert_eq!(articles[1], ("/20/articles/0".to_owned(), id(30)));
    let json = serde_json::to_value(story()).unwrap();
    for (pointer, id) in articles.into_iter().chain(story().media_refs()) {
        assert_eq!(json.pointer(&pointer).unwrap(), &json!(id));
    }
}
