// The bodies of the check: one with everything that Slugline stores, and one that Slugline would refuse.

const span = (text, ...marks) => ({ _type: "span", text, marks });
const block = (style, ...children) => ({ _type: "block", style, children, markDefs: [] });
const item = (listItem, level, text, style = "normal") => ({ ...block(style, span(text)), listItem, level });

/** Every type of block, style, mark, annotation and list. */
export const everything = ({ image, video, audio, articles }) => [
  ...["normal", "h2", "h3", "h4", "blockquote"].map((style) => block(style, span(`A block of style ${style} & <more>`))),
  block("blockquote", span("A second quote right after the first.")),
  block(
    "normal",
    ...["strong", "em", "underline", "strike-through", "code", "sup", "sub"].map((mark) => span(mark, mark)),
    span(", then "),
    span("all at", "strong", "em", "underline"),
    span(" once", "underline", "strike-through", "code", "sup", "sub"),
    span(".\nA new line,  two spaces, a\ttab, a no-break\u00a0space, 漢字, 👩‍🚀 and ‮הפוך‬"),
  ),
  {
    ...block("normal", span("Links: "), ...["web", "mail", "call", "path", "hash", "ours"].map((key) => span(`${key} `, "em", key))),
    markDefs: [
      { _type: "link", _key: "web", href: "https://example.org/?a=1&b=%22#c" },
      { _type: "link", _key: "mail", href: "mailto:desk@example.org" },
      { _type: "link", _key: "call", href: "tel:+31201234567" },
      { _type: "link", _key: "path", href: "/about" },
      { _type: "link", _key: "hash", href: "#top" },
      { _type: "link", _key: "ours", article_id: articles[0] },
    ],
  },
  item("bullet", 1, "One"),
  item("bullet", 2, "One, deeper"),
  item("number", 3, "One, deeper still, by number"),
  item("number", 3, "And a second"),
  item("bullet", 1, "Two"),
  item("number", 1, "Another list begins"),
  item("number", 1, "A heading as an item", "h3"),
  item("number", 1, "A quote as an item", "blockquote"),
  block("normal", span("Between lists.")),
  item("number", 1, "Counts from one again"),
  { _type: "image", media: image },
  { _type: "image", media: image, alt: "", caption: 'A "caption" of its own' },
  { _type: "gallery", layout: "carousel", images: [{ media: image }, { media: image, alt: "Again", caption: "Again" }] },
  { _type: "video", media: video },
  { _type: "audio", media: audio },
  { _type: "embed", url: "https://www.youtube.com/watch?v=aqz-KE-bpKQ" },
  { _type: "embed", url: "https://vimeo.com/76979871" },
  { _type: "embed", url: "https://social.example/posts/1?a=1&b=2" },
  { _type: "pull_quote", text: "Said\nin two lines.", attribution: "A. Speaker" },
  { _type: "pull_quote", text: "Said by nobody.", attribution: null },
  { _type: "fact_box", title: "In short", body: [block("h4", span("Inside")), item("bullet", 1, "a"), item("number", 2, "b")] },
  { _type: "fact_box", title: null, body: [item("number", 1, "A list of its own")] },
  { _type: "table", header: true, rows: [["Year", "Boxes"], ["2025", "1 & 2\nlines"], ["2026", ""]].map((cells) => ({ cells })) },
  { _type: "table", header: false, rows: [{ cells: ["No", "heading"] }] },
  { _type: "code", language: "c++", code: 'if (a < b) {\n  puts("&amp;");\n}\n' },
  { _type: "code", language: null, code: "plain" },
  { _type: "divider" },
  { _type: "related_articles", articles },
  { _type: "paywall" },
  block("normal", span("After the paywall, which is open in a free article.")),
];

const evil = 'javascript:alert(1)//" onerror="alert(1)';
const asset = { url: evil, poster: evil, alt: '"><script>x</script>', caption: "<script>x</script>", credit: "<img src=x>" };

/** What no server of ours sends, in every place where a careless page would run it. */
export const hostile = [
  { ...block("normal", span("<script>x</script>", "bad")), markDefs: [{ _type: "link", _key: "bad", href: evil }] },
  { ...block("normal", span("tab", "bad")), markDefs: [{ _type: "link", _key: "bad", href: "java\tscript:alert(1)" }] },
  { _type: "image", asset },
  { _type: "image", asset: { ...asset, url: '/x"onerror="alert(1)' } },
  { _type: "gallery", layout: '"><script>x</script>', images: [{ _key: "a", asset }] },
  { _type: "video", asset },
  { _type: "video", asset: { ...asset, url: "/film.mp4" } },
  { _type: "video", asset: { ...asset, embed: { url: evil, html: "<script>x</script>" } } },
  { _type: "audio", asset },
  { _type: "embed", url: evil, html: `<iframe src="https://evil.example/"></iframe>` },
  { _type: "embed", url: "https://social.example/", html: `<iframe src="https://player.vimeo.com@evil.example/"></iframe>` },
  { _type: "pull_quote", text: "<script>x</script>", attribution: "<script>x</script>" },
  { _type: "fact_box", title: "<script>x</script>", body: [block("normal", span("<script>x</script>"))] },
  { _type: "table", header: true, rows: [{ _key: "r", cells: ["<script>x</script>"] }] },
  { _type: "code", language: '"><script>x</script>', code: "</code><script>x</script>" },
  { _type: "related_articles", items: [{ id: "1", url: evil, headline: "<script>x</script>" }] },
];

/** What a converter is given; it holds every structure that Markdown and Slugline share. */
export const markdown = `## A heading

A paragraph with **strong**, *stressed*, \`code\`, ~~struck~~ and [a link](https://example.org/ "with a title").\\
A second line.

> A quote.

- One
  1. Inner
  2. Second
- Two

---

\`\`\`rust
fn main() {}
\`\`\`

| Year | Boxes |
| ---- | ----- |
| 2026 | **12** |
`;

export const html = `<h2>A heading</h2><p>A paragraph with <strong>strong</strong>, <em>stressed</em>, <u>underlined</u>,
<s>struck</s>, <code>code</code> and <a href="https://example.org/">a link</a>.<br>A second line.</p>
<blockquote>A quote.</blockquote><ul><li>One<ol><li>Inner</li></ol></li><li>Two</li></ul><pre>fn main() {}</pre>`;
