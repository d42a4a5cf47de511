// The text of a rendered body, as its reader sees it.
//
// Elements that break the line set their text apart by white space; inline ones don't. The items of a list have the
// marker that a browser draws (`- `, or the number and a full stop). Figures (pictures, films, sounds, embeds) and
// `nav` (related articles) are left out: API.md gives `body_text` no text for them.

import { JSDOM } from "jsdom";

const INLINE = new Set("A CODE EM S SMALL SPAN STRONG SUB SUP U".split(" "));
const SILENT = new Set(["FIGURE", "NAV"]);

/** The only normalisation: a run of white space (`\s`) is one space, and there is none at either end. */
export const normalised = (text) => text.replace(/\s+/g, " ").trim();

/** The page of a body; nothing in it runs, nothing is fetched. */
export const pageOf = (html) => new JSDOM(`<!doctype html><html lang="en"><body>${html}</body></html>`).window.document;

export const textOf = (html) => normalised(read(pageOf(html).body));

function read(node) {
  if (node.nodeType === 3) return node.data;
  if (node.nodeType !== 1 || SILENT.has(node.tagName)) return "";
  const content = marker(node) + [...node.childNodes].map(read).join("");
  return INLINE.has(node.tagName) ? content : ` ${content} `;
}

function marker(node) {
  if (node.tagName !== "LI") return "";
  const list = node.parentNode;
  return list.tagName === "UL" ? "- " : `${[...list.children].indexOf(node) + 1}. `;
}
