#!/bin/bash
# holder.sh RUN DIR - PID 1 of an engine's namespaces; engine.sh starts it.
#
# Hides everything that dockerd and containerd would share with the machine's own, notes its pid as seen from outside in
# RUN/holder, and then only reaps orphans.
. "$(dirname "$0")/processes.sh"
RUN=$1 DIR=$2
mkdir -p "$RUN/hostproc"
mount --bind /proc "$RUN/hostproc"

# mounts of other engines were copied into this namespace: let them go, or they can't be unmounted over there
awk -v dir="$DIR/" '($5 ~ /\/(merged|mounts\/shm|netns\/[^/]*)$/) && index($5, dir) != 1 {print $5}' /proc/self/mountinfo |
  sort -r | while read -r foreign; do umount -l "$foreign" 2>/dev/null; done
mount -t proc proc /proc

case ${ENGINE_DATA:-} in
  tmpfs:*) mount -t tmpfs -o "mode=711,size=${ENGINE_DATA#*:}" tmpfs "$DIR/data" || exit ;;
  ext4:*)
    [ -s "$DIR/data.img" ] || { truncate -s "${ENGINE_DATA#*:}" "$DIR/data.img" && mkfs.ext4 -q -m 0 "$DIR/data.img"; } || exit
    mount -o loop "$DIR/data.img" "$DIR/data" || exit
    ;;
esac
mkdir -p /run/containerd /run/docker /etc/docker
mount -t tmpfs -o mode=755 tmpfs /run/containerd  # shim sockets
mount -t tmpfs -o mode=755 tmpfs /run/docker      # plugin sockets
mount --bind "$RUN/etc-docker" /etc/docker        # key.json, certs.d, daemon.json
[ "$(cat "$RUN/net")" = host ] || ip link set lo up
[ -z "${ENGINE_HOSTNAME:-}" ] || echo "$ENGINE_HOSTNAME" >/proc/sys/kernel/hostname

note "$RUN/holder" "$RUN/hostproc"
for init in /usr/bin/docker-init /usr/bin/tini-static /usr/bin/tini; do [ ! -x $init ] || exec $init -- sleep infinity; done
trap : TERM INT HUP
while :; do sleep 3600 & wait $!; done  # bash reaps orphans, too
