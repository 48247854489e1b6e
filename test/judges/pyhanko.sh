#!/usr/bin/env bash
# pyHanko on the files named: pyhanko.sh [--trust PEM]... FILE...
here="$(cd "$(dirname "$0")/../.." && pwd)"
exec "$here/.cache/pyhanko/bin/python" "$here/test/judges/pyhanko/judge.py" "$@"
