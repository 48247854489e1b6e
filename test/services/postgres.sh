#!/usr/bin/env bash
# A private PostgreSQL for tests: nothing in it outlives the machine, so it does not wait for the disk.
# "start DIR" prints its address and nothing else; "stop DIR" stops and removes it.
set -euo pipefail
cd "$(dirname "$0")"
. ./lib.sh
[ $# = 2 ] || usage
dir=$2

bin() { # the newest server's folder of programs
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  if [ -n "$found" ]; then echo "$found"; else dirname "$(command -v initdb)"; fi
}

start() {
  command -v initdb >/dev/null || [ -n "$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null)" ] || need initdb postgresql
  local b home port
  b=$(bin)
  home=$(home_of "$dir" postgres)
  cd "$home"
  [ -d "$home/data" ] || as postgres "$b/initdb" -D "$home/data" -U consigil --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/init.log" 2>&1
  for _ in 1 2 3 4 5; do
    port=$(free_port)
    if as postgres "$b/pg_ctl" -D "$home/data" -w -l "$home/log" \
      -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$home -c max_connections=200 -c fsync=off -c full_page_writes=off" start >"$dir/start.log" 2>&1; then
      echo "postgres://consigil@127.0.0.1:$port/postgres?sslmode=disable"
      return
    fi
  done
  cat "$home/log" >&2
  return 1
}

stop() {
  [ -f "$dir/home" ] || return 0
  local home
  home=$(cat "$dir/home")
  cd "$home"
  as postgres "$(bin)/pg_ctl" -D "$home/data" -m fast -w stop >&2 || true
  cd /
  rm -rf "$home" "$dir/home"
}

case $1 in
start) start ;;
stop) stop ;;
*) usage ;;
esac
