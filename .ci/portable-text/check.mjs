// Portable Text, proven with its own libraries: what Slugline stores is rendered by @portabletext/to-html and
// @portabletext/react with the serializers of examples/portable-text, and says what `body_text` says; what
// @portabletext/markdown and @portabletext/html make is stored as it is.
//
//   node check.mjs --api http://127.0.0.1:8080 --password PASSWORD    (of a server started with --demo)

import assert from "node:assert/strict";
import { parseArgs } from "node:util";
import { htmlToPortableText } from "@portabletext/html";
import { markdownToPortableText } from "@portabletext/markdown";
import { PortableText } from "@portabletext/react";
import { toHTML } from "@portabletext/to-html";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { fromMarkdown, schema } from "../../examples/portable-text/schema.mjs";
import { components as htmlComponents } from "../../examples/portable-text/serializers.mjs";
import { components as reactComponents } from "../../examples/portable-text/serializers.react.mjs";
import { everything, hostile, html, markdown } from "./bodies.mjs";
import { normalised, pageOf, textOf } from "./page.mjs";

const { api, password } = parseArgs({ options: { api: { type: "string" }, password: { type: "string" } } }).values;
let token;

const onMissingComponent = (message) => {
  throw new Error(message);
};
const libraries = {
  "to-html": (body) => toHTML(body, { components: htmlComponents, onMissingComponent }),
  react: (body) =>
    renderToStaticMarkup(createElement(PortableText, { value: body, components: reactComponents, onMissingComponent })),
};

async function call(method, path, body, headers = {}) {
  const json = body !== undefined && !(body instanceof FormData);
  const answer = await fetch(new URL(path, api), {
    method,
    body: json ? JSON.stringify(body) : body,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(json && { "Content-Type": "application/json" }),
      ...headers,
    },
  });
  const value = await answer.json();
  assert.ok(answer.ok, `${method} ${path}: ${JSON.stringify(value)}`);
  return value;
}

/** A second of silence: WAV, 8 kHz, 8 bits, one channel. */
function silence() {
  const file = Buffer.alloc(44 + 8000, 128);
  file.write("RIFF\0\0\0\0WAVEfmt ", 0, "latin1");
  file.writeUInt32LE(file.length - 8, 4);
  [16, 0x10001, 8000, 8000, 0x80001].forEach((value, index) => file.writeUInt32LE(value, 16 + 4 * index));
  file.write("data", 36, "latin1");
  file.writeUInt32LE(8000, 40);
  const form = new FormData();
  form.append("file", new Blob([file]), "silence.wav");
  return form;
}

async function firstMedia(kind) {
  const { data } = await call("GET", `/v1/admin/media?kind=${kind}&limit=1`);
  return data[0].id;
}

async function publicArticle(id) {
  return (await call("GET", `/v1/articles/${id}?formats=blocks,text`)).data;
}

function compare(article) {
  const expected = normalised(article.body_text);
  for (const [name, render] of Object.entries(libraries)) {
    assert.equal(textOf(render(article.body)), expected, `${name} renders ${article.slug} with another text`);
  }
}

/** One article with everything in it, from the editorial door to the reader. */
async function everyBlock() {
  const cards = (await call("GET", "/v1/articles?limit=2")).data;
  const body = everything({
    image: await firstMedia("image"),
    video: await firstMedia("video"),
    audio: (await call("POST", "/v1/admin/media", silence())).data.id,
    articles: cards.map((card) => card.id),
  });
  const { data } = await call("POST", "/v1/admin/articles", { headline: "Everything a body may hold", body });
  same(data.body, body);
  await call("POST", `/v1/admin/articles/${data.id}/publish`, {}, { "If-Match": `"${data.version}"` });
  const article = await publicArticle(data.id);
  assert.deepEqual(types(article.body), types(body), "publishing kept every block");
  assert.deepEqual(types(body), schema.blockObjects.map(({ name }) => name).concat("block").sort());
  compare(article);
  for (const render of Object.values(libraries)) {
    const page = pageOf(render(article.body));
    for (const [selector, count] of Object.entries(PAGE)) {
      assert.equal(page.querySelectorAll(selector).length, count, `${selector} on the page`);
    }
    assert.equal(page.querySelector("pre").textContent, article.body.find(({ _type }) => _type === "code").code);
    for (const [mark, element] of Object.entries(MARKS)) {
      const found = [...page.querySelectorAll(`p ${element}`)].some(({ textContent }) => textContent === mark);
      assert.ok(found, `the mark ${mark} is <${element}>`);
    }
  }
}

