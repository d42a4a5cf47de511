// Makes slugline.d.ts of Slugline's OpenAPI document: node generate.mjs [FILE-OR-ADDRESS]
//
// On its own openapi-typescript takes the bytes of a file for a string; in JavaScript they are a Blob.

import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const [, , source = "../../../openapi/openapi.json"] = process.argv;
const document = /^https?:/.test(source) ? new URL(source) : pathToFileURL(source);
const blob = ts.factory.createTypeReferenceNode("Blob");

const types = await openapiTS(document, {
  alphabetize: true,
  transform: (schema) => (schema.format === "binary" ? blob : undefined),
});
await writeFile("slugline.d.ts", astToString(types));
