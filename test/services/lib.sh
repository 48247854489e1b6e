# Shared by the service scripts: a private folder that the service's own user can reach, and a free port.
# The folder lies beside DIR's parents on purpose: DIR is often under a folder that only its maker may enter.

as() { # as USER COMMAND...: run as that user when we are root, else as ourselves
  local user=$1
  shift
  if [ "$(id -u)" = 0 ]; then runuser -u "$user" -- "$@"; else "$@"; fi
}

home_of() { # home_of DIR USER: make the service's folder once and print it
  mkdir -p "$1"
  if [ ! -f "$1/home" ]; then
    local home
    home=$(mktemp -d "${TMPDIR:-/tmp}/consigil-service-XXXXXX")
    if [ "$(id -u)" = 0 ]; then chown "$2" "$home"; fi
    chmod 700 "$home"
    printf '%s' "$home" >"$1/home"
  fi
  cat "$1/home"
}

free_port() { # print a port that nobody listens on right now
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s' "$port"
      return
    fi
  done
}

need() { # need COMMAND PACKAGE: install the Debian package where the command is missing
  if command -v "$1" >/dev/null || [ -x "$1" ]; then return; fi
  apt-get install -y --no-install-recommends "$2" >&2
}

usage() {
  echo "usage: $0 start DIR | stop DIR" >&2
  exit 64
}
