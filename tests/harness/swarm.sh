#!/bin/bash
# swarm.sh - private, throw-away Docker Engines in one swarm, each in a network of its own; a bridge joins them.
#
#   swarm.sh start  DIR [NODES [MANAGERS [dockerd options...]]]
#                                   start DIR/n1, n2, ... (3, all of them managers), unless they run; prints
#                                   DOCKER_HOST=unix://DIR/n1/docker.sock
#   swarm.sh purge  DIR             end them and remove what this script made in DIR
#   swarm.sh status DIR             tell how the hub and every node are
#   swarm.sh exec   DIR COMMAND...  run COMMAND in the hub's network, which reaches what every node publishes
#   swarm.sh up     DIR nK          start a node again, after engine.sh down DIR/nK or stop
#   swarm.sh cut    DIR nK          take a node's link down
#   swarm.sh heal   DIR nK          and up again
#
# Anything else is done to a node by engine.sh: engine.sh restart DIR/n2 kill.
#
# Environment:
#   SWARM_DATA=tmpfs:SIZE      each node's data in memory; unlike that of ENGINE_DATA it outlives a power cut
#   SWARM_HEARTBEAT=SECONDS    how often a node says that it lives (5); it counts as down after three of them
#   ENGINE_DEADLINE=SECONDS    how long to wait for each engine's answer (60)
#
# The bridge is in a network namespace of its own, the hub, which one process holds. So every swarm has the same
# addresses: node nK is 10.77.0.K, and the hub 10.77.0.254, also 10.77.0.253, where a registry without TLS is believed.
set -u -o pipefail
export PATH=$PATH:/usr/sbin:/sbin
HERE=$(cd "$(dirname "$0")" && pwd -P)
SUBNET=10.77.0
export ENGINE_NET=private ENGINE_DATA= ENGINE_DEADLINE=${ENGINE_DEADLINE:-60}
. "$HERE/processes.sh"

die() { echo "swarm.sh: error: $*" >&2; exit 1; }
api() { # NODE METHOD PATH [TIMEOUT [JSON]]
  local node=$1; shift
  DOCKER_HOST="unix://$DIR/n$node/docker.sock" python3 "$HERE/api.py" "$@"
}
nodes() { find "$DIR" -mindepth 1 -maxdepth 1 -type d -name 'n[0-9]*' -printf '%f\n' | sort -V | sed 's/^n//'; }
number() { [[ ${1:-} =~ ^n([0-9]+)$ && -d $DIR/$1 ]] && echo "${BASH_REMATCH[1]}" || die "no node ${1:-} in $DIR"; }
lock() { exec 9>"$DIR/.lock"; flock -w 120 9 || die "another swarm.sh works on $DIR"; }

# ---- the hub

hub() { alive "$DIR/hub"; }
in_hub() { nsenter --target "$(hub)" --net -- "$@"; }
hold_hub() { # becomes the process that holds it
  ip link set lo up
  ip link add sw0 type bridge && ip link set sw0 up || die "cannot make the bridge"
  ip addr add "$SUBNET.254/24" dev sw0 && ip addr add "$SUBNET.253/24" dev sw0 || die "cannot give the bridge an address"
  note "$DIR/hub"
  exec sleep infinity
}
start_hub() {
  hub >/dev/null && return
  rm -f "$DIR/hub"
  setsid unshare --net "$HERE/swarm.sh" hold_hub "$DIR" </dev/null >"$DIR/hub.log" 2>&1 9>&- &
  disown
  for _ in $(seq 250); do ! hub >/dev/null || return 0; sleep .02; done
  die "the hub did not come up: $(tail -1 "$DIR/hub.log")"
}
attach() { # NODE PID: a hook of engine.sh, as a member of a swarm answers only once it has reached a manager
  hub >/dev/null || die "no hub runs in $DIR"
  in_hub ip link del "v$1" 2>/dev/null
  in_hub ip link add "v$1" type veth peer name eth0 netns "$2" && in_hub ip link set "v$1" master sw0 up &&
    nsenter --target "$2" --net -- ip addr add "$SUBNET.$1/24" dev eth0 &&
    nsenter --target "$2" --net -- ip link set eth0 up || die "cannot link node $1"
}

# ---- nodes

