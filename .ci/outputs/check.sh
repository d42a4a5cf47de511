#!/usr/bin/env bash
# Holds feeds, sitemaps, JSON-LD and ninjs against the programs and schemas that others made.
# check.sh PYTHON TOOLS WORK API PASSWORD: the Python of the tools, the folder in which package.json of .ci/tools is
# installed, a folder for files that are thrown away, and the address and the password of a server that was started with
# --demo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$3/outputs
mkdir -p "$work"
"$1" .ci/outputs/check.py --api "$4" --password "$5" --ninjs .ci/outputs/ninjs-schema_3.1.json \
  --sitemap "$2/node_modules/sitemap/schema/sitemap.xsd" --out "$work"
# Every object of schema.org and every JSON Feed is a value of the types that others made of them.
ln -sfn "$2/node_modules" "$work/node_modules"
"$2/node_modules/.bin/tsc" --noEmit --strict --skipLibCheck --target es2022 --module esnext \
  --moduleResolution bundler "$work/values.mts"
