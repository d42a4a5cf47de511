//! From HTML and Markdown.

use super::*;

/// A short notation of a body: a line a block.
fn outline(body: &Body) -> Vec<String> {
    body.0.iter().map(line).collect()
}

fn line(block: &Block) -> String {
    let Block::Text(text) = block else {
        let mut json = serde_json::to_value(block).unwrap();
        json.as_object_mut().unwrap().shift_remove("_key");
        return json.to_string().replace('"', "");
    };
    let place = text.list_item.map(|kind| format!(" {kind:?}{}", text.level.unwrap())).unwrap_or_default();
    let spans = text.children.iter().map(|span| {
        let marks = span.marks.iter().map(|mark| {
            text.mark_defs.iter().find(|def| def.key() == mark).and_then(MarkDef::href).unwrap_or(mark).to_owned()
        });
        let marks = marks.collect::<Vec<_>>().join(",");
        if marks.is_empty() { span.text.clone() } else { format!("{{{marks}:{}}}", span.text) }
    });
    format!("{:?}{place}: {}", text.style, spans.collect::<String>())
}

#[track_caller]
fn html(source: &str, expected: &[&str]) {
    assert_eq!(outline(&Body::from_html(source).unwrap()), expected, "{source}");
}

#[track_caller]
fn markdown(source: &str, expected: &[&str]) {
    assert_eq!(outline(&Body::from_markdown(source).unwrap()), expected, "{source}");
}

#[test]
fn html_paragraphs_and_marks() {
    html(
        "<h1>One</h1>\n<p>Two  <b>bold <i>both</i></b>\n text<br> next<p>three<div>four</div> five",
        &[
            "H2: One",
            "Normal: Two {strong:bold }{strong,em:both} text\nnext",
            "Normal: three",
            "Normal: four",
            "Normal: five",
        ],
    );
    html(
        "<blockquote><p>a</p><p>b</p></blockquote><h6>c</h6><hr><p>&lt;x&gt; &amp; &eacute;&nbsp;y</p><p>&nbsp;</p>",
        &["Blockquote: a", "Blockquote: b", "H4: c", "{_type:divider}", "Normal: <x> & é\u{a0}y"],
    );
    html("plain text only", &["Normal: plain text only"]);
    html(
        "<p>H<sub>2</sub>O <u>u</u> <del>d</del> <kbd>k</kbd> x<sup>2</sup></p>",
        &["Normal: H{sub:2}O {underline:u} {strike-through:d} {code:k} x{sup:2}"],
    );
    html("", &[]);
}

#[test]
fn html_lists() {
    html(
        "<ul><li>a<ol><li>b</li><li>c</ol><li><p>d</p><p>e</p></ul>f",
        &[
            "Normal Bullet1: a",
            "Normal Number2: b",
            "Normal Number2: c",
            "Normal Bullet1: d",
            "Normal Bullet1: e",
            "Normal: f",
        ],
    );
}

#[test]
fn html_links() {
    let article = id(30);
    html(
        "<p><a href=' https://example.org/a b '>x</a> <a href='javascript:alert(1)'>y</a> <a href='jav&#x09;ascript:z'>z</a> \
         <a href='//evil.example'>w</a> <a href='/in'>v</a></p>",
        &["Normal: {https://example.org/a%20b:x} y z w {/in:v}"],
    );
    let body = Body::from_html(&format!("<a href='/x' data-article-id='{article}'>t</a>")).unwrap();
    assert_eq!(body.article_refs(), [("/0/markDefs/0/article_id".to_owned(), article)]);
}

#[test]
fn html_of_other_blocks() {
    let picture = id(1);
    html(
        &format!(
            "<p>a<img src=x><figure><img data-media-id='{picture}' alt='A &lt;b'><figcaption>The <b>cap</b>tion <span class=credit>\
             C</span></figcaption></figure>b<iframe src='https://youtu.be/dQw4w9WgXcQ'>x</iframe><iframe src='https://evil.example'></iframe>"
        ),
        &[
            "Normal: a",
            &format!("{{_type:image,media:{picture},alt:A <b,caption:The caption}}"),
            "Normal: b",
            "{_type:embed,url:https://www.youtube.com/watch?v=dQw4w9WgXcQ}",
        ],
    );
    html(
        "<pre><code class='hljs language-rust'>fn  a() {\n  <b>1</b>\n}\n</code></pre>",
        &["{_type:code,code:fn  a() {\\n  1\\n},language:rust}"],
    );
    html(
        "<table><caption>t</caption><thead><tr><th>a<th>b</tr></thead><tbody><tr><td><p>1</p><p>2</p><td>3</table>after",
        &[
            "Normal: t",
            "{_type:table,rows:[{_key:r0,cells:[a,b]},{_key:r1,cells:[1\\n2,3]}],header:true}",
            "Normal: after",
        ],
    );
}

