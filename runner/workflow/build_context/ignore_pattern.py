"""One pattern of an ignore file as a predicate on paths, with the semantics of BuildKit's matcher.

That matcher translates a pattern character by character into a Go regular expression, with a shortcut for simple
patterns, and so has corner cases that no glob library shares: `**foo` also means "ends with foo", `[^a]` also matches a
slash, a star inside brackets ends them, and in a pattern with a wildcard `|` and `a{2}` are those of regular
expressions. Go's syntax is RE2's, so RE2 compiles them here, too: every escape and class, in linear time, whatever the
pattern. This module knows nothing of files, folders and `!`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from enum import Enum, auto
from functools import cache
from typing import TypeAlias

from runner.core.lazy_pattern import lazy_pattern
from runner.core.regex import InvalidRegex, Regex
from runner.core.struct import Struct

PathTest: TypeAlias = Callable[[str], bool]

_CLASS_CHAR = r"(?:\\.|[^\\\]-])"
_RANGE = lazy_pattern(rf"({_CLASS_CHAR})(?:-({_CLASS_CHAR}))?", re.DOTALL)
_CLASS = lazy_pattern(rf"\[(\^?+)((?:{_CLASS_CHAR}(?:-{_CLASS_CHAR})?)++)\]", re.DOTALL)
_WELL_FORMED = lazy_pattern(rf"(?:\\.|[^\\\[]|{_CLASS.pattern})*+", re.DOTALL)
_CHUNK = lazy_pattern(r"\**((?:\\.|\\\Z|[^*\\\[]|\[(?:\\.|\\\Z|[^\]\\])*+(?:\]|\Z))*+)", re.DOTALL)
"""Stars, and what follows them up to the next star."""
_TOKEN = lazy_pattern(r"\*\*/?|\\.|.", re.DOTALL)
_SPECIAL = lazy_pattern(r"[*?\[\]\\^]")
_WILDCARDS = {"*": "[^/]*", "?": "[^/]", "[": "[", "]": "]"}
_REGEXP_ONLY = lazy_pattern(r"[|{]")
_ESCAPE = lazy_pattern(r"\\Q.*?(?:\\E|\Z)|\\.", re.DOTALL)
_SINGLE_BYTE = r"\C"
"""An escape of RE2 that Go rejects."""


class _Kind(Enum):
    """How a pattern is matched."""

    EXACT = auto()
    PREFIX = auto()
    SUFFIX = auto()
    REGEXP = auto()
    REFUSED = auto()


class Pattern(Struct):
    """A cleaned pattern, and how it is matched.

    >>> pattern = Pattern.parse("src/**/*.py")
    >>> pattern.takes("src/a.py"), pattern.takes("src/lib/a.py"), pattern.takes("a.py")
    (True, True, False)
    """

    text: str
    kind: _Kind
    source: str
    """The path, its prefix, its suffix, a regular expression, or the error."""

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Parse a cleaned pattern. Raises ValueError for one that BuildKit rejects whether or not it would try it."""
        _check(text)
        try:
            kind, source = _go_source(text)
            if kind is _Kind.REGEXP:
                return cls(text, kind, _compiled(f"^{source}$").source)
        except ValueError as error:
            return cls(text, _Kind.REFUSED, str(error))
        return cls(text, kind, {_Kind.EXACT: text, _Kind.PREFIX: text[:-2], _Kind.SUFFIX: text[2:]}[kind])

    def takes(self, path: str) -> bool:
        """Return whether it matches a path with slashes, relative to the context; ValueError if BuildKit can't tell."""
        match self.kind:
            case _Kind.EXACT:
                return path == self.source
            case _Kind.PREFIX:
                return path.startswith(self.source)
            case _Kind.SUFFIX:
                return path.endswith(self.source) or f"/{path}" == self.source
            case _Kind.REGEXP:
                return _compiled(self.source).search(path)
            case _Kind.REFUSED:
                raise ValueError(self.source)

    @property
    def is_refused(self) -> bool:
        """True for a pattern that BuildKit rejects when it tries it."""
        return self.kind is _Kind.REFUSED

    @property
    def _name(self) -> str:
        """The text without stars at its end."""
        return self.text.removesuffix("/**").removesuffix("/*")

    @property
    def is_below_a_name(self) -> bool:
        """True if it has no special characters except stars at its end."""
        return not _SPECIAL.search(self._name)

    def is_at_or_below(self, folder: str) -> bool:
        """Return whether the name without the stars is `folder`, or lies inside it."""
        return f"{self._name}/".startswith(f"{folder}/")

    def may_take_below(self, folder: str) -> bool:
        """Return whether a path inside `folder` could match; True if in doubt."""
        special = _SPECIAL.search(self.text)
        if not special:
            return self.text.startswith(f"{folder}/")
        stem = "" if _REGEXP_ONLY.search(self.text) else self.text[: special.start()]
        return stem.startswith(f"{folder}/") or f"{folder}/".startswith(stem)


