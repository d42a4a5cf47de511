// A morning in the newsroom, from signing in to the article on the page. Every name and type below comes from the
// OpenAPI document; the compiler knows them all.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import createClient from "openapi-fetch";
import type { components, paths } from "./slugline.js";

type Article = components["schemas"]["AdminArticle"];
type Block = components["schemas"]["Block"];
type Card = components["schemas"]["Card"];
type Change = components["schemas"]["ArticleInput"];
type Media = components["schemas"]["Media"];
type Problem = components["schemas"]["ProblemDocument"];

const { SLUGLINE_URL = "http://127.0.0.1:8080", SLUGLINE_EMAIL = "", SLUGLINE_PASSWORD = "" } = process.env;
const api = createClient<paths>({ baseUrl: SLUGLINE_URL });

/** What the server answered, or an error that says what it disliked. */
function accepted<T>({ data, error }: { data?: T; error?: Problem }): T {
  if (data !== undefined) return data;
  const faults = error?.errors.map((fault) => `\n  ${fault.pointer ?? fault.parameter ?? ""}: ${fault.detail}`) ?? [];
  throw new Error(`${error?.detail ?? "No answer"}${faults.join("")}`);
}

/** Signs in; every later request carries the token. */
async function signIn(email: string, password: string): Promise<void> {
  const { access_token } = accepted(await api.POST("/v1/auth/login", { body: { email, password } }));
  api.use({
    onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${access_token}`);
    },
  });
}

async function upload(path: string, alt: string, credit: string): Promise<Media> {
  const answer = await api.POST("/v1/admin/media", {
    body: { file: new Blob([await readFile(path)]), alt, credit },
    bodySerializer(fields) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) {
        if (value instanceof Blob) form.append(name, value, basename(path));
        else form.append(name, String(value));
      }
      return form;
    },
  });
  return accepted(answer).data;
}

async function write(picture: Media): Promise<Article> {
  const tag = accepted(await api.POST("/v1/admin/tags", { body: { name: "Harbour works", kind: "topic" } })).data;
  const answer = await api.POST("/v1/admin/articles", {
    body: {
      headline: "The ferries keep sailing",
      tags: [tag.id],
      hero: picture.id,
      body: [
        { _type: "block", style: "h2", children: [{ _type: "span", text: "What changes" }] },
        { _type: "block", children: [{ _type: "span", text: "Nothing, ", marks: ["em"] }, { _type: "span", text: "for now." }] },
        { _type: "image", media: picture.id, caption: "The quay this morning." },
      ],
    },
  });
  return accepted(answer).data;
}

async function publish({ id, version }: Article): Promise<Article> {
  const params = { path: { id }, header: { "If-Match": `"${version}"` } };
  return accepted(await api.POST("/v1/admin/articles/{id}/publish", { params, body: {} })).data;
}

/** Changes the article as it was at `version`. Where a colleague was faster, the change is made on theirs. */
async function change(id: string, version: number, body: Change): Promise<Article> {
  const params = { path: { id }, header: { "If-Match": `"${version}"` } };
  const answer = await api.PATCH("/v1/admin/articles/{id}", { params, body });
  const current = answer.error?.current_version;
  if (current !== undefined) {
    console.log(`Version ${version} is not the newest any more; once more on ${current}.`);
    return change(id, current, body);
  }
  return accepted(answer).data;
}

/** The cards of all live articles: the list gives each part the cursor of the next. */
async function* everyCard(): AsyncGenerator<Card> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { limit: 10, ...(cursor && { cursor }) };
    const { data, meta } = accepted(await api.GET("/v1/articles", { params: { query } }));
    yield* data;
    cursor = "next_cursor" in meta ? meta.next_cursor : null;
  }
}

/** A line for each block: `_type` tells the compiler which members there are. */
function line(block: Block): string {
  switch (block._type) {
    case "block":
      return block.children.map((span) => span.text).join("");
    case "image":
      return `[${block.asset?.file_name ?? block.media}] ${block.caption ?? ""}`;
    default:
      return `[${block._type}]`;
  }
}

await signIn(SLUGLINE_EMAIL, SLUGLINE_PASSWORD);
const picture = await upload(process.argv[2] ?? "picture.png", "A ferry at the quay", "Newsroom");
const draft = await write(picture);
const article = await publish(draft);

const path = { slug_or_id: article.slug };
const { data: page } = accepted(await api.GET("/v1/articles/{slug_or_id}", { params: { path } }));
console.log([page.headline, page.hero?.url, ...(page.body ?? []).map(line)].join("\n"));

// Two colleagues start from the same version; the second one is told so, and does not overwrite the first.
await change(article.id, article.version, { kicker: "Harbour" });
const { kicker, standfirst } = await change(article.id, article.version, { standfirst: "A day at the quay." });
console.log(`${kicker}: ${standfirst}`);

let count = 0;
for await (const card of everyCard()) count += card.id === article.id ? 1 : 0;
console.log(`The list names the article ${count} time.`);
