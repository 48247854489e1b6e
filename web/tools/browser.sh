#!/usr/bin/env bash
# What needs a real browser: installs Chromium and fonts for every script where they are missing (Debian), then runs
#   install   nothing more
#   e2e       the tests, told as `go test -json`
#   shots     photographs of every screen, into web/shots
#   bench     measurements, into docs/proof/bench-web.txt
# The program and the web apps have been built before.
set -euo pipefail
cd "$(dirname "$0")/../.."
. web/tools/modules.sh

install() {
	local missing=() package
	command -v chromium >/dev/null || missing+=(chromium)
	command -v pdftotext >/dev/null || missing+=(poppler-utils)
	for package in fonts-noto-core fonts-noto-cjk fonts-liberation fonts-dejavu-core; do
		dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	echo "installing: ${missing[*]}" >&2
	local root=()
	[ "$(id -u)" -eq 0 ] || root=(sudo)
	"${root[@]}" apt-get update -qq
	DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

modules || {
	echo "browser tests cannot run: $missing" >&2
	exit 1
}
install
cd web
tests() { node_modules/.bin/vitest run -c vitest.e2e.config.ts "$@"; }
case "${1:-e2e}" in
install) ;;
e2e) tests --reporter=./tools/gotest.ts ;;
shots) CONSIGIL_SCENES=1 tests e2e/shots && echo "web/shots: $(find shots -name '*.png' | wc -l) pictures" ;;
bench) CONSIGIL_SCENES=1 tests e2e/bench && cat ../docs/proof/bench-web.txt ;;
*)
	echo "usage: $0 [install|e2e|shots|bench]" >&2
	exit 2
	;;
esac
