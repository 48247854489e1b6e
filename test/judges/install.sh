#!/usr/bin/env bash
# Installs the independent judges of signed files on Debian 12: EU DSS and veraPDF
# (Java), pyHanko (Python), pdfsig, mutool, qpdf and openssl. Everything that is not a
# Debian package goes to .cache/, which git ignores. Runs again in a second.
set -euo pipefail
cd "$(dirname "$0")/../.."
cache="$PWD/.cache"
here="test/judges"
mkdir -p "$cache"

packages() {
  local missing=()
  command -v javac   >/dev/null || missing+=(openjdk-17-jdk-headless)
  command -v mvn     >/dev/null || missing+=(maven)
  command -v pdfsig  >/dev/null || missing+=(poppler-utils)
  command -v mutool  >/dev/null || missing+=(mupdf-tools)
  command -v qpdf    >/dev/null || missing+=(qpdf)
  command -v openssl >/dev/null || missing+=(openssl)
  python3 -c 'import ensurepip, sys; assert sys.version_info >= (3, 10)' 2>/dev/null || missing+=(python3-venv)
  [ ${#missing[@]} -eq 0 ] && return
  local root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  "${root[@]}" apt-get update -q
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -qy --no-install-recommends "${missing[@]}"
}

java_judge() { # folder of a program that prints verdicts
  local name=$1
  local stamp="$cache/$name.stamp" sum
  sum=$(cat $here/$name/pom.xml $here/$name/src/main/java/*.java | sha256sum)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && return
  rm -rf "$cache/$name-lib" "$cache/$name-classes"
  mvn -q -B -f $here/$name/pom.xml -Dmaven.repo.local="$cache/m2" \
    dependency:copy-dependencies -DoutputDirectory="$cache/$name-lib"
  javac -d "$cache/$name-classes" -cp "$cache/$name-lib/*" $here/$name/src/main/java/*.java
  echo "$sum" >"$stamp"
}

pyhanko() {
  local stamp="$cache/pyhanko.stamp" sum
  sum=$(sha256sum <$here/pyhanko/requirements.txt)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && return
  rm -rf "$cache/pyhanko"
  python3 -m venv "$cache/pyhanko"
  "$cache/pyhanko/bin/pip" install -q --no-deps -r $here/pyhanko/requirements.txt
  echo "$sum" >"$stamp"
}

packages
java_judge dss
java_judge vera
pyhanko
