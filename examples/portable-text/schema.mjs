// What a body may hold, as a schema of @portabletext/schema: for the Portable Text Editor, and for the converters
// @portabletext/html and @portabletext/markdown. What they make with it is taken as `body` as it stands. Objects within
// objects (the images of a gallery, the rows of a table, the text of a fact box) are named by their lists only.

import { compileSchema, defineSchema } from "@portabletext/schema";

const named = (...names) => names.map((name) => ({ name }));
const object = (name, fields = {}) => ({
  name,
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
});

export const schema = compileSchema(
  defineSchema({
    styles: named("normal", "h2", "h3", "h4", "blockquote"),
    lists: named("bullet", "number"),
    decorators: named("strong", "em", "underline", "strike-through", "code", "sup", "sub"),
    // A link has `href` or `article_id`.
    annotations: [object("link", { href: "string", article_id: "string" })],
    blockObjects: [
      object("image", { media: "string", alt: "string", caption: "string" }),
      object("gallery", { images: "array", layout: "string" }),
      object("video", { media: "string" }),
      object("audio", { media: "string" }),
      object("embed", { url: "string" }),
      object("pull_quote", { text: "string", attribution: "string" }),
      object("fact_box", { title: "string", body: "array" }),
      object("table", { rows: "array", header: "boolean" }),
      object("code", { code: "string", language: "string" }),
      object("divider"),
      object("related_articles", { articles: "array" }),
      object("paywall"),
    ],
  }),
);

const divider = ({ context }) => ({ _type: "divider", _key: context.keyGenerator() });

/** Rows of blocks, as @portabletext/markdown reads a table, as our rows of text. */
function table({ context, value }) {
  const plain = (blocks) => blocks.flatMap((block) => block.children ?? []).map((span) => span.text ?? "").join("");
  const rows = value.rows.map((row) => ({ _key: row._key, cells: row.cells.map((cell) => plain(cell.value)) }));
  return { _type: "table", _key: context.keyGenerator(), rows, header: (value.headerRows ?? 0) > 0 };
}

/** Options for `markdownToPortableText`: what Markdown has and we name otherwise. */
export const fromMarkdown = { schema, types: { horizontalRule: divider, table } };
