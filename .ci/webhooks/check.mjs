// Starts a server and the receiver of the integrators' guide, and ends at the first message that the receiver does not
// take, or takes and should not.
//
//   check.mjs SERVER WORK

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Webhook } from "standardwebhooks";

import { answers, freePort, start } from "../guides/running.mjs";
import { blocks } from "../guides/snippets.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const [server, work] = process.argv.slice(2);
const folder = join(work, "newsroom");
const api = `http://127.0.0.1:${await freePort()}`;
const env = {
  PATH: process.env.PATH,
  SLUGLINE_BIND: api.slice("http://".length),
  SLUGLINE_LOG: "warn",
  SLUGLINE_OUTBOUND_ALLOW: "127.0.0.0/8",
  SSL_CERT_FILE: join(work, "cert.pem"),
};

const pause = () => new Promise((resolve) => setTimeout(resolve, 100));

/** Waits until `found` answers something. */
async function until(what, found, seconds = 20) {
  for (let tries = 0; tries < seconds * 10; tries += 1) {
    const value = await found();
    if (value) return value;
    await pause();
  }
  throw new Error(`not within ${seconds} seconds: ${what}`);
}

function expect(what, real, wanted) {
  if (real !== wanted) throw new Error(`${what}: ${JSON.stringify(real)} instead of ${JSON.stringify(wanted)}`);
}

/** A request as an administrator's token; throws unless it goes well. */
async function call(method, path, body) {
  const response = await fetch(`${api}/v1/admin${path}`, {
    method,
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}`, "If-Match": "*" },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
  return text && JSON.parse(text).data;
}

async function publish(headline) {
  const { id } = await call("POST", "/articles", { headline });
  await call("POST", `/articles/${id}/publish`, {});
  return id;
}

/** The receiver of the guide with this secret; `said` are the lines that it printed. */
async function receiver(port, secret) {
  const said = [];
  const { child, end } = start(process.execPath, [join(work, "receive.mjs")], {
    cwd: work,
    env: { PATH: process.env.PATH, PORT: String(port), WEBHOOK_SECRET: secret },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.on("data", (bytes) => said.push(...bytes.toString().trim().split("\n")));
  await answers(`http://127.0.0.1:${port}/`);
  const ended = new Promise((resolve) => child.on("exit", resolve));
  return { said, end: () => (end(), ended) };
}

/** The last attempt to tell a webhook of an article. */
async function attempt(hook, article) {
  const list = await call("GET", `/webhooks/${hook.id}/deliveries`);
  const delivery = list.find(({ subject, attempt_count }) => subject === article && attempt_count > 0);
  return delivery && (await call("GET", `/webhooks/${hook.id}/deliveries/${delivery.id}`)).attempts[0];
}

const slugline = (...args) => execFileSync(server, args, { cwd: folder, env, encoding: "utf8" }).trim();

mkdirSync(folder, { recursive: true });
const guide = blocks(join(HERE, "../../src/http/docs/guides/integrators.md"));
writeFileSync(join(work, "receive.mjs"), guide.filter(({ file }) => file === "receive.mjs").map(({ text }) => text).join(""));
start(server, ["serve"], { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });
await answers(`${api}/livez`);
slugline("user", "create", "--email", "admin@hooks.example", "--name", "Admin", "--role", "admin");
const scopes = "articles:read,articles:write,articles:publish,webhooks:read,webhooks:write";
const token = slugline("token", "create", "--name", "check", "--scopes", scopes, "--user", "admin@hooks.example").split("\n").pop();

const port = await freePort();
const hook = await call("POST", "/webhooks", { name: "Guide", url: `http://127.0.0.1:${port}/`, events: ["article.published"] });
const first = await receiver(port, hook.secret);
await call("POST", `/webhooks/${hook.id}/test`, {});
await until("the test", () => first.said.includes(`webhook.test ${hook.id}`));
let article = await publish("Signed with the first secret");
await until("the first message", () => first.said.includes(`article.published ${article}`));

// While a secret is replaced, the old one and the new one both verify.
const { secret: second } = await call("POST", `/webhooks/${hook.id}/rotate-secret`, { overlap_seconds: 600 });
article = await publish("Signed with two secrets");
await until("a message for the old secret", () => first.said.includes(`article.published ${article}`));
await first.end();
const changed = await receiver(port, second);
article = await publish("Signed with two secrets again");
await until("a message for the new secret", () => changed.said.includes(`article.published ${article}`));

// Afterwards the old one does not.
const { secret: third } = await call("POST", `/webhooks/${hook.id}/rotate-secret`, { overlap_seconds: 0 });
article = await publish("Signed with the third secret");
const refused = await until("an attempt with a wrong secret", () => attempt(hook, article));
expect("the answer of a receiver with another secret", refused.status_code, 400);
expect("what it took", changed.said.includes(`article.published ${article}`), false);
await changed.end();
const last = await receiver(port, third);
await until("the same message again", () => last.said.includes(`article.published ${article}`));
await last.end();

// The same over TLS, with a message that is not ASCII.
let secure;
const heard = [];
const tls = createServer({ key: readFileSync(join(work, "key.pem")), cert: readFileSync(join(work, "cert.pem")) });
tls.on("request", async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  heard.push(new Webhook(secure.secret).verify(body, request.headers));
  response.writeHead(204).end();
});
await new Promise((resolve) => tls.listen(0, "127.0.0.1", resolve));
secure = await call("POST", "/webhooks", { name: "TLS", url: `https://127.0.0.1:${tls.address().port}/` });
article = await publish("Fähren kehren zurück — 渡轮回归");
const { data } = await until("a message over TLS", () => heard.find(({ data }) => data.id === article));
expect("the headline", data.headline, "Fähren kehren zurück — 渡轮回归");

console.log("Every message verifies with standardwebhooks: signed, signed twice, sent again, over TLS; a wrong secret does not.");
process.exit(0);
