"""The ignore rules of a build context, evaluated as BuildKit does.

A path is evaluated together with the verdicts on its parent folder, pattern by pattern. That differs from matching each
pattern against every parent folder (BuildKit doesn't try a pattern that can't change the outcome, and children inherit
that), and where they differ BuildKit's way counts. This module opens no files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TypeAlias

from runner.core.struct import Struct
from runner.workflow.build_context.ignore_pattern import Pattern, any_of

Verdicts: TypeAlias = tuple[bool, ...]
"""Which of the patterns matched a path, in order."""

# Go's definition of white space; Python's strip() would remove four more separators.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


_LONGEST_LINE = (1 << 16) - 1
"""In bytes, as in BuildKit."""


class InvalidIgnoreFile(ValueError):
    """A pattern that BuildKit would reject too; `line` counts from 1."""

    def __init__(self, line: int, pattern: str, reason: str) -> None:
        super().__init__(f'invalid pattern "{pattern}": {reason}')
        self.line = line
        self.pattern = pattern
        self.reason = reason


class _Rule(Struct):
    """One line: which paths it matches, and whether it excludes or re-includes them."""

    line: int
    text: str
    negates: bool
    pattern: Pattern

    def takes(self, path: str) -> bool:
        """Return whether it matches a path; raise InvalidIgnoreFile for what BuildKit rejects when it tries it."""
        try:
            return self.pattern.takes(path)
        except ValueError as error:
            raise InvalidIgnoreFile(self.line, self.text, str(error)) from None


class IgnoreRules:
    """The rules of one ignore file, ready to match paths."""

    def __init__(self, text: str = "") -> None:
        """Parse the text of an ignore file; raise InvalidIgnoreFile for its first malformed pattern."""
        self._rules = tuple(_rules(text))
        self._readmitting = [rule.pattern for rule in self._rules if rule.negates]
        self._go_by_names = all(pattern.is_below_a_name for pattern in self._readmitting)
        self._may_be_refused = any(rule.pattern.is_refused for rule in self._rules)
        self._may_take = any_of([rule.pattern for rule in self._rules])
        self._nothing: Verdicts = (False,) * len(self._rules)

    def matches(self, path: str, above: Verdicts | None = None) -> tuple[bool, Verdicts]:
        r"""Return whether `path` is excluded, and the verdicts for matching its children.

        `above` are the verdicts on its folder, None for a path at the top. Raises InvalidIgnoreFile.

        >>> IgnoreRules("*.md\n!README.md").matches("README.md")
        (False, (True, True))
        """
        if (above is None or above is self._nothing) and not self._may_take(path):
            return False, self._nothing
        left_out = False
        verdicts = []
        for index, rule in enumerate(self._rules):
            taken = above is not None and above[index]
            if not taken and rule.negates is left_out:
                taken = rule.takes(path)
            if taken:
                left_out = not rule.negates
            verdicts.append(taken)
        return left_out, tuple(verdicts)

    def may_readmit_below(self, folder: str) -> bool:
        """Return whether something inside an excluded folder may be included all the same.

        If every "!" pattern consists of names alone, BuildKit looks for these and skips what a deeper wildcard would
        match.
        """
        if self._go_by_names:
            return any(pattern.is_at_or_below(folder) for pattern in self._readmitting)
        return self._may_be_refused or any(pattern.may_take_below(folder) for pattern in self._readmitting)


def _rules(text: str) -> Iterator[_Rule]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if len(line.encode("utf-8", "surrogateescape")) > _LONGEST_LINE:
            raise InvalidIgnoreFile(number, f"{line[:20]}…", f"longer than {_LONGEST_LINE} bytes")
        pattern = "" if line.startswith("#") else _cleaned_line(line)
        if not pattern:
            continue
        readmits = pattern.startswith("!")
        pattern = pattern.removeprefix("!")
        try:
            if not pattern:
                raise ValueError('nothing follows the "!"')
            yield _Rule(number, line.strip(_SPACE), readmits, Pattern.parse(pattern))
        except ValueError as error:
            raise InvalidIgnoreFile(number, line.strip(_SPACE), str(error)) from None


def _cleaned_line(line: str) -> str:
    """Trim and normalize a line's pattern, including its "!", in the same steps as BuildKit's two parsers."""
    pattern = line.strip(_SPACE)
    mark = "!" if pattern.startswith("!") else ""
    pattern = pattern.removeprefix(mark).strip(_SPACE)
    if pattern:
        pattern = _cleaned_path(pattern)
        pattern = pattern.removeprefix("/") or pattern
    pattern = f"{mark}{pattern}".strip(_SPACE)
    return pattern and _cleaned_path(pattern)


def _cleaned_path(path: str) -> str:
    """Resolve "." and "..", repeated and trailing slashes, without accessing any file.

    >>> _cleaned_path("//src/./lib/../")
    '/src'
    """
    clean = posixpath.normpath(path)
    return clean[1:] if clean.startswith("//") else clean
