#!/bin/bash
# engine.sh - a private, throw-away Docker Engine out of the dockerd in $PATH.
#
#   engine.sh start   DIR [dockerd options...]  start it, unless it runs; prints DOCKER_HOST=unix://DIR/docker.sock
#   engine.sh stop    DIR                       remove its containers, stop it, free all that it holds; keeps DIR/data
#   engine.sh purge   DIR                       stop it and remove what this script made in DIR
#   engine.sh status  DIR                       exit 0: answers, 4: does not answer, 3: stopped, 1: dead, with leftovers
#   engine.sh exec    DIR COMMAND...            run COMMAND in its network namespace, with DOCKER_HOST set
#   engine.sh enter   DIR COMMAND...            run COMMAND in all its namespaces: it dies with the engine
#   engine.sh restart DIR [term|kill]           end dockerd alone with that signal and start it again
#   engine.sh signal  DIR SIGNAL                send SIGNAL to dockerd (STOP, CONT, HUP, ...)
#   engine.sh down    DIR                       kill everything at once, as a power cut does
#
# Environment:
#   ENGINE_NET=private|host     its own network namespace (default), or the machine's, where ports are reachable
#   ENGINE_DATA=tmpfs:SIZE      images and volumes in memory: quick, lost at stop
#   ENGINE_DATA=ext4:SIZE       a small file system of its own, for tests that fill the disk
#   ENGINE_DEADLINE=SECONDS     how long to wait for an answer (20)
#   ENGINE_HOSTNAME=NAME        what it calls itself: a node's name in a swarm
#   ENGINE_HOOK=COMMAND         run, with the holder's pid added, before dockerd is: it may add links to the network
#
# dockerd, containerd and all containers run in mount, PID, UTS and network namespaces that one process holds, PID 1 in
# them (holder.sh). Its end is the end of everything inside; only cgroups, DIR and, with ENGINE_NET=host, a bridge and
# three iptables rules outlive it, and all of these carry a name made from DIR.
set -u -o pipefail
export PATH=$PATH:/usr/sbin:/sbin
HERE=$(cd "$(dirname "$0")" && pwd -P)
DEADLINE=${ENGINE_DEADLINE:-20}

say() { echo "engine.sh: $*" >&2; }
die() { # the first start cleans up after its own failure
  say "error: $*"
  if [ -n "${FRESH:-}" ]; then { kill -9 "$(holder)"; sleep .1; free_leftovers; } 2>/dev/null; fi
  exit 1
}

# ---- processes

. "$HERE/processes.sh"
holder() { alive "$RUN/holder"; }
api() { DOCKER_HOST="unix://$SOCKET" python3 "$HERE/api.py" "$@"; }
in_namespaces() { nsenter --target "$(holder)" --mount --uts --net --pid -- "$@"; }

spawn() { # NAME COMMAND...: start it inside as an orphan, note its pid as seen from outside
  local name=$1; shift
  in_namespaces bash -c '
    . "$1"; name=$2 run=$3 log=$4; shift 4
    ( note "$run/$name" "$run/hostproc"
      { ulimit -u unlimited; ulimit -c unlimited; ulimit -n 1048576; } 2>/dev/null  # what docker.service grants
      cd /; exec setsid "$@" ) </dev/null >>"$log" 2>&1 9>&- &' \
    spawn "$HERE/processes.sh" "$name" "$RUN" "$DIR/$name.log" "$@"
  gone_within 3 test ! -s "$RUN/$name" || die "could not start $name"
}

# ---- what an engine leaves behind