def any_of(patterns: Collection[Pattern]) -> PathTest:
    """Return a single predicate for many patterns, faster than each by itself.

    It may be True where no pattern matches the path, but is never False where one does.

    >>> test = any_of([Pattern.parse("src"), Pattern.parse("**/*.py")])
    >>> test("src"), test("lib/a.py"), test("lib")
    (True, True, False)
    """
    sources = {kind: [pattern.source for pattern in patterns if pattern.kind is kind] for kind in _Kind}
    if sources[_Kind.REFUSED]:
        return lambda _path: True
    exact = frozenset((*sources[_Kind.EXACT], *(end.removeprefix("/") for end in sources[_Kind.SUFFIX])))
    beginnings, ends = tuple(sources[_Kind.PREFIX]), tuple(sources[_Kind.SUFFIX])
    matches = _any_regexp(sources[_Kind.REGEXP])
    return lambda path: path in exact or path.startswith(beginnings) or path.endswith(ends) or matches(path)


def _any_regexp(sources: Collection[str]) -> PathTest:
    """Combine many regular expressions, unless the result is too large, or a quotation could run into the next one."""
    if not sources or any(r"\Q" in source for source in sources):
        return lambda _path: bool(sources)
    try:
        return Regex.compile("|".join(f"(?:{source})" for source in sources)).search
    except InvalidRegex:
        return lambda _path: True


@cache
def _compiled(source: str) -> Regex:
    """Compile a Go regular expression; raise ValueError for what Go rejects."""
    if any(escape[0] == _SINGLE_BYTE for escape in _ESCAPE.finditer(source)):
        raise ValueError(f'"{_SINGLE_BYTE}" means nothing')
    return Regex.compile(source)


def _check(pattern: str) -> None:
    """Check the syntax as far as BuildKit does: it tries a pattern on the path "." and stops at the first mismatch."""
    chunks = [chunk[1] for chunk in _CHUNK.finditer(pattern)]
    for chunk in chunks[:2] if _takes_a_dot(chunks[0]) else chunks[:1]:
        if not _WELL_FORMED.fullmatch(chunk):
            is_cut_off = _WELL_FORMED.fullmatch(f"{chunk}\\")
            raise ValueError("trailing backslash" if is_cut_off else "malformed brackets")


def _takes_a_dot(chunk: str) -> bool:
    """Return whether a chunk matches a single dot."""
    bracketed = _CLASS.fullmatch(chunk)
    if not bracketed:
        return chunk in (".", "\\.", "?")
    ranges = _RANGE.findall(bracketed[2])
    return any(low[-1] <= "." <= (high or low)[-1] for low, high in ranges) is not bool(bracketed[1])


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
        elif text in ".+()$":
            source += f"\\{text}"
        elif text in _WILDCARDS or text[0] == "\\":
            kind, source = _Kind.REGEXP, source + _WILDCARDS.get(text, text)
        else:
            source += text
    return kind, source
