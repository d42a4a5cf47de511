// Proves the pages that the server carries: every snippet of every guide is run or built, and every error code has its
// page. One line a guide; ends at the first red.
//
//   check.mjs SERVER NODE_TOOLS PYTHON WORK [GUIDE...]

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import * as frontend from "./frontend.mjs";
import * as integrators from "./integrators.mjs";
import * as operators from "./operators.mjs";
import { demo, runInOrder } from "./running.mjs";
import { blocks, runnable } from "./snippets.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const PAGES = join(ROOT, "src/http/docs");
const MOST_LINES = 540;

/** Every guide, and who proves it. */
const GUIDES = {
  editors: { demo: true, prove: editors },
  frontend: { demo: true, prove: frontend.prove },
  integrators: { demo: true, prove: integrators.prove },
  operators: { demo: false, prove: operators.prove },
};

async function editors({ all, newsroom, work }) {
  const chosen = runnable(all, (block) => block.language === "sh");
  await runInOrder(chosen, { language: "sh", newsroom, cwd: work });
  return `${chosen.length} shell snippets`;
}

/** Every code of the document has one section, in order, and the code in it is sound. */
function errors() {
  const document = JSON.parse(readFileSync(join(ROOT, "openapi/openapi.json"), "utf8"));
  const { ProblemCode, EntryCode } = document.components.schemas;
  const codes = [...new Set([...ProblemCode.enum, ...EntryCode.enum])];
  const text = readFileSync(join(PAGES, "errors.md"), "utf8");
  const [, ...sections] = text.split(/^## /m);
  const headings = sections.map((section) => section.split("\n", 1)[0]);
  const wrong = codes.filter((code) => !headings.includes(code)).concat(headings.filter((name) => !codes.includes(name)));
  if (wrong.length > 0 || headings.length !== codes.length) throw new Error(`codes without a section of their own: ${wrong}`);
  for (const section of sections) {
    const words = section.split(/\s+/).length;
    if (words < 25 || words > 110) throw new Error(`${section.split("\n", 1)[0]} has ${words} words`);
    for (const [, language, code] of section.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
      if (language === "json") JSON.parse(code);
      if (language === "sh") execFileSync("bash", ["-n"], { input: code });
    }
  }
  return `${headings.length} codes explained`;
}

async function main([server, tools, python, work, ...wanted]) {
  if (!work) throw new Error("usage: check.mjs SERVER NODE_TOOLS PYTHON WORK [GUIDE...]");
  const names = readdirSync(join(PAGES, "guides")).map((file) => basename(file, ".md"));
  const unknown = names.filter((name) => !(name in GUIDES));
  if (unknown.length > 0) throw new Error(`nobody proves these guides: ${unknown}`);
  if (wanted.length === 0) console.log(`errors: ${errors()}`);
  for (const name of wanted.length > 0 ? wanted : names) {
    const folder = mkdtempSync(join(work, `${name}-`));
    const path = join(PAGES, `guides/${name}.md`);
    const lines = readFileSync(path, "utf8").split("\n").length;
    if (lines > MOST_LINES) throw new Error(`${name} has ${lines} lines`);
    const newsroom = GUIDES[name].demo ? await demo(resolve(server), folder) : null;
    const started = Date.now();
    mkdirSync(join(folder, "work"));
    const given = { all: blocks(path), newsroom, tools, python, server: resolve(server), work: join(folder, "work") };
    const proven = await GUIDES[name].prove(given).catch((error) => {
      throw new Error(`the guide for ${name}: ${error.message}`);
    });
    newsroom?.end();
    console.log(`${name}: ${proven} (${Math.round((Date.now() - started) / 1000)} s)`);
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
