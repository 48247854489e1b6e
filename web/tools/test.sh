#!/usr/bin/env bash
# The fast tests of the web apps, told as `go test -json` tells its own; for `make test`.
set -euo pipefail
cd "$(dirname "$0")/../.."
. web/tools/modules.sh
if modules; then
	exec node web/tools/gate.mjs
fi
say() { printf '{"Action":"%s","Package":"web","Output":"%s"}\n' "$1" "${2:-}"; }
say output "NOT RUN: tests of the web apps: $missing\\n"
[ -z "${CI:-}" ] || say fail
