// The integrators' guide: API tokens in a shell, and a program in each language against its generated client.

import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { runnable } from "./snippets.mjs";
import { runInOrder, writeProject } from "./running.mjs";

/** Proves the guide; answers what was proven, in words. */
export async function prove({ all, newsroom, tools, python, server, work }) {
  const path = (...folders) => [...folders, process.env.PATH].join(delimiter);
  const shell = runnable(all, (block) => block.language === "sh" && !block.project);
  // In the demo's own folder, where the command line finds its database.
  await runInOrder(shell, { language: "sh", newsroom, cwd: newsroom.folder, env: { PATH: path(dirname(server)) } });

  const projects = [
    ["ts", path(join(tools, "node_modules/.bin"))],
    ["python", path(dirname(python))],
  ];
  for (const [project, found] of projects) {
    const folder = join(work, project);
    mkdirSync(folder, { recursive: true });
    writeProject(all, project, folder, newsroom);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: project, private: true, type: "module" }));
    symlinkSync(join(tools, "node_modules"), join(folder, "node_modules"));
    await picture(newsroom, join(folder, "bridge.jpg"), project);
    const env = { PATH: found, SLUGLINE_PASSWORD: newsroom.password };
    const commands = runnable(all, (block) => block.language === "sh" && block.project === project);
    await runInOrder(commands, { language: "sh", newsroom, cwd: folder, env, minutes: 5 });
  }
  return `${shell.length} shell snippets; the TypeScript and the Python program ran`;
}

/** A picture of the demo, with other bytes at its end, so that it is another file. */
async function picture({ api }, path, salt) {
  const { data } = await (await fetch(`${api}/v1/articles?limit=1&sort=published_at&locale=en`)).json();
  writeFileSync(path, Buffer.from(await (await fetch(data[0].hero.url)).arrayBuffer()));
  appendFileSync(path, salt);
}
