#!/usr/bin/env bash
# Lints openapi/openapi.json, makes TypeScript types of it, and compiles a small client against them.
# check.sh TOOLS WORK: the folder of the npm tools, and one for files that are thrown away.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tools=$1
work=$2/contract
bin=$tools/node_modules/.bin
export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true

"$bin/redocly" lint --config .ci/redocly.yaml --format=json --max-problems=200 openapi/openapi.json \
  >"$work.redocly" 2>"$work.errors" || true
node - "$work.redocly" <<'EOF' || { cat "$work.errors" && exit 1; }
const report = JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8"));
for (const problem of report.problems) {
  console.log(`${problem.ruleId}: ${problem.message} ${problem.location[0]?.pointer ?? ""}`);
}
process.exitCode = report.totals.errors + report.totals.warnings + report.totals.ignored > 0 ? 1 : 0;
EOF
"$bin/spectral" lint openapi/openapi.json --ruleset .ci/.spectral.yaml --fail-severity=hint

mkdir -p "$work"
"$bin/openapi-typescript" openapi/openapi.json -o "$work/api.d.ts" --alphabetize >/dev/null
cp .ci/contract/consumer.ts "$work/"
ln -s "$tools/node_modules" "$work/node_modules"
"$bin/tsc" --noEmit --strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --target es2022 --module nodenext \
  --lib es2022,dom,dom.iterable "$work/consumer.ts"
echo 'Two linters have nothing to say; the generated types compile with a client.'
