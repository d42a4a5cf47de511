// A program against the SDK of @hey-api/openapi-ts: reads what is public, signs in, writes, is told that it is stale.
// node hey.js, with SLUGLINE_URL, SLUGLINE_EMAIL and SLUGLINE_PASSWORD in the environment.

import assert from "node:assert/strict";
import { client } from "./sdk/client.gen.js";
import { createArticle, deleteArticle, getArticle, listArticles, login, updateArticle } from "./sdk/sdk.gen.js";

const { SLUGLINE_URL = "", SLUGLINE_EMAIL = "", SLUGLINE_PASSWORD = "" } = process.env;
client.setConfig({ baseUrl: SLUGLINE_URL });

const cards = await listArticles({ query: { limit: 5, kind: ["news", "analysis"], sort: "-updated_at" }, throwOnError: true });
const card = cards.data.data[0];
assert.ok(card);
const page = await getArticle({
  path: { slug_or_id: card.id },
  query: { formats: ["blocks", "html"], include: ["related"] },
  throwOnError: true,
});
assert.equal(page.data.data.id, card.id);
assert.ok(page.data.data.body_html?.startsWith("<"));

const { data: tokens, error: refused } = await login({ body: { email: SLUGLINE_EMAIL, password: SLUGLINE_PASSWORD } });
assert.ok(tokens, `Signing in failed: ${refused?.detail}`);
client.setConfig({ auth: tokens.access_token });

const span = { _type: "span" as const, text: "Written by a third client." };
const created = await createArticle({
  body: { headline: "A third client", body: [{ _type: "block", children: [span] }, { _type: "divider" }] },
  throwOnError: true,
});
const { id, version, body } = created.data.data;
assert.deepEqual(body?.map((block) => block._type), ["block", "divider"]);

const stale = await updateArticle({ path: { id }, headers: { "If-Match": '"99"' }, body: { kicker: "Late" } });
assert.equal(stale.error?.code, "stale_version");
const changed = await updateArticle({
  path: { id },
  headers: { "If-Match": `"${version}"` },
  body: { kicker: "In time" },
  throwOnError: true,
});
assert.equal(changed.data.data.version, version + 1);
const wrong = await createArticle({ body: { headline: "", body: [] } });
assert.deepEqual(wrong.error?.errors.map((fault) => fault.pointer), ["/headline"]);

await deleteArticle({ path: { id }, headers: { "If-Match": `"${version + 1}"` }, throwOnError: true });
