#!/bin/bash
# install.sh WHAT... - bring what is missing from the system's packages (Debian 12, Ubuntu 24.04 and newer).
#
#   engine  what engine.sh and image.py need        python  what .venv needs
#   swarm   what swarm.sh and a registry need       test    all that the tests need
#
# Does nothing, and needs neither root nor a network, when all is there. No service of a package is started.
set -eu

declare -A program=(  # a program that tells that its package is there
  [docker.io]=dockerd [busybox-static]=busybox [iproute2]=ip [iptables]=iptables [e2fsprogs]=mkfs.ext4
  [docker-registry]=docker-registry [python3]=python3 [git]=git [openssh-client]=ssh [openssh-server]=sshd [openssl]=openssl [chromium]=chromium [curl]=curl [jq]=jq
)
declare -A file=(
  [ca-certificates]=/etc/ssl/certs/ca-certificates.crt [podman]=/usr/bin/podman [netavark]=/usr/lib/podman/netavark
  [aardvark-dns]=/usr/lib/podman/aardvark-dns
)

die() { echo "install.sh: error: $*" >&2; exit 1; }
packages() {
  case $1 in
    engine) echo docker.io busybox-static iproute2 iptables ca-certificates python3 ;;
    swarm) packages engine; echo docker-registry ;;
    python) echo python3 python3-venv ;;
    test) packages engine; packages python; echo docker-registry e2fsprogs git podman netavark aardvark-dns openssh-client openssh-server openssl chromium curl jq ;;
    *) die "unknown: $1 (engine, swarm, python, test)" ;;
  esac
}
present() {
  if [ "$1" = python3-venv ]; then
    python3 -c 'import ensurepip, venv' 2>/dev/null
  elif [ "$1" = busybox-static ]; then
    command -v busybox >/dev/null && ! ldd "$(command -v busybox)" >/dev/null 2>&1
  elif [ -n "${file[$1]:-}" ]; then
    [ -e "${file[$1]}" ]
  else
    command -v "${program[$1]}" >/dev/null
  fi
}
hold_services() { # a package asks this script before it starts its service; 101 forbids it
  [ ! -e /usr/sbin/policy-rc.d ] || return 0
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
}
apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold "$@" </dev/null; }

export PATH=$PATH:/usr/sbin:/sbin
[ $# -ge 1 ] || { sed -n '2,/^set /{/^set /d;p}' "$0" >&2; exit 64; }
wanted=$(for what; do packages "$what"; done | tr ' ' '\n' | sort -u)
missing=()
for package in $wanted; do present "$package" || missing+=("$package"); done
[ ${#missing[@]} -gt 0 ] || exit 0

[ "$(id -u)" = 0 ] || die "not installed: ${missing[*]}
  install them as root: apt-get install ${missing[*]}"
command -v apt-get >/dev/null || die "not installed: ${missing[*]}, and this system has no apt-get"
hold_services
echo "installing ${missing[*]}"
apt update
apt install --yes --no-install-recommends "${missing[@]}" >/dev/null
