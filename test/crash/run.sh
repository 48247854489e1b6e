#!/usr/bin/env bash
# Kills the server at random moments while it seals (300 times on SQLite, 100 on PostgreSQL; CONSIGIL_CRASH_SQLITE and
# CONSIGIL_CRASH_POSTGRES set other amounts), then looks for losses and doubles.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
chmod 755 "$work"
stop() {
	bash test/services/postgres.sh stop "$work/pg" || true
	rm -rf "$work"
}
trap stop EXIT
if [ -z "${CONSIGIL_TEST_POSTGRES:-}" ]; then
	CONSIGIL_TEST_POSTGRES=$(bash test/services/postgres.sh start "$work/pg")
	export CONSIGIL_TEST_POSTGRES
fi
go test -tags interop -count 1 -timeout 40m -v "$@" ./test/crash/
