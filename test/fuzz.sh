#!/usr/bin/env bash
# Runs every fuzz target of the module for the given time each (default 10s); a finding stops it with its file.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-10s}
count=0
while IFS=: read -r file line; do
	name=$(sed -E 's/^func (Fuzz[A-Za-z0-9_]+).*/\1/' <<<"$line")
	echo "== ./$(dirname "$file") $name for $time"
	nice go test "./$(dirname "$file")" -run '^$' -fuzz "^$name\$" -fuzztime "$time" -fuzzminimizetime 10x
	count=$((count + 1))
done < <(grep -rE --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]+' . | sed 's#^\./##')
echo "$count fuzz targets, no finding"
