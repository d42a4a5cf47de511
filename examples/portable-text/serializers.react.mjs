// Slugline's blocks and marks for @portabletext/react:
//
//   import { PortableText } from "@portabletext/react";
//   import { components } from "./serializers.react.mjs";
//   <PortableText value={article.body} components={components} />
//
// React escapes every value; addresses are checked here, and no stored HTML is passed on. Written without JSX, so that
// it runs as it stands.

import { PortableText } from "@portabletext/react";
import { Fragment, createElement as h } from "react";
import { fileAddress, linkAddress, playerAddress } from "./addresses.mjs";

/** Text whose line feeds are line breaks. */
const text = (value) =>
  (value ?? "").split("\n").map((line, index) => h(Fragment, { key: index }, index > 0 && h("br"), line));

function figure(content, caption, credit, key) {
  const parts = [caption && text(caption), caption && credit && " ", credit && h("small", null, text(credit))];
  return h("figure", { key }, content, (caption || credit) && h("figcaption", null, ...parts));
}

function picture({ _key, asset, alt, caption }) {
  if (!fileAddress(asset?.url)) return null;
  const { url: src, width, height } = asset;
  const image = h("img", { src, alt: alt ?? asset.alt ?? "", width, height, loading: "lazy" });
  return figure(image, caption ?? asset.caption, asset.credit, _key);
}

/** The player of another site, or a link where the site has none that we know. */
function player({ html, url }) {
  const src = playerAddress(html);
  const allow = "encrypted-media; fullscreen; picture-in-picture";
  if (src) return h("iframe", { src, title: url, loading: "lazy", allow });
  return linkAddress(url) ? h("a", { href: url }, url) : null;
}

/** A film or a recording: ours, or in the player of the site that has it. */
function recording(element, asset) {
  if (asset?.embed) return figure(player(asset.embed), asset.caption, asset.credit);
  if (!fileAddress(asset?.url)) return null;
  const { url: src, width, height } = asset;
  const film = element === "video" ? { poster: fileAddress(asset.poster), width, height } : {};
  const media = h(element, { src, controls: true, preload: "metadata", ...film });
  return figure(media, asset.caption, asset.credit);
}

function row({ _key, cells }, isHead) {
  const cell = (value, key) => (isHead ? h("th", { key, scope: "col" }, text(value)) : h("td", { key }, text(value)));
  return h("tr", { key: _key }, cells.map(cell));
}

function table({ rows, header }) {
  const head = header && rows.length > 0 && h("thead", null, row(rows[0], true));
  const body = rows.slice(header ? 1 : 0).map((part) => row(part, false));
  return h("table", null, head, h("tbody", null, body));
}

const types = {
  image: ({ value }) => picture(value),
  gallery: ({ value: { images, layout } }) =>
    h("div", { className: "gallery", "data-layout": layout }, images.map(picture)),
  video: ({ value }) => recording("video", value.asset),
  audio: ({ value }) => recording("audio", value.asset),
  embed: ({ value }) => figure(player(value)),
  pull_quote: ({ value }) =>
    h(
      "aside",
      { className: "pull-quote" },
      h("p", null, text(value.text)),
      value.attribution && h("p", null, "— ", text(value.attribution)),
    ),
  fact_box: ({ value }) =>
    h(
      "aside",
      { className: "fact-box" },
      value.title && h("h3", null, text(value.title)),
      h(PortableText, { value: value.body, components }),
    ),
  table: ({ value }) => table(value),
  code: ({ value: { code, language } }) =>
    h("pre", null, h("code", { className: language ? `language-${language}` : undefined }, code)),
  divider: () => h("hr"),
  related_articles: ({ value: { items } }) => {
    const link = ({ id, url, headline }) => h("li", { key: id }, h("a", { href: linkAddress(url) }, text(headline)));
    return items?.length ? h("nav", { className: "related-articles" }, h("ul", null, items.map(link))) : null;
  },
  paywall: () => null,
};

const marks = {
  underline: ({ children }) => h("u", null, children),
  "strike-through": ({ children }) => h("s", null, children),
  sup: ({ children }) => h("sup", null, children),
  sub: ({ children }) => h("sub", null, children),
  // A link to an article has its `href` once it is published.
  link: ({ children, value }) => {
    const href = linkAddress(value?.href);
    return href ? h("a", { href }, children) : h(Fragment, null, children);
  },
};

export const components = { types, marks };