#[test]
fn html_that_is_dropped() {
    html(
        "<!doctype html><html><head><title>T</title><style>p{}</style></head><body onload=x><script>alert('<p>x')</script>\
         <p onclick=x style=y>a<svg><text>s</text><svg></svg></svg><template>t</template></p><!-- c --><textarea><p>q</textarea>b",
        &["Normal: a", "Normal: b"],
    );
    html("<p>a\u{1}b\u{85}\u{0}c\u{FFFF}d&#1;</p>", &["Normal: abcd"]);
}

#[test]
fn markdown_blocks() {
    markdown(
        "# T\n\nA **b _c_** ~~d~~ `e` <u>f</u>\\\ng [l](https://example.org \"t\") [x](javascript:y)\n\n> q\n>\n> r\n\n---\n\n\
         ```rust x\n<a>\n\n```\n\n- a\n  1. b\n\n     c\n- d\n\n| x | y |\n|---|---|\n| 1 | *2*<br>3 |\n",
        &[
            "H2: T",
            "Normal: A {strong:b }{strong,em:c} {strike-through:d} {code:e} {underline:f}\ng {https://example.org:l} x",
            "Blockquote: q",
            "Blockquote: r",
            "{_type:divider}",
            "{_type:code,code:<a>\\n,language:rust}",
            "Normal Bullet1: a",
            "Normal Number2: b",
            "Normal Number2: c",
            "Normal Bullet1: d",
            "{_type:table,rows:[{_key:r0,cells:[x,y]},{_key:r1,cells:[1,2\\n3]}],header:true}",
        ],
    );
}

#[test]
fn markdown_with_html_media_and_embeds() {
    let picture = id(1);
    markdown(
        &format!(
            "a\n![alt *x*](media:{picture} \"cap\") ![gone](https://example.org/x.png)b\n\n<https://youtu.be/dQw4w9WgXcQ>\n\n\
             <script>\nalert(1)\n</script>\n\nc <script>d</script>e <script>f\n\ng\n\n<div>h\n<b>i</b></div>\n"
        ),
        &[
            "Normal: a ",
            &format!("{{_type:image,media:{picture},alt:alt x,caption:cap}}"),
            "Normal:  b",
            "{_type:embed,url:https://www.youtube.com/watch?v=dQw4w9WgXcQ}",
            "Normal: c e ",
            "Normal: g",
            "Normal: h {strong:i}",
        ],
    );
}

#[test]
fn limits_hold_after_conversion() {
    let code = |result: Result<Body, Vec<crate::error::Fault>>| {
        let faults = result.unwrap_err();
        assert!(faults.iter().all(|fault| fault.place == Place::Pointer(String::new())));
        faults.iter().map(|fault| fault.code.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(Body::from_html(&"<p>x".repeat(MAX_BLOCKS)).unwrap().0.len(), MAX_BLOCKS);
    assert_eq!(code(Body::from_html(&"<p>x".repeat(MAX_BLOCKS + 1))), ["too_long"]);
    assert_eq!(code(Body::from_markdown(&"x\n\n".repeat(MAX_BLOCKS + 1))), ["too_long"]);
    assert_eq!(code(Body::from_html(&"x".repeat(MAX_TEXT_CHARS + 1))), ["too_long"]);
    assert_eq!(code(Body::from_markdown(&"x".repeat(MAX_TEXT_CHARS + 1))), ["too_long"]);
    assert_eq!(code(Body::from_html(&"x".repeat(MAX_SOURCE_BYTES + 1))), ["too_long"]);
    assert_eq!(code(Body::from_html(&"<b>x</b>y".repeat(501))), ["too_long"]);
    assert_eq!(code(Body::from_html(&format!("<table><tr>{}</table>", "<td>x".repeat(31)))), ["too_long"]);
    let long = Body::from_html(&"x".repeat(MAX_SPAN_CHARS + 5)).unwrap();
    assert_eq!(long.to_plain().len(), MAX_SPAN_CHARS + 5);
}
