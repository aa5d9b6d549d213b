#!/usr/bin/env bash
# Starts MPStream: both processes, restarted when they die (default), both in one JVM (--single), or one of them in the
# foreground (producer, streamer). A checkout is built first when needed; in an archive this is bin/mpstream. ./run.sh --help lists the
# options. With a word (ask, follow, tail, ls, show, stop, token, health) it is a client of a server that runs; ./run.sh ask --help tells more.
# However it was called (sh run.sh): what follows is for bash.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -u
set +o posix
# A stop that comes early is one as asked.
trap 'exit 0' TERM HUP
trap 'exit 130' INT
unset CDPATH

# The project is where this file is, not where a link to it is.
here() {
  local file=$1 target
  while [ -L "$file" ]; do
    target=$(readlink "$file")
    case $target in /*) file=$target ;; *) file=$(dirname "$file")/$target ;; esac
  done
  cd -P "$(dirname "$file")" >/dev/null && pwd
}
root=$(here "${BASH_SOURCE[0]}") || exit 1

readonly MODULES="api common responders producer page streamer single otel"
readonly CLIENT="client"       # built alone: those that serve go on as they are
readonly JAVA_MIN=25
readonly STOP_S=4              # how long processes may take to stop before they are killed
readonly PAUSE_MAX_S=16        # longest pause before a process that keeps dying is started again
readonly LOOK_S=5              # how often it is looked whether the jobs that watch are there
readonly WORD_LOOKS=50         # hundredths of a second that a message may take to get out
readonly TRAINING_QUERIES=20   # enough that all classes of the path of a query are loaded
readonly TRAINING_S=60         # how long a training run may take to start, and to stop; a machine that builds much is slow
readonly STREAMER_HEAP_MB=1024 # the most that its heap may have, where the machine has four times as much
readonly LIVED_S=3             # a process that lived this long is started again without a pause

say() { printf '%s\n' "$*"; }
fail() { printf 'mpstream: %s\n' "$*" >&2; exit 2; }

# ---- which Java, and is everything built --------------------------------------------------------------------------

# The release file tells without starting a JVM.
major() {
  local release
  release=$(dirname "$(dirname "$1")")/release
  if [ -r "$release" ]; then sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release"
  else "$1" -version 2>&1 | sed -n '1s/^[^"]*"\([0-9]*\).*/\1/p'; fi
}

