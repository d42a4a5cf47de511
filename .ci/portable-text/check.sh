#!/usr/bin/env bash
# Renders what Slugline stores with the Portable Text libraries, and stores what its converters make.
# check.sh TOOLS WORK API PASSWORD: the folder of the npm tools, one for files that are thrown away, and the address
# and the password of a server that was started with --demo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tools=$1
work=$2/portable-text
mkdir -p "$work"

# The examples name their libraries as a project would that installed them.
cp -r --parents .ci/portable-text examples/portable-text "$work/"
ln -sfn "$tools/node_modules" "$work/node_modules"
node "$work/.ci/portable-text/check.mjs" --api "$3" --password "$4"
