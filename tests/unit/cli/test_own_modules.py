"""Modules that are found without Python's search are the same ones, whatever state their files are in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import runner.cli.own_modules as own_modules

SHOW = """
import importlib, json, sys
sys.path.insert(0, {folder!r})
if {quickly}:
    sys.path.insert(0, {home!r})
    import own_modules
    own_modules.import_quickly("parcel")
import inspect
from importlib.resources import files
found = {{}}
for name in ("parcel", "parcel.inner", "parcel.inner.deep", "parcel.plain"):
    one = importlib.import_module(name)
    spec = one.__spec__
    found[name] = [one.VALUE, one.__file__, one.__cached__, one.__package__, list(getattr(one, "__path__", [])),
                   spec.origin, spec.parent, spec.has_location, inspect.getsource(one), one.__doc__]
found["data"] = files("parcel.inner").joinpath("data.txt").read_text()
try:
    import parcel.absent
except ModuleNotFoundError as error:
    found["absent"] = str(error)
found["loaders"] = sorted({{type(sys.modules[name].__spec__.loader).__name__ for name in found if name in sys.modules}})
print(json.dumps(found))
"""


@pytest.fixture
def parcel(tmp_path: Path) -> Path:
    """A package that isn't compiled."""
    folder = tmp_path / "lib" / "parcel"
    (folder / "inner").mkdir(parents=True)
    for file in ("__init__.py", "plain.py", "inner/__init__.py", "inner/deep.py"):
        (folder / file).write_text(f'"""About {file}."""\n\nVALUE = 1\n')
    (folder / "inner" / "data.txt").write_text("data")
    return folder


def _seen(parcel: Path, *, quickly: bool = True, options: tuple[str, ...] = ()) -> dict[str, list]:
    code = SHOW.format(folder=str(parcel.parent), quickly=quickly, home=str(Path(own_modules.__file__).parent))
    environ = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, env=environ)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    loaders = found.pop("loaders")
    assert loaders == (["SourceFileLoader", "_Loader"] if quickly and not options else ["SourceFileLoader"])
    return found


def test_modules_are_those_that_python_finds(parcel: Path) -> None:
    expected = _seen(parcel, quickly=False)
    assert _seen(parcel) == expected, "compiled by now"
    assert expected["parcel.inner.deep"][0] == 1


def test_what_is_not_compiled_is_compiled_and_kept(parcel: Path) -> None:
    found = _seen(parcel)
    assert Path(found["parcel.inner.deep"][2]).exists()


@pytest.mark.parametrize("change", ["time", "size"])
def test_a_source_that_has_changed_counts(parcel: Path, change: str) -> None:
    _seen(parcel)
    source = parcel / "plain.py"
    before = source.stat()
    source.write_text(source.read_text().replace("1", "2" if change == "time" else "2 + 0"))
    moment = before.st_mtime_ns + (2_000_000_000 if change == "time" else 0)
    os.utime(source, ns=(moment, moment))

    assert _seen(parcel)["parcel.plain"][0] == 2


@pytest.mark.parametrize("content", [b"", b"short", b"\0" * 200])
def test_a_damaged_cache_is_made_anew(parcel: Path, content: bytes) -> None:
    compiled = Path(_seen(parcel)["parcel.plain"][2])
    compiled.write_bytes(content)

    assert _seen(parcel)["parcel.plain"][0] == 1
    assert compiled.read_bytes() != content


def test_a_cache_elsewhere_is_left_to_python(parcel: Path, tmp_path: Path) -> None:
    found = _seen(parcel, options=("-X", f"pycache_prefix={tmp_path / 'cache'}"))
    assert found["parcel.plain"][2].startswith(str(tmp_path / "cache"))


def test_optimized_code_is_left_to_python(parcel: Path) -> None:
    assert _seen(parcel, options=("-OO",))["parcel.plain"][-1] is None
