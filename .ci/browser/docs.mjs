// Uses the pages under /docs as a person does, by clicking, in a real browser: signs in through "Try it out", copies
// the token, authorizes, writes an article, publishes it and reads it back through the public door; then follows the
// `type` of problems to the pages of the error codes, and reads the guides. Nothing may stand in the console as an
// error, and no request may leave for another host.
//
//   docs.mjs --api URL --password PASSWORD [--examples] [--pages] [--tools FOLDER] [--browser PATH]
//
// --examples also what a newcomer tries first: Execute with the examples that stand in the fields, and an upload
// --pages    also the rendered error codes and guides, with axe over each page for people
// --tools    where playwright-core and @axe-core/playwright are installed; else beside this file, or NODE_PATH

import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    api: { type: "string" },
    password: { type: "string" },
    examples: { type: "boolean", default: false },
    pages: { type: "boolean", default: false },
    tools: { type: "string", default: import.meta.dirname },
    browser: { type: "string", default: "/usr/bin/chromium" },
  },
});
if (!options.api || !options.password) throw new Error("usage: docs.mjs --api URL --password PASSWORD [--pages]");
const api = options.api.replace(/\/$/, "");
const require = createRequire(join(options.tools, "docs.mjs"));
const { chromium } = require("playwright-core");

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const GUIDES = ["frontend", "editors", "integrators", "operators"];
const SECONDS = 1_000;

/** A page that notes what must not happen. */
async function watched(context) {
  const wrong = [];
  const page = await context.newPage();
  page.setDefaultTimeout(30 * SECONDS);
  page.on("console", (message) => message.type() === "error" && wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (!["data:", "blob:"].includes(url.protocol) && url.origin !== api) wrong.push(`request to ${url.origin}`);
  });
  page.on("requestfailed", (request) => wrong.push(`no answer to ${request.method()} ${request.url()}`));
  return { page, wrong };
}

function must(holds, sentence) {
  if (!holds) throw new Error(sentence);
}

/** Fills in an operation of Swagger UI and executes it; answers what the page then shows. */
async function tryOut(page, operation, { parameters = {}, body, prepare } = {}) {
  const block = page.locator(`#operations-${operation}`);
  await block.scrollIntoViewIfNeeded();
  await block.locator(".opblock-summary-control").click();
  const button = block.locator(".try-out__btn:not(.cancel)");
  if (await button.count()) await button.click();
  for (const [name, value] of Object.entries(parameters)) {
    await block.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  await prepare?.(block);
  if (body !== undefined) await block.locator("textarea.body-param__text").fill(JSON.stringify(body));
  await block.locator(".btn.execute").click();
  const shown = block.locator(".live-responses-table .response");
  await shown.locator(".response-col_description .highlight-code").first().waitFor();
  const status = Number((await shown.locator(".response-col_status").first().innerText()).trim().split(/\s/)[0]);
  const text = await shown.locator(".highlight-code code").first().innerText();
  const headers = await shown.locator(".headerline").allInnerTexts();
  await block.locator(".opblock-summary-control").click();
  return { status, json: JSON.parse(text), headers };
}

async function authorize(page, token) {
  await page.locator(".auth-wrapper .btn.authorize").first().click();
  const dialog = page.locator(".dialog-ux .modal-ux");
  // The editors' scheme comes first, that of readers' entitlement tokens after it.
  const editors = dialog.locator(".auth-container").first();
  await editors.locator("input").fill(token);
  await editors.locator("button.authorize").click();
  await editors.getByText("Logout").waitFor();
  await editors.locator(".btn-done").click();
  await dialog.waitFor({ state: "detached" });
}

/** The walk of a newcomer through Swagger UI. */
async function walk(context) {
  const { page, wrong } = await watched(context);
  await page.goto(`${api}/docs/`);
  await page.locator(".opblock").first().waitFor();

  const login = await tryOut(page, "auth-login", {
    body: { email: "editor@demo.example", password: options.password },
  });
  must(login.status === 200, `login shows ${login.status}`);
  const token = login.json.access_token;
  must(typeof token === "string" && token.length > 100, "the whole token is not shown after signing in");
  await authorize(page, token);

  const headline = `Written in the documentation, ${Date.now()}`;
  const created = await tryOut(page, "articles-create_article", {
    body: { headline, body_markdown: "By **clicking**." },
  });
  must(created.status === 201, `creating shows ${created.status}: ${JSON.stringify(created.json)}`);
  const { id, slug, version } = created.json.data;
  must(created.headers.some((line) => /^etag: ?"1"/i.test(line.trim())), "the ETag is not shown with the answer");

  const published = await tryOut(page, "articles-publish_article", {
    parameters: { id, "If-Match": `"${version}"` },
  });
  must(published.status === 200, `publishing shows ${published.status}: ${JSON.stringify(published.json)}`);
  must(published.json.data.status === "published", "the article is not shown as published");

  const read = await tryOut(page, "articles-get_article", { parameters: { slug_or_id: slug } });
  must(read.status === 200, `reading shows ${read.status}: ${JSON.stringify(read.json)}`);
  must(read.json.data.headline === headline, "the public operation shows another headline");
  must(read.json.data.body_html.includes("<strong>clicking</strong>"), "the body is not shown");
  if (options.examples) await examples(page);
  must(wrong.length === 0, `on /docs/:\n${wrong.join("\n")}`);
  await page.close();
  console.log("Swagger UI: signed in, authorized, created, published and read by clicking");
}

/** What stands in the fields must work as it stands. */
async function examples(page) {
  for (const operation of ["tags-create_tag", "authors-create_author", "articles-create_article"]) {
    const made = await tryOut(page, operation);
    must(made.status === 201, `the example of ${operation} shows ${made.status}: ${JSON.stringify(made.json.errors)}`);
  }
  const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const file = { name: "pixel.png", mimeType: "image/png", buffer: Buffer.from(pixel, "base64") };
  const uploaded = await tryOut(page, "media-create_media", {
    prepare: async (block) => {
      await block.locator(".opblock-section-request-body select").first().selectOption("multipart/form-data");
      await block.locator("input[type=file]").setInputFiles(file);
    },
  });
  must([200, 201].includes(uploaded.status), `uploading shows ${uploaded.status}: ${JSON.stringify(uploaded.json.errors)}`);
  must(uploaded.json.data.alt !== "string", "the fields of the form hold the word `string`, which is then stored");
}

/** Where the `type` of real problems leads. */
async function problems() {
  const json = { "Content-Type": "application/json" };
  const provoked = await Promise.all([
    fetch(`${api}/v1/articles/nothing-of-this-name`),
    fetch(`${api}/v1/articles?limt=3`),
    fetch(`${api}/v1/articles?cursor=x`),
    fetch(`${api}/v1/admin/articles`),
    fetch(`${api}/v1/auth/login`, { method: "POST", headers: json, body: "{" }),
    fetch(`${api}/v1/auth/login`, { method: "POST", headers: json, body: "{}" }),
    fetch(`${api}/v1/articles`, { method: "DELETE" }),
  ]);
  const found = await Promise.all(provoked.map((response) => response.json()));
  const parts = found.flatMap((problem) => problem.errors.map((entry) => `/docs/errors/${entry.code}`));
  return [...new Set([...found.map((problem) => problem.type), ...parts])];
}

async function show(page, path) {
  const response = await page.goto(`${api}${path}`);
  must(response.ok(), `${path} answers ${response.status()}`);
  must((await page.locator("h1").count()) === 1, `${path} has not exactly one main heading`);
  must((await page.title()).length > 0, `${path} has no title`);
}

async function accessible(page, path, AxeBuilder) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const lines = violations.map(({ id, nodes }) => `${id}: ${nodes[0].target.join(" ")} (${nodes.length})`);
    must(lines.length === 0, `axe on ${path}, ${colorScheme}:\n${lines.join("\n")}`);
  }
}

