// Slugline's blocks and marks for @portabletext/to-html:
//
//   import { toHTML } from "@portabletext/to-html";
//   import { components } from "./serializers.mjs";
//   element.innerHTML = toHTML(article.body, { components });
//
// Every value is escaped, every address checked, and no stored HTML is passed on.

import { toHTML } from "@portabletext/to-html";
import { fileAddress, linkAddress, playerAddress } from "./addresses.mjs";

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

// Not the library's `escapeHTML`: that one makes no-break spaces of runs of spaces, which nobody wants in code.
const escaped = (value) => String(value).replace(/[&<>"']/g, (character) => ENTITIES[character]);

const text = (value) => escaped(value ?? "").replaceAll("\n", "<br>");

/** ` name="value"` for each that has one. */
const attributes = (values) =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join("");

function figure(content, caption, credit) {
  const parts = [text(caption), credit ? `<small>${text(credit)}</small>` : ""].filter(Boolean);
  return `<figure>${content}${parts.length ? `<figcaption>${parts.join(" ")}</figcaption>` : ""}</figure>`;
}

function picture({ asset, alt, caption }) {
  if (!fileAddress(asset?.url)) return "";
  const { url: src, width, height } = asset;
  const image = `<img${attributes({ src, alt: alt ?? asset.alt ?? "", width, height, loading: "lazy" })}>`;
  return figure(image, caption ?? asset.caption, asset.credit);
}

/** The player of another site, or a link where the site has none that we know. */
function player({ html, url }) {
  const src = playerAddress(html);
  const allow = "encrypted-media; fullscreen; picture-in-picture";
  if (src) return `<iframe${attributes({ src, title: url, loading: "lazy", allow })}></iframe>`;
  return linkAddress(url) ? `<a${attributes({ href: url })}>${text(url)}</a>` : "";
}

/** A film or a recording: ours, or in the player of the site that has it. */
function recording(element, asset) {
  if (asset?.embed) return figure(player(asset.embed), asset.caption, asset.credit);
  if (!fileAddress(asset?.url)) return "";
  const { url: src, width, height } = asset;
  const poster = fileAddress(asset.poster);
  const film = element === "video" ? { poster, width, height } : {};
  const media = `<${element}${attributes({ src, controls: "", preload: "metadata", ...film })}></${element}>`;
  return figure(media, asset.caption, asset.credit);
}

function row({ cells }, isHead) {
  const [open, close] = isHead ? ['<th scope="col">', "</th>"] : ["<td>", "</td>"];
  return `<tr>${cells.map((cell) => open + text(cell) + close).join("")}</tr>`;
}

function table({ rows, header }) {
  const head = header && rows.length ? `<thead>${row(rows[0], true)}</thead>` : "";
  const body = rows.slice(header ? 1 : 0).map((part) => row(part, false));
  return `<table>${head}<tbody>${body.join("")}</tbody></table>`;
}

const types = {
  image: ({ value }) => picture(value),
  gallery: ({ value: { images, layout } }) =>
    `<div class="gallery"${attributes({ "data-layout": layout })}>${images.map(picture).join("")}</div>`,
  video: ({ value }) => recording("video", value.asset),
  audio: ({ value }) => recording("audio", value.asset),
  embed: ({ value }) => figure(player(value)),
  pull_quote: ({ value }) =>
    `<aside class="pull-quote"><p>${text(value.text)}</p>${value.attribution ? `<p>— ${text(value.attribution)}</p>` : ""}</aside>`,
  fact_box: ({ value }) =>
    `<aside class="fact-box">${value.title ? `<h3>${text(value.title)}</h3>` : ""}${toHTML(value.body, { components })}</aside>`,
  table: ({ value }) => table(value),
  code: ({ value: { code, language } }) =>
    `<pre><code${attributes({ class: language && `language-${language}` })}>${escaped(code)}</code></pre>`,
  divider: () => "<hr>",
  related_articles: ({ value: { items } }) => {
    const link = ({ url, headline }) => `<li><a${attributes({ href: linkAddress(url) })}>${text(headline)}</a></li>`;
    return items?.length ? `<nav class="related-articles"><ul>${items.map(link).join("")}</ul></nav>` : "";
  },
  paywall: () => "",
};

const marks = {
  underline: ({ children }) => `<u>${children}</u>`,
  "strike-through": ({ children }) => `<s>${children}</s>`,
  sup: ({ children }) => `<sup>${children}</sup>`,
  sub: ({ children }) => `<sub>${children}</sub>`,
  // A link to an article has its `href` once it is published.
  link: ({ children, value }) => {
    const href = linkAddress(value?.href);
    return href ? `<a${attributes({ href })}>${children}</a>` : children;
  },
};

export const components = { types, marks };
