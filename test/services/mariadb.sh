#!/usr/bin/env bash
# A private MariaDB for tests: nothing in it outlives the machine, so it does not wait for the disk.
# "start DIR" prints its address and nothing else; "stop DIR" stops and removes it.
set -euo pipefail
cd "$(dirname "$0")"
. ./lib.sh
[ $# = 2 ] || usage
dir=$2

start() {
  need mariadbd mariadb-server
  need mariadb-admin mariadb-client
  local home port
  home=$(home_of "$dir" mysql)
  cd "$home"
  [ -d "$home/data" ] || as mysql mariadb-install-db --no-defaults --datadir="$home/data" \
    --auth-root-authentication-method=normal --skip-test-db >"$dir/init.log" 2>&1
  port=$(free_port)
  as mysql mariadbd --no-defaults --datadir="$home/data" --socket="$home/s" --bind-address=127.0.0.1 --port="$port" \
    --pid-file="$home/pid" --character-set-server=utf8mb4 --collation-server=utf8mb4_bin --innodb-flush-log-at-trx-commit=2 --innodb-flush-method=nosync --log-error="$home/log" \
    </dev/null >/dev/null 2>&1 &
  disown
  for _ in $(seq 150); do
    if mariadb-admin --no-defaults -S "$home/s" -u root ping >/dev/null 2>&1; then
      echo "root@tcp(127.0.0.1:$port)/mysql"
      return
    fi
    sleep 0.2
  done
  cat "$home/log" >&2
  return 1
}

stop() {
  [ -f "$dir/home" ] || return 0
  local home
  home=$(cat "$dir/home")
  mariadb-admin --no-defaults -S "$home/s" -u root shutdown >&2 || true
  for _ in $(seq 100); do
    [ -e "$home/pid" ] || break
    sleep 0.1
  done
  rm -rf "$home" "$dir/home"
}

case $1 in
start) start ;;
stop) stop ;;
*) usage ;;
esac
