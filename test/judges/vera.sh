#!/usr/bin/env bash
# veraPDF on the files named on standard input: a profile ("2b", "ua1"), a tab and a file a line.
here="$(cd "$(dirname "$0")/../.." && pwd)"
exec java -Xmx1g -cp "$here/.cache/vera-classes:$here/.cache/vera-lib/*" Vera "$@"