start_node() {
  local node=$DIR/n$1 options; mkdir -p "$node"
  if [[ ${SWARM_DATA:-} = tmpfs:* ]] && ! mountpoint -q "$node"; then
    mount -t tmpfs -o "mode=711,size=${SWARM_DATA#*:}" tmpfs "$node" || die "no memory for node $1"
  fi
  mapfile -t options <"$DIR/options"
  ENGINE_HOSTNAME=n$1 ENGINE_HOOK=$(printf '%q ' "$HERE/swarm.sh" attach "$DIR" "$1") \
    "$HERE/engine.sh" start "$node" --insecure-registry "$SUBNET.0/24" "${options[@]}"
}
purge_node() {
  local node=$DIR/n$1
  "$HERE/engine.sh" purge "$node"
  if mountpoint -q "$node"; then umount -l "$node"; fi
  rmdir "$node" 2>/dev/null
}
is_member() { [ -e "$DIR/n$1/data/swarm/docker-state.json" ]; }
addresses() { printf '"ListenAddr":"%s:2377","AdvertiseAddr":"%s"' "$SUBNET.$1" "$SUBNET.$1"; } # NODE: its own, as JSON
make_swarm() { # MANAGERS
  local node role tokens token joins=() period=${SWARM_HEARTBEAT:-5}000000000
  api 1 POST /swarm/init 60 "{$(addresses 1),\"Spec\":{\"Dispatcher\":{\"HeartbeatPeriod\":$period}}}" >/dev/null ||
    die "cannot make a swarm of node 1"
  tokens=$(api 1 GET /swarm) || die "node 1 doesn't tell how to join it"
  for node in $(nodes | tail -n +2); do
    [ "$node" -le "$1" ] && role=Manager || role=Worker
    token=$(grep -oP "\"$role\":\"\K[^\"]*" <<<"$tokens")
    api "$node" POST /swarm/join 60 "{$(addresses "$node"),\"RemoteAddrs\":[\"$SUBNET.1:2377\"],\"JoinToken\":\"$token\"}" &
    joins+=($!)
  done
  for node in "${joins[@]}"; do wait "$node" || die "a node can't join"; done
}

# ---- commands

start() {
  local count=${1:-3} managers=${2:-${1:-3}} node starts=()
  lock
  : >"$DIR/options"; [ $# -le 2 ] || printf '%s\n' "${@:3}" >"$DIR/options"
  start_hub
  for node in $(seq "$count"); do
    start_node "$node" >"$DIR/n$node.log" 2>&1 &
    starts+=($!)
  done
  for node in $(seq "$count"); do wait "${starts[node - 1]}" || die "node $node: $(cat "$DIR/n$node.log")"; done
  is_member 1 || make_swarm "$managers"
  echo "DOCKER_HOST=unix://$DIR/n1/docker.sock"
}
purge() {
  local node pid
  lock
  for node in $(nodes); do purge_node "$node" & done
  wait
  ! pid=$(hub) || { kill -9 "$pid"; gone_within 10 test -e "/proc/$pid"; }
  rm -f "$DIR"/{hub,hub.log,options,n*.log,.lock}
  rmdir "$DIR" 2>/dev/null || true
}
status() {
  local node
  hub >/dev/null && echo "hub: running" || echo "hub: stopped"
  for node in $(nodes); do echo "n$node: $("$HERE/engine.sh" status "$DIR/n$node")"; done
}
up() { local node; node=$(number "${1:-}") && start_node "$node"; }
set_link() { local node; node=$(number "${2:-}") && in_hub ip link set "v$node" "$1"; }

[ $# -ge 2 ] || { sed -n '2,/^set /{/^set /d;p}' "$0" >&2; exit 64; }
[ "$(id -u)" = 0 ] || die "must run as root"
COMMAND=$1 DIR=$2; shift 2
mkdir -p "$DIR" 2>/dev/null && DIR=$(cd "$DIR" && pwd -P) || die "cannot make the folder $DIR"
case $COMMAND in
  start | purge | status | up | attach | hold_hub) "$COMMAND" "$@" ;;
  cut) set_link down "$@" ;;
  heal) set_link up "$@" ;;
  exec) hub >/dev/null || die "no hub runs in $DIR"; exec nsenter --target "$(hub)" --net -- "$@" ;;
  *) die "unknown command $COMMAND" ;;
esac
