#!/usr/bin/env bash
# Runs every snippet of the guides against a release binary, and holds the pages of the error codes against the
# document. Needs node 20, curl, jq, perl and sqlite3; git and network are not needed.
# check.sh SERVER TOOLS PYTHON WORK [GUIDE...]: the binary (named slugline), the folder in which package.json of this
# folder is installed, the python of an environment with requirements.txt of this folder, and a folder for files that
# are thrown away.
set -euo pipefail
for program in node curl jq perl sqlite3; do
  command -v "$program" >/dev/null || { echo "Missing: $program" >&2 && exit 1; }
done
unset DATABASE_URL ${!SLUGLINE_@} ${!AWS_@}
exec node "$(dirname "${BASH_SOURCE[0]}")/check.mjs" "$@"
