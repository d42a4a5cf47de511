#!/usr/bin/env bash
# Holds the tree of dependencies against deny.toml, and writes down what the binary is made of.
# check.sh PYTHON OUT: the Python of the tools, and where the bill of materials goes (CycloneDX 1.6, JSON).
#
# SLUGLINE_CI_ADVISORIES: a copy of https://github.com/RustSec/advisory-db; with it, known vulnerabilities are looked for
# too. Without it they are not: a new advisory must not turn a commit red that was green, and the database is not
# reachable from everywhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tools=$(dirname "$1")
grep -q '^unsafe_code = "forbid"$' Cargo.toml || { echo 'Cargo.toml no longer forbids unsafe code.' >&2; exit 1; }
"$tools/cargo-deny" --locked check --hide-inclusion-graph licenses bans sources
"$1" .ci/supply/sbom.py --out "$2"
if [ -n "${SLUGLINE_CI_ADVISORIES:-}" ]; then
  "$tools/cargo-audit" audit --db "$SLUGLINE_CI_ADVISORIES" --no-fetch --stale --deny unsound --deny yanked
fi
