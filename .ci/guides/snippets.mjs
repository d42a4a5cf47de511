// Reads the fenced blocks of a guide. The first word of an info string is the language; the others say what a block
// is for:
//
//   run           it is run, in the order of the guide, together with the other blocks of its language
//   file=PATH     it is appended to PATH in the project that `project=NAME` names
//   expect        the exact output of the block before it; `…` stands for anything within a line
//   show          it is only looked at, because it can't be run where the check runs
//
// A block without such a word is a mistake, so that no snippet stays unproven by accident.

import { readFileSync } from "node:fs";

const PURPOSES = ["run", "expect", "show"];

/** The blocks of a Markdown file: `{language, purpose, project, file, text, line}`. */
export function blocks(path) {
  const found = [];
  let open = null;
  readFileSync(path, "utf8").split("\n").forEach((line, at) => {
    const fence = /^(`{3,})(.*)$/.exec(line);
    if (open && fence && fence[1].length >= open.ticks && fence[2] === "") {
      found.push(finished(open, path));
      open = null;
    } else if (open) {
      open.lines.push(line);
    } else if (fence) {
      open = { ticks: fence[1].length, words: fence[2].trim().split(/\s+/), lines: [], line: at + 1 };
    }
  });
  if (open) throw new Error(`${path}:${open.line}: the block does not end`);
  return found;
}

function finished({ words, lines, line }, path) {
  const [language, ...rest] = words;
  const block = { language, purpose: null, project: null, file: null, text: `${lines.join("\n")}\n`, line };
  for (const word of rest) {
    const [name, value] = word.split("=");
    if (PURPOSES.includes(word)) block.purpose = word;
    else if (name === "file" || name === "project") block[name] = value;
    else throw new Error(`${path}:${line}: \`${word}\` is no purpose of a block`);
  }
  if (block.file) block.purpose = "file";
  if (!language || !block.purpose) throw new Error(`${path}:${line}: the block does not say what it is for`);
  return block;
}

/** The blocks that are to be run, each with what it is expected to print (or `null`). */
export function runnable(all, keep) {
  const chosen = [];
  let last = null;
  for (const block of all) {
    if (block.purpose === "expect") {
      if (!last) throw new Error(`line ${block.line}: nothing was run before this expectation`);
      last.expected = block.text;
      last = null;
    } else if (block.purpose === "run" && keep(block)) {
      last = { ...block, expected: null };
      chosen.push(last);
    } else {
      last = { expected: null };
    }
  }
  return chosen;
}

/** Says how `printed` differs from `expected`, or `null`. */
export function difference(expected, printed) {
  const wanted = expected.trimEnd().split("\n");
  const lines = printed.trimEnd().split("\n");
  const fits = (pattern, line) => {
    const source = pattern.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
    return line !== undefined && new RegExp(`^${source}$`, "u").test(line);
  };
  const same = wanted.length === lines.length && wanted.every((pattern, at) => fits(pattern, lines[at]));
  return same ? null : `expected:\n${wanted.join("\n")}\nprinted:\n${lines.join("\n")}`;
}
