// A frontend and an editor's script in one, written against the types that openapi-typescript makes of the document.
// It is compiled, never run: what it needs must be in the types, without a cast.

import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Article = components["schemas"]["Article"];
type Block = components["schemas"]["Block"];
type Card = components["schemas"]["Card"];
type Problem = components["schemas"]["ProblemDocument"];

const api = createClient<paths>({ baseUrl: "http://127.0.0.1:8080" });

async function signIn(email: string, password: string): Promise<string> {
  const { data, error } = await api.POST("/v1/auth/login", { body: { email, password } });
  if (error) throw new Error(error.code === "invalid_credentials" ? "Wrong e-mail or password" : error.title);
  return data.access_token;
}

async function publish(token: string): Promise<string> {
  const headers = { Authorization: `Bearer ${token}` };
  const created = await api.POST("/v1/admin/articles", {
    headers,
    body: {
      headline: "Harbour bridge reopens",
      kind: "news",
      body: [
        { _type: "block", style: "h2", children: [{ _type: "span", text: "What changes" }] },
        { _type: "block", children: [{ _type: "span", text: "The ferries keep sailing.", marks: ["strong"] }] },
        { _type: "embed", url: "https://www.youtube.com/watch?v=aqz-KE-bpKQ" },
      ],
    },
  });
  if (created.error) throw new Error(faults(created.error));
  const { id, version } = created.data.data;
  const published = await api.POST("/v1/admin/articles/{id}/publish", {
    params: { path: { id }, header: { "If-Match": `"${version}"` } },
    headers,
    body: {},
  });
  if (published.error) throw new Error(published.error.detail);
  const slug: string = published.data.data.slug;
  return slug;
}

// Two editors at once: the second one gets a 412 and reads again.
async function retitle(token: string, id: string, headline: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` };
  const current = await api.GET("/v1/admin/articles/{id}", { params: { path: { id } }, headers });
  if (current.error) throw new Error(current.error.detail);
  const changed = await api.PATCH("/v1/admin/articles/{id}", {
    params: { path: { id }, header: { "If-Match": `"${current.data.data.version}"` } },
    headers,
    body: { headline, kicker: null },
  });
  if (changed.error) {
    if (changed.error.code === "stale_version") return retitle(token, id, headline);
    throw new Error(faults(changed.error));
  }
  return changed.data.data.version;
}

async function page(slug: string): Promise<string> {
  const { data, error } = await api.GET("/v1/articles/{slug_or_id}", {
    params: { path: { slug_or_id: slug }, query: { formats: ["blocks", "html"], include: ["related", "popular"] } },
  });
  if (error) return error.code === "gone" ? "withdrawn" : error.title;
  const article: Article = data.data;
  const related = (article.related ?? []).map((card) => `${card.headline} (${card.reason})`);
  return [article.headline ?? "", ...(article.body ?? []).map(text), ...related].join("\n");
}

async function everyCard(): Promise<Card[]> {
  const cards: Card[] = [];
  let cursor: string | undefined;
  do {
    const { data, error } = await api.GET("/v1/articles", {
      params: { query: { limit: 100, sort: "-published_at", kind: ["news", "analysis"], ...(cursor ? { cursor } : {}) } },
    });
    if (error) throw new Error(error.detail);
    cards.push(...data.data);
    cursor = "next_cursor" in data.meta ? (data.meta.next_cursor ?? undefined) : undefined;
  } while (cursor !== undefined);
  return cards;
}

// The switch is complete: a new type of block breaks the compilation here.
function text(block: Block): string {
  switch (block._type) {
    case "block":
      return block.children.map((span) => span.text).join("");
    case "image":
    case "video":
    case "audio":
      return block.asset?.url ?? block.media;
    case "gallery":
      return block.images.map((image) => image.alt ?? image.media).join(", ");
    case "embed":
      return block.html ?? block.url;
    case "pull_quote":
      return block.attribution === null ? block.text : `${block.text} — ${block.attribution}`;
    case "fact_box":
      return block.body.map(text).join("\n");
    case "table":
      return block.rows.map((row) => row.cells.join("\t")).join("\n");
    case "code":
      return block.code;
    case "related_articles":
      return (block.items ?? []).map((item) => item.headline).join("\n");
    case "divider":
    case "paywall":
      return "";
    default:
      return unknown(block);
  }
}

function unknown(block: never): never {
  throw new Error(`unknown block: ${JSON.stringify(block)}`);
}

function faults(problem: Problem): string {
  return problem.errors.map((fault) => `${fault.pointer ?? fault.parameter ?? ""}: ${fault.code}`).join("\n");
}

export { everyCard, page, publish, retitle, signIn };
