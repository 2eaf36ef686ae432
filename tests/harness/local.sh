#!/bin/bash
# local.sh - the engine of `make engine`: kept in .engine/, on this machine's own network, so that a browser reaches it.
#
#   local.sh start   start it, with the base image in it        local.sh purge   stop it and remove its data
#   local.sh stop    remove its containers and stop it        local.sh folder  make that folder
set -eu
HERE=$(cd "$(dirname "$0")" && pwd -P)
cd "$HERE/../.."
FOLDER=.engine

short_folder() { # sockets below a long path don't work (see engine.sh): keep such an engine elsewhere, behind a link
  local path=$PWD/$FOLDER elsewhere
  [ ${#path} -gt 73 ] && [ ! -e "$FOLDER" ] || { mkdir -p "$FOLDER"; return; }
  elsewhere=/var/tmp/runner-engine-$(printf %s "$PWD" | cksum | cut -d' ' -f1)
  mkdir -p -m 755 "$elsewhere"
  ln -sfn "$elsewhere" "$FOLDER"
}

case ${1:-} in
  start)
    "$HERE/install.sh" engine
    short_folder
    address=$(ENGINE_NET=host "$HERE/engine.sh" start "$FOLDER")
    export "$address"
    python3 "$HERE/api.py" GET /images/busybox:stable/json >/dev/null 2>&1 || python3 -m tests.harness.image busybox:stable
    echo "export $address"
    ;;
  folder)
    short_folder
    ;;
  stop)
    [ ! -e "$FOLDER" ] || "$HERE/engine.sh" stop "$FOLDER"
    ;;
  purge)
    [ -e "$FOLDER" ] || exit 0
    "$HERE/engine.sh" purge "$FOLDER"
    rm -rf "$FOLDER"
    ;;
  *) sed -n '2,/^set /{/^set /d;p}' "$0" >&2; exit 64 ;;
esac
