# Sourced: `modules` installs the packages of web/package-lock.json where they are not yet, and fails where it cannot.
# shellcheck shell=bash
modules() {
	local stamp=web/node_modules/.lock-of-last-ci
	missing=""
	if ! command -v npm >/dev/null; then
		missing="npm is not installed (Node 20.19 or newer brings it)"
		return 1
	fi
	if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
		missing="Node $(node --version) is too old; 20.19 or newer is needed"
		return 1
	fi
	cmp -s web/package-lock.json "$stamp" && return 0
	echo "installing the packages of the web apps" >&2
	if ! (cd web && npm ci --no-audit --no-fund --loglevel=error >&2); then
		missing="npm ci failed (see above)"
		return 1
	fi
	cp web/package-lock.json "$stamp"
}
