// Finds every `any` and `unknown` of generated types, and takes those that the list below explains.
// node vague.mjs FILE.ts

import { readFileSync } from "node:fs";
import ts from "typescript";

const EXPLAINED = [
  // The newsroom's own members: any JSON.
  /\.custom$/,
  /^(components\.schemas\.)?FreeObject$/,
  // What the route of the operation takes, and the value of whichever member differs.
  /\b(Media)?BatchOperation(Input|Writable)?\.body$/,
  /\bFieldChange\.(before|after)$/,
  // Vocabularies of others (schema.org, IPTC ninjs): they have more members than the document names.
  /^(components\.schemas\.)?(NewsArticle|NewsItem)$/,
  // The members of the problem that refused an operation of a batch.
  /\b(ProblemDocument|Problem)\.cause$/,
  // Facts of whichever event or entry it is; and an answer without a body.
  /\b(AdminEvent\.data|AuditEntry\.detail)$/,
  /^(RedeliverWebhook|RequestEmailChange|RequestPasswordReset)Responses\.202$/,
  // An object that has no members yet: what belongs to an answer, and not to the record.
  /^Meta$/,
  // The OpenAPI document is no type of its own document.
  /^operations\.get_openapi\.responses\.200\.content\.application\/json$/,
  /^GetOpenapiResponses\.200$/,
  // openapi-typescript leaves the headers of every answer open.
  /\.responses\.[\w]+\.headers$/,
  /^components\.responses\.\w+\.headers$/,
  // hey-api takes a member named `items` for the items of a list, in its types for writing, where the member is ignored.
  /^RelatedArticlesBlock(Input)?Writable\.items$/,
];

const source = ts.createSourceFile(process.argv[2], readFileSync(process.argv[2], "utf8"), ts.ScriptTarget.Latest, true);
const vague = new Set();

function walk(node, path) {
  if (node.kind === ts.SyntaxKind.AnyKeyword || node.kind === ts.SyntaxKind.UnknownKeyword) vague.add(path.join("."));
  const name = node.name && (node.name.text ?? node.name.getText());
  const below = name === undefined || ts.isParameter(node) ? path : [...path, name];
  ts.forEachChild(node, (child) => walk(child, below));
}

walk(source, []);
const unexplained = [...vague].filter((path) => !EXPLAINED.some((known) => known.test(path)));
if (unexplained.length > 0) {
  console.error(`${process.argv[2]} does not know the type of:\n  ${unexplained.join("\n  ")}`);
  process.exitCode = 1;
}
