#!/usr/bin/env bash
# Measures the time-stamp authority: in process against the bare key, and over HTTP against sigstore's
# timestamp-authority, which is built here for that purpose and linked nowhere. Called by test/bench.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
peer=$PWD/.cache/bench-tsa/bin/timestamp-server
echo "== time stamps in process, against the bare key operation (x-bare-key: at most 1.43 wanted, which is 0.7 of its rate)"
go test ./tsp -run '^$' -bench 'BenchmarkStamp$' -benchtime 3s -count 3 -cpu 1 | grep -E '^Benchmark'
echo
echo "== time stamps over HTTP"
if [ ! -x "$peer" ]; then
	GOBIN=$(dirname "$peer") GOFLAGS=-mod=mod go install github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server@v2.0.6 ||
		{ echo "(sigstore's authority cannot be built here; ours alone)"; peer=; }
fi
go run ./test/load/tsa -binary bin/consigil -peer "$peer"