cgroups() { find /sys/fs/cgroup -depth -type d -path "*/$NAME*" 2>/dev/null; }
kill_cgroups() {
  local pids frozen
  for _ in $(seq 50); do
    pids=$(cgroups | sed 's|$|/cgroup.procs|' | xargs -r cat 2>/dev/null | sort -u | grep -v '^0$') || break
    for frozen in $(cgroups | sed 's|$|/freezer.state|'); do [ ! -w "$frozen" ] || echo THAWED >"$frozen"; done
    kill -9 $pids 2>/dev/null; sleep .05
  done
  for _ in 1 2 3 4 5; do cgroups | xargs -r rmdir 2>/dev/null; [ -n "$(cgroups)" ] || return 0; sleep .1; done
  say "warning: cgroups left: $(cgroups | tr '\n' ' ')"
}
bridges() { # ours, and those of its networks: a dead dockerd's are only known from its own store
  echo "$NAME"
  grep -aoE 'bridge/[0-9a-f]{64}' "$DIR/data/network/files/local-kv.db" 2>/dev/null | sort -u | sed -E 's|bridge/(.{12}).*|br-\1|'
}
free_leftovers() {
  local mount bridge
  kill_cgroups
  awk -v dir="$DIR/" 'index($5, dir) == 1 {print $5}' /proc/self/mountinfo | sort -r |
    while read -r mount; do umount -l "$(printf %b "$mount")"; done
  if [ -r "$RUN/subnet" ]; then
    routing -D 2>/dev/null
    for bridge in $(bridges); do ip link del "$bridge" 2>/dev/null; done
  fi
  rm -rf "$DIR/exec" "$RUN" "$SOCKET" "$DIR/docker.pid"
}

# ---- the machine's own network (ENGINE_NET=host)
# A second dockerd with --iptables flushes the first one's chains, and with --bridge=none deletes its docker0. So ours
# gets a bridge and an address pool of its own, leaves iptables alone, and brings the three rules that it needs itself.

free_subnet() { # print "10.N" such that nothing on this machine routes to it
  local n start=$((100 + $(printf %s "$NAME" | cksum | cut -d' ' -f1) % 100))
  for n in $(seq "$start" 199) $(seq 100 "$start"); do
    [ -n "$(ip -4 route show root "10.$n.0.0/16")" ] || { echo "10.$n"; return; }
  done
}
routing() { # -I or -D: let the containers reach each other past foreign FORWARD policies, and reach out
  local net; net=$(cat "$RUN/subnet").0.0/16
  local mine=(-m comment --comment "$NAME")
  iptables -w "$1" FORWARD -s "$net" "${mine[@]}" -j ACCEPT
  iptables -w "$1" FORWARD -d "$net" "${mine[@]}" -j ACCEPT
  iptables -w -t nat "$1" POSTROUTING -s "$net" ! -d "$net" "${mine[@]}" -j MASQUERADE
}
make_bridge() {
  ip link show dev "$NAME" >/dev/null 2>&1 && return
  free_subnet >"$RUN/subnet"
  ip link add "$NAME" type bridge && ip addr add "$(cat "$RUN/subnet").1.1/24" dev "$NAME" && ip link set "$NAME" up ||
    die "cannot make the bridge $NAME"
  routing -I 2>"$DIR/iptables.log" || say "warning: containers can't reach out: $(tail -1 "$DIR/iptables.log")"
}

# ---- starting

