#!/bin/bash
# venv.sh REQUIREMENT - install this checkout into .venv: `.` to use it, `.[test]` to test it.
set -eu
cd "$(dirname "$0")/../.."

die() { echo "venv.sh: error: $*" >&2; exit 1; }
suitable_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$candidate"; return; }
  done
  die "runner needs Python 3.11 or newer; here is $(python3 --version 2>&1)"
}

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  tests/harness/install.sh python
  python=$(suitable_python)
  "$python" -m venv --clear .venv
fi
# A path is enough to find this checkout; what pip would do by default is to load a finder in every process, for 14 ms.
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
  --config-settings editable_mode=compat --editable "$1"
# Pip compiles what it copies. What it only links is compiled here, so that the first command is as quick as any.
.venv/bin/python -m compileall -q runner
