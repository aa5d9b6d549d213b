#!/usr/bin/env bash
# Puts the archives together, of what Maven has built in dist/target: mpstream-VERSION.tar.gz, and one with Java and the start-up caches in it.
# Maven calls it. The first has the same bytes wherever and whenever it is built; so has the other, but for the caches.
#   pack.sh VERSION TIME     TIME is that of all files, as in 2026-01-01T00:00:00Z
set -euo pipefail
export LC_ALL=C.UTF-8

version=$1
time=$2
dist=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$dist")
target=$dist/target
name=mpstream-$version
stage=$target/stage/$name

programs() {
  local role
  mkdir -p "$stage"/{bin,app/lib,app/producer,app/streamer,app/client}
  cp "$root/run.sh" "$stage/bin/mpstream"
  # So that all that is written of run.sh holds here.
  ln -s bin/mpstream "$stage/run.sh"
  cp "$root/jvm.options" "$stage/app"
  cp "$target"/lib/*.jar "$stage/app/lib"
  for role in producer streamer single otel client; do
    cp "$target/lib/mpstream-$role-$version.jar" "$stage/app/mpstream-$role.jar"
  done
  rm "$stage"/app/lib/mpstream-{single,otel,client}-"$version".jar
}

papers() {
  cp -R "$dist"/src/main/archive/. "$stage"
  cp "$root"/{LICENSE,README.md,CHANGELOG.md} "$target"/{THIRD-PARTY.txt,sbom.json} "$stage"
  tar -C "$root" --exclude=node_modules --exclude=target --exclude=dist -cf - docs examples | tar -C "$stage" -xf -
}

# A cache is for jars of a certain time, and an archive's bytes must not depend on who builds it: so everything has one time, and one mode.
settle() {
  chmod -R u=rwX,go=rX "$stage"
  chmod 755 "$stage/bin/mpstream"
  find "$stage" -exec touch -h -d "$time" {} +
}

archive() { # file
  tar -C "$target/stage" --sort=name --format=gnu --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -9 -n >"$1.part"
  mv "$1.part" "$1"
}

caches() {
  "$stage/bin/mpstream" --java >/dev/null
  rm -f "$stage/app/building"
  local role
  for role in producer streamer client; do
    [ -f "$(echo "$stage/app/$role"/startup-*.aot)" ] || { echo "pack.sh: no start-up cache of the $role could be made" >&2; exit 1; }
  done
}

[ -f "$target/sbom.json" ] || { echo "pack.sh: there is no dist/target/sbom.json: Maven skips what makes it when it is offline (-o)" >&2; exit 1; }
rm -rf "$target/stage"
programs
papers
settle
archive "$target/$name.tar.gz"
cp -R "$target/runtime" "$stage/runtime"
settle
caches
settle
archive "$target/$name-linux-$(uname -m | sed 's/x86_64/x64/').tar.gz"
