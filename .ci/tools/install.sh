# Installs what .ci/run needs and the machine lacks. Sets `python` and `node_tools`.

# Debian packages, only where something is missing.
need() {
  if [ "$(id -u)" -ne 0 ]; then
    echo "Missing: $*. Install it, or run .ci/run as root." >&2
    exit 1
  fi
  if [ -z "${apt_updated:-}" ]; then
    within 5 apt-get update -qq
    apt_updated=yes
  fi
  DEBIAN_FRONTEND=noninteractive within 10 apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

has_postgres() {
  command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

install_tools() {
  command -v cc >/dev/null || need gcc libc6-dev
  command -v npm >/dev/null || need nodejs npm
  command -v setpriv >/dev/null || need util-linux
  command -v chromium >/dev/null || need chromium fonts-dejavu-core
  local program
  for program in curl jq openssl perl sqlite3; do
    command -v "$program" >/dev/null || need "$program"
  done
  if ! has_postgres; then
    need postgresql-common
    # A private cluster is all that is wanted; the machine gets none of its own.
    sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
    need postgresql
  fi
  install_python
  install_node
}

# A virtual environment for these requirements; another list gets another folder.
install_python() {
  local venv
  venv=$cache/python-$(sha256sum .ci/tools/requirements.txt | cut -c1-12)
  python=$venv/bin/python
  if [ ! -e "$venv/complete" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" 2>/dev/null || { need python3 python3-venv && python3 -m venv "$venv"; }
    within 10 "$python" -m pip install --quiet --disable-pip-version-check -r .ci/tools/requirements.txt
    touch "$venv/complete"
  fi
}

# The npm tools at their exact versions.
install_node() {
  node_tools=$cache/node-$(sha256sum .ci/tools/package.json | cut -c1-12)
  if [ ! -e "$node_tools/complete" ]; then
    rm -rf "$node_tools"
    mkdir -p "$node_tools"
    cp .ci/tools/package.json "$node_tools/"
    within 15 npm install --prefix "$node_tools" --no-fund --no-audit --no-package-lock --loglevel=error
    touch "$node_tools/complete"
  fi
}
