#!/bin/bash
# compose.sh - see to Docker Compose beside this system, and print the folder that has it.
#
# Prints nothing where `docker compose` works as it is. Elsewhere the command and its plugin are unpacked into
# .engine/compose/ (later.sh): they work with usr/bin of that folder in PATH, and DOCKER_CONFIG naming the folder.
# Does nothing, and needs no network, when all is there.
set -eu -o pipefail
HERE=$(cd "$(dirname "$0")" && pwd -P)
FOLDER=.engine/compose
NAME=compose.sh
WANTED="Docker Compose"
PACKAGES="docker-cli docker-compose"
. "$HERE/later.sh"

runs() { # FOLDER: tell whether its docker command finds the plugin, for which it needs a link
  [ -d "$1/usr" ] || return 1
  ln -sfn usr/libexec/docker/cli-plugins "$1/cli-plugins"
  DOCKER_CONFIG=$1 "$1/usr/bin/docker" compose version >/dev/null 2>&1
}

cd "$HERE/../.."
if ! docker compose version >/dev/null 2>&1; then
  "$HERE/local.sh" folder
  runs "$PWD/$FOLDER" || fetch "$PWD/$FOLDER"
  echo "$PWD/$FOLDER"
fi
