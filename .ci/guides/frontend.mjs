// The frontend guide: plain fetch under node, and the two frameworks built from their snippets, with their pages
// fetched and read.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runnable } from "./snippets.mjs";
import { answers, contains, editor, freePort, run, runInOrder, start, writeProject } from "./running.mjs";

const SLUG = "the-us-authorizes-the-staff-of-its-consulate-in-almaty-to-leave-kazakhstan";

/** Proves the guide; answers what was proven, in words. */
export async function prove({ all, newsroom, tools, work }) {
  const fetched = await runInOrder(
    runnable(all, (block) => block.language === "js"),
    { language: "js", newsroom, cwd: join(work, "fetch") },
  );
  const shell = await runInOrder(
    runnable(all, (block) => block.language === "sh" && !block.project),
    { language: "sh", newsroom, cwd: join(work, "shell") },
  );
  const stories = await withdrawnAndMoved(newsroom);
  const shown = await demoStory(newsroom);
  await next({ all, newsroom, tools, folder: join(work, "next"), shown, stories });
  await astro({ all, newsroom, tools, folder: join(work, "astro"), shown });
  return `${fetched} fetch snippets, ${shell} shell snippets; Next.js built, served, moved, withdrawn; Astro built`;
}

/** What every page of the demo's first story must show. */
async function demoStory({ api }) {
  const { data, meta } = await (await fetch(`${api}/v1/articles/${SLUG}?formats=html&include=related`)).json();
  const paragraphs = [...data.body_html.matchAll(/<p>(.*?)<\/p>/g)].map(([, text]) => text);
  if (paragraphs.length < 5) throw new Error("the demo's story has lost its paragraphs");
  const { labels } = meta;
  return [data.headline, data.standfirst, data.hero.url, data.hero.alt, data.related[0].headline, labels.related,
    labels.skip_to_content, ...paragraphs];
}

/** Makes a story that moved, and one that was withdrawn. */
async function withdrawnAndMoved(newsroom) {
  const send = await editor(newsroom);
  const make = async (headline) => {
    const { data } = await send("/articles", { headline, body_markdown: "One paragraph." });
    await send(`/articles/${data.id}/publish`);
    return data;
  };
  const moved = await make("A story that moved");
  await send(`/articles/${moved.id}`, { slug: "where-it-moved-to" }, "PATCH");
  await send(`/articles/${moved.id}/publish`);
  const gone = await make("A story that went");
  await send(`/articles/${gone.id}/kill`, { notice: "Withdrawn for a good reason." });
  return { from: moved.slug, to: "where-it-moved-to", gone: gone.slug, notice: "Withdrawn for a good reason." };
}

/** A folder with the project's files and the tools, as `npm install` would leave it. */
async function assemble({ all, newsroom, tools, folder }, project, manifest) {
  mkdirSync(folder, { recursive: true });
  const files = writeProject(all, project, folder, newsroom);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: project, private: true, ...manifest }));
  // Symbolic links would lead the bundlers out of the project; hard ones don't, where the file system can.
  const [from, to] = [join(tools, "node_modules"), join(folder, "node_modules")];
  await run("cp", ["-al", from, to]).catch(() => run("cp", ["-a", from, to], { minutes: 5 }));
  if (files.length === 0) throw new Error(`the guide has no files of ${project}`);
}

const QUIET = { NEXT_TELEMETRY_DISABLED: "1", ASTRO_TELEMETRY_DISABLED: "1", CI: "1", NO_COLOR: "1" };

function environment(newsroom, folder) {
  const bin = join(folder, "node_modules/.bin");
  return { ...process.env, ...QUIET, SLUGLINE_API: newsroom.api, PATH: `${bin}:${process.env.PATH}` };
}

async function next(given) {
  const { all, newsroom, folder, shown, stories } = given;
  await assemble(given, "next", {});
  const env = environment(newsroom, folder);
  const commands = runnable(all, (block) => block.language === "sh" && block.project === "next");
  await runInOrder(commands, { language: "sh", newsroom, cwd: folder, env });
  await run("next", ["build"], { cwd: folder, env, minutes: 8 });
  const site = `http://127.0.0.1:${await freePort()}`;
  const serving = start("next", ["start", "-H", "127.0.0.1", "-p", new URL(site).port], { cwd: folder, env, stdio: "ignore" });
  try {
    await answers(site);
    const text = async (path) => decoded(await (await fetch(`${site}${path}`)).text());
    contains("the Next.js front page", await text("/"), [shown[0], `/${SLUG}`]);
    contains("the Next.js article", await text(`/${SLUG}`), shown.map(decoded));
    const status = async (path) => await fetch(`${site}${path}`, { redirect: "manual" });
    expect("an unknown story", (await status("/no-such-story")).status, 404);
    const moved = await status(`/${stories.from}`);
    expect("a moved story", moved.status, 308);
    expect("a moved story's address", new URL(moved.headers.get("location"), site).pathname, `/${stories.to}`);
    const gone = await status(`/${stories.gone}`);
    expect("a withdrawn story", gone.status, 410);
    contains("a withdrawn story", await gone.text(), [stories.notice]);
  } finally {
    serving.end();
  }
  rmSync(join(folder, "node_modules"), { recursive: true });
}

async function astro(given) {
  const { newsroom, folder, shown } = given;
  await assemble(given, "astro", { type: "module" });
  await run("astro", ["build"], { cwd: folder, env: environment(newsroom, folder), minutes: 5 });
  const read = (path) => decoded(readFileSync(join(folder, "dist", path, "index.html"), "utf8"));
  contains("the Astro front page", read(""), [shown[0], `/${SLUG}/`]);
  contains("the Astro article", read(SLUG), shown.map(decoded));
  rmSync(join(folder, "node_modules"), { recursive: true });
}

function expect(what, is, wanted) {
  if (is !== wanted) throw new Error(`${what}: ${is} instead of ${wanted}`);
}

/** Frameworks write some characters as references, each in its own way. */
function decoded(html) {
  const named = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return html
    .replaceAll("<!-- -->", "")
    .replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, number, name) =>
      hex ? String.fromCodePoint(parseInt(hex, 16)) : number ? String.fromCodePoint(number) : (named[name] ?? whole),
    );
}
