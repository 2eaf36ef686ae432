#!/bin/bash
# podman.sh DIR - podman's Docker-compatible API on DIR/docker.sock, in the foreground, until it is killed.
#
# It runs in mount, PID, UTS and network namespaces of its own, and ends with all its containers when this script does.
# What podman keeps outside of the folders that it can be told is hidden behind empty file systems.
set -eu
export PATH=$PATH:/usr/sbin:/sbin
[ $# = 1 ] || { sed -n '2,/^set /{/^set /d;p}' "$0" >&2; exit 64; }

if [ -z "${PODMAN_INSIDE:-}" ]; then
  for tool in podman conmon runc ip unshare; do
    command -v $tool >/dev/null || { echo "podman.sh: no $tool; $(dirname "$0")/install.sh test brings it" >&2; exit 1; }
  done
  PODMAN_INSIDE=1 exec unshare --net --mount --uts --pid --fork --kill-child --mount-proc --propagation slave "$0" "$1"
fi
unset PODMAN_INSIDE

# mounts of other engines were copied into this namespace: let them go, or they can't be unmounted over there
awk '$5 ~ /\/(merged|mounts\/shm|netns\/[^/]*)$/ {print $5}' /proc/self/mountinfo | sort -r |
  while read -r foreign; do umount -l "$foreign" 2>/dev/null; done
for folder in /run/netns /run/containers /run/libpod /run/lock /dev/shm; do  # network, lock and layer state
  mkdir -p $folder
  mount -t tmpfs -o mode=1777 tmpfs $folder
done
ip link set lo up

mkdir -p "$1"/{data,run,etc}
cp -a /etc/containers/. "$1/etc/"
rm -rf "$1/etc/networks"
mount --bind "$1/etc" /etc/containers  # networks are written there
mount -t tmpfs -o mode=711 tmpfs "$1/data"
init=$(command -v docker-init || command -v tini || command -v catatonit)
cat >"$1/containers.conf" <<TOML
[engine]
runtime = "runc"  # crun, which Debian prefers, starts nothing where both versions of cgroups are mounted
init_path = "$init"  # Debian has none where podman looks
TOML
export CONTAINERS_CONF=$1/containers.conf TMPDIR=$1/data
exec "$init" -- podman --root "$1/data/root" --runroot "$1/run/root" --tmpdir "$1/run/tmp" --runtime runc \
  --storage-driver overlay --cgroup-manager cgroupfs --events-backend file --network-backend netavark --log-level warn \
  system service --time 0 "unix://$1/docker.sock"
