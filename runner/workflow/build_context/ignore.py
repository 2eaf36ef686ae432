"""What an ignore file leaves out of a build context, judged as BuildKit judges it.

A path is judged with the verdicts on the folder above it, pattern by pattern. That is not the same as asking each
pattern about every folder above (BuildKit doesn't ask a pattern that can't change the outcome, and a folder's
children inherit that), and where they differ BuildKit's way decides. This module opens no files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from runner.workflow.build_context.ignore_pattern import Pattern, any_of

Verdicts: TypeAlias = tuple[bool, ...]
"""Which of the patterns took a path, in their order."""

# Go's notion of white space; Python's strip() would take four separators more.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


_LONGEST_LINE = (1 << 16) - 1
"""Bytes, as BuildKit reads them."""


class InvalidIgnoreFile(ValueError):
    """A pattern that BuildKit would refuse too; `line` counts from 1."""

    def __init__(self, line: int, pattern: str, reason: str) -> None:
        super().__init__(f'invalid pattern "{pattern}": {reason}')
        self.line = line
        self.pattern = pattern
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line: which paths it takes, and whether it leaves them out or brings them back."""

    line: int
    text: str
    negates: bool
    pattern: Pattern

    def takes(self, path: str) -> bool:
        """Tell whether it takes a path; raise InvalidIgnoreFile for what BuildKit refuses once it tries it."""
        try:
            return self.pattern.takes(path)
        except ValueError as error:
            raise InvalidIgnoreFile(self.line, self.text, str(error)) from None


class IgnoreRules:
    """The rules of one ignore file, ready to judge paths."""

    def __init__(self, text: str = "") -> None:
        """Read the text of an ignore file; raise InvalidIgnoreFile for its first malformed pattern."""
        self._rules = tuple(_rules(text))
        self._readmitting = [rule.pattern for rule in self._rules if rule.negates]
        self._go_by_names = all(pattern.is_below_a_name for pattern in self._readmitting)
        self._may_be_refused = any(rule.pattern.is_refused for rule in self._rules)
        self._may_take = any_of([rule.pattern for rule in self._rules])
        self._nothing: Verdicts = (False,) * len(self._rules)

    def matches(self, path: str, above: Verdicts | None = None) -> tuple[bool, Verdicts]:
        r"""Tell whether `path` is left out, and the verdicts that its children are judged with.

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
        """Tell whether something inside of a folder that is left out may travel all the same.

        Where every "!" goes by names alone, BuildKit looks for these and passes over what a deeper wildcard would take.
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
    """Trim and normalise a line's pattern, its "!" included, in the steps of BuildKit's two readers."""
    pattern = line.strip(_SPACE)
    mark = "!" if pattern.startswith("!") else ""
    pattern = pattern.removeprefix(mark).strip(_SPACE)
    if pattern:
        pattern = _cleaned_path(pattern)
        pattern = pattern.removeprefix("/") or pattern
    pattern = f"{mark}{pattern}".strip(_SPACE)
    return pattern and _cleaned_path(pattern)


def _cleaned_path(path: str) -> str:
    """Resolve "." and "..", repeated and trailing slashes, without looking at any file.

    >>> _cleaned_path("//src/./lib/../")
    '/src'
    """
    clean = posixpath.normpath(path)
    return clean[1:] if clean.startswith("//") else clean
