"""Regular expressions that are compiled when they are first used: most commands use few of those that modules have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, AnyStr, cast

_compile = re.compile
_METHODS = ("finditer", "findall", "fullmatch", "match", "search", "split", "sub")


def lazy_pattern(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what behaves as `re.compile` of the same, without its cost for an expression that is never used.

    >>> word = lazy_pattern("[a-z]+")
    >>> word.fullmatch("word")
    <re.Match object; span=(0, 4), match='word'>
    """
    return cast("re.Pattern[AnyStr]", _LazyPattern(pattern, flags))


@contextmanager
def lazy_patterns() -> Iterator[None]:
    """Make the expressions of modules that are imported meanwhile lazy, too.

    This is for modules that compile more expressions than a command ever uses, and call nothing but their methods:
    PyYAML's take 10 ms.
    """
    re.compile = lazy_pattern  # type: ignore[assignment] # what isn't compiled has no other type
    try:
        yield
    finally:
        re.compile = _compile


class _LazyPattern:
    """Has the methods of the compiled expression from the first use on, which then cost no more than there."""

    __slots__ = ("_flags", "_source", *_METHODS)

    def __init__(self, source: object, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        """Compile it; called for what isn't there yet."""
        compiled: Any = _compile(cast("str", self._source), self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
