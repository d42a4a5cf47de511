#!/usr/bin/env bash
# Has the receiver of the integrators' guide, with the npm package `standardwebhooks`, verify what a server sends.
# check.sh SERVER TOOLS WORK: the binary, the folder in which package.json of .ci/tools is installed, and a folder for
# files that are thrown away.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$3/webhooks
mkdir -p "$work"
cp -r --parents .ci/webhooks .ci/guides src/http/docs/guides/integrators.md "$work/"
ln -sfn "$2/node_modules" "$work/node_modules"
# For the receiver that speaks TLS: a certificate that only this server trusts.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
  -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
  -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
unset DATABASE_URL ${!SLUGLINE_@}
exec node "$work/.ci/webhooks/check.mjs" "$(realpath "$1")" "$work"
