"""Imports the modules of one package from where they must be, without Python's general search: 20 ms of each command.

Python looks at every finder, folder and suffix, and reads a folder before a file. Here a module's source is looked up
once, and its compiled code is read if it was made of that source. Whatever else is the case is left to Python.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import MAGIC_NUMBER
from types import CodeType, ModuleType
from typing import Final, cast

_SUFFIX: Final = f".{sys.implementation.cache_tag}.pyc"
_HEAD: Final = 16
"""The bytes before the code: the magic number, flags, and four bytes each of the source's time and size (PEP 552)."""
_MASK: Final = 0xFFFFFFFF


def import_quickly(package: str) -> None:
    """Find the modules of a package so from now on, where Python keeps compiled code beside the sources."""
    if sys.pycache_prefix is None and not sys.flags.optimize:
        sys.meta_path.insert(0, OwnModules(package))


class OwnModules:
    """Finds the modules of one package; see `importlib.abc.MetaPathFinder`."""

    def __init__(self, package: str) -> None:
        self._beginning = f"{package}."

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is; None if it is none of this package, or not where it should be."""
        if not name.startswith(self._beginning) or not path:
            return None
        folder, tail = path[0], name.rpartition(".")[2]
        return _spec(name, folder, tail) or _spec(name, f"{folder}/{tail}", "__init__")


def _spec(name: str, folder: str, stem: str) -> ModuleSpec | None:
    source, compiled = f"{folder}/{stem}.py", f"{folder}/__pycache__/{stem}{_SUFFIX}"
    try:
        status = os.stat(source)  # noqa: PTH116 - pathlib takes several times as long
    except OSError:
        return None
    spec = ModuleSpec(name, _Loader(name, source, compiled, status), origin=source)
    spec.has_location, spec.cached = True, compiled
    if stem == "__init__":
        spec.submodule_search_locations = [folder]
    return spec


class _Loader(SourceFileLoader):
    """Reads the code that was compiled from a source, if the source is still the same."""

    def __init__(self, name: str, source: str, compiled: str, status: os.stat_result) -> None:
        super().__init__(name, source)
        self._compiled = compiled
        self._head = b"".join(
            (
                MAGIC_NUMBER,
                bytes(4),
                (int(status.st_mtime) & _MASK).to_bytes(4, "little"),
                (status.st_size & _MASK).to_bytes(4, "little"),
            )
        )

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the compiled code of a module; as Python does if there is none, or another source's."""
        try:
            with open(self._compiled, "rb", 0) as stream:  # noqa: PTH123 - see above
                content = stream.read()
        except OSError:
            return super().get_code(fullname)
        if content[:_HEAD] != self._head:
            return super().get_code(fullname)
        code = cast("CodeType", marshal.loads(memoryview(content)[_HEAD:]))
        return code if code.co_filename == self.path else super().get_code(fullname)
