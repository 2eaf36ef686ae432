"""One pattern of an ignore file as a test of paths, with the meaning that BuildKit's matcher gives it.

That matcher turns a pattern letter by letter into a regular expression of Go's, takes a shortcut where the pattern is
plain, and so has corners that no glob library shares: `**foo` also means "ends with foo", `[^a]` also takes a
slash, a star inside of brackets ends them, and in a pattern with a wildcard `|` and `a{2}` are those of regular
expressions. This module knows nothing of files, folders and `!`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import TypeAlias

from runner.workflow.building.go_regexp import to_python

PathTest: TypeAlias = Callable[[str], bool]

_CLASS_CHAR = r"(?:\\.|[^\\\]-])"
_WELL_FORMED = re.compile(rf"(?:\\.|[^\\\[]|\[\^?(?:{_CLASS_CHAR}(?:-{_CLASS_CHAR})?)++\])*+", re.DOTALL)
# The part that BuildKit's check of the syntax gets to: it tries the pattern on "." and gives up at the first misfit.
_CHECKED = re.compile(r"\**(?:(?:\\?\.|\?)\*+)?(?:\\.|[^*\\\[]|\[(?:\\.|[^\]\\])*+(?:\]|\Z))*+", re.DOTALL)
_TOKEN = re.compile(r"\*\*/?|\\.|.", re.DOTALL)
_SPECIAL = re.compile(r"[*?\[\]\\^]")
_WILDCARDS = {"*": "[^/]*", "?": "[^/]", "[": "[", "]": "]"}
_REGEXP_ONLY = re.compile(r"[|{]")


class _Kind(Enum):
    """How a pattern is tried."""

    EXACT = auto()
    PREFIX = auto()
    SUFFIX = auto()
    REGEXP = auto()


def compile_pattern(pattern: str) -> PathTest:
    """Compile a cleaned pattern; the test takes a path with slashes, relative to the context.

    Raises ValueError for a pattern that BuildKit refuses, whether or not it would ever come to try it.

    >>> matches = compile_pattern("src/**/*.py")
    >>> matches("src/a.py"), matches("src/lib/a.py"), matches("a.py")
    (True, True, False)
    """
    checked = _CHECKED.match(pattern)
    if not checked or not _WELL_FORMED.fullmatch(checked[0]):
        raise ValueError("malformed brackets")
    kind, source = _go_source(pattern)
    if kind is _Kind.EXACT:
        return pattern.__eq__
    if kind is _Kind.PREFIX:
        prefix = pattern[:-2]
        return lambda path: path.startswith(prefix)
    if kind is _Kind.SUFFIX:
        suffix = pattern[2:]
        return lambda path: path.endswith(suffix) or f"/{path}" == suffix
    search = to_python(f"^{source}$").search
    return lambda path: search(path) is not None


def literal_stem(pattern: str) -> tuple[str, bool]:
    """Return what every path that the pattern takes begins with, and whether that is the whole path.

    >>> literal_stem("src/*.py"), literal_stem("src/a.py")
    (('src/', False), ('src/a.py', True))
    """
    special = _SPECIAL.search(pattern)
    if not special:
        return pattern, True
    return "" if _REGEXP_ONLY.search(pattern) else pattern[: special.start()], False


def _go_source(pattern: str) -> tuple[_Kind, str]:
    """Translate as BuildKit does; the order of the cases decides what a mixed pattern becomes."""
    kind, source = _Kind.EXACT, ""
    pattern = pattern.removeprefix("\ufeff")
    for token in _TOKEN.finditer(pattern):
        text = token[0]
        if text.startswith("**"):
            if token.end() < len(pattern):
                kind, source = _Kind.REGEXP, f"{source}(.*/)?"
            elif kind is _Kind.EXACT:
                kind = _Kind.PREFIX
            else:
                kind, source = _Kind.REGEXP, f"{source}.*"
            if token.start() == 0:
                kind = _Kind.SUFFIX
        elif text == "\\":
            raise ValueError("a backslash at the end")
        elif text in ".+()$":
            source += f"\\{text}"
        elif text in _WILDCARDS or text[0] == "\\":
            kind, source = _Kind.REGEXP, source + _WILDCARDS.get(text, text)
        else:
            source += text
    return kind, source
