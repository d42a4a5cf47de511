#!/usr/bin/env bash
# Makes clients of the OpenAPI document with four generators, builds them, and works with them against a server.
# check.sh TOOLS PYTHON_BIN CARGO_TARGET WORK API PASSWORD: the folder of the npm tools, the one of the Python tools'
# programs, cargo's target folder, a folder for files that are thrown away, and the address and the password of a server
# that was started with --demo. SLUGLINE_DOCUMENT names another document.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
repository=$PWD
tools=$1
python_bin=$2
export CARGO_TARGET_DIR=$3
work=$4/clients
export SLUGLINE_URL=$5 SLUGLINE_EMAIL=editor@demo.example SLUGLINE_PASSWORD=$6
export SLUGLINE_DOCUMENT=${SLUGLINE_DOCUMENT:-$repository/openapi/openapi.json}
export PATH=$python_bin:$tools/node_modules/.bin:$PATH
strict='--noEmit --strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --target es2022 --module nodenext --types node'

# The names that blocks.ts asks for.
block_names() { grep -oE 'Slugline\.\w+' "$repository/.ci/clients/blocks.ts" | cut -d. -f2 | sort -u; }

# quietly COMMAND...: its output only where it fails.
quietly() {
  "$@" >"$work/output" 2>&1 || { cat "$work/output" && return 1; }
}

rm -rf "$work"
mkdir -p "$work"/{typescript,hey,python,rust}
ln -s "$tools/node_modules" "$work/node_modules"
node .ci/clients/picture.mjs "$work/picture.png"
cp .ci/clients/vague.mjs "$work/"

# openapi-typescript and openapi-fetch: the example, as an integrator builds and runs it.
cd "$work/typescript"
cp "$repository"/examples/clients/typescript/{generate.mjs,newsroom.ts,package.json,tsconfig.json} "$repository/.ci/clients/blocks.ts" .
quietly node generate.mjs "$SLUGLINE_DOCUMENT"
node ../vague.mjs slugline.d.ts
{
  echo 'import type { components } from "./slugline.js";'
  block_names | sed 's/.*/export type & = components["schemas"]["&"];/'
} >names.d.ts
# shellcheck disable=SC2086 # several options
quietly tsc $strict blocks.ts
quietly tsc
quietly node dist/newsroom.js "$work/picture.png"
echo 'openapi-typescript, openapi-fetch: the types are exact, and a morning in the newsroom went well.'

# @hey-api/openapi-ts. Its runtime does not compile with --exactOptionalPropertyTypes; its types do.
cd "$work/hey"
cp "$repository"/.ci/clients/{blocks.ts,hey.ts,openapi-ts.config.mjs} .
echo '{"type": "module"}' >package.json
quietly openapi-ts
node ../vague.mjs sdk/types.gen.ts
echo 'export type * from "./sdk/types.gen.js";' >names.d.ts
# shellcheck disable=SC2086 # several options
quietly tsc $strict blocks.ts
quietly tsc --strict --noUncheckedIndexedAccess --target es2022 --module nodenext --types node --outDir dist hey.ts
quietly node dist/hey.js
echo '@hey-api/openapi-ts: the types are exact, and the SDK reads, writes and is told that it is stale.'

# openapi-python-client. A response or an operation that it leaves out is a warning; there is to be none.
cd "$work/python"
cp "$repository"/examples/clients/python/{config.yaml,newsroom.py} "$repository"/.ci/clients/{mypy.ini,round_trip.py} .
openapi-python-client generate --path "$SLUGLINE_DOCUMENT" --config config.yaml --meta none \
  --output-path slugline_client >generated 2>&1 || { cat generated && exit 1; }
if grep -q WARNING generated; then cat generated && exit 1; fi
find slugline_client -name '*.py' ! -name __init__.py | sed 's/\.py$//; s|/|.|g; s/^/import /' >everything.py
quietly python everything.py
quietly mypy slugline_client newsroom.py
node "$repository/.ci/clients/picture.mjs" picture.png
quietly python newsroom.py picture.png
quietly python round_trip.py "$SLUGLINE_URL"
echo 'openapi-python-client: nothing is left out, what is read comes out again, the newsroom works here too.'

# openapi-generator's Rust crate, without TLS, which would need more of the machine.
cd "$work/rust"
quietly openapi-generator-cli generate -g rust -i "$SLUGLINE_DOCUMENT" -o . \
  --additional-properties=packageName=slugline_client
mkdir -p examples
cp "$repository/.ci/clients/read.rs" examples/
printf '\n[dev-dependencies]\ntokio = { version = "1", features = ["macros", "rt"] }\n' >>Cargo.toml
ids=$(node -e '
  const { data } = await (await fetch(process.env.SLUGLINE_URL + "/v1/articles?limit=100&fields=id")).json();
  console.log(data.map(({ id }) => id).join(" "));
' --input-type=module)
# shellcheck disable=SC2086 # several ids
quietly cargo run --quiet --no-default-features --example read -- "$SLUGLINE_URL" $ids
echo 'openapi-generator, rust: the crate compiles, and reads every article.'
