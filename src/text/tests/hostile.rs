//! Input made to be slow, deep or dangerous.

use std::time::{Duration, Instant};

use super::*;

/// Generous for an unoptimised build; quadratic work on a megabyte takes minutes.
const PATIENCE: Duration = Duration::from_secs(3);

#[track_caller]
fn quick(what: &str, convert: impl FnOnce() -> bool) {
    let start = Instant::now();
    convert();
    let taken = start.elapsed();
    assert!(taken < PATIENCE, "{what} took {taken:?}");
}

#[test]
fn deep_and_wide_html_is_quick() {
    let fill = |piece: &str| piece.repeat(MAX_SOURCE_BYTES / 2 / piece.len());
    let attributes: String = (0..60_000).map(|number| format!("a{number:x} ")).collect();
    for source in [
        fill("<div>"),
        fill("<b>"),
        fill("<ul><li>"),
        fill("<table><td>"),
        fill("<p><b>"),
        fill("<a href=/>"),
        fill("</p>"),
        fill("<blockquote>x"),
        fill("<svg>"),
        fill("<pre>"),
        fill("<i><p>"),
        fill("<font a=1>x"),
        fill("&"),
        fill("<!"),
        fill("<table><div></table>"),
        fill("<br>"),
        fill("<td>x"),
        fill("<figcaption>x</figcaption>"),
        fill("<x"),
        format!("<p {attributes}>x"),
        format!("<div>{}", fill("x ")),
    ] {
        quick(&source[..20], || Body::from_html(&source).is_ok());
    }
}

#[test]
fn deep_and_wide_markdown_is_quick() {
    let fill = |piece: &str| piece.repeat(MAX_SOURCE_BYTES / 8 / piece.len());
    for piece in [
        ">", "- ", "[", "![", "*a ", "**a*", "`", "<b>", "1. ", "_", "\\", "&", "|", "> > x\n", "[a](", "~~", "<!--",
        "|a\n", "[a]: b\n", "a\n\n", "<p>\n\n", "<script>", "```\n", "[a][b]",
    ] {
        let source = fill(piece);
        quick(piece, || Body::from_markdown(&source).is_ok());
        let table = format!("|a|b|\n|-|-|\n{source}");
        quick(piece, || Body::from_markdown(&table).is_ok());
    }
}

#[test]
fn too_many_attributes_are_refused() {
    let attributes: String = (0..60_000).map(|number| format!("a{number:x} ")).collect();
    assert!(Body::from_html(&format!("<p {attributes}>x")).is_err());
    assert!(Body::from_html(&format!("<p>{}</p>", "a / ' \" ".repeat(20_000))).is_ok());
}

#[test]
fn known_attacks_give_only_text() {
    for source in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        "<a href='&#106;avascript:alert(1)'>x</a>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<iframe src='https://www.youtube.com.evil.example/embed/dQw4w9WgXcQ'></iframe>",
        "<<script>script>alert(1)<</script>/script>",
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        "<img alt='\"><script>alert(1)</script>' data-media-id=00000000-0000-0000-0000-000000000001>",
        "<pre><code class='language-\"onload=x'>y</code></pre>",
        "<xmp><script>alert(1)</script></xmp>",
        "<plaintext><script>alert(1)",
        "[x](javascript:alert(1))",
        "[x](<java\tscript:alert(1)>)",
        "<javascript:alert(1)>",
        "![x](x \"\\\"><script>\")",
        "`<script>alert(1)</script>`",
        "[x](https://example.org/\"onmouseover=\"alert(1))",
    ] {
        for body in [Body::from_html(source).unwrap(), Body::from_markdown(source).unwrap()] {
            let html = body.freeze(&Newsroom).to_html();
            super::properties::assert_safe(&html);
            assert!(!html.contains("javascript:") || !html.contains("href"), "{source} gave {html}");
        }
    }
}
