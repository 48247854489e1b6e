#!/usr/bin/env bash
# The tests that need real services and independent judges: installs what is missing (Debian), starts PostgreSQL and
# MariaDB in private folders, runs every package that has tests under the build tag `interop`, then both web apps in a
# real browser, and closes with counts. The program and the web apps have been built before.
set -euo pipefail
cd "$(dirname "$0")/.."

need() { # command package
	command -v "$1" >/dev/null || missing+=("$2")
}
missing=()
need pdfsig poppler-utils
need qpdf qpdf
need mutool mupdf-tools
need openssl openssl
need jq jq
need curl curl
need softhsm2-util softhsm2
need pkcs11-tool opensc
need gcc gcc
[ -e /usr/include/stdio.h ] || missing+=(libc6-dev)
need java default-jdk-headless
need mvn maven
need mariadbd mariadb-server
[ -x /usr/lib/postgresql/15/bin/initdb ] || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ]; then
	echo "installing: ${missing[*]}"
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
bash test/judges/install.sh
bash web/tools/browser.sh install

work=$(mktemp -d)
stop() {
	bash test/services/postgres.sh stop "$work/pg" || true
	bash test/services/mariadb.sh stop "$work/my" || true
	rm -rf "$work"
}
trap stop EXIT
chmod 755 "$work"
CONSIGIL_TEST_POSTGRES=$(bash test/services/postgres.sh start "$work/pg")
CONSIGIL_TEST_MYSQL=$(bash test/services/mariadb.sh start "$work/my")
export CONSIGIL_TEST_POSTGRES CONSIGIL_TEST_MYSQL

packages=$(grep -rlE --include='*_test.go' '^//go:build .*interop' . | xargs -n1 dirname | sort -u)
{
	failed=0
	# shellcheck disable=SC2086 # one package an argument
	go test -tags interop -count 1 -timeout 40m -json $packages ./internal/store/... || failed=1
	bash web/tools/browser.sh e2e || failed=1
	exit $failed
} | go run ./internal/tools/testreport -strict
