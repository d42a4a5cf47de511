// Runs programs: the server with its demo, and the snippets of a guide in one shell or one module.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { difference } from "./snippets.mjs";

const children = new Set();

process.on("exit", () => children.forEach((child) => end(child)));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

function end(child) {
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has ended already.
  }
}

/** Starts a program in a process group of its own; `end()` ends it with its children. */
export function start(command, args, options) {
  const child = spawn(command, args, { detached: true, ...options });
  children.add(child);
  child.on("exit", () => children.delete(child));
  return { child, end: () => end(child) };
}

/** Runs a program to its end; answers what it printed, or throws with it. */
export async function run(command, args, { minutes = 3, ...options } = {}) {
  const { child, end } = start(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  let out = "";
  let all = "";
  child.stdout.on("data", (bytes) => ((out += bytes), (all += bytes)));
  child.stderr.on("data", (bytes) => (all += bytes));
  const timer = setTimeout(end, minutes * 60_000);
  const code = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")} ended with ${code}:\n${all.slice(-4_000)}`);
  return out;
}

/** A port of this machine that nobody listens on. */
export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.on("listening", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Waits until `address` answers at all. */
export async function answers(address, seconds = 60) {
  for (let tries = 0; tries < seconds * 5; tries += 1) {
    const response = await fetch(address, { redirect: "manual" }).catch(() => null);
    if (response) return response;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${address} did not answer within ${seconds} seconds`);
}

/** A demo newsroom in a folder of its own: `{api, password, folder, end}`. */
export async function demo(server, work) {
  const folder = mkdtempSync(join(work, "demo-"));
  const port = await freePort();
  const { child, end } = start(server, ["serve", "--demo", "--bind", `127.0.0.1:${port}`], {
    cwd: folder,
    env: { PATH: process.env.PATH, SLUGLINE_LOG: "warn" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let out = "";
  child.stdout.on("data", (bytes) => (out += bytes));
  const api = `http://127.0.0.1:${port}`;
  await answers(`${api}/livez`);
  const password = /editor@demo\.example\s+(\S+)/.exec(out)?.[1];
  if (!password) throw new Error(`the demo printed no login:\n${out}`);
  return { api, password, folder, end };
}

/** A request as the demo's editor; throws unless it goes well. */
export async function editor({ api, password }) {
  const post = async (path, body, headers = {}, method = "POST") => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  };
  const { access_token } = await post("/v1/auth/login", { email: "editor@demo.example", password });
  const signed = { Authorization: `Bearer ${access_token}`, "If-Match": "*" };
  return (path, body = {}, method = "POST") => post(`/v1/admin${path}`, body, signed, method);
}

/** Puts the demo's address and password where a guide has its own. */
export function adapted(text, { api, password }) {
  return text.replaceAll("http://127.0.0.1:8080", api).replaceAll("paste the password here", password);
}

const MARK = "\u0001";

/**
 * Runs blocks one after the other in one shell or module, and compares what each printed. `within` is a command that
 * runs the shell, if any.
 */
export async function runInOrder(chosen, { language, newsroom, cwd, env = {}, minutes = 3, within = [] }) {
  mkdirSync(cwd, { recursive: true });
  const [extension, head, mark, command] =
    language === "sh"
      ? [".sh", "set -euo pipefail\n", `printf '${MARK}'\n`, "bash"]
      : [".mjs", "", `process.stdout.write("\\u0001");\n`, process.execPath];
  const script = join(cwd, `snippets${extension}`);
  writeFileSync(script, head + chosen.map((block) => adapted(block.text, newsroom) + mark).join("\n"));
  const [program, ...args] = [...within, command, script];
  const printed = (await run(program, args, { cwd, env: { ...process.env, ...env }, minutes })).split(MARK);
  chosen.forEach((block, at) => {
    const wrong = block.expected && difference(adapted(block.expected, newsroom), printed[at] ?? "");
    if (wrong) throw new Error(`the block at line ${block.line} printed something else\n${wrong}`);
  });
  return chosen.length;
}

/** Writes the blocks of a project into its files, in order; answers the names. */
export function writeProject(all, project, folder, newsroom) {
  const files = new Map();
  for (const block of all.filter((block) => block.purpose === "file" && block.project === project)) {
    files.set(block.file, (files.get(block.file) ?? "") + adapted(block.text, newsroom));
  }
  for (const [name, text] of files) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return [...files.keys()];
}

/** Throws unless `text` contains every one of `parts`. */
export function contains(what, text, parts) {
  for (const part of parts) {
    if (!text.includes(part)) throw new Error(`${what} lacks: ${part}`);
  }
}