preflight() {
  [ "$(id -u)" = 0 ] || die "must run as root (uid is $(id -u)): dockerd needs namespaces, mounts and cgroups"
  local tool
  for tool in dockerd containerd runc iptables ip python3 unshare nsenter; do
    command -v $tool >/dev/null || die "no $tool in PATH; $HERE/install.sh engine brings it"
  done
  # dockerd binds DIR/exec/libnetwork/<12 digits>.sock, and a unix socket's path ends at 107 bytes
  [ ${#DIR} -le 73 ] || die "the path is ${#DIR} characters long, and sockets below it only work up to 73: $DIR"
  : 2>/dev/null >"$DIR/.probe" || die "cannot write in $DIR"
  unshare --net --mount --pid --fork true 2>"$DIR/.probe" ||
    die "cannot create namespaces ($(cat "$DIR/.probe")); in a container this needs --privileged"
  grep -qE ' cgroup2? ' /proc/self/mounts || die "no cgroup file system is mounted: mount -t cgroup2 none /sys/fs/cgroup"
  rm -f "$DIR/.probe"
}
storage_driver() { # overlay2 needs its upper layer on a file system that takes one; DIR's decides
  [ -z "${ENGINE_DATA:-}" ] || { echo overlay2; return; }
  local probe=$RUN/overlay; mkdir -p "$probe"/{lower,upper,work,merged}
  if unshare --mount --propagation private mount -t overlay overlay \
    -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" "$probe/merged" 2>/dev/null; then
    echo overlay2
  else
    say "warning: no overlay on the file system of $DIR ($(stat -f -c %T "$DIR")); the vfs driver is slow"
    echo vfs
  fi
  rm -rf "$probe"
}
start_holder() {
  local net=--net
  [ "${ENGINE_NET:-private}" = private ] || net=
  echo "${ENGINE_NET:-private}" >"$RUN/net"
  setsid unshare $net --mount --uts --pid --fork --propagation slave bash "$HERE/holder.sh" "$RUN" "$DIR" \
    </dev/null >"$DIR/holder.log" 2>&1 9>&- &
  disown
  for _ in $(seq 250); do holder >/dev/null && return; sleep .02; done
  die "the namespaces did not come up: $(tail -1 "$DIR/holder.log")"
}
start_containerd() { # its own one: dockerd would else take the machine's, wherever it finds one
  alive "$RUN/containerd" >/dev/null && return
  rm -f "$RUN/containerd"
  cat >"$RUN/containerd.toml" <<TOML
version = 2
root = "$DIR/data/containerd"
state = "$DIR/exec/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp"]
[grpc]
address = "$DIR/exec/containerd.sock"
TOML
  spawn containerd containerd --config "$RUN/containerd.toml" --log-level warn
  for _ in $(seq 500); do
    [ ! -S "$DIR/exec/containerd.sock" ] || return 0
    alive "$RUN/containerd" >/dev/null || break
    sleep .02
  done
  die "containerd did not start: $(tail -2 "$DIR/containerd.log")"
}
start_dockerd() {
  local network=() group=root
  if [ "$(cat "$RUN/net")" = host ]; then
    make_bridge
    network=(--bridge "$NAME" --iptables=false --ip-masq=false
      --default-address-pool "base=$(cat "$RUN/subnet").128.0/17,size=24")
  fi
  getent group docker >/dev/null && group=docker
  rm -f "$DIR/docker.pid" "$RUN/dockerd" "$SOCKET"  # a stale pidfile whose number lives again would stop dockerd
  echo '{}' >"$RUN/daemon.json"                      # an explicit one: the machine's must not apply
  mapfile -t options <"$RUN/options"
  spawn dockerd dockerd --config-file "$RUN/daemon.json" --data-root "$DIR/data" --exec-root "$DIR/exec" \
    --pidfile "$DIR/docker.pid" --host "unix://$SOCKET" --group "$group" --containerd "$DIR/exec/containerd.sock" \
    --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$NAME" --storage-driver "$(cat "$RUN/storage")" \
    "${network[@]}" "${options[@]}"
  wait_for_answer
}
wait_for_answer() {
  local deadline=$((SECONDS + DEADLINE))
  until api GET /_ping 2 >/dev/null 2>&1; do
    alive "$RUN/dockerd" >/dev/null || die "dockerd exited at once: $(grep -v level=info "$DIR/dockerd.log" | tail -3)"
    [ $SECONDS -lt $deadline ] || die "dockerd did not answer within $DEADLINE s; its log is $DIR/dockerd.log"
    sleep .02
  done
}

# ---- stopping

remove_containers() {
  local id
  for id in $(api GET '/containers/json?all=1' 2>/dev/null | grep -oE '"Id":"[0-9a-f]{64}"' | cut -d'"' -f4); do
    api DELETE "/containers/$id?force=1&v=1" 20 >/dev/null 2>&1 &
  done
  wait
}
stop_dockerd() {
  local pid; pid=$(alive "$RUN/dockerd") || return
  kill -CONT "$pid"
  remove_containers
  kill -TERM "$pid"
  gone_within "$DEADLINE" alive "$RUN/dockerd" || say "warning: dockerd ignored SIGTERM for $DEADLINE s; killing it"
}
kill_holder() {
  local pid; pid=$(holder) || return
  kill -9 "$pid"
  gone_within 10 test -e "/proc/$pid" || die "the holder $pid does not die: a process of it hangs in the kernel"
}

# ---- commands

start() {
  preflight; lock
  if holder >/dev/null && alive "$RUN/dockerd" >/dev/null; then
    wait_for_answer
  else
    if ! holder >/dev/null; then
      [ ! -d "$RUN" ] || { say "cleaning up after an engine that died"; free_leftovers; }
      : >"$DIR/dockerd.log"; : >"$DIR/containerd.log"; mkdir -p "$RUN/etc-docker" "$DIR/data" "$DIR/client"
      storage_driver >"$RUN/storage"
      FRESH=1
      start_holder
      [ -z "${ENGINE_HOOK:-}" ] || eval "$ENGINE_HOOK $(holder)" 9>&- || die "the hook failed: $ENGINE_HOOK"
    fi
    : >"$RUN/options"; [ $# = 0 ] || printf '%s\n' "$@" >"$RUN/options"
    start_containerd; start_dockerd
  fi
  echo "DOCKER_HOST=unix://$SOCKET"
}
stop() {
  [ "$(id -u)" = 0 ] || die "must run as root"
  lock
  stop_dockerd; kill_holder; free_leftovers
}
purge() {
  [ "$(id -u)" = 0 ] || die "must run as root"
  lock
  kill_holder; free_leftovers
  rm -rf "$DIR"/{data,data.img,client,dockerd.log,containerd.log,holder.log,iptables.log,.lock}
  rmdir "$DIR" 2>/dev/null || true
}
status() {
  if ! holder >/dev/null; then
    [ -d "$RUN" ] && { echo "dead: leftovers in $DIR; start or stop cleans up"; exit 1; }
    echo stopped; exit 3
  fi
  alive "$RUN/dockerd" >/dev/null || { echo "dead: dockerd is gone, its containers may live on; start or stop it"; exit 1; }
  api GET /_ping 2 >/dev/null 2>&1 || { echo "dockerd runs but does not answer"; exit 4; }
  echo "running: DOCKER_HOST=unix://$SOCKET"
}
restart() {
  preflight; lock
  holder >/dev/null || die "no engine runs in $DIR"
  local pid how=${1:-term}
  if pid=$(alive "$RUN/dockerd"); then
    kill -CONT "$pid"; kill "-${how^^}" "$pid"
    gone_within "$DEADLINE" alive "$RUN/dockerd" || die "dockerd did not exit within $DEADLINE s"
  fi
  start_containerd; start_dockerd
}
signal() {
  local pid; pid=$(alive "$RUN/dockerd") || die "no dockerd runs in $DIR"
  kill "-$1" "$pid"
  # each of its threads stops by itself, and until the last one has, there may be an answer
  [ "$1" != STOP ] || gone_within 5 any_thread_works "$pid" || die "could not stop dockerd"
}
any_thread_works() { cat /proc/"$1"/task/*/status | grep '^State:' | grep -qv '(stopped)'; }
down() { holder >/dev/null || die "no engine runs in $DIR"; kill_holder; }
inside() { # NAMESPACES... -- COMMAND...
  local pid; pid=$(holder) || die "no engine runs in $DIR"
  exec env DOCKER_HOST="unix://$SOCKET" DOCKER_CONFIG="$DIR/client" nsenter --target "$pid" "$@"
}
lock() { exec 9>"$DIR/.lock"; flock -w 60 9 || die "another engine.sh works on $DIR"; }

[ $# -ge 2 ] || { sed -n '2,/^set /{/^set /d;p}' "$0" >&2; exit 64; }
COMMAND=$1 DIR=$2; shift 2
mkdir -p "$DIR" 2>/dev/null && DIR=$(cd "$DIR" && pwd -P) || die "cannot make the folder $DIR"
RUN=$DIR/run SOCKET=$DIR/docker.sock
NAME=eng$(printf %s "$DIR" | cksum | cut -d' ' -f1)  # fits the 15 characters of an interface's name

case $COMMAND in
  start | stop | purge | status | restart | signal | down) "$COMMAND" "$@" ;;
  exec) inside --net -- "$@" ;;
  enter) inside --net --mount --uts --pid -- "$@" ;;
  *) die "unknown command $COMMAND" ;;
esac
