# start_demo SERVER FOLDER: a demo newsroom on a free port of the loopback; sets `demo_url`, `demo_password` and
# `demo_pid`. stop_demo ends it.
start_demo() {
  mkdir -p "$2"
  (cd "$2" && exec "$1" serve --demo --bind 127.0.0.1:0 --log warn) >"$2/told" 2>"$2/log" &
  demo_pid=$!
  for _ in $(seq 300); do
    demo_url=$(sed -n 's/^Slugline answers at //p' "$2/told")
    demo_password=$(awk '$2 == "editor@demo.example" { print $3 }' "$2/told")
    if [ -n "$demo_url" ] && [ -n "$demo_password" ]; then return; fi
    kill -0 "$demo_pid" 2>/dev/null || break
    sleep 0.1
  done
  echo 'The demo did not start:' >&2
  cat "$2/told" "$2/log" >&2
  return 1
}

stop_demo() {
  if [ -n "${demo_pid:-}" ]; then
    kill "$demo_pid" 2>/dev/null || true
    wait "$demo_pid" 2>/dev/null || true
    demo_pid=
  fi
}