/** The links of a page within /docs, without those to places on pages. */
async function links(page) {
  const hrefs = await page.locator("a[href]").evaluateAll((all) => all.map((link) => link.href));
  return [...new Set(hrefs.map((href) => href.split("#")[0]))].filter((href) => href.startsWith(`${api}/docs`));
}

/** The pages for people: error codes and, with --pages, their mends and the guides. */
async function pages(context) {
  const { page, wrong } = await watched(context);
  await show(page, "/docs/errors");
  const listed = await links(page);
  const reached = await problems();
  for (const path of reached) {
    must(listed.includes(`${api}${path}`), `/docs/errors does not lead to ${path}`);
    await show(page, path);
  }
  if (options.pages) await rendered(page, reached);
  must(wrong.length === 0, `on the pages for people:\n${wrong.join("\n")}`);
  await page.close();
  console.log(`Pages: /docs/errors and ${reached.length} codes${options.pages ? ", guides, axe clean" : ""}`);
}

async function rendered(page, codes) {
  const { AxeBuilder } = require("@axe-core/playwright");
  for (const path of codes) {
    await show(page, path);
    must((await page.locator("p").count()) >= 2, `${path} does not say how to mend it`);
  }
  const guides = GUIDES.map((name) => `/docs/guides/${name}`);
  await show(page, "/docs/guides");
  const listed = await links(page);
  for (const path of guides) must(listed.includes(`${api}${path}`), `/docs/guides does not lead to ${path}`);
  for (const path of guides) {
    await show(page, path);
    must((await page.locator("pre code").count()) > 3, `${path} shows no snippets`);
    const fences = await page.locator("p, li").evaluateAll((all) => all.filter((one) => one.innerText.includes("```")).length);
    must(fences === 0, `${path} shows a fence as text`);
    for (const link of await links(page)) {
      const response = await fetch(link);
      must(response.ok, `${path} has a link to ${link}, which answers ${response.status}`);
    }
  }
  for (const path of ["/docs/errors", codes[0], "/docs/guides", ...guides]) {
    await show(page, path);
    await accessible(page, path, AxeBuilder);
  }
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ["/docs/errors", ...guides]) {
    await show(page, path);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    must(wider <= 0, `${path} is ${wider} pixels wider than a phone`);
  }
}

const browser = await chromium.launch({ executablePath: options.browser, args: FLAGS });
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  await walk(context);
  await pages(context);
} finally {
  await browser.close();
}
