# later.sh - sourced by current.sh and compose.sh: programs of Debian's later suites, unpacked beside this system's own.
#
# They come from the mirror that this system is set up with, and nothing is installed. The caller sets NAME, which is
# the script's, WANTED, what it gets in words, and PACKAGES; and defines `runs FOLDER`, which tells whether what was
# unpacked there runs on this system.
SUITES="unstable testing stable"
KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

die() { echo "$NAME: error: $*" >&2; exit 1; }
mirror() { # print where this system gets Debian's packages from, if apt knows that by now
  apt-get indextargets --format '$(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    sed -n 's/^Debian Debian main //p' | head -n 1
}
find_mirror() {
  command -v apt-get >/dev/null || die "there is no $WANTED here, and no apt-get to get one"
  [ -n "$(mirror)" ] || { [ "$(id -u)" != 0 ] || apt-get -qq update >&2; }
  mirror | grep . || die "there is no $WANTED here, and this system has no mirror of Debian to get one from"
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
unpack() { # SUITE: the packages of that suite, into $NEW/SUITE
  local target=$NEW/$1 archives=$NEW/debs-$1 archive
  mkdir -p "$target" "$archives"
  apt_of "$1" update && (cd "$archives" && apt_of "$1" download $PACKAGES) || return 1
  for archive in "$archives"/*.deb; do dpkg -x "$archive" "$target" || return 1; done
}
fetch() { # FOLDER: unpack the first suite's packages that run here into it
  local suite
  MIRROR=$(find_mirror)
  NEW=$(mktemp -d "$1.XXXXXX")
  trap 'rm -rf "$NEW"' EXIT
  for suite in $SUITES; do
    echo "getting $WANTED of Debian $suite" >&2
    if unpack "$suite" && runs "$NEW/$suite"; then
      rm -rf "$1"
      mv "$NEW/$suite" "$1"
      return
    fi
  done
  die "none of Debian's suites ($SUITES) had $WANTED that runs on this system"
}