find_java() {
  local candidate
  # An archive may have one of its own, which its start-up caches are for.
  for candidate in "$root/runtime/bin/java" "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java)" \
      /usr/lib/jvm/*/bin/java /usr/java/*/bin/java /opt/*jdk*/bin/java "${HOME:-}"/.sdkman/candidates/java/*/bin/java \
      /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java; do
    [ -n "$candidate" ] && [ -x "$candidate" ] || continue
    # The JDK itself, not a link to it: beside it lies what tells its version.
    java=$(readlink -f "$candidate" 2>/dev/null || say "$candidate")
    [ "$(major "$java")" -ge "$JAVA_MIN" ] 2>/dev/null && return
  done
  fail "needs a JDK $JAVA_MIN or newer and found none; install one (package temurin-25-jdk or openjdk-25-jdk) or set JAVA_HOME"
}

# The one that is built, whatever else lies beside it.
version=$(sed -n 's:^  <version>\(.*\)</version>:\1:p' "$root/pom.xml" 2>/dev/null | head -n 1)
jar() { say "$root/$1/target/mpstream-$1-$version.jar"; } # module
target() { say "$root/${1:+$1/}target"; } # [module]
jvm_options=$root/jvm.options

# A jar that would not change is not written again, so when all was last built is kept beside, and from what: a copy of this folder may have
# other times.
is_built() { # module...
  local module built since
  built=$(built "$@")
  has_jars "$@" || return 1
  for module in "$@"; do
    since=$(jar "$module")
    [ "$built" -nt "$since" ] && since=$built
    [ -z "$(find "$root/$module/src/main" "$root/$module/pom.xml" "$root/pom.xml" -newer "$since" | head -n 1)" ] && continue
    [ "$(cat "$built" 2>/dev/null)" = "$(sources_sum "$@")" ] || return 1
    touch "$built" 2>/dev/null
    return 0
  done
}

# Where it is kept from what these were built.
built() { # module...
  if [ "$*" = "$CLIENT" ]; then say "$(target client)/built"; else say "$(target)/built"; fi
}

has_jars() { # module...
  local module
  for module in "$@"; do
    [ -f "$(jar "$module")" ] || return 1
  done
}

sources_sum() { # module...
  local module all=("./pom.xml")
  for module in "$@"; do all+=("./$module/pom.xml" "./$module/src/main"); done
  (cd "$root" && find "${all[@]}" -type f -print0 | LC_ALL=C sort -z | xargs -0 cksum | cksum)
}

# shellcheck disable=SC2086 # the modules are split on purpose
build() {
  is_built $MODULES || in_turn compile $MODULES
  has_caches producer streamer || train || say "mpstream: without start-up caches each start takes half a second longer" >&2
  # It was built with the others: a first question need not wait for it.
  if has_jars $CLIENT && ! has_caches client; then in_turn train_client; fi
}

build_client() {
  is_built $CLIENT || in_turn compile $CLIENT
  has_caches client || in_turn train_client
}

# One build at a time in this folder, where there is flock; who has waited for another finds most of it done.
in_turn() { # function [argument...]
  local folder
  folder=$(target)
  if command -v flock >/dev/null && mkdir -p "$folder" 2>/dev/null && [ -w "$folder" ]; then
    exec 9>>"$folder/building"
    flock -n 9 || { say "mpstream: waiting for another build to end" >&2; flock 9; }
  fi
  "$@"
  exec 9>&-
}

compile() { # module...
  is_built "$@" && return
  if ! command -v mvn >/dev/null; then
    has_jars "$@" || fail "needs Maven to build; install it (package maven), or build elsewhere with mvn package"
    say "mpstream: running what was built before, which may not be what the sources say: there is no Maven to build them" >&2
    return
  fi
  say "mpstream: building, which takes a minute the first time" >&2
  local output wanted=client
  [ "$*" = "$CLIENT" ] || wanted=single,otel,client
  # A client that runs keeps the file that it has open.
  rm -f "$(jar client)"
  output=$(mvn -B -q -f "$root/pom.xml" -Dmaven.test.skip=true -pl "$wanted" -am package 2>&1 </dev/null) ||
    { say "$output" >&2; fail "the build failed"; }
  mkdir -p "$(target)"
  sources_sum "$@" >"$(built "$@")"
  # shellcheck disable=SC2086
  [ "$*" = "$CLIENT" ] || sources_sum $CLIENT >"$(built $CLIENT)"
}

# An unpacked archive is built, and has all elsewhere: this file in bin, the rest in app. That is all in which it differs from a checkout.
if [ ! -f "$root/pom.xml" ]; then
  root=$(dirname "$root")
  jvm_options=$root/app/jvm.options
  jar() { say "$root/app/mpstream-$1.jar"; }
  target() { say "$root/app${1:+/$1}"; }
  is_built() { has_jars producer streamer single otel client || fail "$root is not whole: unpack the archive again"; }
fi

# Of the machine, or of the container; 0 where that cannot be told.
memory_mb() {
  local all limit
  all=$(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo 2>/dev/null)
  limit=$(sed -n 's/^\([0-9]*\)$/\1/p' /sys/fs/cgroup/memory.max 2>/dev/null)
  all=$((${all:-0} / 1024))
  [ -z "$limit" ] || limit=$((limit / 1048576))
  if [ -n "$limit" ] && [ "$limit" -lt "$all" ]; then say "$limit"; else say "$all"; fi
}

# The command line of a process: its name is that of its module and of its main class.
java_command() { # role [option of the JVM]
  local main
  case $1 in
    producer) main=io.mpstream.producer.ProducerMain ;;
    streamer) main=io.mpstream.streamer.StreamerMain ;;
    single) main=io.mpstream.single.SingleMain ;;
  esac
  local given=" ${MPSTREAM_JAVA_OPTS:-} ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} "
  # Heaps are small, and unlike the default collector's this one's threads sleep while nothing is asked.
  local collector=-XX:+UseParallelGC heap='' log=
  case $given in *-XX:+Use*GC*) collector= ;; esac
  # What the streamer keeps is bounded; the quarter of a large machine that it may have else would be garbage for the most part.
  [ "$1" != streamer ] || [ "$(memory_mb)" -le $((4 * STREAMER_HEAP_MB)) ] || heap=-Xmx${STREAMER_HEAP_MB}m
  case $given in *-Xmx* | *MaxHeapSize* | *MaxRAMPercentage*) heap= ;; esac
  # The JVM's own log would make all its threads wait for whoever reads it.
  case $given in *-Xlog:async*) ;; *-Xlog* | *-verbose*) log=-Xlog:async ;; esac
  # The jar names the others that it was built with. What exports spans is there only where it is wanted: last, which a start-up cache allows.
  command_line=("$java" "@$jvm_options" "-Dmpstream.role=$1" ${collector:+"$collector"} ${log:+"$log"} ${heap:+"$heap"} -Xlog:aot=off
    "${2:--XX:AOTCache=$(cache "$1")}" "${java_opts[@]+"${java_opts[@]}"}" -cp "$(jar "$1")${OTEL_EXPORTER_OTLP_ENDPOINT:+:$(jar otel)}" "$main")
}

# As a shell would, with quotes for what has spaces in it, but nothing in it is run.
split_java_opts() {
  local options option
  java_opts=()
  [ -n "${MPSTREAM_JAVA_OPTS:-}" ] || return
  options=$(printf '%s' "$MPSTREAM_JAVA_OPTS" | tr '\n' ' ' | xargs printf '%s\n' 2>/dev/null) || fail "MPSTREAM_JAVA_OPTS has a quote without its pair"
  while IFS= read -r option; do
    [ -z "$option" ] || java_opts+=("$option")
  done <<<"$options"
}

# Names of files and options are UTF-8 for the JVM as for everybody else, whatever the locale says or leaves open. All of it: with one part
# that is not installed the JVM takes none of the others.
speak_utf8() {
  [ "$(locale charmap 2>&1)" = UTF-8 ] || export LC_ALL=C.UTF-8
}

# ---- start-up caches ----------------------------------------------------------------------------------------------
# Loaded and linked classes, from a training run of both processes, so that a start takes half as long (JEP 483, 514). A JVM that
# cannot use its cache starts without; MPSTREAM_JAVA_OPTS=-XX:AOTMode=on makes it refuse.

cache() { # role
  local release
  release=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "$(dirname "$(dirname "$java")")/release" 2>/dev/null)
  say "$(target "$1")/startup-${release:-any}.aot"
}

has_caches() { # role...
  local role file
  for role in "$@"; do
    file=$(cache "$role")
    # What failed once with these jars is not tried again.
    [ -f "$file" ] || file=$file.failed
    [ -f "$file" ] && ! [ "$(jar "$role")" -nt "$file" ] || return 1
  done
}

train() {
  local folder role address="" pids="" status=0
  [ -w "$(target producer)" ] && [ -w "$(target streamer)" ] || return 1
  say "mpstream: preparing the start-up caches, once" >&2
  # Beside the caches, so that to move them there is one step.
  mkdir -p "$(target)" && folder=$(mktemp -d "$(target)/training.XXXXXX") || return 1
  trap 'abandon_training "$folder" "$pids"; exit 130' INT
  trap 'abandon_training "$folder" "$pids"; exit 0' TERM HUP
  pipes
  for role in producer streamer; do
    training "$role" "$folder" &
    pids="$pids $!"
  done
  local left=$((TRAINING_S * 5))
  # shellcheck disable=SC2086 # several
  while [ -z "$address" ] && [ "$((left -= 1))" -gt 0 ] && kill -0 $pids 2>/dev/null; do
    sleep 0.2
    address=$(sed -n 's/^ready streamer //p' "$folder/streamer.events" 2>/dev/null)
  done
  [ -z "$address" ] || curl -q -s -o /dev/null --noproxy '*' --max-time 2 --fail-early "$address/[1-$TRAINING_QUERIES]"
  exec 6>&- 8>&-
  left=$((TRAINING_S * 5))
  # shellcheck disable=SC2086
  while [ "$((left -= 1))" -gt 0 ] && kill -0 $pids 2>/dev/null; do sleep 0.2; done
  # shellcheck disable=SC2086
  kill -9 $pids 2>/dev/null
  # shellcheck disable=SC2086
  wait $pids 2>/dev/null
  exec 3>&- 5<&- 7<&-
  for role in producer streamer; do
    rm -f "$(target "$role")"/startup-*
    mv "$folder/$role.aot" "$(cache "$role")" 2>/dev/null || { : >"$(cache "$role").failed"; status=1; }
  done
  rm -rf "$folder"
  trap - INT TERM HUP
  return "$status"
}

abandon_training() { # folder processes
  # shellcheck disable=SC2086 # several
  [ -z "$2" ] || kill -9 $2 2>/dev/null
  # shellcheck disable=SC2086
  [ -z "$2" ] || wait $2 2>/dev/null
  rm -rf "$1"
}

# What a client mostly does, with a server of its own.
train_client() {
  local folder new
  folder=$(target client) new=$folder/startup-new.$$
  { has_caches client || ! [ -w "$folder" ]; } && return
  rm -f "$folder"/startup-new.*
  # shellcheck disable=SC2086 # the names are split on purpose
  (unset ${!MPSTREAM_@} JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
    client_command "-XX:AOTCacheOutput=$new"
    exec "${command_line[@]/%ClientMain/TrainingMain}") >/dev/null 2>&1 </dev/null 9>&-
  if [ -f "$new" ]; then
    mv "$new" "$(cache client)"
  else
    : >"$(cache client).failed"
  fi
}

# One process, with nothing of the user's: neither options from the environment nor a responder.
training() { # role folder
  leash "$1"
  exec 3>"$2/$1.events" >"$2/$1" 2>&1 </dev/null
  # shellcheck disable=SC2086 # the names are split on purpose
  unset ${!MPSTREAM_@} ${!OTEL_@} LOCAL_RANK JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
  # Profiles of so short a run would mislead the compiler: 20 to 30 % fewer answers a second, for as long as it lives.
  java_opts=(-XX:+UnlockDiagnosticVMOptions -XX:+IgnoreUnrecognizedVMOptions -XX:-AOTRecordTraining)
  java_command "$1" "-XX:AOTCacheOutput=$2/$1.aot"
  MPSTREAM_SUPERVISED=1 exec "${command_line[@]}" --server-port 0 --data-dir "$2/data" --interval 0ms
}

# Tokens are the streamer's business: the responder's code need not know what they are signed with. An upstream's key is the responder's.
keep_secrets() { # role
  case $1 in
    producer) unset MPSTREAM_JWT_SECRET MPSTREAM_ISSUE_SECRET ;;
    streamer) unset MPSTREAM_UPSTREAM_KEY ;;
  esac
  unset MPSTREAM_TOKEN
}

# ---- a client -----------------------------------------------------------------------------------------------------

client_command() { # [option of the JVM]
  local collector=-XX:+UseSerialGC terminals=
  case " ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} " in *-XX:+Use*GC*) collector= ;; esac
  # Java cannot tell.
  [ -t 1 ] && terminals=out
  [ -t 2 ] && terminals=$terminals,err
  command_line=("$java" ${collector:+"$collector"} -XX:TieredStopAtLevel=1 -Xlog:aot=off "-Dmpstream.terminal=$terminals"
    "${1:--XX:AOTCache=$(cache client)}" -cp "$(jar client)" io.mpstream.client.cli.ClientMain)
}

client() { # word [argument...]
  speak_utf8
  find_java
  build_client
  client_command
  exec "${command_line[@]}" "$@"
}

# ---- one process in the foreground --------------------------------------------------------------------------------

alone() {
  java_command "$1"
  unset MPSTREAM_SUPERVISED
  keep_secrets "$1"
  shift
  exec "${command_line[@]}" "$@"
}

# ---- both processes, watched --------------------------------------------------------------------------------------
# Events come in one pipe, a line each. Each process has a leash, another pipe: this shell holds its only writing end, so that
# the process sees its end when this shell has gone, however it died, and stops; and what this shell wants of it goes there.

pipes() {
  local folder
  folder=$(mktemp -d 2>/dev/null || mktemp -d /tmp/mpstream.XXXXXX 2>/dev/null) || fail "cannot make a folder in ${TMPDIR:-/tmp}, nor in /tmp"
  mkfifo "$folder/events" "$folder/producer" "$folder/streamer" || fail "cannot make pipes in $folder"
  exec 3<>"$folder/events" 6<>"$folder/producer" 5<"$folder/producer" 8<>"$folder/streamer" 7<"$folder/streamer"
  rm -r "$folder"
}

# What a process has of the pipes: events in 3, its own leash in 4. The JVM's children get neither.
leash() { # role
  if [ "$1" = producer ]; then exec 4<&5; else exec 4<&7; fi
  exec 5<&- 6>&- 7<&- 8>&-
}

# A word to a process that lives, or that is started next.
order() { # role word
  case $1 in
    producer) say "$2" >&6 ;;
    streamer) say "$2" >&8 ;;
  esac
}

# Waits before a process is started again; fails if it is not to be, because run.sh has let go or has all stop.
await_turn() { # seconds
  local left=$1 began=$SECONDS word
  while [ "$left" -gt 0 ]; do
    word=""
    IFS= read -r -t "$left" word <&4
    case $?-$word in 0-drain | 1-*) return 1 ;; esac
    left=$(($1 - SECONDS + began))
  done
}

# Starts a process after a pause and tells how it went. Runs as a job of its own.
watch() {
  local role=$1 pause=$2 child status=0
  shift 2
  leash "$role"
  # A signal to the whole group is run.sh's to act on: this job lives until it has told how the process ended.
  trap '' INT
  trap : TERM HUP
  await_turn "$pause" || { say "exited $role 0" >&3; return; }
  java_command "$role"
  keep_secrets "$role"
  # Whatever it prints, and whatever its children print, comes out here.
  MPSTREAM_SUPERVISED=1 "${command_line[@]}" "$@" </dev/null >&2 &
  child=$!
  say "pid $role $child" >&3
  # From here on this shell has nothing to say but the event; its own notice of a kill would be no help.
  exec 2>/dev/null 4<&-
  wait "$child"
  status=$?
  while kill -0 "$child"; do
    wait "$child"
    status=$?
  done
  say "exited $role $status" >&3
}

# What is said while processes are watched must not wait for somebody to read it: a job of its own does, and while that waits nothing more is said.
tell() {
  local left=$WORD_LOOKS
  if [ -n "$teller" ] && kill -0 "$teller" 2>/dev/null; then return; fi
  (exec 3>&- 5<&- 6>&- 7<&- 8>&-; say "mpstream: $*" >&2) &
  teller=$!
  while [ "$((left -= 1))" -gt 0 ]; do
    # Its number may be another process's one day.
    kill -0 "$teller" 2>/dev/null || { teller=""; return; }
    sleep 0.01
  done
}

start() { # role pause
  local role=$1 pause=$2
  running="$running $role"
  eval "started_$role=\$((SECONDS + pause)) pid_$role="
  watch "$role" "$pause" "${options[@]+"${options[@]}"}" &
  eval "watcher_$role=$!"
}

restart() { # role status
  local role=$1 lived pause
  lived=$((SECONDS - started_$role))
  pause=$((pause_$role))
  if [ "$lived" -ge "$LIVED_S" ]; then pause=0
  elif [ "$pause" -eq 0 ]; then pause=1
  else pause=$((pause * 2 > PAUSE_MAX_S ? PAUSE_MAX_S : pause * 2)); fi
  eval "pause_$role=$pause"
  tell "the $role died (status $2) and is started again$([ "$pause" -eq 0 ] || echo " in $pause s")"
  start "$role" "$pause"
}

# The next event as $line; fails if none comes in time. A line that has come in part by then is kept: the rest of it is on its way.
hear() { # seconds
  if IFS= read -r -t "$1" line <&3; then
    line=$heard$line heard=""
  else
    heard=$heard$line
    return 1
  fi
}

stop() { # exit code
  local left=$STOP_S line event role rest
  # A signal comes in the middle of a read, which has set this aside.
  local IFS=$' \t\n'
  trap '' INT TERM HUP
  exec 6>&- 8>&-
  # Counted, not read off a clock: all of this may be stopped, and go on later.
  while [ -n "${running// /}" ] && [ "$left" -gt 0 ]; do
    hear 1 || { line=""; left=$((left - 1)); }
    IFS=' ' read -r event role rest <<<"$line"
    case $event in
      pid) eval "pid_$role=$rest" ;;
      exited) running=${running/$role/} ;;
    esac
    # A job that was killed cannot tell.
    for role in $running; do
      event=watcher_$role
      [ -z "${!event}" ] || kill -0 "${!event}" 2>/dev/null || running=${running/$role/}
    done
  done
  case $running in *producer*) [ -z "$pid_producer" ] || kill -9 "$pid_producer" 2>/dev/null ;; esac
  case $running in *streamer*) [ -z "$pid_streamer" ] || kill -9 "$pid_streamer" 2>/dev/null ;; esac
  [ -z "$teller" ] || kill "$teller" 2>/dev/null
  exit "$1"
}

# The streamer lets its clients read on for a while, and the producer goes on answering them, also when it got the same signal. A second
# signal ends that.
drain() {
  draining=1
  trap 'stop 130' INT
  trap 'stop 0' TERM HUP
  case $ready-$running in
    both-*streamer*) order producer stay; order streamer drain ;;
    *) stop 0 ;;
  esac
}

greet() {
  say "MPStream is ready at $address"
  printf '%s' "$hints"
  say "Ctrl-C stops it."
}

both() {
  options=("$@")
  pipes
  running="" ready="" address="" refused="" hints="" draining="" teller="" heard="" waited=0
  pid_producer="" pid_streamer="" watcher_producer="" watcher_streamer=""
  pause_producer=0 pause_streamer=0
  trap 'stop 130' INT
  trap 'stop 0' HUP
  trap drain TERM
  start producer 0
  start streamer 0
  local line event role rest
  while true; do
    hear "$LOOK_S" || { look; continue; }
    IFS=' ' read -r event role rest <<<"$line"
    case $event in
      pid) eval "pid_$role=$rest" ;;
      hint) hints=$hints${line#hint "$role" }$'\n' ;;
      ready) [ -z "$rest" ] || address=$rest; note_ready "$role" ;;
      refused) note_refusal "$role" "${line#refused "$role" }" ;;
      exited) note_exit "$role" "$rest" ;;
    esac
  done
}

note_refusal() { # role text
  # Both refuse the same bad option: while they start, the first to say so is heard. Only its first line is marked, so
  # that what follows, a compiler's messages, stays as it is.
  if [ "$ready" = both ]; then
    tell "$2"
  elif [ -z "$refused" ]; then
    say "mpstream: $2" >&2
    refused=$1
  elif [ "$refused" = "$1" ]; then
    say "$2" >&2
  fi
}

# A job that was killed tells nothing any more: its process is ended too, so that it is started again.
look() {
  local role watcher pid
  for role in $running; do
    watcher=watcher_$role pid=pid_$role
    if ! kill -0 "${!watcher}" 2>/dev/null; then
      [ -z "${!pid}" ] || kill -9 "${!pid}" 2>/dev/null
      note_exit "$role" 137
    fi
  done
  note_waiting
}

# The longer it takes the less often.
note_waiting() {
  local role
  waited=$((waited + 1))
  [ "$ready" != both ] && [ "$waited" -gt 1 ] && [ $((waited & (waited - 1))) -eq 0 ] || return 0
  for role in producer streamer; do
    case $ready in *$role*) ;; *) tell "the $role is not ready yet, after $((waited * LOOK_S)) s" ;; esac
  done
}

note_ready() { # role
  case $ready in *both*) return ;; esac
  ready="$ready $1"
  case $ready in *producer*streamer* | *streamer*producer*) ready=both; greet ;; esac
}

note_exit() { # role status
  # Until all is up, a process that cannot start ends the whole; later it is started again.
  running=${running/$1/}
  case $draining-$1 in 1-streamer) stop 0 ;; esac
  if [ "$ready" != both ]; then
    [ "$2" -eq 2 ] || say "mpstream: the $1 could not start (status $2)" >&2
    stop 2
  fi
  restart "$1" "$2"
}

# ---- the command line ---------------------------------------------------------------------------------------------

mode=both
case ${1:-} in
  producer | streamer) mode=$1; shift ;;
  # For scripts: builds, and prints which Java it uses.
  --java) find_java; build; say "$java"; exit ;;
  ask | follow | tail | ls | show | stop | token | health) client "$@" ;;
esac
options=()
for option in "$@"; do
  case $option in
    --single)
      case $mode in
        both | single) mode=single ;;
        *) fail "--single cannot be combined with $mode" ;;
      esac ;;
    *) options+=("$option") ;;
  esac
done
speak_utf8
split_java_opts
find_java
build
for option in "${options[@]+"${options[@]}"}"; do
  [ "$option" = --help ] && { java_command producer; exec "${command_line[@]}" --help; }
done
case $mode in
  both) both "${options[@]+"${options[@]}"}" ;;
  *) alone "$mode" "${options[@]+"${options[@]}"}" ;;
esac
