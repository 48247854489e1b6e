#!/usr/bin/env bash
# EU DSS on the files named: dss.sh [--trust PEM]... [--offline] FILE...
here="$(cd "$(dirname "$0")/../.." && pwd)"
exec java -Xmx1g -cp "$here/.cache/dss-classes:$here/.cache/dss-lib/*" Judge "$@"
