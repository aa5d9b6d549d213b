#!/usr/bin/env bash
# Builds the archives twice, of what is committed, in two folders of different names, and compares them.
#   dist/reproduce.sh [OPTION OF MAVEN…]
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/mpstream-reproduce.XXXXXX")
trap 'rm -rf "$work"' EXIT

for place in one "another place/two"; do
  mkdir -p "$work/$place"
  git -C "$root" archive HEAD | tar -x -C "$work/$place"
  mvn -B -q -f "$work/$place/pom.xml" package -Pdist -Dmaven.test.skip=true -pl dist -am "$@" >&2
  cp "$work/$place"/dist/target/mpstream-*.tar.gz "$work/$place"
done

differing=0
for archive in "$work"/one/mpstream-*.tar.gz; do
  name=${archive##*/}
  other="$work/another place/two/$name"
  if cmp -s "$archive" "$other"; then
    echo "$name: the same bytes, $(sha256sum <"$archive" | cut -d ' ' -f 1)"
    continue
  fi
  mkdir -p "$work/contents/one" "$work/contents/two"
  tar -xzf "$archive" -C "$work/contents/one"
  tar -xzf "$other" -C "$work/contents/two"
  # It fails because they differ.
  files=$({ diff -rq --no-dereference "$work/contents/one" "$work/contents/two" || true; } | sed "s|^Files $work/contents/one/\(.*\) and .*|\1|")
  rm -rf "$work/contents"
  printf '%s: all the same but\n%s\n' "$name" "$files"
  # Caches are of what a run had loaded, in whatever order.
  if [ -n "$(grep -v '/startup-[^/]*\.aot$' <<<"$files" || true)" ]; then differing=1; fi
done
exit "$differing"
