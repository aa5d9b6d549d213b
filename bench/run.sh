#!/usr/bin/env bash
# Measures MPStream beside others that do the same work, and writes a table, JSON and a chart into bench/results.
#   bench/run.sh [--quick] [--only NAME,…] [--who NAME,…]
#   bench/run.sh micro [options of JMH]       codecs, encoders and journals alone
set -eu
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Builds what is measured, if needed, and finds the JDK.
java=$("$root/run.sh" --java)
jar=$(ls "$root"/bench/target/mpstream-bench-*.jar 2>/dev/null | head -n 1)
built=$root/bench/target/built
# A jar that would not change is not written again, so the time of the last build is kept beside; one that Maven has built since is as good.
since=$built
[ "$jar" -nt "$built" ] && since=$jar
if [ ! -f "$jar" ] || [ -n "$(find "$root"/bench/src "$root"/bench/pom.xml "$root"/pom.xml "$root"/{api,common,responders,producer,page,streamer,single}/target/mpstream-*.jar -newer "$since" | head -n 1)" ]; then
  if [ -f "$jar" ] && ! command -v mvn >/dev/null; then
    printf 'measuring what was built before, which may not be what the sources say: there is no Maven to build them\n' >&2
  else
    printf 'building the benchmark\n' >&2
    mvn -B -q -f "$root/pom.xml" -Dmaven.test.skip=true -pl single,bench -am package
    jar=$(ls "$root"/bench/target/mpstream-bench-*.jar)
    touch "$built"
  fi
fi
main=io.mpstream.bench.BenchMain
if [ "${1:-}" = micro ]; then
  shift
  main=org.openjdk.jmh.Main
fi
exec "$java" "@$root/jvm.options" "-Dbench.root=$root" -cp "$jar:$root/bench/target/lib/*" "$main" "$@"
