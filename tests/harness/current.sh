#!/bin/bash
# current.sh - see to a current Docker Engine beside an older one of this system, and print the PATH that finds it.
#
# Where the system's own dockerd is current, that is the one. Elsewhere it comes out of Debian's later suites, from the
# mirror that this system is set up with, into .engine/current/, and nothing is installed. runc stays the system's: a
# newer one would want a newer libc. Does nothing, and needs no network, when all is there.
set -eu -o pipefail
HERE=$(cd "$(dirname "$0")" && pwd -P)
FOLDER=.engine/current
CURRENT=28  # the first version that is called current here
SUITES="unstable testing stable"
PACKAGES="docker.io containerd"
KEYS=/usr/share/keyrings/debian-archive-keyring.gpg
export PATH=$PATH:/usr/sbin:/sbin

die() { echo "current.sh: error: $*" >&2; exit 1; }
with() { echo "$1/usr/bin:$1/usr/sbin:$PATH"; }
is_current() { # PATH: tell whether the engine that it finds runs here, and is current
  local version
  version=$(PATH=$1 dockerd --version 2>/dev/null) && PATH=$1 containerd --version >/dev/null 2>&1 || return 1
  version=${version#*version }
  [ "${version%%.*}" -ge "$CURRENT" ]
}
mirror() { # print where this system gets Debian's packages from, if apt knows that by now
  apt-get indextargets --format '$(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    sed -n 's/^Debian Debian main //p' | head -n 1
}
find_mirror() {
  command -v apt-get >/dev/null || die "the engine here is older than $CURRENT, and there is no apt-get to get another"
  [ -n "$(mirror)" ] || { [ "$(id -u)" != 0 ] || apt-get -qq update >&2; }
  mirror | grep . || die "the engine here is older than $CURRENT, and this system has no mirror of Debian to get one from"
}
apt_of() { # SUITE ARGUMENT...: apt-get with that suite alone, and with lists and caches of its own
  local own=$NEW/apt-$1
  mkdir -p "$own/lists/partial" "$own/cache/archives/partial"
  echo "deb [signed-by=$KEYS] $MIRROR $1 main" >"$own/sources.list"
  shift
  apt-get -qq -o Acquire::Retries=3 -o Acquire::Languages=none -o APT::Sandbox::User=root \
    -o APT::Update::Error-Mode=any -o Dir::Etc::sourcelist="$own/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::State::lists="$own/lists" -o Dir::Cache="$own/cache" "$@" </dev/null >&2
}
unpack() { # SUITE: the engine of that suite, into $NEW/SUITE
  local target=$NEW/$1 archives=$NEW/debs-$1 archive
  mkdir -p "$target" "$archives"
  apt_of "$1" update && (cd "$archives" && apt_of "$1" download $PACKAGES) || return 1
  for archive in "$archives"/*.deb; do dpkg -x "$archive" "$target" || return 1; done
}
fetch() {
  local suite
  MIRROR=$(find_mirror)
  NEW=$(mktemp -d "$PWD/$FOLDER.XXXXXX")
  trap 'rm -rf "$NEW"' EXIT
  for suite in $SUITES; do
    echo "getting the Docker Engine of Debian $suite" >&2
    if unpack "$suite" && is_current "$(with "$NEW/$suite")"; then
      rm -rf "$FOLDER"
      mv "$NEW/$suite" "$FOLDER"
      return
    fi
  done
  die "none of Debian's suites ($SUITES) had an engine of $CURRENT or newer that runs on this system"
}

cd "$HERE/../.."
if is_current "$PATH"; then
  echo "$PATH"
else
  "$HERE/local.sh" folder
  is_current "$(with "$PWD/$FOLDER")" || fetch
  with "$PWD/$FOLDER"
fi
