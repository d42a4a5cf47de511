// Makes a small picture that no server has seen before: node picture.mjs FILE.png

import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

const SIZE = 64;

function chunk(type, data) {
  const content = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, sum]);
}

// Eight bits a channel, red, green and blue; each row begins with its filter, which is none.
const header = Buffer.from([0, 0, 0, SIZE, 0, 0, 0, SIZE, 8, 2, 0, 0, 0]);
const rows = Array.from({ length: SIZE }, () => Buffer.concat([Buffer.of(0), randomBytes(3 * SIZE)]));
const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.concat(rows))), chunk("IEND", Buffer.alloc(0))];
writeFileSync(process.argv[2], Buffer.concat([signature, ...chunks]));
