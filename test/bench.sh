#!/usr/bin/env bash
# Prints the figures of the product in one run, as ratios where there is something to compare with. Nothing is asserted:
# a shared machine slows everything. OUT=docs/proof/bench.txt keeps them.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${OUT:-/dev/null}
bash test/judges/install.sh # EU DSS signs beside us
bench() { # package pattern [time]
	go test "./$1" -run '^$' -bench "$2" -benchtime "${3:-1s}" | grep -E '^Benchmark'
}
{
	echo "Consigil $(git describe --always --dirty), $(go version | cut -d' ' -f3), $(nproc) cores, $(date -u +%F)"
	echo
	go test -tags bench -v -count 1 -timeout 30m ./test/bench | grep -vE '^(===|---|PASS|ok)'
	echo
	echo "== parts"
	bench cms BenchmarkSign
	bench tsp BenchmarkToken
	bench validate BenchmarkFile
	bench internal/intake BenchmarkInspectOnePage
	bench internal/store BenchmarkGroupCommit
	echo
	bash test/bench-tsa.sh
	echo
	echo "== the server, embedded engines, P-256"
	go run ./test/load -binary bin/consigil
} | tee "$out"
