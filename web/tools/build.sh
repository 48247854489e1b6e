#!/usr/bin/env bash
# Builds both web apps. Without npm the program still builds: it then serves a page that says what is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
. web/tools/modules.sh
if ! modules; then
	echo "The web pages are not built: $missing." >&2
	echo "The server will run, with its API and a page in their place. Install Node and run make again." >&2
	[ -z "${CI:-}" ] || exit 1
	exit 0
fi
cd web
for app in console signer; do
	node_modules/.bin/vite build -c "vite.$app.config.ts" --logLevel warn
done
