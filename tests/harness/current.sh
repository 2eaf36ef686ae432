#!/bin/bash
# current.sh - see to a current Docker Engine beside an older one of this system, and print the PATH that finds it.
#
# Where the system's own dockerd is current, that is the one. Elsewhere it is unpacked into .engine/current/ (later.sh).
# runc stays the system's: a newer one would want a newer libc. Does nothing, and needs no network, when all is there.
set -eu -o pipefail
HERE=$(cd "$(dirname "$0")" && pwd -P)
FOLDER=.engine/current
NAME=current.sh
CURRENT=28  # the first version that is called current here
WANTED="a Docker Engine of $CURRENT or newer"
PACKAGES="docker.io containerd"
. "$HERE/later.sh"
export PATH=$PATH:/usr/sbin:/sbin

with() { echo "$1/usr/bin:$1/usr/sbin:$PATH"; }
is_current() { # PATH: tell whether the engine that it finds runs here, and is current
  local version
  version=$(PATH=$1 dockerd --version 2>/dev/null) && PATH=$1 containerd --version >/dev/null 2>&1 || return 1
  version=${version#*version }
  [ "${version%%.*}" -ge "$CURRENT" ]
}
runs() { is_current "$(with "$1")"; }

cd "$HERE/../.."
if is_current "$PATH"; then
  echo "$PATH"
else
  "$HERE/local.sh" folder
  runs "$PWD/$FOLDER" || fetch "$PWD/$FOLDER"
  with "$PWD/$FOLDER"
fi
