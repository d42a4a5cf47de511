// The operators' guide: its commands in order in an empty folder, the dump of a private PostgreSQL cluster, and the
// configuration files before the programs that read them, where those are found.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { runnable } from "./snippets.mjs";
import { freePort, run, runInOrder, writeProject } from "./running.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const has = (program) => process.env.PATH.split(delimiter).find((folder) => existsSync(join(folder, program)));

/** Proves the guide; answers what was proven, in words. */
export async function prove({ all, server, python, work }) {
  const bind = `127.0.0.1:${await freePort()}`;
  const newsroom = { api: `http://${bind}`, password: "" };
  const env = { PATH: `${dirname(server)}${delimiter}${process.env.PATH}`, SLUGLINE_BIND: bind };
  const shell = runnable(all, (block) => block.language === "sh" && !block.project);
  await runInOrder(shell, { language: "sh", newsroom, cwd: join(work, "shell"), env });

  const proven = [`${shell.length} shell snippets`];
  const checks = { PostgreSQL: postgres, systemd, nginx, caddy };
  for (const [name, check] of Object.entries(checks)) {
    const missing = await check({ all, newsroom, server, python, env, work });
    if (missing) console.error(`SKIPPED, because there is no ${missing}: the operators' guide for ${name}`);
    else proven.push(name);
  }
  return proven.join(", ");
}

async function postgres({ all, newsroom, python, env, work }) {
  const found = has("initdb") ?? existsSync("/usr/lib/postgresql");
  if (!found) return "initdb";
  // The cluster's user must be able to reach its folder.
  const folder = mkdtempSync(join(tmpdir(), "slugline-guides-"));
  chmodSync(folder, 0o755);
  const secret = { SLUGLINE_SECRET: "q8Zk2Vw5-guides-4nT7yLx0-bR3mHc6J" };
  const commands = runnable(all, (block) => block.project === "postgres");
  await runInOrder(commands, {
    language: "sh",
    newsroom,
    cwd: join(work, "postgres"),
    env: { ...env, ...secret },
    within: [python, join(HERE, "with_postgres.py"), folder],
  }).finally(() => rmSync(folder, { recursive: true, force: true }));
  return null;
}

function written({ all, newsroom, work }, project) {
  const folder = join(work, project);
  mkdirSync(folder, { recursive: true });
  const [name] = writeProject(all, project, folder, newsroom);
  if (!name) throw new Error(`the guide has no file of ${project}`);
  return join(folder, name);
}

function edited(path, edit) {
  writeFileSync(path, edit(readFileSync(path, "utf8")));
  return path;
}

async function systemd(given) {
  if (!has("systemd-analyze")) return "systemd-analyze";
  const unit = edited(written(given, "systemd"), (text) => text.replaceAll("/usr/local/bin/slugline", given.server));
  await run("systemd-analyze", ["verify", unit]);
  return null;
}

async function nginx(given) {
  const program = has("nginx") ?? (existsSync("/usr/sbin/nginx") ? "/usr/sbin" : null);
  if (!program) return "nginx";
  if (!has("openssl")) return "openssl";
  const site = written(given, "nginx");
  const folder = dirname(site);
  await run("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=cms.example.org",
    "-keyout", join(folder, "cms.key"), "-out", join(folder, "cms.pem")]);
  edited(site, (text) => text.replaceAll("/etc/ssl/", `${folder}/`));
  const whole = join(folder, "nginx.conf");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`);
  const http = ["access_log off;", ...temporary, `include ${site};`].join("\n  ");
  writeFileSync(whole, `pid ${folder}/pid;\nevents {}\nhttp {\n  ${http}\n}\n`);
  await run(join(program, "nginx"), ["-t", "-q", "-e", join(folder, "error.log"), "-p", folder, "-c", whole]);
  return null;
}

async function caddy(given) {
  if (!has("caddy")) return "caddy";
  const file = written(given, "caddy");
  const home = { HOME: dirname(file), XDG_DATA_HOME: dirname(file), XDG_CONFIG_HOME: dirname(file) };
  await run("caddy", ["adapt", "--config", file, "--adapter", "caddyfile", "--validate"], { env: { ...process.env, ...home } });
  return null;
}