/** How often each element stands on the page of `everything`. */
const PAGE = {
  "h2, h4, hr, thead": 5,
  "figure img[src][alt][width][height]": 4,
  "figure iframe[src^='https://']": 3,
  "figure audio[controls][src]": 1,
  "figure > a[href^='https://social.example/']": 1,
  "p a[href]": 6,
  "nav a[href]": 2,
  "table tr": 4,
  "th[scope=col]": 2,
  "pre > code.language-c\\+\\+": 1,
};

/** The element of each mark. */
const MARKS = { strong: "strong", em: "em", underline: "u", "strike-through": "s", code: "code", sup: "sup", sub: "sub" };

const types = (body) => [...new Set(body.map((block) => block._type))].sort();

/** Every article of the demo, as its readers get it. */
async function everyArticle() {
  let count = 0;
  for (let path = "/v1/articles?limit=10"; path; ) {
    const { data, links } = await call("GET", path);
    for (const { id } of data) compare(await publicArticle(id));
    count += data.length;
    path = links.next;
  }
  return count;
}

/** What two converters make is taken as it stands. */
async function everyConverter() {
  const made = {
    markdown: markdownToPortableText(markdown, fromMarkdown),
    html: htmlToPortableText(html, { schema, whitespaceMode: "normalize", parseHtml: pageOf }),
  };
  for (const [name, body] of Object.entries(made)) {
    const { data } = await call("POST", "/v1/admin/articles", { headline: `Made of ${name}`, body });
    same(data.body, body);
  }
  assert.deepEqual(types(made.markdown), ["block", "code", "divider", "table"]);
  assert.deepEqual(types(made.html), ["block", "code"]);
}

/** Equal but for what the server adds: keys where none were given, and `null` or `[]` where a member was left out. */
function same(stored, sent) {
  const expected = (value, given) => {
    if (Array.isArray(value)) return value.map((part, index) => expected(part, given?.[index]));
    if (value === null || typeof value !== "object") return value;
    const kept = Object.entries(value).filter(([name, member]) => {
      const added = name === "_key" || member === null || (Array.isArray(member) && member.length === 0);
      return given?.[name] !== undefined || !added;
    });
    return Object.fromEntries(kept.map(([name, member]) => [name, expected(member, given?.[name])]));
  };
  assert.deepEqual(expected(stored, sent), JSON.parse(JSON.stringify(sent)));
}

/** Nothing of a hostile body runs. */
function nothingRuns() {
  for (const [name, render] of Object.entries(libraries)) {
    const page = pageOf(render(hostile));
    assert.equal(page.querySelectorAll("script, iframe").length, 0, `${name} lets a script or a strange player through`);
    for (const element of page.querySelectorAll("*")) {
      for (const { name: attribute, value } of element.attributes) {
        assert.ok(!/^on/i.test(attribute), `${name}: <${element.tagName} ${attribute}>`);
        assert.ok(!["href", "src", "poster"].includes(attribute) || !/^\s*javascript/i.test(value), `${name}: ${value}`);
      }
    }
  }
}

nothingRuns();
({ access_token: token } = await call("POST", "/v1/auth/login", { email: "editor@demo.example", password }));
await everyBlock();
await everyConverter();
const count = await everyArticle();
console.log(`Portable Text: ${count} articles read alike from two libraries; two converters' bodies come back unchanged.`);
